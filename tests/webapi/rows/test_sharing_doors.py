"""The doors through which rights are seen: which are closed, which broke, and what adds up behind each."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dataverse_tck.webapi.http.errors import Broken, NotObservable
from dataverse_tck.webapi.rows.principals import Principal
from dataverse_tck.webapi.rows.sharing import (
    SHOWS_DIRECT,
    AccessObserver,
    AccessRights,
)
from tests.support.access import ADA, AT_ROW, ME, ROW, TEAM, observer_of, records
from tests.support.canned_server import Canned, Request, reply
from tests.support.offline import Offline
from tests.support.stub_server import error

POA, EFFECTIVE, SHARED = "principalobjectaccessset", "RetrievePrincipalAccess", "RetrieveSharedPrincipalsAndAccess"


def test_several_shares_add_up() -> None:
    """In the sharing table and in the list of principals; what is inherited stays apart."""
    mine = {"objectid": ROW.id.upper(), "principalid": ADA.id.upper()}
    rows = [
        {**mine, "accessrightsmask": 1, "inheritedaccessrightsmask": 16},
        {**mine, "accessrightsmask": 3 + 8, "inheritedaccessrightsmask": 32},
        {**mine, "principalid": TEAM.id, "accessrightsmask": "x", "inheritedaccessrightsmask": None},
    ]
    made, _ = records(reply({"value": rows}))
    assert observer_of(made).rights_of(made, ROW, ADA) == AccessRights(3, 48, 51, POA)

    shares = [
        {"AccessMask": "ReadAccess", "Principal": {"ownerid": ADA.id}},
        {"AccessMask": "ShareAccess, ReadAccess", "Principal": {"systemuserid": ADA.id.upper()}},
        {"AccessMask": "nonsense", "Principal": {"teamid": TEAM.id}},
    ]
    made, _ = records(error(403), error(403), reply({"PrincipalAccesses": shares}))
    assert observer_of(made).rights_of(made, ROW, ADA) == AccessRights(None, None, 262145, SHARED)
    assert SHOWS_DIRECT == SHARED


@pytest.mark.parametrize("closed", [1, 2])
@pytest.mark.parametrize("code", ["0x80040217", "0X80040217"])
def test_a_row_that_is_not_there_closes_no_door(closed: int, code: str) -> None:
    """Nobody has rights on it; where another code stands, the door is closed."""
    made, session = records(*[error(403)] * closed, error(404, code=code))
    surface = (EFFECTIVE, SHARED)[closed - 1]
    assert observer_of(made).rights_of(made, ROW, TEAM) == AccessRights(None, None, 0, surface)
    path = f"{TEAM.path}/Microsoft.Dynamics.CRM.{EFFECTIVE}" if closed == 1 else SHARED
    assert session.asked[-1] == f"GET {path}(Target=@p1)?{AT_ROW}"

    made, _ = records(error(404, code="0x80060888"))
    with pytest.raises(NotObservable):
        observer_of(made).rights_of(made, ROW, ADA)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 501])
def test_a_closed_door_leads_to_the_next(status: int) -> None:
    """What an endpoint does not offer, to this caller or at all; when all are closed, it is told once with where."""
    made, session = records(error(status))
    observer = observer_of(made)
    seen = []
    for _ in range(2):
        with pytest.raises(NotObservable) as told:
            observer.rights_of(made, ROW, ADA)
        seen.append((str(told.value), told.value.exchange))

    said = (
        f"The endpoint shows nowhere who may do what with a row (sharing table: {status} (no);"
        f" principal access: {status} (no); shared principals: {status} (no))."
    )
    assert seen == [(said, "x0003")] * 2
    assert len(session.asked) == 3


@pytest.mark.parametrize("status", [204, 402, 406, 429, 500, 502, 503])
def test_a_door_that_broke_is_told(status: int) -> None:
    """With the exchange, and is not closed: broken twice when it is chosen, for everybody; broken later, each time."""
    made, session = records(error(status))
    observer = observer_of(made)
    said = f"The rights on {ROW.path} could not be read: {status} (no)."
    assert [broken(observer, made) for _ in range(2)] == [(said, "x0002")] * 2
    assert len(session.asked) == 2

    share = reply({"value": []})
    made, _ = records(error(status), share, error(status), share)
    observer = observer_of(made)
    assert broken(observer, made) == (said, "x0003")
    assert observer.rights_of(made, ROW, ADA) == AccessRights(0, 0, 0, POA)


def broken(observer: AccessObserver, made: Any) -> tuple[str, str | None]:
    """Why the rights cannot be read, and where that was seen."""
    with pytest.raises(Broken) as told:
        observer.rights_of(made, ROW, ADA)
    return str(told.value), told.value.exchange


@pytest.mark.parametrize("status", [204, 401, 410, 429, 500])
def test_a_look_that_says_nothing_is_told(status: int) -> None:
    """Neither seen nor unseen; with the name and the exchange."""
    made, _ = records(reply({"UserId": ADA.id.upper()}), error(status))
    with pytest.raises(Broken) as told:
        observer_of(made).sees(made, ROW, ADA)

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
    observer = observer_of(made)

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
    observer = observer_of(made)

    assert [observer.sees(made, ROW, ADA), observer.sees(made, ROW, ADA), observer.sees(made, ROW, TEAM)] == [None] * 3
    assert observer.sees(made, ROW, Principal("systemuser", ME, "me")) is True
    assert session.asked == ["GET WhoAmI", "GET WhoAmI", f"GET {ROW.path}"]
