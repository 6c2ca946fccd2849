"""The reports that a run leaves by itself: its page, and on a CI server a summary where that shows it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dataverse_tck.report.folder import read_run
from dataverse_tck.report.formats import FORMATS
from dataverse_tck.report.told_run import ToldRun
from dataverse_tck.report.write import write
from dataverse_tck.reporting import terminal
from dataverse_tck.reporting.ci import STEP_SUMMARY, Guarded, server

if TYPE_CHECKING:
    from dataverse_tck.reporting.result import RunResult
    from dataverse_tck.scenarios.sentences import Listener


def leave_reports(folder: Path) -> None:
    """Write the page of a run; a report that cannot be made takes nothing from what was found."""
    try:
        run = read_run(folder, is_ours=True)
        page = FORMATS["html"]
        write(folder / page.file, page.pieces(run))
        _summarise(run, folder)
    except Exception as error:  # noqa: BLE001 - the certificate stands
        _apologise(error)


def leave_allure(result: RunResult, listener: Listener | None) -> None:
    """Write the results for Allure, before the certificate, which names each of their files."""
    from dataverse_tck.report.allure import results

    try:
        results.write(result.folder / results.ALLURE, result, listener.spoken if listener else {})
    except Exception as error:  # noqa: BLE001 - the certificate follows
        _apologise(error)


def _apologise(error: Exception) -> None:
    with terminal.forgiving():
        terminal.out().print(f"A report could not be made ({error!r}): please report it.", markup=False)


def _summarise(run: ToldRun, folder: Path) -> None:
    """Give the CI server its summary: GitHub reads what is appended to a file, Azure is told of one."""
    summary = FORMATS["md"]
    if shown_at := os.environ.get(STEP_SUMMARY):
        with Path(shown_at).open("ab") as file:
            file.writelines(summary.pieces(run))
    if server() == "azure" and isinstance(sys.stdout, Guarded):
        write(folder / summary.file, summary.pieces(run))
        sys.stdout.say(f"##vso[task.uploadsummary]{folder / summary.file}")
