"""``python -m dataverse_tck``."""

import sys

from dataverse_tck.cli import main

sys.exit(main())
