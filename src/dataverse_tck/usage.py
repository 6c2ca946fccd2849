"""Mistakes that a person can mend: told in one or two sentences, exit code 2, never a traceback."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class UsageError(Exception):
    """The command cannot start; the text says what was seen and the way out."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `` Did you mean ...?`` with the nearest known words, or nothing."""
    found = difflib.get_close_matches(word, list(known), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(found)}?" if found else ""
