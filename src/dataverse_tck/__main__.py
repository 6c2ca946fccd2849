"""``python -m dataverse_tck``."""

from dataverse_tck.cli import console

console()
