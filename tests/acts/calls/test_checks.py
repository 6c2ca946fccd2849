"""What became of a call: a table of answers and states, each with its verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.acts.calls import checks
from dataverse_tck.acts.calls.readiness import UNDECLARED
from dataverse_tck.acts.calls.state import brought_about
from dataverse_tck.acts.errors import WrongError
from dataverse_tck.profile.calls import Calls, Effect, Message
from dataverse_tck.webapi.http.answer import Answer
from tests.support.scripted import ERROR, Play, answer, declare, judged, playing, refusal
from tests.support.told_calls import CONNECTED, ENDED, HELD, HOLD, UNHOLD, Told

PLUG_IN = b'{"error": {"code": "0x80040265", "message": "no"}}'
USUAL = {"CCaaS_HoldCall": Message("CCaaS_HoldCall", supported=True)}


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    """A scene with a call that was connected, and another beside it."""
    messages = {"Hold": HOLD, "Unhold": UNHOLD, "Silent": Message("Silent", supported=True), **USUAL}
    with playing(tmp_path, monkeypatch, Calls(settle_s=2, messages=messages)) as made:
        made.message = "Hold"
        yield made


@pytest.fixture
def told(play: Play, monkeypatch: pytest.MonkeyPatch) -> Told:
    """What is said of its calls."""
    made = Told(play, monkeypatch)
    made.note("conversation", CONNECTED)
    made.note("beside", CONNECTED)
    return made


NOT_HELD = "It should be Held: the call was Connected, and is now Connected."


@pytest.mark.parametrize(
    ("states", "found", "waited"),
    [
        ([HELD], ("passed", HELD, ""), False),
        ([CONNECTED, CONNECTED, HELD], ("passed", HELD, ""), True),
        ([CONNECTED], ("wrong", CONNECTED, NOT_HELD), True),
        (["nobody tells"], ("not observable", None, "nobody tells"), False),
    ],
    ids=["at once", "late", "never", "not told"],
)
def test_a_call_becomes_what_is_declared(play: Play, told: Told, states: Any, found: Any, *, waited: bool) -> None:
    """Within the time that is declared."""
    told.states = states

    assert judged(checks.becomes_as_declared, play) == found
    assert (play.hours.now > 100) is waited
    assert play.hours.now <= 102


def test_the_own_deadline_of_a_message_goes_first(play: Play, told: Told) -> None:
    """Before that of the profile, which goes before that of the run."""
    for own, of_all, seconds in ((0.5, 2, 0.5), (None, 2, 2), (None, None, play.stage.settings.settle_s)):
        declare(play, settle_s=of_all, messages={"Hold": Message("Hold", supported=True, to=HOLD.to, within_s=own)})
        before = play.hours.now
        play.begin()
        assert judged(checks.becomes_as_declared, play)[0] == "wrong"
        assert play.hours.now - before == pytest.approx(seconds)


def test_what_the_profile_is_silent_about_is_an_aside(play: Play, told: Told) -> None:
    """Of the effect, of the counterpart, and of another call."""
    play.message = "Silent"

    for check in (checks.becomes_as_declared, checks.is_back_as_declared, checks.other_as_declared):
        assert check(play) is UNDECLARED


@pytest.mark.parametrize(
    ("answered", "astray", "states", "found"),
    [
        (answer(), None, [HELD], ("passed", HELD, "")),
        (answer(), None, [CONNECTED], ("wrong", CONNECTED, NOT_HELD)),
        (answer(), "it went astray", [HELD], ("not testable", None, "it went astray")),
        (refusal(), None, [HELD], ("not testable", None, "Sending CCaaS_HoldCall was refused: 400 (no)")),
    ],
    ids=["held", "not held", "astray", "refused"],
)
def test_a_call_becomes_what_is_usual(
    play: Play, told: Told, *, answered: Answer, astray: str | None, states: Any, found: Any
) -> None:
    """Nothing is advised of a message that was not even accepted, or that came by another way."""
    play.message, play.answer, play.astray, told.states = "CCaaS_HoldCall", answered, astray, states

    assert judged(checks.becomes_as_usual, play) == found


BACK = "The call was Connected, and is now Ended."


@pytest.mark.parametrize(
    ("answered", "states", "found"),
    [
        (answer(), [CONNECTED], ("passed", CONNECTED, "")),
        (answer(), [HELD, CONNECTED], ("passed", CONNECTED, "")),
        (
            answer(),
            [ENDED],
            ("not testable", None, "Unhold has no effect: the call is Ended, not Connected"),
        ),
        (refusal(), [CONNECTED], ("not testable", None, "Sending the counterpart of Hold was refused: 400 (no)")),
    ],
    ids=["back", "late", "elsewhere", "refused"],
)
def test_a_counterpart_that_has_scenarios_of_its_own_tells_itself(
    play: Play, told: Told, answered: Answer, states: Any, found: Any
) -> None:
    """It comes the same way; what is wrong with it is no fault of this message."""
    play.answer, told.states = answered, states

    assert judged(checks.is_back_as_declared, play) == found


@pytest.mark.parametrize(
    ("answered", "states", "found"),
    [
        (answer(), [CONNECTED], ("passed", CONNECTED, "")),
        (answer(), [ENDED], ("wrong", ENDED, BACK)),
        (refusal(), [CONNECTED], ("wrong", 400, "Sending the counterpart of Hold is refused: 400 (no)")),
        (
            refusal(403),
            [CONNECTED],
            ("not testable", None, "Sending the counterpart of Hold is not allowed here: 403 (no)"),
        ),
    ],
    ids=["back", "elsewhere", "refused", "not allowed"],
)
def test_a_counterpart_that_comes_another_way_is_judged_here(
    play: Play, told: Told, answered: Answer, states: Any, found: Any
) -> None:
    """Nobody else tells what is wrong with it."""
    play.answer, told.states = answered, states
    declare(play, messages={"Hold": HOLD, "Unhold": Message("Unhold", supported=True, to=UNHOLD.to)})

    assert judged(checks.is_back_as_declared, play) == found


def test_a_counterpart_without_a_declared_effect_is_judged_here(play: Play, told: Told) -> None:
    """Or with one that shows, while something else is not back."""
    play.answer = answer()
    for effect in (None, Effect({"call": ("Ended",)})):
        declare(play, messages={"Hold": HOLD, "Unhold": Message("Unhold", True, to=effect, after=("Hold",))})
        told.states = [ENDED]
        assert judged(checks.is_back_as_declared, play) == ("wrong", ENDED, BACK)


@pytest.mark.parametrize(
    ("states", "astray", "answered", "found"),
    [
        ([CONNECTED], None, answer(), ("passed", CONNECTED, "")),
        (
            [HELD],
            None,
            answer(),
            ("wrong", HELD, "It should be Connected: the call was Connected, and is now Held."),
        ),
        ([CONNECTED], "it went astray", answer(), ("not testable", None, "it went astray")),
        (
            [CONNECTED],
            None,
            refusal(),
            ("wrong", 400, "Sending the counterpart of CCaaS_HoldCall is refused: 400 (no)"),
        ),
    ],
    ids=["back", "not back", "astray", "refused"],
)
def test_a_usual_counterpart_has_the_usual_effect(
    play: Play, told: Told, *, states: Any, astray: str | None, answered: Answer, found: Any
) -> None:
    """As practice knows it."""
    declare(play, messages={**USUAL, "CCaaS_UnholdCall": Message("CCaaS_UnholdCall", supported=True)})
    play.message, play.answer, play.astray, told.states = "CCaaS_HoldCall", answered, astray, states

    assert judged(checks.is_back_as_usual, play) == found


CHANGED = "it was Connected and is now Held"
SAYS_YES = "The endpoint says yes and changes nothing, where it is declared to refuse."


@pytest.mark.parametrize(
    ("answered", "states", "allowed", "found"),
    [
        (refusal(), [CONNECTED], ("refused",), ("passed", "refused", "")),
        (answer(), [CONNECTED], ("unchanged",), ("passed", "unchanged", "")),
        (answer(299), [CONNECTED], ("unchanged",), ("passed", "unchanged", "")),
        (refusal(), [CONNECTED], ("refused", "unchanged"), ("passed", "refused", "")),
        (answer(), [CONNECTED], ("refused", "unchanged"), ("passed", "unchanged", "")),
        (answer(), [CONNECTED], ("refused",), ("wrong", "unchanged", SAYS_YES)),
        (
            refusal(),
            [CONNECTED],
            ("unchanged",),
            ("wrong", "refused", "It is refused, where it is declared to change nothing: 400 (no)."),
        ),
        (refusal(500), [CONNECTED], ("refused",), ("wrong", 500, "It is not refused but breaks: 500 (no).")),
        (answer(300), [CONNECTED], ("unchanged",), ("wrong", 300, "It is not refused but breaks: 300.")),
        (
            answer(200, ERROR),
            [CONNECTED],
            ("unchanged",),
            ("wrong", "error", "It answers 200, but with an error: 200 (no)."),
        ),
        (refusal(), [HELD], ("refused",), ("wrong", CHANGED, f"The call is not as it was: {CHANGED}.")),
        (answer(), [HELD], ("unchanged",), ("wrong", CHANGED, f"The call is not as it was: {CHANGED}.")),
    ],
)
def test_in_the_wrong_state(play: Play, told: Told, *, answered: Answer, states: Any, allowed: Any, found: Any) -> None:
    """Refused or without effect, as it is declared; the call is looked at either way."""
    declare(play, messages={"Hold": Message("Hold", supported=True, when_wrong_state=allowed)})
    play.answer, told.states = answered, states

    assert judged(checks.wrong_state_as_declared, play) == found
    if set(allowed) == {"refused", "unchanged"}:
        assert judged(checks.twice, play) == found


def test_in_a_state_that_is_usually_wrong_it_does_what_is_usual(play: Play, told: Told) -> None:
    """As practice says of the message."""
    practice = play.stage.catalogue.by_id["advisory/message/CCaaS_HoldCall/wrong-state"].expected
    play.message = "CCaaS_HoldCall"
    for answered, outcome in ((refusal(), "refused"), (answer(), "unchanged")):
        play.answer = answered
        verdict, seen, _ = judged(checks.wrong_state_as_usual, play)
        assert (verdict, seen) == ("passed" if outcome in practice["is"] else "wrong", outcome)


def test_twice_may_be_refused_or_change_nothing(play: Play, told: Told) -> None:
    """Practice knows both."""
    for answered, outcome in ((refusal(), "refused"), (answer(), "unchanged")):
        play.answer = answered
        assert checks.twice(play) == outcome


def test_another_call_is_as_it_was(play: Play, told: Told) -> None:
    """Looked at after the slowest effect; what has changed is told of it."""
    play.stage.clock.slowest = 3
    assert checks.other_as_declared(play) == "as it was"
    assert play.hours.now == 103
    told.states = [HELD]

    for check in (checks.other_as_declared, checks.other_as_it_was):
        assert judged(check, play) == ("wrong", CHANGED, f"The other call is not as it was: {CHANGED}.")


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        (({"a": 1}, {"a": 1}), ("passed", "unchanged", "")),
        (({"a": 1},), ("passed", "unchanged", "")),
        ((), ("passed", "unchanged", "")),
        (None, ("passed", "unchanged", "")),
        (
            ({"a": 1}, {"a": 2}),
            ("wrong", {"a": 2}, "The second answer is another one: {'a': 2} after {'a': 1}."),
        ),
    ],
    ids=["same", "one", "none", "not sent", "other"],
)
def test_two_answers_are_the_same(play: Play, answers: Any, found: Any) -> None:
    """One that is missing contradicts nothing."""
    play.answers = answers

    assert judged(checks.same_answers, play) == found


@pytest.mark.parametrize(
    ("answered", "verdict", "observed", "words"),
    [
        (answer(204), "passed", "accepted", ""),
        (answer(200, b"{}"), "passed", "accepted", ""),
        (answer(200, b"<html>"), "wrong", "no JSON", "200 with a body that is not JSON"),
        (refusal(), "wrong", 400, "Sending Hold is refused: 400 (no)"),
        (refusal(403), "wrong", 403, "Sending Hold is refused: 403 (no)"),
        (answer(400, PLUG_IN), "wrong", 400, "Sending Hold is refused: 400 (no)"),
        (answer(500, PLUG_IN), "wrong", 500, "Sending Hold is refused: 500 (no)"),
        (refusal(401), "not testable", None, "Sending Hold is not allowed here: 401 (no)"),
        (answer(200, ERROR), "wrong", "error", "Sending Hold is answered 200, but with an error: 200 (no)."),
    ],
)
def test_a_message_is_accepted(play: Play, answered: Answer, verdict: str, observed: Any, words: str) -> None:
    """With a body that is JSON, where there is one."""
    play.answer = answered
    found = judged(checks.accepted, play)

    assert found[:2] == (verdict, observed)
    assert words in found[2]


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(400, "not testable"), (403, "not testable"), (404, "wrong"), (405, "wrong"), (500, "wrong"), (501, "wrong")],
)
def test_a_message_of_which_nobody_says_where_it_is_possible_may_be_refused(
    play: Play, status: int, verdict: str
) -> None:
    """But it has to be served; and its refusal is no part of the table of messages and states."""
    play.message, play.answer = "Silent", refusal(status)
    found = judged(checks.accepted, play)

    assert found[0] == verdict
    assert ("the profile does not say in which state it is possible (from)" in found[2]) is (verdict != "wrong")
    assert play.tried == []


@pytest.mark.parametrize(
    ("answered", "found"),
    [
        (refusal(404), ("passed", "not executed", "")),
        (answer(405), ("passed", "not executed", "")),
        (answer(501), ("passed", "not executed", "")),
        (answer(302), ("passed", "not executed", "")),
        (answer(200), ("wrong", 200, "Reading is answered with 200, as if the message had been sent.")),
        (answer(299), ("wrong", 299, "Reading is answered with 299, as if the message had been sent.")),
        (refusal(500), ("wrong", 500, "Reading is not refused but breaks: 500 (no).")),
        (answer(502), ("wrong", 502, "Reading is not refused but breaks: 502.")),
        (
            answer(404, b"<html>"),
            ("wrong", "web page", "Reading is answered with a web page (404), not with an error."),
        ),
    ],
)
def test_a_message_that_is_only_looked_at_is_not_carried_out(play: Play, answered: Answer, found: Any) -> None:
    """Whatever says no is good enough, but for a breakdown and a web page."""
    play.answer = answered

    assert judged(checks.not_carried_out, play) == found


@pytest.mark.parametrize(
    ("look", "states", "expected"),
    [
        (checks.becomes_as_declared, [CONNECTED], {"call": "Held"}),
        (checks.is_back_as_declared, [ENDED], CONNECTED),
        (checks.wrong_state_as_declared, [ENDED], "refused or unchanged"),
        (checks.other_as_it_was, [ENDED], "the other call as it was"),
    ],
    ids=["effect", "counterpart", "wrong state", "another call"],
)
def test_what_was_declared_is_told_as_a_value(
    play: Play, told: Told, *, look: Callable[[Any], object], states: Any, expected: object
) -> None:
    """Nobody has to look into a profile to know what should have been there."""
    play.answer, told.states = answer(), states
    declare(play, messages={"Hold": HOLD, "Unhold": Message("Unhold", supported=True, to=UNHOLD.to)})

    with pytest.raises(WrongError) as wrong:
        look(play)
    assert wrong.value.expected == expected


def test_of_several_words_each_is_told() -> None:
    """Where a call may be in one of several states, and how many take part from how many did."""
    effect = Effect({"call": ("Connected", "Held")}, -1)

    assert brought_about(effect, {"call": "TransferPending", "participants": 3}) == {
        "call": "Connected or Held",
        "participants": 2,
    }
    assert brought_about(Effect({}, None), HELD) == HELD
    assert brought_about(Effect({"call": ("Held",)}, 1), CONNECTED) == {"call": "Held"}
