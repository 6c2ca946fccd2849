"""The preflight answer by answer: what proves an endpoint, what is asked after it, and the words for the rest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.http.errors import NotDataverse, StopReading, WebApiError
from dataverse_tck.webapi.http.limits import Limits
from dataverse_tck.webapi.preflight import CredentialsRequired, read_metadata_head
from tests.support.canned_server import API, Canned, html, reply
from tests.support.offline import Door, Offline, fails
from tests.support.stub_server import error

HOST = "https://h.example"
ROOT = HOST + API
TABLE = "EntityDefinitions(LogicalName='msdyn_ocliveworkitem')"
EDMX = b'<Edmx><Schema Namespace="Microsoft.Dynamics.CRM"/></Edmx>'


Found = Callable[..., Any]


def test_an_endpoint_is_opened_as_it_was_told(find: Found, doors: list[Door]) -> None:
    """With the token and the limits, and asked for the table that was named."""
    limits = Limits(tries=1)
    found = find(f" {ROOT}/ ", lambda root, path: reply({"LogicalName": "t"}), "token", table="t", limits=limits)
    (door,) = doors

    assert (found.session, found.first.json(), found.completed_from) == (door, {"LogicalName": "t"}, None)
    assert (door.root, door.opened["token"], door.opened["limits"], door.closed) == (ROOT, "token", limits, False)
    assert door.asked == ["GET EntityDefinitions(LogicalName='t')"]


@pytest.mark.parametrize(
    "name", ["EntityDefinitions", "systemusers", "businessunits", "sdkmessages", "msdyn_ocliveworkitems"]
)
def test_each_set_that_only_dataverse_has_proves_it(find: Found, doors: list[Door], name: str) -> None:
    """In a service document that lists others as well; then $metadata is not asked."""
    service = reply({"value": [{"name": "accounts"}, {"name": name}, 7, {}]})
    found = find(ROOT, lambda root, path: error(404) if path else service)

    assert (found.first.status, doors[0].asked) == (404, [f"GET {TABLE}", "GET "])


@pytest.mark.parametrize("name", ["accounts", "systemuser", "Systemusers", "organizations"])
@pytest.mark.parametrize("status", [200, 203])
def test_other_sets_prove_nothing(find: Found, doors: list[Door], name: str, status: int) -> None:
    """Nor does a document that is no answer to a read."""
    service = reply({"value": [{"name": name if status == 200 else "systemusers"}]}, status)
    fails(lambda: find(ROOT, lambda root, path: error(404) if path else service), NotDataverse)

    assert doors[0].asked == [f"GET {TABLE}", "GET ", "GET $metadata"]
    assert doors[0].closed


@pytest.mark.parametrize(
    ("document", "proves"),
    [
        (EDMX, True),
        (b'<p:Edmx a="Microsoft.Dynamics.CRM"/>', True),
        (b'<_p.q-1:Edmx\n a="Microsoft.Dynamics.CRM"/>', True),
        (b"<Edmx>Microsoft.Dynamics.CRM", True),
        (EDMX.decode().encode("utf-16-le"), True),
        (b"<Edmxes>Microsoft.Dynamics.CRM", False),
        (b"<1:Edmx>Microsoft.Dynamics.CRM", False),
        (b"<edmx>Microsoft.Dynamics.CRM", False),
        (b"<Edmx>Microsoft.Dynamics", False),
        (b"Microsoft.Dynamics.CRM", False),
        (b"<Edmx>" + b" " * (65536 - 6 - 22) + b"Microsoft.Dynamics.CRM", True),
        (b"<Edmx>" + b" " * (65536 - 6 - 21) + b"Microsoft.Dynamics.CRM", False),
    ],
    ids=range(12),
)
def test_the_beginning_of_csdl_proves_it(document: bytes, *, proves: bool) -> None:
    """Its root element and the namespace of the platform, within 64 KiB."""

    class Pieces(Offline):
        def stream(self, target: str, sink: Callable[[bytes], None]) -> Answer:
            answer = self.get(target)
            with suppress(StopReading):
                for start in range(0, len(answer.content), 1000):
                    sink(answer.content[start : start + 1000])
            return answer

    session: Any = Pieces(lambda request: Canned(200, document))
    answer, proved = read_metadata_head(session)
    assert (answer.status, proved, session.asked) == (200, proves, ["GET $metadata"])
    refused: Any = Pieces(lambda request: Canned(403, document))
    assert read_metadata_head(refused)[1] is False


@pytest.mark.parametrize(("more", "pieces"), [(-1, 3), (0, 2), (1, 2)])
def test_no_more_is_read_of_csdl_than_its_beginning(more: int, pieces: int) -> None:
    """The reading is stopped as soon as there is enough."""
    taken, stops = list[int](), list[str]()

    class Pieces(Offline):
        def stream(self, target: str, sink: Callable[[bytes], None]) -> Answer:
            try:
                for size in (65535, 1 + more, 9):
                    taken.append(size)
                    sink(b"x" * size)
            except StopReading as stop:
                stops.append(str(stop))
            return self.get(target)

    session: Any = Pieces(lambda request: Canned(200))
    read_metadata_head(session)
    assert (len(taken), stops) == (pieces, ["Its beginning was enough to recognise it."])


@pytest.mark.parametrize(
    ("first", "asked"),
    [
        (error(401), 1),
        (error(429), 1),
        (error(503), 1),
        (html(404), 1),
        (error(400), 3),
        (error(402), 3),
        (error(403), 3),
        (error(404), 3),
        (error(430), 3),
        (error(500), 3),
        (error(504), 3),
        (reply({"LogicalName": "t"}, 203), 3),
        (reply(["LogicalName"]), 3),
    ],
    ids=range(13),
)
def test_what_would_only_be_repeated_is_not_asked(find: Found, doors: list[Door], first: Canned, asked: int) -> None:
    """A login, a throttle and a web page answer all questions alike."""
    kind = CredentialsRequired if first.status in {401, 403} else NotDataverse
    fails(lambda: find(ROOT, lambda root, path: first if path == TABLE else error(404)), kind)

    assert (len(doors), len(doors[0].asked), doors[0].closed) == (1, asked, True)


@pytest.mark.parametrize(
    ("first", "token", "kind", "said"),
    [
        (
            error(401),
            None,
            CredentialsRequired,
            " asks for credentials (401). Put a bearer token into the environment variable DATAVERSE_TOKEN.",
        ),
        (
            error(401),
            "token",
            CredentialsRequired,
            (
                " refuses the token in DATAVERSE_TOKEN (401). It may have expired, or be meant for another"
                " organisation: get a new one."
            ),
        ),
        (
            error(403, "not you"),
            None,
            CredentialsRequired,
            (
                " does not let this caller in: 403 (not you). Give its user a role that may read table"
                " definitions, or put another token into DATAVERSE_TOKEN."
            ),
        ),
        (error(429, "slow"), None, NotDataverse, " is too busy to answer: 429 (slow). Try again later."),
        (error(503), None, NotDataverse, " is too busy to answer: 503 (no). Try again later."),
        (
            error(404, "no secret-token-0123"),
            "secret-token-0123",
            NotDataverse,
            (
                " is not a Dataverse Web API: asked for a table definition, it answers 404 (no [redacted])."
                " Check the address."
            ),
        ),
    ],
    ids=["no token", "token", "403", "429", "503", "404"],
)
def test_what_refuses_is_told_in_full(
    find: Found, first: Canned, token: str | None, kind: type[WebApiError], said: str
) -> None:
    """The whole sentence, without secrets, and the exchange of the first question."""
    assert fails(lambda: find(ROOT, lambda root, path: first, token), kind) == (ROOT + said, "x0001")


@pytest.mark.parametrize(
    ("first", "seen"),
    [
        (Canned(200, b"<!doctype html>"), "200 with an HTML page"),
        (Canned(200, b" \r\n"), "200 with an empty body"),
        (Canned(404, b" \r\n"), "404 and nothing else"),
        (Canned(201, b""), "201 and nothing else"),
        (Canned(500, b"\xef\xbb\xbf \r\n\t<a/>"), "500 with an XML document"),
        (Canned(200, b"a\n  b <"), "200 with something that begins with 'a b <'"),
        (Canned(200, b"y" * 39 + b"zz"), f"200 with something that begins with '{'y' * 39}z'"),
        (Canned(200, b"\xff\xfe"), r"200 with something that begins with '\\xff\\xfe'"),
        (reply({"d": 1, "a": 2, "c": 3, "b": 4, "e": 5}), "200 with JSON of another kind (members: a, b, c, d)"),
        (reply({}), "200 with JSON of another kind (members: none)"),
        (reply({"a": 1}, 404), "404 with JSON of another kind (members: a)"),
        (error(405, "not so"), "405 (not so)"),
        (reply({"error": 7}), "200"),
        (reply([]), "200 with JSON of another kind"),
        (reply("error"), "200 with JSON of another kind"),
        (reply(7, 500), "500 with JSON of another kind"),
    ],
    ids=range(16),
)
def test_what_was_seen_is_told_in_full(find: Found, first: Canned, seen: str) -> None:
    """Its status and what kind of thing its body is."""
    said = f"{ROOT} is not a Dataverse Web API: asked for a table definition, it answers {seen}. Check the address."

    assert fails(lambda: find(ROOT, lambda root, path: first), NotDataverse) == (said, "x0001")
