"""Placing calls by the fixtures of a profile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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
from dataverse_tck.webapi.rows.records import Row
from tests.support.scripted import CONVERSATION, Play, judged, playing
from tests.support.staging import stage_at

ID = "11111111-2222-4333-8444-555555555555"


def test_an_offer_that_yields_the_same_conversation_twice_is_not_testable(tmp_path: Path) -> None:
    """Two calls would be one; the conversation stands in the ledger once, to be removed."""
    offer = Fixture("offer", run=("echo", f'{{"conversation": "{ID}"}}'), yields="conversation")
    with emulator() as root, stage_at(tmp_path, root, calls=Calls(fixtures={"offer": offer})) as stage:
        scene = Scene(stage, "two calls")

        assert placing._place(scene).id == ID
        with pytest.raises(UnfitError, match=f"yields the conversation {ID} again: each call needs one") as told:
            placing._place(scene)

        assert told.value.outcome is Outcome.NOT_TESTABLE
        assert [entry.id for entry in stage.ledger.entries] == [ID]


def test_an_offer_that_cannot_be_started_is_not_testable(tmp_path: Path) -> None:
    """The profile is to be mended; the kit is not broken, nor is the endpoint."""
    absent = Calls(fixtures={"offer": Fixture("offer", run=("./absent",), yields="conversation")})
    with stage_at(tmp_path, calls=absent) as stage:
        with pytest.raises(UnfitError, match=r"offer cannot run \./absent: No such file or directory") as told:
            placing._place(Scene(stage, "a call"))

        assert told.value.outcome is Outcome.NOT_TESTABLE


SECRET = "S3cret-of-the-dialler"


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    """A scene whose calls are offered by a command."""
    offer = Fixture("offer", run=("dial",), yields="conversation")
    with playing(tmp_path, monkeypatch, Calls(fixtures={"offer": offer})) as made:
        monkeypatch.setattr(made.stage.session.recorder, "redaction", Redaction([SECRET]))
        yield made


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
    row = placing._place(play)

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
    verdict, _, words = judged(placing._place, play)

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
