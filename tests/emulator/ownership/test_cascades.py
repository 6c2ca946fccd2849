"""Cascades: each type for each action, driven by the settings of the relationships and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from dataverse_tck.emulator.operations import sharing
from dataverse_tck.emulator.organisation.model import CascadeType
from dataverse_tck.emulator.protocol.errors import ODataError
from dataverse_tck.emulator.store.database import Database
from dataverse_tck.emulator.store.work import Reference
from tests.support.world import CONVERSATION, REGARDING, TEAM, TIMEGROUP, USER, World, seeded_database

if TYPE_CHECKING:
    from dataverse_tck.emulator.organisation.model import Organisation

ADA, GRACE, ALAN, EDSGER = (USER[name] for name in ("ada", "grace", "alan", "edsger"))
READ, READ_WRITE = 1, 3
OWNER_RIGHTS = 1 + 2 + 4 + 16 + 65536 + 262144 + 524288
# The rows below a parent of Ada's that each type takes in.
TAKES = {
    CascadeType.NO_CASCADE: set(),
    CascadeType.CASCADE: {"active", "inactive", "another's"},
    CascadeType.ACTIVE: {"active", "another's"},
    CascadeType.USER_OWNED: {"active", "inactive"},
    CascadeType.REMOVE_LINK: set(),
    CascadeType.RESTRICT: set(),
}
each_type = pytest.mark.parametrize("cascade", CascadeType)


def family(world: World) -> tuple[Reference, dict[str, Reference]]:
    """A parent of Ada's with three conversations about it, and one that is about nothing."""
    parent = world.add(TIMEGROUP, ADA)
    children = {
        "active": world.add(CONVERSATION, ADA, regardingobjectid=parent),
        "inactive": world.add(CONVERSATION, ADA, state=1, regardingobjectid=parent),
        "another's": world.add(CONVERSATION, GRACE, regardingobjectid=parent),
        "unrelated": world.add(CONVERSATION, ADA),
    }
    return parent, children


@each_type
def test_assign(world: World, cascade: CascadeType) -> None:
    """Assigning a parent assigns the rows below it that the setting takes in, business unit and all."""
    world.setting(REGARDING, assign=cascade)
    parent, children = family(world)
    before = {name: world.cells(row) for name, row in children.items()}
    world.assign(parent, ALAN)
    assert world.owner(parent) == ALAN
    for name, row in children.items():
        if name in TAKES[cascade]:
            assert (world.owner(row), world.lookup(row, "owninguser")) == (ALAN, ALAN)
            assert world.cells(row)["versionnumber"] > before[name]["versionnumber"]
            assert world.cells(row)["modifiedby"] == USER["caller"].id
        else:
            assert world.cells(row) == before[name]


@each_type
def test_delete(world: World, cascade: CascadeType) -> None:
    """Deleting a parent deletes the rows below it, empties their lookups, is refused, or leaves them as they are."""
    world.setting(REGARDING, delete=cascade)
    parent, children = family(world)
    before = world.everything()
    below = [children[name] for name in ("active", "inactive", "another's")]
    rows = {row: world.cells(row) for row in below}
    if cascade is CascadeType.RESTRICT:
        with pytest.raises(ODataError) as refused:
            world.delete(parent)
        assert (refused.value.status, refused.value.code) == (405, "0x80040227")
        assert world.everything() == before
        return
    world.delete(parent)
    assert world.cells(parent) is None
    assert world.cells(children["unrelated"]) is not None
    for row in below:
        if cascade is CascadeType.CASCADE:
            assert world.cells(row) is None
        elif cascade is CascadeType.REMOVE_LINK:
            assert world.lookup(row, "regardingobjectid") is None
            assert world.cells(row)["versionnumber"] > rows[row]["versionnumber"]
        else:
            assert world.cells(row) == rows[row]


@each_type
def test_share(world: World, cascade: CascadeType) -> None:
    """Sharing a parent gives the same rights, as inherited ones, on the rows that the setting takes in."""
    world.setting(REGARDING, share=cascade)
    parent, children = family(world)
    sharing.grant(world.work, parent, EDSGER, READ_WRITE)
    assert world.masks(parent, EDSGER) == (READ_WRITE, 0)
    for name, row in children.items():
        assert world.masks(row, EDSGER) == ((0, READ_WRITE) if name in TAKES[cascade] else (0, 0)), name


