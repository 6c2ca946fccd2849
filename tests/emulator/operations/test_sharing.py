"""Sharing: masks, the three actions, the three functions, and what inherited rights add up to."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataverse_tck.emulator.operations import sharing
from dataverse_tck.emulator.operations.sharing import HANDLERS, mask_of, names_of, rights
from dataverse_tck.emulator.organisation.security_tables import SHARING
from dataverse_tck.emulator.protocol.errors import ODataError
from dataverse_tck.emulator.store.database import Database
from dataverse_tck.emulator.store.work import Reference
from tests.support.world import CONVERSATION, TEAM, TIMEGROUP, USER, World

if TYPE_CHECKING:
    from collections.abc import Mapping


ADA, GRACE, ALAN, EDSGER = (USER[name] for name in ("ada", "grace", "alan", "edsger"))
SUPPORT = TEAM["support"]
ROOT = "http://127.0.0.1/api/data/v9.2"
BITS = {
    "ReadAccess": 1,
    "WriteAccess": 2,
    "AppendAccess": 4,
    "AppendToAccess": 16,
    "CreateAccess": 32,
    "DeleteAccess": 65536,
    "ShareAccess": 262144,
    "AssignAccess": 524288,
}
OWNER_RIGHTS = sum(BITS.values()) - BITS["CreateAccess"]
NOBODY = "00000000-0000-0000-0000-000000000001"


def test_masks_are_written_in_the_order_of_their_bits() -> None:
    """The names as they stand in the documented answers."""
    assert names_of(262167) == "ReadAccess, WriteAccess, AppendAccess, AppendToAccess, ShareAccess"
    assert names_of(sum(BITS.values())) == ", ".join(BITS)
    assert names_of(0) == "None"
    assert mask_of("WriteAccess,ReadAccess") == 3
    assert mask_of("None") == 0


@given(st.sets(st.sampled_from(sorted(BITS))))
def test_masks_come_back(names: set[str]) -> None:
    """Each set of rights is read as the sum of its bits, and written as what it was read from."""
    mask = mask_of(", ".join(names) or "None")
    assert mask == sum(BITS[name] for name in names)
    assert mask_of(names_of(mask)) == mask


def entity(row: Reference, key: str = "") -> dict[str, str]:
    """A row as the parameter of an action."""
    keys = {CONVERSATION: "activityid", "systemuser": "systemuserid", "team": "teamid"}
    return {key or keys[row.table]: row.id, "@odata.type": f"Microsoft.Dynamics.CRM.{row.table}"}


def access(principal: Reference, mask: str, key: str = "") -> dict[str, Any]:
    """The parameter PrincipalAccess."""
    return {"AccessMask": mask, "Principal": entity(principal, key)}


def call(world: World, name: str, bound: Reference | None = None, **parameters: Any) -> Mapping[str, Any] | None:
    """Invoke a handler with its parameters."""
    return HANDLERS[name](world.work, bound, parameters)


def call_as(user: Reference, world: World, name: str, **parameters: Any) -> Mapping[str, Any] | None:
    """Invoke a handler on behalf of a user."""
    return HANDLERS[name](replace(world.work, caller=user.id), None, parameters)


def test_grant_modify_revoke(world: World) -> None:
    """Granting adds rights, modifying replaces them, revoking takes them all; none of the three answers anything."""
    row = world.add(CONVERSATION, ADA)
    assert call(world, "GrantAccess", Target=entity(row), PrincipalAccess=access(GRACE, "ReadAccess")) is None
    assert call(world, "GrantAccess", Target=entity(row), PrincipalAccess=access(GRACE, "WriteAccess")) is None
    assert world.masks(row, GRACE) == (3, 0)
    assert call(world, "ModifyAccess", Target=entity(row), PrincipalAccess=access(GRACE, "AppendAccess")) is None
    assert world.masks(row, GRACE) == (4, 0)
    assert call(world, "RevokeAccess", Target=entity(row), Revokee=entity(GRACE)) is None
    assert call(world, "RevokeAccess", Target=entity(row), Revokee=entity(GRACE)) is None
    assert world.everything()["principalobjectaccess"] == []


def test_modify_cascades_both_ways(world: World) -> None:
    """Rights that are new go down as by Share, rights that are gone go as by Unshare."""
    parent = world.add(TIMEGROUP, ADA)
    row = world.add(CONVERSATION, ADA, regardingobjectid=parent)
    sharing.grant(world.work, parent, GRACE, 1 | 2)
    sharing.modify(world.work, parent, GRACE, 2 | 4)
    assert (world.masks(parent, GRACE), world.masks(row, GRACE)) == ((6, 0), (0, 6))


def test_spellings_of_rows(world: World) -> None:
    """A principal by its own key or by ``ownerid``, the target by type and key or by its URL."""
    row = world.add(CONVERSATION, ADA)
    call(world, "GrantAccess", Target=entity(row), PrincipalAccess=access(GRACE, "ReadAccess", "ownerid"))
    call(world, "GrantAccess", Target=entity(row), PrincipalAccess=access(SUPPORT, "ReadAccess", "ownerid"))
    for url in (f"msdyn_ocliveworkitems({row.id})", f"{ROOT}/msdyn_ocliveworkitems({row.id.upper()})"):
        found = call(world, "RetrieveSharedPrincipalsAndAccess", Target={"@odata.id": url})
        assert sorted(found["PrincipalAccesses"], key=str) == sorted(
            (
                {
                    "AccessMask": "ReadAccess",
                    "Principal": {"@odata.type": f"#Microsoft.Dynamics.CRM.{principal.table}", "ownerid": principal.id},
                }
                for principal in (GRACE, SUPPORT)
            ),
            key=str,
        )


@pytest.mark.parametrize(
    ("target", "shared", "status", "code"),
    [
        (None, access(GRACE, "ReadAccess"), 400, "0x80060888"),
        ({"activityid": NOBODY}, access(GRACE, "ReadAccess"), 400, "0x80060888"),
        ({"activityid": 7, "@odata.type": f"Microsoft.Dynamics.CRM.{CONVERSATION}"}, {}, 400, "0x80060888"),
        ({"@odata.id": 7}, {}, 400, "0x80048d19"),
        (entity(Reference(CONVERSATION, NOBODY)), access(GRACE, "ReadAccess"), 404, "0x80040217"),
        (entity(GRACE), access(GRACE, "ReadAccess"), 405, "0x80040800"),
        ("row", None, 400, "0x80048d19"),
        ("row", {"Principal": entity(GRACE)}, 400, "0x80048d19"),
        ("row", access(GRACE, "EveryAccess"), 400, "0x80048d19"),
        ("row", {"AccessMask": ["ReadAccess"], "Principal": entity(GRACE)}, 400, "0x80048d19"),
        ("row", {"AccessMask": "ReadAccess"}, 400, "0x80060888"),
        ("row", access(Reference("systemuser", NOBODY), "ReadAccess"), 404, "0x80040217"),
        ("row", access(Reference(CONVERSATION, NOBODY), "ReadAccess"), 400, "0x80048d19"),
    ],
    ids=range(13),
)
def test_what_cannot_be_shared(world: World, target: Any, shared: Any, status: int, code: str) -> None:
    """Rows and principals that are none, rights that are none, tables without owners."""
    target = entity(world.add(CONVERSATION, ADA)) if target == "row" else target
    before = world.everything()
    for message in ("GrantAccess", "ModifyAccess"):
        with pytest.raises(ODataError) as refused:
            call(world, message, Target=target, PrincipalAccess=shared)
        assert (refused.value.status, refused.value.code) == (status, code)
    assert world.everything() == before


def test_nobody_shares_more_than_he_has(world: World) -> None:
    """A user shares his own rows, and others' so far as he may; more is refused with 403."""
    row = world.add(CONVERSATION, ADA)
    read = {"Target": entity(row), "PrincipalAccess": access(ALAN, "ReadAccess")}
    with pytest.raises(ODataError, match="does not have ReadAccess, ShareAccess right") as refused:
        call_as(GRACE, world, "GrantAccess", **read)
    assert (refused.value.status, refused.value.code) == (403, "0x80048306")
    sharing.grant(world.work, row, GRACE, BITS["ReadAccess"] | BITS["ShareAccess"])
    call_as(GRACE, world, "GrantAccess", **read)
    assert world.masks(row, ALAN) == (1, 0)
    with pytest.raises(ODataError, match="does not have WriteAccess right"):
        call_as(GRACE, world, "GrantAccess", Target=entity(row), PrincipalAccess=access(ALAN, "WriteAccess"))
    with pytest.raises(ODataError, match="does not have ShareAccess right"):
        call_as(EDSGER, world, "RevokeAccess", Target=entity(row), Revokee=entity(ALAN))
    own = world.add(CONVERSATION, GRACE)
    call_as(GRACE, world, "GrantAccess", Target=entity(own), PrincipalAccess=access(ALAN, "AssignAccess"))
    assert world.masks(own, ALAN) == (BITS["AssignAccess"], 0)


