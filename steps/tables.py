"""Sentences about the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, then, when

if TYPE_CHECKING:
    from dataverse_tck.scenarios.inquiry import Inquiry


@when(parsers.parse("the table of {what} ({table}) is looked up"))
def look_up_table(inquiry: Inquiry, table: str) -> None:
    inquiry.about(f"table/{table}")


@then(parsers.parse("it is there under its exact name ({name})"))
def table_exists(inquiry: Inquiry, name: str) -> None:
    inquiry.confirm({"exists": name})


@then(parsers.parse('people see it as "{name}"'))
def table_display_name(inquiry: Inquiry, name: str) -> None:
    inquiry.confirm({"display-name": name})
