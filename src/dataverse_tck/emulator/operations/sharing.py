"""GrantAccess, ModifyAccess, RevokeAccess, and the three functions that tell who may do what with a row, and why."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import sqlalchemy as sa

from dataverse_tck.emulator.operations.outputs import Handlers
from dataverse_tck.emulator.organisation.security_tables import ACCESS_RIGHTS, INHERITANCE, SHARING
from dataverse_tck.emulator.ownership import inheritance
from dataverse_tck.emulator.ownership.access import PRINCIPALS, owner_of, rights, teams_of
from dataverse_tck.emulator.ownership.cascade_reach import Action, reach
from dataverse_tck.emulator.protocol import errors
from dataverse_tck.emulator.protocol.errors import ODataError
from dataverse_tck.emulator.protocol.namespace import NAMESPACE
from dataverse_tck.emulator.rows.payload import reference_of, require_row
from dataverse_tck.emulator.store.values import guid
from dataverse_tck.emulator.store.work import Reference, Work
from dataverse_tck.jsontypes import Json


def mask_of(text: Json) -> int:
    """``"ReadAccess, WriteAccess"`` as a bit mask."""
    names = [name.strip() for name in text.split(",")] if isinstance(text, str) else [text]
    mask = 0
    for name in names:
        if not isinstance(name, str) or name not in ACCESS_RIGHTS:
            raise errors.wrong_literal("PrincipalAccess", str(text), f"{NAMESPACE}.AccessRights")
        mask |= ACCESS_RIGHTS[name]
    return mask


def names_of(mask: int) -> str:
    """A bit mask as Dataverse writes it: the names in the order of their bits, ``None`` for no right."""
    return ", ".join(name for name, bit in ACCESS_RIGHTS.items() if mask & bit) or "None"


def grant(work: Work, target: Reference, principal: Reference, mask: int) -> None:
    """Add rights on a row and, as inherited ones, on the rows that Share cascades to."""
    starts = work.behaviour.starts(work, Action.SHARE, target)
    granted = ((Reference(table, row), principal) for table, ids in starts.items() for row in ids)
    inheritance.set_direct(work, granted, mask, add=True)
    work.later(Action.SHARE, target.id, partial(_hand_down, target=target, principal=principal, mask=mask))


def modify(work: Work, target: Reference, principal: Reference, mask: int) -> None:
    """Replace the rights on a row: those that are new cascade as Share, those that are gone as Unshare."""
    before = inheritance.direct_rights(work, target.id).get(principal, 0)
    inheritance.set_direct(work, [(target, principal)], mask)
    given, taken = mask & ~before, before & ~mask
    work.later(Action.SHARE, target.id, partial(_hand_down, target=target, principal=principal, mask=given))
    work.later(Action.UNSHARE, target.id, partial(_take_back, target=target, principal=principal, mask=taken))


def revoke(work: Work, target: Reference, principal: Reference) -> None:
    """Take all rights granted on a row, and what the rows inherited of them that Unshare cascades to."""
    modify(work, target, principal, 0)
    work.behaviour.after_revoke(work, target, principal)


def read_reference(work: Work, value: Json, parameter: str) -> Reference:
    """The row that a parameter names: by type and key, or by ``@odata.id``; for principals ``ownerid`` is a key too."""
    if isinstance(value, Reference):
        return value
    if not isinstance(value, Mapping):
        raise errors.no_entity_key()
    if "@odata.id" in value:
        return reference_of(work, value["@odata.id"], parameter)
    kind = str(value.get("@odata.type")).lstrip("#").removeprefix(f"{NAMESPACE}.")
    table = work.database.described.get(kind)
    if table is None:
        raise errors.no_entity_key()
    key = value.get(table.primary_id, value.get("ownerid") if kind in PRINCIPALS else None)
    identifier = guid(key) if isinstance(key, str) else None
    if identifier is None:
        raise errors.no_entity_key()
    return Reference(kind, identifier)


def _grant_access(work: Work, _: Reference | None, parameters: Mapping[str, Json]) -> None:
    target, principal, mask = _shared(work, parameters, "GrantAccess")
    grant(work, target, principal, mask)


def _modify_access(work: Work, _: Reference | None, parameters: Mapping[str, Json]) -> None:
    target, principal, mask = _shared(work, parameters, "ModifyAccess")
    modify(work, target, principal, mask)


def _revoke_access(work: Work, _: Reference | None, parameters: Mapping[str, Json]) -> None:
    target = _target(work, parameters, "RevokeAccess")
    principal = _principal(work, parameters.get("Revokee"), "Revokee")
    _require(work, target, ACCESS_RIGHTS["ShareAccess"])
    revoke(work, target, principal)


def _shared_principals(work: Work, _: Reference | None, parameters: Mapping[str, Json]) -> Mapping[str, Json]:
    """Only shares of the row itself: rights that it inherits alone are to be read in the sharing table."""
    target = _target(work, parameters, "RetrieveSharedPrincipalsAndAccess")
    granted = inheritance.direct_rights(work, target.id)
    return {
        "PrincipalAccesses": [
            {
                "AccessMask": names_of(mask),
                "Principal": {"@odata.type": f"#{NAMESPACE}.{principal.table}", "ownerid": principal.id},
            }
            for principal, mask in granted.items()
        ]
    }


def _principal_access(work: Work, bound: Reference | None, parameters: Mapping[str, Json]) -> Mapping[str, Json]:
    target = _target(work, parameters, "RetrievePrincipalAccess")
    if bound is None:
        raise errors.no_entity_key()
    require_row(work, bound)
    return {"AccessRights": names_of(rights(work, bound, target))}


def _access_origin(work: Work, _: Reference | None, parameters: Mapping[str, Json]) -> Mapping[str, Json]:
    """Why somebody has access, in the service's own words; what is not there is told in words as well."""
    row, table, principal = (str(parameters.get(name)) for name in ("ObjectId", "LogicalName", "PrincipalId"))
    target = Reference(table, row.lower())
    try:
        if table not in work.database.described:
            raise errors.unknown_table(table)
        require_row(work, target)
    except ODataError as error:
        return {"Response": error.message}
    return {"Response": _origin(work, target, principal.lower())}


