"""What becomes of a row: created, changed, linked, removed, refused."""

from __future__ import annotations

from uuid import uuid4

import pytest

from dataverse_tck.emulator.organisation.model import EMPTY_GUID
from dataverse_tck.emulator.organisation.seed_ids import BUSINESS_UNIT, CALLER, seeded
from tests.support.asker import ROOT, Asker

CONVERSATIONS = "msdyn_ocliveworkitems"
REGARDING = "regardingobjectid_{}_msdyn_ocliveworkitem"
TIMEGROUP, RULE = REGARDING.format("msdyn_timegroup"), REGARDING.format("msdyn_bookingrule")
NOBODY = "00000000-0000-0000-0000-0000000000ff"


@pytest.fixture
def conversation(ask: Asker) -> str:
    """The path of a conversation."""
    return f"{CONVERSATIONS}({ask.create(CONVERSATIONS, subject='Hello')})"


def test_created_row_has_its_defaults(ask: Asker) -> None:
    """Owner, business unit, states, times, author and version are set by the service."""
    row = ask.read(f"{CONVERSATIONS}({ask.create(CONVERSATIONS, subject='Hello')})")

    assert (row["_ownerid_value"], row["owneridtype"], row["_owninguser_value"]) == (CALLER, "systemuser", CALLER)
    assert (row["_owningteam_value"], row["_owningbusinessunit_value"]) == (None, BUSINESS_UNIT)
    assert (row["statecode"], row["statuscode"], row["prioritycode"]) == (0, 1, 1)
    assert row["createdon"] == row["modifiedon"]
    assert (row["_createdby_value"], row["_createdonbehalfby_value"]) == (CALLER, None)
    assert row["activitytypecode"] == "msdyn_ocliveworkitem"
    assert row["@odata.etag"] == f'W/"{row["versionnumber"]}"'
    assert (row["msdyn_isagentsession"], row["msdyn_isabandoned"]) == (True, False)
    assert row["msdyn_customersentimentlabel"] is None


def test_client_may_choose_the_id(ask: Asker) -> None:
    """A chosen id is kept in lower case; the same one again is refused with 412."""
    identifier = str(uuid4())

    assert ask.create("accounts", accountid=identifier.upper(), name="A") == identifier
    assert ask("POST", "accounts", {"accountid": identifier, "name": "B"}).error == (
        412,
        "0x80040237",
        "A record with matching key values already exists.",
    )
    assert ask.read(f"accounts({identifier})")["name"] == "A"


def test_empty_id_is_no_choice(ask: Asker) -> None:
    """The empty GUID leaves the choice to the service; null is refused, as for all that the system requires."""
    ids = {ask.create("accounts", accountid=EMPTY_GUID), ask.create("accounts", accountid=EMPTY_GUID)}

    assert len(ids) == 2
    assert EMPTY_GUID not in ids
    assert ask("POST", "accounts", {"accountid": None}).status == 400


def test_missing_application_required_column_is_accepted(ask: Asker) -> None:
    """Forms enforce ApplicationRequired, the API does not; SystemRequired it does."""
    assert ask("POST", "accounts", {}).status == 204
    assert ask("POST", "teams", {}).error[:2] == (400, "0x80040203")


def test_read_only_columns_are_left_out(ask: Asker) -> None:
    """What the service sets itself cannot be written."""
    row = ask.read(f"accounts({ask.create('accounts', name='A', versionnumber=5, createdon='2001-01-01')})")

    assert row["versionnumber"] > 1_000_000
    assert row["createdon"] > "2002"


def test_overridden_creation_changes_places(ask: Asker) -> None:
    """A record that is migrated keeps the time at which it was made elsewhere."""
    row = ask.read(f"accounts({ask.create('accounts', name='A', overriddencreatedon='2001-01-01')})")

    assert row["createdon"] == "2001-01-01T00:00:00Z"
    assert row["overriddencreatedon"] == row["modifiedon"]


def test_people_are_named_by_their_parts(ask: Asker) -> None:
    """The full name follows first and last name."""
    contact = f"contacts({ask.create('contacts', firstname='Ada', lastname='Byron')})"
    ask("PATCH", contact, {"lastname": "Lovelace"})

    assert ask.read(contact)["fullname"] == "Ada Lovelace"


def test_update_changes_version_and_author(ask: Asker, conversation: str) -> None:
    """What is not in the body stays; the version grows."""
    before = ask.read(conversation)
    reply = ask("PATCH", conversation, {"description": "x"}, If_Match="*")
    after = ask.read(conversation)

    assert (reply.status, reply.headers) == (204, {"OData-EntityId": f"{ROOT}/{conversation}"})
    assert (after["subject"], after["description"]) == ("Hello", "x")
    assert after["versionnumber"] > before["versionnumber"]


