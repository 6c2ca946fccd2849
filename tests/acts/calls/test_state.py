"""Where a call is: read, noted, compared, and told in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.acts.calls import state
from dataverse_tck.acts.errors import Aside, UnfitError
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.profile.calls import Calls, Effect, Message, Region, StateReader
from dataverse_tck.profile.signatures import Signature
from dataverse_tck.webapi.http.answer import Answer
from tests.support.scripted import CONVERSATION, Play, answer, declare, judged, playing, refusal, table_of

REGIONS = {"call": Region("callstate", {"1": "Connected", "2": "Held"}), "recording": Region("rec", {"x": "paused"})}
READER = StateReader("Tell", REGIONS, "people")


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    """A scene with a call, at an endpoint that has a message which tells its state."""
    calls = Calls(messages={"Tell": Message("Tell", supported=True)}, state_reader=READER)
    with playing(tmp_path, monkeypatch, calls) as made:
        made.stage.signatures = {"Tell": Signature("Tell", "entity", (), None, None, "$metadata")}
        made.part("conversation")
        yield made


def says(**body: Any) -> Answer:
    """What the reader answers."""
    return answer(200, json.dumps(body).encode())


def usual() -> Answer:
    """A connected call with two who take part."""
    return says(callstate=1, rec="x", people=2)


CONNECTED = {"call": "Connected", "recording": "paused", "participants": 2}
AS_USUAL = "Connected, recording paused, participants 2"
UNREAD = "the state of the call cannot be read: "


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (usual(), ("passed", CONNECTED, "")),
        (says(callstate="2", rec="x", people=0), ("passed", {**CONNECTED, "call": "Held", "participants": 0}, "")),
        (
            says(callstate=9, rec=None, people=2),
            (
                "passed",
                {"call": "9 (not in the profile)", "recording": "None (not in the profile)", "participants": 2},
                "",
            ),
        ),
        (refusal(403), ("not testable", None, f"{UNREAD}403 (no)")),
        (refusal(500), ("not testable", None, f"{UNREAD}500 (no)")),
        (answer(204), ("not testable", None, f"{UNREAD}204")),
        (answer(200, b"[]"), ("not testable", None, "Tell does not answer with an object")),
        (says(rec="x", people=2), ("not testable", None, f"{UNREAD}Tell answers without callstate")),
        (says(callstate=1, people=2), ("not testable", None, f"{UNREAD}Tell answers without rec")),
        (says(callstate=1, rec="x"), ("not testable", None, f"{UNREAD}Tell answers without people")),
    ],
    ids=[
        "usual",
        "other",
        "unknown words",
        "refused",
        "broken",
        "no content",
        "no object",
        "no call",
        "no capture",
        "nobody",
    ],
)
def test_a_state_is_read_in_the_words_of_the_kit(play: Play, told: Answer, found: Any) -> None:
    """By the profile's regions; what is not told cannot be read."""
    play.script.answers = [told]

    assert judged(state.read_state, play, "conversation") == found
    asked, *more = play.script.log
    assert asked == ("POST", f"{CONVERSATION}s(conversation)/Microsoft.Dynamics.CRM.Tell", {})
    looked_for = ("read", f"{CONVERSATION}s(conversation)", (f"{CONVERSATION}id",))
    assert more == ([looked_for] if told.status not in (200, 500) else [])


@pytest.mark.parametrize("refused", [refusal(404), refusal(400), answer(204)])
def test_a_call_whose_conversation_is_gone_is_wrong(play: Play, refused: Answer) -> None:
    """Whatever the reader answers then."""
    play.script.answers = [refused]
    play.script.contents["conversation"] = None

    assert judged(state.read_state, play, "conversation") == ("wrong", "gone", "The conversation is gone.")


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ({"call": "Held", "recording": "paused", "participants": 2}, None),
        (
            {"call": "Held", "recording": "not-started", "participants": 2},
            "recording was paused, and is now not-started",
        ),
        ({"call": "Held", "recording": "paused", "participants": 1}, "participants was 2, and is now 1"),
        ({"call": "Held", "participants": 2}, "recording was paused, and is now None"),
    ],
)
def test_what_an_effect_does_not_name_stays(now: dict[str, Any], told: str | None) -> None:
    """Participants as well, unless the effect counts them."""
    before = {"call": "Connected", "recording": "paused", "participants": 2}

    assert state.stays(before, now, Effect({"call": ("Held",)})) == told
    counted = state.stays(before, now, Effect({"call": ("Held",)}, -1))
    assert counted == (None if "participants" in str(told) else told)


