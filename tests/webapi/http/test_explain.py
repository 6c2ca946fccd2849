"""What an exchange that broke is said to mean."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from typing import TYPE_CHECKING

import pytest
import trustme

from dataverse_tck.webapi.http.errors import Broken, Unreachable, WebApiError
from tests.support.canned_server import HEAD, Open, Serve, Talk, free_port, reply

if TYPE_CHECKING:
    pass


def test_a_proxy_that_does_not_answer_is_named(session_at: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the proxy without its password."""
    port = free_port()
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:hidden@127.0.0.1:{port}")
    with pytest.raises(Unreachable, match=rf"The proxy http://127\.0\.0\.1:{port} did not lead to") as caught:
        session_at("https://org.invalid").get("x")
    assert "hidden" not in str(caught.value)


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
