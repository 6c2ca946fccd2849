"""What the terminal says of each requirement that was broken: expected, observed, where, and how to repeat it."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from rich.markup import escape

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.evidence.reading import EXCHANGES, answers
from dataverse_tck.reporting.wording import as_json, braced, counted, lines, repeat_line

if TYPE_CHECKING:
    from rich.console import Console

    from dataverse_tck.conformance.finding import Finding
    from dataverse_tck.conformance.requirement import Requirement
    from dataverse_tck.reporting.result import RunResult

SHOWN = 20  # failures told in full; the rest by their ids
WIDTH = 400  # of a request line; exchanges.ndjson has it whole
REQUESTS = 8  # told of one failure: the last, where it was seen


def print_failures(console: Console, result: RunResult) -> None:
    """Print each broken requirement with what was seen and how to repeat it; advisory ones are no failures."""
    failed = [
        item
        for item in result.catalogue.requirements
        if result.findings[item.id].outcome is Outcome.FAIL and item.obligation != "advisory"
    ]
    for item in failed[:SHOWN]:
        _print_failure(console, result, item)
    if len(failed) > SHOWN:
        console.print(f"\n... and {counted(len(failed) - SHOWN, 'more failure')}; certificate.json says what was seen")
        for line in braced(item.id for item in failed[SHOWN:]):
            console.print(f"[red]FAIL[/] {escape(line)}")


def _print_failure(console: Console, result: RunResult, item: Requirement) -> None:
    found = result.findings[item.id]
    console.print(f"\n[red]FAIL[/] [bold]{escape(item.id)}[/]")
    console.print(f"  {escape(item.statement)}")
    if item.derived_from is None:
        console.print(f"  reference  {escape(as_json(item.expected))} ({item.section}, line {item.line})")
    else:
        where = f"{item.derived_from} ({item.section}, line {item.line})"
        console.print(f"  expected   {escape(as_json(item.expected))} because of {escape(where)}")
    if not found.sightings:
        console.print(
            f"  observed   {escape(as_json(found.observed))}{f' in {escape(found.surface)}' if found.surface else ''}"
        )
        console.print(f"  because    {escape(lines(found.reason))}")
        print_requests(console, result, found.exchanges)
        _print_answers(console, result, found)
    for seen in found.sightings:
        if not seen.right:
            what = "nothing: it is not there" if seen.absent else as_json(seen.observed)
            console.print(f"  observed   {escape(what)} in {seen.surface}")
            print_requests(console, result, seen.exchanges)
    for title in result.scenarios.get(item.id, ()):
        console.print(f"  scenario   {escape(title)}")
    console.print(f"  repeat     {escape(repeat_of(result, item.id))}")


def _print_answers(console: Console, result: RunResult, found: Finding) -> None:
    """Tell status and body of the exchanges that the reason names, or of the last one."""
    named = [key for key in re.findall(r"\bx\d{4,}\b", found.reason) if key in found.exchanges]
    wanted = named or list(found.exchanges[-1:])
    for key, (status, body) in answers(result.folder / EXCHANGES, wanted).items():
        shown = " ".join(body.split())
        told = f"{status} {shown if len(shown) <= WIDTH else shown[:WIDTH] + '...'}".strip()
        console.print(f"  answered   {escape(told)} ({key})")


def print_requests(console: Console, result: RunResult, exchanges: tuple[str, ...]) -> None:
    """Tell what was asked, each question once; the certificate names every exchange."""
    asked: dict[str, list[str]] = defaultdict(list)
    for exchange in exchanges:
        asked[_shortened(result.request_lines.get(exchange, "?"))].append(exchange)
    if len(asked) > REQUESTS:
        console.print(f"  request    ... {len(asked) - REQUESTS} others before these: see certificate.json")
    for line, seen in list(asked.items())[-REQUESTS:]:
        more = f", and {len(seen) - 1} times more" if seen[1:] else ""
        console.print(f"  request    {escape(line)} ({seen[0]}{more})")


def repeat_of(result: RunResult, identifier: str) -> str:
    """Return the command line that repeats one requirement of a run alone."""
    settings = result.settings
    return repeat_line(
        identifier,
        result.catalogue.by_id[identifier].level,
        root=None if settings.embedded else result.surveyed.root,
        settle_s=settings.settle_s,
        seed=settings.seed,
        profile=str(settings.profile.path) if settings.profile and settings.profile.path else None,
    )


def _shortened(line: str) -> str:
    return line if len(line) <= WIDTH else line[:WIDTH] + "..."
