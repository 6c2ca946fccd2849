"""Patience: how long effects are waited for, and when their absence is believed; time is made up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dataverse_tck.acts import scene as scene_module
from dataverse_tck.acts import stage as stage_module
from dataverse_tck.acts import unchanged
from dataverse_tck.acts.calls import checks
from dataverse_tck.acts.errors import StoppedError, UnfitError, WrongError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.acts.stage import Stage
from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.http.errors import Broken
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


def answered(status: int, body: bytes = b"", **headers: str) -> Answer:
    """An answer to what a scenario is about."""
    return Answer(status, headers, body, "http://127.0.0.1:9/api/data/v9.2/rows?$select=x", "x0007")


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_an_endpoint_that_is_too_busy_decides_nothing(stage: Stage, status: int) -> None:
    """After all tries the exchange broke: an error, neither a fail nor an excuse."""
    scene = Scene(stage, "one")

    for take in (scene.deed, lambda answer: scene.expect_done(answer, "a preparation")):
        with pytest.raises(Broken, match=rf"/rows answers {status} to the end of all tries") as told:
            take(answered(status))
        assert told.value.exchange == "x0007"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 412, 500, 501])
def test_every_other_status_is_an_answer(stage: Stage, status: int) -> None:
    """It is for the scenario to say what it means."""
    assert Scene(stage, "one").deed(answered(status)).status == status


ERROR = b'{"error": {"code": "0x0", "message": "no"}}'


def test_an_error_in_a_yes_is_no_yes(stage: Stage) -> None:
    """Neither allowed nor refused: wrong, whatever was asked."""
    scene = Scene(stage, "one")
    scene.deed(answered(200, ERROR))

    with pytest.raises(UnfitError, match=r"a preparation was refused: 200 \(no\)"):
        scene.expect_done(answered(200, ERROR), "a preparation")
    with pytest.raises(WrongError, match=r"Linking is answered 200, but with an error: 200 \(no\)"):
        scene.expect_allowed("Linking")
    with pytest.raises(WrongError, match="It is answered 200, with an error in the body: that is no refusal"):
        unchanged.refused(scene)


@pytest.mark.parametrize(
    "answer",
    [answered(404, b"<!DOCTYPE html><p>x"), answered(405, b"gone", **{"Content-Type": "text/html; charset=utf-8"})],
    ids=["beginning", "type"],
)
def test_a_web_page_is_no_refusal(stage: Stage, answer: Answer) -> None:
    """Of a message that is looked at, and of anything that is to be refused."""
    scene = Scene(stage, "one")
    scene.deed(answer)

    with pytest.raises(WrongError, match="web page"):
        checks.not_carried_out(scene)
    with pytest.raises(WrongError, match="another form than an OData error"):
        unchanged.refused(scene)
    scene.deed(answered(405, ERROR))
    assert (checks.not_carried_out(scene), unchanged.refused(scene)) == ("not executed", "refused")
