"""Rounds: what is performed again and how; only what a confirmed failure reached may change. Acts are made up."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dataverse_tck.acting.perform import Performed
from dataverse_tck.acting.rounds import ALONE, Rounds
from dataverse_tck.acting.script import Act, Script
from dataverse_tck.acts.cost import costs
from dataverse_tck.acts.errors import OthersChangedError, UnfitError, WrongError
from dataverse_tck.acts.scene import Missed, Scene
from dataverse_tck.acts.stage import Stage
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.webapi.http.errors import Broken
from tests.support.staging import TIME_GROUP, stage_at

RULE, VOICEMAIL = (
    "msdyn_bookingrule_msdyn_ocliveworkitems",
    "msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid",
)
RIGHT = None
Ending = Exception | None


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with stage_at(tmp_path) as made:
        yield made


class Play:
    """Scripts that end as they are told, performance by performance; the last ending is that of all further ones."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {}
        self.names: list[str] = []  # of all performances, in the order in which they began
        self.most = Counter[str]()  # title -> with how many others it was under way
        self._under_way = set[str]()
        self._lock = threading.Lock()
        self._meet: threading.Barrier | None = None
        self._meet_again: threading.Barrier | None = None

    def add(
        self, title: str, *endings: Ending, link: str = TIME_GROUP, meets: bool = False, meets_again: bool = False
    ) -> None:
        """Add a script of a relationship; ``meets``: its first performance waits for the others that do, and
        ``meets_again``: so does its second one.
        """
        left = list(endings)

        def act(scene: Scene, word: str) -> str:
            name = scene.records.scene
            with self._lock:
                self.names.append(name)
                self._under_way.add(name)
                for other in self._under_way:
                    self.most[other] = max(self.most[other], len(self._under_way) - 1)
            if meets and name == title and self._meet is not None:
                self._meet.wait()
            if meets_again and name.endswith("(again)") and self._meet_again is not None:
                self._meet_again.wait()
            with self._lock:
                self._under_way.discard(name)
                ending = left.pop(0) if len(left) > 1 else left[0]
            if ending is not None:
                raise ending
            return "right"

        self.scripts[title] = Script([Act(costs(1)(act), (link,), (title,))])

    def perform(self, stage: Stage, *, together: int = 0, again: int = 0, workers: int = 8) -> dict[str, Performed]:
        """Perform them; ``together``: how many meet in their first performance, ``again``: in their second."""
        self._meet_again = threading.Barrier(again, timeout=30) if again else None
        self._meet = threading.Barrier(together, timeout=30) if together else None
        return Rounds(stage, workers, lambda _: True, lambda *_: None).perform_all(self.scripts)

    def outcomes(self, performed: dict[str, Performed]) -> dict[str, Outcome]:
        return {one.requirement: one.outcome for script in performed.values() for one in script.findings}

    def performances(self, title: str) -> list[str]:
        return [name.removeprefix(title).strip(" ()") for name in self.names if name.startswith(title)]


WRONG, LOST = WrongError("It is not so."), UnfitError(Outcome.NOT_TESTABLE, "no row")
REACHED = OthersChangedError("The other has changed.")


def test_what_passes_is_performed_once(stage: Stage) -> None:
    """And what cannot be otherwise another time."""
    play = Play()
    play.add("right", RIGHT)
    play.add("nobody", UnfitError(Outcome.NOT_OBSERVABLE, "nobody is there"))
    play.add("single", UnfitError(Outcome.NOT_APPLICABLE, "a single choice"))
    play.add("broken kit", KeyError("row"))

    play.perform(stage)

    assert sorted(play.names) == ["broken kit", "nobody", "right", "single"]


@pytest.mark.parametrize(
    ("endings", "outcome", "performances"),
    [
        ([WRONG, WRONG], Outcome.FAIL, ["", "again"]),
        ([WRONG, RIGHT], Outcome.FAIL, ["", "again"]),
        ([LOST, RIGHT], Outcome.NOT_TESTABLE, ["", "again"]),
        ([Broken("reset"), RIGHT], Outcome.ERROR, ["", "again"]),
        ([LOST, WRONG, RIGHT], Outcome.FAIL, ["", "again", "alone"]),
        ([WRONG, LOST, WRONG], Outcome.FAIL, ["", "again", "alone"]),
        ([REACHED, RIGHT], Outcome.FAIL, ["", "again"]),
        ([UnfitError(Outcome.NOT_OBSERVABLE, "open to all", again=True), RIGHT], Outcome.NOT_OBSERVABLE, ["", "again"]),
    ],
)
def test_who_is_right_when_asked_twice_is_not_right(
    stage: Stage, endings: list[Ending], outcome: Outcome, performances: list[str]
) -> None:
    """Nothing confirmed explains the change; each performance has a name, and so rows, of its own."""
    play = Play()
    play.add("it", *endings)

    found = play.outcomes(play.perform(stage))

    assert found == {"it": outcome}
    assert play.performances("it") == performances


