"""The door to the network: what is sent, followed, refused, streamed and recorded."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.webapi.http.errors import Broken, Malformed, NotAllowed, Redirected, StopReading, WebApiError
from dataverse_tck.webapi.http.session import Session
from tests.support.canned_server import API, HEAD, Canned, Open, Request, Serve, Talk, free_port, reply, zipped
from tests.support.exchange_lines import lines

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "secret-token-0123456789"


# What is sent


def test_every_request_carries_the_headers_of_odata(serve: Serve, session_at: Open) -> None:
    """The OData headers, gzip and the token stand on each request, and an answer says what came back."""
    server = serve(lambda request: reply({"a": 1}, 200, X_Ms_Service_Request_Id="7"))
    answer = session_at(server.root, token=TOKEN).get("WhoAmI", prefer="odata.maxpagesize=5")
    sent = server.seen[0].headers
    assert sent["accept"] == "application/json"
    assert (sent["odata-version"], sent["odata-maxversion"], sent["if-none-match"]) == ("4.0", "4.0", "null")
    assert sent["accept-encoding"] == "gzip"
    assert sent["authorization"] == f"Bearer {TOKEN}"
    assert sent["prefer"] == "odata.maxpagesize=5"
    assert sent["user-agent"].startswith("dataverse-tck/")
    assert (answer.status, answer.json(), answer.headers["x-ms-service-request-id"]) == (200, {"a": 1}, "7")
    assert answer.url == f"{server.root}/WhoAmI"


def test_statuses_are_answers(serve: Serve, session_at: Open) -> None:
    """A 404 is no exception: whoever asked decides what it means."""
    server = serve(lambda request: reply({"error": {"code": "0x0", "message": "no such thing"}}, 404))
    answer = session_at(server.root).get("x")
    assert answer.status == 404
    assert answer.summary() == "404 (no such thing)"


def test_a_token_is_refused_in_the_clear_before_anything_is_sent() -> None:
    """The session does not even open."""
    with pytest.raises(NotAllowed, match="unencrypted"):
        Session("http://org.invalid", token=TOKEN, recorder=Recorder(None))


# Redirects and next links


def test_redirects_within_the_origin_are_followed(serve: Serve, session_at: Open) -> None:
    """The token goes along; each hop is an exchange."""
    answers = iter([reply(None, 302, Location=f"{API}/other"), reply(None, 307, Location="third"), reply({"a": 1})])
    server = serve(lambda request: next(answers))
    session = session_at(server.root, token=TOKEN)
    assert session.get("x").json() == {"a": 1}
    assert server.paths == ["x", "other", "third"]
    assert {request.headers["authorization"] for request in server.seen} == {f"Bearer {TOKEN}"}
    assert session.tally.requests == 3


@pytest.mark.parametrize(
    "location",
    [
        "https://login.example/oauth2/authorize?x=1",
        "//127.0.0.2/x",
        "http://127.0.0.1:1/x",
        "https://127.0.0.1/x",
        "ftp://127.0.0.1/x",
        "http://[broken",
        "javascript:alert(1)",
        "http://elsewhere.example\\@{host}/x",
        "http://me@{host}/x",
        "http://{host}\\.elsewhere.example/x",
    ],
)
def test_other_redirects_are_refused(serve: Serve, session_at: Open, location: str) -> None:
    """Another host, port or scheme is not followed, nor an address that two readers take for two hosts."""
    server = serve(
        lambda request: reply(None, 302, Location=location.replace("{host}", server.origin.partition("//")[2]))
    )
    with pytest.raises(Redirected, match="is not followed") as caught:
        session_at(server.root, token=TOKEN).get("x")
    assert caught.value.exchange == "x0001"
    assert len(server.seen) == 1


def test_redirects_without_end_are_refused(serve: Serve, session_at: Open) -> None:
    """A loop stops after the limit."""
    server = serve(lambda request: reply(None, 302, Location=f"{API}/x"))
    with pytest.raises(NotAllowed, match="still redirects after 3"):
        session_at(server.root, redirects=3).get("x")
    assert len(server.seen) == 4


def test_pages_are_followed_with_the_same_prefer_header(serve: Serve, session_at: Open) -> None:
    """Absolute and relative next links lead on; follow-ups are counted apart."""
    answers = iter(
        [
            lambda: reply({"value": [1], "@odata.nextLink": f"{server.root}/rows?$skiptoken=%3Ccookie%20n='2'"}),
            lambda: reply({"value": [2], "@odata.nextLink": "rows?$skiptoken=3"}),
            lambda: reply({"value": [3]}),
        ]
    )
    server = serve(lambda request: next(answers)())
    session = session_at(server.root)
    pages = list(session.pages("rows?$top=9", prefer="odata.maxpagesize=1"))
    assert [page.document["value"] for page in pages] == [[1], [2], [3]]
    assert server.paths == ["rows?$top=9", "rows?$skiptoken=<cookie n='2'", "rows?$skiptoken=3"]
    assert {request.headers["prefer"] for request in server.seen} == {"odata.maxpagesize=1"}
    assert (session.tally.requests, session.tally.pages) == (3, 2)


@pytest.mark.parametrize(
    ("link", "kind", "sentence"),
    [
        ("https://elsewhere.example/rows", Redirected, "away from"),
        ("http://127.0.0.1:1/rows", Redirected, "away from"),
        ("rows", Broken, "was followed before"),
        ("http://[broken", Redirected, "away from"),
        (7, Malformed, "not text but 7"),
        ({"href": "rows"}, Malformed, "not text"),
    ],
)
def test_bad_next_links_are_refused(
    serve: Serve, session_at: Open, link: object, kind: type[WebApiError], sentence: str
) -> None:
    """Another origin, a loop, and a link that is no text."""
    server = serve(lambda request: reply({"value": [], "@odata.nextLink": link}))
    with pytest.raises(kind, match=sentence) as told:
        list(session_at(server.root, token=TOKEN).pages("rows"))
    assert len(server.seen) == 1
    assert told.value.exchange == "x0001"


def test_pages_without_end_are_refused(serve: Serve, session_at: Open) -> None:
    """Always another page stops at the limit."""
    server = serve(lambda request: reply({"value": [], "@odata.nextLink": f"rows?{len(server.seen)}"}))
    with pytest.raises(Broken, match="would be page 4") as told:
        list(session_at(server.root, pages=3).pages("rows"))
    assert told.value.exchange == "x0003"
    assert len(server.seen) == 3


def test_an_absolute_url_of_another_origin_is_refused(serve: Serve, session_at: Open) -> None:
    """The session speaks to its endpoint only."""
    server = serve(lambda request: reply({}))
    with pytest.raises(Redirected):
        session_at(server.root).get("http://127.0.0.1:1/x")
    assert server.seen == []


# Streams


def test_a_stream_reaches_the_sink_and_is_not_kept(serve: Serve, session_at: Open) -> None:
    """The sink gets all bytes in small pieces, the answer holds none."""
    content = b"<x/>" * 100_000
    server = serve(lambda request: zipped(content))
    pieces: list[bytes] = []
    answer = session_at(server.root).stream("$metadata", pieces.append)
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= 65536
    assert answer.content == b""
    assert server.seen[0].headers["accept"] == "application/xml"


def test_a_stream_keeps_the_body_of_a_refusal(serve: Serve, session_at: Open) -> None:
    """Only status 200 goes to the sink."""
    server = serve(lambda request: reply({"error": {"code": "", "message": "no"}}, 415))
    pieces: list[bytes] = []
    assert session_at(server.root).stream("$metadata", pieces.append).summary() == "415 (no)"
    assert pieces == []


def test_a_sink_can_stop_the_reading(serve: Serve, session_at: Open) -> None:
    """StopReading is no failure; another error passes through with the id of the exchange."""
    server = serve(lambda request: Canned(200, b"x" * 1_000_000))
    seen: list[bytes] = []

    def enough(piece: bytes) -> None:
        seen.append(piece)
        raise StopReading("That will do.")

    def bad(piece: bytes) -> None:
        raise Malformed("not that")

    session = session_at(server.root)
    assert session.stream("$metadata", enough).status == 200
    assert len(seen) == 1
    with pytest.raises(Malformed, match="not that") as caught:
        session.stream("$metadata", bad)
    assert caught.value.exchange == "x0002"


# Records


def test_every_kind_of_exchange_leaves_a_valid_line(serve: Serve, talk: Talk, session_at: Open, tmp_path: Path) -> None:
    """Answered, throttled, broken in the body, not answered at all."""
    path = tmp_path / "exchanges.ndjson"
    answers = iter([reply({"a": 1}), reply({}, 429, Retry_After="0"), reply({}, 404)])
    server = serve(lambda request: next(answers))
    cut = talk(lambda connection: connection.sendall(HEAD + b"Content-Length: 9\r\n\r\n{"))
    with Recorder(path) as recorder:
        session = session_at(server.root, recorder=recorder)
        session.get("one")
        session.get("two")
        for root in (cut.root, f"http://127.0.0.1:{free_port()}"):
            with pytest.raises(WebApiError):
                session_at(root, recorder=recorder).get("x")
    first, second, third, fourth = lines(path)
    assert (first["response"]["body"], first["error"], first["attempts"]) == ('{"a": 1}', None, 1)
    assert "application/json" in first["response"]["headers"].values()
    assert (second["response"]["status"], second["attempts"]) == (404, 2)
    assert (third["response"]["body"], third["response"]["size"]) == ("{", 1)
    assert third["error"]["kind"] == "Broken"
    assert "ended in the middle" in third["error"]["reason"]
    assert fourth["response"] is None
    assert fourth["error"]["kind"] == "Unreachable"
    assert "Nothing answers" in fourth["error"]["reason"]


def test_the_token_is_in_no_file_and_no_sentence(serve: Serve, session_at: Open, tmp_path: Path) -> None:
    """An endpoint that echoes the token everywhere does not get it onto disk, nor into what is judged."""
    path = tmp_path / "exchanges.ndjson"
    echo = {"echo": TOKEN, "error": {"code": "", "message": f"bad token {TOKEN}"}}
    answers = iter(
        [
            reply(echo, 400, Location=f"/?{TOKEN}", WWW_Authenticate=TOKEN, Set_Cookie=f"t={TOKEN}"),
            reply({"value": [], "@odata.nextLink": f"https://elsewhere.example/?{TOKEN}"}),
            reply(None, 302, Location=f"https://elsewhere.example/?{TOKEN}"),
            Canned(200, b"not JSON " + TOKEN.encode()),
        ]
    )
    server = serve(lambda request: next(answers))
    sentences = []
    with Recorder(path, [TOKEN]) as recorder:
        session = session_at(server.root, token=TOKEN, recorder=recorder)
        answer = session.get(f"x?echo={TOKEN}")
        sentences += [answer.summary(), answer.content.decode()]
        for ask in (
            lambda: list(session.pages("y")),
            lambda: session.get("z"),
            lambda: session.get("q").json(),
        ):
            with pytest.raises(WebApiError) as caught:
                ask()
            sentences.append(str(caught.value))
        sentences += [seen.url for seen in recorder.index.values()]
    lines(path)
    assert all(TOKEN in request.headers["authorization"] for request in server.seen)
    assert TOKEN not in path.read_text("utf-8")
    assert TOKEN not in "\n".join(sentences)


def test_threads_share_a_session(serve: Serve, session_at: Open) -> None:
    """Counts add up, and eight requests in flight use eight connections, however often they come."""
    together = threading.Barrier(8)

    def answer(request: Request) -> Canned:
        together.wait(10)
        return reply({"path": request.path})

    server = serve(answer)
    session = session_at(server.root)
    answers: list[str] = []
    with ThreadPoolExecutor(8) as pool:
        for wave in range(0, 40, 8):  # each wave ends before the next begins
            answers += pool.map(lambda n: session.get(f"n{n}").json()["path"], range(wave, wave + 8))
    assert answers == [f"{API}/n{n}" for n in range(40)]
    assert session.tally.requests == 40
    assert len({request.connection for request in server.seen}) == 8
