"""What comes of scripts that are performed together: acts are made up, the stage is real, nobody is asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.acting.perform import Performance, Performed, merge_findings, worst_of
from dataverse_tck.acting.rounds import Rounds
from dataverse_tck.acting.script import Act, Script
from dataverse_tck.acts.cost import costs
from dataverse_tck.acts.errors import StoppedError, UnfitError, WrongError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.acts.stage import Stage
from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.webapi.http.errors import Broken, NotMade, TableMissing
from tests.support.staging import TIME_GROUP, stage_at

Do = Callable[..., Any]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with stage_at(tmp_path) as made:
        yield made


def seen(scene: Scene, exchange: str = "x1", value: str = "seen") -> str:
    """Look, and find all well."""
    scene.records.exchanges.append(exchange)
    return value


def raising(problem: Exception) -> Do:
    """An act that ends so."""

    def act(scene: Scene) -> None:
        scene.records.exchanges.append("x9")
        raise problem

    return act


def played(stage: Stage, *acts: Act, title: str = "one") -> Performed:
    return Performance(Script(list(acts)), stage, title, lambda identifier: True).finish()


def outcomes(performed: Performed) -> dict[str, Outcome]:
    return {found.requirement: found.outcome for found in performed.findings}


def test_a_requirement_passes_when_every_act_that_decides_it_was_done(stage: Stage) -> None:
    """With what the first of them saw, and the exchanges of the whole scenario, once each."""
    performed = played(
        stage, Act(seen, ("x0",)), Act(seen, ("x1", "this"), ("a",)), Act(seen, ("x2",), ("a",)),
        Act(seen, ("x1",), ("a",)),
    )  # fmt: skip

    assert performed == Performed(None, (Finding("a", Outcome.PASS, "", "this", "rows", ("x0", "x1", "x2")),))


def test_a_failed_act_decides_its_own_requirements_alone(stage: Stage) -> None:
    """What was decided before it stands; what comes after was not reached."""
    performed = played(
        stage,
        Act(seen, ("x1",), ("before",)),
        Act(raising(WrongError("It is kept.", observed="kept")), (), ("this", "that")),
        Act(seen, ("x2",), ("after",)),
    )

    assert outcomes(performed) == {
        "before": Outcome.PASS, "this": Outcome.FAIL, "that": Outcome.FAIL, "after": Outcome.NOT_TESTABLE,
    }  # fmt: skip
    this, after = performed.findings[1], performed.findings[3]
    assert (this.reason, this.observed, this.exchanges) == ("It is kept.", "kept", ("x1", "x9"))
    assert after.reason == "an earlier sentence of its scenario failed: It is kept."
    assert performed.stop
    assert performed.stop.at == 1


def test_a_requirement_is_not_passed_by_half(stage: Stage) -> None:
    """Two acts decide it, and the second one fails."""
    performed = played(
        stage, Act(seen, ("x1",), ("a",)), Act(raising(WrongError("no")), (), ("b",)), Act(seen, ("x2",), ("a",))
    )

    assert outcomes(performed) == {"a": Outcome.NOT_TESTABLE, "b": Outcome.FAIL}


@pytest.mark.parametrize(
    ("problem", "outcome"),
    [
        (UnfitError(Outcome.NOT_OBSERVABLE, "nobody there"), Outcome.NOT_OBSERVABLE),
        (UnfitError(Outcome.NOT_APPLICABLE, "a single choice"), Outcome.NOT_APPLICABLE),
        (NotMade("no row"), Outcome.NOT_TESTABLE),
        (TableMissing("no table"), Outcome.NOT_TESTABLE),
        (Broken("a time-out"), Outcome.ERROR),
    ],
)
def test_what_keeps_a_scenario_from_deciding_is_told_of_all_that_was_not_reached(
    stage: Stage, problem: Exception, outcome: Outcome
) -> None:
    """In the preparation, so for every requirement; it is no trouble of the kit."""
    performed = played(stage, Act(raising(problem), ()), Act(seen, (), ("a",)), Act(seen, (), ("b",)))

    assert outcomes(performed) == {"a": outcome, "b": outcome}
    assert {found.reason for found in performed.findings} == {str(problem)}
    assert performed.stop
    assert performed.stop.trouble is None


def test_an_act_that_breaks_inside_the_kit_is_an_error_and_a_trouble(stage: Stage) -> None:
    """The scenario ends; the run goes on."""
    problem = KeyError("conversation")

    performed = played(stage, Act(raising(problem), ()), Act(seen, (), ("a",)))

    assert outcomes(performed) == {"a": Outcome.ERROR}
    assert performed.stop
    assert performed.stop.trouble is problem
    assert performed.stop.reason == "the kit broke inside: 'conversation'"


def test_scripts_of_which_nothing_is_claimed_are_not_performed(stage: Stage) -> None:
    """One claimed requirement is enough to perform a script."""
    done: list[str] = []
    acts = [Act(lambda scene: done.append("a"), (), ("a",)), Act(lambda scene: done.append("b"), (), ("b",))]

    nothing = Performance(Script(acts), stage, "nothing", lambda identifier: False).finish()
    assert (done, nothing.findings) == ([], ())
    assert nothing.stop
    assert nothing.stop.outcome is Outcome.NOT_CLAIMED
    Performance(Script(acts), stage, "one of them", lambda identifier: identifier == "b").finish()
    assert done == ["a", "b"]


@pytest.mark.parametrize(
    ("outcomes", "together"),
    [
        ((Outcome.NOT_APPLICABLE, Outcome.PASS), Outcome.PASS),
        ((Outcome.NOT_APPLICABLE, Outcome.NOT_APPLICABLE), Outcome.NOT_APPLICABLE),
        ((Outcome.PASS, Outcome.FAIL), Outcome.FAIL),
        ((Outcome.PASS, Outcome.NOT_TESTABLE), Outcome.NOT_TESTABLE),
        ((Outcome.NOT_OBSERVABLE, Outcome.ERROR), Outcome.ERROR),
    ],
)
def test_of_several_scenarios_the_worst_counts(outcomes: tuple[Outcome, ...], together: Outcome) -> None:
    """But where one does not apply, another may pass."""
    found = [Finding("a", outcome) for outcome in outcomes]

    assert worst_of(found).outcome is worst_of(found[::-1]).outcome is together
    assert merge_findings([Performed(None, (one,)) for one in found])["a"].outcome is together


def test_an_interruption_ends_every_wait_at_once(stage: Stage) -> None:
    """Who waits for an effect stops waiting; who did not begin does not begin."""
    waiting, done = threading.Barrier(3, timeout=30), list[str]()

    @costs(1)
    def wait_long(scene: Scene) -> None:
        waiting.wait()
        scene.stage.pause(600)
        done.append("waited")

    scripts = {
        f"waits {n}": Script([Act(wait_long, ()), Act(costs(1)(lambda scene: done.append("went on")), (), ("a",))])
        for n in range(2)
    }
    scripts["never begins"] = Script([Act(costs(0)(lambda scene: done.append("began")), (), ("b",))])

    def interrupt() -> None:
        waiting.wait()
        stage.stopping.set()

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(StoppedError):
        Rounds(stage, 2, lambda _: True, lambda *_: None).perform_all(scripts)
    thread.join(30)

    assert done == []


def test_the_interruption_of_the_run_passes_through(stage: Stage) -> None:
    """And stops the stage."""

    def interrupt(what: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Rounds(stage, 1, lambda _: True, interrupt).perform_all({"one": Script()})
    assert stage.stopping.is_set()


def test_scripts_of_one_relationship_are_apart_only_when_they_are_performed_again(stage: Stage) -> None:
    """All are performed, and counted."""
    under_way, most, told = set[str](), list[int](), list[tuple[str, int, int]]()
    together = threading.Barrier(5, timeout=30)

    @costs(1)
    def once(scene: Scene, link: str, title: str) -> None:
        if scene.records.scene.endswith("(again)"):
            under_way.add(title)
            most.append(len(under_way))
            threading.Event().wait(0.01)
            under_way.discard(title)
        else:
            together.wait()
            raise WrongError("It is not so.")

    scripts = {f"of one {n}": Script([Act(once, (TIME_GROUP, str(n)), (f"r{n}",))]) for n in range(5)}

    performed = Rounds(stage, 8, lambda _: True, lambda *counts: told.append(counts)).perform_all(scripts)

    assert set(performed) == set(scripts)
    assert most == [1] * 5
    assert sorted(told) == [(what, n, 5) for what in ("performed", "performed again") for n in range(1, 6)]


def test_nothing_is_done_before_all_of_its_relationship_are_prepared(stage: Stage) -> None:
    """Else what it does to rows of others could come before these are noted as they are."""
    order: list[str] = []
    slow = threading.Event()

    @costs(1)
    def prepare(scene: Scene, link: str, title: str) -> None:
        if title == "slow":
            slow.wait(30)
        order.append(f"{title} prepared")

    @costs(1)
    def do(scene: Scene, link: str, title: str) -> None:
        order.append(f"{title} done")
        if title == "elsewhere":
            slow.set()

    scripts = {
        title: Script([Act(prepare, (link, title)), Act(do, (link, title))], 1)
        for title, link in (("quick", TIME_GROUP), ("slow", TIME_GROUP), ("elsewhere", "msdyn_bookingrule_x"))
    }

    performed = Rounds(stage, 8, lambda _: True, lambda *_: None).perform_all(scripts)

    assert {one.stop for one in performed.values()} == {None}
    assert max(order.index(f"{title} prepared") for title in ("quick", "slow")) < order.index("quick done")
    assert order.index("elsewhere done") < order.index("slow prepared")


def test_what_is_given_is_prepared_together_and_the_longest_goes_first(stage: Stage) -> None:
    """In the first round, with nobody apart; what has to be prepared is not waited for by those that have not."""
    order: list[str] = []

    def act(requests: int) -> Any:
        @costs(requests)
        def do(scene: Scene, word: str) -> None:
            order.append(f"{word} {'batch' if scene.records.session is stage.batches else 'alone'}")

        return do

    def script(title: str, given: int, *requests: int) -> Script:
        return Script([Act(act(number), (title,)) for number in requests], given)

    scripts = {"short": script("short", 0, 1), "long": script("long", 0, 9), "given": script("given", 1, 5, 2)}

    performed = Rounds(stage, 1, lambda _: True, lambda *_: None).perform_all(scripts)

    assert {one.stop for one in performed.values()} == {None}
    assert sorted(order) == ["given alone", "given batch", "long alone", "short alone"]
    assert order.index("long alone") < order.index("short alone")