def test_principal_access(world: World) -> None:
    """What a principal has on a row: all as administrator or owner, else what it or its teams were given."""
    parent = world.add(TIMEGROUP, ADA)
    row = world.add(CONVERSATION, GRACE, regardingobjectid=parent)
    _join(world, ALAN)

    def told(principal: Reference) -> str:
        return call(world, "RetrievePrincipalAccess", principal, Target=entity(row))["AccessRights"]

    assert told(USER["caller"]) == told(GRACE) == ", ".join(BITS)
    assert told(ADA) == ", ".join(name for name in BITS if name != "CreateAccess")
    assert told(ALAN) == told(EDSGER) == told(SUPPORT) == "None"
    sharing.grant(world.work, row, SUPPORT, 1)
    sharing.grant(world.work, parent, ALAN, 2)
    assert (told(SUPPORT), told(ALAN), told(EDSGER)) == ("ReadAccess", "ReadAccess, WriteAccess", "None")
    world.assign(row, SUPPORT)
    assert told(ALAN) == ", ".join(BITS)
    with pytest.raises(ODataError, match="Does Not Exist"):
        told(Reference("systemuser", NOBODY))
    assert rights(world.work, Reference("organization", NOBODY), row) == 0


def _join(world: World, user: Reference, team: Reference = SUPPORT) -> None:
    members = world.database.intersects["teammembership_association"]
    world.connection.execute(members.insert().values(systemuserid=user.id, teamid=team.id))


