"""All scenarios of the data and calls levels: several at a time, and what did not pass once more, more by itself.

The first round performs all, whatever they have in common: what their rows are made of is asked in batches, then
each goes on by itself. In the second, what did not pass is performed again with new rows, in two parts: first
what changed rows that nothing should happen to, each apart from what it could reach; then the rest, which these no
longer disturb, scenarios of one relationship apart from each other. What that puts in doubt is performed once more, and
what differs still alone.
"""

from __future__ import annotations

import threading
from bisect import insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

from dataverse_tck.acting.perform import Performance, Performed
from dataverse_tck.acting.settle import differs, looked_once_more, settled, weighed
from dataverse_tck.acts.calls.checks import SEES_OTHER_CALLS
from dataverse_tck.acts.cost import cost_of
from dataverse_tck.acts.errors import StoppedError
from dataverse_tck.acts.stage import TOGETHER

if TYPE_CHECKING:
    from dataverse_tck.acting.script import Script
    from dataverse_tck.acts.scene import Missed
    from dataverse_tck.acts.stage import Stage

ALONE = 10  # scenarios that are performed a third time, at most
CALLS = frozenset({""})  # what scripts that are over no column have in common
Progress = Callable[[str, int, int], None]  # what is counted, how many are done, of how many
Apart = Callable[["Script"], frozenset[str]]  # what no two scripts that are under way together may have in common
Round = dict[str, Performed]  # by title
PerformRound = Callable[..., Round]
_Told = SimpleQueue[int | tuple[str, Future[Performed | None]]]  # done, prepared; 1: rests, -1: goes on


