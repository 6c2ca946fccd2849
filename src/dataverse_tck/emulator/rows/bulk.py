"""``CreateMultiple``, ``UpdateMultiple`` and ``UpsertMultiple``: all rows or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dataverse_tck.emulator.organisation.model import Table
from dataverse_tck.emulator.protocol.errors import (
    bad_payload,
    bad_request,
    unresolved_parameters,
    unsupported_method,
)
from dataverse_tck.emulator.protocol.exchange import Answer, Request, empty_answer, json_answer
from dataverse_tck.emulator.protocol.namespace import NAMESPACE, QUALIFIER
from dataverse_tck.emulator.protocol.paths import Segment
from dataverse_tck.emulator.rows import records
from dataverse_tck.emulator.rows.payload import named_row
from dataverse_tck.emulator.store.work import Work
from dataverse_tck.jsontypes import Json


def respond_to_multiple(work: Work, request: Request, table: Table, segment: Segment) -> Answer:
    """Answer one of the three messages on an entity set."""
    if segment.arguments is not None or not segment.name.startswith(QUALIFIER):
        raise unresolved_parameters()
    if request.method != "POST":
        raise unsupported_method(request.method, "POST")
    name = segment.name.removeprefix(QUALIFIER)
    body = request.json(table.entity_set)
    for key in body:
        if key != "Targets":
            reason = (
                f"The parameter '{key}' in the request payload is not a valid parameter for the operation '{name}'."
            )
            raise bad_payload(table.entity_set, reason)
    targets = body.get("Targets")
    if not isinstance(targets, list) or not all(isinstance(target, dict) for target in targets):
        raise bad_payload(table.entity_set, "The parameter 'Targets' has to be a list of rows.")
    if not targets:
        raise bad_request("The 'Targets' parameter has to hold at least one row.")
    for target in targets:
        if "@odata.type" not in target:
            raise bad_payload(
                table.entity_set, "A type name was not found in the payload: each target needs '@odata.type'."
            )
    outcomes = [MULTIPLE[name](work, table, target) for target in targets]
    if name != "CreateMultiple":
        return empty_answer()
    context = f"{work.root}/$metadata#{NAMESPACE}.{name}Response"
    return json_answer({"@odata.context": context, "Ids": outcomes})


def _update_one(work: Work, table: Table, target: Mapping[str, Json]) -> None:
    records.update(work, table, _id_of(work, table, target), target)


def _upsert_one(work: Work, table: Table, target: Mapping[str, Json]) -> None:
    records.upsert(work, table, _id_of(work, table, target), target)


def _id_of(work: Work, table: Table, target: Mapping[str, Json]) -> str:
    """The id that a target of a multiple message names, with its key or with its URL."""
    if "@odata.id" in target:
        named = named_row(work, target["@odata.id"], table.entity_set)
        if named.table != table.logical_name:
            raise bad_payload(table.entity_set, f"'{target['@odata.id']}' is no row of '{table.entity_set}'.")
        return named.id
    given = target.get(table.primary_id)
    if not isinstance(given, str):
        raise bad_payload(table.entity_set, "EdmEntityObject passed should have the key property value set.")
    return str(records.identifier_in(work, table, given))


MULTIPLE: dict[str, Callable[[Work, Table, Mapping[str, Json]], str | None]] = {
    "CreateMultiple": records.create,
    "UpdateMultiple": _update_one,
    "UpsertMultiple": _upsert_one,
}
