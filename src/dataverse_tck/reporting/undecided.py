"""What the terminal says beside the failures: controls that did not pass, advisory findings, what was not decided."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from dataverse_tck.conformance.control import guarded_by
from dataverse_tck.conformance.controls import CONTROLS
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.reporting.failures import print_requests, print_untested, told_in_full
from dataverse_tck.reporting.telling.causes import Cause, causes
from dataverse_tck.reporting.wording import counted, in_few_lines, lines, shown

if TYPE_CHECKING:
    from rich.console import Console

    from dataverse_tck.reporting.result import RunResult

TROUBLES = 10  # told; the certificate has them all


def print_controls(console: Console, result: RunResult) -> None:
    """Print each control that did not pass: what it guards proves nothing."""
    for control in CONTROLS:
        found = result.controls[control.id]
        if found.outcome is Outcome.FAIL:
            console.print(f"\n[yellow]CONTROL[/] [bold]{control.id}[/] did not pass: {shown(found.reason)}")
            number = len(guarded_by(control, result.catalogue))
            console.print(f"  {shown(control.statement)} So {number} passes prove nothing.")
            print_requests(console, result, found.exchanges)


def print_advisory(console: Console, result: RunResult) -> None:
    """Print what is not as is usual."""
    for item in result.catalogue.requirements:
        if item.obligation == "advisory" and result.findings[item.id].outcome is Outcome.FAIL:
            console.print(f"\n[yellow]ADVISORY[/] [bold]{shown(item.id)}[/] is no part of the verdict")
            console.print(f"  {shown(item.statement)}")
            console.print(f"  because    {shown(lines(result.findings[item.id].reason))}")
            print_requests(console, result, result.findings[item.id].exchanges)


def print_undecided(console: Console, result: RunResult) -> None:
    """Print what could not be decided, each cause once, with every id that it holds for.

    What hangs on a failure or an error stands below that.
    """
    for cause in causes_in(result):
        console.print(f"\n[yellow]{cause.outcome.upper()}[/] {shown(lines(cause.reason))}")
        for line in in_few_lines(cause.ids, result.findings):
            console.print(f"  {shown(line)}")
        print_untested(console, result, cause.ids)


def causes_in(result: RunResult) -> list[Cause]:
    """Return why requirements of a run were not decided."""
    decided = ((key, found.outcome, found.reason) for key, found in result.findings.items())
    return causes(decided, result.hanging, told_in_full(result))


def print_troubles(console: Console, result: RunResult) -> None:
    """Tell each trouble once, with the scenario that it was met in first; one cause breaks many scenarios."""
    titles = {f"{title}: " for some in result.scenarios.values() for title in some}
    grouped: dict[str, list[str]] = defaultdict(list)
    for trouble in result.troubles:
        where = max(filter(trouble.startswith, titles), key=len, default="")
        grouped[trouble.removeprefix(where)].append(trouble)
    for troubles in list(grouped.values())[:TROUBLES]:
        more = f" (and in {counted(len(troubles) - 1, 'scenario')} more)" if len(troubles) > 1 else ""
        console.print(f"\n[yellow]TROUBLE[/] {shown(troubles[0])}{more}")
    if len(grouped) > TROUBLES:
        console.print(f"\n... and {len(grouped) - TROUBLES} more troubles: see certificate.json")