def test_a_confirmed_failure_that_reaches_others_explains_them(stage: Stage) -> None:
    """Both were under way together, over the same column; passes of the relationship are performed again as well."""
    play = Play()
    play.add("reaches", REACHED, meets=True)
    play.add("hit", WRONG, RIGHT, link=RULE, meets=True)
    play.add("elsewhere", WRONG, RIGHT, link=VOICEMAIL, meets=True)

    found = play.outcomes(play.perform(stage, together=3))

    assert found == {"reaches": Outcome.FAIL, "hit": Outcome.PASS, "elsewhere": Outcome.FAIL}


def test_a_failure_that_was_not_confirmed_explains_nothing(stage: Stage) -> None:
    """It changed another row the first time alone."""
    play = Play()
    play.add("reaches", REACHED, WRONG, meets=True)
    play.add("hit", WRONG, RIGHT, link=RULE, meets=True)

    assert play.outcomes(play.perform(stage, together=2))["hit"] is Outcome.FAIL


def test_what_ran_at_another_time_is_not_explained(stage: Stage) -> None:
    """One after the other, though of one relationship."""
    play = Play()
    play.add("reaches", REACHED)
    play.add("hit", WRONG, RIGHT)

    assert play.outcomes(play.perform(stage, workers=1))["hit"] is Outcome.FAIL


def test_what_reaches_others_may_be_seen_only_when_they_are_apart(stage: Stage) -> None:
    """It explains what differed at first; what went wrong beside it then is performed once more."""
    play = Play()
    play.add("reaches", WRONG, REACHED, meets=True, meets_again=True)
    play.add("same", WRONG, RIGHT, meets=True)
    play.add("passed", RIGHT, WRONG, meets=True)
    play.add("beside", WRONG, WRONG, RIGHT, link=RULE, meets=True, meets_again=True)
    play.add("wrong", WRONG, link=RULE, meets=True)
    found = play.outcomes(play.perform(stage, together=5, again=2))

    assert play.performances("passed") == ["", "once more", "alone"]
    assert found == {
        "reaches": Outcome.FAIL,
        "same": Outcome.PASS,
        "passed": Outcome.FAIL,
        "beside": Outcome.PASS,
        "wrong": Outcome.FAIL,
    }


def test_who_disturbs_others_may_pass_at_first_because_it_is_disturbed_too(stage: Stage) -> None:
    """Where what it has disturbed is right when apart, those that passed beside it are looked at once more."""
    play = Play()
    play.add("culprit", RIGHT, REACHED, meets=True)
    play.add("seen", REACHED, RIGHT, meets=True)
    play.add("fickle", RIGHT, WRONG, meets=True)
    play.add("elsewhere", RIGHT, REACHED, link=RULE, meets=True)
    found = play.outcomes(play.perform(stage, together=4))

    assert found == {
        "culprit": Outcome.FAIL,
        "seen": Outcome.PASS,
        "fickle": Outcome.PASS,
        "elsewhere": Outcome.PASS,
    }
    assert play.performances("elsewhere") == [""]