@each_type
def test_unshare(world: World, cascade: CascadeType) -> None:
    """Revoking takes inherited rights from the rows that the setting takes in; a share of their own stays."""
    world.setting(REGARDING, unshare=cascade)
    parent, children = family(world)
    sharing.grant(world.work, parent, EDSGER, READ_WRITE)
    sharing.grant(world.work, parent, GRACE, READ_WRITE)
    sharing.grant(world.work, children["active"], EDSGER, READ)
    sharing.revoke(world.work, parent, EDSGER)
    assert world.masks(parent, EDSGER) == (0, 0)
    for name in ("active", "inactive", "another's"):
        own = READ if name == "active" else 0
        assert world.masks(children[name], EDSGER) == (own, 0 if name in TAKES[cascade] else READ_WRITE), name
        assert world.masks(children[name], GRACE)[1] & READ_WRITE == READ_WRITE
    assert world.masks(children["unrelated"], EDSGER) == (0, 0)


@each_type
def test_reparent(world: World, cascade: CascadeType) -> None:
    """A row that comes under a parent gives the parent's owner inherited rights, if the setting takes it in.

    Who owns the row itself needs none: UserOwned shows when such a row goes to somebody else.
    """
    world.setting(REGARDING, reparent=cascade)
    parent = world.add(TIMEGROUP, ADA)
    children = {
        "active": world.add(CONVERSATION, ADA),
        "inactive": world.add(CONVERSATION, ADA, state=1),
        "another's": world.add(CONVERSATION, GRACE),
    }
    for row in children.values():
        world.bind(row, "regardingobjectid", parent)
    for name in ("active", "inactive"):
        assert world.masks(children[name], ADA) == (0, 0)
        world.assign(children[name], ALAN)
    for name, row in children.items():
        assert world.masks(row, ADA) == ((0, OWNER_RIGHTS) if name in TAKES[cascade] else (0, 0)), name


@each_type
def test_leaving_a_parent(world: World, cascade: CascadeType) -> None:
    """A row that leaves its parent loses what the parent's owner had, if the setting takes it in."""
    parent = world.add(TIMEGROUP, ADA)
    children = {
        "active": world.add(CONVERSATION, GRACE, regardingobjectid=parent),
        "inactive": world.add(CONVERSATION, GRACE, state=1, regardingobjectid=parent),
    }
    assert {world.masks(row, ADA) for row in children.values()} == {(0, OWNER_RIGHTS)}
    world.setting(REGARDING, reparent=cascade)
    for row in children.values():
        world.bind(row, "regardingobjectid", None)
    # None of them is owned by the owner of the parent.
    taken = TAKES[cascade] if cascade is not CascadeType.USER_OWNED else set()
    for name, row in children.items():
        assert world.masks(row, ADA) == ((0, 0) if name in taken else (0, OWNER_RIGHTS)), name


@each_type
def test_new_child_of_a_shared_parent(world: World, cascade: CascadeType) -> None:
    """A row created under a shared parent inherits its shares, if Share takes it in."""
    world.setting(REGARDING, share=cascade)
    parent = world.add(TIMEGROUP, ADA)
    sharing.grant(world.work, parent, EDSGER, READ)
    children = {
        "active": world.add(CONVERSATION, ADA, regardingobjectid=parent),
        "inactive": world.add(CONVERSATION, ADA, state=1, regardingobjectid=parent),
        "another's": world.add(CONVERSATION, GRACE, regardingobjectid=parent),
    }
    for name, row in children.items():
        assert world.masks(row, EDSGER) == ((0, READ) if name in TAKES[cascade] else (0, 0)), name


@each_type
def test_leaving_a_shared_parent(world: World, cascade: CascadeType) -> None:
    """A row that leaves its parent loses the shares that it inherited, if Unshare takes it in."""
    parent, children = family(world)
    sharing.grant(world.work, parent, EDSGER, READ)
    world.setting(REGARDING, unshare=cascade)
    for row in children.values():
        world.bind(row, "regardingobjectid", None)
    for name in ("active", "inactive", "another's"):
        assert world.masks(children[name], EDSGER) == (0, 0 if name in TAKES[cascade] else READ), name


