"""Sentences about calls: ready for a message, asked rightly and wrongly, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from dataverse_tck.acts import calls

if TYPE_CHECKING:
    from dataverse_tck.trial import Trial

# What the maker of an implementation says of a message, or leaves open; where that is otherwise, the rest is left out.
_SAID = {
    "says what happens at a wrong moment": calls.says_wrong_state,
    "leaves open what becomes of the call": calls.leaves_effect_open,
    "leaves open what takes it back": calls.leaves_counterpart_open,
    "leaves open what happens at a wrong moment": calls.leaves_wrong_state_open,
}
_PLACES = {
    "that is ready to": calls.make_ready,
    "that is not ready to": calls.make_unready,
    "after the message to": calls.make_done,
}
# How a message is asked for: which requirement that is about, and what is sent.
_WAYS = {
    "sent": ("callable", calls.send),
    "sent and taken back by its counterpart": ("inverse", calls.send_and_take_back),
    "sent all the same": ("wrong-state", calls.send),
    "sent once more": ("wrong-state", calls.send),
    "sent for a conversation that does not exist": ("unknown-conversation", calls.send_for_nobody),
    "sent with a detail that it does not take": ("unknown-parameter", calls.send_with_unknown),
    "sent without a detail that it needs": ("missing-parameter", calls.send_without),
    "sent with a detail of the wrong kind": ("wrong-type", calls.send_of_wrong_kind),
    "looked at without being sent": ("not-by-get", calls.read_only),
    "sent twice": ("read-only", calls.send_twice),
}
# What came of it; this decides what the message was asked for.
_ANSWERS = {
    "it is accepted": calls.accepted,
    "it is not carried out": calls.not_carried_out,
    "it is refused or changes nothing, as the maker says": calls.wrong_state_as_declared,
    "it is refused or changes nothing": calls.twice,
    "the call is where it was at the beginning": calls.is_back_as_declared,
    "both answers are the same": calls.same_answers,
}
# The effect that the maker declares.
_EFFECTS = {
    "the call becomes what the maker says": calls.becomes_as_declared,
    "the other call is as it was": calls.other_as_declared,
}
# What practice suggests where the maker is silent: the advisory requirement that this decides.
_USUAL = {
    "the call becomes what is usual": ("effect", calls.becomes_as_usual),
    "no other call has changed": ("effect", calls.other_as_it_was),
    "the usual counterpart has brought the call back": ("inverse", calls.is_back_as_usual),
    "it is refused or changes nothing, as is usual": ("wrong-state", calls.wrong_state_as_usual),
    "it is usual that it is refused or changes nothing": ("wrong-state", calls.twice),
}


@given(parsers.re(rf"the maker (?P<said>{'|'.join(_SAID)}) \((?P<message>\w+)\)"))
def said(trial: Trial, said: str, message: str) -> None:
    trial.do(_SAID[said], message)


@given(parsers.re(rf"a call (?P<where>{'|'.join(_PLACES)}) (?P<purpose>[^()]+) \((?P<message>\w+)\)"))
def call(trial: Trial, where: str, message: str) -> None:
    trial.do(_PLACES[where], message)


@given("another call in the same state")
def another(trial: Trial) -> None:
    trial.do(calls.make_another)


@when(parsers.re(rf"the message to (?P<purpose>[^()]+) \((?P<message>\w+)\) is (?P<way>{'|'.join(_WAYS)})"))
def ask(trial: Trial, message: str, way: str) -> None:
    aspect, send = _WAYS[way]
    trial.about(f"derived/message/{message}")
    trial.decide(aspect)
    trial.do(send, message)


@then(parsers.re(rf"(?P<answer>{'|'.join(_ANSWERS)})"))
def answered(trial: Trial, answer: str) -> None:
    trial.check(_ANSWERS[answer])


@then(parsers.re(rf"(?P<effect>{'|'.join(_EFFECTS)})"))
def effect(trial: Trial, effect: str) -> None:
    trial.decide("effect")
    trial.check(_EFFECTS[effect])


@then(parsers.re(rf"(?P<what>{'|'.join(_USUAL)})"))
def usual(trial: Trial, what: str) -> None:
    aspect, look = _USUAL[what]
    trial.advise(aspect)
    trial.check(look)


@then("the call is as it was")
def call_as_it_was(trial: Trial) -> None:
    trial.check(calls.as_it_was, "conversation")