def test_inherited_rights_alone_are_no_shares(world: World) -> None:
    """RetrieveSharedPrincipalsAndAccess tells of direct shares; the sharing table has the rest."""
    parent = world.add(TIMEGROUP, ADA)
    row = world.add(CONVERSATION, ADA, regardingobjectid=parent)
    sharing.grant(world.work, parent, GRACE, 1)
    assert call(world, "RetrieveSharedPrincipalsAndAccess", Target=entity(row)) == {"PrincipalAccesses": []}
    shares = world.database.tables[SHARING.logical_name]
    found = world.connection.execute(sa.select(shares).where(shares.c.objectid == row.id)).mappings().one()
    assert (found["objecttypecode"], found["principaltypecode"]) == (CONVERSATION, "systemuser")
    assert (found["principalid"], found["inheritedaccessrightsmask"], found["changedon"]) == (
        GRACE.id,
        1,
        world.work.moment,
    )


def test_access_origin(world: World) -> None:
    """Each reason in the service's words, the nearest first."""
    parent = world.add(TIMEGROUP, ADA)
    row = world.add(CONVERSATION, GRACE, regardingobjectid=parent)
    _join(world, ALAN)

    def origin(principal: Reference, of: Reference = row) -> str:
        parameters = {"ObjectId": of.id, "LogicalName": of.table, "PrincipalId": principal.id}
        return call(world, "RetrieveAccessOrigin", **parameters)["Response"]

    team = f"PrincipalId is member of team ({SUPPORT.id}) who"
    assert origin(GRACE) == f"PrincipalId is object owner ({row.id})"
    assert origin(ADA) == f"PrincipalId is owner of a parent entity of object ({row.id})"
    assert origin(ALAN).startswith("Access origin could not be found. Access does not come from POA table")
    sharing.grant(world.work, parent, SUPPORT, 1)
    assert origin(SUPPORT) == f"PrincipalId has poa access to object's root entity ({row.id})"
    assert origin(ALAN) == f"{team} has poa access to object's root entity ({row.id})"
    sharing.grant(world.work, row, SUPPORT, 1)
    assert origin(SUPPORT) == f"PrincipalId has direct poa access to object ({row.id})"
    assert origin(ALAN) == f"{team} has poa access to object ({row.id})"
    world.assign(parent, SUPPORT)
    assert origin(ALAN) == f"{team} is object owner ({row.id})"
    world.assign(row, GRACE)
    sharing.revoke(world.work, row, SUPPORT)
    assert origin(ALAN) == f"{team} is owner of a parent entity of object ({row.id})"
    assert origin(ADA, Reference(CONVERSATION, NOBODY)).endswith(f"With Id = {NOBODY} Does Not Exist")
    assert origin(ADA, Reference("nosuchtable", NOBODY)).startswith("Could not find an entity with name nosuchtable")