def test_user_owned_is_asked_at_each_action(world: World) -> None:
    """A row given away between Share and Unshare keeps the right that it inherited."""
    world.setting(REGARDING, share=CascadeType.USER_OWNED, unshare=CascadeType.USER_OWNED)
    parent, children = family(world)
    sharing.grant(world.work, parent, EDSGER, READ)
    world.assign(children["active"], GRACE)
    sharing.revoke(world.work, parent, EDSGER)
    assert world.masks(children["active"], EDSGER) == (0, READ)
    assert world.masks(children["inactive"], EDSGER) == (0, 0)


def lineage(world: World) -> tuple[Reference, Reference, Reference]:
    """An account of Ada's, a contact of it, and a conversation about the contact."""
    account = world.add("account", ADA)
    contact = world.add("contact", GRACE, parentcustomerid=account)
    return account, contact, world.add(CONVERSATION, ALAN, regardingobjectid=contact)


def test_cascades_go_on_below_the_children(world: World) -> None:
    """Rights, owners and deletion reach the rows below the rows below."""
    account, contact, conversation = lineage(world)
    assert world.masks(conversation, ADA) == (0, OWNER_RIGHTS)
    assert world.masks(conversation, GRACE) == (0, OWNER_RIGHTS)
    sharing.grant(world.work, account, EDSGER, READ)
    assert world.masks(conversation, EDSGER) == (0, READ)
    world.assign(account, EDSGER)
    assert {world.owner(row) for row in (account, contact, conversation)} == {EDSGER}
    assert world.masks(conversation, ADA) == world.masks(conversation, GRACE) == (0, 0)
    world.delete(account)
    assert [world.cells(row) for row in (account, contact, conversation)] == [None, None, None]


def test_a_subtree_takes_its_inheritance_along(world: World) -> None:
    """What comes to a row by a new parent comes to the rows below it, and goes from them with the old one."""
    account, contact, conversation = lineage(world)
    other = world.add("account", ALAN)
    sharing.grant(world.work, account, EDSGER, READ)
    sharing.grant(world.work, other, EDSGER, READ_WRITE)
    sharing.grant(world.work, contact, TEAM["support"], READ)
    world.bind(contact, "parentcustomerid", other)
    for row in (contact, conversation):
        assert world.masks(row, EDSGER) == (0, READ_WRITE)
        assert world.masks(row, ADA) == (0, 0)
    assert world.masks(contact, ALAN) == (0, OWNER_RIGHTS)
    world.bind(contact, "parentcustomerid", None)
    assert world.masks(conversation, EDSGER) == (0, 0)
    assert world.masks(conversation, TEAM["support"]) == (0, READ)
    assert world.masks(conversation, GRACE) == (0, OWNER_RIGHTS)


def test_leaving_a_parent_leaves_the_rows_above_it(world: World) -> None:
    """A row that leaves its parent loses also what came through it from further up."""
    account, _, conversation = lineage(world)
    sharing.grant(world.work, account, EDSGER, READ)
    world.bind(conversation, "regardingobjectid", None)
    for principal in (ADA, GRACE, EDSGER):
        assert world.masks(conversation, principal) == (0, 0)


def test_a_right_from_two_rows_goes_with_the_second(world: World) -> None:
    """What a row inherits from its grandparent stays when its parent is no longer shared."""
    account, contact, conversation = lineage(world)
    sharing.grant(world.work, account, EDSGER, READ)
    sharing.grant(world.work, contact, EDSGER, READ_WRITE)
    assert world.masks(conversation, EDSGER) == (0, READ_WRITE)
    sharing.revoke(world.work, contact, EDSGER)
    assert world.masks(contact, EDSGER) == world.masks(conversation, EDSGER) == (0, READ)
    sharing.revoke(world.work, account, EDSGER)
    assert world.masks(conversation, EDSGER) == (0, 0)


def test_owner_of_the_parent_changes(world: World) -> None:
    """The inherited rights of a parent's owner pass to the next owner, where the rows below keep theirs."""
    world.setting(REGARDING, assign=CascadeType.NO_CASCADE)
    parent, children = family(world)
    world.assign(parent, ALAN)
    assert world.masks(children["another's"], ADA) == (0, 0)
    assert world.masks(children["active"], ALAN) == (0, OWNER_RIGHTS)
    assert world.masks(children["another's"], ALAN) == (0, OWNER_RIGHTS)


