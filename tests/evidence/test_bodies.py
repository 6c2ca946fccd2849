"""Bodies of answers: kept whole, once, compressed, without secrets, and nothing is read that is not kept."""

from __future__ import annotations

import errno
import gzip
import hashlib
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.evidence import bodies
from dataverse_tck.evidence.bodies import INLINE_BYTES, EvidenceLost, ReceivedBody
from dataverse_tck.evidence.recorder import Failure, Recorder
from dataverse_tck.evidence.redaction import Redaction
from tests.support.exchange_lines import TOKEN, body_of, exchange, lines

PIECE = 64 * 1024


def sha256(content: bytes) -> str:
    """The digest of a content."""
    return hashlib.sha256(content).hexdigest()


def files(folder: Path) -> dict[str, bytes]:
    """What stands in ``bodies/``, by name, expanded."""
    return {path.name: gzip.decompress(path.read_bytes()) for path in (folder / "bodies").glob("*")}


def recorded(folder: Path, *contents: bytes) -> list[dict[str, Any]]:
    """The responses in the lines of exchanges with these bodies."""
    with Recorder(folder / "exchanges.ndjson", [TOKEN]) as recorder:
        for content in contents:
            recorder.record(exchange(response_body=body_of(content, recorder)))
    return [line["response"] for line in lines(folder / "exchanges.ndjson")]


