"""What all scenarios of a run act on together: the endpoint, its tables, the colleague, the clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dataverse_tck.acts.clock import Clock
from dataverse_tck.acts.errors import StoppedError, UnfitError
from dataverse_tck.acts.patience import Patience
from dataverse_tck.acts.waits import Waits
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.conformance.subjects import subjects, table_name
from dataverse_tck.conformance.surfaces.subject import Subject
from dataverse_tck.jsontypes import Json
from dataverse_tck.profile.fixture_commands import run_and_record
from dataverse_tck.profile.routes import Map
from dataverse_tck.webapi.http.batches import Batches
from dataverse_tck.webapi.rows import sharing
from dataverse_tck.webapi.rows.once import Once
from dataverse_tck.webapi.rows.principals import Principal, find_principals
from dataverse_tck.webapi.rows.records import NotMade, Records, Row

if TYPE_CHECKING:
    from dataverse_tck.conformance.requirement import Catalogue
    from dataverse_tck.profile.calls import Calls, Fixture
    from dataverse_tck.profile.fixture_commands import FixtureResult
    from dataverse_tck.profile.signatures import Signature
    from dataverse_tck.readings import Readings
    from dataverse_tck.settings import Settings
    from dataverse_tck.webapi.http.session import Session
    from dataverse_tck.webapi.rows.ledger import Ledger
    from dataverse_tck.webapi.rows.tables import Tables

MOST_TRIED = 5  # users and teams
TOGETHER = 200  # scenarios that are prepared, or wait for effects, at the same time: more than there are


@dataclass(frozen=True)
class Link:
    """A relationship of the reference, as the reference states it."""

    name: str  # SchemaName
    stated: Mapping[tuple[str, ...], Json]
    many_to_one: bool
    table: str  # of the other end
    column: str  # that carries the link
    navigation: str  # the documented navigation property on the conversation


class Stage:
    """One run's acting; safe to use from several threads. ``stopping`` ends every wait and every further request."""

    def __init__(
        self,
        session: Session,
        tables: Tables,
        ledger: Ledger,
        catalogue: Catalogue,
        readings: Readings,
        *,
        settings: Settings,
        signatures: Mapping[str, Signature] | None = None,
        batches: Batches | None = None,
    ) -> None:
        self.session = session
        self.batches = batches or Batches(session, TOGETHER)
        self.tables = tables
        self.ledger = ledger
        self.readings = readings
        self.catalogue = catalogue
        self.signatures = signatures or {}
        self.placed: list[Row] = []  # conversations with a call that the kit caused
        self.calibrating = threading.Lock()
        self.calibrated = False
        self.unoffered: str | None = None  # why the very first call could not be offered; then nobody tries again
        self.distrusted: str | None = None  # why what is said of the state of calls cannot be believed
        self.settings = settings
        self.conversation = table_name(catalogue)
        self.links = {item.name: _link(item) for item in subjects(catalogue) if item.noun == "relationship"}
        self.documented = _documented(catalogue)
        self.observer = sharing.AccessObserver(self._example, self.records)
        self.clock = Clock()
        self.patience = Patience()
        self.waits = Waits(self.patience, self.clock, self.pause)
        self.stopping = threading.Event()
        self.closing = Once[Mapping[str, Json]]()  # what is written to close a conversation
        self._colleague = Once[Principal | str]()
        self._third = Once[Principal | str]()
        self._others: tuple[Principal, ...] = ()

    def records(self, scene: str) -> Records:
        """Return the door to the rows of one scenario."""
        seed, mark = self.settings.seed, self.settings.mark
        return Records(self.session, self.tables, self.ledger, scene=scene, seed=seed, mark=mark)

    @property
    def declared(self) -> Calls:
        """What the profile says of calls."""
        if self.settings.calls is None:
            raise UnfitError(Outcome.NOT_TESTABLE, "no profile says what the implementation does with calls")
        return self.settings.calls

    @cached_property
    def map(self) -> Map:
        """Where the messages of the profile bring calls."""
        return Map(self.declared)

    def deadline(self, message: str) -> float:
        """Return how many seconds the effect of a message may take."""
        own = self.declared.messages[message].within_s
        return next(item for item in (own, self.declared.settle_s, self.settings.settle_s) if item is not None)

    def colleague(self) -> Principal:
        """Return the second principal of the run, the same for all scenarios; *not observable* without one."""
        found = self._colleague.get(self._find_colleague)
        if isinstance(found, str):
            raise UnfitError(Outcome.NOT_OBSERVABLE, f"there is nobody to share with or assign to: {found}")
        return found

    def _find_colleague(self) -> Principal | str:
        """Return the first who accepts a share (users without a role for conversations do not), or why nobody does."""
        found = find_principals(self.session, self.tables, self.settings.principals)
        self._others = found.others
        if len(found.others) < 2:
            return found.others[0] if found.others else str(found.reason)
        records = self.records("the colleague")
        try:
            row = records.make(self.conversation)
        except NotMade:
            return found.others[0]
        table = self.tables.of(self.conversation)
        for colleague in found.others[:MOST_TRIED]:
            if sharing.grant(records, row, table, colleague, "ReadAccess").status < 300:
                return colleague
        return f"none of {min(len(found.others), MOST_TRIED)} users and teams that were tried accepts a share"

    def third(self) -> Principal:
        """Return somebody beside the caller and the colleague who can own conversations; *not observable* without."""
        colleague = self.colleague()
        found = self._third.get(lambda: self._find_third(colleague))
        if isinstance(found, str):
            raise UnfitError(Outcome.NOT_OBSERVABLE, found)
        return found

    def _find_third(self, colleague: Principal) -> Principal | str:
        """Return the first other one to whom a conversation can be assigned, or why there is none."""
        others = [one for one in self._others if one.id != colleague.id][:MOST_TRIED]
        if not others:
            return (
                f"there is nobody beside the caller and {colleague.name} who could own a conversation "
                "(where the profile names users or teams, name one more)"
            )
        records = self.records("a third one")
        row = records.make(self.conversation)
        for other in others:
            if sharing.assign(records, row, other).status < 300:
                return other
        return f"none of {len(others)} users and teams beside {colleague.name} that were tried takes a conversation"

    def _example(self) -> tuple[Records, Row, Principal]:
        """Return a conversation and the colleague: to find out where rights are shown, in a scene of its own."""
        colleague, records = self.colleague(), self.records("where rights are shown")
        return records, records.make(self.conversation), colleague

    def run_command(self, fixture: Fixture, conversation: str | None) -> tuple[FixtureResult, str]:
        """Run the command of a fixture; return what became of it, without secrets, and the id of its line.

        Raises UsageError where it cannot be started.
        """
        return run_and_record(fixture, conversation, self.session.recorder)

    def plan_placed(self, table: str, entity_set: str, id: str, records: Records) -> None:  # noqa: A002 - as there
        """Note in the ledger what a command has made; ValueError, which is written down, for what another has got."""
        try:
            self.ledger.plan(table, entity_set, id, records.scene)
        except ValueError:
            records.note({"twice": id})  # who got it first is chance
            raise

    def pause(self, seconds: float) -> None:
        """Wait for an effect; raises StoppedError when the run is interrupted meanwhile."""
        started = time.monotonic()
        stopped = self.stopping.wait(max(seconds, 0))
        self.clock.waited(time.monotonic() - started)
        if stopped:
            raise StoppedError


def _link(subject: Subject) -> Link:
    end = "ReferencedEntity" if subject.many_to_one else "ReferencingEntity"
    navigation = (
        "ReferencingEntityNavigationPropertyName" if subject.many_to_one else "ReferencedEntityNavigationPropertyName"
    )
    return Link(
        name=subject.name,
        stated=subject.stated,
        many_to_one=subject.many_to_one,
        table=subject.stated[(end,)],
        column=subject.stated[("ReferencingAttribute",)],
        navigation=subject.stated[(navigation,)],
    )


def _documented(catalogue: Catalogue) -> Mapping[str, frozenset[str]]:
    """Return the documented options and targets of each column, as they are written in ids."""
    found: dict[str, set[str]] = {}
    for item in catalogue.requirements:
        if item.level == "surface" and item.id.startswith("column/"):
            found.setdefault(item.id.split("/")[1], set()).add(item.id.split("/")[3])
    return {column: frozenset(words) for column, words in found.items()}


def value_of(column: str) -> str:
    """Return the property that holds the id in a lookup column."""
    return f"_{column}_value"


def lowered(value: Json) -> str | None:
    """Return an id as the kit writes ids; None for what is no text."""
    return value.lower() if isinstance(value, str) else None