def test_removed_links_take_inherited_rights_away(world: World) -> None:
    """A row whose parent is deleted no longer inherits from it, nor from the rows above it."""
    world.setting("contact_customer_accounts", delete=CascadeType.CASCADE)
    world.setting("contact_msdyn_ocliveworkitems", delete=CascadeType.REMOVE_LINK)
    account, contact, conversation = lineage(world)
    sharing.grant(world.work, account, EDSGER, READ)
    world.delete(contact)
    for principal in (ADA, GRACE, EDSGER):
        assert world.masks(conversation, principal) == (0, 0)
    assert world.masks(account, EDSGER) == (READ, 0)


def test_deletion_below_a_conversation(world: World) -> None:
    """A gatekeeper context goes with its conversation; the other fourteen children only forget it."""
    conversation = world.add(CONVERSATION)
    children = {
        relationship.referencing_entity: world.add(
            relationship.referencing_entity, **{relationship.referencing_attribute: conversation}
        )
        for relationship in world.work.organisation.relationships_to[CONVERSATION]
        if relationship.schema_name.startswith(f"msdyn_{CONVERSATION}_")
    }
    assert len(children) == 16  # the session is the sixteenth
    world.delete(conversation)
    gone = {name for name, row in children.items() if world.cells(row) is None}
    assert gone == {"msdyn_ocgatekeeperengagementctx"}
    world.connection.execute(sa.text("SELECT 1"))
    for name, row in children.items():
        if name not in gone:
            assert conversation.id not in world.cells(row).values()


@pytest.mark.parametrize(
    "parent",
    [
        "bookingalertstatus",
        "bookingrule",
        "resourceterritory",
        "systemuserschedulersetting",
        "timegroup",
        "timegroupdetail",
    ],
)
def test_the_six_parents_as_served(world: World, parent: str) -> None:
    """Conversations follow each of the six parents in all that can be seen of a cascade."""
    parents = [world.add(f"msdyn_{parent}", ADA) for _ in range(2)]
    row = world.add(CONVERSATION, GRACE, regardingobjectid=parents[0])
    sharing.grant(world.work, parents[0], EDSGER, READ)
    assert (world.masks(row, ADA), world.masks(row, EDSGER)) == ((0, OWNER_RIGHTS), (0, READ))
    world.bind(row, "regardingobjectid", parents[1])
    assert (world.masks(row, ADA), world.masks(row, EDSGER)) == ((0, OWNER_RIGHTS), (0, 0))
    world.assign(parents[1], ALAN)
    assert world.owner(row) == ALAN
    world.delete(parents[1])
    assert world.cells(row) is None


def test_ids_that_two_tables_have_in_common(world: World) -> None:
    """A conversation about a rule has nothing to do with a time group that has the id of the rule."""
    rule = world.add("msdyn_bookingrule", ADA)
    group = world.add(TIMEGROUP, GRACE, chosen=rule.id)
    row = world.add(CONVERSATION, ADA, regardingobjectid=rule)
    sharing.grant(world.work, group, EDSGER, READ)
    world.assign(group, ALAN)
    world.delete(group)
    assert (world.owner(row), world.masks(row, EDSGER)) == (ADA, (0, 0))
    assert world.lookup(row, "regardingobjectid") == rule


def test_restrict_further_down_refuses_the_whole(world: World) -> None:
    """A row that cannot go holds up the row that it would have gone with."""
    world.setting("contact_msdyn_ocliveworkitems", delete=CascadeType.RESTRICT)
    account, _, conversation = lineage(world)
    before = world.everything()
    with pytest.raises(ODataError, match="is associated with another object"):
        world.delete(account)
    assert world.everything() == before
    world.delete(conversation)
    world.delete(account)
    assert world.cells(account) is None


def test_loops_end(world: World) -> None:
    """Two contacts that are each other's company are shared, assigned and deleted once each."""
    first = world.add("contact", ADA)
    second = world.add("contact", GRACE, parentcustomerid=first)
    sharing.grant(world.work, first, EDSGER, READ)
    world.bind(first, "parentcustomerid", second)
    assert (world.masks(first, EDSGER), world.masks(second, EDSGER)) == ((READ, 0), (0, READ))
    sharing.grant(world.work, first, EDSGER, READ_WRITE)
    assert (world.masks(first, EDSGER), world.masks(second, EDSGER)) == ((READ_WRITE, 0), (0, READ_WRITE))
    world.assign(second, ALAN)
    assert world.owner(first) == ALAN
    world.delete(first)
    assert world.cells(second) is None


