"""Bodies: content codings undone, sizes and times limited."""

from __future__ import annotations

import json
import socket
import threading
import zlib
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.webapi.http.errors import Broken
from tests.support.canned_server import HEAD, Canned, Open, Serve, Talk, zipped

if TYPE_CHECKING:
    pass


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


def test_a_body_that_drips_is_cut_off(talk: Talk, session_at: Open) -> None:
    """A byte now and then keeps a connection alive, but not past the limit of one exchange."""

    def script(connection: socket.socket) -> None:
        connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
        for _ in range(200):
            connection.sendall(b" ")
            threading.Event().wait(0.02)

    with pytest.raises(Broken, match="took too long"):
        session_at(talk(script).root, read_s=5, exchange_s=0.2).get("x")
