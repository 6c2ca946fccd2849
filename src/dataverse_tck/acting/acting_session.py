"""The acting part of a run: opens the stage, performs the scenarios that write, removes every row again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dataverse_tck.acting.perform import Performed, gather, perform_all
from dataverse_tck.acts.calls.placing import end_all
from dataverse_tck.acts.stage import Stage
from dataverse_tck.conformance.judge import mark_blocked
from dataverse_tck.profile.signatures import contradictions, signatures
from dataverse_tck.usage import UsageError
from dataverse_tck.webapi.credentials import token_from_environment
from dataverse_tck.webapi.http.session import Session
from dataverse_tck.webapi.metadata.custom_apis import read_custom_apis
from dataverse_tck.webapi.rows.cleanup import clean_up
from dataverse_tck.webapi.rows.ledger import Ledger
from dataverse_tck.webapi.rows.principals import organization
from dataverse_tck.webapi.rows.tables import Tables

if TYPE_CHECKING:
    from dataverse_tck.conformance.finding import Finding
    from dataverse_tck.conformance.requirement import Catalogue
    from dataverse_tck.conformance.suite import Suite
    from dataverse_tck.endpoint.survey import Examination
    from dataverse_tck.evidence.leftover import Leftover
    from dataverse_tck.evidence.recorder import Recorder
    from dataverse_tck.profile.calls import Calls
    from dataverse_tck.profile.signatures import Signature
    from dataverse_tck.scenarios.script_writer import Script

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
    calls: Calls | None = None  # what the profile says of calls; None: the run sends no message


class Acting:
    """One run's acting on one endpoint. ``performed`` is filled by ``perform``; ``close`` removes what was written."""

    def __init__(
        self, examined: Examination, suite: Suite, recorder: Recorder, *, folder: Path, terms: Terms, tick: Tick
    ) -> None:
        self.performed: dict[str, Performed] = {}
        self.leftovers: tuple[Leftover, ...] = ()
        self.troubles: tuple[str, ...] = ()  # of ending the calls
        self._terms = terms
        self._tick = tick
        mark = f"TCK {terms.seed:08x}"
        self._session = session = Session(examined.root, token=token_from_environment(), recorder=recorder)
        self._ledger = Ledger(
            folder / LEDGER,
            {
                "root": examined.root,
                "organization": organization(session),
                "seed": terms.seed,
                "mark": mark,
                "started": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            },
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
            declared=terms.calls,
            signatures=self._signatures(examined) if terms.calls else None,
        )

    def _signatures(self, examined: Examination) -> Mapping[str, Signature]:
        """Return how the endpoint wants its messages; UsageError when the profile says otherwise."""
        calls, csdl = self._terms.calls, examined.readings.csdl.content
        assert calls is not None
        apis = read_custom_apis(self._session, tuple(calls.messages))
        if problems := contradictions(csdl, apis, calls):
            more = f" (and {len(problems) - 1} more: dataverse-tck profile check --endpoint)" if problems[1:] else ""
            raise UsageError(f"The profile contradicts what the endpoint declares: {problems[0]}{more}")
        return signatures(csdl, apis, calls)

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
        return mark_blocked([item for item in catalogue.requirements if item.id in found], found)

    def close(self, tick: Tick | None = None) -> None:
        """End every call and remove every row."""
        if self._terms.calls is not None:
            self.troubles = end_all(self._stage)
        self.leftovers = clean_up(
            self._session,
            self._ledger.entries,
            workers=self._terms.workers,
            on_progress=(lambda done, total: tick("rows removed", done, total)) if tick else None,
            ledger=self._ledger,
            settle_s=max(self._terms.settle_s, 30.0),
        )
        self._session.close()
        self._ledger.close()

    @property
    def rows_written(self) -> dict[str, int]:
        """How many rows were planned and sent, by table."""
        return dict(sorted(Counter(entry.table for entry in self._ledger.entries).items()))

    @property
    def waited_s(self) -> float:
        """Seconds that the endpoint asked to wait."""
        return self._session.tally.waited_s

    @property
    def settled_s(self) -> float:
        """Seconds that scenarios waited for effects, all together."""
        return self._stage.clock.settled
