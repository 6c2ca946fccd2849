"""What is wrong with links, where a fault is on: those to be refused, and the ways by address and by filter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from dataverse_tck.emulator.faults.row_faults import REGARDING, ROUTABLE, RowFaults
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.organisation.model import Relationship, Table
from dataverse_tck.emulator.protocol.errors import ODataError, bad_payload
from dataverse_tck.emulator.rows.payload import named_row
from dataverse_tck.emulator.store.work import Reference
from dataverse_tck.jsontypes import Json

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


@dataclass(frozen=True)
class Misled:
    """A link that is refused: the aspect of the requirement that says so, the lookup column, and the row it names."""

    aspect: str
    column: str
    reference: Reference


def misled(work: Work, table: Table, navigation: str, url: Json) -> Misled | None:
    """What is wrong with a link that was refused; None when it is no matter of a fault."""
    try:
        reference = named_row(work, url, table.entity_set)
    except ODataError:
        return None
    relationship = work.database.single_valued[table.logical_name].get(navigation)
    if table.logical_name != NAME:
        return None
    if relationship is None:
        column = next((name for name in (REGARDING, ROUTABLE) if f"{navigation}_".startswith(f"{name}_")), None)
        return Misled("undeclared-refused", column, reference) if column else None
    column = relationship.referencing_attribute
    if reference.table not in work.organisation.targets(NAME, column):
        return None
    aspect = "nobody-refused" if reference.table == relationship.referenced_entity else "other-target-refused"
    return Misled(aspect, column, reference)
