"""What is read of an answer is what is kept of it, whoever reads it and however it ends."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.evidence.bodies import EvidenceLost, ReceivedBody
from dataverse_tck.evidence.reading import body
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.webapi.http.errors import Broken, Malformed, StopReading
from tests.support.canned_server import HEAD, Canned, Open, Serve, Talk
from tests.support.exchange_lines import TOKEN, lines

CONTENT = (f"<a b='{TOKEN}'/>" * 40_000).encode()
CLEAN = CONTENT.replace(TOKEN.encode(), b"[redacted]")


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    """A recorder that knows a secret."""
    with Recorder(tmp_path / "exchanges.ndjson", [TOKEN]) as recorder:
        yield recorder


def line(folder: Path) -> dict[str, Any]:
    """The only line; nothing but bodies lies beside it."""
    assert list(folder.glob("bodies/.*")) == []
    (only,) = lines(folder / "exchanges.ndjson")
    return only


@pytest.mark.parametrize("coded", [True, False])
@pytest.mark.parametrize("streamed", [True, False])
def test_what_is_read_is_kept(
    serve: Serve, session_at: Open, recorder: Recorder, tmp_path: Path, *, coded: bool, streamed: bool
) -> None:
    """To the last byte and without the secret, by a sink and by a plain reader, compressed on the wire or not."""
    sent, headers = (gzip.compress(CONTENT), {"Content-Encoding": "gzip"}) if coded else (CONTENT, {})
    session = session_at(serve(lambda request: Canned(200, sent, headers)).root, recorder=recorder)
    pieces: list[bytes] = []
    answer = session.stream("x", pieces.append) if streamed else session.get("x")
    response = line(tmp_path)["response"]

    assert (b"".join(pieces) if streamed else answer.content) == body(tmp_path, response) == CLEAN
    assert (response["size"], response["kept"]["size"], response["body"]) == (len(CONTENT), len(CLEAN), None)


def test_a_sink_that_has_seen_enough_leaves_what_had_arrived(
    serve: Serve, session_at: Open, recorder: Recorder, tmp_path: Path
) -> None:
    """At least what it saw; the kind tells that nothing is wrong."""
    seen = bytearray()

    def sink(piece: bytes) -> None:
        seen.extend(piece)
        raise StopReading("")

    session_at(serve(lambda request: Canned(200, CONTENT)).root, recorder=recorder).stream("x", sink)
    told = line(tmp_path)
    kept = body(tmp_path, told["response"])
    assert told["error"] == {"kind": "StopReading", "reason": "The rest was not needed."}
    assert 0 < len(seen) <= len(kept) < len(CLEAN)
    assert kept.startswith(seen)
    assert CLEAN.startswith(kept)


def test_a_sink_that_has_seen_enough_at_the_very_end(
    serve: Serve, session_at: Open, recorder: Recorder, tmp_path: Path
) -> None:
    """A body that is shorter than what is held back."""

    def sink(piece: bytes) -> None:
        raise Malformed(piece.decode())

    session = session_at(serve(lambda request: Canned(200, b"<a/>")).root, recorder=recorder)
    with pytest.raises(Malformed, match="<a/>"):
        session.stream("x", sink)
    told = line(tmp_path)
    assert (told["error"], told["response"]["body"]) == ({"kind": "Malformed", "reason": "<a/>"}, "<a/>")


def test_an_exchange_that_breaks_keeps_what_arrived(
    talk: Talk, session_at: Open, recorder: Recorder, tmp_path: Path
) -> None:
    """Without the half of a secret."""
    arrived = b"x" * 50_000

    def script(connection: socket.socket) -> None:
        connection.sendall(HEAD + b"Content-Length: 90000\r\n\r\n" + arrived + TOKEN[:9].encode())

    session = session_at(talk(script).root, recorder=recorder)
    with pytest.raises(Broken):
        session.get("x")
    told = line(tmp_path)
    assert (told["error"]["kind"], told["response"]["size"]) == ("Broken", 50_009)
    assert body(tmp_path, told["response"]) == arrived


def test_a_mistake_of_the_kit_leaves_no_draft(
    serve: Serve, session_at: Open, recorder: Recorder, tmp_path: Path
) -> None:
    """Nor a line."""

    def sink(piece: bytes) -> None:
        raise KeyError("x")

    session = session_at(serve(lambda request: Canned(200, CONTENT)).root, recorder=recorder)
    with pytest.raises(KeyError):
        session.stream("x", sink)
    assert list(tmp_path.glob("bodies/*")) == []
    assert lines(tmp_path / "exchanges.ndjson") == []


def test_a_full_disk_is_not_the_endpoint_that_breaks(
    serve: Serve, session_at: Open, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It passes through, and nothing counts against anybody."""

    def full(*_: object) -> bytes:
        raise EvidenceLost("full")

    monkeypatch.setattr(ReceivedBody, "add", full)
    with pytest.raises(EvidenceLost):
        session_at(serve(lambda request: Canned(200, CONTENT)).root, recorder=recorder).get("x")
