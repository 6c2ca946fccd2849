"""What the C library and the interpreter keep, and need not."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

_M_ARENA_MAX = -8  # malloc.h of glibc


def keep_few_arenas() -> None:
    """Let glibc share two heaps among all threads; by default it makes eight for each processor, and returns none.

    A run has some two hundred threads, of which nearly all wait. Another C library has no such function.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def give_back() -> None:
    """Give back what nobody needs any more: circles of objects, and what glibc holds of freed memory."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
