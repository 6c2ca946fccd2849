"""What a run came to: the one record that every report is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataverse_tck.conformance.finding import Finding
    from dataverse_tck.conformance.requirement import Catalogue
    from dataverse_tck.conformance.surfaces.availability import Availability
    from dataverse_tck.conformance.verdict import Verdict
    from dataverse_tck.evidence.leftover import Leftover
    from dataverse_tck.profile.profile import Profile


@dataclass(frozen=True)
class RunResult:
    """A finished (or interrupted) run. Times are UTC in ISO 8601."""

    verdict: Verdict
    level: str
    root: str
    embedded: bool
    completed_from: str | None
    catalogue: Catalogue
    started: str
    finished: str
    seed: int
    workers: int
    pytest_args: tuple[str, ...]
    surfaces: tuple[Availability, ...]  # what could be read of the endpoint
    only: tuple[str, ...]
    findings: Mapping[str, Finding]  # one for every requirement of the catalogue, in its order
    controls: Mapping[str, Finding]
    scenarios: Mapping[str, tuple[str, ...]]  # requirement or control id -> titles of the scenarios that exercised it
    scenario_count: int
    requests: int
    waited_s: float  # because the endpoint throttled
    extensions: tuple[tuple[str, str], ...]  # (kind, name)
    interrupted: bool
    troubles: tuple[str, ...]  # scenarios that broke without a finding, and defects of the kit
    folder: Path
    request_lines: Mapping[str, str]  # exchange id -> "GET https://..."
    settled_s: float = 0.0  # until effects showed, all scenarios together
    settle_s: float = 10.0  # how long an effect might take
    rows_written: Mapping[str, int] = field(default_factory=dict)  # test rows, by table
    leftovers: tuple[Leftover, ...] = ()  # of them, not removed
    profile: Profile | None = None


LATENCY_S = 0.1  # of one request, to have a figure in a plan


@dataclass(frozen=True)
class Plan:
    """The least that a run would do."""

    level: str
    scenarios: int
    requests: int
    rows: Mapping[str, int]  # by table

    def seconds(self, workers: int) -> float:
        """Return how long the requests take at 100 ms each, ``workers`` of them at once."""
        return self.requests * LATENCY_S / workers
