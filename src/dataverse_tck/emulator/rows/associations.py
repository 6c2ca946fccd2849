"""Linking and unlinking two rows over a navigation property of either side."""

from __future__ import annotations

import sqlalchemy as sa

from dataverse_tck.emulator.organisation.model import Relationship, Required, Table
from dataverse_tck.emulator.ownership.access import READ, WRITE
from dataverse_tck.emulator.protocol.errors import bad_request, not_null, unknown_segment
from dataverse_tck.emulator.protocol.namespace import NAMESPACE
from dataverse_tck.emulator.rows.payload import require_row
from dataverse_tck.emulator.rows.records import change, fetch
from dataverse_tck.emulator.store.rendering import reference_in
from dataverse_tck.emulator.store.work import Reference, Work


def associate(work: Work, table: Table, identifier: str, navigation: str, other: Reference) -> None:
    """Link two rows over a navigation property of either side."""
    single = work.database.single_valued[table.logical_name].get(navigation)
    row = fetch(work, table, identifier, READ if single is None else WRITE)
    collection = work.database.collections[table.logical_name].get(navigation)
    if single is not None:
        work.behaviour.check_target(single, other, table.entity_set)
        change(work, table, identifier, row, {_lookup(table, single, clearing=False): other})
    elif collection is not None:
        child = _child(work, collection, other)
        lookup = _lookup(child, collection, clearing=False)
        linked = {lookup: Reference(table.logical_name, identifier)}
        change(work, child, other.id, fetch(work, child, other.id, WRITE), linked)
    else:
        intersect, pair = _intersection(work, table, identifier, navigation, other)
        if work.connection.execute(sa.select(intersect).filter_by(**pair)).first() is None:
            work.connection.execute(intersect.insert().values(pair))


def disassociate(work: Work, table: Table, identifier: str, navigation: str, other: Reference | None = None) -> None:
    """Unlink two rows, if they are linked; ``other`` is needed when the navigation property leads to many."""
    single = work.database.single_valued[table.logical_name].get(navigation)
    row = fetch(work, table, identifier, READ if single is None else WRITE)
    collection = work.database.collections[table.logical_name].get(navigation)
    if single is not None:
        lookup = _lookup(table, single, clearing=True)
        linked = reference_in(row, lookup)
        if linked is not None and linked.table == single.referenced_entity:
            change(work, table, identifier, row, {lookup: None})
    elif other is None:
        raise bad_request("The row to be unlinked has to be named, in the path or by $id.")
    elif collection is not None:
        child = _child(work, collection, other)
        lookup, row = _lookup(child, collection, clearing=True), fetch(work, child, other.id, WRITE)
        if reference_in(row, lookup) == Reference(table.logical_name, identifier):
            change(work, child, other.id, row, {lookup: None})
    else:
        intersect, pair = _intersection(work, table, identifier, navigation, other)
        work.connection.execute(intersect.delete().filter_by(**pair))


def _lookup(child: Table, relationship: Relationship, *, clearing: bool) -> str:
    """The lookup column of a relationship, refused when it cannot be written."""
    column = child.column[relationship.referencing_attribute]
    if not column.writable:
        raise bad_request(f"The property '{column.logical_name}' cannot be changed.")
    if clearing and column.required is Required.SYSTEM:
        raise not_null(column.logical_name)
    return column.logical_name


def _child(work: Work, relationship: Relationship, other: Reference) -> Table:
    child = work.database.described[relationship.referencing_entity]
    if other.table != child.logical_name:
        raise bad_request(
            f"The navigation property '{relationship.referenced_navigation}' takes rows of "
            f"'{NAMESPACE}.{child.edm_type}', not of '{NAMESPACE}.{other.table}'."
        )
    return child


def _intersection(
    work: Work, table: Table, identifier: str, navigation: str, other: Reference
) -> tuple[sa.Table, dict[str, str]]:
    """The intersect table of a many-to-many relationship, and what two rows are in it."""
    for many in work.organisation.many_to_many:
        ends = dict((many.first, many.second))
        if many.schema_name == navigation and table.logical_name in ends:
            if other.table not in ends or other.table == table.logical_name:
                raise bad_request(f"The navigation property '{navigation}' takes no rows of '{other.table}'.")
            require_row(work, other)
            pair = {ends[table.logical_name]: identifier, ends[other.table]: other.id}
            return work.database.intersects[navigation], pair
    raise unknown_segment(navigation)