def test_nobody_counts_where_the_profile_names_no_counter(play: Play) -> None:
    """Participants are then no part of the state; without a reader there is none."""
    declare(play, state_reader=StateReader("Tell", REGIONS))
    play.script.answers = [says(callstate=1, rec="x")]
    assert state.read_state(play, "conversation") == {"call": "Connected", "recording": "paused"}

    declare(play, state_reader=None)
    words = "the profile names no message that tells the state of a call"
    assert judged(state.read_state, play, "conversation") == ("not observable", None, words)


@pytest.mark.parametrize(
    ("columns", "asked"), [({"versionnumber": "BigInt"}, "versionnumber"), ({}, f"{CONVERSATION}id")]
)
def test_a_version_is_read_where_there_is_one(play: Play, columns: dict[str, str], asked: str) -> None:
    """Else the conversation is only looked for; gone it is wrong."""
    play.stage.tables.known[CONVERSATION] = table_of(CONVERSATION, columns)  # type: ignore[attr-defined]
    play.script.contents["conversation"] = ({"versionnumber": 7}, {}, None)

    assert state.version_of(play, "conversation") == 7
    assert state.version_of(play, "conversation") is None
    assert judged(state.version_of, play, "conversation") == ("wrong", "gone", "The conversation is gone.")
    assert {entry[2] for entry in play.script.log} == {(asked,)}


def test_what_a_call_was_like_is_noted(play: Play) -> None:
    """The version last, so that asking does not disturb it."""
    play.script.answers = [usual()]
    play.script.contents["conversation"] = {"versionnumber": 7}
    state.note(play, "conversation")

    assert (play.calls["conversation"].state, play.calls["conversation"].version) == (CONNECTED, 7)
    assert [entry[0] for entry in play.script.log] == ["POST", "read"]
    assert state.noted(play, "conversation") == CONNECTED


def test_what_cannot_be_believed_or_was_not_told_decides_nothing(play: Play) -> None:
    """But for the scenario that finds the reader out."""
    play.untold["conversation"] = Aside(Outcome.NOT_OBSERVABLE, "nobody told")
    assert judged(state.noted, play, "conversation") == ("not observable", None, "nobody told")

    play.script.answers = [usual()]
    state.note(play, "conversation")
    play.stage.distrusted = "it changes its mind"
    assert judged(state.noted, play, "conversation") == ("not testable", None, "it changes its mind")
    play.answers = ()
    assert state.noted(play, "conversation") == CONNECTED


@pytest.mark.parametrize(
    ("told", "version", "found"),
    [
        (usual(), 7, None),
        (
            says(callstate=2, rec="x", people=2),
            7,
            f"it was {AS_USUAL} and is now {AS_USUAL.replace('Connected', 'Held')}",
        ),
        (usual(), 8, "its conversation was written to (versionnumber)"),
    ],
    ids=["nothing", "state", "version"],
)
def test_what_has_changed_of_a_call(play: Play, told: Answer, version: int, found: str | None) -> None:
    """The state first; the version is read before it."""
    play.script.answers = [usual(), told]
    play.script.contents["conversation"] = ({"versionnumber": 7}, {"versionnumber": version})
    state.note(play, "conversation")
    del play.script.log[:]

    assert state.change(play, "conversation") == found
    assert [entry[0] for entry in play.script.log] == ["read", "POST"]


@pytest.mark.parametrize(
    ("seen", "wanted", "right"),
    [
        ({"call": "Held"}, {}, True),
        ({"call": "Held"}, {"call": ("Held",)}, True),
        ({"call": "Held"}, {"call": ("Connected", "Held")}, True),
        ({"call": "Held"}, {"call": ("Connected",)}, False),
        ({"call": "Held", "recording": "paused"}, {"call": ("Held",), "recording": ("unknown",)}, False),
        ({}, {"call": ("Held",)}, False),
    ],
    ids=str,
)
def test_a_state_meets_what_is_wanted_region_by_region(seen: Any, wanted: Any, *, right: bool) -> None:
    """Every region that is wanted, in one of its words."""
    assert state.meets(seen, wanted) is right


