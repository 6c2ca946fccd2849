"""What is said of rights: every word, every bit, every status of a door, and the exchange that showed it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.http.errors import Broken, Malformed, NotMade, NotObservable
from dataverse_tck.webapi.rows.principals import Principal
from dataverse_tck.webapi.rows.records import Row
from dataverse_tck.webapi.rows.sharing import (
    ACCESS_RIGHTS,
    SHOWS_DIRECT,
    AccessObserver,
    AccessRights,
    assign,
    grant,
    mask_of,
    revoke,
    rights_of_caller,
    words_of,
)
from dataverse_tck.webapi.rows.tables import Table
from tests.support.canned_server import Canned, Request, reply
from tests.support.offline import ROOT, Offline
from tests.support.stub_server import error

TABLE = Table("t", "ts", "tid", None, "UserOwned", {}, {}, {})
ROW = Row("t", str(UUID(int=5)), f"ts({UUID(int=5)})")
ME = str(UUID(int=6))
ADA = Principal("systemuser", str(UUID(int=0xA7)), "Ada", str(UUID(int=8)))
TEAM = Principal("team", str(UUID(int=0xB9)), "the team")
POA, EFFECTIVE, SHARED = "principalobjectaccessset", "RetrievePrincipalAccess", "RetrieveSharedPrincipalsAndAccess"
AT_ROW = f"@p1={{'@odata.id':'{ROW.path}'}}"


def records(*answers: Canned | Answer, caller: object = ME) -> tuple[Any, Offline]:
    """Records that get these answers one after the other, the last one from then on, and what was asked."""
    left = list(answers)
    session = Offline(lambda request: left.pop(0) if len(left) > 1 else left[0])

    def existing(name: str) -> object:
        assert name == "systemuser"
        if isinstance(caller, Exception):
            raise caller
        return caller

    def send(method: str, target: str, content: Any = None, headers: Any = None) -> Answer:
        return session.send(method, target, content=content, headers=headers)

    tables = SimpleNamespace(existing=existing)
    made = SimpleNamespace(send=send, tables=tables, patch=lambda row, values: send("PATCH", row.path, values))
    return made, session


@pytest.mark.parametrize(
    ("name", "bit"),
    [
        ("ReadAccess", 1),
        ("WriteAccess", 2),
        ("AppendAccess", 4),
        ("AppendToAccess", 16),
        ("CreateAccess", 32),
        ("DeleteAccess", 65536),
        ("ShareAccess", 262144),
        ("AssignAccess", 524288),
    ],
)
def test_every_right_has_its_bit(name: str, bit: int) -> None:
    """As the reference of AccessRights numbers them."""
    assert (ACCESS_RIGHTS[name], mask_of(name), words_of(bit)) == (bit, bit, name)
    assert len(ACCESS_RIGHTS) == 8


@pytest.mark.parametrize(
    ("words", "mask"),
    [("None", 0), (" None ", 0), ("ReadAccess,ReadAccess", 1), (" ReadAccess ,  ShareAccess", 262145)],
)
def test_words_make_a_mask(words: str, mask: int) -> None:
    """Blanks do not count, nor does a right that is named twice."""
    assert mask_of(words) == mask


@pytest.mark.parametrize("words", ["", "None, ReadAccess", "ReadAccess;WriteAccess", "readaccess"])
def test_other_words_make_none(words: str) -> None:
    """None is alone, and the names are exact."""
    with pytest.raises(KeyError):
        mask_of(words)


@pytest.mark.parametrize(
    ("told", "rights"),
    [
        (reply({"AccessRights": "ReadAccess, WriteAccess"}), {"ReadAccess", "WriteAccess"}),
        (reply({"AccessRights": "None"}), {"None"}),
        (reply({"AccessRights": " Unknown ,ReadAccess"}), {"Unknown", "ReadAccess"}),
        (reply({"AccessRights": 7}), None),
        (reply({"AccessRights": None}), None),
        (reply({}), None),
        (reply({"AccessRights": "ReadAccess"}, 403), None),
        (reply({"AccessRights": "ReadAccess"}, 204), None),
        (error(404), None),
    ],
    ids=["two", "none", "unknown", "number", "null", "absent", "403", "204", "404"],
)
def test_rights_of_the_caller(told: Canned, rights: set[str] | None) -> None:
    """In the endpoint's own words; what it refuses to say is not known."""
    made, session = records(told)

    assert rights_of_caller(made, ROW) == rights
    assert session.asked == [
        f"GET systemusers({ME})/Microsoft.Dynamics.CRM.RetrievePrincipalAccess(Target=@p1)?{AT_ROW}"
    ]


def test_a_caller_that_is_not_known_has_no_rights_to_tell_of() -> None:
    """Nothing is asked then."""
    made, session = records(reply({}), caller=NotMade("nobody"))

    assert rights_of_caller(made, ROW) is None
    assert session.asked == []


