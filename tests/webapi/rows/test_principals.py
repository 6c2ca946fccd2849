"""The caller and others: people that can be shared with, and words where there are none."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from dataverse_tck.webapi.rows.principals import Principal, Principals, find_principals, organization
from tests.support.canned_server import Canned, Serve, reply
from tests.support.row_kit import Emulator, Kit
from tests.support.stub_server import Stub, error

Open = Callable[..., Kit]
ME, UNIT = str(UUID(int=1)), str(UUID(int=2))


def found(kit: Kit, *named: str) -> Principals:
    """What is found at an endpoint."""
    return find_principals(kit.session, kit.tables, named)


def test_people_and_teams_of_the_emulator(emulator: Emulator, kit_at: Open) -> None:
    """Enabled users other than the caller, and teams, with what the headers need."""
    principals = found(kit_at(emulator.root))
    assert principals.caller is not None
    assert principals.caller.name == f"the user {principals.caller.id}"  # people's own names are not asked for
    assert (len(principals.users), len(principals.teams)) == (4, 2)
    assert principals.caller not in principals.users
    assert principals.others == principals.users + principals.teams
    assert all(user.object_id and user.object_id != user.id for user in principals.users)
    assert principals.teams[0].path == f"teams({principals.teams[0].id})"
    assert principals.reason is None


def test_named_ones_come_alone(emulator: Emulator, kit_at: Open) -> None:
    """In any spelling of their ids, also a user that would not have been chosen; unknown ones are told."""
    kit = kit_at(emulator.root)
    former = next(user for user in kit.records().list("systemusers") if user["isdisabled"])["systemuserid"]
    team = found(kit).teams[1]
    principals = found(kit, f"{{{former.upper()}}}", team.id)
    assert ([user.id for user in principals.users], principals.teams, principals.reason) == ([former], (team,), None)
    nobody = found(kit, ME, "me")
    assert nobody.others == ()
    assert nobody.reason == (
        f"There is neither a user nor a team with the id {ME}. 'me' is not the id of a user or a team."
    )


def columns(*names: str) -> list[dict[str, str]]:
    """Columns as metadata has them."""
    return [{"LogicalName": name} for name in names]


def organisation(users: Canned, teams: Canned) -> Stub:
    """An endpoint that tells people from machines."""
    return Stub(
        {
            "systemuser": columns(
                "azureactivedirectoryobjectid", "isdisabled", "accessmode", "applicationid", "isintegrationuser"
            ),
            "team": columns("isdefault"),
        },
        canned={
            ("GET", "WhoAmI"): [reply({"UserId": ME.upper(), "BusinessUnitId": UNIT})],
            ("GET", "systemusers?"): [users],
            ("GET", "teams?"): [teams],
        },
    )


def test_machines_and_default_teams_are_no_colleagues(serve: Serve, kit_at: Open) -> None:
    """Applications, integrations, support and non-interactive users; the team of a business unit."""
    users = [{"systemuserid": str(UUID(int=10)), "fullname": None, "azureactivedirectoryobjectid": None}]
    stub = organisation(reply({"value": users}), reply({"value": [{"teamid": str(UUID(int=21)), "name": "T"}]}))
    principals = found(kit_at(serve(stub).root))
    assert principals.users == (Principal("systemuser", str(UUID(int=10)), f"the user {UUID(int=10)}"),)
    assert principals.teams == (Principal("team", str(UUID(int=21)), f"the team {UUID(int=21)}"),)
    assert principals.business_unit == UNIT
    asked = [line for line in stub.log if line.startswith(("GET systemusers?", "GET teams?"))]
    assert asked[1:] == [
        (
            "GET systemusers?$select=systemuserid,azureactivedirectoryobjectid&$filter=isdisabled eq false"
            " and accessmode lt 3 and applicationid eq null and isintegrationuser eq false"
            f" and systemuserid ne {ME}&$top=50"
        ),
        "GET teams?$select=teamid&$filter=isdefault eq false&$top=50",
    ]


def test_nobody_else_is_a_reason(serve: Serve, kit_at: Open) -> None:
    """Of an organisation with one user."""
    stub = organisation(reply({"value": []}), reply({"value": []}))
    assert found(kit_at(serve(stub).root)) == Principals(
        Principal("systemuser", ME, "the caller"),
        UNIT,
        reason="The organisation shows no other enabled user, and no team that can own rows.",
    )


def test_unreadable_tables_are_a_reason(serve: Serve, kit_at: Open) -> None:
    """Nothing is raised, whatever is refused."""
    refused = error(403, "prvReadUser")
    principals = found(kit_at(serve(organisation(refused, refused)).root))
    assert principals.others == ()
    assert "systemusers answers 403 (prvReadUser)" in str(principals.reason)
    nothing = found(kit_at(serve(lambda request: error(500)).root))
    assert nothing.caller is None
    assert "WhoAmI does not tell the UserId" in str(nothing.reason)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (reply({"OrganizationId": ME.upper()}), ME),
        (reply({"OrganizationId": None}), None),
        (reply({"OrganizationId": 7}), None),
        (reply({"UserId": ME}), None),
        (reply([]), None),
        (error(403), None),
    ],
    ids=["told", "null", "a number", "another", "a list", "refused"],
)
def test_the_organisation_is_told_by_whoami(serve: Serve, kit_at: Open, told: Canned, found: str | None) -> None:
    """In lower case, or not at all."""
    server = serve(lambda request: told)

    assert organization(kit_at(server.root).session) == found
    assert server.paths == ["WhoAmI"]


def test_every_named_one_is_looked_for(emulator: Emulator, kit_at: Open) -> None:
    """Also after one that is no id."""
    kit = kit_at(emulator.root)
    team = found(kit).teams[0]
    principals = found(kit, "me", team.id)

    assert principals.teams == (team,)
    assert principals.reason == "'me' is not the id of a user or a team."


def test_teams_that_own_nothing_are_no_colleagues(serve: Serve, kit_at: Open) -> None:
    """Where the endpoint tells them apart."""
    stub = organisation(reply({"value": []}), reply({"value": []}))
    stub.tables["team"] = columns("teamtype", "isdefault")
    found(kit_at(serve(stub).root))

    assert "GET teams?$select=teamid&$filter=teamtype eq 0 and isdefault eq false&$top=50" in stub.log


def test_named_ones_that_cannot_be_read_say_why(serve: Serve, kit_at: Open) -> None:
    """Not that there is nobody."""
    refused = error(403, "prvReadUser")
    principals = found(kit_at(serve(organisation(refused, refused)).root), ME)

    assert principals.others == ()
    assert "systemusers answers 403 (prvReadUser)" in str(principals.reason)
    assert "There is neither" not in str(principals.reason)
    assert Principals() == Principals(None, None, (), (), None)
