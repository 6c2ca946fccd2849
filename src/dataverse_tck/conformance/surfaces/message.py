"""What each surface shows of a message: the action, its table, whether it is an event."""

from __future__ import annotations

from collections.abc import Mapping

from dataverse_tck.conformance.surfaces.observation import Observation, Observer, not_read, observed
from dataverse_tck.conformance.surfaces.subject import Subject
from dataverse_tck.conformance.surfaces.surface import Surface
from dataverse_tck.jsontypes import Json
from dataverse_tck.readings import Readings, State

_BOUND = (1, 2)  # customapi.bindingtype: 1 Entity, 2 EntityCollection


HIDDEN = "the message is private, and the platform hides private messages there"


def is_private(readings: Readings, message: str) -> bool:
    """Whether ``sdkmessages`` or ``customapis`` says that a message is private."""
    rows = [(row.get("name"), row) for row in readings.sdkmessages.content or ()]
    rows += [(row.get("uniquename"), row) for row in readings.customapis.content or ()]
    return any(name == message and row.get("isprivate") is True for name, row in rows)


def _in_csdl(readings: Readings, subject: Subject) -> Observation | None:
    reading = readings.csdl
    if reading.content is None:
        return not_read(reading)
    found = [item for item in reading.content.operations if item.name == subject.name]
    if not found and is_private(readings, subject.name):
        return Observation(State.UNREADABLE, reason=HIDDEN, exchanges=reading.exchanges)
    if not found:
        return observed(reading, None)
    kind = "function" if any(item.kind == "Function" for item in found) else "action"
    value: dict[str, Json] = {"name": subject.name, "kind": kind}
    bound = [item.bound_to for item in found if item.bound_to]
    if not bound:
        return observed(reading, value, [("table",)], "it is declared unbound, so it names no table")
    lineage = {subject.table, *(entity.name for entity in reading.content.lineage(subject.table))}
    value["table"] = subject.table if lineage.intersection(bound) else bound[0]
    return observed(reading, value)


def _in_sdkmessages(readings: Readings, subject: Subject) -> Observation | None:
    reading = readings.sdkmessages
    if reading.content is None:
        return not_read(reading)
    present = any(row.get("name") == subject.name for row in reading.content)
    return observed(reading, {"name": subject.name} if present else None)


def message_name(row: Mapping[str, Json]) -> Json:
    """Return the message name of a ``sdkmessagefilters`` row with ``sdkmessageid`` expanded."""
    message = row.get("sdkmessageid")
    return message.get("name") if isinstance(message, Mapping) else None


def accepts_steps(row: Mapping[str, Json]) -> bool:
    """Whether a ``sdkmessagefilters`` row makes the message an event that others can subscribe to."""
    return row.get("isvisible") is True and row.get("iscustomprocessingstepallowed") is True


def _in_sdkmessagefilters(readings: Readings, subject: Subject) -> Observation | None:
    reading = readings.sdkmessagefilters
    if reading.content is None:
        return not_read(reading)
    if not reading.content:
        return None
    rows = [row for row in reading.content if message_name(row) == subject.name]
    here = [row for row in rows if row.get("primaryobjecttypecode") == subject.table]
    if not here:
        elsewhere = rows[0].get("primaryobjecttypecode") if rows else None
        return observed(reading, {"table": elsewhere}, [("event",)], "it has no filter row for this table")
    value = {"table": subject.table, "event": any(accepts_steps(row) for row in here)}
    told = ("iscustomprocessingstepallowed", "isvisible")
    if all(isinstance(row.get(member), bool) for row in here for member in told):
        return observed(reading, value)
    return observed(reading, value, [("event",)], "its filter row does not say whether steps are allowed")


def _in_customapis(readings: Readings, subject: Subject) -> Observation | None:
    reading = readings.customapis
    if reading.content is None:
        return not_read(reading)
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
    return observed(reading, value, silent, "its row says nothing of that")


OBSERVERS: dict[Surface, Observer] = {
    Surface.CSDL: _in_csdl,
    Surface.SDKMESSAGES: _in_sdkmessages,
    Surface.SDKMESSAGEFILTERS: _in_sdkmessagefilters,
    Surface.CUSTOMAPIS: _in_customapis,
}
