"""Sentences about relationships as they are declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, then, when

if TYPE_CHECKING:
    from dataverse_tck.scenarios.inquiry import Inquiry


@when(parsers.parse("the link to the {record} ({name}) is looked up"))
def look_up_relationship(inquiry: Inquiry, name: str) -> None:
    inquiry.about(f"relationship/{name}")


@then(parsers.re(r"(?P<who>administrators|nobody) may customise it \(IsCustomizable: (?P<answer>\w+)\)"))
def customizable(inquiry: Inquiry, answer: str) -> None:
    inquiry.confirm({"IsCustomizable": answer})


@then(parsers.re(r"the (?P<consequence>.+) \((?P<action>[A-Z]\w+): (?P<effect>\w+)\)"))
def cascade(inquiry: Inquiry, action: str, effect: str) -> None:
    inquiry.confirm({f"cascade/{action}": effect})
