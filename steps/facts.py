"""What is declared of a thing, read out fact by fact; and the proofs that a look-up can tell right from wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, then

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataverse_tck.scenarios.inquiry import Inquiry

_CASCADE = ("Archive", "Assign", "Delete", "Merge", "Reparent", "RollupView", "Share", "Unshare")
_MENU = ("AvailableOffline", "Behavior", "Group", "Label", "MenuId", "Order", "QueryApi", "ViewId")
# By kind of thing, the page's names for facts whose requirement ids read otherwise.
_IDS: Mapping[str, Mapping[str, str]] = {
    "table": {"LogicalName": "exists", "DisplayName": "display-name"},
    "column": {"Value": "exists", "Label": "label"},
    "message": {"Name": "exists", "Web API Operation": "is-action", "Event": "not-event", "Table": "on-table"},
    "relationship": {
        "SchemaName": "exists",
        **{name: f"cascade/{name}" for name in _CASCADE},
        **{name: f"menu/{name}" for name in _MENU},
    },
}
_SEEN = {"not found": False, "recognised as an event": True, "recognised as a function": True}


@then("it reads")
def reads(inquiry: Inquiry, datatable: list[list[str]]) -> None:
    ids = _IDS[inquiry.subject.partition("/")[0]]
    inquiry.confirm({ids.get(name, name): value for name, value in datatable})


@then(parsers.re(rf"it is (?P<what>{'|'.join(_SEEN)})"))
def told_apart(inquiry: Inquiry, what: str) -> None:
    inquiry.confirm_control(seen=_SEEN[what])
