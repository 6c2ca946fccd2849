"""Sentences about calls: ready for a message, asked rightly and wrongly, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from dataverse_tck.acts.calls import checks, readiness, sending

if TYPE_CHECKING:
    from dataverse_tck.scenarios.script_writer import ScriptWriter

# How a message is asked for: which requirement that is about, and what is sent.
_WAYS = {
    "sent": ("callable", sending.send),
    "sent and taken back by its counterpart": ("inverse", sending.send_and_take_back),
    "sent all the same": ("wrong-state", sending.send),
    "sent once more": ("wrong-state", sending.send),
    "sent for a conversation that does not exist": ("unknown-conversation", sending.send_for_nobody),
    "sent with a detail that it does not take": ("unknown-parameter", sending.send_with_unknown),
    "sent without a detail that it needs": ("missing-parameter", sending.send_without),
    "sent with a detail of the wrong kind": ("wrong-type", sending.send_of_wrong_kind),
    "opened, not sent": ("not-by-get", sending.read_only),
    "sent twice": ("read-only", sending.send_twice),
}
_PLACES = {
    "that is ready to": readiness.make_ready,
    "that is not ready to": readiness.make_unready,
    "after the message to": readiness.make_done,
}
_ANSWERS = {"accepted": checks.accepted, "not carried out": checks.not_carried_out}
# By what the implementation declares, and by practice, which is advisory: both are looked at.
_HARMLESS = {
    "refused or changes nothing, as declared": (checks.wrong_state_as_declared, checks.wrong_state_as_usual),
    "refused or changes nothing": (checks.twice_as_declared, checks.twice_as_usual),
}


@given(parsers.re(rf"a call (?P<where>{'|'.join(_PLACES)}) (?P<purpose>[^()]+) \((?P<message>\w+)\)"))
def call(script: ScriptWriter, where: str, message: str) -> None:
    script.do(_PLACES[where], message)


@given("another call in the same state")
def another(script: ScriptWriter) -> None:
    script.do(readiness.make_another)


@when(parsers.re(rf"the message to (?P<purpose>[^()]+) \((?P<message>\w+)\) is (?P<way>{'|'.join(_WAYS)})"))
def ask(script: ScriptWriter, message: str, way: str) -> None:
    aspect, send = _WAYS[way]
    script.about(f"derived/message/{message}")
    script.decide(aspect)
    script.do(send, message)


@then(parsers.re(rf"it is (?P<answer>{'|'.join(_ANSWERS)})"))
def answered(script: ScriptWriter, answer: str) -> None:
    script.check(_ANSWERS[answer])


@then(parsers.re(rf"it is (?P<answer>{'|'.join(_HARMLESS)})"))
def harmless(script: ScriptWriter, answer: str) -> None:
    as_declared, as_usual = _HARMLESS[answer]
    script.check(as_declared)
    script.advise("wrong-state")
    script.check(as_usual)


@then("the call becomes what its maker declares")
def becomes(script: ScriptWriter) -> None:
    script.decide("effect")
    script.check(checks.becomes_as_declared)
    script.advise("effect")
    script.check(checks.becomes_as_usual)


@then("the call is where it was at the beginning")
def taken_back(script: ScriptWriter) -> None:
    script.check(checks.is_back_as_declared)
    script.advise("inverse")
    script.check(checks.is_back_as_usual)


@then("both answers are the same")
def same_answers(script: ScriptWriter) -> None:
    script.check(checks.same_answers)


@then("the call is as it was")
def call_as_it_was(script: ScriptWriter) -> None:
    script.check(checks.as_it_was, "conversation")


@then("the other call is as it was")
def other_as_it_was(script: ScriptWriter) -> None:
    script.decide("effect")
    script.check(checks.other_as_declared)
    script.advise("effect")
    script.check(checks.other_as_usual)
