"""Sentences about the records that belong to a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from dataverse_tck.acts import related

if TYPE_CHECKING:
    from dataverse_tck.scenarios.script_writer import Trial


@given(parsers.re(r"an? (?P<record>[^()]+) of each of the two \((?P<link>\w+)\)"))
def of_each(trial: Trial, link: str) -> None:
    trial.do(related.make_of_each, link)


@when(parsers.re(r"the (?P<record>[^()]+) is given to the conversation \((?P<link>\w+)\)"))
def give(trial: Trial, link: str) -> None:
    trial.about(f"derived/relationship/{link}")
    trial.do(related.give, link)


@when("the records that belong to the conversation are looked up")
def look_up(trial: Trial) -> None:
    trial.do(related.open_list)


@then(parsers.parse("it belongs to that conversation ({column})"))
def belongs(trial: Trial, column: str) -> None:
    trial.states({"related-row": column})
    trial.decide("related-row")
    trial.check(related.belongs)


@then(parsers.parse("its own is listed there, and the other's is not ({link})"))
def lists_its_own(trial: Trial, link: str) -> None:
    trial.about(f"derived/relationship/{link}")
    trial.decide("navigation")
    trial.check(related.lists_its_own, link)
