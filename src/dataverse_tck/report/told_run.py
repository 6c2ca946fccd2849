"""A run as its folder tells it: the one thing that every report is made from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.conformance.hanging import Decided, hanging_on
from dataverse_tck.conformance.requirement import LEVELS
from dataverse_tck.report.differences import Differences, differences
from dataverse_tck.report.features import Feature
from dataverse_tck.report.outcomes import NOT_RUN
from dataverse_tck.reporting.telling.failure import Failure, failures_of
from dataverse_tck.reporting.wording import repeat_line

NO_VERDICT = "no verdict"
"""In place of a verdict, where a run left no certificate."""


@dataclass(frozen=True)
class Outline:
    """What is told of every exchange: one request, what came of it, and whom it was made for."""

    id: str
    method: str  # "RUN" for a command
    url: str  # or the words of the command
    status: int | None
    elapsed_ms: float
    purpose: str  # the title of a scenario, or a phase of the run
    is_part: bool  # of a batch


@dataclass(frozen=True)
class TakenScenario:
    """What a run told of one scenario: its outcome, and that of each requirement and control that it names."""

    outcome: str
    said: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0  # in which it was performed
    line: int = 0  # of its file


@dataclass(frozen=True)
class ToldRun:
    """One run. ``certificate`` is that of its folder, or what can be told without one (``NO_VERDICT``)."""

    folder: Path
    certificate: Mapping[str, Any]
    features: tuple[Feature, ...]  # none where they are not those of the run
    scenarios: Mapping[str, TakenScenario]  # by title
    outlines: tuple[Outline, ...]
    exchanges: Mapping[str, Mapping[str, Any]]  # id -> line, of those that a failure or an error rests on
    settle_s: float | None = None  # how long an effect could take; None where the run does not say
    baseline: Mapping[str, Any] | None = None  # the certificate that it was compared with
    missing: tuple[str, ...] = ()  # sentences: what cannot be told, and why

    @property
    def name(self) -> str:
        """What the run is called, wherever its folder lies: when it began, and how its evidence begins."""
        told = self.certificate
        began = re.sub(r"\D", "", told["started"] or "")[:14] or "never-ended"
        return f"{began}-{told['evidence']['sha256'][:8]}" if told["evidence"] else began

    @cached_property
    def hanging(self) -> Mapping[str, tuple[str, ...]]:
        """What could not be tested because of each failure or error, by its id."""
        return hanging_on(Decided(it["id"], it["outcome"], it["blocked_by"], it["reason"]) for it in self.requirements)

    def repeat(self, item: Mapping[str, Any]) -> str:
        """Return the command line that repeats a requirement alone."""
        told = self.certificate
        return repeat_line(
            item["id"],
            item["level"],
            root=None if told["endpoint"]["embedded"] else told["endpoint"]["root"],
            settle_s=self.settle_s,
            seed=told["seed"],
            profile="profile.toml" if told["profile"] else None,  # the copy in the folder
        )

    def outcome_of(self, title: str, level: str) -> str:
        """What came of a scenario of that level."""
        if taken := self.scenarios.get(title):
            return taken.outcome or NOT_RUN
        is_beyond = LEVELS.index(level) > LEVELS.index(self.certificate["level"])
        return str(Outcome.BEYOND) if is_beyond else NOT_RUN

    @property
    def requirements(self) -> tuple[Mapping[str, Any], ...]:
        """All requirements, as the certificate tells them."""
        return tuple(self.certificate["requirements"])

    @cached_property
    def requests(self) -> Mapping[str, str]:
        """Every exchange by id, as "GET https://..."; of a command, "RUN" and its words."""
        return {one.id: f"{one.method} {one.url}" for one in self.outlines}

    def told_failures(self, rows: Sequence[Mapping[str, Any]]) -> list[Failure]:
        """Return what there is to tell of failures, in their order."""
        return failures_of(rows, self.folder, self.requests, repeat=self.repeat, hanging=self.hanging)

    @cached_property
    def since_baseline(self) -> Differences | None:
        """What differs from the run that it was compared with; None where there is none, or no verdict."""
        if self.baseline is None or self.certificate["verdict"] == NO_VERDICT:
            return None
        return differences(self.baseline, self.certificate)

    @property
    def failed(self) -> tuple[Mapping[str, Any], ...]:
        """What decides against the endpoint, in the order of the certificate."""
        return tuple(it for it in self.requirements if it["outcome"] == Outcome.FAIL and it["obligation"] != "advisory")

    @property
    def waived(self) -> tuple[Mapping[str, Any], ...]:
        """What would decide against the endpoint, and was accepted."""
        return tuple(it for it in self.requirements if it["outcome"] == Outcome.WAIVED)