@pytest.mark.parametrize(
    "content", [b"", b"{}", "é".encode() * (INLINE_BYTES // 2), b"\0" * INLINE_BYTES], ids=["none", "json", "é", "zero"]
)
def test_a_short_text_stands_in_the_line(tmp_path: Path, content: bytes) -> None:
    """And no folder is made for it."""
    (response,) = recorded(tmp_path, content)
    assert response["body"] == content.decode()
    assert response["kept"] == {"size": response["size"], "sha256": response["sha256"]}
    assert (response["size"], response["sha256"]) == (len(content), sha256(content))
    assert not (tmp_path / "bodies").exists()


@pytest.mark.parametrize(
    "content",
    [b"x" * (INLINE_BYTES + 1), b"\xff", b"caf\xc3", b"\xfe" * 100_000],
    ids=["long", "byte", "cut", "binary"],
)
def test_any_other_body_is_a_file(tmp_path: Path, content: bytes) -> None:
    """Whole, under the digest of what is in it."""
    (response,) = recorded(tmp_path, content)
    assert (response["body"], response["kept"]) == (None, {"size": len(content), "sha256": sha256(content)})
    assert files(tmp_path) == {f"{sha256(content)}.gz": content}


def test_it_is_measured_after_redaction_what_stands_in_the_line(tmp_path: Path) -> None:
    """A text that is short without its secrets stands there; digests tell what came and what is kept apart."""
    content = TOKEN.encode() + b"x" * (INLINE_BYTES - len("[redacted]"))
    clean = content.replace(TOKEN.encode(), b"[redacted]")
    (response,) = recorded(tmp_path, content)
    assert (response["size"], response["sha256"]) == (len(content), sha256(content))
    assert (response["body"], response["kept"]) == (clean.decode(), {"size": INLINE_BYTES, "sha256": sha256(clean)})


def test_the_same_body_is_kept_once(tmp_path: Path) -> None:
    """Also where it arrives in several threads at once; and the same content is the same file, byte for byte."""
    content = b"abc" * 50_000
    with Recorder(tmp_path / "exchanges.ndjson") as recorder, ThreadPoolExecutor(8) as pool:
        for _ in pool.map(lambda _: recorder.record(exchange(response_body=body_of(content, recorder))), range(32)):
            pass
    first, *others = [line["response"] for line in lines(tmp_path / "exchanges.ndjson")]
    assert all(other == first for other in others)
    assert list(files(tmp_path)) == [f"{sha256(content)}.gz"]
    (tmp_path / "again").mkdir()
    recorded(tmp_path / "again", content)
    one, other = (next(folder.glob("bodies/*")).read_bytes() for folder in (tmp_path, tmp_path / "again"))
    assert one == other
    assert one[3:8] == bytes(5)  # neither a name nor a time


def test_a_large_body_with_a_secret_at_every_border(tmp_path: Path) -> None:
    """12 MB in pieces of 64 KiB, each split in the middle of the token: read and kept are the same, without it."""
    block = TOKEN[5:].encode() + b"<a/>" * (PIECE // 4 - len(TOKEN) // 4) + TOKEN[:5].encode()
    read, received = hashlib.sha256(), hashlib.sha256()
    with Recorder(tmp_path / "exchanges.ndjson", [TOKEN]) as recorder, recorder.body() as body:
        for _ in range(183):
            received.update(block)
            read.update(body.add(block))
        read.update(body.end())
        recorder.record(exchange(response_body=body))
    response = lines(tmp_path / "exchanges.ndjson")[0]["response"]
    assert response["size"] == 183 * len(block) > 11_900_000
    assert response["sha256"] == received.hexdigest()
    assert response["kept"]["sha256"] == read.hexdigest()
    ((name, kept),) = files(tmp_path).items()
    assert (name, len(kept)) == (f"{read.hexdigest()}.gz", response["kept"]["size"])
    assert kept.count(b"[redacted]") == 182
    assert TOKEN.encode() not in kept


def test_memory_does_not_grow_with_the_body(tmp_path: Path) -> None:
    """12 MB arrive, be they redacted, counted or written."""
    pieces = [bytes([n]) * PIECE for n in range(8)]
    for folder in (None, tmp_path):
        tracemalloc.start()
        try:
            with ReceivedBody(Redaction([TOKEN]), folder) as body:
                for n in range(184):
                    body.add(pieces[n % 8])
                body.end()
                kept = body.kept()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert kept is not None
        assert kept.size == 184 * PIECE > 12_000_000
        assert peak < 3_000_000


@pytest.mark.parametrize("size", [10, 100_000])
def test_of_a_body_that_breaks_off_is_kept_what_arrived(tmp_path: Path, size: int) -> None:
    """But no half secret at its end."""
    with Recorder(tmp_path / "exchanges.ndjson", [TOKEN]) as recorder, recorder.body() as body:
        read = body.add(b"x" * size + TOKEN[:7].encode()) + body.end(whole=False)
        recorder.record(exchange(response_body=body, error=Failure("Broken", "It ended in the middle.")))
    (line,) = lines(tmp_path / "exchanges.ndjson")
    assert line["error"] == {"kind": "Broken", "reason": "It ended in the middle."}
    assert (read, line["response"]["size"]) == (b"x" * size, size + 7)
    assert line["response"]["kept"] == {"size": size, "sha256": sha256(read)}
    assert list(files(tmp_path).values()) == ([read] if size > INLINE_BYTES else [])


def test_what_was_not_recorded_leaves_nothing(tmp_path: Path) -> None:
    """Whatever happened meanwhile."""

    def broken() -> None:
        with ReceivedBody(folder=tmp_path) as body:
            body.add(b"x" * 100_000)
            assert len(list(tmp_path.glob("bodies/.*.draft"))) == 1
            raise KeyError("x")

    with pytest.raises(KeyError):
        broken()
    assert list(tmp_path.rglob("*")) == [tmp_path / "bodies"]


def test_of_a_body_that_is_not_wanted_only_the_digest_is_told(tmp_path: Path) -> None:
    """It can be read all the same."""
    with Recorder(tmp_path / "exchanges.ndjson", [TOKEN]) as recorder, recorder.body() as body:
        body.is_wanted = False
        assert body.add(f"{TOKEN} ".encode() * 10_000) + body.end() == b"[redacted] " * 10_000
        recorder.record(exchange(response_body=body))
    response = lines(tmp_path / "exchanges.ndjson")[0]["response"]
    assert (response["body"], response["kept"], response["size"]) == (None, None, 10_000 * (len(TOKEN) + 1))
    assert not (tmp_path / "bodies").exists()


def test_a_recorder_without_a_file_makes_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Size and digest are known all the same."""
    monkeypatch.chdir(tmp_path)
    recorder = Recorder(None)
    body = body_of(b"x" * 100_000, recorder)
    recorder.record(exchange(response_body=body))
    assert body.kept() == (100_000, sha256(b"x" * 100_000), None)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_is_no_failure_of_the_endpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no OSError, as a connection that breaks is one; no draft stays."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with ReceivedBody(folder=tmp_path) as body:
        body.add(b"x" * 100_000)
        monkeypatch.setattr(bodies.gzip.GzipFile, "write", full)
        with pytest.raises(EvidenceLost, match=r"cannot be written: .*No space left"):
            body.add(b"y" * 100_000)
    assert list(tmp_path.glob("bodies/*")) == []

    with ReceivedBody(folder=tmp_path / "gone") as body, pytest.raises(EvidenceLost):
        body.add(b"x" * 100_000)
