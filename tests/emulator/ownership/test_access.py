"""What users that are acted for may do with rows: with those of others nothing, unless they are shared."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.support.asker import Asker
from tests.support.world import TEAM, USER

ADA, GRACE, ALAN = (USER[name].id for name in ("ada", "grace", "alan"))
SUPPORT = TEAM["support"].id
SETS, GROUPS = "msdyn_ocliveworkitems", "msdyn_timegroups"
REGARDING = "regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem"
DENIED = (403, "0x80040220")


def as_(user: str) -> dict[str, str]:
    """The header by which a request acts for a user."""
    return {"MSCRMCallerID": user}


def share(ask: Asker, row: str, user: str, mask: str) -> None:
    """Share a conversation."""
    target = {"@odata.type": "Microsoft.Dynamics.CRM.msdyn_ocliveworkitem", "activityid": row}
    principal = {"@odata.type": "Microsoft.Dynamics.CRM.systemuser", "systemuserid": user}
    body = {"Target": target, "PrincipalAccess": {"AccessMask": mask, "Principal": principal}}
    assert ask("POST", "GrantAccess", body).status == 204


@pytest.fixture
def row(ask: Asker) -> str:
    """A conversation of Ada's."""
    return ask.create(SETS, subject="Before", ownerid__bind=f"/systemusers({ADA})")


REQUESTS: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("GET", "/subject", None),
    ("PATCH", "", {"subject": "After"}),
    ("PUT", "/subject", {"value": "After"}),
    ("DELETE", "/subject", None),
    ("DELETE", "", None),
    ("DELETE", f"/{REGARDING}/$ref", None),
]


@pytest.mark.parametrize(("method", "path", "body"), REQUESTS)
def test_others_are_refused_and_nothing_changes(ask: Asker, row: str, method: str, path: str, body: Any) -> None:
    """403 with the code of the access check; the owner may."""
    assert ask(method, f"{SETS}({row}){path}", body, **as_(GRACE)).error[:2] == DENIED
    assert ask.read(f"{SETS}({row})")["subject"] == "Before"
    assert ask(method, f"{SETS}({row}){path}", body, **as_(ADA)).status in (200, 204)


@pytest.mark.parametrize(
    ("mask", "allowed"),
    [
        ("ReadAccess", {"GET"}),
        ("WriteAccess", {"PATCH"}),
        ("DeleteAccess", {"DELETE"}),
        ("ReadAccess, WriteAccess", {"GET", "PATCH"}),
    ],
)
def test_a_share_allows_what_it_says(ask: Asker, row: str, mask: str, allowed: set[str]) -> None:
    """Each right is one of its own."""
    share(ask, row, GRACE, mask)
    tried = {"GET": None, "PATCH": {"subject": "After"}, "DELETE": None}

    done = {method for method, body in tried.items() if ask(method, f"{SETS}({row})", body, **as_(GRACE)).status < 300}
    assert done == allowed


def test_giving_a_row_away_needs_the_right_to_assign(ask: Asker, row: str) -> None:
    """Writing alone is not enough."""
    body = {"ownerid@odata.bind": f"/systemusers({ALAN})"}
    share(ask, row, GRACE, "WriteAccess")
    assert ask("PATCH", f"{SETS}({row})", body, **as_(GRACE)).error[:2] == DENIED
    share(ask, row, GRACE, "AssignAccess")
    assert ask("PATCH", f"{SETS}({row})", body, **as_(GRACE)).status == 204


def test_lists_leave_out_what_the_caller_cannot_read(ask: Asker) -> None:
    """Own rows, those of a team, those shared, those inherited; in the set, its count, and below a record."""
    subject, administrator = str(uuid4()), USER["caller"].id
    group = ask.create(GROUPS, ownerid__bind=f"/systemusers({ADA})")
    ask("POST", f"teams({SUPPORT})/teammembership_association/$ref", {"@odata.id": f"systemusers({ALAN})"})

    def conversation(owner: str, **cells: str) -> str:
        return ask.create(SETS, subject=subject, ownerid__bind=f"/{owner}", **cells)

    own = conversation(f"systemusers({ALAN})", **{f"{REGARDING}__bind": f"/{GROUPS}({group})"})
    of_team = conversation(f"teams({SUPPORT})")
    shared = conversation(f"systemusers({GRACE})")
    share(ask, shared, ALAN, "ReadAccess")
    unreadable = conversation(f"systemusers({GRACE})", **{f"{REGARDING}__bind": f"/{GROUPS}({group})"})
    share(ask, unreadable, ALAN, "WriteAccess")

    def listed(path: str, user: str) -> set[str]:
        return {found["activityid"] for found in ask.read(path, **as_(user))["value"]}

    everything = f"{SETS}?$filter=subject eq '{subject}'"
    assert listed(everything, ALAN) == {own, of_team, shared}
    assert listed(everything, administrator) == {own, of_team, shared, unreadable}
    assert listed(everything, ADA) == {own, unreadable}  # inherited, as the owner of the record
    assert listed(everything.replace(SETS, "activitypointers"), ALAN) == {own, of_team, shared}
    count = f"{SETS}/$count?$filter=subject eq '{subject}'"
    assert ask("GET", count, **as_(ALAN)).body == b"3"
    collection = "msdyn_timegroup_msdyn_ocliveworkitems"
    assert listed(f"{GROUPS}({group})/{collection}", ADA) == {own, unreadable}
    expanded = ask.read(f"{GROUPS}({group})?$expand={collection}", **as_(ADA))[collection]
    assert {found["activityid"] for found in expanded} == {own, unreadable}
    assert ask.read(f"{SETS}({own})?$expand={REGARDING}", **as_(ALAN))[REGARDING] is None
    assert ask("GET", f"activitypointers({unreadable})", **as_(ALAN)).error[:2] == DENIED
    assert ask("GET", f"{SETS}({own})/{REGARDING}", **as_(ALAN)).error[:2] == DENIED


def test_everybody_reads_who_there_is_and_makes_rows_of_their_own(ask: Asker) -> None:
    """Users, teams and units have no owner; what somebody creates is his."""
    assert len(ask.read("systemusers", **as_(GRACE))["value"]) == len(ask.read("systemusers")["value"])
    made = ask("POST", SETS, {"subject": "Mine"}, **as_(GRACE)).headers["OData-EntityId"].rpartition("/")[2]
    assert ask.read(made, **as_(GRACE))["_ownerid_value"] == GRACE
    assert ask("DELETE", f"teams({SUPPORT})", **as_(GRACE)).error[:2] == DENIED


def test_there_are_users_to_share_with(ask: Asker) -> None:
    """Two enabled users that are no administrators, and an owner team."""
    enabled = ask.read("systemusers?$filter=isdisabled eq false")["value"]
    assert len([user for user in enabled if user["systemuserid"] != USER["caller"].id]) >= 2
    assert ask.read("teams?$filter=teamtype eq 0")["value"]


def test_actions_work_with_the_rights_of_the_service(ask: Asker) -> None:
    """A supervisor takes part in a call of a conversation that is not his."""
    row = ask.create(SETS, msdyn_channel="192370000", statuscode=2, msdyn_isagentaccepted=True)
    barge = f"{SETS}({row})/Microsoft.Dynamics.CRM.CCaaS_BargeInToCall"
    assert ask("POST", barge, {}, **as_(GRACE)).status == 204
