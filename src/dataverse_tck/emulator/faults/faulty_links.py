"""What is wrong with the other ways to a link, where a fault is on: by address, and by filter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sqlalchemy as sa

from dataverse_tck.emulator.faults.row_faults import RowFaults
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.organisation.model import Relationship, Table
from dataverse_tck.emulator.protocol.errors import bad_payload

if TYPE_CHECKING:
    from dataverse_tck.emulator.store.work import Work

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def ids_in(text: str | None) -> set[str]:
    """The ids that a ``$filter`` asks for."""
    return {found.lower() for found in _ID.findall(text or "")}


def takes_address(faults: RowFaults, work: Work, table: Table, navigation: str, *, linking: bool) -> bool:
    """Whether a link is made or undone by address; raises 400 where that is refused."""
    single = work.database.single_valued[table.logical_name].get(navigation)
    relationship = single or work.database.collections[table.logical_name].get(navigation)
    is_back = single is None and table.logical_name != NAME
    aspect = "reference-back" if is_back else "reference"
    if not linking:
        return not faults.relationship(relationship, aspect, "kept")
    if faults.relationship(relationship, aspect, "refused"):
        raise bad_payload(table.entity_set, f"The navigation property '{navigation}' takes no references.")
    return not faults.relationship(relationship, aspect, "ignored")


def filtered(
    faults: RowFaults, work: Work, table: Table, text: str, condition: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    """Let everything through, or nothing, where rows are looked for by what they are linked to."""
    name = table.logical_name
    for relationship in work.organisation.relationships:
        if relationship.referencing_entity != name:
            continue
        along = f"{relationship.referencing_navigation}/" in text
        by_column = f"_{relationship.referencing_attribute}_value" in text and _is_there(work, relationship, text)
        if (along or by_column) and faults.relationship(relationship, "filter", "nothing"):
            return sa.false()
        if (along and faults.relationship(relationship, "filter", "along")) or (
            by_column and faults.relationship(relationship, "filter", "column")
        ):
            return sa.true()
    return condition


def _is_there(work: Work, relationship: Relationship, text: str) -> bool:
    """Whether a row that is asked for is one that the relationship leads to: others share the column."""
    table = work.database.described.get(relationship.referenced_entity)
    if table is None:
        return False
    key = work.database.tables[table.logical_name].c[table.primary_id]
    return work.connection.execute(sa.select(key).where(key.in_(ids_in(text)))).first() is not None
