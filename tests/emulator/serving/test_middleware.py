"""What stands before the service: the token, and the limit of requests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from dataverse_tck.emulator.organisation.model import Organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.middleware import Throttle, guarded
from dataverse_tck.emulator.serving.server import running

TOKEN = "s3cret-~token"
REMAINING = "x-ms-ratelimit-burst-remaining-xrm-requests"


class Clock:
    """A clock that stands still until it is put forward."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def locked(organisation: Organisation) -> Iterator[str]:
    """An emulator that wants a token."""
    with running(guarded(create_app(organisation), token=TOKEN)) as root:
        yield root


@pytest.fixture
def clock() -> Clock:
    """The time of the limited emulator."""
    return Clock()


@pytest.fixture
def limited(organisation: Organisation, clock: Clock) -> Iterator[str]:
    """An emulator that takes three requests of a user in ten seconds."""
    with running(guarded(create_app(organisation), throttle=Throttle(3, 10), clock=clock)) as root:
        yield root


def ask(
    session: requests.Session, root: str, authorization: str | None = None, path: str = "/WhoAmI"
) -> requests.Response:
    """GET with an Authorization header."""
    headers = {} if authorization is None else {"Authorization": authorization}
    return session.get(root + path, headers=headers, timeout=10)


@pytest.mark.parametrize("authorization", [f"Bearer {TOKEN}", f"bearer {TOKEN}"])
def test_the_bearer_of_the_token_is_served(locked: str, session: requests.Session, authorization: str) -> None:
    """The scheme is read without case."""
    assert ask(session, locked, authorization).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer \xe9"],
)
@pytest.mark.parametrize("path", ["/WhoAmI", "/", "/$metadata", "/accounts"])
def test_others_are_not_authenticated(
    locked: str, session: requests.Session, authorization: str | None, path: str
) -> None:
    """The answer has no body; its header says where a token comes from."""
    answer = ask(session, locked, authorization, path)

    assert (answer.status_code, answer.content) == (401, b"")
    origin = locked.removesuffix("api/data/v9.2")
    scheme, _, parameters = answer.headers["WWW-Authenticate"].partition(" ")
    assert scheme == "Bearer"
    authority, resource = parameters.split(", ")
    assert authority.startswith("authorization_uri=https://login.microsoftonline.com/")
    assert authority.endswith("/oauth2/authorize")
    assert resource == f"resource_id={origin}"
    assert answer.headers["x-ms-service-request-id"] == answer.headers["REQ_ID"]


def test_a_refused_write_leaves_the_connection_usable(locked: str, session: requests.Session) -> None:
    """A body that nobody reads does not spoil what comes next on the connection."""
    refused = session.post(f"{locked}/accounts", json={"name": "x" * 100_000}, timeout=10)

    assert refused.status_code == 401
    assert ask(session, locked, f"Bearer {TOKEN}").status_code == 200


def test_requests_beyond_the_limit_are_refused(limited: str, session: requests.Session, clock: Clock) -> None:
    """429 with the documented code and text, and the seconds until there is room again."""
    left = []
    for _ in range(3):
        left.append(ask(session, limited).headers[REMAINING])
        clock.now += 2
    answer = ask(session, limited)

    assert left == ["2", "1", "0"]
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "4")
    assert answer.headers["Content-Type"] == "application/json; odata.metadata=minimal"
    assert answer.headers["OData-Version"] == "4.0"
    assert answer.json()["error"] == {
        "code": "0x80072322",
        "message": "Number of requests exceeded the limit of 3 over time window of 10 seconds.",
    }


def test_the_window_slides(limited: str, session: requests.Session, clock: Clock) -> None:
    """After the seconds that were told there is room for one more; refused requests do not count."""
    for _ in range(3):
        ask(session, limited)
        clock.now += 2
    for _ in range(5):
        assert ask(session, limited).status_code == 429
    clock.now += 3.99
    assert ask(session, limited).headers["Retry-After"] == "1"
    clock.now += 0.01

    assert ask(session, limited).status_code == 200
    assert ask(session, limited).status_code == 429


def test_each_user_has_a_limit_of_their_own(limited: str, session: requests.Session) -> None:
    """Users are told apart by their tokens."""
    for _ in range(3):
        ask(session, limited, "Bearer one")

    assert ask(session, limited, "Bearer one").status_code == 429
    assert ask(session, limited, "Bearer two").status_code == 200


def test_a_batch_is_one_request(limited: str, session: requests.Session) -> None:
    """However many requests it holds."""
    part = "--b\r\nContent-Type: application/http\r\n\r\nGET WhoAmI HTTP/1.1\r\n\r\n"
    answer = session.post(
        f"{limited}/$batch",
        data=part * 5 + "--b--\r\n",
        headers={"Content-Type": "multipart/mixed;boundary=b"},
        timeout=10,
    )

    assert (answer.status_code, answer.headers[REMAINING]) == (200, "2")


def test_those_without_the_token_do_not_count(organisation: Organisation, session: requests.Session) -> None:
    """They are turned away before they are counted."""
    with running(guarded(create_app(organisation), token=TOKEN, throttle=Throttle(1, 100))) as root:
        assert [ask(session, root).status_code for _ in range(3)] == [401, 401, 401]
        assert ask(session, root, f"Bearer {TOKEN}").status_code == 200
        assert ask(session, root, f"Bearer {TOKEN}").status_code == 429
