"""Sentences about messages as they are declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, when

if TYPE_CHECKING:
    from dataverse_tck.scenarios.inquiry import Inquiry


@when(parsers.parse("the message to {purpose} ({message}) is looked up"))
def look_up_message(inquiry: Inquiry, message: str) -> None:
    inquiry.about(f"message/{message}")
