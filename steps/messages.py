"""Sentences about messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, then, when

if TYPE_CHECKING:
    from dataverse_tck.scenarios.inquiry import Inquiry


@when(parsers.parse("the message to {purpose} ({message}) is looked up"))
def look_up_message(inquiry: Inquiry, message: str) -> None:
    inquiry.about(f"message/{message}")


@then(parsers.parse("it is listed under its exact name ({name})"))
def listed(inquiry: Inquiry, name: str) -> None:
    inquiry.confirm({"exists": name})


@then(parsers.parse("it is sent as documented (Web API Operation: {kind})"))
def kind(inquiry: Inquiry, kind: str) -> None:
    inquiry.confirm({"is-action": kind})


@then(parsers.parse("nobody can subscribe to it (Event: {answer})"))
def event(inquiry: Inquiry, answer: str) -> None:
    inquiry.confirm({"not-event": answer})


@then(parsers.parse("it belongs to the conversation table ({table})"))
def on_table(inquiry: Inquiry, table: str) -> None:
    inquiry.confirm({"on-table": table})


@then("it is not listed")
def not_listed(inquiry: Inquiry) -> None:
    inquiry.confirm_control(seen=False)


@then(parsers.re(r"it is recognised as an? (?:function|event)"))
def recognised(inquiry: Inquiry) -> None:
    inquiry.confirm_control(seen=True)
