"""Who is a colleague, question by question: what is asked where columns are missing, and what is told."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from dataverse_tck.webapi.http.errors import TableMissing, Unreachable, WebApiError
from dataverse_tck.webapi.rows.principals import Principal, Principals, find_principals
from dataverse_tck.webapi.rows.tables import Tables
from tests.support.canned_server import Request, reply
from tests.support.offline import Offline, Told
from tests.support.stub_server import error

ME, ADA, TEAM = (str(UUID(int=0xA0 + number)) for number in range(3))
OBJECT = "azureactivedirectoryobjectid"
CALLER = Principal("systemuser", ME, "the caller")


def found(
    *,
    who: Told | None = None,
    users: Told | None = None,
    teams: Told | None = None,
    columns: Mapping[str, tuple[str, ...] | WebApiError] | None = None,
    named: tuple[str, ...] = (),
) -> tuple[Principals, list[str]]:
    """Whom an endpoint shows, and what it was asked."""
    shown = {"systemuser": (), "team": (), **(columns or {})}
    nobody = reply({"value": []})

    def answer(request: Request) -> Told:
        if request.path.endswith("WhoAmI"):
            return who or reply({"UserId": ME, "BusinessUnitId": "unit"})
        return (users if "/systemusers?" in request.path else teams) or nobody

    def of(name: str) -> Any:
        known = shown[name]
        if isinstance(known, WebApiError):
            raise known
        return SimpleNamespace(columns=dict.fromkeys(known))

    session: Any = Offline(answer)
    tables: Any = SimpleNamespace(of=of, caller=Tables(session).caller)
    principals = find_principals(session, tables, named)
    assert all(" " not in target for target in session.targets)  # as it would go over the wire
    return principals, session.asked


def user(identifier: object = ADA, **members: object) -> Told:
    """A list of one user."""
    return reply({"value": [{"systemuserid": identifier, **members}]})


@pytest.mark.parametrize(
    ("column", "condition"),
    [
        ("isdisabled", "isdisabled eq false"),
        ("accessmode", "accessmode lt 3"),
        ("applicationid", "applicationid eq null"),
        ("isintegrationuser", "isintegrationuser eq false"),
        ("fullname", None),
    ],
)
def test_a_user_is_asked_about_by_the_columns_that_there_are(column: str, condition: str | None) -> None:
    """Enabled people other than the caller; names are not asked for."""
    _, asked = found(columns={"systemuser": (column,)})
    also = f"{condition} and " if condition else ""

    assert asked == [
        "GET WhoAmI",
        f"GET systemusers?$select=systemuserid&$filter=systemuserid eq {ME}&$top=50",
        f"GET systemusers?$select=systemuserid&$filter={also}systemuserid ne {ME}&$top=50",
        "GET teams?$select=teamid&$top=50",
    ]


@pytest.mark.parametrize(
    ("column", "condition"),
    [("teamtype", "teamtype eq 0"), ("isdefault", "isdefault eq false"), ("isdisabled", None), (OBJECT, None)],
)
def test_a_team_is_asked_about_by_the_columns_that_there_are(column: str, condition: str | None) -> None:
    """Teams that can own rows; teams have no object id to be asked for."""
    _, asked = found(columns={"team": (column,)})

    assert asked[-1] == f"GET teams?$select=teamid{f'&$filter={condition}' if condition else ''}&$top=50"


def test_the_object_id_is_asked_for_where_it_is_known() -> None:
    """Of the caller too, whose row gives the name."""
    principals, asked = found(users=user(ADA.upper(), **{OBJECT: "oid"}), columns={"systemuser": (OBJECT,)})
    ada = Principal("systemuser", ADA, f"the user {ADA}", "oid")

    assert (principals.caller, principals.users) == (ada, (ada,))
    assert asked[1] == f"GET systemusers?$select=systemuserid,{OBJECT}&$filter=systemuserid eq {ME}&$top=50"


@pytest.mark.parametrize(
    ("who", "caller", "unit"),
    [
        ({"UserId": ME.upper(), "BusinessUnitId": "Unit"}, CALLER, "Unit"),
        ({"UserId": ME}, CALLER, None),
        ({"UserId": ME, "BusinessUnitId": 7}, CALLER, None),
        ({"BusinessUnitId": "Unit"}, None, "Unit"),
        ({"UserId": 7}, None, None),
        ({}, None, None),
    ],
    ids=str,
)
def test_what_whoami_says(who: object, caller: Principal | None, unit: str | None) -> None:
    """The caller by an id in lower case; without one nobody is left out of the others, and it is told."""
    principals, asked = found(who=reply(who), teams=reply({"value": [{"teamid": TEAM}]}))

    assert (principals.caller, principals.business_unit) == (caller, unit)
    assert principals.reason == (None if caller else "WhoAmI does not tell the UserId of the caller.")
    assert len(asked) == (4 if caller else 3)
    assert caller or "GET systemusers?$select=systemuserid&$top=50" in asked


def test_rows_without_an_id_are_nobody() -> None:
    """The others are kept, in their order, users before teams."""
    rows = [{"systemuserid": None}, {"systemuserid": ADA.upper()}, {}, {"systemuserid": ME}]
    principals, _ = found(users=reply({"value": rows}), teams=reply({"value": [{}, {"teamid": TEAM.upper()}]}))
    ada, me = (Principal("systemuser", one, f"the user {one}") for one in (ADA, ME))
    team = Principal("team", TEAM, f"the team {TEAM}")

    assert (principals.others, principals.reason) == ((ada, me, team), None)
    assert [one.path for one in principals.others] == [f"systemusers({ADA})", f"systemusers({ME})", f"teams({TEAM})"]


@pytest.mark.parametrize("kind", ["systemuser", "team"])
def test_a_table_that_is_not_shown_is_a_reason(kind: str) -> None:
    """Told once, however often it was looked at; the other kind is read all the same."""
    principals, asked = found(columns={kind: TableMissing(f"no {kind}")}, teams=reply({"value": [{"teamid": TEAM}]}))

    assert principals.reason == f"no {kind}"
    assert bool(principals.teams) is (kind == "systemuser")
    assert [line for line in asked if f"{kind}s?" in line] == []


def test_every_trouble_is_told_once() -> None:
    """In the order in which it was met."""
    principals, _ = found(
        who=error(403), users=error(403), teams=Unreachable("Nobody is there."), columns={"team": ("teamtype",)}
    )

    assert principals == Principals(
        reason="WhoAmI does not tell the UserId of the caller."
        " http://127.0.0.1/api/data/v9.2/systemusers answers 403 (no). Nobody is there."
    )


def test_the_same_trouble_is_not_told_twice() -> None:
    """The caller and the others are read from one table."""
    principals, _ = found(users=error(403))

    assert principals.reason == "http://127.0.0.1/api/data/v9.2/systemusers answers 403 (no)."
    assert principals.caller == CALLER


def test_those_that_are_named_come_alone() -> None:
    """A user that is found is not looked for among teams; what makes a colleague does not count."""
    principals, asked = found(
        users=user(), columns={"systemuser": ("isdisabled",), "team": ("teamtype",)}, named=(f"{{{ADA.upper()}}}", TEAM)
    )

    assert principals.users == (Principal("systemuser", ADA, f"the user {ADA}"),) * 2
    assert asked[2:] == [
        f"GET systemusers?$select=systemuserid&$filter=systemuserid eq {one}&$top=50" for one in (ADA, TEAM)
    ]


def test_a_team_that_is_named_is_looked_for_after_users() -> None:
    """By its id alone."""
    principals, asked = found(
        teams=reply({"value": [{"teamid": TEAM}]}), columns={"team": ("teamtype",)}, named=(TEAM,)
    )

    assert (principals.users, principals.teams) == ((), (Principal("team", TEAM, f"the team {TEAM}"),))
    assert principals.reason is None
    assert asked[-1] == f"GET teams?$select=teamid&$filter=teamid eq {TEAM}&$top=50"


@pytest.mark.parametrize(
    ("named", "users", "teams", "reason"),
    [
        (("x" * 99,), None, None, f"{repr('x' * 99)[:60]} is not the id of a user or a team."),
        ((ADA,), None, None, f"There is neither a user nor a team with the id {ADA}."),
        ((ADA,), error(403), None, "http://127.0.0.1/api/data/v9.2/systemusers answers 403 (no)."),
        ((ADA,), None, error(500), "http://127.0.0.1/api/data/v9.2/teams answers 500 (no)."),
    ],
    ids=["no id", "nobody", "users", "teams"],
)
def test_those_that_are_named_and_not_found_are_told(
    named: tuple[str, ...], users: Told | None, teams: Told | None, reason: str
) -> None:
    """Or why they could not be looked for; not that there is nobody at all."""
    principals, _ = found(named=named, users=users, teams=teams)

    assert (principals.others, principals.reason) == ((), reason)


def test_a_table_that_broke_does_not_hide_one_that_was_found() -> None:
    """A team was found, though users could not be read; the caller's row could not be read either."""
    principals, _ = found(users=error(403), teams=reply({"value": [{"teamid": TEAM}]}), named=(TEAM,))

    assert [one.id for one in principals.teams] == [TEAM]
    assert principals.reason == "http://127.0.0.1/api/data/v9.2/systemusers answers 403 (no)."
