"""What callers may do with rows: their rights by role, as owners, and by shares; and the refusal of anything else."""

from __future__ import annotations

import sqlalchemy as sa

from dataverse_tck.emulator.organisation.model import Table
from dataverse_tck.emulator.organisation.security_tables import ACCESS_RIGHTS, SHARING
from dataverse_tck.emulator.organisation.seed_ids import CALLER
from dataverse_tck.emulator.protocol import errors
from dataverse_tck.emulator.store.rendering import reference_in
from dataverse_tck.emulator.store.work import Reference, Work

ALL_RIGHTS = sum(ACCESS_RIGHTS.values())
READ, WRITE, DELETE, ASSIGN = "ReadAccess", "WriteAccess", "DeleteAccess", "AssignAccess"
PRINCIPALS = ("systemuser", "team")


def rights(work: Work, principal: Reference, target: Reference) -> int:
    """What a principal may do with a row: by role, as its owner, and by shares, its own and those of its teams.

    The user that requests come from is an administrator; the role of all others covers the rows that they own.
    """
    if principal.id == CALLER:
        return ALL_RIGHTS
    owner = owner_of(work, target)
    if owner is None:
        return ACCESS_RIGHTS[READ] if principal.table in PRINCIPALS else 0
    identities = {principal.id, *teams_of(work, principal)}
    if owner.id in identities:
        return ALL_RIGHTS
    shares = work.database.tables[SHARING.logical_name]
    masks = work.connection.execute(
        sa.select(shares.c.accessrightsmask, shares.c.inheritedaccessrightsmask).where(
            (shares.c.objectid == target.id) & shares.c.principalid.in_(identities)
        )
    )
    found = 0
    for direct, inherited in masks:
        found |= direct | inherited
    return found


def require_right(work: Work, target: Reference, right: str) -> None:
    """Refuse (403, 0x80040220) a caller who does not have the right on a row that is there."""
    if not _is_limited(work) or rights(work, Reference("systemuser", work.caller), target) & ACCESS_RIGHTS[right]:
        return
    owner = owner_of(work, target)
    raise errors.access_denied(work.caller, right, target.id, owner.id if owner is not None else "none")


def readable(work: Work, table: Table, rows: sa.FromClause) -> sa.ColumnElement[bool]:
    """The condition on rows of a table, or of an abstract one, that the caller may read."""
    if not _is_limited(work) or "ownerid" not in rows.c or table.logical_name == "owner":
        return sa.true()
    identities = {work.caller, *teams_of(work, Reference("systemuser", work.caller))}
    shares = work.database.tables[SHARING.logical_name]
    granted = shares.c.accessrightsmask.op("|")(shares.c.inheritedaccessrightsmask)
    shared = sa.select(shares.c.objectid).where(
        shares.c.principalid.in_(identities), granted.op("&")(ACCESS_RIGHTS[READ]) != 0
    )
    owner = rows.c.ownerid
    return sa.or_(owner.is_(None), owner.in_(identities), rows.c[table.primary_id].in_(shared))


def owner_of(work: Work, row: Reference) -> Reference | None:
    """The owner of a row, None for one that is not there or has none."""
    cells = work.connection.execute(work.database.by_id[row.table], {"id": row.id}).mappings().first()
    return None if cells is None else reference_in(dict(cells), "ownerid")


def teams_of(work: Work, user: Reference) -> set[str]:
    """The teams that a user is a member of."""
    members = work.database.intersects["teammembership_association"]
    return set(work.connection.scalars(sa.select(members.c.teamid).where(members.c.systemuserid == user.id)))


def _is_limited(work: Work) -> bool:
    """Whether the caller is no administrator, and works with rights of its own."""
    return work.caller != CALLER and not work.elevated
