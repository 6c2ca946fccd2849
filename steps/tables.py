"""Sentences about the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, when

if TYPE_CHECKING:
    from dataverse_tck.scenarios.inquiry import Inquiry


@when(parsers.parse("the table of {what} ({table}) is looked up"))
def look_up_table(inquiry: Inquiry, table: str) -> None:
    inquiry.about(f"table/{table}")
