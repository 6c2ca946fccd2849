"""Sentences about the channel of a conversation: stored, named, refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from dataverse_tck.acts import channels, unlisted

if TYPE_CHECKING:
    from dataverse_tck.scenarios.script_writer import ScriptWriter

# Whose channel: that of a conversation that is there, or of one that is made with it.
_POSSIBLE = {"its channel": channels.is_set, "the channel of a new conversation": channels.make_with}
_UNLISTED = {"its channel": channels.set_to_unlisted, "the channel of a new conversation": channels.make_with_unlisted}
_WAYS = {unlisted.ALONE: "refused", unlisted.BESIDE: "beside-refused"}
_COLUMN = rf"(?P<what>{'|'.join(_POSSIBLE)}) \((?P<column>\w+)\)"
_CHANNELS = r"(?P<named>[^()]+ \(\d+\)( and [^()]+ \(\d+\))?)"  # Live chat (192360000) and Voice (192370000)


def _numbers(named: str) -> str:
    return ", ".join(re.findall(r"\((\d+)\)", named))


@given(parsers.re(rf"{_COLUMN} can be set to {_CHANNELS}"))
def possible(script: ScriptWriter, what: str, column: str, named: str) -> None:
    script.do(_POSSIBLE[what], column, _numbers(named))


@when(parsers.re(rf"its channel \((?P<column>\w+)\) is set to {_CHANNELS}"))
def set_to(script: ScriptWriter, column: str, named: str) -> None:
    script.about(f"derived/column/{column}")
    script.do(channels.set_to, column, _numbers(named))


@when(parsers.re(rf"{_COLUMN} is set to a number that is not on offer"))
def not_on_offer(script: ScriptWriter, what: str, column: str) -> None:
    script.about(f"derived/column/{column}")
    script.decide("unlisted-refused")
    script.do(_UNLISTED[what], column)


@when(
    parsers.re(
        r"a number (?P<what>[^()]+) \((?P<sort>[\w-]+)\) is tried as its channel \((?P<column>\w+)\)"
        r", alone, then added to [^()]+ \((?P<listed>\d+)\)"
    )
)
def try_number(script: ScriptWriter, sort: str, column: str, listed: str) -> None:
    script.about(f"derived/column/{column}/unlisted/{sort}")
    script.do(unlisted.attempt, column, sort, listed)


@then(parsers.re(rf"it is refused (?P<way>{'|'.join(_WAYS)})(?P<other> [^,]+)?, and nothing is stored"))
def number_refused(script: ScriptWriter, way: str) -> None:
    script.decide(_WAYS[way])
    script.check(unlisted.is_refused, way)


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
