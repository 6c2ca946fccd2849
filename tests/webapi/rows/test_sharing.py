"""Shares and owners: granted, revoked, assigned, and observed through the best door that is open."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
import requests

from dataverse_tck.webapi.http.errors import Broken, Malformed, NotObservable
from dataverse_tck.webapi.rows.principals import Principal, find_principals
from dataverse_tck.webapi.rows.records import Row
from dataverse_tck.webapi.rows.sharing import AccessRights, assign, grant, mask_of, revoke, words_of
from dataverse_tck.webapi.rows.tables import Table
from tests.support.access import observer_of
from tests.support.canned_server import API, Canned, Request, Serve, reply
from tests.support.row_kit import Emulator, Kit
from tests.support.stub_server import Stub, error

Open = Callable[..., Kit]
TABLE = Table("t", "ts", "tid", None, "UserOwned", {}, {}, {})
ROW = Row("t", str(UUID(int=5)), f"ts({UUID(int=5)})")
ADA = Principal("systemuser", str(UUID(int=7)), "Ada", str(UUID(int=8)))
POA, SHARED, EFFECTIVE = "principalobjectaccessset", "RetrieveSharedPrincipalsAndAccess", "RetrievePrincipalAccess"


def through(root: str, closed: tuple[str, ...]) -> Callable[[Request], Canned]:
    """Pass requests on to the emulator, but for some doors that are closed."""
    client = requests.Session()
    client.trust_env = False

    def answer(request: Request) -> Canned:
        if any(door in request.path for door in closed):
            return error(403, "closed")
        headers = {"Content-Type": "application/json"} if request.body else {}
        url = root + request.path.removeprefix(API)
        told = client.request(request.method, url, data=request.body, headers=headers, timeout=10)
        kept = {"OData-EntityId": told.headers["OData-EntityId"]} if "OData-EntityId" in told.headers else {}
        return Canned(told.status_code, told.content, kept)

    return answer


@pytest.mark.parametrize(
    ("closed", "surface"),
    [((), POA), ((POA,), EFFECTIVE), ((POA, EFFECTIVE), SHARED)],
)
def test_a_share_is_seen_through_each_door(
    emulator: Emulator, serve: Serve, kit_at: Open, closed: tuple[str, ...], surface: str
) -> None:
    """Granted, it is there; revoked, it is not; the sharing table tells inherited rights apart."""
    kit = kit_at(serve(through(emulator.root, closed)).root)
    records = kit.records()
    principals = find_principals(kit.session, kit.tables)
    observer = observer_of(records, records.make("msdyn_timegroup"), principals.users[0])
    table = kit.tables.of("msdyn_timegroup")
    conversations = kit.tables.of("msdyn_ocliveworkitem")
    navigation = conversations.navigation["regardingobjectid", "msdyn_timegroup"]
    for principal in (principals.users[0], principals.teams[0]):
        row = records.make("msdyn_timegroup")
        child = records.make("msdyn_ocliveworkitem", {f"{navigation}@odata.bind": f"/{row.path}"})
        seen = [observer.rights_of(records, row, principal)]
        assert grant(records, row, table, principal, "ReadAccess, WriteAccess").status == 204
        seen.append(observer.rights_of(records, row, principal))
        inherited = observer.rights_of(records, child, principal)
        assert revoke(records, row, table, principal).status == 204
        seen.append(observer.rights_of(records, row, principal))
        assert [rights.together for rights in seen] == [0, 3, 0]
        assert {rights.surface for rights in seen} == {surface}
        assert [rights.direct for rights in seen] == ([0, 3, 0] if surface == POA else [None] * 3)
        if surface == POA:
            assert inherited == AccessRights(0, 3, 3, POA)


def test_a_row_is_assigned_to_users_and_teams(emulator: Emulator, kit_at: Open) -> None:
    """By its ownerid."""
    kit = kit_at(emulator.root)
    records = kit.records()
    row = records.make("msdyn_timegroup")
    for principal in find_principals(kit.session, kit.tables).others:
        assert assign(records, row, principal).status == 204
        read = records.read(row, select=["_ownerid_value"])
        assert read is not None
        assert read["_ownerid_value"] == principal.id


def test_words_and_masks() -> None:
    """As Dataverse writes them, in the order of the bits."""
    assert (mask_of("None"), mask_of("WriteAccess,ReadAccess"), mask_of("AssignAccess")) == (0, 3, 524288)
    assert (words_of(0), words_of(262167)) == (
        "no rights",
        "ReadAccess, WriteAccess, AppendAccess, AppendToAccess, ShareAccess",
    )
    with pytest.raises(KeyError):
        mask_of("readaccess")


def share(**members: object) -> Canned:
    """A row of the sharing table."""
    mine = {"objectid": ROW.id, "principalid": ADA.id, "accessrightsmask": 1, "inheritedaccessrightsmask": 0}
    return reply({"value": [{**mine, **members}]})


@pytest.mark.parametrize(
    ("canned", "expected"),
    [
        (share(inheritedaccessrightsmask=135069719), (1, 851991)),
        (share(principalid=ROW.id), (0, 0)),
        (share(objectid=ADA.id), (0, 0)),
        (share(principalid=ADA.id.upper()), (1, 0)),
    ],
)
def test_the_sharing_table_is_read_with_care(
    serve: Serve, kit_at: Open, canned: Canned, expected: tuple[int, int]
) -> None:
    """Only rows of this row and principal count, and only bits that are rights."""
    records = kit_at(serve(Stub(canned={("GET", POA): [canned]})).root).records()
    rights = observer_of(records).rights_of(records, ROW, ADA)
    assert (rights.direct, rights.inherited) == expected


@pytest.mark.parametrize("canned", [share(accessrightsmask="1"), reply({}), reply({"value": [1]})])
def test_a_sharing_table_of_another_shape_is_an_error(serve: Serve, kit_at: Open, canned: Canned) -> None:
    """And no absence of rights."""
    records = kit_at(serve(Stub(canned={("GET", POA): [canned]})).root).records()
    with pytest.raises(Malformed):
        observer_of(records).rights_of(records, ROW, ADA)


def test_the_door_is_chosen_once(serve: Serve, kit_at: Open) -> None:
    """By threads too; what is closed is not tried again, what fails later is an error and no reason to change."""
    known = reply({"PrincipalAccesses": [{"AccessMask": "ReadAccess", "Principal": {"ownerid": ADA.id}}]})
    closed = [error(403)]
    stub = Stub(canned={("GET", POA): closed, ("GET", "systemusers"): closed, ("GET", SHARED): [known]})
    kit = kit_at(serve(stub).root)
    observer = observer_of(kit.records("to find out"))

    def look(number: int) -> int | None:
        return observer.rights_of(kit.records(str(number)), ROW, ADA).together

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(look, range(30))) == {1}
    assert sum(POA in line for line in stub.log) == 1
    stub.canned["GET", SHARED] = [error(403, "gone")]
    with pytest.raises(Broken, match=re.escape("403 (gone)")):
        look(31)


def test_without_a_door_rights_are_not_observable(serve: Serve, kit_at: Open) -> None:
    """Told with what each door answered, and not asked again."""
    doors = {("GET", door): [error(404, "nothing here")] for door in (POA, SHARED, "systemusers")}
    stub = Stub(canned=doors)
    records = kit_at(serve(stub).root).records()
    observer = observer_of(records)
    for _ in range(2):
        with pytest.raises(NotObservable, match=r"sharing table: 404 \(nothing here\); principal access: 404"):
            observer.rights_of(records, ROW, ADA)
    assert len(stub.log) == 3


def test_a_broken_door_is_not_closed(serve: Serve, kit_at: Open) -> None:
    """A failure of the moment decides nothing: it is tried again."""
    stub = Stub(canned={("GET", POA): [error(500), share()]})
    records = kit_at(serve(stub).root).records()
    observer = observer_of(records)
    assert observer.rights_of(records, ROW, ADA) == AccessRights(1, 0, 1, POA)


def test_nobody_has_rights_on_a_row_that_is_gone(emulator: Emulator, serve: Serve, kit_at: Open) -> None:
    """It is an answer, and closes no door."""
    kit = kit_at(serve(through(emulator.root, (POA,))).root)
    records = kit.records()
    observer = observer_of(records)
    row = records.make("msdyn_timegroup")
    records.delete(row)
    user = find_principals(kit.session, kit.tables).users[0]
    assert observer.rights_of(records, row, user) == AccessRights(None, None, 0, EFFECTIVE)


def test_seeing_through_the_eyes_of_another(emulator: Emulator, kit_at: Open) -> None:
    """Users can be acted for by either header; teams cannot."""
    kit = kit_at(emulator.root)
    records = kit.records()
    row = records.make("msdyn_timegroup")
    principals = find_principals(kit.session, kit.tables)
    user, team = principals.users[0], principals.teams[0]
    observer = observer_of(records)
    assert observer.sees(records, row, user) is False
    grant(records, row, kit.tables.of(row.table), user, "ReadAccess")
    assert observer.sees(records, row, user) is True
    assert observer.sees(records, row, Principal("systemuser", user.id, user.name)) is True
    assert observer.sees(records, row, team) is None
    records.delete(row)
    assert observer.sees(records, row, user) is False


@pytest.mark.parametrize(
    ("who", "status", "seen"),
    [
        (reply({"UserId": ADA.id.upper()}), 200, True),
        (reply({"UserId": ADA.id}), 403, False),
        (reply({"UserId": ADA.id}), 404, False),
        (reply({"UserId": ROW.id}), 200, None),  # the header is ignored
        (error(403, "prvActOnBehalfOfAnotherUser"), 403, None),
    ],
)
def test_seeing_needs_leave_to_act_for_another(
    serve: Serve, kit_at: Open, who: Canned, status: int, seen: object
) -> None:
    """Without it, a refusal says nothing of the row."""
    server = serve(Stub(canned={("GET", "WhoAmI"): [who], ("GET", "ts"): [reply({}, status)]}))
    records = kit_at(server.root).records()
    observer = observer_of(records)
    assert [observer.sees(records, ROW, ADA) for _ in range(2)] == [seen, seen]
    assert server.paths.count("WhoAmI") == 1
    assert {request.headers.get("callerobjectid") for request in server.seen} == {ADA.object_id}


def test_a_broken_look_is_an_error(serve: Serve, kit_at: Open) -> None:
    """Neither seen nor unseen."""
    stub = Stub(canned={("GET", "WhoAmI"): [reply({"UserId": ADA.id})], ("GET", "ts"): [error(500)]})
    records = kit_at(serve(stub).root).records()
    with pytest.raises(Broken, match="read for Ada answers 500"):
        observer_of(records).sees(records, ROW, ADA)


@pytest.mark.parametrize(
    ("shown", "mask"),
    [
        ({"ownerid": ADA.id}, 1),
        ({"ownerid": ADA.id, "x": 1}, 1),
        ({"systemuserid": ADA.id}, 1),
        ({"teamid": ADA.id}, 0),
        ({"ownerid": ROW.id, "systemuserid": ADA.id}, 1),
        ({}, 0),
        (None, 0),
        ("x", 0),
        ([ADA.id], 0),
    ],
    ids=str,
)
def test_a_shared_principal_is_known_by_its_id(serve: Serve, kit_at: Open, shown: object, mask: int) -> None:
    """As an owner or by its kind; what has another shape is nobody."""
    shares = reply({"PrincipalAccesses": [{"AccessMask": "ReadAccess", "Principal": shown}]})
    closed = [error(403)]
    stub = Stub(canned={("GET", POA): closed, ("GET", "systemusers"): closed, ("GET", SHARED): [shares]})
    records = kit_at(serve(stub).root).records()
    rights = observer_of(records).rights_of(records, ROW, ADA)

    assert rights == AccessRights(None, None, mask, SHARED)
    asked = f"GET {SHARED}(Target=@p1)?@p1={{'@odata.id':'{ROW.path}'}}"
    assert stub.log[-1] == asked


def test_every_closed_door_is_named(serve: Serve, kit_at: Open) -> None:
    """By its words, with what it answered; the last exchange is kept."""
    doors = {("GET", door): [error(status)] for door, status in ((POA, 400), (SHARED, 501), ("systemusers", 405))}
    records = kit_at(serve(Stub(canned=doors)).root).records()
    with pytest.raises(NotObservable) as told:
        observer_of(records).rights_of(records, ROW, ADA)

    assert str(told.value) == (
        "The endpoint shows nowhere who may do what with a row (sharing table: 400 (no); principal access: 405 (no);"
        " shared principals: 501 (no))."
    )
    assert told.value.exchange == records.exchanges[-1] == "x0003"


@pytest.mark.parametrize(
    ("door", "canned", "words"),
    [
        (POA, reply([]), "answers with JSON that is no object"),
        (POA, reply({"value": {}}), "answers without a list of objects in value"),
        (POA, share(accessrightsmask=None), "The sharing table has None as accessrightsmask, which is no integer"),
        (POA, share(inheritedaccessrightsmask=1.5), "has 1.5 as inheritedaccessrightsmask"),
        ("systemusers", reply({"AccessRights": "Everything"}), "'Everything' is no list of access rights"),
        ("systemusers", reply({}), "None is no list of access rights"),
        ("systemusers", reply({"AccessRights": 7}), "7 is no list of access rights"),
    ],
    ids=["list", "no list", "null", "fraction", "unknown word", "absent", "number"],
)
def test_rights_of_another_shape_say_what_they_are(
    serve: Serve, kit_at: Open, door: str, canned: Canned, words: str
) -> None:
    """With the exchange that showed them."""
    stub = Stub(canned={("GET", POA): [error(403)], ("GET", door): [canned]})
    records = kit_at(serve(stub).root).records()
    with pytest.raises(Malformed, match=re.escape(words)) as told:
        observer_of(records).rights_of(records, ROW, ADA)

    assert told.value.exchange == records.exchanges[-1]


def test_shares_are_asked_of_this_row_alone(serve: Serve, kit_at: Open) -> None:
    """In the sharing table by kind and id; of a user by name; and written as Dataverse takes them."""
    stub = Stub(canned={("GET", POA): [share()], ("POST", ""): [Canned(204)]})
    server = serve(stub)
    records = kit_at(server.root).records()
    observer_of(records).rights_of(records, ROW, ADA)
    grant(records, ROW, TABLE, ADA, "ReadAccess")
    revoke(records, ROW, TABLE, ADA)
    row = {"tid": ROW.id, "@odata.type": "Microsoft.Dynamics.CRM.t"}
    ada = {"systemuserid": ADA.id, "@odata.type": "Microsoft.Dynamics.CRM.systemuser"}

    assert stub.log[0] == (
        "GET principalobjectaccessset?$select=objectid,principalid,accessrightsmask,inheritedaccessrightsmask"
        f"&$filter=objecttypecode eq 't' and objectid eq {ROW.id}"
    )
    assert [(request.path.rpartition("/")[2], request.json) for request in server.seen[2:]] == [
        ("GrantAccess", {"Target": row, "PrincipalAccess": {"AccessMask": "ReadAccess", "Principal": ada}}),
        ("RevokeAccess", {"Target": row, "Revokee": ada}),
    ]