ASKS: tuple[Callable[[Any], object], ...] = (
    lambda made: rights_of_caller(made, ROW),
    lambda made: AccessObserver().rights_of(made, ROW, TABLE, ADA),
)


@pytest.mark.parametrize("ask", ASKS, ids=["caller", "table"])
@pytest.mark.parametrize("body", [b"[]", b"7", b"null"])
def test_what_is_no_object_is_told_in_full(ask: Callable[[Any], object], body: bytes) -> None:
    """The address up to its first question mark, and the exchange."""
    made, _ = records(Answer(200, {}, body, "http://h/x?a=b?c=d", "x9"))
    with pytest.raises(Malformed) as told:
        ask(made)

    assert (str(told.value), told.value.exchange) == ("http://h/x answers with JSON that is no object.", "x9")


@pytest.mark.parametrize("body", [b"{}", b'{"value": {}}', b'{"value": [1]}', b'{"value": [{}, null]}'])
def test_what_is_no_list_is_told_in_full(body: bytes) -> None:
    """The address, the member and the exchange."""
    made, _ = records(Answer(200, {}, body, "http://h/x?a=b?c=d", "x9"))
    with pytest.raises(Malformed) as told:
        AccessObserver().rights_of(made, ROW, TABLE, ADA)

    assert str(told.value) == "http://h/x answers without a list of objects in value."
    assert told.value.exchange == "x9"


@pytest.mark.parametrize("member", ["accessrightsmask", "inheritedaccessrightsmask"])
@pytest.mark.parametrize("value", [None, "1", 1.0, ["z" * 99]], ids=str)
def test_what_is_no_mask_is_told_in_full(member: str, value: object) -> None:
    """The value, at most 80 characters of it, the member and the exchange."""
    share = {"objectid": ROW.id, "principalid": ADA.id, "accessrightsmask": 1, "inheritedaccessrightsmask": 1}
    made, _ = records(reply({"value": [{**share, member: value}]}))
    with pytest.raises(Malformed) as told:
        AccessObserver().rights_of(made, ROW, TABLE, ADA)

    assert str(told.value) == f"The sharing table has {repr(value)[:80]} as {member}, which is no integer."
    assert told.value.exchange == "x0001"


@pytest.mark.parametrize("value", [None, 7, "", "Everything", "x" * 200], ids=str)
@pytest.mark.parametrize("door", [EFFECTIVE, SHARED])
def test_words_that_are_no_rights_are_told_in_full(door: str, value: object) -> None:
    """At most 120 characters of them, and the exchange."""
    shares = {"PrincipalAccesses": [{"AccessMask": value, "Principal": {"ownerid": ADA.id}}], "AccessRights": value}
    closed = [error(403)] * (1 if door == EFFECTIVE else 2)
    made, session = records(*closed, reply(shares))
    with pytest.raises(Malformed) as told:
        AccessObserver().rights_of(made, ROW, TABLE, ADA)

    assert str(told.value) == f"{repr(value)[:120]} is no list of access rights."
    assert told.value.exchange == f"x000{len(closed) + 1}"
    assert door in session.asked[-1]


def test_several_shares_add_up() -> None:
    """In the sharing table and in the list of principals; what is inherited stays apart."""
    mine = {"objectid": ROW.id.upper(), "principalid": ADA.id.upper()}
    rows = [
        {**mine, "accessrightsmask": 1, "inheritedaccessrightsmask": 16},
        {**mine, "accessrightsmask": 3 + 8, "inheritedaccessrightsmask": 32},
        {**mine, "principalid": TEAM.id, "accessrightsmask": "x", "inheritedaccessrightsmask": None},
    ]
    made, _ = records(reply({"value": rows}))
    assert AccessObserver().rights_of(made, ROW, TABLE, ADA) == AccessRights(3, 48, 51, POA)

    shares = [
        {"AccessMask": "ReadAccess", "Principal": {"ownerid": ADA.id}},
        {"AccessMask": "ShareAccess, ReadAccess", "Principal": {"systemuserid": ADA.id.upper()}},
        {"AccessMask": "nonsense", "Principal": {"teamid": TEAM.id}},
    ]
    made, _ = records(error(403), error(403), reply({"PrincipalAccesses": shares}))
    assert AccessObserver().rights_of(made, ROW, TABLE, ADA) == AccessRights(None, None, 262145, SHARED)
    assert SHOWS_DIRECT == SHARED


@pytest.mark.parametrize("closed", [1, 2])
@pytest.mark.parametrize("code", ["0x80040217", "0X80040217"])
def test_a_row_that_is_not_there_closes_no_door(closed: int, code: str) -> None:
    """Nobody has rights on it; where another code stands, the door is closed."""
    made, session = records(*[error(403)] * closed, error(404, code=code))
    surface = (EFFECTIVE, SHARED)[closed - 1]
    assert AccessObserver().rights_of(made, ROW, TABLE, TEAM) == AccessRights(None, None, 0, surface)
    path = f"{TEAM.path}/Microsoft.Dynamics.CRM.{EFFECTIVE}" if closed == 1 else SHARED
    assert session.asked[-1] == f"GET {path}(Target=@p1)?{AT_ROW}"

    made, _ = records(error(404, code="0x80060888"))
    with pytest.raises(NotObservable):
        AccessObserver().rights_of(made, ROW, TABLE, ADA)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 501])
