"""Writes through the session: what is sent, repeated, refused and recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.suite_files import suite_root
from dataverse_tck.webapi.http.errors import Redirected
from tests.support.canned_server import API, Canned, Open, Serve, Talk, reply

if TYPE_CHECKING:
    from pathlib import Path

WRITES = ["POST", "PATCH", "PUT", "DELETE"]
TOKEN = "secret-token-0123456789"


@pytest.mark.parametrize("method", WRITES)
def test_a_write_carries_json_in_utf_8_and_no_condition(serve: Serve, session_at: Open, method: str) -> None:
    """If-None-Match would make a write conditional; it belongs to reads."""
    server = serve(lambda request: Canned(204))
    answer = session_at(server.root).send(method, "rows", content={"name": "Żółw"}, prefer="return=minimal")
    seen = server.seen[0]
    assert (answer.status, answer.attempts, seen.method, seen.json) == (204, 1, method, {"name": "Żółw"})
    assert "Żółw".encode() in seen.body
    assert seen.headers["content-type"] == "application/json; charset=utf-8"
    assert (seen.headers["prefer"], seen.headers["odata-version"]) == ("return=minimal", "4.0")
    assert "if-none-match" not in seen.headers


def test_a_write_without_content_has_no_content_type(serve: Serve, session_at: Open) -> None:
    """A DELETE has nothing to describe."""
    server = serve(lambda request: Canned(204))
    session_at(server.root).send("DELETE", "rows(1)", headers={"If-None-Match": "*"})
    assert (server.seen[0].body, server.seen[0].headers["if-none-match"]) == (b"", "*")
    assert "content-type" not in server.seen[0].headers


def test_get_can_be_sent_too_and_takes_headers(serve: Serve, session_at: Open) -> None:
    """It is a read: redirects are followed, and caches are passed by."""
    answers = iter([reply(None, 302, Location=f"{API}/other"), reply({"a": 1})])
    server = serve(lambda request: next(answers))
    answer = session_at(server.root).send("GET", "x", headers={"MSCRMCallerID": "7"})
    assert (answer.json(), server.paths) == ({"a": 1}, ["x", "other"])
    assert {(seen.headers["mscrmcallerid"], seen.headers["if-none-match"]) for seen in server.seen} == {("7", "null")}


def test_pages_carry_the_headers_to_every_page(serve: Serve, session_at: Open) -> None:
    """Acting for somebody else does not end with the first page."""
    answers = iter([reply({"value": [], "@odata.nextLink": "rows?page=2"}), reply({"value": []})])
    server = serve(lambda request: next(answers))
    list(session_at(server.root).pages("rows", headers={"CallerObjectId": "7"}))
    assert [seen.headers["callerobjectid"] for seen in server.seen] == ["7", "7"]


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("status", [429, 503])
def test_a_throttled_write_is_repeated_with_its_body(serve: Serve, session_at: Open, method: str, status: int) -> None:
    """The endpoint did not carry it out."""
    answers = iter([reply({}, status, Retry_After="0"), reply({}, status), Canned(204)])
    server = serve(lambda request: next(answers))
    answer = session_at(server.root, retry_after_s=0.01).send(method, "rows", content={"a": 1})
    assert (answer.status, answer.attempts) == (204, 3)
    assert [(seen.method, seen.json) for seen in server.seen] == [(method, {"a": 1})] * 3


@pytest.mark.parametrize("status", [400, 403, 404, 409, 412, 500, 502, 504])
def test_other_statuses_of_a_write_are_answers(serve: Serve, session_at: Open, status: int) -> None:
    """Whoever asked decides what they mean; nothing is sent twice."""
    server = serve(lambda request: reply({"error": {"code": "0x8004431A", "message": "no"}}, status, Retry_After="0"))
    answer = session_at(server.root).send("POST", "rows", content={})
    assert (answer.status, answer.error_code(), answer.summary(), len(server.seen)) == (
        status,
        "0x8004431a",
        f"{status} (no)",
        1,
    )


def test_a_write_on_a_connection_that_was_closed_is_sent_once_more(talk: Talk, session_at: Open) -> None:
    """Also after a wait, when the connection has grown too old meanwhile."""
    throttled = b"HTTP/1.1 429 Slow\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    answers = iter([throttled, b"", b"HTTP/1.1 204 No Content\r\n\r\n"])
    server = talk(lambda connection: connection.sendall(next(answers)))
    answer = session_at(server.root, retry_after_s=0.01).send("POST", "rows", content={"a": 1})
    assert (answer.status, answer.attempts) == (204, 3)
    assert all(seen.path.startswith("POST ") for seen in server.seen)


@pytest.mark.parametrize("location", [f"{API}/elsewhere", "https://login.invalid/"])
def test_a_redirected_write_goes_nowhere(serve: Serve, session_at: Open, location: str) -> None:
    """Neither within the origin nor beyond: whether it was carried out would not be known."""
    server = serve(lambda request: reply(None, 307, Location=location))
    with pytest.raises(Redirected, match="writes are not sent elsewhere") as caught:
        session_at(server.root).send("POST", "rows", content={})
    assert (caught.value.exchange, caught.value.location, len(server.seen)) == ("x0001", location, 1)
    said = f"{server.root}/rows answers a POST with a redirect (307) to {location}; writes are not sent elsewhere."
    assert str(caught.value).startswith(said)


def test_a_write_to_another_origin_is_refused(session_at: Open) -> None:
    """Before anything is sent."""
    with pytest.raises(Redirected):
        session_at("http://127.0.0.1:1/api").send("DELETE", "http://127.0.0.2:1/rows(1)")


def test_evidence_holds_the_body_and_on_whose_behalf_without_secrets(
    serve: Serve, session_at: Open, tmp_path: Path
) -> None:
    """The line of a write is valid and can be repeated from it."""
    server = serve(lambda request: Canned(204))
    headers = {"MSCRMCallerID": "1", "CallerObjectId": "2", "Consistency": "Strong", "If-Match": "*"}
    with Recorder(tmp_path / "x.ndjson", [TOKEN]) as recorder:
        session = session_at(server.root, token=TOKEN, recorder=recorder)
        session.send("PATCH", "rows(1)", content={"name": f"Ünser {TOKEN}"}, headers=headers)
    line = json.loads((tmp_path / "x.ndjson").read_text("utf-8"))
    schema = json.loads((suite_root() / "schemas" / "outputs" / "exchange.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(line)
    assert (line["request"]["method"], json.loads(line["request"]["body"])) == ("PATCH", {"name": "Ünser [redacted]"})
    assert {name.lower(): value for name, value in headers.items()}.items() <= line["request"]["headers"].items()
    assert "authorization" not in line["request"]["headers"]
