"""What a command said on stderr, but for the lines that tell how far it is: a slow machine hears some."""

from __future__ import annotations

import re


def complaints(stderr: str) -> str:
    """Return what is no sign of life."""
    return re.sub(r"^\.\.\. \d+ s: .*\n", "", stderr, flags=re.MULTILINE)
