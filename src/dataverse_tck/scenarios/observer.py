"""Listens to a pytest session on behalf of a run: who exercised what, what broke, how far it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.reporting.result import ScenarioOutcome
from dataverse_tck.scenarios.context import CONTEXT, Context

if TYPE_CHECKING:
    from collections.abc import Sequence


_OURS = re.compile(r"^dataverse_tck\.[\w.]+: (?=.)")  # the name of an error of ours says nothing to anybody


class Observer:
    """A pytest plug-in object; after the session it holds what the verdict needs to know of the scenarios."""

    def __init__(self, context: Context, progress: Callable[[str, int, int], None]) -> None:
        self._context = context
        self._progress = progress
        self.total = 0
        self.finished = 0
        self.deselected = 0
        self.scenarios: dict[str, list[str]] = defaultdict(list)
        self.told: list[ScenarioOutcome] = []
        self.troubles: list[str] = []
        self.interrupted = False  # by a signal; pytest also calls a session with collection errors interrupted

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[CONTEXT] = self._context

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.total = self.total or len(session.items)

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        self.deselected += len(items)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.troubles.append(f"{report.nodeid} could not be collected: {_last_line(report.longreprtext)}")

    def pytest_keyboard_interrupt(self) -> None:
        self.interrupted = True
        if self._context.acting is not None:
            self._context.acting.stop()

    def pytest_internalerror(self, excrepr: object) -> None:
        self.troubles.append(f"the kit broke inside: {_last_line(str(excrepr))}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = dict(report.user_properties)
        if report.when == "call":
            self.finished += 1
            self._progress("scenarios", self.finished, self.total)
            title = str(told.get("scenario", report.nodeid))
            for name, identifier in report.user_properties:
                if name == "requirement":
                    self.scenarios[str(identifier)].append(title)
            self._note(report, title, told)
        if report.failed and (report.when != "call" or told.get("outcome") in (None, str(Outcome.PASS))):
            self.troubles.append(f"{told.get('scenario', report.nodeid)}: {_reason(report)}")

    def _note(self, report: pytest.TestReport, title: str, told: Mapping[str, object]) -> None:
        """Note what came of a scenario, with the time in which it was performed."""
        outcome = Outcome(str(told.get("outcome", Outcome.ERROR if report.failed else Outcome.PASS)))
        tag, problem = None, ""
        if report.failed:
            tag, problem = "failure" if outcome is Outcome.FAIL else "error", _reason(report)
        elif report.skipped:
            tag, problem = "skipped", _skipped(report)
        acting = self._context.acting
        performed = acting.performed.get(title) if acting else None
        self.told.append(
            ScenarioOutcome(
                title=title,
                line=int(str(told.get("line", 0))),
                outcome=outcome,
                said={key: Outcome(str(value)) for key, value in told.items() if "/" in key},
                seconds=performed.seconds if performed else report.duration,
                tag=tag,
                problem=problem,
            )
        )


def _skipped(report: pytest.TestReport) -> str:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
    return reason.removeprefix("Skipped: ")


def _reason(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    told = str(crash.message).splitlines()[0] if crash else _last_line(report.longreprtext)
    return _OURS.sub("", told)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].removeprefix("E").strip() if lines else "no reason was given"
