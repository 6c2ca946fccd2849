"""What a person reads on the terminal: progress while it runs, then the verdict and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from dataverse_tck.reporting.failures import print_failures
from dataverse_tck.reporting.summary import print_summary
from dataverse_tck.reporting.undecided import print_advisory, print_controls, print_troubles, print_undecided
from dataverse_tck.reporting.wording import counted
from dataverse_tck.usage import let_go_of_stdout

if TYPE_CHECKING:
    from dataverse_tck.reporting.result import Plan, RunResult


class _Stdout(Console):
    def on_broken_pipe(self) -> None:
        """Say that nobody reads any more; rich would end the process with 1, which is a verdict here."""
        raise BrokenPipeError


def out() -> Console:
    """Return the console for results: stdout, lines never wrapped."""
    return _Stdout(highlight=False, soft_wrap=True)


def errors() -> Console:
    """Return the console for what somebody must act on: stderr."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def forgiving() -> Iterator[None]:
    """Go on when stdout cannot be written any more: the certificate and the exit code do not depend on it."""
    try:
        yield
    except OSError:
        pass
    finally:
        let_go_of_stdout()


def opening(console: Console, root: str, *, embedded: bool, level: str, seed: int) -> None:
    """Say which endpoint is about to be judged, and how far."""
    console.print(f"endpoint   {escape(root)}{' (the embedded emulator)' if embedded else ''}")
    console.print(f"level      {level}, seed {seed}")


def completed(console: Console, root: str) -> None:
    """Say that the address was no service root itself, and which one was found below it."""
    console.print(f"completed  {escape(root)}")


def plan(console: Console, planned: Plan, *, root: str, workers: int) -> None:
    """Say what a run would do at least."""
    console.print(f"endpoint   {escape(root)} (nothing was sent)")
    console.print(f"level      {planned.level}: {counted(planned.scenarios, 'scenario')}")
    more = f", and {planned.parts:,} more in batches, where they are offered" if planned.parts else ""
    console.print(f"requests   about {planned.requests:,}{more}")
    seconds = planned.seconds(workers)
    console.print(f"time       about {seconds:.0f} s if each takes 0.1 s, {workers} at once; slow effects come on top")
    if not planned.rows:
        console.print("rows       none are written")
        return
    total = sum(planned.rows.values())
    console.print(f"rows       {total:,} test rows are written and removed, and what they need first (required links):")
    for table, number in planned.rows.items():
        console.print(f"{number:>10} {escape(table)}")


def report(console: Console, result: RunResult, print_changes: Callable[[], None] = lambda: None) -> None:
    """Print each failure with how to repeat it, what was not decided, the verdict, and where the files are.

    What ``print_changes`` prints, of a run before, comes before the verdict.
    """
    print_failures(console, result)
    print_controls(console, result)
    print_advisory(console, result)
    print_undecided(console, result)
    print_troubles(console, result)
    print_changes()
    print_summary(console, result)
