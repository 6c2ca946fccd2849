"""Sharing, ownership and cascades as a client sees them: requests and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dataverse_tck.emulator.organisation.seed_ids import CALLER
from tests.support.world import CONVERSATION, TEAM, USER

if TYPE_CHECKING:
    from tests.support.asker import Asker

ADA, GRACE = USER["ada"].id, USER["grace"].id
BOUND = "regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem__bind"
MASKS = "$select=principalid,principaltypecode,accessrightsmask,inheritedaccessrightsmask"
OWNER_RIGHTS = 851991


@pytest.fixture
def rows(ask: Asker) -> tuple[str, str]:
    """A time group of Ada's and a conversation of the caller's about it: their ids."""
    parent = ask.create("msdyn_timegroups", msdyn_name="Nights", ownerid__bind=f"/systemusers({ADA})")
    return parent, ask.create("msdyn_ocliveworkitems", subject="Call", **{BOUND: f"/msdyn_timegroups({parent})"})


def entity(table: str, key: str, row: str) -> dict[str, str]:
    """A row as the parameter of an action."""
    return {key: row, "@odata.type": f"Microsoft.Dynamics.CRM.{table}"}


def shares(ask: Asker, row: str) -> dict[str, tuple[int, int]]:
    """Direct and inherited masks on a conversation, by principal, as the sharing table tells."""
    condition = f"objecttypecode eq '{CONVERSATION}' and objectid eq {row}"
    reply = ask("GET", f"principalobjectaccessset?$filter={condition}&{MASKS}")
    assert reply.status == 200
    return {
        share["principalid"]: (share["accessrightsmask"], share["inheritedaccessrightsmask"])
        for share in reply.json["value"]
    }


def test_sharing_a_parent(ask: Asker, rows: tuple[str, str]) -> None:
    """GrantAccess and RevokeAccess answer 204; the sharing table, the functions and the ETag show what they did."""
    parent, row = rows
    assert shares(ask, row) == {ADA: (0, OWNER_RIGHTS)}
    target = entity("msdyn_timegroup", "msdyn_timegroupid", parent)
    user = entity("systemuser", "systemuserid", GRACE)
    body = {"Target": target, "PrincipalAccess": {"AccessMask": "ReadAccess, WriteAccess", "Principal": user}}
    assert ask("POST", "GrantAccess", body).status == 204
    assert shares(ask, row) == {ADA: (0, OWNER_RIGHTS), GRACE: (0, 3)}
    reply = ask("GET", f"RetrieveSharedPrincipalsAndAccess(Target=@t)?@t={{'@odata.id':'msdyn_timegroups({parent})'}}")
    assert reply.json["@odata.context"].endswith("#Microsoft.Dynamics.CRM.RetrieveSharedPrincipalsAndAccessResponse")
    assert reply.json["PrincipalAccesses"] == [
        {
            "AccessMask": "ReadAccess, WriteAccess",
            "Principal": {"@odata.type": "#Microsoft.Dynamics.CRM.systemuser", "ownerid": GRACE},
        }
    ]
    bound = f"systemusers({GRACE})/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@t)"
    reply = ask("GET", f"{bound}?@t={{'@odata.id':'msdyn_ocliveworkitems({row})'}}")
    assert reply.json["AccessRights"] == "ReadAccess, WriteAccess"
    assert ask("POST", "RevokeAccess", {"Target": target, "Revokee": user}).status == 204
    assert shares(ask, row) == {ADA: (0, OWNER_RIGHTS)}


def test_access_origin(ask: Asker, rows: tuple[str, str]) -> None:
    """The function takes its three arguments by aliases, and answers 200 for a row that is not there."""
    arguments = "ObjectId=@o,LogicalName=@l,PrincipalId=@p"
    for row, said in (
        (rows[1], f"PrincipalId is owner of a parent entity of object ({rows[1]})"),
        (ADA, f"Entity '{CONVERSATION}' With Id = {ADA} Does Not Exist"),
    ):
        reply = ask("GET", f"RetrieveAccessOrigin({arguments})?@o={row}&@l='{CONVERSATION}'&@p={ADA}")
        assert (reply.status, reply.json["Response"]) == (200, said)


def test_assign_by_patch(ask: Asker, rows: tuple[str, str]) -> None:
    """Binding another owner assigns the row and the rows below it."""
    team = TEAM["support"].id
    assert ask("PATCH", f"msdyn_timegroups({rows[0]})", {"ownerid@odata.bind": f"/teams({team})"}).status == 204
    columns = "_ownerid_value,_owningteam_value,_owninguser_value"
    document = ask("GET", f"msdyn_ocliveworkitems({rows[1]})?$select={columns}").json
    assert [document[name] for name in columns.split(",")] == [team, team, None]


def test_reparent_by_patch_and_reference(ask: Asker, rows: tuple[str, str]) -> None:
    """Inherited rights follow the lookup, whichever request sets it."""
    parent, row = rows
    assert ask("DELETE", f"msdyn_ocliveworkitems({row})/{BOUND.removesuffix('__bind')}/$ref").status == 204
    assert shares(ask, row) == {}
    link = {"@odata.id": f"msdyn_ocliveworkitems({row})"}
    collection = f"msdyn_timegroups({parent})/msdyn_timegroup_msdyn_ocliveworkitems"
    assert ask("POST", f"{collection}/$ref", link).status == 204
    assert shares(ask, row) == {ADA: (0, OWNER_RIGHTS)}
    change = {f"{BOUND.removesuffix('__bind')}@odata.bind": None}
    assert ask("PATCH", f"msdyn_ocliveworkitems({row})", change).status == 204
    assert shares(ask, row) == {}


def test_delete_the_parent(ask: Asker, rows: tuple[str, str]) -> None:
    """The conversation goes with its parent, and its shares with it."""
    assert ask("DELETE", f"msdyn_timegroups({rows[0]})").status == 204
    assert ask("GET", f"msdyn_ocliveworkitems({rows[1]})").status == 404
    assert shares(ask, rows[1]) == {}


def test_sharing_on_behalf_of_a_user(ask: Asker, rows: tuple[str, str]) -> None:
    """Who may not share a row is told so, by impersonation as well."""
    body = {
        "Target": entity(CONVERSATION, "activityid", rows[1]),
        "PrincipalAccess": {"AccessMask": "ReadAccess", "Principal": entity("systemuser", "ownerid", ADA)},
    }
    status, code, message = ask("POST", "GrantAccess", body, MSCRMCallerID=GRACE).error
    assert (status, code) == (403, "0x80048306")
    assert message.startswith(f"Principal with id {GRACE} does not have ReadAccess, ShareAccess right(s) for record")
    assert ask("POST", "GrantAccess", body, MSCRMCallerID=CALLER).status == 204


def test_the_sharing_table_is_described_and_only_read(ask: Asker, rows: tuple[str, str]) -> None:
    """It stands in the definitions and in the service document; its rows cannot be written by hand."""
    definition = ask("GET", "EntityDefinitions(LogicalName='principalobjectaccess')").json
    assert (definition["EntitySetName"], definition["PrimaryNameAttribute"]) == ("principalobjectaccessset", None)
    assert "principalobjectaccessset" in {item["name"] for item in ask("GET", "").json["value"]}
    share = ask("GET", f"principalobjectaccessset?$filter=objectid eq {rows[1]}").json["value"][0]
    place = f"principalobjectaccessset({share['principalobjectaccessid']})"
    assert ask("GET", place).json["principalid"] == ADA
    for method, path, body in (
        ("POST", "principalobjectaccessset", {"accessrightsmask": 1}),
        ("PATCH", place, {"accessrightsmask": 1}),
        ("DELETE", place, None),
    ):
        assert ask(method, path, body).error[:2] == (405, "0x80040800")
    assert ask("GET", place).json["versionnumber"] == share["versionnumber"]


def test_rows_of_two_tables_that_were_given_the_same_id(ask: Asker) -> None:
    """A contact and a conversation about it: both inherit at once, and nothing breaks."""
    same = "00000000-0000-4000-8000-000000000003"
    account = ask.create("accounts", name="Acme", ownerid__bind=f"/systemusers({ADA})")
    ask.create("contacts", contactid=same, lastname="Doe")
    about = "regardingobjectid_contact_msdyn_ocliveworkitem__bind"
    ask.create("msdyn_ocliveworkitems", activityid=same, subject="Call", **{about: f"/contacts({same})"})

    answer = ask("PATCH", f"contacts({same})", {"parentcustomerid_account@odata.bind": f"/accounts({account})"})

    assert answer.status == 204
    assert ADA in {
        share["principalid"]
        for share in ask("GET", f"principalobjectaccessset?$filter=objectid eq {same}&{MASKS}").json["value"]
    }
