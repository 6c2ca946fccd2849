"""Sentences about calls: ready for a message, asked rightly and wrongly, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from dataverse_tck.acts.calls import checks

if TYPE_CHECKING:
    from dataverse_tck.scenarios.script_writer import Trial

# How a message is asked for: which requirement that is about, and what is sent.
_WAYS = {
    "sent": ("callable", checks.send),
    "sent and taken back by its counterpart": ("inverse", checks.send_and_take_back),
    "sent all the same": ("wrong-state", checks.send),
    "sent once more": ("wrong-state", checks.send),
    "sent for a conversation that does not exist": ("unknown-conversation", checks.send_for_nobody),
    "sent with a detail that it does not take": ("unknown-parameter", checks.send_with_unknown),
    "sent without a detail that it needs": ("missing-parameter", checks.send_without),
    "sent with a detail of the wrong kind": ("wrong-type", checks.send_of_wrong_kind),
    "opened, not sent": ("not-by-get", checks.read_only),
    "sent twice": ("read-only", checks.send_twice),
}
_PLACES = {
    "that is ready to": checks.make_ready,
    "that is not ready to": checks.make_unready,
    "after the message to": checks.make_done,
}
_ANSWERS = {"accepted": checks.accepted, "not carried out": checks.not_carried_out}
# By what the implementation declares, and by practice, which is advisory: both are looked at.
_HARMLESS = {
    "refused or changes nothing, as declared": (checks.wrong_state_as_declared, checks.wrong_state_as_usual),
    "refused or changes nothing": (checks.twice_as_declared, checks.twice_as_usual),
}


@given(parsers.re(rf"a call (?P<where>{'|'.join(_PLACES)}) (?P<purpose>[^()]+) \((?P<message>\w+)\)"))
def call(trial: Trial, where: str, message: str) -> None:
    trial.do(_PLACES[where], message)


@given("another call in the same state")
def another(trial: Trial) -> None:
    trial.do(checks.make_another)


@when(parsers.re(rf"the message to (?P<purpose>[^()]+) \((?P<message>\w+)\) is (?P<way>{'|'.join(_WAYS)})"))
def ask(trial: Trial, message: str, way: str) -> None:
    aspect, send = _WAYS[way]
    trial.about(f"derived/message/{message}")
    trial.decide(aspect)
    trial.do(send, message)


@then(parsers.re(rf"it is (?P<answer>{'|'.join(_ANSWERS)})"))
def answered(trial: Trial, answer: str) -> None:
    trial.check(_ANSWERS[answer])


@then(parsers.re(rf"it is (?P<answer>{'|'.join(_HARMLESS)})"))
def harmless(trial: Trial, answer: str) -> None:
    as_declared, as_usual = _HARMLESS[answer]
    trial.check(as_declared)
    trial.advise("wrong-state")
    trial.check(as_usual)


@then("the call becomes what its maker declares")
def becomes(trial: Trial) -> None:
    trial.decide("effect")
    trial.check(checks.becomes_as_declared)
    trial.advise("effect")
    trial.check(checks.becomes_as_usual)


@then("the call is where it was at the beginning")
def taken_back(trial: Trial) -> None:
    trial.check(checks.is_back_as_declared)
    trial.advise("inverse")
    trial.check(checks.is_back_as_usual)


@then("both answers are the same")
def same_answers(trial: Trial) -> None:
    trial.check(checks.same_answers)


@then("the call is as it was")
def call_as_it_was(trial: Trial) -> None:
    trial.check(checks.as_it_was, "conversation")


@then("the other call is as it was")
def other_as_it_was(trial: Trial) -> None:
    trial.decide("effect")
    trial.check(checks.other_as_declared)
    trial.advise("effect")
    trial.check(checks.other_as_usual)
