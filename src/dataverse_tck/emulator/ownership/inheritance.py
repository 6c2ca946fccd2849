"""The sharing table: rights granted on a row itself, and rights that rows inherit from the rows above them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import Insert, insert

from dataverse_tck.emulator.organisation.security_tables import INHERITANCE, SHARING
from dataverse_tck.emulator.ownership.cascade_reach import Rows, bind_ids, in_ids, union
from dataverse_tck.emulator.store.sql_tables import TYPE_SUFFIX
from dataverse_tck.emulator.store.work import Reference, Work

OWNER_RIGHTS = 851991  # Read, Write, Append, AppendTo, Delete, Share, Assign: all but Create
Right = dict[str, Any]  # an entry of the inheritance table without its object


def direct_rights(work: Work, row: str) -> dict[Reference, int]:
    """The rights granted on the row itself, by principal."""
    shares = work.database.tables[SHARING.logical_name]
    found = work.connection.execute(
        sa.select(shares.c.principaltypecode, shares.c.principalid, shares.c.accessrightsmask).where(
            (shares.c.objectid == row) & (shares.c.accessrightsmask != 0)
        )
    )
    return {Reference(kind, principal): mask for kind, principal, mask in found}


def set_direct(work: Work, rows: Iterable[tuple[Reference, Reference]], mask: int, *, add: bool = False) -> None:
    """Set, or add to, the rights that principals have directly on rows, given as (row, principal)."""
    shares = work.database.tables[SHARING.logical_name]
    values = [_share(work, row.id, row.table, principal.id, principal.table) for row, principal in rows]
    if not values:
        return
    version = work.next_version()
    statement = insert(shares).values(accessrightsmask=mask, inheritedaccessrightsmask=0, versionnumber=version)
    after = shares.c.accessrightsmask.op("|")(mask) if add else mask
    statement = statement.on_conflict_do_update(
        index_elements=["objectid", "principalid"],
        set_={"accessrightsmask": after, "changedon": work.moment, "versionnumber": version},
    )
    work.connection.execute(statement, values)
    _drop_empty(work, [value["objectid"] for value in values])


def passed_on(work: Work, parent: Reference) -> list[Right]:
    """What rows can inherit from ``parent``: what it was shared with, who owns it, and what it inherits itself."""
    found = work.connection.execute(_passed_on(work, parent.table), {"row": parent.id})
    return [dict(right) for right in found.mappings()]


def inherit(work: Work, heirs: Iterable[tuple[Rows, Iterable[Right]]]) -> None:
    """Let rows inherit rights, beside those they have already. No row inherits from itself."""
    values = [
        {**right, "objectid": row, "objecttypecode": table}
        for rows, rights in heirs
        for right in rights
        for table, ids in rows.items()
        for row in ids
        if row != right["sourceid"]
    ]
    if values:
        work.connection.execute(work.database.cached_statement(("inherit",), lambda: _adding(work)), values)
        touched: dict[str, set[str]] = defaultdict(set)
        for value in values:
            touched[value["objecttypecode"]].add(value["objectid"])
        recompute_masks(work, touched)


def sources(work: Work, rows: Iterable[str], *, by_ownership: bool) -> set[str]:
    """The rows from which ``rows`` inherit."""
    entries = work.database.private_tables[INHERITANCE.name]
    condition = in_ids(entries.c.objectid) & (entries.c.by_ownership == by_ownership)
    found = sa.select(entries.c.sourceid).where(condition).distinct()
    return set(work.connection.scalars(found, {"ids": bind_ids(rows)}))


def take(
    work: Work,
    rows: Rows,
    from_sources: Iterable[str],
    *,
    by_ownership: bool,
    principal: str | None = None,
    mask: int | None = None,
) -> None:
    """Take from rows what they inherit from those sources: of one principal or all, some rights or all."""
    entries = work.database.private_tables[INHERITANCE.name]
    condition = in_ids(entries.c.objectid, "objects") & in_ids(entries.c.sourceid, "sources")
    condition &= entries.c.by_ownership == by_ownership
    if principal is not None:
        condition &= entries.c.principalid == principal
    given = {"objects": bind_ids(_ids(rows)), "sources": bind_ids(from_sources)}
    if mask is not None:
        left = entries.c.mask.op("&")(~mask)
        work.connection.execute(entries.update().where(condition).values(mask=left), given)
        condition &= entries.c.mask == 0
    work.connection.execute(entries.delete().where(condition), given)
    recompute_masks(work, rows)


def follow_owner(work: Work, rows: Rows, owner: Reference) -> None:
    """After rows went to another owner: what was inherited from the old owner's position is now the new one's."""
    entries = work.database.private_tables[INHERITANCE.name]
    condition = in_ids(entries.c.sourceid) & entries.c.by_ownership
    given = {"ids": bind_ids(_ids(rows))}
    heirs = _objects(work, condition, given)
    following = entries.update().where(condition).values(principalid=owner.id, principaltypecode=owner.table)
    work.connection.execute(following, given)
    recompute_masks(work, union(heirs, rows))


def drop_shares(work: Work, rows: Rows) -> None:
    """Drop what is shared of rows that are gone; what they inherited goes with ``forget``."""
    shares = work.database.tables[SHARING.logical_name]
    drop = work.database.cached_statement(("drop shares",), lambda: shares.delete().where(in_ids(shares.c.objectid)))
    work.connection.execute(drop, {"ids": bind_ids(_ids(rows))})


def forget(work: Work, rows: Rows) -> None:
    """Drop all rights on rows that are gone, what others inherited from them, and what they held as principals."""
    drop_shares(work, rows)
    entries, shares = work.database.private_tables[INHERITANCE.name], work.database.tables[SHARING.logical_name]
    given = {"ids": bind_ids(_ids(rows))}

    def drop(table: sa.Table, column: str) -> None:
        statement = work.database.cached_statement(
            ("forget", table.name, column), lambda: table.delete().where(in_ids(table.c[column]))
        )
        work.connection.execute(statement, given)

    drop(entries, "objectid")
    drop(shares, "principalid")
    heirs = work.database.cached_statement(
        ("heirs of the gone",), lambda: _heirs(entries, in_ids(entries.c.sourceid) | in_ids(entries.c.principalid))
    )
    left = _by_table(work.connection.execute(heirs, given))
    if left:
        drop(entries, "sourceid")
        drop(entries, "principalid")
        recompute_masks(work, left)


def recompute_masks(work: Work, rows: Rows) -> None:
    """Bring the inherited masks of rows in line with what they inherit.

    An owner needs no right by inheritance: what comes from the owner of a parent shows only with another owner.
    """
    # Rights are kept by the id of a row: two rows of different tables that were given the same id share them.
    new: dict[tuple[str, str], dict[str, Any]] = {}
    changed: list[dict[str, Any]] = []
    shares = work.database.tables[SHARING.logical_name]
    columns = (shares.c.objectid, shares.c.principalid, shares.c.inheritedaccessrightsmask)
    here = work.database.cached_statement(("present",), lambda: sa.select(*columns).where(in_ids(shares.c.objectid)))
    for table, ids in rows.items():
        wanted = _inherited(work, table, ids)
        found = work.connection.execute(here, {"ids": bind_ids(ids)})
        present = {(row, principal): mask for row, principal, mask in found}
        for (row, principal), (kind, mask) in wanted.items():
            if (row, principal) not in present:
                held = new.get((row, principal), {}).get("inheritedaccessrightsmask", 0)
                share = _share(work, row, table, principal, kind)
                new[row, principal] = share | {"inheritedaccessrightsmask": held | mask}
        for (row, principal), mask in present.items():
            right = wanted.get((row, principal), ("", 0))[1]
            if right != mask:
                changed.append({"row": row, "principal": principal, "mask": right})
    if not (new or changed):
        return
    version = work.next_version()
    if new:
        work.connection.execute(shares.insert().values(accessrightsmask=0, versionnumber=version), list(new.values()))
    if changed:
        which = (shares.c.objectid == sa.bindparam("row")) & (shares.c.principalid == sa.bindparam("principal"))
        cells = {"inheritedaccessrightsmask": sa.bindparam("mask"), "changedon": work.moment, "versionnumber": version}
        work.connection.execute(shares.update().where(which).values(cells), changed)
        _drop_empty(work, [change["row"] for change in changed])


def _inherited(work: Work, table: str, ids: Iterable[str]) -> dict[tuple[str, str], tuple[str, int]]:
    """(row, principal) -> (kind of principal, all rights that it inherits there)."""

    def build() -> sa.Select[Any]:
        entries, own = work.database.private_tables[INHERITANCE.name], work.database.tables[table]
        key = own.c[work.database.described[table].primary_id]
        return (
            sa.select(entries.c.objectid, entries.c.principalid, entries.c.principaltypecode, entries.c.mask)
            .join(own, key == entries.c.objectid)
            .where(in_ids(entries.c.objectid))
            .where(sa.not_(entries.c.by_ownership) | (own.c.ownerid != entries.c.principalid))
        )

    found = work.connection.execute(work.database.cached_statement(("inherited", table), build), {"ids": bind_ids(ids)})
    wanted: dict[tuple[str, str], tuple[str, int]] = {}
    for row, principal, kind, mask in found:
        wanted[row, principal] = (kind, wanted.get((row, principal), ("", 0))[1] | mask)
    return wanted


def _passed_on(work: Work, table: str) -> sa.CompoundSelect[Any]:
    """The rights that a row of a table passes on, as entries of the inheritance table without their object."""

    def build() -> sa.CompoundSelect[Any]:
        entries, shares, rows = (
            work.database.private_tables[INHERITANCE.name],
            work.database.tables[SHARING.logical_name],
            work.database.tables[table],
        )
        row = sa.bindparam("row", type_=sa.Text)
        passed = (entries.c.sourceid, entries.c.by_ownership, entries.c.principalid, entries.c.principaltypecode)
        granted = (shares.c.objectid, sa.false(), shares.c.principalid, shares.c.principaltypecode)
        key = rows.c[work.database.described[table].primary_id]
        owned = (key, sa.true(), rows.c.ownerid, rows.c["ownerid" + TYPE_SUFFIX], sa.literal(OWNER_RIGHTS))
        return sa.union_all(
            sa.select(*passed, entries.c.mask).where(entries.c.objectid == row),
            sa.select(*granted, shares.c.accessrightsmask).where(
                (shares.c.objectid == row) & (shares.c.accessrightsmask != 0)
            ),
            sa.select(*owned).where(key == row),
        )

    return work.database.cached_statement(("passed on", table), build)


def _adding(work: Work) -> Insert:
    """The statement that adds entries to the inheritance table, or rights to those that are there."""
    entries = work.database.private_tables[INHERITANCE.name]
    statement = insert(entries)
    both = entries.c.mask.op("|")(statement.excluded.mask)
    return statement.on_conflict_do_update(index_elements=list(entries.primary_key), set_={"mask": both})


def _objects(work: Work, condition: sa.ColumnElement[bool], given: Mapping[str, str]) -> dict[str, set[str]]:
    """The rows that inherit what the condition says."""
    entries = work.database.private_tables[INHERITANCE.name]
    return _by_table(work.connection.execute(_heirs(entries, condition), given))


def _heirs(entries: sa.Table, condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(entries.c.objecttypecode, entries.c.objectid).where(condition)


def _by_table(found: Iterable[Any]) -> dict[str, set[str]]:
    rows: dict[str, set[str]] = defaultdict(set)
    for table, row in found:
        rows[table].add(row)
    return dict(rows)


def _ids(rows: Rows) -> list[str]:
    return [row for ids in rows.values() for row in ids]


def _share(work: Work, row: str, table: str, principal: str, kind: str) -> dict[str, Any]:
    return {
        "principalobjectaccessid": str(uuid4()),
        "objectid": row,
        "objecttypecode": table,
        "principalid": principal,
        "principaltypecode": kind,
        "changedon": work.moment,
    }


def _drop_empty(work: Work, rows: Iterable[str]) -> None:
    shares = work.database.tables[SHARING.logical_name]
    empty = (shares.c.accessrightsmask == 0) & (shares.c.inheritedaccessrightsmask == 0)
    work.connection.execute(shares.delete().where(in_ids(shares.c.objectid) & empty), {"ids": bind_ids(rows)})
