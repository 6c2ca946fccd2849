"""Sentences about columns: choices and lookups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, then, when

if TYPE_CHECKING:
    from dataverse_tck.scenarios.inquiry import Inquiry


@when(parsers.parse("channel number {number} of a conversation ({column}) is looked up"))
def look_up_option(inquiry: Inquiry, column: str, number: str) -> None:
    inquiry.about(f"column/{column}/option/{number}")


@when(parsers.parse("the records that {phrase} ({column}) are looked up"))
def look_up_targets(inquiry: Inquiry, column: str) -> None:
    inquiry.about(f"column/{column}/target")


@then(parsers.parse("a {record} ({table}) is among them"))
def target(inquiry: Inquiry, table: str) -> None:
    inquiry.confirm({table: table})
