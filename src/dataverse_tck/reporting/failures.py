"""What the terminal says of each requirement that was broken: expected, observed, where, and how to repeat it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dataverse_tck.reporting.certificate import told_requirement
from dataverse_tck.reporting.telling.alike import alike
from dataverse_tck.reporting.telling.failure import Failure, failures_of, told, told_untested
from dataverse_tck.reporting.wording import braced, counted, repeat_line, shown

if TYPE_CHECKING:
    from rich.console import Console

    from dataverse_tck.conformance.requirement import Requirement
    from dataverse_tck.reporting.result import RunResult

SHOWN = 20  # failures told in full; the rest by their ids
WIDTH = 400  # of a request line; exchanges.ndjson has it whole
REQUESTS = 8  # told of what is no failure: the last


def print_failures(console: Console, result: RunResult) -> None:
    """Print each broken requirement with what was seen and how to repeat it, then each that is waived.

    Advisory ones are no failures.

    Of those that are broken in the same way one is told, and the others are named.
    """
    for groups, head in ((groups_of(result), "[red]FAIL[/]"), (_waived_groups(result), "[yellow]WAIVED[/]")):
        first = failures_in(result, [group[0]["id"] for group in groups[:SHOWN]])
        for failure, group in zip(first, groups, strict=False):
            _print_failure(console, result, head, failure, [row["id"] for row in group[1:]])
        if left := [row["id"] for group in groups[SHOWN:] for row in group]:
            console.print(f"\n... and {counted(len(left), 'more failure')}; certificate.json says what was seen")
            for line in braced(left):
                console.print(f"{head} {shown(line)}")


def told_in_full(result: RunResult) -> set[str]:
    """Return the ids of the failures below which stands what hangs on them."""
    return {
        row["id"] for groups in (groups_of(result), _waived_groups(result)) for group in groups[:SHOWN] for row in group
    }


def failures_in(result: RunResult, ids: Iterable[str]) -> list[Failure]:
    """Return what there is to tell of failures of a run, in their order."""
    return failures_of(
        [told_requirement(result, result.catalogue.by_id[key]) for key in ids],
        result.folder,
        result.request_lines,
        repeat=lambda row: repeat_of(result, row["id"]),
        hanging=result.hanging,
    )


def decided_against(result: RunResult) -> list[Requirement]:
    """Return what decides against the endpoint."""
    return [item for item in result.broken if item.obligation != "advisory"]


def groups_of(result: RunResult) -> list[list[Mapping[str, Any]]]:
    """Return what decides against the endpoint, as the certificate tells it, what is alike together."""
    return alike(told_requirement(result, item) for item in decided_against(result))


def _waived_groups(result: RunResult) -> list[list[Mapping[str, Any]]]:
    """Return what is broken and may be, what is alike under the same waiver together."""
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for item in result.waived:
        row = told_requirement(result, item)
        found[row["waiver"]["requirement"]].append(row)
    return [group for rows in found.values() for group in alike(rows)]


def _print_failure(console: Console, result: RunResult, head: str, failure: Failure, others: Sequence[str]) -> None:
    console.print(f"\n{head} [bold]{shown(failure.id)}[/]")
    console.print(f"  {shown(failure.statement)}")
    for label, text in told(replace(failure, untested=()), result.findings):
        console.print(f"  {label:<10} {shown(text)}")
    print_untested(console, result, [failure.id, *others])
    if others:
        is_one = len(others) == 1
        console.print(f"  alike      {len(others):,} more {'is' if is_one else 'are'} broken in the same way:")
        for line in braced(others):
            console.print(f"             {shown(line)}")


def print_untested(console: Console, result: RunResult, roots: Iterable[str]) -> None:
    """Print what hangs on failures or errors."""
    for label, text in told_untested([key for root in roots for key in result.hanging.get(root, ())], result.findings):
        console.print(f"  {label:<10} {shown(text)}")


def print_requests(console: Console, result: RunResult, exchanges: tuple[str, ...]) -> None:
    """Print what was asked, each question once; the certificate names every exchange."""
    for text in requests_of(result, exchanges):
        console.print(f"  {'request':<10} {shown(text)}")


def requests_of(result: RunResult, exchanges: tuple[str, ...]) -> Iterator[str]:
    """Yield what was asked, each question once."""
    asked: dict[str, list[str]] = defaultdict(list)
    for exchange in exchanges:
        asked[_shortened(result.request_lines.get(exchange, "?"))].append(exchange)
    if len(asked) > REQUESTS:
        yield f"... {len(asked) - REQUESTS} others before these: see certificate.json"
    for line, seen in list(asked.items())[-REQUESTS:]:
        times = f", and {len(seen) - 1} more {'time' if len(seen) == 2 else 'times'}" if seen[1:] else ""
        yield f"{line} ({seen[0]}{times})"


def repeat_of(result: RunResult, identifier: str) -> str:
    """Return the command line that repeats one requirement of a run alone."""
    settings = result.settings
    return repeat_line(
        identifier,
        result.catalogue.by_id[identifier].level,
        root=None if settings.embedded else result.surveyed.root,
        settle_s=settings.settle_s,
        seed=settings.seed,
        profile=str(settings.profile.path.absolute()) if settings.profile and settings.profile.path else None,
    )


def _shortened(line: str) -> str:
    return line if len(line) <= WIDTH else line[:WIDTH] + "..."