def test_rows_without_owners_pass_nothing_on(world: World) -> None:
    """A user is nobody's row: whatever the settings say, its resources inherit nothing and keep their owners."""
    every = dict.fromkeys(("assign", "reparent", "share", "unshare"), CascadeType.CASCADE)
    world.setting("systemuser_bookableresource_UserId", **every)
    resource = world.add("bookableresource", GRACE, userid=ADA)
    world.bind(resource, "userid", ALAN)
    assert world.everything()["principalobjectaccess"] == []
    with pytest.raises(ODataError, match="The 'Assign' method does not support entities of type 'systemuser'"):
        world.assign(ADA, ALAN)


def test_rows_of_deleted_rows_leave_no_share(world: World) -> None:
    """Shares and what was inherited go with the rows."""
    parent, _ = family(world)
    sharing.grant(world.work, parent, EDSGER, READ)
    world.delete(parent)
    assert world.everything()["principalobjectaccess"] == world.everything()["_inheritance"] == []


def test_previous_owner_keeps_a_share(world: World) -> None:
    """With the organisation's setting on, each previous owner keeps a direct share; by default none does."""
    parent, children = family(world)
    world.assign(parent, ALAN)
    assert world.masks(parent, ADA) == (0, 0)
    organization = world.database.tables["organization"]
    world.connection.execute(organization.update().values(sharetopreviousowneronassign=True))
    world.assign(parent, EDSGER)
    assert world.masks(parent, ALAN) == world.masks(children["active"], ALAN) == (OWNER_RIGHTS, 0)


def test_assign_to_a_team(world: World) -> None:
    """A row of a team has that team, and no user, as its owner."""
    row = world.add(CONVERSATION, ADA)
    world.assign(row, TEAM["support"])
    assert (world.owner(row), world.lookup(row, "owningteam")) == (TEAM["support"], TEAM["support"])
    assert world.lookup(row, "owninguser") is None
    assert world.cells(row)["owneridtype"] == "team"


def test_assign_to_the_present_owner_does_nothing(world: World) -> None:
    """No version changes, and no cascade starts."""
    parent, _ = family(world)
    before = world.everything()
    world.assign(parent, ADA)
    assert world.everything() == before


def test_assign_leaves_rows_of_the_new_owner_alone(world: World) -> None:
    """A row below that is the new owner's already is not changed."""
    parent, children = family(world)
    before = world.cells(children["another's"])
    world.assign(parent, GRACE)
    assert world.cells(children["another's"]) == before
    assert world.owner(children["active"]) == GRACE


def test_owning_business_unit_follows(world: World) -> None:
    """The rows go into the business unit of their new owner."""
    unit = world.add("businessunit")
    users = world.database.tables["systemuser"]
    world.connection.execute(users.update().where(users.c.systemuserid == ALAN.id).values(businessunitid=unit.id))
    parent, children = family(world)
    world.assign(parent, ALAN)
    assert world.lookup(children["active"], "owningbusinessunit") == unit


def _access_team(world: World) -> Reference:
    teams = world.database.tables["team"]
    world.connection.execute(teams.update().where(teams.c.teamid == TEAM["support"].id).values(teamtype=1))
    return TEAM["support"]


def _of_a_disabled_unit(world: World) -> Reference:
    world.connection.execute(world.database.tables["businessunit"].update().values(isdisabled=True))
    return ALAN


@pytest.mark.parametrize(
    ("owner", "status", "code"),
    [
        (_access_team, 400, "0x80048340"),
        (_of_a_disabled_unit, 400, "0x8004032d"),
        (lambda _: Reference("systemuser", "00000000-0000-0000-0000-000000000001"), 404, "0x80040217"),
    ],
)
def test_who_cannot_own(world: World, owner: Callable[[World], Reference], status: int, code: str) -> None:
    """Access teams, owners in disabled business units and strangers are refused; nothing changes."""
    parent, _ = family(world)
    to = owner(world)
    before = world.everything()
    with pytest.raises(ODataError) as refused:
        world.assign(parent, to)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert world.everything() == before


