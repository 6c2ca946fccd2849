"""Exchanges read again: bodies of both sorts, lines of both shapes, and no trust in the folder."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.evidence.reading import body
from dataverse_tck.evidence.recorder import Failure, Recorder
from tests.support.exchange_lines import answered, body_of, exchange, lines

LARGE = "é".encode() * 5000


def kept(content: bytes, **changes: Any) -> dict[str, Any]:
    """A response whose body stands in a file."""
    told = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest(), **changes}
    return {"status": 200, "body": None, "kept": told}


def put(folder: Path, content: bytes, name: str | None = None) -> Path:
    """Put a file among the bodies."""
    (folder / "bodies").mkdir(exist_ok=True)
    path = folder / "bodies" / f"{name or hashlib.sha256(content).hexdigest()}.gz"
    path.write_bytes(gzip.compress(content))
    return path


def test_answers_are_read_again(tmp_path: Path) -> None:
    """With bodies in the line and in a file; what is no text stands as escapes; what was not answered is left out."""
    file = tmp_path / "exchanges.ndjson"
    contents = [b'{"a":1}', LARGE, b"a\xff", b""]
    with Recorder(file) as recorder:
        for content in contents:
            recorder.record(exchange(response_body=body_of(content, recorder), status=201))
        recorder.record(exchange(status=None, error=Failure("Unreachable", "no")))
        with recorder.body() as batch:
            batch.is_wanted = False
            recorder.record(exchange(response_body=batch))
    assert answered(file, ["x0001", "x0002", "x0003", "x0004", "x0005", "x0006"]) == {
        "x0001": (201, '{"a":1}'),
        "x0002": (201, LARGE.decode()),
        "x0003": (201, "a\\xff"),
        "x0004": (201, ""),
        "x0006": (200, ""),
    }
    assert answered(file, ["x0002"]) == {"x0002": (201, LARGE.decode())}
    assert answered(file, []) == answered(tmp_path / "none", ["x0001"]) == {}
    assert [body(tmp_path, line["response"]) for line in lines(file)[:4]] == contents


def test_lines_of_the_shape_before_are_read(tmp_path: Path) -> None:
    """They hold the beginning of each body as text."""
    response = {"status": 200, "headers": {}, "body": "{é", "size": 9, "sha256": "0" * 64, "truncated": True}
    line = {"id": "x0001", "error": "It ended in the middle.", "response": response}
    file = tmp_path / "exchanges.ndjson"
    file.write_text(json.dumps(line, separators=(",", ":")) + "\n")
    assert answered(file, ["x0001"]) == {"x0001": (200, "{é")}
    assert body(tmp_path, response) == "{é".encode()


def test_a_body_that_is_lost_is_told(tmp_path: Path) -> None:
    """A report goes on without it."""
    file = tmp_path / "exchanges.ndjson"
    with Recorder(file) as recorder:
        recorder.record(exchange(response_body=body_of(LARGE, recorder)))
    next(tmp_path.glob("bodies/*")).unlink()
    told = f"(its body cannot be read: {hashlib.sha256(LARGE).hexdigest()}.gz is not among the bodies)"
    assert answered(file, ["x0001"]) == {"x0001": (200, told)}


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": "../" + "a" * 61},
        {"sha256": "A" * 64},
        {"sha256": "a" * 63},
        {"sha256": "a" * 64 + "\n"},
        {"sha256": "\N{ARABIC-INDIC DIGIT ONE}" * 64},
        {"sha256": None},
        {"size": -1},
        {"size": True},
        {"size": "10000"},
        {"size": len(LARGE) - 1},
        {"size": len(LARGE) + 1},
        {"size": 10**15},
    ],
    ids=str,
)
def test_a_line_that_says_something_else_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Names that are no digest lead nowhere; what is larger or smaller than it says is not the body."""
    put(tmp_path, LARGE)
    with pytest.raises(ValueError, match=r"^the (size|digest) of the body is|^the body is not the one of"):
        body(tmp_path, kept(LARGE, **changes))
    assert body(tmp_path, kept(LARGE)) == LARGE


@pytest.mark.parametrize("response", [{"kept": 7}, {"body": 7}, {"body": "x", "kept": kept(b"y")["kept"]}], ids=str)
def test_other_members_are_refused(tmp_path: Path, response: dict[str, Any]) -> None:
    """Also a text in the line that is not the one whose digest stands beside it."""
    with pytest.raises(ValueError, match="body"):
        body(tmp_path, response)
    assert body(tmp_path, {"body": "y", "kept": kept(b"y")["kept"]}) == b"y"


def test_a_file_that_is_no_body_is_refused(tmp_path: Path) -> None:
    """Another content, no gzip, a gzip that ends too early, a link, a pipe, nothing at all."""
    path = put(tmp_path, LARGE[::-1], hashlib.sha256(LARGE).hexdigest())
    whole = gzip.compress(LARGE)
    damaged = bytearray(whole)
    damaged[12:20] = b"\xff" * 8
    for content in (None, b"no gzip", whole[:-10], bytes(damaged)):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(ValueError, match=r"cannot be read|is not the one"):
            body(tmp_path, kept(LARGE))
    path.unlink()
    (tmp_path / "outside.gz").write_bytes(whole)
    for make in (lambda: path.symlink_to("../outside.gz"), lambda: os.mkfifo(path), lambda: None):
        make()
        with pytest.raises(ValueError, match="is not among the bodies"):
            body(tmp_path, kept(LARGE))
        path.unlink(missing_ok=True)


def test_a_folder_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    """Whatever lies there."""
    (tmp_path / "elsewhere").mkdir()
    put(tmp_path / "elsewhere", LARGE)
    (tmp_path / "bodies").symlink_to("elsewhere/bodies")
    with pytest.raises(ValueError, match="is not among the bodies"):
        body(tmp_path, kept(LARGE))


def test_no_more_is_expanded_than_the_line_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file may hold a large content."""
    told = kept(b"x")
    put(tmp_path, b"\0" * 50_000_000, told["kept"]["sha256"])
    read: list[int] = []
    plain = gzip.GzipFile.read

    def seen(file: gzip.GzipFile, size: int | None = -1) -> bytes:
        content = plain(file, size)
        read.append(len(content))
        return content

    monkeypatch.setattr(gzip.GzipFile, "read", seen)
    with pytest.raises(ValueError, match="is not the one of 1 bytes"):
        body(tmp_path, told)
    assert sum(read) == 2
