"""Exchanges of a run, read again from its folder, which may be a stranger's."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from dataverse_tck.evidence.bodies import body_file
from dataverse_tck.evidence.shapes import parsed
from dataverse_tck.evidence.usual import expanded

EXCHANGES = "exchanges.ndjson"
_PIECE_BYTES = 64 * 1024
_DIGEST = re.compile("[0-9a-f]{64}")


def whole_lines(path: Path, wanted: Collection[str], *, is_checked: bool = True) -> Iterator[dict[str, Any]]:
    """Yield the whole lines of exchanges and commands, by id, in the order of the file; of those alone it parses more
    than the beginning. Raises ValueError for one that is not as this kit writes lines.
    """
    if not wanted or not path.is_file():
        return
    usual: Mapping[str, Any] | None = None
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            identifier = line[7 : line.find('"', 7)]  # a line begins with {"id":"x0001"
            if identifier in wanted:
                yield parsed(line, usual) if is_checked else expanded(json.loads(line), usual)
            elif line.startswith('{"for":') and '"options":' in line[:200]:
                usual = parsed(line).get("options", {}).get("usual")


def answers(path: Path, wanted: Collection[str]) -> Iterator[tuple[str, int, str]]:
    """Yield id, status and body (text; empty for none) of the exchanges that are wanted and were answered."""
    for line in whole_lines(path, wanted, is_checked=False):
        if answer := line.get("response"):
            yield line["id"], answer["status"], _readable(path.parent, answer)


def _readable(folder: Path, answer: Mapping[str, Any]) -> str:
    try:
        return body(folder, answer).decode("utf-8", errors="backslashreplace")
    except ValueError as problem:
        return f"(its body cannot be read: {problem})"


def body(folder: Path, response: Mapping[str, Any]) -> bytes:
    """Return what is kept of the body of a line's ``response``, empty where nothing is.

    Raises ValueError where it is not there, or is not what the line says. Nothing outside of the folder is read, and
    no more than the line says. Of a line without ``kept``, as they were before, it is the text that stands there.
    """
    text = response.get("body")
    if text is not None and not isinstance(text, str):
        raise ValueError("the body of the line is no text")
    if "kept" not in response:
        return (text or "").encode()
    kept = response["kept"]
    if kept is None:
        return b""
    size, digest = _size_and_digest(kept)
    content = _expanded(folder, digest, size) if text is None else text.encode()
    if len(content) != size or hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(f"the body is not the one of {size} bytes with the digest {digest}")
    return content


def _size_and_digest(kept: object) -> tuple[int, str]:
    size, digest = (kept.get("size"), kept.get("sha256")) if isinstance(kept, Mapping) else (None, None)
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise ValueError(f"the size of the body is {size!r:.80}")
    if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        raise ValueError(f"the digest of the body is {digest!r:.80}")
    return size, digest


def _expanded(folder: Path, digest: str, size: int) -> bytes:
    """Return the content of a file of ``bodies/``, and of a larger one just enough to show that it is larger."""
    path = body_file(folder, digest)
    if path.is_symlink() or path.parent.is_symlink() or not path.is_file():
        raise ValueError(f"{path.name} is not among the bodies")
    content = bytearray()
    try:
        with gzip.open(path) as file:
            while piece := file.read(min(_PIECE_BYTES, size + 1 - len(content))):
                content += piece
    except (OSError, EOFError, zlib.error) as problem:
        raise ValueError(f"{path.name} cannot be read: {problem}") from problem
    return bytes(content)
