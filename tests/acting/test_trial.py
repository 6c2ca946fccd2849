"""One offer, looked at before a run: what is taken for granted of an offered call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.acting import trial
from dataverse_tck.acting.trial import Trial, try_offer
from dataverse_tck.acts.errors import UnfitError
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.profile.calls import Calls, Fixture, Region, StateReader
from dataverse_tck.webapi.http.errors import Broken
from tests.support.scripted import CONVERSATION, Play, declare, playing

READER = StateReader("Ask", {"call": Region("CallState", {}), "recording": Region("Recording", {})}, "Count")
RINGING = {"call": "Offered", "recording": "not-started", "participants": 1}


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    """A scene whose calls are offered by a row."""
    offer = Fixture("offer", values={"subject": "a call"})
    with playing(tmp_path, monkeypatch, Calls(fixtures={"offer": offer}, state_reader=READER)) as made:
        yield made


def tried(play: Play, monkeypatch: pytest.MonkeyPatch, state: Any) -> Trial:
    """Try an offer that is told to be like this; a problem is raised."""
    asked: list[str] = []

    def read(scene: Any, role: str) -> Any:
        asked.append(scene.rows[role].table)
        if isinstance(state, Exception):
            raise state
        return state

    monkeypatch.setattr(trial, "read_state", read)
    found = try_offer(play.stage)
    assert asked == [CONVERSATION] * len(play.stage.placed)  # once
    return found


def test_an_offered_call_is_told_as_it_is(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is wrong with it; it is known as placed, so that it is ended."""
    assert tried(play, monkeypatch, RINGING) == Trial("Offered, recording not-started, participants 1")
    assert len(play.stage.placed) == 1


WRONG: dict[str, dict[str, Any]] = {
    "calls.state_reader.recording.map lacks idle, which Ask answers in Recording: say what it means.": {
        "recording": "idle (not in the profile)"
    },
    "calls.state_reader.call.map lacks ringing, which Ask answers in CallState: say what it means.": {
        "call": "ringing (not in the profile)"
    },
    "a call that was just offered is Connected, not Offered: mend fixtures.offer, or the words of "
    "calls.state_reader.call.map.": {"call": "Connected"},
    "calls.state_reader.participants.property is Count, where Ask answers 'one': it has to be a whole number.": {
        "participants": "one"
    },
}


@pytest.mark.parametrize("words", WRONG)
def test_what_a_run_would_stumble_over_is_told(play: Play, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """With what was seen all the same."""
    found = tried(play, monkeypatch, {**RINGING, **WRONG[words]})

    assert found.wrong == (words,)
    assert found.seen is not None


def test_a_call_that_nobody_reads_cannot_be_known_as_offered(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader may tell of the recording alone."""
    declare(play, state_reader=replace(READER, regions={"recording": READER.regions["recording"]}, participants=None))
    found = tried(play, monkeypatch, {"recording": "not-started"})

    assert found.wrong == (
        "calls.state_reader.call is missing, so nothing tells that a call which was offered is Offered.",
    )


def test_an_offer_that_is_refused_is_told(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason; nothing is read."""
    play.script.unmade[CONVERSATION] = 1

    assert tried(play, monkeypatch, RINGING) == Trial(None, (f"no call was offered: no row of {CONVERSATION}",))


@pytest.mark.parametrize("problem", [UnfitError(Outcome.NOT_TESTABLE, "it is mute"), Broken("it is mute")])
def test_a_state_that_cannot_be_read_is_told(play: Play, monkeypatch: pytest.MonkeyPatch, problem: Exception) -> None:
    """The call was offered all the same."""
    assert tried(play, monkeypatch, problem) == Trial(None, ("a call was offered, but it is mute",))
    assert len(play.stage.placed) == 1