def test_patch_creates_unless_forbidden(ask: Asker) -> None:
    """Without If-Match a PATCH to a row that is not there creates it, with If-Match it is not found."""
    account = f"accounts({uuid4()})"

    assert ask("PATCH", account, {"name": "A"}, If_Match="*").status == 404
    assert ask("PATCH", account, {"name": "A"}).headers["OData-EntityId"] == f"{ROOT}/{account}"
    assert ask.read(account)["name"] == "A"
    assert ask("PATCH", account, {"name": "B"}, If_None_Match="*").error[:2] == (412, "0x80040237")
    assert ask("PATCH", account, {"name": "B"}, Prefer="return=representation").status == 200


def test_old_etag_is_refused(ask: Asker, conversation: str) -> None:
    """If-Match protects against the changes of others, for updates, deletions and single properties."""
    old = ask.read(conversation)["@odata.etag"]
    assert ask("PATCH", conversation, {"subject": "B"}, If_Match=old).status == 204
    refusal = (412, "0x80060882", "The version of the existing record doesn't match the RowVersion property provided.")

    assert ask("PATCH", conversation, {"subject": "C"}, If_Match=old).error == refusal
    assert ask("DELETE", conversation, If_Match=old).error == refusal
    assert ask("PUT", f"{conversation}/subject", {"value": "C"}, If_Match=old).error == refusal
    assert ask.read(conversation)["subject"] == "B"


def test_deleted_row_is_gone(ask: Asker, conversation: str) -> None:
    """A deleted row is not found, not even to be deleted."""
    identifier = conversation.partition("(")[2].removesuffix(")")
    gone = (404, "0x80040217", f"Entity 'msdyn_ocliveworkitem' With Id = {identifier} Does Not Exist")

    assert ask("DELETE", conversation).status == 204
    assert ask("DELETE", conversation).error == gone
    assert ask("GET", conversation).error == gone


def test_state_brings_its_default_status(ask: Asker, conversation: str) -> None:
    """A state alone sets its default status, a status has to belong to its state."""
    ask("PATCH", conversation, {"statecode": 1})
    row = ask.read(conversation)
    assert (row["statecode"], row["statuscode"]) == (1, 4)

    ask("PATCH", conversation, {"statecode": 4})
    row = ask.read(conversation)
    assert (row["statecode"], row["statuscode"]) == (4, 5)  # a status of state 0, as it is documented

    status, code, message = ask("PATCH", conversation, {"statecode": 1, "statuscode": 2}).error
    assert (status, code) == (400, "0x80048408")
    assert "2 is not a valid status code for state code msdyn_ocliveworkitemState.Closed" in message
    assert ask("PATCH", conversation, {"statuscode": 1}).status == 400
    assert ask("PATCH", conversation, {"statecode": 0, "statuscode": 2}).status == 204


def test_new_row_may_be_closed(ask: Asker) -> None:
    """A new row takes a state, or a status that tells its state."""
    closed = ask.read(f"{CONVERSATIONS}({ask.create(CONVERSATIONS, statecode=1)})")
    resolved = ask.read(f"{CONVERSATIONS}({ask.create(CONVERSATIONS, statuscode=6)})")

    assert (closed["statecode"], closed["statuscode"]) == (1, 4)
    assert (resolved["statecode"], resolved["statuscode"]) == (2, 6)


@pytest.mark.parametrize("spelling", ["/{}", "{}", ROOT + "/{}", "/api/data/v9.2/{}"])
def test_bind_takes_every_spelling(ask: Asker, conversation: str, spelling: str) -> None:
    """A row is bound by a relative path, with or without slash, and by an absolute URL."""
    group = ask.create("msdyn_timegroups", msdyn_name="G")
    url = spelling.format(f"msdyn_timegroups({group})")

    assert ask("PATCH", conversation, {f"{TIMEGROUP}@odata.bind": url}).status == 204
    assert ask.read(conversation)["_regardingobjectid_value"] == group


def test_binding_one_target_clears_the_others(ask: Asker, conversation: str) -> None:
    """A polymorphic lookup holds one row, of whatever table."""
    group = ask.create("msdyn_timegroups", msdyn_name="G")
    rule = ask.create("msdyn_bookingrules", msdyn_name="R")
    ask("PATCH", conversation, {f"{TIMEGROUP}@odata.bind": f"/msdyn_timegroups({group})"})
    ask("PATCH", conversation, {f"{RULE}@odata.bind": f"/msdyn_bookingrules({rule})"})
    row = ask.read(f"{conversation}?$expand={TIMEGROUP}($select=msdyn_name),{RULE}($select=msdyn_name)")

    assert (row["_regardingobjectid_value"], row["regardingobjecttypecode"]) == (rule, "msdyn_bookingrule")
    assert row[TIMEGROUP] is None
    assert row[RULE]["msdyn_name"] == "R"


