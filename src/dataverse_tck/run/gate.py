"""What a run is held to: its verdict, or a run before."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataverse_tck.conformance.finding import BROKEN, Outcome
from dataverse_tck.conformance.verdict import EXIT_CODES, NO_WORSE, Verdict
from dataverse_tck.report.differences import told_in_lines
from dataverse_tck.report.folder import BASELINE
from dataverse_tck.reporting.certificate import CERTIFICATE
from dataverse_tck.reporting.wording import counted, shown

if TYPE_CHECKING:
    from rich.console import Console

    from dataverse_tck.report.differences import Differences
    from dataverse_tck.reporting.result import RunResult

_CHECKED = {*BROKEN, Outcome.PASS}
_UNDECIDED = {Outcome.ERROR, Outcome.NOT_TESTABLE, Outcome.NOT_OBSERVABLE}


def keep_baseline(baseline: Path, folder: Path) -> None:
    """Copy the certificate of the run before into the folder of this one, whose reports tell what has changed."""
    shutil.copyfile(baseline / CERTIFICATE, folder / BASELINE)


def exit_code_of(result: RunResult, since: Differences | None) -> int:
    """Return the exit code of a run, by its gate."""
    if result.settings.gate == NO_WORSE and since is not None:
        return _exit_code_since(result, since)
    return result.exit_code(result.settings.gate)


def _exit_code_since(result: RunResult, since: Differences) -> int:
    """Return 1 where something fails that did not, 3 where something was checked that is not any more, else 0.

    What a run was told to leave out, or lies beyond its level, is not worse; a run that checked nothing is.
    """
    if since.newly_failing:
        return EXIT_CODES[Verdict.NOT_CONFORMANT]
    is_worse = result.interrupted or result.troubles or unchecked(since) or not _has_checked(result)
    return EXIT_CODES[Verdict.INCOMPLETE] if is_worse else 0


def _has_checked(result: RunResult) -> bool:
    return any(found.outcome in _CHECKED for found in result.findings.values())


def unchecked(since: Differences) -> tuple[str, ...]:
    """Return the ids of what could be checked before and cannot be any more, though it was to be."""
    return tuple(key for key in since.no_longer_checked if since.outcomes[key][1] in _UNDECIDED)


def print_changes(
    console: Console, result: RunResult, before: Mapping[str, Any] | None, since: Differences | None
) -> None:
    """Say what has changed since the run before, where there is one, and what the gate makes of it."""
    if before is None or since is None:
        return
    name = shown(str(result.settings.baseline))
    console.print(f"\nbaseline   {name}: {before['verdict']}, begun {before['started']}")
    for line in told_in_lines(since, result.findings):
        console.print(f"  {line}" if line else "", markup=False)
    if result.settings.gate == NO_WORSE:
        console.print(f"\ngate       no-worse: {_said(result, since)}")


def _said(result: RunResult, since: Differences) -> str:
    if since.newly_failing:
        return f"{counted(len(since.newly_failing), 'requirement')} failed that did not before"
    if found := unchecked(since):
        return f"{counted(len(found), 'requirement')} could be checked before, and could not be now"
    if result.interrupted or result.troubles:
        return "the run did not end well"
    return "nothing is worse than before" if _has_checked(result) else "nothing was checked"
