"""What is said of rights: every word, every bit, every status of a door, and the exchange that showed it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.http.errors import Malformed, NotMade
from dataverse_tck.webapi.rows.sharing import (
    ACCESS_RIGHTS,
    assign,
    grant,
    mask_of,
    revoke,
    rights_of_caller,
    words_of,
)
from tests.support.access import ADA, AT_ROW, ME, ROW, TABLE, TEAM, observer_of, records
from tests.support.canned_server import Canned, reply
from tests.support.stub_server import error

POA, EFFECTIVE, SHARED = "principalobjectaccessset", "RetrievePrincipalAccess", "RetrieveSharedPrincipalsAndAccess"


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
    lambda made: observer_of(made).rights_of(made, ROW, ADA),
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
        observer_of(made).rights_of(made, ROW, ADA)

    assert str(told.value) == "http://h/x answers without a list of objects in value."
    assert told.value.exchange == "x9"


@pytest.mark.parametrize("member", ["accessrightsmask", "inheritedaccessrightsmask"])
@pytest.mark.parametrize("value", [None, "1", 1.0, ["z" * 99]], ids=str)
def test_what_is_no_mask_is_told_in_full(member: str, value: object) -> None:
    """The value, at most 80 characters of it, the member and the exchange."""
    share = {"objectid": ROW.id, "principalid": ADA.id, "accessrightsmask": 1, "inheritedaccessrightsmask": 1}
    made, _ = records(reply({"value": [{**share, member: value}]}))
    with pytest.raises(Malformed) as told:
        observer_of(made).rights_of(made, ROW, ADA)

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
        observer_of(made).rights_of(made, ROW, ADA)

    assert str(told.value) == f"{repr(value)[:120]} is no list of access rights."
    assert told.value.exchange == f"x000{len(closed) + 1}"
    assert door in session.asked[-1]


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


def test_what_is_asked_is_encoded_where_it_has_to_be() -> None:
    """Braces and signs of annotations are; quotes and brackets stay readable, as OData allows."""
    made, session = records(error(403), error(403), reply({"PrincipalAccesses": []}))
    observer_of(made).rights_of(made, ROW, ADA)
    at_row = f"@p1=%7B'%40odata.id'%3A'{ROW.path}'%7D"

    assert session.targets == [
        (
            f"{POA}?$select=objectid,principalid,accessrightsmask,inheritedaccessrightsmask"
            f"&$filter=objecttypecode%20eq%20't'%20and%20objectid%20eq%20{ROW.id}"
        ),
        f"{ADA.path}/Microsoft.Dynamics.CRM.{EFFECTIVE}(Target=@p1)?{at_row}",
        *[f"{SHARED}(Target=@p1)?{at_row}"] * 2,
    ]
