"""The door to the network: what is sent, followed, repeated, refused, limited and recorded."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from jsonschema import Draft202012Validator

from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.suite_files import suite_root
from dataverse_tck.webapi.http.errors import (
    Broken,
    Malformed,
    NotAllowed,
    Redirected,
    StopReading,
    Unreachable,
    WebApiError,
)
from dataverse_tck.webapi.http.session import Session
from tests.support.canned_server import API, Canned, Request, Server, reply, zipped

if TYPE_CHECKING:
    from pathlib import Path

Serve = Callable[[Callable[[Request], Canned]], Server]
Talk = Callable[[Callable[[socket.socket], None]], Server]
Open = Callable[..., Session]
TOKEN = "secret-token-0123456789"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


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


def test_connections_are_kept(serve: Serve, session_at: Open) -> None:
    """Requests one after the other share a connection, whatever the body looks like."""
    bodies = iter([reply({}), zipped(b"{}"), Canned(204), reply([], 404), reply("x" * 200_000)])
    server = serve(lambda request: next(bodies))
    session = session_at(server.root)
    for _ in range(5):
        session.get("x")
    assert len({request.connection for request in server.seen}) == 1


def test_netrc_is_never_read(serve: Serve, session_at: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A password for this very host in .netrc is not sent, with and without a token."""
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password hidden\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    server = serve(lambda request: reply({}))
    session_at(server.root).get("x")
    session_at(server.root, token=TOKEN).get("x")
    assert [request.headers.get("authorization") for request in server.seen] == [None, f"Bearer {TOKEN}"]


