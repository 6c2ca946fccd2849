"""What rows refuse where a fault is on: one thing alone, though all that is like it is allowed; or in the wrong form.

``faulty_rows`` asks at each of its points. Which kinds there are stands in ``denial_kinds``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataverse_tck.emulator.faults.denial_kinds import ALONE, DISGUISE, FORMS
from dataverse_tck.emulator.faults.row_faults import RowFaults
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.organisation.customer_service import MANY_TO_ONE
from dataverse_tck.emulator.organisation.engagement import ONE_TO_MANY
from dataverse_tck.emulator.protocol.errors import (
    ODataError,
    bad_payload,
    bad_request,
    missing_privilege,
    refused_by_message,
    unexpected_error,
    unknown_segment,
)
from dataverse_tck.emulator.protocol.exchange import Answer, OtherAnswerError, json_answer

if TYPE_CHECKING:
    from dataverse_tck.emulator.organisation.model import Relationship, Table
    from dataverse_tck.jsontypes import Json

PAGE = b"<!DOCTYPE html>\n<html><head><title>Bad Request</title></head><body><h1>Bad Request</h1></body></html>\n"
_TO_ONE = {item.schema_name: item for item in MANY_TO_ONE}
_TO_MANY = {item.schema_name: item for item in ONE_TO_MANY}


def in_form(faults: RowFaults, column: str, aspect: str, refusal: ODataError) -> ODataError:
    """Return the refusal in the form that a fault gives it."""
    kind = next((form for form in FORMS if faults.column(column, aspect, form)), None)
    if kind == "500":
        return unexpected_error()
    if kind == "html":
        return OtherAnswerError(Answer(400, PAGE, "text/html; charset=utf-8"))
    return in_disguise(refusal) if kind == DISGUISE else refusal


def in_disguise(error: ODataError) -> ODataError:
    """Return the error as the body of a yes."""
    return OtherAnswerError(json_answer({"error": {"code": error.code, "message": error.message}}))


def is_disguised(faults: RowFaults, table: Table, relationship: Relationship | None, column: str) -> bool:
    """Whether a link that is taken, or a clearing (no relationship), is answered as if it were refused."""
    if relationship is None:
        return table.logical_name == NAME and faults.column(column, "cleared", DISGUISE)
    taken = table.logical_name == NAME and faults.target(column, relationship.referenced_entity, DISGUISE)
    return taken or faults.relationship(relationship, "related-row", DISGUISE)


def refuse_option(faults: RowFaults, table: Table, number: int, caller: str) -> None:
    """Refuse one channel, as if the caller lacked a privilege."""
    if faults.option(number, "stored", "forbidden"):
        raise missing_privilege(caller, "prvWrite", table.logical_name, table.object_type_code)


def refuse_clearing(faults: RowFaults, table: Table, column: str, caller: str) -> None:
    """Refuse to clear a link of the conversation."""
    if table.logical_name == NAME and faults.column(column, "cleared", "forbidden"):
        raise missing_privilege(caller, "prvWrite", NAME, table.object_type_code)


def refuse_link(
    faults: RowFaults, table: Table, relationship: Relationship | None, caller: str, *, replaces: bool, foreign: bool
) -> None:
    """Refuse one link, by a privilege or by the code behind a message; ``foreign``: to a row of somebody else."""
    if relationship is None:
        return
    column, target = relationship.referencing_attribute, relationship.referenced_entity
    kinds = [kind for kind in ALONE if faults.relationship(relationship, "related-row", kind)]
    if table.logical_name == NAME:
        kinds += [kind for kind in ALONE if faults.target(column, target, kind)]
        kinds += ["forbidden"] if replaces and faults.column(column, "replaced", "forbidden") else []
        if foreign and faults.relationship(relationship, "reparent", "refused"):
            raise bad_payload(table.entity_set, f"The property '{column}' does not take rows of other owners.")
    if "forbidden" in kinds:
        raise missing_privilege(caller, "prvAppend", table.logical_name, table.object_type_code)
    if kinds:
        raise refused_by_message(f"Links from {table.logical_name} to {target} are made by routing alone.")


def refuse_set(faults: RowFaults, table: Table) -> None:
    """Serve no row of a table."""
    name = table.logical_name
    unserved = any(
        kind == "unserved" and (f"/target/{name}/" in identifier or _is_of(identifier, name))
        for identifier, kind in faults.wanted
    )
    if unserved:
        raise unknown_segment(table.entity_set)


def _is_of(identifier: str, table: str) -> bool:
    """Whether it is about the related rows of that table."""
    item = _TO_MANY.get(identifier.split("/")[2])
    return identifier.endswith("/related-row") and item is not None and item.referencing_entity == table


def refuse_step(faults: RowFaults, table: Table, name: str, caller: str) -> None:
    """Let a navigation property that is declared not be followed."""
    for item in (*_TO_ONE.values(), *_TO_MANY.values()):
        here = table.logical_name == NAME and name == _way(item)
        back = item.schema_name in _TO_ONE and table.logical_name == item.referenced_entity
        front = "" if here else "record-" if back and name == item.referenced_navigation else None
        if front is None:
            continue
        if faults.relationship(item, "navigation", f"{front}unserved"):
            raise unknown_segment(name)
        if faults.relationship(item, "navigation", f"{front}forbidden"):
            raise missing_privilege(caller, "prvRead", table.logical_name, table.object_type_code)


def expanded(faults: RowFaults, table: Table, name: str, document: dict[str, Json]) -> None:
    """Let a navigation property of the conversation be refused, left out or empty where it is expanded."""
    if table.logical_name != NAME:
        return
    item = next((one for one in (*_TO_ONE.values(), *_TO_MANY.values()) if name == _way(one)), None)
    if faults.relationship(item, "expanded", "refused"):
        raise bad_request(f"The property '{name}' cannot be used in the $expand query option.")
    if faults.relationship(item, "expanded", "ignored") or faults.relationship(item, "expanded", "empty"):
        document.pop(f"{name}@odata.nextLink", None)
        shown = document.pop(name)
        if faults.relationship(item, "expanded", "empty"):
            document[name] = [] if isinstance(shown, list) else None


def _way(item: Relationship) -> str:
    """Return the navigation property of the conversation."""
    return item.referencing_navigation if item.schema_name in _TO_ONE else item.referenced_navigation
