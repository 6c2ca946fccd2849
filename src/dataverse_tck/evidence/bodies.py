"""Bodies of answers, kept whole while they arrive: just those bytes are kept that are given out to be read.

A short text stands in the line of its exchange. Everything else is a file of ``bodies/`` in the folder of the run,
named by its digest and compressed: exchanges that were answered the same share it.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self
from uuid import uuid4

from dataverse_tck.evidence.redaction import Redaction

BODIES = "bodies"
DRAFT = ".draft"
"""How a file ends that is not whole yet: where a run was stopped, one may still be written, and is then removed."""

INLINE_BYTES = 4096
"""The longest text that stands in the line of its exchange."""


class EvidenceLost(RuntimeError):  # noqa: N818 - the name says what happened
    """What was received could not be written down: no failure of the endpoint."""


def body_file(folder: Path, sha256: str) -> Path:
    """Return where a body with that digest stands in the folder of a run."""
    return folder / BODIES / f"{sha256}.gz"


class Measure:
    """Size and digest of bytes while they arrive."""

    def __init__(self) -> None:
        self.size = 0
        self._digest = hashlib.sha256()

    def add(self, piece: bytes) -> None:
        """Take in the next piece."""
        self.size += len(piece)
        self._digest.update(piece)

    @property
    def sha256(self) -> str:
        """The digest in hexadecimal digits."""
        return self._digest.hexdigest()


class Kept(NamedTuple):
    """What is kept of a body: its size and digest; ``text`` is None where it stands in a file."""

    size: int
    sha256: str
    text: str | None


class ReceivedBody:
    """A body while it arrives: ``add`` and ``end`` give out what may be read of it, and just that is kept.

    Without ``folder`` nothing is written. A context manager: what was not kept when it ends leaves nothing behind.
    """

    def __init__(self, redaction: Redaction | None = None, folder: Path | None = None) -> None:
        self.received = Measure()  # before redaction
        self.is_wanted = True  # False: only what was received is told, none of it is kept
        self._stream = (redaction or Redaction()).stream()
        self._folder = folder
        self._read = Measure()
        self._beginning = bytearray()
        self._draft: _Draft | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._draft:
            self._draft.discard()

    def add(self, piece: bytes) -> bytes:
        """Take in the next piece; return what may be read by now, which may be nothing."""
        self.received.add(piece)
        return self._keep(self._stream.add(piece))

    def end(self, *, whole: bool = True) -> bytes:
        """Return what is left to be read; ``whole`` says whether everything arrived. Nothing can be added after it."""
        return self._keep(self._stream.end(whole=whole))

    def kept(self) -> Kept | None:
        """Put what was read where it stays, and say what it is; None for what is not wanted."""
        if not self.is_wanted:
            return None
        text = None if self._read.size > INLINE_BYTES else _text(self._beginning)
        if text is None and self._folder:
            self._spill(self._folder)
        if self._draft and self._folder:
            self._draft.keep(body_file(self._folder, self._read.sha256))
        return Kept(self._read.size, self._read.sha256, text)

    def _keep(self, piece: bytes) -> bytes:
        if self.is_wanted:
            self._read.add(piece)
            if self._read.size <= INLINE_BYTES:
                self._beginning += piece
            elif self._folder:
                self._spill(self._folder).write(piece)
        return piece

    def _spill(self, folder: Path) -> _Draft:
        """Return the file that is written, with the beginning in it."""
        if self._draft is None:
            self._draft = _Draft(folder)
            self._draft.write(bytes(self._beginning))
        return self._draft


def _text(content: bytes | bytearray) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


class _Draft:
    """A compressed file under a name of its own, until it is whole."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / BODIES / f".{uuid4().hex}{DRAFT}"
        with _writing():
            self._path.parent.mkdir(exist_ok=True)
            self._raw = self._path.open("xb")
            # Neither name nor time in it, so that the same body is the same file.
            self._file = gzip.GzipFile("", "wb", compresslevel=6, fileobj=self._raw, mtime=0)

    def write(self, piece: bytes) -> None:
        with _writing():
            self._file.write(piece)

    def keep(self, path: Path) -> None:
        with _writing():
            self._file.close()
            self._raw.close()
            self._path.replace(path)

    def discard(self) -> None:
        """Remove it where it was not kept."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._raw.close()
        self._path.unlink(missing_ok=True)


@contextmanager
def _writing() -> Iterator[None]:
    """Tell a full disk apart from a connection that broke, which is an OSError as well."""
    try:
        yield
    except OSError as problem:
        raise EvidenceLost(f"the body of an answer cannot be written: {problem}") from problem