USERS = st.sampled_from([ADA, GRACE, ALAN, SUPPORT])
ROW = st.integers(0, 5)
STEPS = st.one_of(
    st.tuples(st.just("bind"), ROW, ROW),
    st.tuples(st.just("unbind"), ROW),
    st.tuples(st.just("assign"), ROW, USERS),
    st.tuples(st.just("modify"), ROW, USERS, st.integers(0, 7)),
    st.tuples(st.just("grant"), ROW, USERS, st.integers(0, 7)),
    st.tuples(st.just("revoke"), ROW, USERS),
)


class History:
    """Contacts below contacts, and what their rights should come to by the definition of inheritance."""

    def __init__(self, world: World, owners: list[Reference]) -> None:
        self.world = world
        self.rows = [world.add("contact", owner) for owner in owners]
        self.above: dict[int, int] = {}
        self.granted: dict[tuple[int, Reference], int] = {}

    def bind(self, row: int, parent: int) -> None:
        if parent < row:  # so that no loop comes up
            self.above[row] = parent
            self.world.bind(self.rows[row], "parentcustomerid", self.rows[parent])

    def unbind(self, row: int) -> None:
        self.above.pop(row, None)
        self.world.bind(self.rows[row], "parentcustomerid", None)

    def assign(self, row: int, owner: Reference) -> None:
        self.world.assign(self.rows[row], owner)

    def modify(self, row: int, principal: Reference, mask: int) -> None:
        self.granted[row, principal] = mask
        sharing.modify(self.world.work, self.rows[row], principal, mask)

    def grant(self, row: int, principal: Reference, mask: int) -> None:
        self.granted[row, principal] = self.granted.get((row, principal), 0) | mask
        sharing.grant(self.world.work, self.rows[row], principal, mask)

    def revoke(self, row: int, principal: Reference) -> None:
        self.granted.pop((row, principal), None)
        sharing.revoke(self.world.work, self.rows[row], principal)

    def expected(self, row: int, principal: Reference) -> tuple[int, int]:
        """Direct and inherited rights."""
        owner, inherited, place = self.world.owner(self.rows[row]), 0, row
        while place in self.above:
            place = self.above[place]
            inherited |= self.granted.get((place, principal), 0)
            if self.world.owner(self.rows[place]) == principal != owner:
                inherited |= OWNER_RIGHTS
        return self.granted.get((row, principal), 0), inherited


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(USERS, min_size=6, max_size=6), st.lists(ROW, min_size=6, max_size=6), st.lists(STEPS, max_size=25))
def test_inherited_rights_are_those_of_the_rows_above(
    database: Database, owners: list[Reference], parents: list[int], steps: list[tuple[Any, ...]]
) -> None:
    """After any history, a row inherits what its ancestors were shared with, and full rights for their owners."""
    with closing(World(database)) as world:
        history = History(world, owners)
        for row, parent in enumerate(parents):
            history.bind(row, parent)
        for step, *arguments in steps:
            getattr(history, step)(*arguments)
        for index, row in enumerate(history.rows):
            for principal in (ADA, GRACE, ALAN, SUPPORT):
                assert world.masks(row, principal) == history.expected(index, principal)
        shares = database.tables[SHARING.logical_name]
        empty = (shares.c.accessrightsmask == 0) & (shares.c.inheritedaccessrightsmask == 0)
        assert world.connection.execute(sa.select(shares).where(empty)).all() == []
