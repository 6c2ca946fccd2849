"""What is seen of a run while it goes on, on stderr: a bar on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from dataverse_tck.usage import let_go_of

EVERY_S = 10.0
"""Between two lines where there is no terminal: CI servers take silence for a hang."""

Tick = Callable[[str, int, int], None]
"""Told what is counted, how many are done, and of how many (0: not known yet)."""


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Show what goes on."""
    console = Console(stderr=True)
    if _can_redraw(console):
        with console.status(what):
            yield
    else:
        with _heartbeat(what):
            yield


@contextmanager
def progress() -> Iterator[Tick]:
    """Yield ``tick(what, done, total)``: a bar, or a line, for each thing counted."""
    console = Console(stderr=True)
    if not _can_redraw(console):
        with _heartbeat("scenarios") as tick:
            yield tick
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        tasks: dict[str, TaskID] = {}

        def tick(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=None)
            bar.update(tasks[what], completed=done, total=total or None)

        yield tick


def _can_redraw(console: Console) -> bool:
    """Whether a line can be drawn over: not on a dumb terminal, nor in a log, where FORCE_COLOR may want colours."""
    return console.is_terminal and sys.stderr.isatty() and not console.is_dumb_terminal


class _Pulse:
    """When the first thing began, and when something was last said: a run has several things to do, each short."""

    began: float | None = None
    said = 0.0


@contextmanager
def _heartbeat(what: str) -> Iterator[Tick]:
    """Say every ten seconds how far it is; a run that is over sooner says nothing."""
    told = {what: ""}
    over = threading.Event()
    if _Pulse.began is None:
        _Pulse.began = _Pulse.said = time.monotonic()
    began = _Pulse.began

    def tick(counted: str, done: int, total: int) -> None:
        told[counted] = f" {done:,} of {total:,}" if total else f" {done:,}"

    def beat() -> None:
        while not over.wait(max(0.0, _Pulse.said + EVERY_S - time.monotonic())):
            _Pulse.said = time.monotonic()
            counts = ", ".join(f"{name}{number}" for name, number in list(told.items()))
            try:
                print(f"... {time.monotonic() - began:.0f} s: {counts}", file=sys.stderr, flush=True)
            except OSError:  # nobody reads it
                let_go_of(sys.stderr)
                return

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield tick
    finally:
        over.set()
        thread.join()
