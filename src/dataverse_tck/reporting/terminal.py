"""What a person reads on the terminal: progress while it runs, then the verdict and what to do about it."""

from __future__ import annotations

import json
import shlex
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.verdict import Verdict, counts, coverage

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataverse_tck.conformance.requirement import Requirement
    from dataverse_tck.result import RunResult

WIDTH = 160  # of a request line; exchanges.ndjson has it whole
SHOWN = 20  # failures told in full; the certificate has them all
_STYLES = {
    Verdict.CONFORMANT: "bold green",
    Verdict.NOT_CONFORMANT: "bold red",
    Verdict.INCOMPLETE: "bold yellow",
}


def out() -> Console:
    """Return the console for results: stdout, never wrapped when it is no terminal."""
    return Console(highlight=False, soft_wrap=True)


def say(message: str) -> None:
    """Print a sentence that somebody must act on, on stderr."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(Text(message))


@contextmanager
def reading() -> Iterator[None]:
    """Show on stderr, where that is a terminal, that the endpoint is being read."""
    console = Console(stderr=True)
    if console.is_terminal:
        with console.status("reading what the endpoint declares"):
            yield
    else:
        yield


@contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """Yield ``tick(done, total)``: a bar on stderr where that is a terminal, nothing otherwise."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("scenarios"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        task = bar.add_task("scenarios", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


def opening(console: Console, root: str, *, embedded: bool, level: str, seed: int, completed_from: str | None) -> None:
    """Say what is about to be examined."""
    console.print(f"endpoint   {escape(root)}{' (the embedded emulator)' if embedded else ''}")
    if completed_from:
        console.print(f"           completed from {escape(completed_from)}, which is no service root itself")
    console.print(f"level      {level}, seed {seed}")


def report(console: Console, result: RunResult) -> None:
    """Print the verdict, the counts, each failure with how to repeat it, and where the files are."""
    failed = [item for item in result.catalogue.requirements if result.findings[item.id].outcome is Outcome.FAIL]
    for item in failed[:SHOWN]:
        _failure(console, result, item)
    if len(failed) > SHOWN:
        console.print(f"\n... and {len(failed) - SHOWN} more failures: see certificate.json")
    _others(console, result)
    for trouble in result.troubles:
        console.print(f"\n[yellow]TROUBLE[/] {escape(trouble)}")
    checked, total = coverage(result.findings)
    tallies = ", ".join(f"{number} {name}" for name, number in counts(result.findings).items() if number)
    console.print(
        f"\n[{_STYLES[result.verdict]}]{result.verdict}[/]   {checked} of {total} checked: {tallies}"
        f"{' (the run was interrupted)' if result.interrupted else ''}"
    )
    waited = f", {result.seconds_waited:.1f} s waited" if result.seconds_waited else ""
    console.print(
        f"{result.scenario_count} scenarios, {result.requests} requests{waited}, "
        f"{len(result.extensions)} extensions listed, not judged"
    )
    console.print(f"results    {escape(str(result.folder))}")


def _failure(console: Console, result: RunResult, item: Requirement) -> None:
    found = result.findings[item.id]
    console.print(f"\n[red]FAIL[/] [bold]{escape(item.id)}[/]")
    console.print(f"  {escape(item.statement)}")
    console.print(f"  reference  {escape(_words(item.expected))} ({item.section}, line {item.line})")
    for seen in found.sightings:
        if not seen.right:
            console.print(f"  observed   {escape(_observed(seen.observed))} in {seen.surface}")
    for title in result.scenarios.get(item.id, ()):
        console.print(f"  scenario   {escape(title)}")
    for exchange in found.exchanges:
        console.print(f"  request    {escape(_shortened(result.request_lines.get(exchange, '?')))} ({exchange})")
    console.print(f"  repeat     {escape(repeat_line(result, item.id))}")


def repeat_line(result: RunResult, identifier: str) -> str:
    """Return the command line that repeats one requirement alone."""
    where = [] if result.embedded else ["--endpoint", result.root]
    return shlex.join(["dataverse-tck", "run", *where, "--only", identifier])


def _others(console: Console, result: RunResult) -> None:
    quiet = {Outcome.PASS, Outcome.FAIL, Outcome.DESELECTED}
    grouped: dict[tuple[Outcome, str], list[str]] = defaultdict(list)
    for identifier, found in (*result.findings.items(), *_bad_controls(result)):
        if found.outcome not in quiet or identifier in result.controls:
            grouped[found.outcome, found.reason].append(identifier)
    for (outcome, reason), ids in grouped.items():
        console.print(f"\n[yellow]{str(outcome).upper()}[/] {escape(reason)}")
        console.print(f"  {escape(ids[0])}{f' and {len(ids) - 1} more' if len(ids) > 1 else ''}")


def _bad_controls(result: RunResult) -> list[tuple[str, Finding]]:
    return [(key, found) for key, found in result.controls.items() if found.outcome is Outcome.FAIL]


def _shortened(line: str) -> str:
    return line if len(line) <= WIDTH else line[:WIDTH] + "..."


def _words(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _observed(value: Any) -> str:
    return "nothing (null, or not there)" if value is None else _words(value)
