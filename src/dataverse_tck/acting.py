"""The acting part of a run: opens the stage, performs the scenarios that write, removes every row again."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dataverse_tck.acts.stage import Stage
from dataverse_tck.conformance.judge import hold_back
from dataverse_tck.examination import TOKEN_VARIABLE
from dataverse_tck.performance import Performed, gather, perform_all
from dataverse_tck.webapi.cleanup import clean_up
from dataverse_tck.webapi.ledger import Ledger
from dataverse_tck.webapi.session import Session, Tally
from dataverse_tck.webapi.tables import Tables

if TYPE_CHECKING:
    from dataverse_tck.conformance.finding import Finding
    from dataverse_tck.conformance.requirement import Catalogue
    from dataverse_tck.evidence.recorder import Recorder
    from dataverse_tck.examination import Examination, Suite
    from dataverse_tck.trial import Script

Tick = Callable[[str, int, int], None]  # what is counted, how many are done, of how many
LEDGER = "ledger.ndjson"


@dataclass(frozen=True)
class Terms:
    """How a run acts: seconds that an effect may take, scenarios at once, ids of second principals, what is claimed."""

    seed: int
    settle_s: float = 10.0
    workers: int = 8
    principals: tuple[str, ...] = ()
    not_claimed: Mapping[str, str] = field(default_factory=dict)  # requirement -> why


class Acting:
    """One run's acting on one endpoint. ``performed`` is filled by ``perform``; ``close`` removes what was written."""

    def __init__(
        self, examined: Examination, suite: Suite, recorder: Recorder, *, folder: Path, terms: Terms, tick: Tick
    ) -> None:
        self.performed: dict[str, Performed] = {}
        self.leftovers: tuple[tuple[str, str, str, str], ...] = ()  # (table, id, path, reason)
        self._root = examined.root
        self._recorder = recorder
        self._terms = terms
        self._tick = tick
        self._spent: list[Session] = []
        mark = f"TCK {terms.seed:08x}"
        session = self._session()
        self._ledger = Ledger(
            folder / LEDGER,
            {"root": examined.root, "seed": terms.seed, "mark": mark, "started": datetime.now(UTC).isoformat()},
        )
        self._stage = Stage(
            session,
            Tables(session),
            self._ledger,
            suite.catalogue,
            examined.readings,
            seed=terms.seed,
            mark=mark,
            settle_s=terms.settle_s,
            principals=terms.principals,
        )

    def perform(self, scripts: Mapping[str, Script]) -> None:
        """Perform scripts by title."""
        self.performed = perform_all(
            scripts,
            self._stage,
            workers=self._terms.workers,
            claimed=lambda identifier: identifier not in self._terms.not_claimed,
            progress=lambda done, total: self._tick("performed", done, total),
        )

    def findings(self, catalogue: Catalogue) -> dict[str, Finding]:
        """Return one finding for each requirement that was performed."""
        found = gather(self.performed.values())
        return hold_back([item for item in catalogue.requirements if item.id in found], found)

    def close(self, tick: Tick | None = None) -> None:
        """Remove every row that was written, by a session of its own: the first one may have been stopped."""
        with self._session() as session:
            left = clean_up(
                session,
                self._ledger.entries,
                workers=self._terms.workers,
                on_progress=(lambda done, total: tick("rows removed", done, total)) if tick else None,
                ledger=self._ledger,
                settle_s=max(self._terms.settle_s, 30.0),
            )
        self.leftovers = tuple((one.entry.table, one.entry.id, one.entry.path, one.reason) for one in left)
        self._stage.session.close()
        self._ledger.close()

    @property
    def rows_written(self) -> dict[str, int]:
        """How many rows were planned and sent, by table."""
        return dict(sorted(Counter(entry.table for entry in self._ledger.entries).items()))

    @property
    def tally(self) -> Tally:
        """What all sessions have cost."""
        return Tally(
            requests=sum(session.tally.requests for session in self._spent),
            waited_s=sum(session.tally.waited_s for session in self._spent),
        )

    @property
    def settled_s(self) -> float:
        """Seconds that scenarios waited for effects, all together."""
        return self._stage.clock.settled

    def _session(self) -> Session:
        session = Session(self._root, token=os.environ.get(TOKEN_VARIABLE), recorder=self._recorder)
        self._spent.append(session)
        return session
