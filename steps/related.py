"""Sentences about the records that belong to a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from dataverse_tck.acts import related

if TYPE_CHECKING:
    from dataverse_tck.scenarios.script_writer import ScriptWriter


@given(parsers.re(r"an? (?P<record>[^()]+) of each of the two \((?P<link>\w+)\)"))
def of_each(script: ScriptWriter, link: str) -> None:
    script.do(related.make_of_each, link)


@when(parsers.re(r"the (?P<record>[^()]+) is given to the conversation \((?P<link>\w+)\)"))
def give(script: ScriptWriter, link: str) -> None:
    script.about(f"derived/relationship/{link}")
    script.do(related.give, link)


@when("the records that belong to the conversation are looked up")
def look_up(script: ScriptWriter) -> None:
    script.do(related.open_list)


@then(parsers.parse("it belongs to that conversation ({column})"))
def belongs(script: ScriptWriter, column: str) -> None:
    script.states({"related-row": column})
    script.decide("related-row")
    script.check(related.belongs)


@then(parsers.parse("its own is listed there, and the other's is not ({link})"))
def lists_its_own(script: ScriptWriter, link: str) -> None:
    script.about(f"derived/relationship/{link}")
    script.decide("navigation")
    script.check(related.lists_its_own, link)
