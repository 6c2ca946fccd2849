"""One scenario on the stage: its rows by the part they play, its last answer, and patience."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from dataverse_tck.acts.errors import Aside, StoppedError, UnfitError, WrongError
from dataverse_tck.acts.patience import Kinds, Patience, kinds_of
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.profile.coverage import Tried
from dataverse_tck.webapi.http.errors import Broken
from dataverse_tck.webapi.rows.records import Records, Row

if TYPE_CHECKING:
    from dataverse_tck.acts.stage import Link, Stage
    from dataverse_tck.webapi.http.answer import Answer

T = TypeVar("T")

LATE = 1.5  # deadlines after which one looks whether an effect that had not shown is only late
PLUG_IN_REFUSED = "0x80040265"
UNDECIDED = frozenset({408, 429, 502, 503, 504})
"""Statuses, still there after all tries, that say nothing of what was asked: the exchange itself broke."""


class Rights(NamedTuple):
    """Rights of a principal on a row, as masks."""

    direct: int
    inherited: int
    together: int


@dataclass(frozen=True)
class CallNote:
    """What a call was like when it was noted: its state, and the version of its conversation."""

    state: Mapping[str, Json]
    version: Json


class _Parts(dict[str, Row]):
    """Role -> its row. One that was denied, which is told elsewhere, leaves what needs it *not testable*."""

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self._scene = scene

    def __missing__(self, role: str) -> Row:
        if self._scene.denied is None:
            raise KeyError(role)
        raise UnfitError(Outcome.NOT_TESTABLE, self._scene.denied)


@dataclass(frozen=True)
class Missed:
    """An effect that did not show while it was waited for."""

    shows: Callable[[], bool]  # looks once more; False also where the look itself goes wrong
    due: float  # when to look, by time.monotonic: at its deadline, or half as long after it, when it would be late
    hasty: bool  # it was given up before its deadline
    kinds: Kinds
    look: str  # what looked for it
    records: Records  # of the scenario; their exchanges include the later looks


@dataclass(frozen=True)
class Visit:
    """A message sent in one of many states, and what was wrong there: its refusal, or what became of the call."""

    state: Mapping[str, Json]
    refusal: WrongError | None
    problem: WrongError | None
    missed: Missed | None
    exchange: str | None  # that carried the message
    is_declared: bool = True  # what has to become of the call


class Scene:
    """What the acts of one scenario share. Roles: ``conversation``, ``record``, ``beside``, ..."""

    def __init__(self, stage: Stage, title: str) -> None:
        self.stage = stage
        self.records = stage.records(title)
        self.rows: dict[str, Row] = _Parts(self)
        self.links: dict[str, Link] = {}  # role -> the link that the row of this role hangs by
        self.before: dict[str, Mapping[str, Json]] = {}  # role -> what its row was like
        self.answer: Answer | None = None
        # What one act has to tell a later one: of channels ...
        self.numbers: tuple[int, ...] = ()  # that the channel was set to
        # ... of refusals ...
        self.unrefused: dict[str, WrongError | UnfitError] = {}  # way -> how what was tried in it was not refused
        # ... of shares ...
        self.rights: dict[str, Rights] = {}  # role -> what the colleague might do with its row before
        self.could_open: bool | None = None  # whether the colleague could open the conversation before; None: not known
        self.shared_itself = False  # the conversation has a share of its own
        self.meanwhile: Rights | None = None  # what the colleague might do with the conversation between two deeds
        self.unseen: UnfitError | None = None  # why nobody can say with whom the record is shared
        # ... and of calls.
        self.message = ""  # that the scenario is about
        self.calls: dict[str, CallNote] = {}  # role -> what its call was like
        self.way: tuple[str, ...] = ()  # what was accepted on the way of the call that was placed last
        self.untold: dict[str, Aside] = {}  # role -> why nobody can say what its call was like
        self.answers: tuple[Json, ...] | None = None  # of a message that was sent twice
        self.visits: list[Visit] = []  # of the many states in which the message was sent
        self.unvisited = "no message of the profile leads there"  # why a call could not be brought to one of them
        self.unvisited_is = Outcome.NOT_TESTABLE  # what it comes to where none could
        self.tried: list[Tried] = []  # what is told of messages by state
        self.astray: str | None = None  # why what is usual afterwards cannot be told
        self.denied: str | None = None  # why the deed was refused, where nothing but the conversation is in its way
        self.ticks: Callable[[Scene], bool] | None = None  # whether the clock beside shows the effect
        self.surface = "rows"  # where the last look was taken
        self.missed: Missed | None = None  # what was last waited for in vain
        self.given_up: Missed | None = None  # what an earlier performance has missed
        self.rests: Callable[[int], None] = lambda change: None  # told of waits: 1 one begins, -1 it is over
        self._done_at = time.monotonic()

    def deed(self, answer: Answer) -> Answer:
        """Note the answer to what the scenario is about; effects are timed from here.

        Raises Broken when the endpoint was too busy, or something before it could not reach it.
        """
        expect_decided(answer)
        self.answer = answer
        self.begin()
        return answer

    def begin(self) -> None:
        """Time effects from here."""
        self._done_at = time.monotonic()

    def expect_done(self, answer: Answer, what: str) -> None:
        """Leave the scenario, as *not testable*, when a preparation was refused."""
        expect_decided(answer)
        if not 200 <= answer.status < 300 or answer.is_error_in_disguise():
            raise UnfitError(Outcome.NOT_TESTABLE, f"{what} was refused: {answer.summary()}")

    def expect_not_denied(self) -> None:
        """Fail when the deed was refused because of the conversation."""
        if self.denied is not None:
            raise WrongError(self.denied, observed="refused")

    def expect_allowed(self, what: str) -> None:
        """Tell a refusal that says nothing of the requirement (a privilege, a plug-in) from one that breaks it."""
        assert self.answer is not None
        if self.answer.is_error_in_disguise():
            raise WrongError(
                f"{what} is answered {self.answer.status}, but with an error: {self.answer.summary()}.", "error"
            )
        if 200 <= self.answer.status < 300:
            return
        if (
            self.answer.status in (401, 403)
            or PLUG_IN_REFUSED in self.answer.content.decode("utf-8", "replace").lower()
        ):
            raise UnfitError(Outcome.NOT_TESTABLE, f"{what} is not allowed here: {self.answer.summary()}")
        raise WrongError(f"{what} is refused: {self.answer.summary()}", observed=self.answer.status)

    def eventually(
        self,
        look: Callable[[], T],
        good: Callable[[T], bool],
        within: float | None = None,
        *,
        effect: Sequence[str] = (),
    ) -> T:
        """Look until what is seen is good or the deadline (seconds) has passed; return what was seen last.

        ``effect`` names what is waited for, after what it hangs on; without, it is one of its own. What is given up is
        noted as ``missed``: whoever tells of it looks once more before.
        """
        own = f"{look.__module__}.{look.__qualname__}"
        kinds, patience = kinds_of(effect or (own,), self._subject()), self.stage.patience
        whole = self.stage.settings.settle_s if within is None else within
        is_given_up = self.given_up is not None and (self.given_up.look, self.given_up.kinds) == (own, kinds)
        seen, wait = self.stage.waits.until(self, look, good, kinds=kinds, whole=whole, given_up=is_given_up)
        if wait.seen:
            patience.saw(kinds)
            self.missed = None
            if wait.looks > 1:  # what shows at the first look has cost no time
                self.stage.clock.saw(wait.after)
            return seen
        if wait.given_up:
            return seen
        hasty = wait.deadline < whole
        if not hasty:
            patience.in_vain(kinds)
        self.missed = Missed(
            lambda: _shows(look, good, patience, kinds),
            self._done_at + (whole if hasty else LATE * whole),
            hasty,
            kinds,
            own,
            self.records,
        )
        return seen

    def _subject(self) -> str:
        """Return the relationship or the message that the scenario is about."""
        return self.links["record"].name if "record" in self.links else self.message

    def since_deed(self) -> float:
        """Return how many seconds ago effects began to be timed."""
        return time.monotonic() - self._done_at

    def let_settle(self) -> None:
        """Wait until an effect as slow as the slowest of this run would have shown: before looking for none."""
        self.stage.waits.settle(self)

    def tick(self) -> None:
        """Before looking for nothing: wait until the clock shows the effect there, then as long as any effect takes."""
        if "clock" in self.rows and (shows := self.ticks) is not None:
            self.eventually(lambda: shows(self), bool, effect=("link", "clock"))
            self.missed = None  # a clock that stands still is judged where its own relationship is
        self.let_settle()

    def read(self, role: str, *select: str) -> Mapping[str, Json] | None:
        """Return the row that plays a part, None when it is gone."""
        self.surface = "rows"
        return self.records.read(self.rows[role], select=select)

    def listed(self, target: str) -> Sequence[Mapping[str, Json]]:
        """Return all rows of a collection."""
        self.surface = "rows"
        return self.records.list(target)


def expect_decided(answer: Answer) -> None:
    """Raise Broken for an answer that says nothing of what was asked."""
    if answer.status in UNDECIDED:
        where = answer.url.partition("?")[0]
        raise Broken(
            f"{where} answers {answer.summary()} to the end of all tries, which decides nothing.", answer.exchange
        )


def _shows(look: Callable[[], T], good: Callable[[T], bool], patience: Patience, kinds: Kinds) -> bool:
    try:
        found = good(look())
    except StoppedError:
        raise
    except Exception:  # noqa: BLE001 - the row may be gone, the answer broken: it does not show
        return False
    if found:
        patience.saw(kinds)
    return found
