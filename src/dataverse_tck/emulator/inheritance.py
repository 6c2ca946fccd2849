"""The sharing table: rights granted on a row itself, and rights that rows inherit from the rows above them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from dataverse_tck.emulator.database import Reference, Work
from dataverse_tck.emulator.reach import Rows, within

OWNER_RIGHTS = 851991  # Read, Write, Append, AppendTo, Delete, Share, Assign: all but Create
_KEYS = ("objectid", "sourceid", "by_ownership", "principalid")


def direct_rights(work: Work, row: str) -> dict[Reference, int]:
    """The rights granted on the row itself, by principal."""
    shares = work.database.shares
    found = work.connection.execute(
        sa.select(shares.c.principaltypecode, shares.c.principalid, shares.c.accessrightsmask).where(
            (shares.c.objectid == row) & (shares.c.accessrightsmask != 0)
        )
    )
    return {Reference(kind, principal): mask for kind, principal, mask in found}


def set_direct(work: Work, rows: Iterable[tuple[Reference, Reference]], mask: int, *, add: bool = False) -> None:
    """Set, or add to, the rights that principals have directly on rows, given as (row, principal)."""
    shares = work.database.shares
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


def inherit(work: Work, rows: Rows, source: Reference, principal: Reference, mask: int) -> None:
    """Let rows inherit rights that ``principal`` was granted on ``source``, beside those they have already."""
    right = {"sourceid": source.id, "by_ownership": False, "mask": mask}
    add_rights(work, rows, [right | {"principalid": principal.id, "principaltypecode": principal.table}])


def add_rights(work: Work, rows: Rows, rights: Iterable[Mapping[str, Any]]) -> None:
    """Let rows inherit ``rights``, entries of the inheritance table without an object. None inherits from itself."""
    entries = work.database.inheritances
    values = [
        {**right, "objectid": row, "objecttypecode": table}
        for right in rights
        for table, ids in rows.items()
        for row in ids
        if row != right["sourceid"]
    ]
    if values:
        statement = insert(entries)
        both = entries.c.mask.op("|")(statement.excluded.mask)
        statement = statement.on_conflict_do_update(index_elements=list(_KEYS), set_={"mask": both})
        work.connection.execute(statement, values)
        summarise(work, rows)


def rights_below(work: Work, row: str, *, by_ownership: bool) -> list[dict[str, Any]]:
    """What the row inherits, as entries that it can pass on."""
    entries = work.database.inheritances
    passed = (entries.c.sourceid, entries.c.by_ownership, entries.c.principalid, entries.c.principaltypecode)
    condition = (entries.c.objectid == row) & (entries.c.by_ownership == by_ownership)
    found = work.connection.execute(sa.select(*passed, entries.c.mask).where(condition))
    return [dict(entry) for entry in found.mappings()]


def sources(work: Work, rows: Iterable[str], *, by_ownership: bool) -> set[str]:
    """The rows from which ``rows`` inherit."""
    entries = work.database.inheritances
    condition = within(entries.c.objectid, rows) & (entries.c.by_ownership == by_ownership)
    return set(work.connection.scalars(sa.select(entries.c.sourceid).where(condition).distinct()))


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
    entries = work.database.inheritances
    objects = [row for ids in rows.values() for row in ids]
    condition = within(entries.c.objectid, objects) & within(entries.c.sourceid, from_sources)
    condition &= entries.c.by_ownership == by_ownership
    if principal is not None:
        condition &= entries.c.principalid == principal
    if mask is not None:
        left = entries.c.mask.op("&")(~mask)
        work.connection.execute(entries.update().where(condition).values(mask=left))
        condition &= entries.c.mask == 0
    work.connection.execute(entries.delete().where(condition))
    summarise(work, rows)


def follow_owner(work: Work, rows: Rows, owner: Reference) -> None:
    """After rows went to another owner: what was inherited from the old owner's position is now the new one's."""
    entries = work.database.inheritances
    condition = within(entries.c.sourceid, [row for ids in rows.values() for row in ids])
    condition &= entries.c.by_ownership
    touched: dict[str, set[str]] = defaultdict(set, {table: set(ids) for table, ids in rows.items()})
    heirs = sa.select(entries.c.objecttypecode, entries.c.objectid).where(condition)
    for table, row in work.connection.execute(heirs):
        touched[table].add(row)
    following = entries.update().where(condition).values(principalid=owner.id, principaltypecode=owner.table)
    work.connection.execute(following)
    summarise(work, touched)


def forget(work: Work, rows: Iterable[str]) -> None:
    """Drop all rights on rows that are gone, what others inherited from them, and what they held as principals."""
    entries, shares = work.database.inheritances, work.database.shares
    gone = list(rows)
    work.connection.execute(entries.delete().where(within(entries.c.objectid, gone)))
    work.connection.execute(shares.delete().where(within(shares.c.objectid, gone)))
    work.connection.execute(shares.delete().where(within(shares.c.principalid, gone)))
    condition = within(entries.c.sourceid, gone) | within(entries.c.principalid, gone)
    heirs: dict[str, set[str]] = defaultdict(set)
    for table, row in work.connection.execute(sa.select(entries.c.objecttypecode, entries.c.objectid).where(condition)):
        heirs[table].add(row)
    if heirs:
        work.connection.execute(entries.delete().where(condition))
        summarise(work, heirs)


def summarise(work: Work, rows: Rows) -> None:
    """Bring the inherited masks of rows in line with what they inherit.

    An owner needs no right by inheritance: what comes from the owner of a parent shows only with another owner.
    """
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    shares = work.database.shares
    for table, ids in rows.items():
        wanted = _inherited(work, table, ids)
        columns = (shares.c.objectid, shares.c.principalid, shares.c.inheritedaccessrightsmask)
        here = sa.select(*columns).where(within(shares.c.objectid, ids))
        present = {(row, principal): mask for row, principal, mask in work.connection.execute(here)}
        for (row, principal), (kind, mask) in wanted.items():
            if (row, principal) not in present:
                new.append(_share(work, row, table, principal, kind) | {"inheritedaccessrightsmask": mask})
        for (row, principal), mask in present.items():
            right = wanted.get((row, principal), ("", 0))[1]
            if right != mask:
                changed.append({"row": row, "principal": principal, "mask": right})
    if not (new or changed):
        return
    version = work.next_version()
    if new:
        work.connection.execute(shares.insert().values(accessrightsmask=0, versionnumber=version), new)
    if changed:
        which = (shares.c.objectid == sa.bindparam("row")) & (shares.c.principalid == sa.bindparam("principal"))
        cells = {"inheritedaccessrightsmask": sa.bindparam("mask"), "changedon": work.moment, "versionnumber": version}
        work.connection.execute(shares.update().where(which).values(cells), changed)
        _drop_empty(work, [change["row"] for change in changed])


def _inherited(work: Work, table: str, ids: Iterable[str]) -> dict[tuple[str, str], tuple[str, int]]:
    """(row, principal) -> (kind of principal, all rights that it inherits there)."""
    entries, own = work.database.inheritances, work.database.tables[table]
    key = own.c[work.database.described[table].primary_id]
    found = work.connection.execute(
        sa.select(entries.c.objectid, entries.c.principalid, entries.c.principaltypecode, entries.c.mask)
        .join(own, key == entries.c.objectid)
        .where(within(entries.c.objectid, ids))
        .where(sa.not_(entries.c.by_ownership) | (own.c.ownerid != entries.c.principalid))
    )
    wanted: dict[tuple[str, str], tuple[str, int]] = {}
    for row, principal, kind, mask in found:
        wanted[row, principal] = (kind, wanted.get((row, principal), ("", 0))[1] | mask)
    return wanted


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
    shares = work.database.shares
    empty = (shares.c.accessrightsmask == 0) & (shares.c.inheritedaccessrightsmask == 0)
    work.connection.execute(shares.delete().where(within(shares.c.objectid, rows) & empty))
