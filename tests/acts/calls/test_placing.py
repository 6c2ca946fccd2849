"""Placing calls by the fixtures of a profile."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.acts.calls import placing
from dataverse_tck.acts.errors import UnfitError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.endpoint.embedded import emulator
from dataverse_tck.evidence.redaction import Redaction
from dataverse_tck.profile import fixture_commands
from dataverse_tck.profile.calls import Calls, Fixture
from dataverse_tck.profile.fixture_commands import FixtureResult
from dataverse_tck.webapi.http.errors import Broken
from dataverse_tck.webapi.rows.records import NotMade, Row
from tests.support.scripted import CONVERSATION, Play, declare, judged, playing
from tests.support.staging import stage_at
from tests.support.told_calls import Told

ID = "11111111-2222-4333-8444-555555555555"


def test_an_offer_that_yields_the_same_conversation_twice_is_not_testable(tmp_path: Path) -> None:
    """Two calls would be one; the conversation stands in the ledger once, to be removed."""
    offer = Fixture("offer", run=("echo", f'{{"conversation": "{ID}"}}'), yields="conversation")
    with emulator() as root, stage_at(tmp_path, root, calls=Calls(fixtures={"offer": offer})) as stage:
        scene = Scene(stage, "two calls")

        assert placing.place(scene).id == ID
        with pytest.raises(UnfitError, match=f"yields the conversation {ID} again: each call needs one") as told:
            placing.place(scene)

        assert told.value.outcome is Outcome.NOT_TESTABLE
        assert [entry.id for entry in stage.ledger.entries] == [ID]


def test_an_offer_that_cannot_be_started_is_not_testable(tmp_path: Path) -> None:
    """The profile is to be mended; the kit is not broken, nor is the endpoint."""
    absent = Calls(fixtures={"offer": Fixture("offer", run=("./absent",), yields="conversation")})
    with stage_at(tmp_path, calls=absent) as stage:
        with pytest.raises(UnfitError, match=r"offer cannot run \./absent: No such file or directory") as told:
            placing.place(Scene(stage, "a call"))

        assert told.value.outcome is Outcome.NOT_TESTABLE


SECRET = "S3cret-of-the-dialler"


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    """A scene whose calls are offered by a command."""
    offer = Fixture("offer", run=("dial",), yields="conversation")
    with playing(tmp_path, monkeypatch, Calls(fixtures={"offer": offer})) as made:
        monkeypatch.setattr(made.stage.session.recorder, "redaction", Redaction([SECRET]))
        yield made


@pytest.fixture
def told(play: Play, monkeypatch: pytest.MonkeyPatch) -> Told:
    """What is said of its calls."""
    return Told(play, monkeypatch)


def ends(monkeypatch: pytest.MonkeyPatch, stdout: str, stderr: str = "", code: int = 0) -> list[object]:
    """Let the command end like this; return what it was run with."""
    ran: list[object] = []

    def run(fixture: Fixture, conversation: str | None = None) -> FixtureResult:
        ran.append((fixture.name, conversation))
        return FixtureResult(fixture.name, fixture.run, code, stdout, stderr, 0.1)

    monkeypatch.setattr(fixture_commands, "run", run)
    return ran


def test_a_command_offers_a_call(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its conversation stands in the ledger, to be removed; the command is kept as evidence."""
    ran = ends(monkeypatch, f'{{"conversation": "{ID}"}}')
    play.hours.now = 150
    row = placing.place(play)

    assert row == Row(CONVERSATION, ID, f"{CONVERSATION}s({ID})")
    assert ran == [("offer", None)]
    assert play.stage.placed == [row]
    assert [(one.table, one.entity_set, one.id) for one in play.stage.ledger.entries] == [
        (CONVERSATION, f"{CONVERSATION}s", ID)
    ]
    assert play.script.exchanges == ["x0001"]
    assert play._done_at == 150


@pytest.mark.parametrize(("stdout", "code"), [("{}", 0), ("no JSON", 0), (f'{{"conversation": "{ID}"}}', 1)])
def test_a_command_that_offers_no_call_is_not_testable(
    play: Play, monkeypatch: pytest.MonkeyPatch, stdout: str, code: int
) -> None:
    """With what was missing; nothing is known as placed."""
    ends(monkeypatch, stdout, code=code)
    verdict, _, words = judged(placing.place, play)

    assert verdict == "not testable"
    assert "offer" in words
    assert play.stage.placed == []


def test_what_a_command_prints_holds_no_secret(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its words go into reasons."""
    ends(monkeypatch, f"out {SECRET}", f"err {SECRET}")
    result = placing._run(play, "offer", "an id")

    assert result.stdout.startswith("out ")
    assert result.stderr.startswith("err ")
    assert SECRET not in result.stdout + result.stderr
    assert (result.code, result.name) == (0, "offer")


REFUSED = "no call can be offered, as the first was not: no row of msdyn_ocliveworkitem"


def test_after_the_first_offer_was_refused_no_other_is_tried(play: Play, told: Told) -> None:
    """Every scenario says the same, and nothing is sent for it; it would not be otherwise another time."""
    declare(play, fixtures={"offer": Fixture("offer", values={"subject": "a call"})})
    play.script.unmade[CONVERSATION] = 1
    found = [judged(placing.bring, play, "conversation", []) for _ in range(3)]

    assert found == [("not testable", None, REFUSED)] * 3
    assert len(play.script.log) == 1
    with pytest.raises(UnfitError) as problem:
        placing.bring(play, "conversation", [])
    assert not problem.value.again


def test_a_command_that_fails_first_is_not_run_again(play: Play, monkeypatch: pytest.MonkeyPatch, told: Told) -> None:
    """Its own last words are the reason."""
    ran = ends(monkeypatch, "", "the line is dead", code=1)
    found = {judged(placing.bring, play, "conversation", [])[2] for _ in range(2)}

    assert found == {"no call can be offered, as the first was not: fixtures.offer ended with 1: the line is dead."}
    assert len(ran) == 1


def test_an_offer_that_fails_later_is_told_by_its_scenario_alone(play: Play, told: Told) -> None:
    """What went well once is tried again."""
    declare(play, fixtures={"offer": Fixture("offer", values={"subject": "a call"})})
    placing._calibrate(play.stage)
    play.script.unmade[CONVERSATION] = 1
    with pytest.raises(NotMade):
        placing.bring(play, "conversation", [])

    assert judged(placing.bring, play, "conversation", [])[0] == "passed"


def test_a_first_offer_that_broke_on_the_way_is_tried_again(
    play: Play, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that was cut says nothing of the offer."""
    declare(play, fixtures={"offer": Fixture("offer", values={"subject": "a call"})})
    make = play.script.make
    broke = [Broken("cut off")]
    monkeypatch.setattr(play.script, "make", lambda *words: _raise(broke.pop()) if broke else make(*words))

    assert judged(placing.bring, play, "conversation", [])[0] == "passed"
    assert play.stage.unoffered is None


def _raise(problem: Exception) -> Any:
    raise problem


def test_scenarios_side_by_side_wait_for_the_first_offer(play: Play, told: Told) -> None:
    """One thread offers, the others hear of it."""
    declare(play, fixtures={"offer": Fixture("offer", values={"subject": "a call"})})
    play.script.unmade[CONVERSATION] = 8
    with ThreadPoolExecutor(8) as pool:
        found = {words for _, _, words in pool.map(lambda _: judged(placing.bring, play, "conversation", []), range(8))}

    assert found == {REFUSED}
    assert len(play.script.log) == 1