def test_passes_that_ran_beside_a_confirmed_reach_are_performed_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What passed may have done so only because of it; one that fails then is performed alone, and stays a fail."""
    monkeypatch.setattr(stage.clock, "slowest", 600.0)  # effects of the one may come while the other runs
    play = Play()
    play.add("reaches", REACHED)
    play.add("passed by chance", RIGHT, WRONG)
    play.add("right", RIGHT)
    play.add("of another relationship", RIGHT, link=RULE)

    found = play.outcomes(play.perform(stage))

    assert found == {
        "reaches": Outcome.FAIL, "passed by chance": Outcome.FAIL, "right": Outcome.PASS,
        "of another relationship": Outcome.PASS,
    }  # fmt: skip
    assert play.performances("passed by chance") == ["", "again", "alone"]
    assert play.performances("right") == ["", "again"]
    assert play.performances("of another relationship") == [""]


def test_what_reaches_is_apart_from_what_it_could_reach(stage: Stage) -> None:
    """First these, each alone on its column; then the rest, apart by relationship; what differs alone."""
    play = Play()
    for number in range(3):
        play.add(f"reaches {number}", REACHED, link=RULE if number else TIME_GROUP)
        play.add(f"fails {number}", WRONG, link=VOICEMAIL if number else RULE)
        play.add(f"odd {number}", LOST, WRONG, RIGHT)

    play.perform(stage)

    again = [name for name in play.names if name.endswith("(again)")]
    assert {name.split()[0] for name in again[:3]} == {"reaches"}
    assert all(play.most[name] == 0 for name in again[:3])
    alone = [name for name in play.names if name.endswith("(alone)")]
    assert [name.split()[0] for name in alone] == ["odd"] * 3
    assert all(play.most[name] == 0 for name in alone)


def test_where_one_call_reaches_others_calls_are_apart(stage: Stage) -> None:
    """All that is about calls is performed again, one at a time; what is about records is let be."""
    play = Play()
    play.add("reaches", REACHED, link="", meets=True)
    play.add("hit", WRONG, RIGHT, link="", meets=True)
    play.add("passed by chance", RIGHT, WRONG, link="", meets=True)
    play.add("of records", RIGHT, meets=True)
    for number in range(3):
        play.add(f"fails {number}", WRONG, link="")

    found = play.outcomes(play.perform(stage, together=4))

    assert found == {
        "reaches": Outcome.FAIL, "hit": Outcome.PASS, "passed by chance": Outcome.FAIL, "of records": Outcome.PASS,
        **{f"fails {number}": Outcome.FAIL for number in range(3)},
    }  # fmt: skip
    again = [name for name in play.names if name.endswith("(again)")]
    assert "of records (again)" not in again
    assert all(play.most[name] == 0 for name in again)


def test_what_reaches_other_calls_is_found_where_only_others_saw_it(stage: Stage) -> None:
    """It had no rows of its own to see it by the first time; then it is one of those that are performed one by one."""
    play = Play()
    play.add("reaches", LOST, REACHED, link="", meets=True)
    play.add("hit", REACHED, RIGHT, link="", meets=True)
    play.add("hit otherwise", WRONG, RIGHT, link="", meets=True)

    found = play.outcomes(play.perform(stage, together=3))

    assert found == {"reaches": Outcome.FAIL, "hit": Outcome.PASS, "hit otherwise": Outcome.PASS}
    assert all(play.most[name] == 0 for name in play.names if name.endswith("(again)"))


@pytest.mark.parametrize("first", [RIGHT, LOST], ids=["passed", "was disturbed"])
def test_who_sees_other_calls_looks_once_more_with_no_other_beside(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, first: Ending
) -> None:
    """What reaches all of them may not have been seen while they ran together: those that it hit are right."""
    play = Play()
    play.add("sees", first, REACHED, link="", meets=True)
    play.add("sees nothing", RIGHT, WRONG, link="", meets=True)
    play.add("hit", WRONG, RIGHT, link="", meets=True)
    play.add("hit otherwise", WRONG, RIGHT, link="", meets=True)
    seers = frozenset(play.scripts[title].acts[0].do for title in ("sees", "sees nothing"))
    monkeypatch.setattr("dataverse_tck.acting.rounds.SEES_OTHER_CALLS", seers)

    found = play.outcomes(play.perform(stage, together=4))

    assert {key: found[key] for key in ("sees", "hit", "hit otherwise")} == {
        "sees": Outcome.FAIL, "hit": Outcome.PASS, "hit otherwise": Outcome.PASS,
    }  # fmt: skip
    assert all(play.most[name] == 0 for name in play.names if name.endswith("(again)"))


@pytest.mark.parametrize(("reach", "outcome"), [(REACHED, Outcome.FAIL), (WRONG, Outcome.ERROR)])
def test_what_another_may_have_brought_was_not_late(stage: Stage, reach: Ending, outcome: Outcome) -> None:
    """It shows while one runs that is confirmed to reach others; without such a one it was late."""
    began, looked, play = threading.Semaphore(0), threading.Semaphore(0), Play()

    def shows() -> bool:
        assert began.acquire(timeout=10)
        looked.release()
        return True

    def misses(scene: Scene, word: str) -> None:
        scene.missed = Missed(
            shows, time.monotonic(), hasty=False, kinds=(("k", "s"),), look="shows", records=scene.records
        )
        raise WrongError("It has not come.")

    def reaches(scene: Scene, word: str) -> None:
        began.release()
        assert looked.acquire(timeout=10)
        assert reach is not None
        raise reach

    for title, act in (("misses", misses), ("reaches", reaches)):
        play.scripts[title] = Script([Act(costs(1)(act), ("",), (title,))])

    found = play.outcomes(play.perform(stage, workers=1))

    assert found == {"misses": outcome, "reaches": Outcome.FAIL}


@pytest.mark.parametrize(("link", "performances"), [(RULE, [""]), ("", ["", "again"])], ids=["records", "calls"])
def test_who_sees_nothing_stays_right(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, link: str, performances: list[str]
) -> None:
    """It is let be where only records are wrong; where a call is, it counts a second time only if it sees a reach."""
    play = Play()
    play.add("sees", RIGHT, WRONG, link="")
    play.add("wrong", WRONG, link=link)
    monkeypatch.setattr("dataverse_tck.acting.rounds.SEES_OTHER_CALLS", frozenset({play.scripts["sees"].acts[0].do}))

    found = play.outcomes(play.perform(stage))

    assert found == {"sees": Outcome.PASS, "wrong": Outcome.FAIL}
    assert play.performances("sees") == performances


@pytest.mark.parametrize(("reach", "waits"), [(WRONG, False), (REACHED, True)])
def test_what_stayed_away_is_waited_for_again_only_where_something_may_explain_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, *, reach: Ending, waits: bool
) -> None:
    """A fail that nothing explains stays, whatever comes of a second deadline."""
    monkeypatch.setattr("dataverse_tck.acts.waits.SHORT_S", 0)
    stage.settings = replace(stage.settings, settle_s=0.3)
    play, looks = Play(), Counter[str]()

    def misses(scene: Scene, word: str) -> None:
        def look() -> bool:
            looks[scene.records.scene] += 1
            return False

        if not scene.eventually(look, bool):
            raise WrongError("It has not come.")

    play.scripts["misses"] = Script([Act(costs(1)(misses), (TIME_GROUP,), ("misses",))])
    play.add("wrong", reach)

    found = play.outcomes(play.perform(stage))

    assert found == {"misses": Outcome.FAIL, "wrong": Outcome.FAIL}
    assert looks["misses"] > 2  # its deadline, and once more
    assert (looks["misses (again)"] > 1) == waits


def test_who_waits_for_an_effect_keeps_nobody_from_beginning(stage: Stage) -> None:
    """However few are performed at a time."""
    play, began = Play(), threading.Event()

    def waits(scene: Scene, word: str) -> None:
        if not scene.eventually(began.is_set, bool):
            raise WrongError("It has not come.")

    play.scripts["waits"] = Script([Act(costs(9)(waits), (TIME_GROUP,), ("waits",))])
    play.scripts["begins"] = Script([Act(costs(1)(lambda scene, word: began.set()), (TIME_GROUP,), ("begins",))])

    assert play.outcomes(play.perform(stage, workers=1)) == {"waits": Outcome.PASS, "begins": Outcome.PASS}


def test_ten_are_performed_alone_at_most(stage: Stage) -> None:
    """A run has to end."""
    play = Play()
    for number in range(ALONE + 3):
        play.add(f"odd {number}", LOST, WRONG, RIGHT)

    found = play.outcomes(play.perform(stage))

    assert sum(name.endswith("(alone)") for name in play.names) == ALONE
    assert set(found.values()) == {Outcome.FAIL}


def test_rounds_are_counted_by_their_names(stage: Stage) -> None:
    """For the progress that a person sees."""
    told = list[tuple[str, int, int]]()
    play = Play()
    play.add("odd", LOST, WRONG, RIGHT)
    play.add("right", RIGHT)
    progress: Callable[[str, int, int], None] = lambda *counts: told.append(counts)  # noqa: E731

    Rounds(stage, 2, lambda _: True, progress).perform_all(play.scripts)

    assert told == [("performed", 1, 2), ("performed", 2, 2), ("performed again", 1, 1), ("performed alone", 1, 1)]
