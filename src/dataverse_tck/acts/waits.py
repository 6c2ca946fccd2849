"""Looks for effects, repeated until they show: as the clock of this machine has it, each wait written down.

What a scenario finds hangs on how often it looked, and that on time. So the evidence says it, and whoever judges a run
again takes it from there (``dataverse-tck verify``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from dataverse_tck.acts.patience import SHORT_S, Kinds, Patience
from dataverse_tck.jsontypes import Json

if TYPE_CHECKING:
    from dataverse_tck.acts.clock import Clock

T = TypeVar("T")

FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 1.0


@dataclass(frozen=True)
class Wait:
    """How an effect was waited for; the last look began ``after`` so many seconds from the deed, and ``ended`` then.

    ``deadline`` is the one that was kept: a short one where the effect was ``given_up`` before, or is hopeless.
    """

    looks: int
    after: float
    ended: float
    seen: bool
    deadline: float
    given_up: bool = False


class Noting(Protocol):
    """The records of a scene, which has a name."""

    scene: str

    def note(self, words: Mapping[str, Json]) -> None:
        """Write something down that belongs to it."""


class Waiting(Protocol):
    """Who waits: a scene. ``rests`` is told when a pause begins (1) and when it is over (-1)."""

    rests: Callable[[int], None]

    @property
    def records(self) -> Noting:
        """Where it writes down what it does."""

    def since_deed(self) -> float:
        """Return how many seconds ago effects began to be timed."""


class Waits:
    """Waits by the clock; ``pause`` raises StoppedError when the run is interrupted meanwhile."""

    def __init__(self, patience: Patience, clock: Clock, pause: Callable[[float], None]) -> None:
        self._patience = patience
        self._clock = clock
        self._pause = pause
        self._began = time.monotonic()

    def until(
        self,
        who: Waiting,
        look: Callable[[], T],
        good: Callable[[T], bool],
        *,
        kinds: Kinds,
        whole: float,
        given_up: bool,
    ) -> tuple[T, Wait]:
        """Look until what is seen is good or the deadline has passed; return what was seen last, and the wait."""
        pause, wait = FIRST_PAUSE_S, Wait(0, 0.0, 0.0, seen=False, deadline=whole, given_up=given_up)
        try:
            while True:
                wait = replace(wait, looks=wait.looks + 1, after=who.since_deed())
                seen = look()
                deadline = min(SHORT_S, whole) if given_up else self._patience.within(kinds, whole)
                wait = replace(wait, ended=who.since_deed(), seen=good(seen), deadline=deadline)
                if wait.seen or wait.ended >= deadline:
                    return seen, wait
                self._rest(who, min(pause, deadline - wait.ended))
                pause = min(pause * 2, LONGEST_PAUSE_S)
        finally:
            if wait.looks > 1 or not wait.seen:  # what shows at the first look was not waited for
                who.records.note({"wait": asdict(wait)})

    def settle(self, who: Waiting) -> None:
        """Wait until an effect as slow as the slowest of this run would have shown: before looking for none."""
        waited = False
        while (left := self._clock.slowest - who.since_deed()) > 0:
            self._rest(who, left)
            waited = True
        if waited:
            who.records.note({"settled": who.since_deed()})

    def _rest(self, who: Waiting, seconds: float) -> None:
        who.rests(1)
        try:
            self._pause(seconds)
        finally:
            who.rests(-1)

    def span(self, records: Noting, began: float, ended: float) -> tuple[float, float]:
        """Return when a performance began and ended, by time.monotonic, and write it down."""
        records.note({"span": [began - self._began, ended - self._began]})
        return began, ended
