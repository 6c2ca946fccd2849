"""A stage to act on: with a real session, at an emulator or at an address where nobody is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dataverse_tck.acts.stage import Stage
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.endpoint.survey import survey
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.profile.calls import Calls
from dataverse_tck.profile.profile import Profile
from dataverse_tck.readings import Reading, Readings, State
from dataverse_tck.settings import Settings
from dataverse_tck.webapi.http.session import Session
from dataverse_tck.webapi.rows.ledger import Ledger
from dataverse_tck.webapi.rows.tables import Tables

NOWHERE = "http://127.0.0.1:9/api/data/v9.2"
SUITE = load_suite()
TIME_GROUP = "msdyn_timegroup_msdyn_ocliveworkitems"


@contextmanager
def stage_at(folder: Path, root: str = NOWHERE, *, calls: Calls | None = None) -> Iterator[Stage]:
    """Yield a stage at a service root; what it declares is read, unless it is nowhere."""
    recorder = Recorder(None)
    readings = _nothing_read() if root == NOWHERE else survey(root, recorder, SUITE).readings
    header = {"root": root, "seed": 1, "mark": "TCK", "started": "2026-11-21T10:00:00Z"}
    profile = Profile("", "", calls=calls)
    settings = Settings(level="calls" if calls else "data", seed=1, profile=profile)
    with Session(root, token=None, recorder=recorder) as session, Ledger(folder / "ledger.ndjson", header) as ledger:
        yield Stage(session, Tables(session), ledger, SUITE.catalogue, readings, settings=settings)


def _nothing_read() -> Readings:
    nothing: Reading[Any] = Reading(State.UNREADABLE)
    return Readings(nothing, nothing, {}, {}, *[nothing] * 7)


class Hours:
    """A clock that moves when somebody waits; stands in for ``time`` and for an event that is never set."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        """Return the time."""
        return self.now

    def wait(self, seconds: float) -> bool:
        """Let time pass."""
        self.now += max(seconds, 1e-6)  # less than that is lost in rounding, and time would stand still
        return False
