"""The acting part of a run: opens the stage, performs the scenarios that write, removes every row again.

All of it goes on in the background, beside what the rest of the run has to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dataverse_tck.acting.learn import find_others, learn
from dataverse_tck.acting.perform import Performed, merge_findings
from dataverse_tck.acting.rounds import Progress, Rounds
from dataverse_tck.acting.trial import Trial, try_offer
from dataverse_tck.acts.calls.placing import end_all
from dataverse_tck.acts.stage import TOGETHER, Stage
from dataverse_tck.conformance.controls import withdraw_unproven
from dataverse_tck.conformance.judge import mark_blocked
from dataverse_tck.conformance.sent_controls import SENT
from dataverse_tck.evidence.purpose import Phase, Purpose
from dataverse_tck.profile.coverage import messages_by_state
from dataverse_tck.profile.offer_values import misfits
from dataverse_tck.profile.signatures import TABLE, contradictions, signatures
from dataverse_tck.usage import UsageError
from dataverse_tck.webapi.credentials import token_from_environment
from dataverse_tck.webapi.http.batches import Batches
from dataverse_tck.webapi.http.errors import WebApiError
from dataverse_tck.webapi.http.gate import Gate
from dataverse_tck.webapi.http.limits import MOST_AT_ONCE
from dataverse_tck.webapi.http.session import Session
from dataverse_tck.webapi.metadata.custom_apis import read_custom_apis
from dataverse_tck.webapi.rows.cleanup import clean_up
from dataverse_tck.webapi.rows.ledger import Ledger
from dataverse_tck.webapi.rows.principals import organization
from dataverse_tck.webapi.rows.tables import Tables

if TYPE_CHECKING:
    from dataverse_tck.acting.script import Script
    from dataverse_tck.conformance.finding import Finding
    from dataverse_tck.conformance.requirement import Catalogue
    from dataverse_tck.conformance.suite import Suite
    from dataverse_tck.endpoint.survey import Survey
    from dataverse_tck.evidence.leftover import Leftover
    from dataverse_tck.evidence.recorder import Recorder
    from dataverse_tck.profile.calls import Calls
    from dataverse_tck.profile.coverage import Tried
    from dataverse_tck.profile.signatures import Signature
    from dataverse_tck.settings import Settings

LEDGER = "ledger.ndjson"
TICK_S = 0.1


class ActingSession:
    """One run's acting on one endpoint. ``performed`` is filled once all is; ``close`` removes what was written."""

    def __init__(
        self, surveyed: Survey, suite: Suite, recorder: Recorder, *, folder: Path, settings: Settings, tick: Progress
    ) -> None:
        self.performed: dict[str, Performed] = {}
        self.leftovers: tuple[Leftover, ...] = ()
        self.troubles: tuple[str, ...] = ()  # of ending the calls
        self._settings = settings
        self._tick = tick
        self._workers = settings.workers or MOST_AT_ONCE
        recorder.otherwise = Purpose(Phase.READINGS)
        self._session = session = self._opened(surveyed.root, recorder)
        self._ledger = Ledger(
            folder / LEDGER,
            {
                "root": surveyed.root,
                "organization": organization(session),
                "seed": settings.seed,
                "mark": settings.mark,
                "started": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            },
        )
        batches = self._batched(session)
        tables = Tables(batches)
        if settings.calls:
            _expect_offer(settings.calls, tables)
        self._stage = Stage(
            session,
            tables,
            self._ledger,
            suite.catalogue,
            surveyed.readings,
            settings=settings,
            signatures=self._signatures(surveyed) if settings.calls else None,
            batches=batches,
        )
        self._background = ThreadPoolExecutor(3, thread_name_prefix="background")
        self._known: Future[None] | None = None  # whether the tables have been read ahead
        self._performing: Future[None] | None = None
        self._removal: Future[None] | None = None
        self._again: Callable[[], bool] | None = None  # whether to look once more for rows; None: by the clock
        self._removed: tuple[int, int] | None = None  # rows, of how many

    def _opened(self, root: str, recorder: Recorder) -> Session:
        return Session(root, token=token_from_environment(), recorder=recorder, gate=Gate(self._settings.workers))

    def _batched(self, session: Session) -> Batches:
        return Batches(session, TOGETHER)

    def _rounds(self) -> Rounds:
        return Rounds(
            self._stage,
            workers=self._workers,
            claimed=lambda identifier: identifier not in self._settings.not_claimed,
            progress=self._tick,
        )

    def look_ahead(self) -> None:
        """Ask in the background what scenarios will need; where some are left out, nobody knows yet what that is."""
        if not (self._settings.only or self._settings.exclude or self._settings.pytest_args or self._settings.max_fail):
            self._known = self._background.submit(learn, self._stage)
            self._background.submit(self._find_others)

    def _find_others(self) -> None:
        """Find others once the tables are known: asked beside each other, a table could be asked for twice."""
        assert self._known is not None
        self._known.result()
        find_others(self._stage)

    def _signatures(self, surveyed: Survey) -> Mapping[str, Signature]:
        """Return how the endpoint wants its messages; UsageError when the profile says otherwise."""
        calls, csdl = self._settings.calls, surveyed.readings.csdl.content
        assert calls is not None
        apis = read_custom_apis(self._session, tuple(calls.messages))
        if problems := contradictions(csdl, apis, calls):
            more = f" (and {len(problems) - 1} more: dataverse-tck profile check --endpoint)" if problems[1:] else ""
            raise UsageError(f"The profile contradicts what the endpoint declares: {problems[0]}{more}")
        return signatures(csdl, apis, calls)

    @property
    def begun(self) -> bool:
        """Whether scenarios are being performed, or have been."""
        return self._performing is not None

    def begin(self, scripts: Mapping[str, Script]) -> None:
        """Have scripts performed, by title; ``finish`` waits for that."""
        self._performing = self._background.submit(self._perform, scripts)

    def finish(self) -> None:
        """Wait until all that was begun is performed; what broke the kit is raised to everybody who waits."""
        if self._performing is not None:
            self._performing.result()

    def stop(self) -> None:
        """Let what is being performed end at once."""
        if self._performing is not None and not self._performing.done():
            self._stage.stopping.set()

    def _perform(self, scripts: Mapping[str, Script]) -> None:
        if self._known is not None:
            self._known.result()
        performed = self._rounds().perform_all(scripts)
        if self._stage.stopping.is_set():
            return  # somewhere a look was broken off: nobody can say where
        self.performed = performed
        self._removal = self._background.submit(self._remove)  # while scenarios are told

    def try_offer(self) -> Trial:
        """Have one call offered and say what it is like; ``close`` ends and removes it."""
        return try_offer(self._stage)

    def findings(self, catalogue: Catalogue) -> dict[str, Finding]:
        """Return one finding for each requirement that was performed, as the controls leave it."""
        found = withdraw_unproven(merge_findings(self.performed.values()), self.controls(), catalogue)
        return mark_blocked([item for item in catalogue.requirements if item.id in found], found)

    def controls(self) -> dict[str, Finding]:
        """Return one finding for each control that was performed."""
        found = merge_findings(self.performed.values())
        return {control.id: found[control.id] for control in SENT if control.id in found}

    def close(self, tick: Progress | None = None) -> None:
        """End every call and remove every row; what is still being performed ends first."""
        self.stop()
        if self._performing is not None:
            wait([self._performing])
        removal = self._removal or self._background.submit(self._remove)
        while not wait([removal], timeout=TICK_S).done:
            if tick and self._removed:
                tick("rows removed", *self._removed)
        self._background.shutdown()
        self._session.close()
        self._ledger.close()
        removal.result()

    def _remove(self) -> None:
        if self._settings.calls is not None:
            self.troubles = end_all(self._stage)
        self.leftovers = clean_up(
            self._session,
            self._ledger.entries,
            workers=self._workers,
            on_progress=self._note_removed,
            ledger=self._ledger,
            settle_s=max(self._settings.settle_s, 30.0),
            batches=self._stage.batches,
            keys=self._stage.tables.keys,
            again=self._again,
        )

    def _note_removed(self, done: int, total: int) -> None:
        self._removed = (done, total)

    @property
    def rows_written(self) -> dict[str, int]:
        """How many rows were sent and not refused, by table."""
        return dict(sorted(Counter(entry.table for entry in self._ledger.made).items()))

    @property
    def tried(self) -> tuple[Tried, ...]:
        """The messages by state, in the order of the profile; empty where there are none."""
        if self._settings.calls is None:
            return ()
        return messages_by_state(self._settings.calls, (row for one in self.performed.values() for row in one.tried))

    @property
    def at_once(self) -> int:
        """The most requests that were allowed to be under way at once."""
        return self._session.gate.most

    @property
    def waited_s(self) -> float:
        """Seconds that the endpoint asked to wait."""
        return self._session.tally.waited_s

    @property
    def settled_s(self) -> float:
        """Seconds that scenarios waited for effects, all together."""
        return self._stage.clock.settled


def _expect_offer(calls: Calls, tables: Tables) -> None:
    """Raise UsageError where the endpoint declares that it does not take what offers a call."""
    offer = calls.fixtures.get("offer")
    if offer is None or offer.values is None:
        return
    try:
        found = misfits(offer.values, tables.of(TABLE), tables)
    except WebApiError:
        return
    if found:
        raise UsageError(f"No call can be offered by the profile: {found[0]}")
