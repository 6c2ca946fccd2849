"""Sentences about calls: ready for a message, asked rightly and wrongly, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from dataverse_tck.acts.calls import checks, nobody, readiness, sending, visits

if TYPE_CHECKING:
    from dataverse_tck.scenarios.script_writer import ScriptWriter

# What the maker says of a message, or leaves open; where that is otherwise, the rest is left out.
_SAID = {
    "declared what happens at a wrong moment": readiness.says_wrong_state,
    "declared a counterpart": readiness.says_counterpart,
    "leaves open what becomes of the call": readiness.leaves_effect_open,
    "leaves open what takes it back": readiness.leaves_counterpart_open,
    "leaves open what happens at a wrong moment": readiness.leaves_wrong_state_open,
}
_PLACES = {
    "that is ready to": readiness.make_ready,
    "that is not ready to": readiness.make_unready,
    "after the message to": readiness.make_done,
}
# Many calls, each in a state of its own.
_MANY = {
    "every further state in which the maker lets one": visits.say_further_states,
    "every state in which the maker does not let one": visits.say_wrong_states,
}
# How a message is asked for: which requirement that is about, and what is sent.
_WAYS = {
    "sent": ("callable", sending.send),
    "sent and taken back by its counterpart": ("inverse", sending.send_and_take_back),
    "sent all the same": ("wrong-state", sending.send),
    "sent once more": ("wrong-state", sending.send),
    "sent for each of them": ("callable", visits.send_in_further_states),
    "sent for each of them all the same": ("wrong-state", visits.send_in_wrong_states),
    "sent for a conversation that does not exist": ("unknown-conversation", sending.send_for_nobody),
    "sent with a detail that it does not take": ("unknown-parameter", sending.send_with_unknown),
    "sent without a detail that it needs": ("missing-parameter", sending.send_without),
    "sent with a detail of the wrong kind": ("wrong-type", sending.send_of_wrong_kind),
    "looked at without being sent": ("not-by-get", sending.read_only),
    "sent twice": ("read-only", sending.send_twice),
}
# How a message that nobody knows is sent: the control that this decides, and what is sent.
_UNKNOWN = {
    "sent for this conversation": ("control/made-up-message-sent", nobody.send_for_conversation),
    "sent for no conversation in particular": ("control/made-up-message-sent", nobody.send_for_nothing),
    "sent in small letters": ("control/letter-case", nobody.send_in_small_letters),
}
# What came of it; this decides what the message was asked for.
_ANSWERS = {
    "it is accepted": checks.accepted,
    "it is not carried out": checks.not_carried_out,
    "it is refused or changes nothing, as the maker declared": checks.wrong_state_as_declared,
    "each time it is accepted": visits.accepted_in_each,
    "each time it is refused or changes nothing, as the maker declared": visits.harmless_in_each,
    "the call is where it was at the beginning": checks.is_back_as_declared,
    "both answers are the same": checks.same_answers,
}
# The effect that the maker declares.
_EFFECTS = {
    "the call is in the state that the maker declared": checks.becomes_as_declared,
    "the other call is as it was": checks.other_as_declared,
    "each call is in the state that the maker declared": visits.becomes_in_each,
}
# What practice suggests where the maker is silent: the advisory requirement that this decides.
_USUAL = {
    "the call is in the state that is usual": ("effect", checks.becomes_as_usual),
    "no other call has changed": ("effect", checks.other_as_it_was),
    "the usual counterpart has brought the call back": ("inverse", checks.is_back_as_usual),
    "it is refused or changes nothing, as is usual": ("wrong-state", checks.wrong_state_as_usual),
    "it is usual that it is refused or changes nothing": ("wrong-state", checks.twice),
}


@given(parsers.re(rf"the maker (?P<said>{'|'.join(_SAID)}) \((?P<message>\w+)\)"))
def said(script: ScriptWriter, said: str, message: str) -> None:
    script.do(_SAID[said], message)


@given(parsers.re(rf"a call (?P<where>{'|'.join(_PLACES)}) (?P<purpose>[^()]+) \((?P<message>\w+)\)"))
def call(script: ScriptWriter, where: str, message: str) -> None:
    script.do(_PLACES[where], message)


@given(parsers.re(rf"calls in (?P<which>{'|'.join(_MANY)}) (?P<purpose>[^()]+) \((?P<message>\w+)\)"))
def calls(script: ScriptWriter, which: str, message: str) -> None:
    script.do(_MANY[which], message)


@given("a call that has just been offered")
def offered(script: ScriptWriter) -> None:
    script.do(nobody.make_offered)


@given("another call in the same state")
def another(script: ScriptWriter) -> None:
    script.do(readiness.make_another)


@when(parsers.re(rf"the message to (?P<purpose>[^()]+) \((?P<message>\w+)\) is (?P<way>{'|'.join(_WAYS)})"))
def ask(script: ScriptWriter, message: str, way: str) -> None:
    aspect, send = _WAYS[way]
    script.about(f"derived/message/{message}")
    script.decide(aspect)
    script.do(send, message)


@when(parsers.re(rf"the message to (?P<purpose>[^()]+) \((?P<message>\w+)\) is (?P<way>{'|'.join(_UNKNOWN)})"))
def send_unknown(script: ScriptWriter, message: str, way: str) -> None:
    control, send = _UNKNOWN[way]
    script.prove(control)
    script.do(send, message)


@then(parsers.re(rf"(?P<answer>{'|'.join(_ANSWERS)})"))
def answered(script: ScriptWriter, answer: str) -> None:
    script.check(_ANSWERS[answer])


@then(parsers.re(rf"(?P<effect>{'|'.join(_EFFECTS)})"))
def effect(script: ScriptWriter, effect: str) -> None:
    script.decide("effect")
    script.check(_EFFECTS[effect])


@then(parsers.re(rf"(?P<what>{'|'.join(_USUAL)})"))
def usual(script: ScriptWriter, what: str) -> None:
    aspect, look = _USUAL[what]
    script.advise(aspect)
    script.check(look)


@then("the call is as it was")
def call_as_it_was(script: ScriptWriter) -> None:
    script.check(checks.as_it_was, "conversation")