class Rounds:
    """How scripts are performed: on which stage, how many at a time, and what is claimed of what they decide."""

    def __init__(self, stage: Stage, workers: int, claimed: Callable[[str], bool], progress: Progress) -> None:
        self.stage = stage
        self.workers = workers
        self.claimed = claimed
        self.progress = progress
        self._looks: dict[tuple[str, str], Future[Performed]] = {}  # round and title -> a look for what was missed
        self._turns = threading.BoundedSemaphore(workers)  # of these looks: most of them wait
        self._given_up: dict[str, Missed] = {}  # title -> what no further performance waits long for

    def perform_all(self, scripts: Mapping[str, Script]) -> Round:
        """Perform scripts by title, again where it has to be; raises StoppedError when the run is interrupted."""
        with ThreadPoolExecutor(max(1, len(scripts)), thread_name_prefix="look") as looks:
            performed = self._all_rounds(scripts, looks)
        return {title: performed[title] for title in scripts}  # in which order they ended is chance

    def _all_rounds(self, scripts: Mapping[str, Script], looks: Executor) -> Round:
        perform_round: PerformRound = partial(self._round, looks)
        first = perform_round("performed", scripts, _none_apart)
        again = _some(scripts, {title for title, one in first.items() if one.again})
        if not again:
            return first
        self._await_late(first)
        first, second, confirmed = self._again(scripts, first, again, perform_round)
        first, second, third, confirmed = self._once_more(scripts, first, second, confirmed, perform_round)
        for look in self._looks.values():
            look.result()  # each may show that a kind of effect does show here, which is weighed below
        rounds = [
            self._looked(scripts, which, performed, confirmed)
            for which, performed in (("", first), ("again", second), ("once more", third))
        ]
        several = {
            title: [one[title] for one in rounds if title in one] for title in scripts if title in {**second, **third}
        }
        odd = [title for title, performed in several.items() if performed[1:] and differs(*performed[-2:])][:ALONE]
        last = perform_round("performed alone", _some(scripts, odd), _all_apart, "alone")
        last = self._looked(scripts, "alone", last, confirmed)
        explained = self._beside(scripts, first, confirmed, self.columns)
        return rounds[0] | {
            title: settled([*performed, *([last[title]] if title in last else [])], explained=title in explained)
            for title, performed in several.items()
        }

    def _again(
        self, scripts: Mapping[str, Script], first: Round, again: Mapping[str, Script], perform_round: PerformRound
    ) -> tuple[Round, Round, set[str]]:
        """Perform the second round; return both, and the titles of what is confirmed to reach others.

        Where something is wrong with calls, whoever looks at another call does so with no other beside: a message that
        reaches all of them is on the way of many, so that whoever should see it may be disturbed itself, or pass.
        """
        calls = self._calls(scripts)
        seers = {title for title in calls if _sees_other_calls(scripts[title])} if calls & again.keys() else set()
        reaching = _some(scripts, again.keys() & self._may_reach(scripts, _reaching(first)) | seers)
        second = perform_round("performed again", reaching, self.columns, "again")
        confirmed = self._may_reach(scripts, _reaching(second))
        self._give_up(first, confirmed)
        apart = self._apart(scripts, confirmed)
        suspect = self._beside(scripts, first, confirmed, apart) & _passed(first)
        second = {title: one for title, one in second.items() if one.reaches or title in again or title in suspect}
        rest = _some(scripts, {*again, *suspect} - {*reaching})
        found = perform_round("performed again", rest, apart, "again")
        late = self._may_reach(scripts, _reaching(found)) & found.keys()
        # Seen only now that others are apart: what went wrong beside it says nothing.
        hit = {title for title in self._beside(scripts, found, late, self.columns) if found[title].again} - late
        return _void(first, suspect), second | _void(found, hit), confirmed | late

    def _once_more(
        self,
        scripts: Mapping[str, Script],
        first: Round,
        second: Round,
        confirmed: set[str],
        perform_round: PerformRound,
    ) -> tuple[Round, Round, Round, set[str]]:
        """Perform once more what the second round puts in doubt; return all three, and what is confirmed by now.

        What was wrong at first and is right when others are apart was disturbed: perhaps by one that passed, because it
        was disturbed too. Of these only one counts that is seen to reach others.
        """
        self._give_up(first, confirmed)
        passed = _passed(first) - {*second}
        apart = self._apart(scripts, confirmed)
        hit = {title for title, one in second.items() if one.void}
        doubted = self._beside(scripts, first, confirmed, apart) & passed
        right = {title for title, one in second.items() if first[title].again and not one.again}
        disturbed = right - self._beside(scripts, first, confirmed, self.relationships)
        culprits = self._beside(scripts, first, disturbed, self.relationships) & passed - doubted
        third = perform_round("performed once more", _some(scripts, hit | doubted | culprits), apart, "once more")
        third = {title: one for title, one in third.items() if one.reaches or title not in culprits}
        return _void(first, {*third} - hit), second, third, confirmed | self._may_reach(scripts, _reaching(third))

    def _give_up(self, first: Round, confirmed: set[str]) -> None:
        """Wait no second deadline for what had not shown in the first round, unless what is confirmed may explain that.

        A fail that nothing explains stays, whatever comes of its scenario later.
        """
        hopeless = self.stage.patience.is_hopeless
        looked = {
            title: look.result().missed
            for (which, title), look in self._looks.items()
            if not which and (look.done() or not _hastily(first[title]))
        }
        # Who was hasty has looked again at the deadline, not when what is late would have shown.
        never = {title: one for title, one in looked.items() if one and (not one.hasty or hopeless(one.kinds))}
        self._given_up = {} if confirmed else never

    def _apart(self, scripts: Mapping[str, Script], confirmed: set[str]) -> Apart:
        """Return what keeps scripts apart from each other, where it is known what reaches others."""
        return self.relationships_or_calls if confirmed & self._calls(scripts) else self.relationships

    def _may_reach(self, scripts: Mapping[str, Script], seen: set[str]) -> set[str]:
        """Return what may reach others where some scripts have seen that something did.

        A message that reaches other calls may be on the way of every script of calls.
        """
        calls = self._calls(scripts)
        return seen | calls if seen & calls else seen

    def _calls(self, scripts: Mapping[str, Script]) -> set[str]:
        return {title for title, script in scripts.items() if not self.relationships(script)}

    def _looked(self, scripts: Mapping[str, Script], which: str, performed: Round, confirmed: set[str]) -> Round:
        """Return what a round came to once everything was looked for again that it had missed.

        What shows only then, after one ran that reaches others, may be what that one brought.
        """
        looks = self._looks
        looked = {title: looks[which, title].result() for title in performed if (which, title) in looks}
        beside = self._beside(scripts, performed | looked, confirmed, self.columns)
        looked = {title: one for title, one in looked.items() if one.missed is not None or title not in beside}
        return {title: weighed(one, self.stage) for title, one in (performed | looked).items()}

    def _await_late(self, first: Round) -> None:
        """Wait until it is known whether what stayed away a whole deadline is late: then there is patience for it.

        Of effects of one kind, the first to be looked for says it for all.
        """
        whole = [(one.missed, title) for title, one in first.items() if one.missed and not one.missed.hasty]
        whole.sort(key=lambda one: one[0].due, reverse=True)
        for title in {missed.kinds: title for missed, title in whole}.values():
            self._looks["", title].result()

    def relationships(self, script: Script) -> frozenset[str]:
        """Return the SchemaNames of the relationships whose rows a script makes or changes."""
        return frozenset(word for act in script.acts for word in act.words if word in self.stage.links)

    def relationships_or_calls(self, script: Script) -> frozenset[str]:
        """Return these, or of a script without any what all of them have in common: where calls reach other calls.

        A message that does so is on the way of many.
        """
        return self.relationships(script) or CALLS

    def columns(self, script: Script) -> frozenset[str]:
        """Return the lookup columns that these are over: what reaches too far may do so by the column alone.

        Scripts without one, such as those of calls, could reach each other all.
        """
        return frozenset(self.stage.links[name].column for name in self.relationships(script)) or CALLS

    def _round(self, looks: Executor, what: str, scripts: Mapping[str, Script], apart: Apart, which: str = "") -> Round:
        """Perform scripts once, under names of their own; those that have something in common one after the other.

        What one has missed is looked for when that is due, before effects of too many others could be taken for it.
        """
        turns = _Turns(scripts, apart, self._length, self.relationships, self.workers)
        done: _Told = SimpleQueue()
        performed: Round = {}
        with (
            ThreadPoolExecutor(TOGETHER, thread_name_prefix="preparation") as together,
            ThreadPoolExecutor(max(self.workers, TOGETHER), thread_name_prefix="scenario") as pool,
        ):

            def begin(executor: Executor, title: str, do: Callable[[], Performed | None]) -> None:
                executor.submit(do).add_done_callback(lambda future: done.put((title, future)))

            try:
                performances = {title: self._performance(title, script, which) for title, script in scripts.items()}
                for title in turns.hold(self._in_batches(turns.waiting, scripts, which)):
                    begin(together, title, partial(self._prepare, performances[title]))
                while len(performed) < len(scripts):
                    for title in turns.taken():
                        performance = performances.pop(title)  # it is large: kept no longer than needed
                        begin(pool, title, partial(performance.finish, done.put))
                        del performance
                    told = self._next(done)
                    if isinstance(told, int):
                        turns.resting += told
                        continue
                    title, one = told
                    if one is None:
                        turns.release(title)
                        continue
                    turns.under_way.remove(title)
                    performed[title] = one
                    if one.missed:
                        self._looks[which, title] = looks.submit(looked_once_more, one, self.stage, self._turns)
                    self.progress(what, len(performed), len(scripts))
            except BaseException:
                self.stage.stopping.set()
                for executor in (together, pool):
                    executor.shutdown(wait=True, cancel_futures=True)
                raise
        return performed

    def _performance(self, title: str, script: Script, which: str) -> Performance:
        name = f"{title} ({which})" if which else title
        return Performance(script, self.stage, name, self.claimed, self._given_up.get(title))

    def _next(self, done: _Told) -> int | tuple[str, Performed | None]:
        """Wait for the next that is done, prepared or resting; raises StoppedError when the run is interrupted."""
        told = done.get()
        if self.stage.stopping.is_set():
            raise StoppedError
        return told if isinstance(told, int) else (told[0], told[1].result())

    def _in_batches(self, titles: Iterable[str], scripts: Mapping[str, Script], which: str) -> list[str]:
        """Return what is prepared together with others: only in the first round nobody has to stay apart."""
        found = [] if which else [title for title in titles if scripts[title].given]
        self.stage.batches.expect(len(found))
        return found

    def _prepare(self, performance: Performance) -> None:
        try:
            performance.prepare()
        finally:
            self.stage.batches.done_with()

    def _length(self, script: Script) -> int:
        """Return how many requests a script sends one after the other, about, once it is prepared."""
        return sum(cost_of(act.do).chain(self.stage, act.words) for act in script.acts[script.given :])

    def _beside(self, scripts: Mapping[str, Script], performed: Round, confirmed: set[str], common: Apart) -> set[str]:
        """Return the titles of what ran beside one of the confirmed, and has something in common with it."""
        shared = {title: common(scripts[title]) for title in performed}
        return {
            title
            for title in performed
            for other in (confirmed & performed.keys()) - {title}
            if shared[title] & shared[other] and self._overlap(performed[title], performed[other])
        }

    def _overlap(self, one: Performed, other: Performed) -> bool:
        """Whether two were under way together, or effects of theirs could have been."""
        late = self.stage.clock.slowest
        return one.span[0] <= other.span[1] + late and other.span[0] <= one.span[1] + late


