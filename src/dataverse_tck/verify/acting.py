"""Scenarios performed again, each from its own lines of the record, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor, Future
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from dataverse_tck.acting.acting_session import ActingSession
from dataverse_tck.acting.perform import Performance, Performed
from dataverse_tck.acting.rounds import Apart, Round, Rounds
from dataverse_tck.acting.settle import looked_once_more
from dataverse_tck.profile.fixture_commands import FixtureResult, command_of
from dataverse_tck.usage import UsageError
from dataverse_tck.verify.waits import RecordedWaits
from dataverse_tck.webapi.http.recorded import RecordedBatches, RecordedSession

if TYPE_CHECKING:
    from dataverse_tck.acting.script import Script
    from dataverse_tck.evidence.record import Record
    from dataverse_tck.evidence.recorder import Recorder
    from dataverse_tck.profile.calls import Fixture
    from dataverse_tck.webapi.http.batches import Batches
    from dataverse_tck.webapi.http.session import Session
    from dataverse_tck.webapi.rows.records import Records


class ReplayedActing(ActingSession):
    """The acting of a run, taken from its record: no request is sent, no command run, nobody waits."""

    def __init__(self, *arguments: Any, record: Record, **more: Any) -> None:
        self._record = record
        super().__init__(*arguments, **more)
        self._stage.pause = lambda seconds: None  # type: ignore[method-assign] # what was waited for has passed
        self._stage.waits = self._waits = RecordedWaits(self._stage, record)
        self._stage.run_command = self._command  # type: ignore[method-assign]
        self._stage.plan_placed = self._plan  # type: ignore[method-assign]
        self._again = record.again

    def check(self) -> None:
        """Refuse waits that do not go together, once all is performed."""
        self._waits.check()

    @property
    def _is_broken_off(self) -> bool:
        """Whether the run ended before all was performed: nothing came of that, and how far it got is not known."""
        end = self._record.end or {}
        return bool(end.get("interrupted") or end.get("trouble")) and not end.get("performed")

    def look_ahead(self) -> None:
        """Ask what scenarios need."""
        if not self._is_broken_off:
            super().look_ahead()

    def _perform(self, scripts: Mapping[str, Script]) -> None:
        if not self._is_broken_off:
            super()._perform(scripts)

    def stop(self) -> None:
        """Go on to the end: it was performed before the run was interrupted, or is not performed at all."""

    def _remove(self) -> None:
        if not self._is_broken_off:
            super()._remove()

    def _opened(self, root: str, recorder: Recorder) -> Session:
        return RecordedSession(root, record=self._record)

    def _batched(self, session: Session) -> Batches:
        assert isinstance(session, RecordedSession)
        return RecordedBatches(session, self._record)

    def _rounds(self) -> Rounds:
        return ReplayedRounds(
            self._stage, 1, lambda identifier: identifier not in self._settings.not_claimed, self._tick
        )

    def _plan(self, table: str, entity_set: str, id: str, records: Records) -> None:  # noqa: A002 - as there
        """Note what a command had made; ValueError where another scene had got it then."""
        if self._record.twice(records.scene, id):
            raise ValueError
        self._ledger.plan(table, entity_set, id, records.scene)

    def _command(self, fixture: Fixture, conversation: str | None) -> tuple[FixtureResult, str]:
        """Return what became of a command then; it is not run."""
        command = command_of(fixture, conversation)
        told = self._record.command(command)
        if told is None:
            raise UsageError(f"fixtures.{fixture.name} is not in the record.")
        if "problem" in told:
            raise UsageError(told["problem"])
        result = FixtureResult(fixture.name, command, told["code"], told["stdout"], told["stderr"], told["seconds"])
        return result, told["id"]


class ReplayedRounds(Rounds):
    """Performs scripts one after the other, in any order: each has its own lines."""

    def _round(self, looks: Executor, what: str, scripts: Mapping[str, Script], apart: Apart, which: str = "") -> Round:
        performed: Round = {}
        for title, script in scripts.items():
            performance: Performance = self._performance(title, script, which)
            if script.given and not which:
                performance.prepare()
            performed[title] = one = performance.finish()
            if one.missed:
                look: Future[Performed] = Future()
                look.set_result(looked_once_more(one, self.stage, nullcontext()))
                self._looks[which, title] = look
            self.progress(what, len(performed), len(scripts))
        return performed