HANDLERS: Handlers = {
    "GrantAccess": _grant_access,
    "ModifyAccess": _modify_access,
    "RevokeAccess": _revoke_access,
    "RetrieveSharedPrincipalsAndAccess": _shared_principals,
    "RetrievePrincipalAccess": _principal_access,
    "RetrieveAccessOrigin": _access_origin,
}


def _hand_down(work: Work, target: Reference, principal: Reference, mask: int) -> None:
    if not mask:
        return
    below = reach(work, Action.SHARE, {target.table: {target.id}})
    right = {"sourceid": target.id, "by_ownership": False, "mask": mask}
    right |= {"principalid": principal.id, "principaltypecode": principal.table}
    inheritance.inherit(work, work.behaviour.heirs(work, target.table, below, right))


def _take_back(work: Work, target: Reference, principal: Reference, mask: int) -> None:
    if mask:
        below = reach(work, Action.UNSHARE, {target.table: {target.id}})
        inheritance.take(work, below, {target.id}, by_ownership=False, principal=principal.id, mask=mask)


def _origin(work: Work, target: Reference, principal: str) -> str:
    """The first reason that holds: ownership, a share, the owner of a parent, a share of a parent; teams after self."""
    teams = teams_of(work, Reference("systemuser", principal))
    owner = owner_of(work, target)
    shares, entries = work.database.tables[SHARING.logical_name], work.database.private_tables[INHERITANCE.name]
    direct = sa.select(shares.c.principalid).where((shares.c.objectid == target.id) & (shares.c.accessrightsmask != 0))
    inherited = sa.select(entries.c.principalid).where(entries.c.objectid == target.id)
    reasons = (
        ({owner.id} if owner else set(), "object owner", "is {} ({})"),
        (set(work.connection.scalars(direct)), "object", "has direct poa access to {} ({})"),
        (
            set(work.connection.scalars(inherited.where(entries.c.by_ownership))),
            "owner of a parent entity of object",
            "is {} ({})",
        ),
        (
            set(work.connection.scalars(inherited.where(sa.not_(entries.c.by_ownership)))),
            "object's root entity",
            "has poa access to {} ({})",
        ),
    )
    for holders, what, wording in reasons:
        said = wording.format(what, target.id)
        if principal in holders:
            return f"PrincipalId {said}"
        for team in sorted(teams & holders):
            return f"PrincipalId is member of team ({team}) who {said.replace('direct ', '')}"
    return "Access origin could not be found. Access does not come from POA table or object ownership."


def _shared(work: Work, parameters: Mapping[str, Json], message: str) -> tuple[Reference, Reference, int]:
    """Target, principal and mask of a request to share; the caller cannot share more than it has."""
    target = _target(work, parameters, message)
    access = parameters.get("PrincipalAccess")
    if not isinstance(access, Mapping):
        raise errors.wrong_literal(message, str(access), f"{NAMESPACE}.PrincipalAccess")
    mask = mask_of(access.get("AccessMask"))
    principal = _principal(work, access.get("Principal"), "PrincipalAccess")
    _require(work, target, mask | ACCESS_RIGHTS["ShareAccess"])
    return target, principal, mask


def _target(work: Work, parameters: Mapping[str, Json], message: str) -> Reference:
    target = read_reference(work, parameters.get("Target"), "Target")
    if work.database.described[target.table].ownership != "UserOwned":
        raise errors.unsupported_message(message, target.table)
    require_row(work, target)
    return target


def _principal(work: Work, value: Json, parameter: str) -> Reference:
    principal = read_reference(work, value, parameter)
    if principal.table not in PRINCIPALS:
        raise errors.wrong_literal(parameter, principal.table, f"{NAMESPACE}.principal")
    require_row(work, principal)
    return principal


def _require(work: Work, target: Reference, mask: int) -> None:
    missing = mask & ~rights(work, Reference("systemuser", work.caller), target)
    if missing:
        raise errors.missing_right(work.caller, names_of(missing), target.table, target.id)
