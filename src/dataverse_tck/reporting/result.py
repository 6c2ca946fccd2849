"""What a run came to: the one record that every report is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.conformance.hanging import Decided, hanging_on
from dataverse_tck.conformance.verdict import exit_code
from dataverse_tck.conformance.waivers import Standing

if TYPE_CHECKING:
    from dataverse_tck.conformance.finding import Finding
    from dataverse_tck.conformance.requirement import Catalogue, Requirement
    from dataverse_tck.conformance.surfaces.availability import Availability
    from dataverse_tck.conformance.verdict import Verdict
    from dataverse_tck.conformance.waivers import JudgedWaiver
    from dataverse_tck.evidence.leftover import Leftover
    from dataverse_tck.profile.coverage import Tried
    from dataverse_tck.settings import Settings


def stale_waiver(requirement: str, owner: str) -> str:
    """Return what is said of a waiver that is not needed any more."""
    return f"The waiver of {requirement} ({owner}) is stale: nothing of it fails. Remove it."


_OPEN = (Outcome.FAIL, Outcome.WAIVED, Outcome.ERROR, Outcome.NOT_TESTABLE, Outcome.NOT_OBSERVABLE)


@dataclass(frozen=True)
class Surveyed:
    """What was seen of the endpoint itself."""

    root: str  # service root, or the address as it was named when nothing was found there
    completed_from: str | None = None  # the address as it was named, where the service root was found below it
    surfaces: tuple[Availability, ...] = ()  # what could be read
    extensions: tuple[tuple[str, str], ...] = ()  # (kind, name)
    private: tuple[str, ...] = ()  # messages that are private, and therefore not in $metadata
    version: str | None = None  # that the endpoint tells of itself (RetrieveVersion)
    metadata: str | None = None  # SHA-256 of all that it declared


@dataclass(frozen=True)
class Acted:
    """What a run did to the endpoint."""

    rows_written: Mapping[str, int] = field(default_factory=dict)  # test rows, by table
    leftovers: tuple[Leftover, ...] = ()  # of them, not removed
    settled_s: float = 0.0  # until effects showed, all scenarios together
    tried: tuple[Tried, ...] = ()  # messages of calls, by state
    at_once: int | None = None  # requests that were allowed at once, at most


@dataclass(frozen=True)
class ScenarioOutcome:
    """What was told of one scenario."""

    title: str  # "features/about/names.feature: ..."
    line: int  # of its file
    outcome: Outcome
    said: Mapping[str, Outcome]  # by requirement or control
    seconds: float = 0.0  # in which it was performed
    tag: str | None = None  # "failure", "error", "skipped": how JUnit calls an end that is no pass
    problem: str = ""  # what ended it, where something did

    @property
    def file(self) -> str:
        """The file of its feature."""
        return self.title.partition(": ")[0]

    @property
    def name(self) -> str:
        """Its own name."""
        return self.title.partition(": ")[2]


@dataclass(frozen=True)
class RunResult:
    """A finished (or interrupted) run. Times are UTC in ISO 8601."""

    settings: Settings
    catalogue: Catalogue
    verdict: Verdict
    started: str
    finished: str
    findings: Mapping[str, Finding]  # one for every requirement of the catalogue, in its order
    controls: Mapping[str, Finding]
    surveyed: Surveyed
    acted: Acted
    scenarios: Mapping[str, tuple[str, ...]]  # requirement or control id -> titles of the scenarios that exercised it
    scenario_count: int
    requests: int
    parts: int  # of batches, each of which is one request
    waited_s: float  # because the endpoint throttled
    request_lines: Mapping[str, str]  # exchange id -> "GET https://..."
    interrupted: bool
    troubles: tuple[str, ...]  # scenarios that broke without a finding, and defects of the kit
    folder: Path
    told: tuple[ScenarioOutcome, ...] = ()  # in the order in which they were told
    waivers: tuple[JudgedWaiver, ...] = ()

    @cached_property
    def hanging(self) -> Mapping[str, tuple[str, ...]]:
        """By the id of a failure or an error, the ids of all that is not testable because of it."""
        found = self.findings
        return hanging_on(
            Decided(it.id, found[it.id].outcome, it.blocked_by, found[it.id].reason)
            for it in self.catalogue.requirements
        )

    @cached_property
    def untold(self) -> Mapping[str, Finding]:
        """What failed or was not decided, and no scenario has told so, by id."""
        told = {(key, outcome) for scenario in self.told for key, outcome in scenario.said.items()}
        return {
            key: found
            for key, found in self.findings.items()
            if found.outcome in _OPEN and (key, found.outcome) not in told
        }

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that keeps the run from being complete beside what was found, each in a sentence."""
        stale = (one.waiver for one in self.waivers if one.standing is Standing.STALE)
        return (*self.troubles, *(stale_waiver(one.requirement, one.owner) for one in stale))

    def exit_code(self, gate: str) -> int:
        """Return the exit code by a gate that looks at this run alone."""
        is_broken = self.interrupted or bool(self.problems)
        return exit_code(self.verdict, self.findings, self.catalogue, gate=gate, broken=is_broken)

    @property
    def broken(self) -> tuple[Requirement, ...]:
        """The requirements that were seen broken, advisory ones too, and without those that are waived."""
        return tuple(it for it in self.catalogue.requirements if self.findings[it.id].outcome is Outcome.FAIL)

    @property
    def waived(self) -> tuple[Requirement, ...]:
        """The requirements that were seen broken, and may be."""
        return tuple(it for it in self.catalogue.requirements if self.findings[it.id].outcome is Outcome.WAIVED)

    def waiver_of(self, identifier: str) -> JudgedWaiver | None:
        """Return the waiver of what was seen broken: one that counts, else one that has expired."""
        found = [one for one in self.waivers if identifier in one.covers]
        return min(found, key=lambda one: one.standing is Standing.EXPIRED, default=None)


LATENCY_S = 0.1  # of one request, to have a figure in a plan


@dataclass(frozen=True)
class Plan:
    """The least that a run would do."""

    level: str
    scenarios: int
    requests: int
    parts: int  # of batches, where they are offered
    rows: Mapping[str, int]  # by table

    def seconds(self, workers: int) -> float:
        """Return how long the requests take at 100 ms each, ``workers`` of them at once."""
        return self.requests * LATENCY_S / workers