HELD = Effect({"call": ("Held",)})
MORE = Effect({}, 1)


@pytest.mark.parametrize(
    ("now", "effect", "before", "right"),
    [
        ({"call": "Held"}, HELD, {"call": "Connected"}, True),
        ({"call": "Connected"}, HELD, {"call": "Connected"}, False),
        ({"call": "Held"}, Effect({}), {"call": "Held"}, True),
        ({"call": "Held"}, Effect({}), {"call": "Connected"}, False),
        ({"participants": 3}, MORE, {"participants": 2}, True),
        ({"participants": 2}, MORE, {"participants": 2}, False),
        ({"participants": 4}, MORE, {"participants": 2}, False),
        ({"participants": 1}, Effect({}, -1), {"participants": 2}, True),
        ({"participants": 2}, Effect({}, 0), {"participants": 2}, True),
        ({"participants": 2, "call": "Held"}, Effect({}, 0), {"participants": 2, "call": "Connected"}, True),
        ({"participants": "3"}, MORE, {"participants": 2}, False),
        ({"participants": 3}, MORE, {"participants": None}, False),
        ({}, MORE, {}, False),
        ({"participants": 3, "call": "Held"}, Effect({"call": ("Held",)}, 1), {"participants": 2}, True),
        ({"participants": 3, "call": "Ended"}, Effect({"call": ("Held",)}, 1), {"participants": 2}, False),
        ({"participants": 2, "call": "Held"}, Effect({"call": ("Held",)}, 1), {"participants": 2}, False),
    ],
    ids=str,
)
def test_a_state_shows_an_effect(now: Any, effect: Effect, before: Any, *, right: bool) -> None:
    """Seen from the state before."""
    assert state.shows(now, effect, before) is right


@pytest.mark.parametrize(
    ("expected", "effect"),
    [
        ({"call": ["Held"]}, HELD),
        ({"call": ["Held"], "participants": "1"}, Effect({"call": ("Held",)}, 1)),
        ({"participants": -1}, Effect({}, -1)),
        ({"recording": ["paused", "unknown"], "in": {}}, Effect({"recording": ("paused", "unknown")})),
        ({}, Effect({})),
    ],
    ids=str,
)
def test_an_effect_is_read_from_what_practice_expects(expected: Any, effect: Effect) -> None:
    """Regions and participants, nothing else."""
    assert state.effect_of(expected) == effect


@pytest.mark.parametrize(
    ("effect", "words"),
    [
        (HELD, "Held"),
        (Effect({"call": ("Held", "Ended")}, 1), "Held or Ended, participants +1"),
        (Effect({}, -2), "participants -2"),
        (Effect({}, 0), "participants +0"),
        (Effect({}), "as it was"),
    ],
    ids=str,
)
def test_an_effect_in_words(effect: Effect, words: str) -> None:
    """As failures tell it."""
    assert state.told_effect(effect) == words


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ({"call": "Held", "participants": 2}, "Held, participants 2"),
        ({"call": ["Held", "Ended"]}, "Held or Ended"),
        ({}, "nothing in particular"),
    ],
    ids=str,
)
def test_a_state_in_words(shown: Any, words: str) -> None:
    """As failures tell it."""
    assert state.told(shown) == words


def test_practice_expects_nothing_of_a_message_that_is_not_usual(play: Play) -> None:
    """What is usual stands in the catalogue."""
    assert state.usual(play, "Nonsense", "effect") is None
    assert state.usual_effect(play, "Nonsense") is None
    assert state.usual_effect(play, "CCaaS_HoldCall") == HELD
    assert state.usual(play, "CCaaS_HoldCall", "inverse") is not None
    with pytest.raises(KeyError):
        state.noted(play, "nobody")
    assert not issubclass(UnfitError, KeyError)
