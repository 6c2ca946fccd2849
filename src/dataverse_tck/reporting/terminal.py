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

from dataverse_tck.conformance.controls import CONTROLS, guarded_by
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.conformance.verdict import Verdict, counts, coverage, split
from dataverse_tck.usage import let_go_of_stdout

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataverse_tck.conformance.requirement import Requirement
    from dataverse_tck.reporting.result import Plan, RunResult

WIDTH = 400  # of a request line; exchanges.ndjson has it whole
SHOWN = 20  # failures told in full, rows left behind; the certificate has them all
TROUBLES = 10  # told; the certificate has them all
REQUESTS = 8  # told of one failure: the last, where it was seen
_STYLES = {
    Verdict.CONFORMANT: "bold green",
    Verdict.NOT_CONFORMANT: "bold red",
    Verdict.INCOMPLETE: "bold yellow",
}


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
def reading() -> Iterator[None]:
    """Show on stderr, where that is a terminal, that the endpoint is being read."""
    console = Console(stderr=True)
    if console.is_terminal:
        with console.status("reading what the endpoint declares"):
            yield
    else:
        yield


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Yield ``tick(what, done, total)``: a bar for each thing counted, on stderr where that is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda what, done, total: None
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
    """Say what is about to be examined."""
    console.print(f"endpoint   {escape(root)}{' (the embedded emulator)' if embedded else ''}")
    console.print(f"level      {level}, seed {seed}")


def completed(console: Console, root: str) -> None:
    """Say that the address was no service root itself, and which one was found below it."""
    console.print(f"completed  {escape(root)}")


def plan(console: Console, planned: Plan, *, root: str, workers: int) -> None:
    """Say what a run would do at least."""
    console.print(f"endpoint   {escape(root)} (nothing was sent)")
    console.print(f"level      {planned.level}: {_many(planned.scenarios, 'scenario')}")
    console.print(f"requests   about {planned.requests:,}")
    seconds = planned.seconds(workers)
    console.print(f"time       about {seconds:.0f} s if each takes 0.1 s, {workers} at once; slow effects come on top")
    if not planned.rows:
        console.print("rows       none are written")
        return
    total = sum(planned.rows.values())
    console.print(f"rows       {total:,} test rows are written and removed, and what they need first (required links):")
    for table, number in planned.rows.items():
        console.print(f"{number:>10} {escape(table)}")


def report(console: Console, result: RunResult) -> None:
    """Print the verdict, the counts, each failure with how to repeat it, and where the files are."""
    failed = [
        item
        for item in result.catalogue.requirements
        if result.findings[item.id].outcome is Outcome.FAIL and item.obligation != "advisory"
    ]
    for item in failed[:SHOWN]:
        _failure(console, result, item)
    if len(failed) > SHOWN:
        console.print(f"\n... and {len(failed) - SHOWN} more failures: see certificate.json")
    _others(console, result)
    _troubles(console, result)
    judged, advisory = split(result.findings, result.catalogue)
    checked, total = coverage(judged)
    told = {name: number for name, number in counts(judged).items() if number and name != Outcome.BEYOND}
    tallies = ", ".join(f"{number} {name}" for name, number in told.items())
    console.print(
        f"\n[{_STYLES[result.verdict]}]{result.verdict}[/]   {checked} of {total} checked: {tallies}"
        f"{' (the run was interrupted)' if result.interrupted else ''}"
    )
    usual = counts(advisory)
    if usual["pass"] or usual["fail"]:
        console.print(f"advisory     {usual['pass']} as usual, {usual['fail']} not: no part of the verdict")
    for group in result.profile.not_claimed if result.profile else ():
        reason = f": {group.reason}" if group.reason else ""
        console.print(f"not claimed  {escape(group.solution)} ({', '.join(group.tables)}){escape(reason)}")
    for message in result.profile.calls.not_claimed() if result.profile and result.profile.calls else ():
        reason = f": {message.reason}" if message.reason else ""
        console.print(f"not claimed  {message.name}{escape(reason)}")
    calls = result.profile.calls if result.profile and result.level == "calls" else None
    for message in calls.supported() if calls else ():
        if silent := message.silent_of():
            console.print(f"not declared {message.name}: {' and '.join(silent)}")
    console.print(
        f"{_many(result.scenario_count, 'scenario')}, {_spent(result)}, "
        f"{_many(len(result.extensions), 'extension')} listed, not judged"
    )
    _rows(console, result)
    console.print(f"results    {escape(str(result.folder))}")


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _spent(result: RunResult) -> str:
    waits = ((result.waited_s, "waited as asked by the endpoint"), (result.settled_s, "waited for effects"))
    told = [f"{seconds:.1f} s {why} (all scenarios together)" for seconds, why in waits if seconds]
    return ", ".join([_many(result.requests, "request"), *told])


def _troubles(console: Console, result: RunResult) -> None:
    """Tell each trouble once, with the scenario that it was met in first; one cause breaks many scenarios."""
    titles = {f"{title}: " for some in result.scenarios.values() for title in some}
    grouped: dict[str, list[str]] = defaultdict(list)
    for trouble in result.troubles:
        where = max(filter(trouble.startswith, titles), key=len, default="")
        grouped[trouble.removeprefix(where)].append(trouble)
    for troubles in list(grouped.values())[:TROUBLES]:
        more = f" (and in {_many(len(troubles) - 1, 'scenario')} more)" if len(troubles) > 1 else ""
        console.print(f"\n[yellow]TROUBLE[/] {escape(troubles[0])}{more}")
    if len(grouped) > TROUBLES:
        console.print(f"\n... and {len(grouped) - TROUBLES} more troubles: see certificate.json")


