"""All scenarios of the data and calls levels: several at a time, and what did not pass once more, more by itself.

The first round performs all. In the second, what did not pass is performed again with new rows, in two parts: first
what changed rows that nothing should happen to, each apart from what it could reach; then the rest, which these no
longer disturb, scenarios of one relationship apart from each other. What differs still is performed alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from dataverse_tck.acting.perform import Performed, perform
from dataverse_tck.acting.settle import differs, looked_once_more, settled

if TYPE_CHECKING:
    from dataverse_tck.acting.script import Script
    from dataverse_tck.acts.stage import Stage

ALONE = 10  # scenarios that are performed a third time, at most
Progress = Callable[[str, int, int], None]  # what is counted, how many are done, of how many
Apart = Callable[["Script"], frozenset[str]]  # what no two scripts that are under way together may have in common
Round = dict[str, Performed]  # by title


@dataclass(frozen=True)
class Rounds:
    """How scripts are performed: on which stage, how many at a time, and what is claimed of what they decide."""

    stage: Stage
    workers: int
    claimed: Callable[[str], bool]
    progress: Progress

    def perform_all(self, scripts: Mapping[str, Script]) -> Round:
        """Perform scripts by title, again where it has to be; the interruption of the run passes through."""
        first = self._looked(self._round("performed", scripts, self.relationships), wait=False)
        again = {title: script for title, script in scripts.items() if first[title].again}
        if not again:
            return first
        reaching = {title: script for title, script in again.items() if first[title].reaches}
        second = self._round("performed again", reaching, self.columns, "again")
        confirmed = {title for title, one in second.items() if one.reaches}
        suspect = self._beside(scripts, first, confirmed, self.relationships) & _passed(first)
        first |= {title: replace(first[title], void=True) for title in suspect}
        rest = {title: script for title, script in scripts.items() if title in {*again, *suspect} - {*reaching}}
        second |= self._round("performed again", rest, self.relationships, "again")
        first, second = self._looked(first, wait=True), self._looked(second, wait=True)
        third = self._alone(scripts, first, second)
        explained = self._beside(scripts, first, confirmed, self.columns)
        for title in second:
            performances = [one[title] for one in (first, second, third) if title in one]
            first[title] = settled(performances, explained=title in explained)
        return first

    def _looked(self, performed: Round, *, wait: bool) -> Round:
        """Look once more for what scripts ended without having seen; without ``wait`` only where that is due."""
        with ThreadPoolExecutor(self.workers, thread_name_prefix="look") as pool:
            looked = pool.map(partial(looked_once_more, stage=self.stage, wait=wait), performed.values())
            return dict(zip(performed, looked, strict=True))

    def _alone(self, scripts: Mapping[str, Script], first: Round, second: Round) -> Round:
        """Perform, one after the other, what came to something else the second time."""
        third: Round = {}
        for title in [title for title in second if differs(first[title], second[title])][:ALONE]:
            alone = self._round("performed alone", {title: scripts[title]}, self.relationships, "alone")
            third |= self._looked(alone, wait=True)
        return third

    def relationships(self, script: Script) -> frozenset[str]:
        """Return the SchemaNames of the relationships whose rows a script makes or changes."""
        return frozenset(word for act in script.acts for word in act.words if word in self.stage.links)

    def columns(self, script: Script) -> frozenset[str]:
        """Return the lookup columns that these are over: what reaches too far may do so by the column alone.

        Scripts without one, such as those of calls, could reach each other all.
        """
        return frozenset(self.stage.links[name].column for name in self.relationships(script)) or frozenset({""})

    def _round(self, what: str, scripts: Mapping[str, Script], apart: Apart, which: str = "") -> Round:
        """Perform scripts once, under names of their own; those that have something in common one after the other."""
        kept_apart = {title: apart(script) for title, script in scripts.items()}
        crowds = Counter(name for names in kept_apart.values() for name in names)
        # What most others have to wait for goes first; else it would be left alone at the end.
        waiting = sorted(scripts, key=lambda title: -max((crowds[name] for name in kept_apart[title]), default=0))
        under_way: dict[Future[Performed], str] = {}
        performed: Round = {}
        with ThreadPoolExecutor(self.workers, thread_name_prefix="scenario") as pool:
            try:
                while waiting or under_way:
                    for title in tuple(waiting):
                        taken = {name for other in under_way.values() for name in kept_apart[other]}
                        if len(under_way) < self.workers and not kept_apart[title] & taken:
                            waiting.remove(title)
                            name = f"{title} ({which})" if which else title
                            done = pool.submit(perform, scripts[title], self.stage, name, self.claimed)
                            under_way[done] = title
                    for done in wait(under_way, return_when=FIRST_COMPLETED).done:
                        performed[under_way.pop(done)] = done.result()
                        self.progress(what, len(performed), len(scripts))
            except BaseException:
                self.stage.stopping.set()
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        return performed

    def _beside(self, scripts: Mapping[str, Script], performed: Round, confirmed: set[str], common: Apart) -> set[str]:
        """Return the titles of what ran beside one of the confirmed, and has something in common with it."""
        return {
            title
            for title, script in scripts.items()
            for other in confirmed - {title}
            if self._overlap(performed[title], performed[other]) and common(script) & common(scripts[other])
        }

    def _overlap(self, one: Performed, other: Performed) -> bool:
        """Whether two were under way together, or effects of theirs could have been."""
        late = self.stage.clock.slowest
        return one.span[0] <= other.span[1] + late and other.span[0] <= one.span[1] + late


def _passed(performed: Round) -> set[str]:
    return {title for title, one in performed.items() if one.stop is None and not one.again}