def test_proxies_are_not_used_for_loopback(serve: Serve, session_at: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """With proxy variables that lead nowhere, loopback still answers."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    server = serve(lambda request: reply({}))
    assert session_at(server.root).get("x").status == 200


def test_a_named_endpoint_goes_through_the_proxy(
    serve: Serve, session_at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy of the environment gets the request, the endpoint's own name is never resolved."""
    proxy = serve(lambda request: reply({"via": "proxy"}))
    monkeypatch.setenv("HTTP_PROXY", proxy.origin)
    answer = session_at("http://org.invalid/api/data/v9.2").get("x")
    assert answer.json() == {"via": "proxy"}
    assert proxy.seen[0].path == "http://org.invalid/api/data/v9.2/x"


def test_a_proxy_that_does_not_answer_is_named(session_at: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the proxy without its password."""
    port = free_port()
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:hidden@127.0.0.1:{port}")
    with pytest.raises(Unreachable, match=rf"The proxy http://127\.0\.0\.1:{port} did not lead to") as caught:
        session_at("https://org.invalid").get("x")
    assert "hidden" not in str(caught.value)


def test_a_token_is_refused_in_the_clear_before_anything_is_sent() -> None:
    """The session does not even open."""
    with pytest.raises(NotAllowed, match="unencrypted"):
        Session("http://org.invalid", token=TOKEN, recorder=Recorder(None))


# Retries


def test_a_throttled_request_is_repeated_after_the_wait_asked_for(serve: Serve, session_at: Open) -> None:
    """429 with Retry-After is one exchange with more attempts; the wait is counted."""
    answers = iter([reply({}, 429, Retry_After="1"), reply({"ok": True})])
    server = serve(lambda request: next(answers))
    session = session_at(server.root)
    assert session.get("x").json() == {"ok": True}
    assert (session.tally.requests, session.tally.retries, session.tally.waited_s) == (1, 1, 1.0)


@pytest.mark.parametrize("after", ["3600", "Fri, 31 Dec 2100 23:59:59 GMT", "9" * 5000])
def test_the_wait_is_capped(serve: Serve, session_at: Open, after: str) -> None:
    """An hour, a date far away and a number without sense all wait no longer than the limit."""
    answers = iter([reply({}, 503, Retry_After=after), reply({})])
    server = serve(lambda request: next(answers))
    session = session_at(server.root, retry_after_s=0.05)
    assert session.get("x").status == 200
    assert session.tally.waited_s <= 0.05


@pytest.mark.parametrize("after", [None, "soon"])
def test_without_a_usable_retry_after_it_backs_off(serve: Serve, session_at: Open, after: str | None) -> None:
    """A 503 without the header, or with nonsense in it, is repeated too."""
    headers = {} if after is None else {"Retry_After": after}
    answers = iter([reply({}, 503, **headers), reply({"ok": True})])
    server = serve(lambda request: next(answers))
    assert session_at(server.root).get("x").json() == {"ok": True}


def test_tries_are_bounded(serve: Serve, session_at: Open) -> None:
    """Throttled to the end, the last 429 is the answer."""
    server = serve(lambda request: reply({}, 429, Retry_After="0"))
    session = session_at(server.root, tries=3, retry_after_s=0.01)
    assert session.get("x").status == 429
    assert len(server.seen) == 3
    assert session.tally.retries == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 500, 502, 504])
def test_other_statuses_are_not_repeated(serve: Serve, session_at: Open, status: int) -> None:
    """Only 429 and 503 ask for patience, also when a Retry-After stands on the answer."""
    server = serve(lambda request: reply({}, status, Retry_After="1"))
    assert session_at(server.root).get("x").status == status
    assert len(server.seen) == 1


def test_closing_ends_the_wait(serve: Serve, session_at: Open) -> None:
    """A thread that waits for a throttled endpoint gives up when the session is closed."""
    arrived = threading.Event()

    def answer(request: Request) -> Canned:
        arrived.set()
        return reply({}, 429, Retry_After="60")

    session = session_at(serve(answer).root)
    with ThreadPoolExecutor(1) as pool:
        later = pool.submit(session.get, "x")
        arrived.wait(10)
        session.close()
        with pytest.raises(Broken, match="closed meanwhile"):
            later.result(10)


def test_a_kept_connection_that_was_closed_is_opened_again(talk: Talk, session_at: Open) -> None:
    """When the server drops the connection without a word, the request is sent once more."""
    replies = iter([b"", HEAD + b"Content-Length: 2\r\n\r\n{}"])
    server = talk(lambda connection: connection.sendall(next(replies)))
    assert session_at(server.root).get("x").json() == {}
    assert len(server.seen) == 2


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
    with pytest.raises(kind, match=sentence):
        list(session_at(server.root, token=TOKEN).pages("rows"))
    assert len(server.seen) == 1


def test_pages_without_end_are_refused(serve: Serve, session_at: Open) -> None:
    """Always another page stops at the limit."""
    server = serve(lambda request: reply({"value": [], "@odata.nextLink": f"rows?{len(server.seen)}"}))
    with pytest.raises(Broken, match="would be page 4"):
        list(session_at(server.root, pages=3).pages("rows"))
    assert len(server.seen) == 3


def test_an_absolute_url_of_another_origin_is_refused(serve: Serve, session_at: Open) -> None:
    """The session speaks to its endpoint only."""
    server = serve(lambda request: reply({}))
    with pytest.raises(Redirected):
        session_at(server.root).get("http://127.0.0.1:1/x")
    assert server.seen == []


# Bodies


def test_gzip_is_undone(serve: Serve, session_at: Open) -> None:
    """A compressed body arrives whole, also one of several members."""
    content = json.dumps({"text": "x" * 300_000}).encode()
    server = serve(lambda request: zipped(content))
    assert session_at(server.root).get("x").content == content
    half = len(content) // 2
    members = zipped(content[:half]).body + zipped(content[half:]).body
    server = serve(lambda request: Canned(200, members, {"Content-Encoding": "x-gzip"}))
    assert session_at(server.root).get("x").content == content


@pytest.mark.parametrize("keep", [5, 40, -9, -1])
def test_truncated_gzip_is_broken(serve: Serve, session_at: Open, keep: int) -> None:
    """Cut anywhere, even in the check sum after the last byte of content."""
    body = zipped(json.dumps({"text": [str(n) for n in range(500)]}).encode()).body[:keep]
    server = serve(lambda request: Canned(200, body, {"Content-Encoding": "gzip"}))
    with pytest.raises(Broken, match="gzip stream of the answer ended in the middle"):
        session_at(server.root).get("x")


def test_damaged_gzip_is_broken(serve: Serve, session_at: Open) -> None:
    """What says gzip and is not."""
    server = serve(lambda request: Canned(200, b'{"a": 1}', {"Content-Encoding": "gzip"}))
    with pytest.raises(Broken, match="says that it is gzip and is not"):
        session_at(server.root).get("x")


def test_other_codings_are_broken(serve: Serve, session_at: Open) -> None:
    """A coding that was not offered is not guessed at."""
    server = serve(lambda request: Canned(200, zlib.compress(b"{}"), {"Content-Encoding": "br"}))
    with pytest.raises(Broken, match="coded as 'br'"):
        session_at(server.root).get("x")


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_oversize_answers_are_broken(serve: Serve, session_at: Open, coding: str) -> None:
    """The limit counts what the content coding unfolds to."""
    content = b" " * 5_000_000
    canned = zipped(content) if coding == "gzip" else Canned(200, content)
    server = serve(lambda request: canned)
    with pytest.raises(Broken, match="larger than 1000000 bytes"):
        session_at(server.root, json_bytes=1_000_000).get("x")
    with pytest.raises(Broken, match="larger than 2000000 bytes"):
        session_at(server.root, csdl_bytes=2_000_000).stream("x", lambda piece: None)


def test_a_gzip_stream_that_unfolds_to_nothing_is_limited(serve: Serve, session_at: Open) -> None:
    """Endless empty members count by their bytes on the wire."""
    server = serve(lambda request: Canned(200, zipped(b"").body * 10_000, {"Content-Encoding": "gzip"}))
    with pytest.raises(Broken, match="larger than 100000 bytes"):
        session_at(server.root, json_bytes=100_000).get("x")


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + b'Content-Length: 100\r\n\r\n{"a":',
        HEAD + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n',
        HEAD + b'Transfer-Encoding: chunked\r\n\r\n50\r\n{"a":',
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n",
    ],
)
def test_a_body_that_ends_early_is_broken(talk: Talk, session_at: Open, raw: bytes) -> None:
    """By length or by chunks, the missing rest is noticed, and what came is recorded."""
    server = talk(lambda connection: connection.sendall(raw))
    session = session_at(server.root)
    with pytest.raises(Broken, match="ended in the middle") as caught:
        session.get("x")
    assert caught.value.exchange == "x0001"
    assert session.recorder.index["x0001"].status == 200


def test_a_reset_in_the_body_is_broken(talk: Talk, session_at: Open) -> None:
    """A connection that is reset, not closed."""

    def script(connection: socket.socket) -> None:
        connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with pytest.raises(Broken, match=r"closed the connection before its answer was whole|ended in the middle"):
        session_at(talk(script).root).get("x")


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"\x00\xff" * 100 + b"\r\n",
        b"HTTP/9.9 abc\r\n\r\n",
        b"HTTP/1.1 99999 X\r\n\r\n",
        HEAD + b"X: " + b"x" * 70_000 + b"\r\n\r\n",
        HEAD + b"".join(b"X%d: 1\r\n" % n for n in range(200)) + b"\r\n",
    ],
)
def test_garbage_is_not_http(talk: Talk, session_at: Open, raw: bytes) -> None:
    """Whatever else talks on the port, the sentence says that it is not HTTP."""
    server = talk(lambda connection: connection.sendall(raw))
    with pytest.raises(Broken, match="does not speak HTTP"):
        session_at(server.root).get("x")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"<html>", b"\xff\xfe\xfa", b"NaN", b'{"a": Infinity}', b"[" * 100_000, b"1" * 5000],
)
def test_what_is_no_json_is_malformed(serve: Serve, session_at: Open, content: bytes) -> None:
    """Cut off, another format, no UTF-8, numbers without a value, nested beyond reason."""
    server = serve(lambda request: Canned(200, content))
    with pytest.raises(Malformed, match="not JSON"):
        session_at(server.root).get("x").json()


# Connections


def test_nothing_listens(session_at: Open) -> None:
    """Refused is said in words, once, without a retry."""
    session = session_at(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(Unreachable, match=r"Nothing answers at .*Connection refused"):
        session.get("x")
    assert session.tally.retries == 0


def test_an_unknown_host(session_at: Open) -> None:
    """A name that no DNS knows."""
    with pytest.raises(Unreachable, match=r"host of http://no-such-host\.invalid/x is not known"):
        session_at("http://no-such-host.invalid").get("x")


def test_a_silent_server_times_out(talk: Talk, session_at: Open) -> None:
    """Connected, but no answer: not repeated, as that would only double the wait."""
    held = threading.Event()
    server = talk(lambda connection: held.wait(10) and None)
    try:
        with pytest.raises(Broken, match=r"was silent for 0\.2 s"):
            session_at(server.root, read_s=0.2).get("x")
        assert len(server.seen) == 1
    finally:
        held.set()


def test_a_body_that_drips_is_cut_off(talk: Talk, session_at: Open) -> None:
    """A byte now and then keeps a connection alive, but not past the limit of one exchange."""

    def script(connection: socket.socket) -> None:
        connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
        for _ in range(200):
            connection.sendall(b" ")
            threading.Event().wait(0.02)

    with pytest.raises(Broken, match="took too long"):
        session_at(talk(script).root, read_s=5, exchange_s=0.2).get("x")


def test_an_untrusted_certificate_is_refused(talk: Talk, session_at: Open) -> None:
    """TLS of an unknown authority, on loopback and elsewhere, names the way out."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        try:
            with context.wrap_socket(listener.accept()[0], server_side=True):
                pass
        except OSError:
            pass

    thread = threading.Thread(target=accept)
    thread.start()
    with listener, pytest.raises(Unreachable, match=r"certificate of .* is not trusted: .*plain http"):
        session_at(f"https://127.0.0.1:{listener.getsockname()[1]}").get("x")
    thread.join()


def test_https_to_a_plain_port(serve: Serve, session_at: Open) -> None:
    """The wrong scheme is told from a bad certificate."""
    server = serve(lambda request: reply({}))
    with pytest.raises(Unreachable, match="does not speak TLS"):
        session_at(server.origin.replace("http:", "https:")).get("x")


@pytest.mark.parametrize("root", ["http://a..b/api", "http://" + "a" * 70 + ".example", "http://exa mple"])
def test_impossible_hosts(session_at: Open, root: str) -> None:
    """Host names that cannot be are a sentence, not a traceback."""
    with pytest.raises(WebApiError, match=r"exa mple|not an address that can be asked|is not known"):
        session_at(root).get("x")


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


def lines(path: Path) -> list[dict[str, Any]]:
    """The lines of the file, each checked against the schema."""
    schema = json.loads((suite_root() / "schemas" / "outputs" / "exchange.schema.json").read_text("utf-8"))
    documents = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for document in documents:
        Draft202012Validator(schema).validate(document)
    return documents


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
    assert (second["response"]["status"], second["attempts"]) == (404, 2)
    assert (third["response"]["body"], third["response"]["size"]) == ("{", 1)
    assert "ended in the middle" in third["error"]
    assert fourth["response"] is None
    assert "Nothing answers" in fourth["error"]


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
