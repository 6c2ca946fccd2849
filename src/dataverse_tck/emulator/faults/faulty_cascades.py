"""Whom cascades wrongly leave out, where they wrongly go upwards, and what they wrongly leave when a link ends."""

from __future__ import annotations

import sqlalchemy as sa

from dataverse_tck.emulator.faults.row_faults import RowFaults
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.organisation.model import Relationship
from dataverse_tck.emulator.ownership import inheritance
from dataverse_tck.emulator.ownership.cascade_reach import Action, Rows, bind_ids, in_ids, union
from dataverse_tck.emulator.store.rendering import reference_in
from dataverse_tck.emulator.store.work import Reference, Work

_UPWARDS = {Action.DELETE: "deletes", Action.ASSIGN: "assigns", Action.SHARE: "shares"}


def left_behind(work: Work, faults: RowFaults, relationship: Relationship, action: Action, found: set[str]) -> set[str]:
    """Of the rows that an action has to go on to, those that it does not: as if Cascade were Active, or UserOwned."""
    rows, conditions = work.database.tables[relationship.referencing_entity], []
    if faults.relationship(relationship, f"{action}-of-closed", "active"):
        conditions.append(rows.c.statecode != 0)
    if faults.relationship(relationship, f"{action}-of-others", "user-owned"):
        parents = work.database.tables[relationship.referenced_entity]
        key = parents.c[work.database.described[relationship.referenced_entity].primary_id]
        owner = sa.select(parents.c.ownerid).where(key == rows.c[relationship.referencing_attribute]).scalar_subquery()
        # A parent that is gone belonged to who deleted it.
        conditions.append(rows.c.ownerid != sa.func.coalesce(owner, work.caller))
    if not conditions:
        return set()
    id_ = rows.c[work.database.described[relationship.referencing_entity].primary_id]
    return set(
        work.connection.scalars(sa.select(id_).where(in_ids(id_), sa.or_(*conditions)), {"ids": bind_ids(found)})
    )


def with_parents(work: Work, faults: RowFaults, action: Action, row: Reference) -> Rows:
    """The row that an action is done to, and the records that it wrongly goes up to."""
    start: Rows = {row.table: {row.id}}
    if row.table != NAME or action not in _UPWARDS:
        return start
    cells = work.connection.execute(work.database.by_id[NAME], {"id": row.id}).mappings().first()
    for relationship in work.organisation.relationships:
        if faults.relationship(relationship, "one-direction", _UPWARDS[action]):
            parent = cells and reference_in(dict(cells), relationship.referencing_attribute)
            if parent is not None and parent.table == relationship.referenced_entity:
                start = union(start, {parent.table: {parent.id}})
    return start


def end_of(new: Reference | None) -> str:
    """The aspect that is about a link which ended so."""
    return "reparent-cleared" if new is None else "reparent-moved"


def take_direct(work: Work, row: Reference) -> None:
    """Take what was granted on the row itself: no change of a link does that."""
    inheritance.set_direct(work, ((row, principal) for principal in inheritance.direct_rights(work, row.id)), 0)