def test_a_closed_door_leads_to_the_next(status: int) -> None:
    """What an endpoint does not offer, to this caller or at all; when all are closed, it is told once with where."""
    made, session = records(error(status))
    observer = AccessObserver()
    seen = []
    for _ in range(2):
        with pytest.raises(NotObservable) as told:
            observer.rights_of(made, ROW, TABLE, ADA)
        seen.append((str(told.value), told.value.exchange))

    said = (
        f"The endpoint shows nowhere who may do what with a row (sharing table: {status} (no);"
        f" principal access: {status} (no); shared principals: {status} (no))."
    )
    assert seen == [(said, "x0003"), (said, None)]
    assert len(session.asked) == 3


@pytest.mark.parametrize("status", [204, 402, 406, 429, 500, 502, 503])
def test_a_door_that_broke_is_told(status: int) -> None:
    """At once and later alike, with the exchange; it is not closed."""
    share = reply({"value": []})
    made, _ = records(error(status), share, error(status))
    observer = AccessObserver()
    for exchange in ("x0001", None, "x0003"):
        if exchange is None:
            assert observer.rights_of(made, ROW, TABLE, ADA) == AccessRights(0, 0, 0, POA)
            continue
        with pytest.raises(Broken) as told:
            observer.rights_of(made, ROW, TABLE, ADA)
        assert str(told.value) == f"The rights on {ROW.path} could not be read: {status} (no)."
        assert told.value.exchange == exchange


@pytest.mark.parametrize("status", [204, 401, 410, 429, 500])
def test_a_look_that_says_nothing_is_told(status: int) -> None:
    """Neither seen nor unseen; with the name and the exchange."""
    made, _ = records(reply({"UserId": ADA.id.upper()}), error(status))
    with pytest.raises(Broken) as told:
        AccessObserver().sees(made, ROW, ADA)

    assert str(told.value) == f"{ROW.path} read for Ada answers {status} (no)."
    assert told.value.exchange == "x0002"


@pytest.mark.parametrize(
    ("principal", "header"),
    [
        (ADA, {"CallerObjectId": ADA.object_id}),
        (Principal("systemuser", ADA.id, "Ada"), {"MSCRMCallerID": ADA.id}),
    ],
)
def test_one_acts_for_a_user_by_one_header(principal: Principal, header: dict[str, str]) -> None:
    """By the object id where it is known; whether that is possible is asked once for each user."""
    made, session = records(reply({"UserId": ADA.id}), reply({}), reply({}, 404))
    observer = AccessObserver()

    assert [observer.sees(made, ROW, principal), observer.sees(made, ROW, principal)] == [True, False]
    assert session.asked == ["GET WhoAmI", f"GET {ROW.path}", f"GET {ROW.path}"]
    assert [one.headers for one in session.seen] == [header] * 3


@pytest.mark.parametrize("who", [reply({"UserId": ADA.id}, 204), reply({"UserId": None}), reply({}), error(403)])
def test_one_does_not_act_for_a_user_unless_it_is_said(who: Canned) -> None:
    """Another user of the same run is asked about again."""
    left = iter([who, reply({"UserId": ME}), reply({})])

    def answer(request: Request) -> Canned:
        return next(left)

    session = Offline(answer)
    made: Any = SimpleNamespace(send=lambda method, target, headers: session.send(method, target, headers=headers))
    observer = AccessObserver()

    assert [observer.sees(made, ROW, ADA), observer.sees(made, ROW, ADA), observer.sees(made, ROW, TEAM)] == [None] * 3
    assert observer.sees(made, ROW, Principal("systemuser", ME, "me")) is True
    assert session.asked == ["GET WhoAmI", "GET WhoAmI", f"GET {ROW.path}"]


def test_shares_and_owners_are_written_as_dataverse_takes_them() -> None:
    """Of teams too."""
    made, session = records(Canned(204))
    grant(made, ROW, TABLE, TEAM, "ReadAccess")
    revoke(made, ROW, TABLE, TEAM)
    assign(made, ROW, TEAM)
    row = {"tid": ROW.id, "@odata.type": "Microsoft.Dynamics.CRM.t"}
    team = {"teamid": TEAM.id, "@odata.type": "Microsoft.Dynamics.CRM.team"}

    assert session.asked == ["POST GrantAccess", "POST RevokeAccess", f"PATCH {ROW.path}"]
    assert [one.json for one in session.seen] == [
        {"Target": row, "PrincipalAccess": {"AccessMask": "ReadAccess", "Principal": team}},
        {"Target": row, "Revokee": team},
        {"ownerid@odata.bind": f"/teams({TEAM.id})"},
    ]
