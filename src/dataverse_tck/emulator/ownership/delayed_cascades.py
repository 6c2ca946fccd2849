"""Cascades that come after the answer, as those of organisations that run them in the background."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from dataverse_tck.emulator.protocol.errors import ODataError

if TYPE_CHECKING:
    from dataverse_tck.emulator.store.database import Database
    from dataverse_tck.emulator.store.work import Work


@dataclass
class DelayedCascades:
    """What requests left to do, each as many seconds after its request as its action says; ``clock`` gives seconds.

    What was done to one row has its effects in that order: nothing overtakes what is later. It is done when rows are
    next asked for, which nobody can tell from its being done on time.
    """

    delays: Mapping[str, float]
    clock: Callable[[], float]
    _number: Iterator[int] = field(default_factory=count)  # of what is due at once, the first asked is done first
    _waiting: list[tuple[float, int, Work, Callable[[Work], None]]] = field(default_factory=list)
    _last: dict[str, float] = field(default_factory=dict)  # row -> when the last of what waits for it is due

    def add(self, work: Work) -> None:
        """Keep what the work of a request, its transaction ended, has left to do."""
        now = self.clock()
        self._last = {row: due for row, due in self._last.items() if due > now}
        for action, row, do in work.deferred or ():
            due = self._last[row] = max(now + self.delays.get(action, 0.0), self._last.get(row, 0.0))
            heapq.heappush(self._waiting, (due, next(self._number), work, do))

    def run(self, database: Database) -> None:
        """Do what is due, each in a transaction of its own; what is no longer possible is left undone.

        Rows that are gone meanwhile are no trouble: all that is done is done to the rows that there are, and whatever a
        row leaves behind goes with its own deletion, which stands further back.
        """
        now = self.clock()
        while self._waiting and self._waiting[0][0] <= now:
            _, _, asked, do = heapq.heappop(self._waiting)
            with suppress(ODataError), database.transaction() as connection:
                work = replace(asked, connection=connection, deferred=None, names={})
                do(work)
