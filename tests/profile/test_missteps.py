"""Routes of a profile: gone along by its own words, to where each message is sent."""

from __future__ import annotations

import pytest

from dataverse_tck.endpoint.embedded import PROFILE
from dataverse_tck.profile.calls import Calls, Effect, Fixture, Message, States
from dataverse_tck.profile.missteps import misrouted
from dataverse_tck.profile.profile import load_profile

OFFERED, CONNECTED, HELD = ({"call": (word,)} for word in ("Offered", "Connected", "Held"))
IDLE, RUNS = ({"recording": (word,)} for word in ("not-started", "in-progress"))


def says(name: str, begins: States, to: States | None = None, *after: str) -> Message:
    return Message(name, supported=True, begins=begins, to=None if to is None else Effect(to), after=after)


ACCEPT, HOLD = says("Accept", OFFERED, CONNECTED), says("Hold", CONNECTED, HELD, "Accept")
UNHOLD = says("Unhold", HELD, CONNECTED, "Accept", "Hold")
ASK = says("Ask", {}, {})
LEAVES = Message("Leaves", supported=True, to=Effect({}, -1))  # says of nobody but those who take part


def told(*messages: Message) -> tuple[str, ...]:
    """What is wrong with the routes of these messages; ``ring`` is a fixture."""
    known = {message.name: message for message in (ACCEPT, HOLD, UNHOLD, ASK, LEAVES)}
    fixtures = {"ring": Fixture("ring", run=("./ring",))}
    return misrouted(Calls(fixtures=fixtures, messages={**known, **{message.name: message for message in messages}}))


RIGHT = {
    "nothing is said": says("X", {}, None, "Accept", "Hold"),
    "there": says("X", HELD, None, "Accept", "Hold"),
    "one of several": says("X", {"call": ("None", "Held")}, None, "Accept", "Hold"),
    "of a region that nobody tells": says("X", RUNS, None, "Accept"),
    "behind a fixture": says("X", HELD, None, "Accept", "ring", "Accept"),
    "behind what leaves open what it brings": says("X", HELD, None, "Silent"),
    "asking changes nothing": says("X", CONNECTED, None, "Accept", "Ask"),
    "what an effect does not name is open": says("X", HELD, None, "Accept", "Record"),
    "also of one that only counts": says("X", HELD, None, "Accept", "Leaves"),
    "not claimed": Message("X", supported=False, begins=HELD),
}


@pytest.mark.parametrize("case", RIGHT)
def test_a_route_that_may_be_right_is_let_pass(case: str) -> None:
    """Nothing is said against what nobody can know."""
    assert told(says("Silent", OFFERED), says("Record", {}, RUNS), RIGHT[case]) == ()


HERE = "mend from, or put into after what leads there."
WRONG = {
    "messages.X is sent to a call that is Offered (nothing was sent before), but its from has Connected: write into "
    "after what leads there.": says("X", CONNECTED),
    "messages.X is sent to a call that is Connected (after Accept), but its from has Held or Ended: " + HERE: says(
        "X", {"call": ("Held", "Ended")}, None, "Accept"
    ),
    "messages.Hold is sent (in after of X) to a call that is Offered (nothing was sent before), but its from has "
    "Connected: " + HERE: says("X", HELD, None, "Hold"),
    "messages.X is sent to a call that is Connected (after Accept, Ask), but its from has Held: " + HERE: says(
        "X", HELD, None, "Accept", "Ask"
    ),
    "messages.X is sent to a call whose recording is in-progress (after Record), but its from has recording "
    "not-started: " + HERE: says("X", IDLE, None, "Record"),
}


@pytest.mark.parametrize("words", WRONG)
def test_a_misstep_is_told_with_the_way_and_both_states(words: str) -> None:
    """Which message, where it is sent, and where it is possible."""
    assert told(says("Record", {}, RUNS), WRONG[words]) == (words,)


def test_where_a_message_was_possible_the_call_was_so() -> None:
    """Of several states, it goes on from those that fit: one that changes nothing leaves these."""
    either = says("Either", OFFERED, {"call": ("Connected", "Held")})
    waits = says("Waits", HELD, {}, "Either")

    assert told(either, waits, says("X", HELD, None, "Either", "Waits")) == ()
    assert "is Held (after Either, Waits)" in told(either, waits, says("X", CONNECTED, None, "Either", "Waits"))[0]


def test_what_several_routes_have_in_common_is_told_once() -> None:
    """With all that come by there."""
    found = told(says("Accept", HELD, CONNECTED))

    assert len(found) == 1
    assert found[0].startswith("messages.Accept is sent (in after of Hold, Unhold) to a call that is Offered (")


def test_the_routes_of_the_emulator_fit() -> None:
    """It says everything, of 18 messages."""
    calls = load_profile(PROFILE).calls

    assert calls
    assert misrouted(calls) == ()
