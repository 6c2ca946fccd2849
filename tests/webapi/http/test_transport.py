"""One request on its way: kept connections, proxies, retries and waits."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.webapi.http.errors import Broken
from tests.support.canned_server import HEAD, Canned, Open, Request, Serve, Talk, free_port, reply, zipped

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "secret-token-0123456789"


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
