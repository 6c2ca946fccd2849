"""Sentences about columns: choices and lookups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, then, when

if TYPE_CHECKING:
    from dataverse_tck.scenarios.inquiry import Inquiry


@when(parsers.parse("the channels of a conversation ({column}) are looked up"))
def look_up_options(inquiry: Inquiry, column: str) -> None:
    inquiry.about(f"column/{column}/option")


@then(parsers.parse('number {number} stands for "{label}"'))
def option(inquiry: Inquiry, number: str, label: str) -> None:
    inquiry.confirm({f"{number}/exists": number, f"{number}/label": label})


@then(parsers.parse("number {number} stands for nothing"))
def no_option(inquiry: Inquiry, number: str) -> None:
    inquiry.about(f"{inquiry.subject}/{number}")
    inquiry.confirm_control(seen=False)


@when(parsers.parse("the records that {phrase} ({column}) are looked up"))
def look_up_targets(inquiry: Inquiry, column: str) -> None:
    inquiry.about(f"column/{column}/target")


@then(parsers.parse("a {record} ({table}) is among them"))
def target(inquiry: Inquiry, table: str) -> None:
    inquiry.confirm({table: table})
