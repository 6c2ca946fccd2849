"""What is found out once per run, by whoever needs it first, and is the same for everybody then."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """Keeps what was found, or what went wrong: what a scenario asks must not depend on who came first.

    Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: tuple[T] | None = None
        self._problem: Exception | None = None

    @property
    def known(self) -> T | None:
        """What was found, None where it was not."""
        return self._found[0] if self._found is not None else None

    def get(self, find: Callable[[], T], keep: tuple[type[Exception], ...] = (Exception,)) -> T:
        """Return what was found, finding it when nobody has; raises what went wrong with that.

        What is not of a kind to ``keep`` is found out again by the next who asks: for what nobody needs yet.
        """
        with self._lock:
            if self._found is None and self._problem is None:
                try:
                    self._found = (find(),)
                except keep as problem:
                    self._problem = problem
            if self._problem is not None:
                raise self._problem.with_traceback(None)
            assert self._found is not None
            return self._found[0]