@pytest.mark.parametrize(
    ("row", "status", "code"),
    [
        (ADA, 405, "0x80040800"),
        (Reference("organization", "x"), 405, "0x80040800"),
        (TEAM["support"], 400, "0x8004830e"),
        (Reference("businessunit", "root"), 405, "0x80040227"),
        (Reference(CONVERSATION, "00000000-0000-0000-0000-000000000001"), 404, "0x80040217"),
    ],
)
def test_what_is_not_deleted(world: World, row: Reference, status: int, code: str) -> None:
    """Users, teams with rows, business units with users, and rows that are not there."""
    world.add(CONVERSATION, TEAM["support"])
    if row.id == "root":
        row = world.lookup(ADA, "businessunitid")
    with pytest.raises(ODataError) as refused:
        world.delete(row)
    assert (refused.value.status, refused.value.code) == (status, code)


def test_a_team_without_rows_goes_with_its_shares(world: World) -> None:
    """What was shared with a team that is gone is shared with nobody, here and below."""
    parent, children = family(world)
    sharing.grant(world.work, parent, TEAM["escalation"], READ)
    world.delete(TEAM["escalation"])
    assert world.masks(children["active"], TEAM["escalation"]) == (0, 0)
    for rows in world.everything().values():
        assert not any(TEAM["escalation"].id in row for row in rows)


ACTS: dict[str, Callable[[World, Reference], None]] = {
    "delete": lambda world, parent: world.delete(parent),
    "assign": lambda world, parent: world.assign(parent, ALAN),
    "grant": lambda world, parent: sharing.grant(world.work, parent, EDSGER, READ),
    "revoke": lambda world, parent: sharing.revoke(world.work, parent, GRACE),
}


@pytest.mark.parametrize(
    ("act", "event"),
    [
        ("delete", "DELETE ON msdyn_ocgatekeeperengagementctx"),
        ("delete", "DELETE ON _inheritance"),
        ("delete", "UPDATE ON msdyn_ocvoicemail"),
        ("assign", f"UPDATE ON {CONVERSATION}"),
        ("assign", "UPDATE ON _inheritance"),
        ("grant", "INSERT ON principalobjectaccess WHEN NEW.inheritedaccessrightsmask > 0"),
        ("revoke", "DELETE ON _inheritance"),
    ],
)
def test_a_failure_in_the_middle_leaves_nothing_changed(organisation: Organisation, act: str, event: str) -> None:
    """The transaction of the request takes back what a cascade did before it failed."""
    own = seeded_database(organisation)
    world = World(own)
    parent, children = family(world)
    sharing.grant(world.work, parent, GRACE, READ)
    world.add("msdyn_ocgatekeeperengagementctx", msdyn_liveworkitemid=children["active"])
    world.add("msdyn_ocvoicemail", msdyn_missedconversationid=children["active"])
    world.connection.commit()
    before = world.everything()
    trigger = f"CREATE TRIGGER failing BEFORE {event} BEGIN SELECT RAISE(ABORT, 'no more'); END"
    world.connection.execute(sa.text(trigger))
    world.connection.commit()
    world.close()
    during = before

    def attempt() -> None:
        nonlocal during
        with own.transaction() as world.connection:
            world.work = replace(world.work, connection=world.connection)
            try:
                ACTS[act](world, parent)
            finally:
                during = world.everything()

    with pytest.raises(sa.exc.IntegrityError, match="no more"):
        attempt()
    world.connection = own.engine.connect()
    assert during != before  # so there was something to take back
    assert world.everything() == before
    world.close()
    own.close()


@pytest.mark.parametrize("act", ACTS)
def test_the_number_of_statements_does_not_grow(database: Database, act: str) -> None:
    """Two hundred rows below take as many statements as two."""
    counts = []
    for rows in (2, 200):
        world = World(database)
        parent = world.add(TIMEGROUP, ADA)
        for _ in range(rows):
            world.add(CONVERSATION, GRACE, regardingobjectid=parent)
        sharing.grant(world.work, parent, GRACE, READ)
        statements: list[object] = []

        def count(*call: object, log: list[object] = statements) -> None:
            log.append(call[2])

        sa.event.listen(database.engine, "before_cursor_execute", count)
        ACTS[act](world, parent)
        sa.event.remove(database.engine, "before_cursor_execute", count)
        counts.append(len(statements))
        world.close()
    assert counts[0] == counts[1] > 0
