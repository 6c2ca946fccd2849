"""Cascades that come later than the answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dataverse_tck.emulator.organisation.model import Organisation
from dataverse_tck.emulator.ownership.cascade_reach import Action
from tests.support.asker import Asker
from tests.support.world import TEAM, USER

ADA, GRACE = USER["ada"].id, USER["grace"].id
CONVERSATIONS, GROUPS = "msdyn_ocliveworkitems", "msdyn_timegroups"
REGARDING = "regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem"
VOICEMAIL = "msdyn_routableobjectid_msdyn_ocvoicemail_msdyn_ocliveworkitem_msdyn_ocvoicemail"


class Clock:
    """A clock that stands still until it is put forward."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The time of the service."""
    return Clock()


@pytest.fixture
def ask(organisation: Organisation, clock: Clock) -> Asker:
    """A service whose cascades come five seconds late."""
    return Asker(organisation, clock=clock, cascade_delays=dict.fromkeys(Action, 5.0))


def conversation(ask: Asker, group: str) -> str:
    """A conversation about a time group."""
    return ask.create(CONVERSATIONS, **{f"{REGARDING}__bind": f"/{GROUPS}({group})"})


def sharing(group: str, **beside: Any) -> dict[str, Any]:
    """The body of a request to share a time group with Grace."""
    target = {"@odata.type": "Microsoft.Dynamics.CRM.msdyn_timegroup", "msdyn_timegroupid": group}
    return {"Target": target, **beside}


GRACE_HERSELF = {"@odata.type": "Microsoft.Dynamics.CRM.systemuser", "systemuserid": GRACE}
READ = {"PrincipalAccess": {"AccessMask": "ReadAccess", "Principal": GRACE_HERSELF}}


def masks(ask: Asker, row: str, user: str = GRACE) -> tuple[int, int]:
    """Direct and inherited rights of a user on a row."""
    found = ask.read(f"principalobjectaccessset?$filter=objectid eq {row} and principalid eq {user}")["value"]
    return (found[0]["accessrightsmask"], found[0]["inheritedaccessrightsmask"]) if found else (0, 0)


def test_a_deletion_reaches_the_rows_below_later(ask: Asker, clock: Clock) -> None:
    """The parent goes at once; until the cascade comes, links to it lead to what is not there."""
    group, voicemail = ask.create(GROUPS), ask.create("msdyn_ocvoicemails")
    row = conversation(ask, group)
    routed = ask.create(CONVERSATIONS, **{f"{VOICEMAIL}__bind": f"/msdyn_ocvoicemails({voicemail})"})
    clock.now = 10  # all that came of creating them is done

    assert ask("DELETE", f"{GROUPS}({group})").status == 204
    assert ask("DELETE", f"msdyn_ocvoicemails({voicemail})").status == 204
    clock.now = 14.9
    assert ask("GET", f"{GROUPS}({group})").status == 404
    assert ask.read(f"{CONVERSATIONS}({row})")["_regardingobjectid_value"] == group
    assert ask.read(f"{CONVERSATIONS}({routed})")["_msdyn_routableobjectid_value"] == voicemail
    clock.now = 15
    assert ask("GET", f"{CONVERSATIONS}({row})").status == 404
    assert ask.read(f"{CONVERSATIONS}({routed})")["_msdyn_routableobjectid_value"] is None


def test_an_assignment_reaches_the_rows_below_later(ask: Asker, clock: Clock) -> None:
    """The parent has its new owner at once."""
    group = ask.create(GROUPS)
    row = conversation(ask, group)
    ask("PATCH", f"{GROUPS}({group})", {"ownerid@odata.bind": f"/systemusers({ADA})"})

    assert ask.read(f"{GROUPS}({group})")["_ownerid_value"] == ADA
    assert ask.read(f"{CONVERSATIONS}({row})")["_ownerid_value"] != ADA
    clock.now = 5
    assert ask.read(f"{CONVERSATIONS}({row})")["_ownerid_value"] == ADA


def test_shares_come_and_go_later_in_their_order(ask: Asker, clock: Clock) -> None:
    """Granted, then revoked a second later: the rows below have the right for that second."""
    group = ask.create(GROUPS)
    row = conversation(ask, group)
    assert ask("POST", "GrantAccess", sharing(group, **READ)).status == 204
    assert (masks(ask, group), masks(ask, row)) == ((1, 0), (0, 0))
    clock.now = 1
    assert ask("POST", "RevokeAccess", sharing(group, Revokee=GRACE_HERSELF)).status == 204
    assert masks(ask, group) == (0, 0)
    clock.now = 5
    assert masks(ask, row) == (0, 1)
    clock.now = 6
    assert masks(ask, row) == (0, 0)


