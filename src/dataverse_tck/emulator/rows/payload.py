"""The body of a write as cells: names looked up, values checked, binds turned into references."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from dataverse_tck.emulator.organisation.model import Kind, Relationship, Required, Table
from dataverse_tck.emulator.protocol.errors import (
    bad_payload,
    lookup_by_value,
    missing_row,
    not_null,
    undeclared_annotated,
    unknown_payload_property,
)
from dataverse_tck.emulator.protocol.namespace import NAMESPACE
from dataverse_tck.emulator.store.values import guid
from dataverse_tck.emulator.store.work import Reference, Work
from dataverse_tck.jsontypes import Json

BIND = "@odata.bind"
_TYPE = "@odata.type"
_URL = re.compile(r"(?:https?://[^/]+)?(?:/api/data/v9\.\d+)?/?(\w+)\(([^()]*)\)", re.IGNORECASE)


def read_payload(work: Work, table: Table, body: Mapping[str, Json], *, creating: bool) -> dict[str, Any]:
    """Return the cells that the body sets, lookups as Reference or None; raises the documented errors.

    What the service sets itself (read-only columns) is left out; the primary id is kept when ``creating``.
    """
    _check_type(table, body)
    cells: dict[str, Any] = {}
    for name, value in body.items():
        base, mark, _ = name.partition("@")
        if name.endswith(BIND):
            navigation = name.removesuffix(BIND)
            right = partial(_bound, work, table, navigation, value)
            cells |= work.behaviour.bound(work, table, navigation, value, right)
        elif mark:
            if base and not _declared(work, table, base):
                raise undeclared_annotated(table.entity_set, base)
        elif name in table.column and not table.column[name].kind.is_lookup:
            column = table.column[name]
            if column.kind is Kind.ENTITY_NAME or not column.writable or (name == table.primary_id and not creating):
                continue
            cells |= work.behaviour.cells_of(work, table, column, value)
        elif _is_lookup_value(table, name):
            raise lookup_by_value()
        elif name in work.database.single_valued[table.logical_name]:
            if value is not None:
                raise bad_payload(
                    table.entity_set, f"Deep insert of '{name}' is not supported; bind it with '{name}{BIND}'."
                )
            cells |= _bound(work, table, name, None)
        else:
            raise unknown_payload_property(name, table.edm_type)
    return cells


def reference_of(work: Work, url: Json, entity_set: str, relationship: Relationship | None = None) -> Reference:
    """Return the row that a URL names, in any of its three spellings; ``entity_set`` is where the URL was given.

    Raises 400 for what is no URL of a row (or of one that ``relationship`` leads to), 404 for a row that is not there.
    """
    reference = named_row(work, url, entity_set)
    if relationship is not None:
        work.behaviour.check_target(relationship, reference, entity_set)
    require_row(work, reference)
    return reference


def named_row(work: Work, url: Json, entity_set: str) -> Reference:
    """Return the row that a URL names, be it there or not; raises 400 for what is no URL of a row."""
    if not isinstance(url, str):
        raise bad_payload(
            entity_set, f"A reference to a row must be the URL of one, as text, and not {json.dumps(url)}."
        )
    match = _URL.fullmatch(url.strip())
    if match is None:
        raise bad_payload(entity_set, f"The URI '{url}' is not a valid entity reference.")
    table = work.database.by_entity_set.get(match[1])
    if table is None:
        raise bad_payload(entity_set, f"Resource not found for the segment '{match[1]}'.")
    key = match[2].removeprefix(f"{table.primary_id}=")
    identifier = guid(key)
    if identifier is None:
        raise bad_payload(entity_set, f"The key '{match[2]}' of '{match[1]}' is not a GUID.")
    return Reference(table.logical_name, identifier)


def require_row(work: Work, reference: Reference) -> None:
    """Raise the documented 404 unless the row is there."""
    if work.connection.execute(work.database.by_id[reference.table], {"id": reference.id}).first() is None:
        raise missing_row(reference.table, reference.id)


def _bound(work: Work, table: Table, navigation: str, url: Json) -> dict[str, Reference | None]:
    relationship = work.database.single_valued[table.logical_name].get(navigation)
    if relationship is None:
        raise undeclared_annotated(table.entity_set, navigation)
    column = table.column[relationship.referencing_attribute]
    if url is None:
        if column.required is Required.SYSTEM:
            raise not_null(column.logical_name)
        return {column.logical_name: None} if column.writable else {}
    reference = reference_of(work, url, table.entity_set, relationship)
    return {column.logical_name: reference} if column.writable else {}


def _check_type(table: Table, body: Mapping[str, Json]) -> None:
    given = body.get(_TYPE)
    if given is not None and (not isinstance(given, str) or given.removeprefix("#") != f"{NAMESPACE}.{table.edm_type}"):
        raise bad_payload(
            table.entity_set,
            f"A type named '{given}' was given where '{NAMESPACE}.{table.edm_type}' is expected.",
        )


def _is_lookup_value(table: Table, name: str) -> bool:
    if not (name.startswith("_") and name.endswith("_value")):
        return False
    column = table.column.get(name[1:-6])
    return column is not None and column.kind.is_lookup


def _declared(work: Work, table: Table, name: str) -> bool:
    names = work.database
    return (
        (name in table.column and not table.column[name].kind.is_lookup)
        or _is_lookup_value(table, name)
        or name in names.single_valued[table.logical_name]
        or name in names.collections[table.logical_name]
    )