@pytest.mark.parametrize("body", [{f"{TIMEGROUP}@odata.bind": None}, {TIMEGROUP: None}])
def test_lookup_is_cleared_by_null(ask: Asker, conversation: str, body: dict[str, None]) -> None:
    """A navigation property is emptied with and without the bind annotation."""
    group = ask.create("msdyn_timegroups", msdyn_name="G")
    ask("PATCH", conversation, {f"{TIMEGROUP}@odata.bind": f"/msdyn_timegroups({group})"})

    assert ask("PATCH", conversation, body).status == 204
    assert ask.read(conversation)["_regardingobjectid_value"] is None


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"Name": "x"}, (400, "0x80048d19", "Invalid property 'Name' was found in entity 'Microsoft.Dynamics.CRM.")),
        ({"regardingobjectid@odata.bind": "/accounts(1)"}, (400, "0x80048d19", "property 'regardingobjectid'")),
        ({"subject@x.y": 1, "nope@x.y": 1}, (400, "0x80048d19", "undeclared property 'nope'")),
        ({"_regardingobjectid_value": NOBODY}, (400, "0x80060888", "Use Navigation properties instead")),
        ({"regardingobjectid": NOBODY}, (400, "0x80048d19", "Invalid property 'regardingobjectid'")),
        ({f"{TIMEGROUP}@odata.bind": f"/msdyn_timegroups({NOBODY})"}, (404, "0x80040217", "Does Not Exist")),
        ({f"{TIMEGROUP}@odata.bind": f"/accounts({NOBODY})"}, (400, "0x80048d19", "not of 'account'")),
        ({f"{TIMEGROUP}@odata.bind": f"/nothings({NOBODY})"}, (400, "0x80048d19", "segment 'nothings'")),
        ({f"{TIMEGROUP}@odata.bind": "/msdyn_timegroups(1)"}, (400, "0x80048d19", "'1'")),
        ({f"{TIMEGROUP}@odata.bind": 5}, (400, "0x80048d19", "and not 5")),
        ({"statecode": None}, (400, "0x80040203", "statecode")),
        ({TIMEGROUP: {"msdyn_name": "x"}}, (400, "0x80048d19", "Deep insert")),
        ({"ownerid@odata.bind": None}, (400, "0x80040203", "ownerid")),
        ({"@odata.type": "Microsoft.Dynamics.CRM.account"}, (400, "0x80048d19", "A type named")),
    ],
)
def test_wrong_bodies_change_nothing(
    ask: Asker, conversation: str, body: dict[str, object], refusal: tuple[int, str, str]
) -> None:
    """A name, a link or a type that is not right is refused, and the row stays as it is."""
    before = ask.read(conversation)
    status, code, message = ask("PATCH", conversation, {"description": "new", **body}).error

    assert (status, code) == refusal[:2]
    assert refusal[2] in message
    assert ask.read(conversation) == before


def test_annotations_in_a_body_are_passed_over(ask: Asker) -> None:
    """A row that was read with annotations can be sent back."""
    identifier = ask.create("accounts", name="A")
    row = ask.read(f"accounts({identifier})?$select=name", Prefer='odata.include-annotations="*"')

    assert ask("PATCH", f"accounts({identifier})", row).status == 204


@pytest.mark.parametrize("navigation", ["ownerid", "ownerid_msdyn_ocliveworkitem"])
def test_row_is_assigned_by_its_owner(ask: Asker, conversation: str, navigation: str) -> None:
    """Binding the owner sets what is derived from it; a team owns as a user does."""
    team = seeded("team", "support")
    ask("PATCH", conversation, {f"{navigation}@odata.bind": f"/teams({team})"})
    row = ask.read(conversation)

    assert (row["_ownerid_value"], row["owneridtype"]) == (team, "team")
    assert (row["_owninguser_value"], row["_owningteam_value"]) == (None, team)


@pytest.mark.parametrize("entity_set", ["owners", "activitypointers", "principalobjectaccessset"])
def test_rows_of_other_tables_are_not_written(ask: Asker, entity_set: str) -> None:
    """Abstract tables and the sharing table are read only."""
    assert ask("POST", entity_set, {}).error[:2] == (405, "0x80040800")


def test_teams_and_users_are_linked_from_both_sides(ask: Asker) -> None:
    """The many-to-many relationship between them is written and read from either end; twice is once."""
    team, user = f"teams({seeded('team', 'support')})", f"systemusers({seeded('systemuser', 'ada')})"
    link = "teammembership_association"

    assert ask("POST", f"{team}/{link}/$ref", {"@odata.id": user}).status == 204
    assert ask("POST", f"{user}/{link}/$ref", {"@odata.id": f"{ROOT}/{team}"}).status == 204
    assert [row["fullname"] for row in ask.read(f"{team}/{link}")["value"]] == ["Ada Lovelace"]
    assert [row["name"] for row in ask.read(f"{user}/{link}")["value"]] == ["Support"]
    assert ask("DELETE", f"{user}/{link}/$ref?$id={ROOT}/{team}").status == 204
    assert ask.read(f"{team}/{link}")["value"] == []
    assert ask("POST", f"{team}/{link}/$ref", {"@odata.id": team}).status == 400
