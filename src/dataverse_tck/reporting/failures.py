"""What the terminal says of each requirement that was broken: expected, observed, where, and how to repeat it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dataverse_tck.evidence.reading import EXCHANGES, answers
from dataverse_tck.reporting.wording import as_json, braced, counted, in_few_lines, lines, repeat_line, shown

if TYPE_CHECKING:
    from rich.console import Console

    from dataverse_tck.conformance.requirement import Requirement
    from dataverse_tck.reporting.result import RunResult

SHOWN = 20  # failures told in full; the rest by their ids
WIDTH = 400  # of a request line; exchanges.ndjson has it whole
REQUESTS = 8  # told of one failure: the last, where it was seen


def print_failures(console: Console, result: RunResult) -> None:
    """Print each broken requirement with what was seen and how to repeat it; advisory ones are no failures."""
    failed = [item for item in result.broken if item.obligation != "advisory"]
    answered = decisive_answers(result, told_in_full(result))
    for item in told_in_full(result):
        _print_failure(console, result, item, answered)
    if len(failed) > SHOWN:
        console.print(f"\n... and {counted(len(failed) - SHOWN, 'more failure')}; certificate.json says what was seen")
        for line in braced(item.id for item in failed[SHOWN:]):
            console.print(f"[red]FAIL[/] {shown(line)}")


def told_in_full(result: RunResult) -> list[Requirement]:
    """Return the failures that are told with everything that there is to tell."""
    return [item for item in result.broken if item.obligation != "advisory"][:SHOWN]


def _print_failure(console: Console, result: RunResult, item: Requirement, answered: Mapping[str, str]) -> None:
    console.print(f"\n[red]FAIL[/] [bold]{shown(item.id)}[/]")
    console.print(f"  {shown(item.statement)}")
    for label, text in told_failure(result, item, answered):
        console.print(f"  {label:<10} {shown(text)}")


def told_failure(result: RunResult, item: Requirement, answered: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield everything that is told of a requirement that was broken, each with what it is.

    ``answered`` are its ``decisive_answers``.
    """
    found = result.findings[item.id]
    where = f"{item.section}, line {item.line}"
    if item.derived_from is None:
        yield "reference", f"{as_json(item.expected)} ({where})"
    else:
        yield "expected", f"{as_json(item.expected)} because of {item.derived_from} ({where})"
    if not found.sightings:
        yield "observed", f"{as_json(found.observed)}{f' in {found.surface}' if found.surface else ''}"
        yield "because", lines(found.reason)
        yield from told_requests(result, found.exchanges)
        yield from (
            ("answered", f"{answered[key]} ({key})")
            for key in named_or_last(found.reason, found.exchanges)
            if key in answered
        )
    for seen in found.sightings:
        if not seen.right:
            what = "nothing: it is not there" if seen.absent else as_json(seen.observed)
            yield "observed", f"{what} in {seen.surface}"
            yield from told_requests(result, seen.exchanges)
    for title in result.scenarios.get(item.id, ()):
        yield "scenario", title
    yield "repeat", repeat_of(result, item.id)
    if untested := result.hanging.get(item.id):
        more = f"{len(untested):,} more {'hangs' if len(untested) == 1 else 'hang'} on this, and could not be tested:"
        yield "untested", more
        yield from (("", line) for line in in_few_lines(untested, result.findings))


def decisive_answers(result: RunResult, items: Iterable[Requirement]) -> dict[str, str]:
    """Return status and body of the exchanges that decided these requirements, by id, each as long as it is told."""
    found = (result.findings[item.id] for item in items)
    wanted = {key for one in found if not one.sightings for key in named_or_last(one.reason, one.exchanges)}
    told = {}
    for key, status, body in answers(result.folder / EXCHANGES, wanted):
        shown = " ".join(body.split())
        told[key] = f"{status} {shown if len(shown) <= WIDTH else shown[:WIDTH] + '...'}".strip()
    return told


def named_or_last(reason: str, exchanges: Sequence[str]) -> list[str]:
    """Return the exchanges that the reason of a failure names, each once, or the last one."""
    named = [key for key in re.findall(r"\bx\d{4,}\b", reason) if key in exchanges]
    return list(dict.fromkeys(named)) or list(exchanges[-1:])


def told_requests(result: RunResult, exchanges: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield what was asked, each question once; the certificate names every exchange."""
    asked: dict[str, list[str]] = defaultdict(list)
    for exchange in exchanges:
        asked[_shortened(result.request_lines.get(exchange, "?"))].append(exchange)
    if len(asked) > REQUESTS:
        yield "request", f"... {len(asked) - REQUESTS} others before these: see certificate.json"
    for line, seen in list(asked.items())[-REQUESTS:]:
        times = f", and {len(seen) - 1} more {'time' if len(seen) == 2 else 'times'}" if seen[1:] else ""
        yield "request", f"{line} ({seen[0]}{times})"


def print_requests(console: Console, result: RunResult, exchanges: tuple[str, ...]) -> None:
    """Print what was asked."""
    for label, text in told_requests(result, exchanges):
        console.print(f"  {label:<10} {shown(text)}")


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
