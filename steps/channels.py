"""Sentences about the channel of a conversation: stored, named, refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from dataverse_tck.acts import channels

if TYPE_CHECKING:
    from dataverse_tck.scenarios.script_writer import ScriptWriter

_POSSIBLE = {
    "its channel can be set to": channels.is_set,
    "conversations can be started on channel": channels.make_with,
}
_UNLISTED = {
    "its channel is set to a number": channels.set_to_unlisted,
    "a conversation is started on a channel": channels.make_with_unlisted,
}


@given(parsers.re(rf"(?P<what>{'|'.join(_POSSIBLE)}) (?P<numbers>[\d, ]+) \((?P<column>\w+)\)"))
def possible(script: ScriptWriter, what: str, column: str, numbers: str) -> None:
    script.do(_POSSIBLE[what], column, numbers)


@when(parsers.re(r"its channel is set to (?P<numbers>[\d, ]+) \((?P<column>\w+)\)"))
def set_to(script: ScriptWriter, column: str, numbers: str) -> None:
    script.about(f"derived/column/{column}")
    script.do(channels.set_to, column, numbers)


@when(parsers.re(rf"(?P<what>{'|'.join(_UNLISTED)}) that nobody offers \((?P<column>\w+)\)"))
def unlisted(script: ScriptWriter, what: str, column: str) -> None:
    script.about(f"derived/column/{column}")
    script.decide("unlisted-refused")
    script.do(_UNLISTED[what], column)


@then(parsers.parse("number {number} is stored ({column})"))
def stored(script: ScriptWriter, column: str, number: str) -> None:
    script.about(f"derived/column/{column}/option/{number}")
    script.states({"stored": number})
    script.decide("stored")
    script.check(channels.stored, column, number)


@then(parsers.parse('number {number} comes back as "{label}" ({column})'))
def named(script: ScriptWriter, column: str, number: str, label: str) -> None:
    script.about(f"derived/column/{column}/option/{number}")
    script.states({"named": label})
    script.decide("named")
    script.check(channels.named, column, number, label)
