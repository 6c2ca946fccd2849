"""Start the emulator alone: ``python -P -m dataverse_tck.emulator``."""

import sys

from dataverse_tck.emulator.command import main

if __name__ == "__main__":
    sys.exit(main())
