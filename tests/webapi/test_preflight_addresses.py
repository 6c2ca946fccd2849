"""Addresses of the preflight: how they are completed, where they lead, and which cannot be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dataverse_tck.webapi.http.errors import Broken, NotAllowed, NotDataverse, Redirected
from dataverse_tck.webapi.preflight import CredentialsRequired, normalise_address
from tests.support.canned_server import API, html, reply
from tests.support.offline import Door, Told, fails
from tests.support.stub_server import error

HOST = "https://h.example"
ROOT = HOST + API
TABLE = "EntityDefinitions(LogicalName='msdyn_ocliveworkitem')"
EDMX = b'<Edmx><Schema Namespace="Microsoft.Dynamics.CRM"/></Edmx>'


Found = Callable[..., Any]


@pytest.mark.parametrize(
    ("named", "completed"),
    [
        (HOST, ROOT),
        (f"{HOST}/api", ROOT),
        (f"{HOST}/api/data", ROOT),
        (f"{HOST}/tenant", f"{HOST}/tenant{API}"),
        (f"{HOST}/api/x", f"{HOST}/api/x{API}"),
        (f"{HOST}/api/data/x", f"{HOST}/api/data/x{API}"),
        (f"{HOST}/myapi", f"{HOST}/myapi{API}"),
        (f"{ROOT}/x", f"{ROOT}/x{API}"),
        (f"{HOST}/api/data/v", f"{HOST}/api/data/v{API}"),
        (f"{HOST}/api/data/v9.2", None),
        (f"{HOST}/tenant/api/data/v9", None),
    ],
)
def test_how_an_address_is_completed(find: Found, doors: list[Door], named: str, completed: str | None) -> None:
    """Unless it has a version already."""

    def answer(root: str, path: str) -> Told:
        return reply({"LogicalName": "t"}) if root == completed else html(404)

    if completed is None:
        fails(lambda: find(named, answer), NotDataverse)
        assert len(doors) == 1
    else:
        found = find(named, answer)
        assert (found.session, found.session.root, found.completed_from) == (doors[1], completed, named)
        assert (doors[0].closed, doors[1].closed) == (True, False)


def test_two_wrong_addresses_are_told_in_full(find: Found, doors: list[Door]) -> None:
    """With the exchange of the second; a redirect is as wrong as another answer."""
    away = Redirected("It leads away.", "https://elsewhere.example/")
    away.exchange = "x9"
    first = f"{HOST} is not a Dataverse Web API: asked for a table definition, it answers 404 with an HTML page."
    rest = f" Nor is {ROOT} one: name the service root, like https://host/api/data/v9.2."

    assert fails(lambda: find(HOST, lambda root, path: away if root == ROOT else html(404)), NotDataverse) == (
        first + rest,
        "x9",
    )
    assert fails(lambda: find(HOST, lambda root, path: html(404) if root == ROOT else away), NotDataverse) == (
        f"It leads away.{rest}",
        "x0001",
    )
    assert all(door.closed for door in doors)


@pytest.mark.parametrize("status", [401, 403])
def test_the_completed_address_may_be_closed(find: Found, status: int) -> None:
    """It is told alone: the way in is known then."""
    said, exchange = fails(
        lambda: find(HOST, lambda root, path: error(status) if root == ROOT else html(404)), CredentialsRequired
    )

    assert said.startswith(f"{ROOT} ")
    assert "Nor is" not in said
    assert exchange == "x0001"


def test_what_breaks_is_told_as_it_is(find: Found, doors: list[Door]) -> None:
    """No other address is tried, and the session is closed."""
    broken = Broken("reset", "x9")

    assert fails(lambda: find(HOST, lambda root, path: broken), Broken) == ("reset", "x9")
    assert [door.closed for door in doors] == [True]


LOGIN = "https://sso.example/"


@pytest.mark.parametrize(
    ("location", "login"),
    [
        *((LOGIN + page, True) for page in ("login", "LOG-IN", "signin", "Sign-In", "oauth2", "saml", "adfs", "auth")),
        *((LOGIN + page, False) for page in ("", "home", "log", "sign", "aut", "x?a=home")),
    ],
)
def test_a_redirect_to_a_login(find: Found, doors: list[Door], location: str, *, login: bool) -> None:
    """By words of its address; its query is not told."""
    away = Redirected("It leads away.", f"{location}?state=hidden?x" if login else location)
    away.exchange = "x9"
    said = (
        f"{ROOT} sends visitors to a login page ({location}). The kit signs in by bearer token: put one that is valid"
        " there into DATAVERSE_TOKEN."
        if login
        else "It leads away."
    )

    told = fails(lambda: find(ROOT, lambda root, path: away), CredentialsRequired if login else Redirected)
    assert told == (said, "x9")
    assert [door.closed for door in doors] == [True]


def test_a_long_address_of_a_login_is_cut(find: Found) -> None:
    """At 200 characters."""
    location = f"{LOGIN}login/{'x' * 300}"
    said, _ = fails(lambda: find(ROOT, lambda root, path: Redirected("away", location)), CredentialsRequired)

    assert f"({location[:200]})." in said


@pytest.mark.parametrize(
    ("url", "said"),
    [
        *(
            (
                name,
                f"The endpoint {name!r} is a variable that nobody has filled in. Set it where the job has it from.",
            )
            for name in ("$(Endpoint)", "${ENDPOINT}", "$ENDPOINT", "%ENDPOINT%", "${{ vars.ENDPOINT }}")
        ),
        ("localhost:80/x", "The endpoint 'localhost:80/x' has no scheme. Write http://localhost:80/x."),
        ("127.0.0.1:8000", "The endpoint '127.0.0.1:8000' has no scheme. Write http://127.0.0.1:8000."),
        ("[::1]:8000/api", "The endpoint '[::1]:8000/api' has no scheme. Write http://[::1]:8000/api."),
        (
            "127.0.0.1.example.com",
            "The endpoint '127.0.0.1.example.com' has no scheme. Write https://127.0.0.1.example.com.",
        ),
        ("host/x", "The endpoint 'host/x' has no scheme. Write https://host/x."),
        (" //host/x ", "The endpoint '//host/x' has no scheme. Write https://host/x."),
        ("", "The endpoint '' has no scheme. Write https://host."),
        ("/", "The endpoint '/' has no scheme. Write https://host."),
        (
            "http://[::1",
            "The endpoint 'http://[::1' cannot be read as an address: Invalid IPv6 URL.",
        ),
        (
            "https://a:b@h",
            (
                "The endpoint holds a user name or password before the @. Leave them out: the token goes into"
                " DATAVERSE_TOKEN."
            ),
        ),
        *(
            (
                f"https://h/a{sign}b",
                f"The endpoint {f'https://h/a{sign}b'!r} holds a character that an address cannot have.",
            )
            for sign in (" ", "\\", "<", ">", '"')
        ),
        (
            "https://h/x?a#b",
            (
                "The endpoint https://h/x?a#b has a query, which a service root cannot have. Leave out everything"
                " from the ? on."
            ),
        ),
        (
            "https://h/x#b",
            (
                "The endpoint https://h/x#b has a fragment, which a service root cannot have. Leave out everything"
                " from the # on."
            ),
        ),
    ],
)
def test_an_address_that_cannot_be_is_told_in_full(url: str, said: str) -> None:
    """With the way out."""
    assert fails(lambda: normalise_address(url), NotAllowed) == (said, None)


@pytest.mark.parametrize(
    ("url", "address"), [("http://h", "http://h"), ("http://h//", "http://h"), (" http://h/x@y/ ", "http://h/x@y")]
)
def test_an_address_that_can_be(url: str, address: str) -> None:
    """Without blanks around and slashes at its end."""
    assert normalise_address(url) == address