def _rows(console: Console, result: RunResult) -> None:
    """Say what became of the test rows; what is left behind does not change the verdict, but somebody has to act."""
    written = sum(result.rows_written.values())
    if not result.leftovers:
        if written:
            console.print(f"{_many(written, 'test row')} (named TCK {result.seed:08x}) written and removed")
        return
    console.print(f"[yellow]LEFT BEHIND[/] {len(result.leftovers):,} of {_many(written, 'test row')}")
    grouped: dict[str, list[str]] = defaultdict(list)
    for one in result.leftovers:
        grouped[one.reason.replace(one.path, "it")].append(one.path)
    for reason, paths in list(grouped.items())[:SHOWN]:
        console.print(f"  {escape(paths[0])}{f' and {len(paths) - 1:,} more' if paths[1:] else ''}: {escape(reason)}")
    if len(grouped) > SHOWN:
        console.print("  ... and others: see certificate.json")
    console.print(f"  remove     {escape(shlex.join(['dataverse-tck', 'cleanup', str(result.folder)]))}")


def _failure(console: Console, result: RunResult, item: Requirement) -> None:
    found = result.findings[item.id]
    console.print(f"\n[red]FAIL[/] [bold]{escape(item.id)}[/]")
    console.print(f"  {escape(item.statement)}")
    if item.derived_from is None:
        console.print(f"  reference  {escape(_words(item.expected))} ({item.section}, line {item.line})")
    else:
        where = f"{item.derived_from} ({item.section}, line {item.line})"
        console.print(f"  expected   {escape(_words(item.expected))} because of {escape(where)}")
    if not found.sightings:
        console.print(
            f"  observed   {escape(_words(found.observed))}{f' in {escape(found.surface)}' if found.surface else ''}"
        )
        console.print(f"  because    {escape(found.reason)}")
        _requests(console, result, found.exchanges)
    for seen in found.sightings:
        if not seen.right:
            what = "nothing: it is not there" if seen.absent else _words(seen.observed)
            console.print(f"  observed   {escape(what)} in {seen.surface}")
            _requests(console, result, seen.exchanges)
    for title in result.scenarios.get(item.id, ()):
        console.print(f"  scenario   {escape(title)}")
    console.print(f"  repeat     {escape(repeat_line(result, item.id))}")


def _requests(console: Console, result: RunResult, exchanges: tuple[str, ...]) -> None:
    """Tell what was asked, each question once; the certificate names every exchange."""
    asked: dict[str, list[str]] = defaultdict(list)
    for exchange in exchanges:
        asked[_shortened(result.request_lines.get(exchange, "?"))].append(exchange)
    if len(asked) > REQUESTS:
        console.print(f"  request    ... {len(asked) - REQUESTS} others before these: see certificate.json")
    for line, seen in list(asked.items())[-REQUESTS:]:
        more = f", and {len(seen) - 1} times more" if seen[1:] else ""
        console.print(f"  request    {escape(line)} ({seen[0]}{more})")


def repeat_line(result: RunResult, identifier: str) -> str:
    """Return the command line that repeats one requirement alone."""
    where = [] if result.embedded else ["--endpoint", result.root]
    level = result.catalogue.by_id[identifier].level
    if level != "surface":
        where += ["--level", level, *([] if result.embedded else ["--allow-writes"])]
        where += ["--settle", f"{result.settle_s:g}", "--seed", str(result.seed)]
        if result.profile and result.profile.path and not result.embedded:
            where += ["--profile", str(result.profile.path)]
    return shlex.join(["dataverse-tck", "run", *where, "--only", identifier])


def _others(console: Console, result: RunResult) -> None:
    for control in CONTROLS:
        found = result.controls[control.id]
        if found.outcome is Outcome.FAIL:
            console.print(f"\n[yellow]CONTROL[/] [bold]{control.id}[/] did not pass: {escape(found.reason)}")
            number = len(guarded_by(control, result.catalogue))
            console.print(f"  {escape(control.statement)} So {number} passes prove nothing.")
            _requests(console, result, found.exchanges)
    for item in result.catalogue.requirements:
        if item.obligation == "advisory" and result.findings[item.id].outcome is Outcome.FAIL:
            console.print(f"\n[yellow]ADVISORY[/] [bold]{escape(item.id)}[/] is no part of the verdict")
            console.print(f"  {escape(item.statement)}")
            console.print(f"  because    {escape(result.findings[item.id].reason)}")
            _requests(console, result, result.findings[item.id].exchanges)
    quiet = {*Outcome} - {Outcome.ERROR, Outcome.NOT_TESTABLE, Outcome.NOT_OBSERVABLE, Outcome.WAIVED}
    grouped: dict[tuple[Outcome, str], list[str]] = defaultdict(list)
    for identifier, finding in result.findings.items():
        if finding.outcome not in quiet:
            grouped[finding.outcome, finding.reason].append(identifier)
    for (outcome, reason), ids in grouped.items():
        console.print(f"\n[yellow]{str(outcome).upper()}[/] {escape(reason)}")
        console.print(f"  {escape(ids[0])}{f' and {len(ids) - 1} more' if len(ids) > 1 else ''}")


def _shortened(line: str) -> str:
    return line if len(line) <= WIDTH else line[:WIDTH] + "..."


def _words(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
