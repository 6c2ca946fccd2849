"""What can be done with one row: create, fetch, update, upsert, remove, link. Each call runs inside its transaction.

Owners, cascades and inherited shares are the business of ``cascades``; here it is told what has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from dataverse_tck.emulator.organisation.model import EMPTY_GUID, Column, Kind, Required, Table
from dataverse_tck.emulator.ownership import cascades
from dataverse_tck.emulator.ownership.access import ASSIGN, DELETE, READ, WRITE, require_right
from dataverse_tck.emulator.protocol.errors import (
    bad_request,
    duplicate_key,
    missing_row,
    not_null,
    unknown_segment,
    unsupported_message,
    version_mismatch,
)
from dataverse_tck.emulator.rows.payload import read_payload
from dataverse_tck.emulator.store.navigation import ACTUAL_TABLE, is_abstract, source
from dataverse_tck.emulator.store.rendering import reference_in
from dataverse_tck.emulator.store.sql_tables import TYPE_SUFFIX
from dataverse_tck.emulator.store.states import complete_status
from dataverse_tck.emulator.store.values import cell
from dataverse_tck.emulator.store.work import Reference, Work
from dataverse_tck.jsontypes import Json

Cells = dict[str, Any]
# Rows of the first two are those of other tables; the third is written by sharing alone.
_ROW = "the row"  # no column is called that
_UNWRITABLE = ("activitypointer", "owner", "principalobjectaccess")


def create(work: Work, table: Table, body: Mapping[str, Json]) -> str:
    """Add a row and return its id, which the body may choose."""
    if table.logical_name in _UNWRITABLE:
        raise unsupported_message("Create", table.logical_name)
    work.behaviour.before_create(work, table)
    cells = _defaults(work, table) | read_payload(work, table, body, creating=True)
    identifier = cells.get(table.primary_id)
    if identifier in (None, EMPTY_GUID):
        identifier = cells[table.primary_id] = str(uuid4())
    elif _find(work, table, identifier) is not None:
        raise duplicate_key()
    cells = work.behaviour.before_write(work, table, cells, {})
    complete_status(work.organisation, table, cells, {})
    for column in table.columns:
        if column.required is Required.SYSTEM and column.writable and cells.get(column.logical_name) is None:
            raise not_null(column.logical_name)
    if _is_owned(table):
        cells |= cascades.ownership(work, cells["ownerid"])
    cells |= _stamped(work, table, creating=True)
    if cells.get("overriddencreatedon"):
        cells["createdon"], cells["overriddencreatedon"] = cells["overriddencreatedon"], cells["createdon"]
    _name_person(table, cells, {})
    statement = work.database.cached_statement(
        ("insert", table.logical_name), work.database.tables[table.logical_name].insert
    )
    work.connection.execute(statement, _flat(table, cells))
    for name, reference in _links(table, cells):
        if reference is not None:
            cascades.lookup_changed(work, table, identifier, name, None, reference)
    return str(identifier)


def fetch(work: Work, table: Table, identifier: str, right: str = READ, *, below: bool = False) -> Cells:
    """Return all cells of a row; raises the documented 404, and 403 unless the caller has the right on the row.

    ``below`` when it is about what the row lists, not about the row.
    """
    cells = _find(work, table, identifier)
    if cells is None:
        left = work.behaviour.remains(Reference(table.logical_name, identifier), below=below)
        if left is not None:
            return left
        raise missing_row(table.logical_name, identifier)
    require_right(work, Reference(cells.get(ACTUAL_TABLE, table.logical_name), identifier), right)
    return cells


def update(work: Work, table: Table, identifier: str, body: Mapping[str, Json], *, if_match: str | None = None) -> None:
    """Change a row; ``if_match`` is the ETag that it has to have (``*``: any)."""
    row = _expected(work, table, identifier, if_match)
    change(work, table, identifier, row, read_payload(work, table, body, creating=False))


def upsert(
    work: Work,
    table: Table,
    identifier: str,
    body: Mapping[str, Json],
    *,
    if_match: str | None = None,
    if_none_match: str | None = None,
) -> bool:
    """Change a row or, unless ``if_match`` forbids it, create it with that id; tells whether it was created.

    ``if_none_match="*"`` refuses the row that is there already.
    """
    if _find(work, table, identifier) is not None:
        if if_none_match == "*":
            raise duplicate_key()
        update(work, table, identifier, body, if_match=if_match)
        return False
    if if_match is not None:
        raise missing_row(table.logical_name, identifier)
    create(work, table, {**body, table.primary_id: identifier})
    return True


def remove(work: Work, table: Table, identifier: str, *, if_match: str | None = None) -> None:
    """Delete a row and whatever its relationships say."""
    if table.logical_name in _UNWRITABLE:
        raise unsupported_message("Delete", table.logical_name)
    work.behaviour.before_delete(work, Reference(table.logical_name, identifier))
    _expected(work, table, identifier, if_match, DELETE)
    cascades.delete(work, table, identifier)
    for intersect in work.database.intersects.values():
        for column in intersect.columns:
            if column.name == table.primary_id:
                work.connection.execute(intersect.delete().where(column == identifier))


def set_property(
    work: Work, table: Table, identifier: str, name: str, value: Json, *, if_match: str | None = None
) -> None:
    """Change one property that is no lookup."""
    column = _settable(table, name)
    row = _expected(work, table, identifier, if_match)
    change(work, table, identifier, row, work.behaviour.cells_of(work, table, column, value))


def clear_property(work: Work, table: Table, identifier: str, name: str, *, if_match: str | None = None) -> None:
    """Empty one property that is no lookup."""
    set_property(work, table, identifier, name, None, if_match=if_match)


def change(work: Work, table: Table, identifier: str, row: Cells, cells: Cells) -> None:
    """Write changed cells, then tell ``cascades`` which lookups are others now."""
    if table.logical_name in _UNWRITABLE:
        raise unsupported_message("Update", table.logical_name)
    cells = {**work.behaviour.before_write(work, table, cells, row)}
    owner = cells.pop("ownerid", None) if _is_owned(table) else None
    complete_status(work.organisation, table, cells, row)
    _name_person(table, cells, row)
    changed = {**cells, **_stamped(work, table, creating=False)}
    work.connection.execute(_changing(work, table), {**_flat(table, changed), _ROW: identifier})
    for name, reference in _links(table, cells):
        before = reference_in(row, name)
        if before != reference:
            cascades.lookup_changed(work, table, identifier, name, before, reference)
            work.behaviour.after_link(work, Reference(table.logical_name, identifier), name, before, reference)
    if owner is not None and owner != reference_in(row, "ownerid"):
        require_right(work, Reference(table.logical_name, identifier), ASSIGN)
        cascades.assign(work, table, identifier, owner)


def _changing(work: Work, table: Table) -> sa.Update:
    """What changes the cells of a row that are given beside its id."""

    def build() -> sa.Update:
        rows = work.database.tables[table.logical_name]
        return rows.update().where(rows.c[table.primary_id] == sa.bindparam(_ROW))

    return work.database.cached_statement(("update", table.logical_name), build)


def _defaults(work: Work, table: Table) -> Cells:
    cells: Cells = {column.logical_name: None for column in table.columns if column.kind is not Kind.ENTITY_NAME}
    cells |= {column.logical_name: column.default for column in table.columns if column.default is not None}
    for column in table.columns:
        if column.choice and cells[column.logical_name] == -1:  # a default that stands for none
            cells[column.logical_name] = None
    cells.pop("statecode", None)
    cells.pop("statuscode", None)
    if _is_owned(table):
        cells["ownerid"] = Reference("systemuser", work.caller)
    return cells


def _is_owned(table: Table) -> bool:
    return "ownerid" in table.column and table.column["ownerid"].kind is Kind.OWNER


def _stamped(work: Work, table: Table, *, creating: bool) -> Cells:
    """Who and when, and the next version."""
    user = Reference("systemuser", work.caller)
    delegate = None if work.on_behalf_of is None else Reference("systemuser", work.on_behalf_of)
    cells: Cells = {"versionnumber": work.next_version()} if "versionnumber" in table.column else {}
    for verb in ("created", "modified") if creating else ("modified",):
        stamps = {f"{verb}on": work.moment, f"{verb}by": user, f"{verb}onbehalfby": delegate}
        cells |= {name: value for name, value in stamps.items() if name in table.column}
    return cells


def _name_person(table: Table, cells: Cells, row: Mapping[str, Any]) -> None:
    """Keep the full name of people in step with its parts."""
    if "fullname" in table.column and cells.keys() & {"firstname", "lastname"}:
        parts = (cells.get(part, row.get(part)) for part in ("firstname", "lastname"))
        cells["fullname"] = " ".join(part for part in parts if part) or None


def _flat(table: Table, cells: Mapping[str, Any]) -> Cells:
    """Cells as SQL columns: a reference fills two."""
    flat: Cells = {}
    for name, value in cells.items():
        if table.column[name].kind.is_lookup:
            flat[name] = value.id if value is not None else None
            flat[name + TYPE_SUFFIX] = value.table if value is not None else None
        else:
            flat[name] = value
    return flat


def _links(table: Table, cells: Mapping[str, Any]) -> list[tuple[str, Reference | None]]:
    """The lookups among the cells that users set."""
    return [(name, cells[name]) for name in cells if _is_link(table.column[name])]


def _is_link(column: Column) -> bool:
    return column.kind.is_lookup and column.kind is not Kind.OWNER and column.writable


def _find(work: Work, table: Table, identifier: str) -> Cells | None:
    if is_abstract(table.logical_name):
        rows = source(work.database, table.logical_name)
        found = work.connection.execute(sa.select(rows).where(rows.c[table.primary_id] == identifier))
        row = found.mappings().first()
        return None if row is None else dict(row)
    row = work.connection.execute(work.database.by_id[table.logical_name], {"id": identifier}).mappings().first()
    return None if row is None else dict(row)


def _expected(work: Work, table: Table, identifier: str, if_match: str | None, right: str = WRITE) -> Cells:
    row = fetch(work, table, identifier, right)
    if if_match is not None and if_match != "*":
        wanted = [tag.strip() for tag in if_match.split(",")]
        if f'W/"{row.get("versionnumber")}"' not in wanted:
            raise version_mismatch()
    return row


def _settable(table: Table, name: str) -> Column:
    column = table.column.get(name)
    if column is None or column.kind.is_lookup:
        raise unknown_segment(name)
    if not column.writable or column.kind is Kind.ENTITY_NAME or name == table.primary_id:
        raise bad_request(f"The property '{name}' cannot be changed.")
    return column


def identifier_in(work: Work, table: Table, text: str) -> str:
    """Return the id of a row as a body gives it, in the form in which it is kept."""
    return str(cell(work.organisation, table, table.column[table.primary_id], text))
