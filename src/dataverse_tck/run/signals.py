"""Ctrl-C, SIGTERM and SIGHUP: each ends a run with a certificate that says so."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def interrupting() -> Iterator[None]:
    """Let the first signal raise KeyboardInterrupt, and no further one."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        ignore()  # one is enough: a second would take the certificate away
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number in SIGNALS:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def ignore() -> None:
    """Let no signal end the process any more."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