def _hastily(one: Performed) -> bool:
    """Whether it gave up what it missed before the deadline."""
    return one.missed is not None and one.missed.hasty


def _some(scripts: Mapping[str, Script], titles: Collection[str]) -> dict[str, Script]:
    return {title: script for title, script in scripts.items() if title in titles}


def _none_apart(_: Script) -> frozenset[str]:
    """Return what scripts have in common that need not stay apart."""
    return frozenset()


def _all_apart(_: Script) -> frozenset[str]:
    """Return what all scripts have in common: each is performed alone."""
    return frozenset({"all"})


def _sees_other_calls(script: Script) -> bool:
    return any(act.do in SEES_OTHER_CALLS for act in script.acts)


def _reaching(performed: Round) -> set[str]:
    return {title for title, one in performed.items() if one.reaches}


def _passed(performed: Round) -> set[str]:
    return {title for title, one in performed.items() if one.stop is None and not one.again}


def _void(performed: Round, titles: set[str]) -> Round:
    """Return a round in which some performances say nothing where there are later ones."""
    return performed | {title: replace(performed[title], void=True) for title in titles if title in performed}


class _Turns:
    """Whose turn it is: what most others have to wait for goes first, then what takes longest.

    Who only waits for an effect (``resting``) keeps nobody from beginning. What is prepared waits until all of the same
    relationships are: else what one does to the rows of others could come before they are noted as they are, and not
    be seen.
    """

    def __init__(
        self,
        scripts: Mapping[str, Script],
        apart: Apart,
        length: Callable[[Script], int],
        relationships: Apart,
        workers: int,
    ) -> None:
        self._apart = {title: apart(script) for title, script in scripts.items()}
        crowds = Counter(name for names in self._apart.values() for name in names)
        self._rank = {
            title: (-max((crowds[name] for name in self._apart[title]), default=0), -length(script))
            for title, script in scripts.items()
        }
        self._workers = workers
        self._over = {title: relationships(script) for title, script in scripts.items()}
        self._unprepared = Counter[str]()  # relationship -> scripts that are being prepared
        self._held: set[str] = set()
        self.waiting = sorted(scripts, key=self._rank.__getitem__)
        self.under_way: set[str] = set()
        self.resting = 0

    def hold(self, titles: Iterable[str]) -> list[str]:
        """Take out what is prepared first, and return it: the scripts of one relationship stand together."""
        held = sorted(titles, key=lambda title: (sorted(self._over[title]), self._rank[title]))
        self._unprepared.update(name for title in held for name in self._over[title])
        self.waiting = [title for title in self.waiting if title not in held]
        return held

    def release(self, title: str) -> None:
        """One is prepared: let wait for their turn it and those that it has held up."""
        self._held.add(title)
        self._unprepared.subtract(self._over[title])
        for free in [one for one in self._held if not any(self._unprepared[name] for name in self._over[one])]:
            self._held.remove(free)
            insort(self.waiting, free, key=self._rank.__getitem__)

    def taken(self) -> list[str]:
        """Return what can be started now: as many as there are workers, no two of which have something in common."""
        found: list[str] = []
        taken = {name for title in self.under_way for name in self._apart[title]}
        for title in self.waiting:
            if len(self.under_way) - self.resting >= self._workers:
                break
            if not self._apart[title] & taken:
                found.append(title)
                self.under_way.add(title)
                taken |= self._apart[title]
        self.waiting = [title for title in self.waiting if title not in found] if found else self.waiting
        return found
