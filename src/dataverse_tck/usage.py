"""Mistakes that a person can mend: told in one or two sentences, exit code 2, never a traceback."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterable
from typing import TextIO


class UsageError(Exception):
    """The command cannot start; the text says what was seen and the way out."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `` Did you mean ...?`` with the nearest known words, or nothing."""
    found = difflib.get_close_matches(word, list(known), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(found)}?" if found else ""


def let_go_of_stdout() -> None:
    """Flush stdout; where nobody reads it any more, or its disk is full, what is left is dropped without a word."""
    try:
        sys.stdout.flush()
    except OSError:
        let_go_of(sys.stdout)


def let_go_of(stream: TextIO) -> None:
    """Drop what is left of a stream that nobody reads, and whatever is still written to it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
