"""What several performances of one scenario come to: tables of their outcomes, and a look once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dataverse_tck.acting import settle
from dataverse_tck.acting.perform import Performed
from dataverse_tck.acting.script import Stop
from dataverse_tck.acting.settle import ONCE, differs, looked_once_more, settled, weighed
from dataverse_tck.acts import stage as stage_module
from dataverse_tck.acts.patience import ENOUGH, kinds_of
from dataverse_tck.acts.scene import Missed
from dataverse_tck.acts.stage import Stage
from dataverse_tck.conformance.finding import Finding, Outcome
from tests.support.staging import Hours, stage_at

P, F, E, T, A = Outcome.PASS, Outcome.FAIL, Outcome.ERROR, Outcome.NOT_TESTABLE, Outcome.NOT_APPLICABLE


def performed(*outcomes: Outcome, name: str = "x1") -> Performed:
    """A performance that decided requirements a, b, ... so; it stopped at the first that did not pass."""
    found = tuple(
        Finding(chr(ord("a") + at), outcome, "" if outcome is P else f"{outcome} in {name}", exchanges=(name,))
        for at, outcome in enumerate(outcomes)
    )
    ended = next((at for at, outcome in enumerate(outcomes) if outcome is not P), None)
    stop = None if ended is None else Stop(ended, outcomes[ended], f"{outcomes[ended]} in {name}")
    return Performed(stop, found, again=stop is not None and stop.outcome is not A)


@pytest.mark.parametrize(
    ("outcomes", "explained", "together", "told_by"),
    [
        ((F, F), False, F, 2),  # confirmed
        ((F, F), True, F, 2),
        ((F, P), False, F, 1),  # a contradiction stays
        ((F, P), True, P, 2),
        ((E, P), False, E, 1),  # undecided stays undecided
        ((E, P), True, P, 2),
        ((T, P), False, T, 1),
        ((T, P), True, P, 2),
        ((E, F), False, F, 2),
        ((T, F), True, F, 2),
        ((F, E, P), False, F, 1),
        ((F, E, P), True, P, 3),
        ((F, T, T), False, F, 1),
        ((F, T, T), True, T, 3),
        ((F, T, F), False, F, 3),
        ((T, F, P), False, F, 2),
        ((T, E, P), False, E, 2),  # the worse of the two
        ((E, T, P), False, E, 1),
        ((T, E, T), False, T, 3),
        ((T, T), False, T, 2),
    ],
)
def test_a_change_counts_only_where_a_confirmed_failure_explains_it(
    outcomes: tuple[Outcome, ...], together: Outcome, told_by: int, *, explained: bool
) -> None:
    """The finding is that of one performance, with the evidence of all; its own stands last."""
    performances = [performed(outcome, name=f"x{at}") for at, outcome in enumerate(outcomes, 1)]

    one = settled(performances, explained=explained)

    (found,) = one.findings
    assert (found.outcome, found.exchanges[-1]) == (together, f"x{told_by}")
    assert sorted(found.exchanges) == [f"x{at}" for at in range(1, len(outcomes) + 1)]
    stays = told_by < len(outcomes)
    assert found.reason.removesuffix(f" ({ONCE})") == ("" if together is P else f"{together} in x{told_by}")
    assert found.reason.endswith(f"({ONCE})") is stays
    assert (one.stop.outcome if one.stop else P) is together
    assert one.stop is None or one.stop.reason == found.reason


def test_what_passed_the_first_time_is_not_undone_by_what_another_requirement_needed() -> None:
    """It was performed again for the other one; only a contradiction would count."""
    one = settled([performed(P, F), performed(T, T, name="x2"), performed(P, P, name="x3")], explained=False)

    assert [found.outcome for found in one.findings] == [P, F]
    assert settled([performed(P, F), performed(F, T, name="x2")], explained=False).findings[0].outcome is F
    assert settled([performed(P, E), performed(T, E, name="x2")], explained=False).findings[0].outcome is P


def test_the_sentence_that_is_told_is_the_one_of_the_worst_finding() -> None:
    """So that the scenario ends where its finding was made."""
    first, second = performed(P, F), performed(T, P, name="x2")

    one = settled([first, second], explained=False)

    assert one.stop == Stop(1, F, f"fail in x1 ({ONCE})")


@pytest.mark.parametrize(("outcomes", "together"), [((F, P), F), ((F, F), F), ((E, F), F)])
def test_a_scenario_that_decides_nothing_still_ends_somehow(outcomes: tuple[Outcome, ...], together: Outcome) -> None:
    """A scenario without requirements is told by its stop alone."""
    performances = [replace(performed(outcome, name=f"x{at}"), findings=()) for at, outcome in enumerate(outcomes, 1)]

    one = settled(performances, explained=False)

    assert one.stop
    assert one.stop.outcome is together
    assert one.stop.reason.endswith(f"({ONCE})") is (outcomes[-1] is P)


def test_a_void_performance_says_nothing_where_there_is_another() -> None:
    """The kit was hasty, or a fault reached it; alone it is better than nothing."""
    void = replace(performed(F), void=True)

    assert settled([void, performed(P, name="x2")], explained=False).findings[0].outcome is P
    assert settled([void], explained=False) == void
    assert settled([void, replace(performed(E, name="x2"), void=True)], explained=False).findings[0].outcome is E


@pytest.mark.parametrize(
    ("before", "after", "odd"),
    [
        (performed(F), performed(F), False),
        (performed(F), performed(P), False),  # nothing is left to be learned from a third
        (performed(F), performed(E), True),
        (performed(P, F), performed(F, T), True),
        (performed(F), replace(performed(F), void=True), True),
        (replace(performed(P), void=True), performed(F), True),
        (replace(performed(P), void=True), performed(P), False),
    ],
)
def test_what_came_to_something_else_is_performed_alone(before: Performed, after: Performed, *, odd: bool) -> None:
    """Unless it passed."""
    assert differs(before, after) is odd


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> Hours:
    made = Hours()
    monkeypatch.setattr(settle, "time", made)
    monkeypatch.setattr(stage_module, "time", made)
    return made


@pytest.fixture
def stage(tmp_path: Path, hours: Hours, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with stage_at(tmp_path) as made:
        monkeypatch.setattr(made, "stopping", hours)
        yield made


KINDS = kinds_of(("link", "share"), "one")


def evidence(*exchanges: str) -> Any:
    """Records of which only these are asked."""
    return SimpleNamespace(exchanges=exchanges, note=lambda words: None)


def missed(shows: Callable[[], bool], *, hasty: bool = False, due: float = 110) -> Performed:
    """A performance that failed since something did not show, and decided nothing else."""
    return replace(performed(P, F, T), missed=Missed(shows, due, hasty, KINDS, "shows", evidence("x1", "x1", "x9")))


def test_what_shows_later_was_late_and_is_no_contradiction(stage: Stage, hours: Hours) -> None:
    """It is looked for when it is due; the look is evidence too."""
    looks = list[float]()

    one = looked_once_more(missed(lambda: looks.append(hours.now) or True), stage, nullcontext())

    assert looks == [110]
    assert [found.outcome for found in one.findings] == [P, E, T]
    assert one.findings[1].reason == (
        "fail in x1 It came later: an endpoint that needs longer can be given it, with --settle."
    )
    assert {found.exchanges for found in one.findings} == {("x1", "x9")}
    assert one.stop == Stop(1, E, one.findings[1].reason)
    assert (one.void, one.missed) == (False, None)


def test_what_the_kit_gave_up_early_and_shows_later_says_nothing(stage: Stage) -> None:
    """Another performance decides, with the whole patience."""
    assert looked_once_more(missed(lambda: True, hasty=True), stage, nullcontext()).void


@pytest.mark.parametrize(
    ("seen", "hasty", "void"),
    [
        ((), True, False),
        (("link",), True, False),  # what hangs on it never does
        (("link", "share"), True, True),
        (("link", "share"), False, False),
    ],
)
def test_what_was_given_up_early_and_does_show_here_says_nothing(
    stage: Stage, seen: tuple[str, ...], *, hasty: bool, void: bool
) -> None:
    """Which may be known only at the end."""
    for _ in range(ENOUGH):
        stage.patience.in_vain(KINDS)
    one = looked_once_more(missed(lambda: False, hasty=hasty), stage, nullcontext())
    if seen:
        stage.patience.saw(kinds_of(seen, "one"))

    assert weighed(one, stage).void is void
    assert weighed(performed(F), stage) == performed(F)


def test_what_never_shows_stays_a_fail(stage: Stage, hours: Hours) -> None:
    """With the look that confirms it."""
    one = looked_once_more(missed(lambda: False), stage, nullcontext())

    assert [found.outcome for found in one.findings] == [P, F, T]
    assert one.findings[1].exchanges == ("x1", "x9")
    assert (one.stop, one.missed, hours.now) == (performed(P, F, T).stop, one.missed, 110)


def test_a_preparation_that_was_late_stays_not_testable(stage: Stage) -> None:
    """It says how it can be helped."""
    one = looked_once_more(
        replace(performed(T), missed=Missed(lambda: True, 0, False, KINDS, "shows", evidence())), stage, nullcontext()
    )

    assert (one.findings[0].outcome, one.stop and one.stop.outcome) == (T, T)
    assert "--settle" in one.findings[0].reason


def test_the_end_of_the_run_ends_these_looks(tmp_path: Path) -> None:
    """And leaves what was found."""
    with stage_at(tmp_path) as stage:
        stage.stopping.set()
        pending = missed(lambda: True, due=1e12)
        assert looked_once_more(pending, stage, nullcontext()) is pending
