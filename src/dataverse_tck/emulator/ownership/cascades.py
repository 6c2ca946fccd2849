"""What deleting, assigning and re-parenting a row does to the rows below it, as the relationships say.

Each function works inside the transaction of its caller and raises before or after changes alike: who owns the
transaction rolls it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import sqlalchemy as sa

from dataverse_tck.emulator.organisation.model import CascadeType, Relationship, Table
from dataverse_tck.emulator.ownership import inheritance
from dataverse_tck.emulator.ownership.cascade_reach import (
    Action,
    Rows,
    applies,
    bind_ids,
    carries,
    in_ids,
    reach,
    referring,
    referring_over,
    relationships,
    union,
)
from dataverse_tck.emulator.ownership.inheritance import OWNER_RIGHTS
from dataverse_tck.emulator.protocol import errors
from dataverse_tck.emulator.store.sql_tables import TYPE_SUFFIX
from dataverse_tck.emulator.store.work import Reference, Work

_ACCESS_TEAM = 1
# What Delete is not a message of: users stay for what they did, the rest is no row of anybody's.
_NOT_DELETED = frozenset({"systemuser", "organization", "owner", "principalobjectaccess"})
_SHARED, _OWNED = False, True  # by_ownership of what a row inherits
_GAINING = ((_SHARED, Action.SHARE), (_OWNED, Action.REPARENT))
_LOSING = ((_SHARED, Action.UNSHARE), (_OWNED, Action.REPARENT))


def delete(work: Work, table: Table, id: str) -> None:  # noqa: A002 - the word of the contract
    """Delete a row and all that its relationships say; Restrict refuses the whole (405, 0x80040227).

    Restrict looks at every row that is to go, and does not ask whether the row that refers to it would go as well.
    """
    _refuse_deletion(work, table, id)
    itself: Rows = {table.logical_name: {id}}
    for name, ids in union(itself, reach(work, Action.DELETE, itself)).items():
        for relationship in relationships(work, Action.DELETE, {CascadeType.RESTRICT}, name):
            rows = work.database.tables[relationship.referencing_entity]
            if _any(work, rows, referring(work, relationship), ids):
                raise errors.delete_restricted()
    start = work.behaviour.starts(work, Action.DELETE, Reference(table.logical_name, id))
    if not _drop(work, start):
        raise errors.missing_row(table.logical_name, id)
    inheritance.drop_shares(work, start)
    work.later(Action.DELETE, id, partial(_delete_below, start=start))


def _delete_below(work: Work, start: Rows) -> None:
    """After rows went: delete, and loosen, the rows that the relationships say."""
    below = reach(work, Action.DELETE, start)
    _drop(work, below)
    gone = union(start, below)
    _remove_links(work, gone)
    inheritance.forget(work, gone)


def _drop(work: Work, doomed: Rows) -> int:
    """Take rows out of their tables; returns how many there were."""
    number = 0
    for name, ids in doomed.items():
        gone = work.connection.execute(_dropping(work, name), {"ids": bind_ids(ids)})
        number += gone.rowcount
    return number


def _dropping(work: Work, table: str) -> sa.Delete:
    def build() -> sa.Delete:
        return work.database.tables[table].delete().where(in_ids(_key(work, table)))

    return work.database.cached_statement(("drop", table), build)


def assign(work: Work, table: Table, id: str, owner: Reference) -> None:  # noqa: A002 - the word of the contract
    """Give a row to another owner, and with it the rows that the relationships say; nothing when it is his already."""
    if "ownerid" not in table.column:
        raise errors.unsupported_message("Assign", table.logical_name)
    ownership(work, owner)
    rows = work.database.tables[table.logical_name]
    found = work.connection.execute(sa.select(rows.c.ownerid).where(_key(work, table.logical_name) == id)).one_or_none()
    if found is None:
        raise errors.missing_row(table.logical_name, id)
    if found.ownerid == owner.id:
        return
    start = work.behaviour.starts(work, Action.ASSIGN, Reference(table.logical_name, id))
    below = reach(work, Action.ASSIGN, start)
    _give(work, start, owner)
    work.later(Action.ASSIGN, id, partial(_assign_below, start=start, below=below, owner=owner))


def _assign_below(work: Work, start: Rows, below: Rows, owner: Reference) -> None:
    """After rows went to another owner: give him the rows below, and what the owner of their parents has there."""
    if below:
        _give(work, below, owner)
    inheritance.follow_owner(work, union(start, below), owner)


def _give(work: Work, given: Rows, owner: Reference) -> None:
    cells = _flat(ownership(work, owner))
    previous = _owners(work, given) if _shares_with_previous_owner(work) else {}
    version = work.next_version()
    for name, ids in given.items():
        target = work.database.tables[name]
        values = {
            **{column: cell for column, cell in cells.items() if column in target.c},
            **_stamp(work, target, version),
        }
        changed = in_ids(_key(work, name)) & target.c.ownerid.is_distinct_from(owner.id)
        work.connection.execute(target.update().where(changed).values(values), {"ids": bind_ids(ids)})
    kept = [(row, old) for row, old in previous.items() if old != owner]
    inheritance.set_direct(work, kept, OWNER_RIGHTS, add=True)


def lookup_changed(  # noqa: PLR0917 - the call of the contract
    work: Work,
    table: Table,
    id: str,  # noqa: A002 - the word of the contract
    column: str,
    old: Reference | None,
    new: Reference | None,
) -> None:
    """After a lookup came to refer to ``new`` instead of ``old``: what the row and those below it inherit.

    Rights that the parent was shared with come by the setting of Share and go by that of Unshare; those of the
    parent's owner come and go by that of Reparent.
    """
    if old == new:
        return
    over = work.organisation.relationship_over
    row = Reference(table.logical_name, id)
    if old is not None and (relationship := over.get((row.table, column, old.table))):
        work.later(Action.REPARENT, id, partial(_lose, relationship=relationship, row=row, parent=old, new=new))
    if new is not None and (relationship := over.get((row.table, column, new.table))):
        work.later(Action.REPARENT, id, partial(_gain, relationship=relationship, row=row, parent=new))


def _lose(work: Work, relationship: Relationship, row: Reference, parent: Reference, new: Reference | None) -> None:
    rows = {row.table: {row.id}}
    for by_ownership, action in _LOSING:
        kept = work.behaviour.is_kept(relationship, action, new)
        if not kept and applies(work, action, relationship, row.id, parent.id):
            came_from = {parent.id} | inheritance.sources(work, {parent.id}, by_ownership=by_ownership)
            inheritance.take(work, union(rows, reach(work, action, rows)), came_from, by_ownership=by_ownership)


def _gain(work: Work, relationship: Relationship, row: Reference, parent: Reference) -> None:
    gaining = [(kind, action) for kind, action in _GAINING if applies(work, action, relationship, row.id, parent.id)]
    passed_on = inheritance.passed_on(work, parent) if gaining else []
    rows, heirs = {row.table: {row.id}}, []
    for by_ownership, action in gaining:
        rights = [right for right in passed_on if right["by_ownership"] == by_ownership]
        if rights:
            heirs.append((union(rows, reach(work, action, rows)), rights))
    inheritance.inherit(work, heirs)


def ownership(work: Work, owner: Reference) -> dict[str, Reference | None]:
    """The lookups that make ``owner`` the owner of a row, created or assigned; refuses owners that can own nothing."""
    found = work.connection.execute(_owning(work, owner.table), {"id": owner.id}).one_or_none()
    if found is None:
        raise errors.missing_row(owner.table, owner.id)
    if owner.table == "team" and found.teamtype == _ACCESS_TEAM:
        raise errors.assigned_to_access_team()
    if found.isdisabled:
        raise errors.assigned_to_disabled_unit()
    unit = found.businessunitid
    return {
        "ownerid": owner,
        "owninguser": owner if owner.table == "systemuser" else None,
        "owningteam": owner if owner.table == "team" else None,
        "owningbusinessunit": unit and Reference("businessunit", unit),
    }


def _owning(work: Work, kind: str) -> sa.Select[Any]:
    """What decides whether a user or a team can own rows."""

    def build() -> sa.Select[Any]:
        rows, units = work.database.tables[kind], work.database.tables["businessunit"]
        return (
            sa.select(rows.c.businessunitid, units.c.isdisabled, *([rows.c.teamtype] if kind == "team" else []))
            .join(units, units.c.businessunitid == rows.c.businessunitid, isouter=True)
            .where(_key(work, kind) == sa.bindparam("id", type_=sa.Text))
        )

    return work.database.cached_statement(("owning", kind), build)


def _refuse_deletion(work: Work, table: Table, row: str) -> None:
    """Refuse to delete what the platform keeps: users, and teams and business units that rows belong to.

    The relationships over the system columns are all NoCascade: without this, rows would be left without an owner.
    """
    name = table.logical_name
    if name in _NOT_DELETED:
        raise errors.unsupported_message("Delete", name)
    if name == "team":
        owned = (rows for rows in work.database.tables.values() if "owningteam" in rows.c)
        if any(_any(work, rows, in_ids(rows.c.owningteam), {row}) for rows in owned):
            raise errors.team_owns_rows(row)
    if name == "businessunit":
        for relationship in work.organisation.relationships_to[name]:
            rows = work.database.tables.get(relationship.referencing_entity)
            if rows is not None and _any(work, rows, referring(work, relationship), {row}):
                raise errors.delete_restricted()


def _remove_links(work: Work, gone: Rows) -> None:
    """Empty the lookups that referred to rows that are gone, where the relationship says so."""
    version = None
    for name, ids in gone.items():
        over = tuple(relationships(work, Action.DELETE, {CascadeType.REMOVE_LINK}, name))
        every = {relationship.id: CascadeType.CASCADE for relationship in over}
        for relationship, left in referring_over(work, over, every, ids):
            child, column = relationship.referencing_entity, relationship.referencing_attribute
            rows = work.database.tables[child]
            if not left:
                continue
            version = version or work.next_version()
            values = {column: None, column + TYPE_SUFFIX: None, **_stamp(work, rows, version)}
            work.connection.execute(
                rows.update().where(in_ids(_key(work, child))).values(values), {"ids": bind_ids(left)}
            )
            orphans = {child: left}
            for by_ownership, action in _LOSING:
                came_from = inheritance.sources(work, ids, by_ownership=by_ownership)
                if came_from and carries(relationship, action):
                    below = union(orphans, reach(work, action, orphans))
                    inheritance.take(work, below, came_from, by_ownership=by_ownership)


def _owners(work: Work, rows: Rows) -> dict[Reference, Reference]:
    found: dict[Reference, Reference] = {}
    for name, ids in rows.items():
        table = work.database.tables[name]
        columns = (_key(work, name), table.c.ownerid, table.c["ownerid" + TYPE_SUFFIX])
        for row, owner, kind in work.connection.execute(
            sa.select(*columns).where(in_ids(columns[0])), {"ids": bind_ids(ids)}
        ):
            found[Reference(name, row)] = Reference(kind, owner)
    return found


def _shares_with_previous_owner(work: Work) -> bool:
    organization = work.database.tables["organization"]
    return bool(work.connection.scalar(sa.select(organization.c.sharetopreviousowneronassign)))


def _flat(references: Mapping[str, Reference | None]) -> dict[str, str | None]:
    """Lookups as SQL columns: each fills two."""
    cells: dict[str, str | None] = {}
    for column, reference in references.items():
        cells[column], cells[column + TYPE_SUFFIX] = (reference.id, reference.table) if reference else (None, None)
    return cells


def _stamp(work: Work, table: sa.Table, version: int) -> dict[str, Any]:
    """The cells that tell that a row was changed, so far as its table has them."""
    cells = {
        "modifiedon": work.moment,
        "modifiedby": work.caller,
        "modifiedby" + TYPE_SUFFIX: "systemuser",
        "modifiedonbehalfby": work.on_behalf_of,
        "modifiedonbehalfby" + TYPE_SUFFIX: work.on_behalf_of and "systemuser",
        "versionnumber": version,
    }
    return {column: cell for column, cell in cells.items() if column in table.c}


def _key(work: Work, table: str) -> sa.Column[Any]:
    return work.database.tables[table].c[work.database.described[table].primary_id]


def _any(work: Work, rows: sa.Table, condition: sa.ColumnElement[bool], ids: Iterable[str]) -> bool:
    """Whether there is a row with the condition, which speaks of ``ids``."""
    found = sa.select(sa.literal(1)).select_from(rows).where(condition).limit(1)
    return work.connection.scalar(found, {"ids": bind_ids(ids)}) is not None