def test_nothing_overtakes_what_is_later(organisation: Organisation, clock: Clock) -> None:
    """A share that ends at once ends after it has come; what is done to another record waits for nothing."""
    ask = Asker(organisation, clock=clock, cascade_delays={Action.SHARE: 5.0})
    group, other = ask.create(GROUPS), ask.create(GROUPS)
    row, beside = conversation(ask, group), conversation(ask, other)
    ask("POST", "GrantAccess", sharing(group, **READ))
    clock.now = 1
    ask("POST", "RevokeAccess", sharing(group, Revokee=GRACE_HERSELF))
    ask("PATCH", f"{GROUPS}({other})", {"ownerid@odata.bind": f"/systemusers({ADA})"})

    assert ask.read(f"{CONVERSATIONS}({beside})")["_ownerid_value"] == ADA
    clock.now = 60
    assert masks(ask, row) == (0, 0)


def test_what_a_new_link_brings_comes_later(ask: Asker, clock: Clock) -> None:
    """The owner of the parent, and whom it is shared with, get their rights with the cascade, and lose them so."""
    group = ask.create(GROUPS, ownerid__bind=f"/systemusers({ADA})")
    ask("POST", "GrantAccess", sharing(group, **READ))
    row = conversation(ask, group)
    assert masks(ask, row) == masks(ask, row, ADA) == (0, 0)
    clock.now = 5
    assert (masks(ask, row), masks(ask, row, ADA)) == ((0, 1), (0, 851991))
    ask("PATCH", f"{CONVERSATIONS}({row})", {f"{REGARDING}@odata.bind": None})
    assert masks(ask, row) == (0, 1)
    clock.now = 10
    assert masks(ask, row) == masks(ask, row, ADA) == (0, 0)


def test_requests_of_a_batch_cascade_later(ask: Asker, clock: Clock) -> None:
    """Alone in the batch or in a change set; one that fails leaves nothing to do."""
    rows = []
    for ends in (204, 404):
        group = ask.create(GROUPS)
        rows.append(conversation(ask, group))
        missing = group if ends == 204 else ADA
        body = [("DELETE", group)] if ends == 204 else [("DELETE", group), ("DELETE", missing)]
        lines = ["--b", "Content-Type: multipart/mixed; boundary=c", ""]
        for number, (method, identifier) in enumerate(body):
            lines += ["--c", "Content-Type: application/http", "Content-Transfer-Encoding: binary"]
            lines += [f"Content-ID: {number}", "", f"{method} /api/data/v9.2/{GROUPS}({identifier}) HTTP/1.1", "", ""]
        batch = "\r\n".join([*lines, "--c--", "--b--", ""]).encode()
        assert ask("POST", "$batch", batch, Content_Type="multipart/mixed; boundary=b").status in (200, 404)
    assert [ask("GET", f"{CONVERSATIONS}({row})").status for row in rows] == [200, 200]
    clock.now = 5
    assert [ask("GET", f"{CONVERSATIONS}({row})").status for row in rows] == [404, 200]


def test_rows_that_are_gone_meanwhile_are_no_trouble(ask: Asker, clock: Clock) -> None:
    """Each sort of cascade finds its rows deleted, its parent or its owner gone; nothing is left behind."""
    unit = ask.read("businessunits?$top=1")["value"][0]["businessunitid"]
    binds = {"businessunitid__bind": f"/businessunits({unit})", "administratorid__bind": f"/systemusers({ADA})"}
    team = ask.create("teams", name="Short-lived", **binds)
    group, kept = ask.create(GROUPS), ask.create(GROUPS)
    rows = [conversation(ask, group), conversation(ask, kept)]
    ask("POST", "GrantAccess", sharing(group, **READ))
    ask("POST", "GrantAccess", sharing(kept, **READ))
    ask("PATCH", f"{GROUPS}({kept})", {"ownerid@odata.bind": f"/teams({team})"})
    ask("PATCH", f"{GROUPS}({kept})", {"ownerid@odata.bind": f"/systemusers({ADA})"})
    ask("PATCH", f"{CONVERSATIONS}({rows[1]})", {f"{REGARDING}@odata.bind": f"/{GROUPS}({group})"})
    for path in (f"teams({team})", f"{GROUPS}({group})", *(f"{CONVERSATIONS}({row})" for row in rows)):
        assert ask("DELETE", path).status == 204
    clock.now = 60

    assert ask.read(f"{CONVERSATIONS}")["value"] == []
    assert [masks(ask, row) for row in (*rows, group)] == [(0, 0)] * 3
    assert ask.read(f"{GROUPS}({kept})")["_ownerid_value"] == ADA
    assert ask.read("principalobjectaccessset?$filter=objecttypecode eq 'msdyn_ocliveworkitem'")["value"] == []
    assert json.loads(ask("GET", f"teams({TEAM['support'].id})").body)["name"] == "Support"
