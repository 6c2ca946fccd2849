"""Patience: how long effects are waited for, and when their absence is believed; time is made up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dataverse_tck.acts import scene as scene_module
from dataverse_tck.acts import stage as stage_module
from dataverse_tck.acts.errors import StoppedError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.acts.stage import Stage
from dataverse_tck.webapi.rows.records import Row
from tests.support.staging import Hours, stage_at


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> Hours:
    made = Hours()
    monkeypatch.setattr(scene_module, "time", made)
    monkeypatch.setattr(stage_module, "time", made)
    return made


@pytest.fixture
def stage(tmp_path: Path, hours: Hours, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with stage_at(tmp_path) as made:
        monkeypatch.setattr(made, "stopping", hours)
        yield made


def test_what_shows_at_the_first_look_costs_no_waiting(stage: Stage, hours: Hours) -> None:
    """And tells nothing of how slow effects are, however late the look."""
    scene = Scene(stage, "one")
    hours.now += 5

    assert scene.eventually(lambda: "there", lambda seen: seen == "there") == "there"
    assert (hours.now, stage.clock.slowest, stage.clock.settled) == (105, 0, 0)


def test_a_late_effect_is_waited_for_and_remembered(stage: Stage, hours: Hours) -> None:
    """The look that sees it is taken at most a pause after it shows."""
    scene = Scene(stage, "one")

    assert scene.eventually(lambda: hours.now >= 103, bool) is True
    assert 103 <= hours.now < 104
    assert stage.clock.slowest == stage.clock.settled == hours.now - 100


def test_waiting_ends_at_the_deadline(stage: Stage, hours: Hours) -> None:
    """With a last look there; what never shows is no slow effect."""
    scene, looks = Scene(stage, "one"), list[float]()

    assert scene.eventually(lambda: looks.append(hours.now), bool) is None
    assert looks[-1] == hours.now == 110
    assert (stage.clock.slowest, stage.clock.settled) == (0, 10)


def test_without_patience_there_is_one_look(stage: Stage, hours: Hours) -> None:
    """settle_s = 0."""
    stage.settings = replace(stage.settings, settle_s=0)
    looks: list[float] = []

    Scene(stage, "one").eventually(lambda: looks.append(hours.now), bool)

    assert (looks, hours.now) == ([100], 100)


def test_absence_is_looked_for_after_the_slowest_effect_so_far(stage: Stage, hours: Hours) -> None:
    """Counted from the deed; where that time has passed already there is no wait."""
    scene = Scene(stage, "one")
    stage.clock.saw(4)
    hours.now = 101
    scene.let_settle()
    assert hours.now == 104

    hours.now = 120
    scene.let_settle()
    assert hours.now == 120


def test_an_effect_that_shows_meanwhile_prolongs_the_wait(
    stage: Stage, hours: Hours, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another scenario finds that effects are slower than was known."""

    def wait(seconds: float) -> bool:
        hours.now += seconds
        stage.clock.saw(6)
        return False

    stage.clock.saw(4)
    monkeypatch.setattr(hours, "wait", wait)
    Scene(stage, "one").let_settle()

    assert hours.now == 106


def test_the_clock_beside_is_waited_for_before_nothing_is_looked_for(stage: Stage, hours: Hours) -> None:
    """Its effect is one of this endpoint: nothing is believed before it showed."""
    scene = Scene(stage, "one")
    scene.rows["clock"] = Row("t", "1", "ts(1)")
    scene.ticks = lambda _: hours.now >= 102
    scene.tick()
    assert 102 <= hours.now < 103

    lonely, before = Scene(stage, "two"), hours.now
    lonely.ticks = scene.ticks
    stage.clock.slowest = 0
    lonely.tick()
    assert hours.now == before


def test_a_wait_ends_when_the_run_is_interrupted(tmp_path: Path) -> None:
    """At once, in real time."""
    with stage_at(tmp_path) as stage:
        ended: list[type[BaseException]] = []

        def wait() -> None:
            try:
                stage.pause(600)
            except StoppedError as problem:
                ended.append(type(problem))

        thread = threading.Thread(target=wait)
        thread.start()
        stage.stopping.set()
        thread.join(30)
        assert ended == [StoppedError]
