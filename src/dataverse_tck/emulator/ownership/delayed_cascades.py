"""Cascades that come after the answer, as those of organisations that run them in the background."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dataverse_tck.emulator.protocol.errors import ODataError

if TYPE_CHECKING:
    from dataverse_tck.emulator.store.database import Database
    from dataverse_tck.emulator.store.work import Work


@dataclass
class DelayedCascades:
    """What requests left to do, in their order, each ``delay`` seconds after its request; ``clock`` gives seconds.

    It is done when rows are next asked for, which nobody can tell from its being done on time.
    """

    delay: float
    clock: Callable[[], float]
    _waiting: deque[tuple[float, Work, Callable[[Work], None]]] = field(default_factory=deque)

    def add(self, work: Work) -> None:
        """Keep what the work of a request, its transaction ended, has left to do."""
        due = self.clock() + self.delay
        self._waiting.extend((due, work, do) for do in work.deferred or ())

    def run(self, database: Database) -> None:
        """Do what is due, each in a transaction of its own; what is no longer possible is left undone.

        Rows that are gone meanwhile are no trouble: all that is done is done to the rows that there are, and whatever a
        row leaves behind goes with its own deletion, which stands further back.
        """
        now = self.clock()
        while self._waiting and self._waiting[0][0] <= now:
            _, asked, do = self._waiting.popleft()
            with suppress(ODataError), database.transaction() as connection:
                work = replace(asked, connection=connection, deferred=None, names={})
                do(work)
