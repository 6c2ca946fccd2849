"""Reports in the folder of a run, held against what can be made of the rest of it."""

from __future__ import annotations

import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from dataverse_tck.evidence.record import Refusal
from dataverse_tck.report.folder import read_run
from dataverse_tck.report.formats import FORMATS

MOST_BYTES = 10**8  # of a report in which something is packed, and of what that is
_PACKED = re.compile(rb'(<script type="application/gzip"[^>]*>)([A-Za-z0-9+/=]*)(</script>)')


def made_otherwise(folder: Path) -> Iterator[Refusal]:
    """Tell which reports say what the rest of the folder does not; ``folder`` is refused for nothing else."""
    there = {name: made for name, made in FORMATS.items() if (folder / made.file).is_file()}
    if not there:
        return
    run = read_run(folder, is_ours=True)
    for name, made in there.items():
        try:
            is_same = _is_same(folder / made.file, made.pieces(run), _UNPACKED.get(name))
        except (OSError, ValueError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError):
            is_same = False
        if not is_same:
            yield Refusal("The report is not the one that the rest of the folder makes.", made.file)


def _is_same(path: Path, pieces: Iterable[bytes], unpacked: Callable[[bytes], object] | None) -> bool:
    """Return whether a file is made of these pieces; without ``unpacked`` byte by byte, however large it is."""
    if unpacked:
        found = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
        return unpacked(found) == unpacked(b"".join(pieces))
    with path.open("rb") as file:
        return all(file.read(len(piece)) == piece for piece in pieces) and not file.read(1)


def _page(content: bytes) -> bytes:
    """Return a page with what is packed in it unpacked: compressors differ, and mean the same."""
    return _PACKED.sub(lambda found: found[1] + _expanded(base64.b64decode(found[2])) + found[3], content)


def _expanded(packed: bytes) -> bytes:
    with gzip.open(io.BytesIO(packed)) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError("it is too large")
    return content


def _workbook(content: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        if sum(one.file_size for one in book.infolist()) > MOST_BYTES:
            raise ValueError("it is too large")
        return [(one.filename, book.read(one)) for one in book.infolist()]


_UNPACKED: Mapping[str, Callable[[bytes], object]] = {"html": _page, "xlsx": _workbook}
"""Of formats in which something is packed: what has to be the same. All others are the same byte by byte."""
