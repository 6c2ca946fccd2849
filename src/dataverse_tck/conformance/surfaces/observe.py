"""Plain code that picks, for one subject, what one surface says of it.

Every surface's answer is brought into the one shape that the response schemas judge; what it does not speak of is
listed as silent, so that silence never reads as agreement or contradiction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from dataverse_tck.conformance.surfaces import relationships
from dataverse_tck.conformance.surfaces.observation import Word, labelled, said, unread
from dataverse_tck.conformance.surfaces.surface import Surface
from dataverse_tck.jsontypes import Json
from dataverse_tck.readings import Readings, State

if TYPE_CHECKING:
    from dataverse_tck.conformance.subjects import Subject

_BOUND = (1, 2)  # customapi.bindingtype: 1 Entity, 2 EntityCollection


def _table_by_definition(readings: Readings, _: Subject) -> Word | None:
    reading = readings.table
    if reading.state is not State.READ:
        return unread(reading)
    if reading.content is None:
        return said(reading, None)
    node, silent = labelled(reading.content, "DisplayName")
    return said(reading, node, silent, "it has no English label (LanguageCode 1033)")


def _table_by_csdl(readings: Readings, subject: Subject) -> Word | None:
    reading = readings.csdl
    if reading.content is None:
        return unread(reading)
    present = subject.table in reading.content.entity_types
    return said(reading, {"LogicalName": subject.table} if present else None)


def _message_by_csdl(readings: Readings, subject: Subject) -> Word | None:
    reading = readings.csdl
    if reading.content is None:
        return unread(reading)
    found = [item for item in reading.content.operations if item.name == subject.name]
    if not found:
        return said(reading, None)
    kind = "function" if any(item.kind == "Function" for item in found) else "action"
    value: dict[str, Json] = {"name": subject.name, "kind": kind}
    bound = [item.bound_to for item in found if item.bound_to]
    if not bound:
        return said(reading, value, [("table",)], "it is declared unbound, so it names no table")
    lineage = {subject.table, *(entity.name for entity in reading.content.lineage(subject.table))}
    value["table"] = subject.table if lineage.intersection(bound) else bound[0]
    return said(reading, value)


def _message_by_sdkmessages(readings: Readings, subject: Subject) -> Word | None:
    reading = readings.sdkmessages
    if reading.content is None:
        return unread(reading)
    present = any(row.get("name") == subject.name for row in reading.content)
    return said(reading, {"name": subject.name} if present else None)


def message_of(row: Mapping[str, Json]) -> Json:
    """Return the message name of a ``sdkmessagefilters`` row with ``sdkmessageid`` expanded."""
    message = row.get("sdkmessageid")
    return message.get("name") if isinstance(message, Mapping) else None


def accepts_steps(row: Mapping[str, Json]) -> bool:
    """Whether a ``sdkmessagefilters`` row makes the message an event that others can subscribe to."""
    return row.get("isvisible") is True and row.get("iscustomprocessingstepallowed") is True


def _message_by_filters(readings: Readings, subject: Subject) -> Word | None:
    reading = readings.sdkmessagefilters
    if reading.content is None:
        return unread(reading)
    if not reading.content:
        return None
    rows = [row for row in reading.content if message_of(row) == subject.name]
    here = [row for row in rows if row.get("primaryobjecttypecode") == subject.table]
    if not here:
        elsewhere = rows[0].get("primaryobjecttypecode") if rows else None
        return said(reading, {"table": elsewhere}, [("event",)], "it has no filter row for this table")
    value = {"table": subject.table, "event": any(accepts_steps(row) for row in here)}
    told = ("iscustomprocessingstepallowed", "isvisible")
    if all(isinstance(row.get(member), bool) for row in here for member in told):
        return said(reading, value)
    return said(reading, value, [("event",)], "its filter row does not say whether steps are allowed")


def _message_by_customapi(readings: Readings, subject: Subject) -> Word | None:
    reading = readings.customapis
    if reading.content is None:
        return unread(reading)
    row = next((row for row in reading.content if row.get("uniquename") == subject.name), None)
    if row is None:
        return None
    value: dict[str, Json] = {"name": subject.name}
    if isinstance(row.get("isfunction"), bool):
        value["kind"] = "function" if row["isfunction"] else "action"
    if row.get("bindingtype") in _BOUND and row.get("boundentitylogicalname"):
        value["table"] = row["boundentitylogicalname"]
    if isinstance(row.get("allowedcustomprocessingsteptype"), int):
        value["event"] = row["allowedcustomprocessingsteptype"] != 0
    silent = [(member,) for member in ("kind", "table", "event") if member not in value]
    return said(reading, value, silent, "its row says nothing of that")


def _option_by(member: str) -> Callable[[Readings, Subject], Word | None]:
    other = "GlobalOptionSet" if member == "OptionSet" else "OptionSet"

    def word(readings: Readings, subject: Subject) -> Word | None:
        reading = readings.choices[subject.column]
        if reading.state is not State.READ:
            return unread(reading)
        column = reading.content or {}
        if not column.get(member):
            # One of the two may be left empty; a column that shows neither offers nothing.
            return None if member == "GlobalOptionSet" or column.get(other) else said(reading, None)
        options = column[member].get("Options") if isinstance(column[member], Mapping) else None
        if not isinstance(options, list):
            return Word(State.BROKEN, reason=f"{member} has no list of Options", exchanges=reading.exchanges)
        number = subject.stated[("Value",)]
        found = [labelled(item, "Label") for item in options if is_number(item.get("Value"), number)]
        if not found:
            return said(reading, None)
        (node, silent), *others = found
        word = said(reading, node, silent, "it has no English label (LanguageCode 1033)")
        return replace(word, others=tuple(other for other, _ in others))

    return word


def is_number(value: Json, number: int) -> bool:
    """Whether a JSON value is that number (``true`` is not 1)."""
    return not isinstance(value, bool) and isinstance(value, int | float) and value == number


def _targets_by_column(readings: Readings, subject: Subject) -> Word | None:
    reading = readings.lookups[subject.column]
    return unread(reading) if reading.state is not State.READ else said(reading, reading.content)


def _targets_by_relationships(readings: Readings, subject: Subject) -> Word | None:
    reading = readings.many_to_one
    if reading.content is None:
        return unread(reading)
    rows = [row for row in reading.content if row.get("ReferencingAttribute") == subject.column]
    return said(reading, {"Targets": [row.get("ReferencedEntity") for row in rows]})


def _targets_by_csdl(readings: Readings, subject: Subject) -> Word | None:
    reading = readings.csdl
    if reading.content is None:
        return unread(reading)
    types = [
        item.type
        for item in reading.content.navigation(subject.table).values()
        if any(constrained == f"_{subject.column}_value" for constrained, _ in item.constraints)
    ]
    return said(reading, {"Targets": types}) if types else None


_WORDS: dict[tuple[str, Surface], Callable[[Readings, Subject], Word | None]] = {
    ("table", Surface.ENTITYDEFINITIONS): _table_by_definition,
    ("table", Surface.CSDL): _table_by_csdl,
    ("message", Surface.CSDL): _message_by_csdl,
    ("message", Surface.SDKMESSAGES): _message_by_sdkmessages,
    ("message", Surface.SDKMESSAGEFILTERS): _message_by_filters,
    ("message", Surface.CUSTOMAPIS): _message_by_customapi,
    ("option", Surface.OPTIONSET): _option_by("OptionSet"),
    ("option", Surface.GLOBALOPTIONSET): _option_by("GlobalOptionSet"),
    ("lookup", Surface.TARGETS): _targets_by_column,
    ("lookup", Surface.RELATIONSHIPS): _targets_by_relationships,
    ("lookup", Surface.CSDL): _targets_by_csdl,
    ("relationship", Surface.RELATIONSHIPS): relationships.by_collection,
    ("relationship", Surface.CSDL): relationships.by_csdl,
}


def word_of(readings: Readings, surface: Surface, subject: Subject) -> Word | None:
    """Return what a surface says of a subject, or None when it says nothing of it."""
    try:
        return _WORDS[subject.noun, surface](readings, subject)
    except (AttributeError, KeyError, TypeError, ValueError) as problem:  # foreign data may have any shape
        return Word(State.BROKEN, reason=f"its answer has a shape that cannot be read ({problem})")
