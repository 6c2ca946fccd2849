"""Every exchange with the endpoint, and every command of a profile, as one JSON line in ``exchanges.ndjson``.

All of it is redacted before it is written.

The shape of a line is ``schemas/outputs/exchange.schema.json``. Bodies are kept up to 2 MiB, those of a batch
with its parts; ``size`` (bytes, content coding undone) and ``sha256`` always speak of all that was received.
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Self

from dataverse_tck.evidence.purpose import Phase, Purpose, present
from dataverse_tck.evidence.redaction import REQUEST_HEADERS, RESPONSE_HEADERS, Redaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path


KEPT_BYTES = 2 * 1024 * 1024


class ReceivedBody:
    """A body while it arrives: its beginning, at most ``most`` bytes, the size and the digest of the whole."""

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self.kept = bytearray()
        self._most = most
        self.size = 0
        self._digest = hashlib.sha256()

    def add(self, piece: bytes) -> None:
        """Take in the next piece."""
        self._digest.update(piece)
        self.size += len(piece)
        self.kept += piece[: self._most - len(self.kept)]

    @property
    def is_cut(self) -> bool:
        """Whether there was more than is kept."""
        return self.size > len(self.kept)

    @property
    def sha256(self) -> str:
        """The digest of all that was taken in, in hexadecimal digits."""
        return self._digest.hexdigest()


@dataclass(frozen=True)
class Exchange:
    """One request and what came of it, before redaction; ``status`` is None when no answer arrived."""

    method: str
    url: str
    started: datetime  # UTC
    elapsed_ms: float  # from the first attempt to the end of the body, waiting included
    attempts: int
    waited_s: float  # because the endpoint asked for patience (429, 503)
    request_headers: Mapping[str, str]
    request_body: bytes | None = None
    status: int | None = None
    response_headers: Mapping[str, str] = field(default_factory=dict)
    response_body: ReceivedBody = field(default_factory=ReceivedBody)
    error: str | None = None  # why the exchange broke, or was not read to the end
    batch: str | None = None  # id of the exchange that it was a part of
    purpose: Purpose | None = None  # None: what the thread asks for at present


def _moment(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class ExchangeOutline(NamedTuple):
    """What reports say of an exchange; of a command, "RUN", its words, and no status."""

    method: str
    url: str
    status: int | None
    is_part: bool = False  # of a batch, which has a line of its own


class Recorder:
    """Numbers exchanges (``x0001``, ...), writes them to ``path`` and keeps the outline of each in ``index``.

    With ``path`` None nothing is kept on disk. Safe to use from several threads; a line is flushed as soon as
    it is whole, so what was recorded before a crash can be read after it.
    """

    def __init__(self, path: Path | None, secrets: Iterable[str] = ()) -> None:
        self.redaction = Redaction(secrets)
        self.index: dict[str, ExchangeOutline] = {}
        self.otherwise = Purpose(Phase.SURVEY)  # what is asked for where a thread does not say
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._file: IO[str] | None = path.open("a", encoding="utf-8", newline="\n") if path else None

    @property
    def purpose(self) -> Purpose:
        """What this thread asks for at present."""
        return present() or self.otherwise

    def record(self, exchange: Exchange) -> str:
        """Write the exchange down and return its id."""
        document = self._document(exchange)
        url, is_part = document["request"]["url"], exchange.batch is not None
        return self._write(document, ExchangeOutline(exchange.method, url, exchange.status, is_part))

    def record_command(self, started: datetime, result: Mapping[str, Any]) -> str:
        """Write down what became of a command (``profile.fixture_commands.FixtureResult.document``); return its id.

        It shares the numbers of the exchanges, so that the lines tell the order of both.
        """
        clean = self.redaction.text
        told = {key: clean(value) if isinstance(value, str) else value for key, value in result.items()}
        told["command"] = [clean(word) for word in result["command"]]
        return self._write(
            {"for": self.purpose.next(), "started": _moment(started), "fixture": told},
            ExchangeOutline("RUN", " ".join(told["command"]), None),
        )

    def note(self, words: Mapping[str, Any]) -> None:
        """Write down what is no exchange: how an effect was waited for, when a performance began and ended."""
        self._append({"for": self.purpose.next(), **words})

    def _write(self, document: Mapping[str, Any], seen: ExchangeOutline) -> str:
        with self._lock:
            identifier = f"x{len(self.index) + 1:04}"
            self.index[identifier] = seen
            self._append({"id": identifier, **document})
        return identifier

    def _append(self, line: Mapping[str, Any]) -> None:
        if self._file:
            # ASCII only: line separators inside of bodies must not end a line for any reader.
            text = json.dumps(line, separators=(",", ":")) + "\n"
            with self._writing:
                self._file.write(text)
                self._file.flush()

    def close(self) -> None:
        """Close the file; exchanges after this are an error."""
        if self._file:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _document(self, exchange: Exchange) -> dict[str, Any]:
        clean, body = self.redaction, exchange.response_body
        response = {
            "status": exchange.status,
            "headers": clean.headers(exchange.response_headers, RESPONSE_HEADERS),
            "body": self._text(bytes(body.kept), cut=body.is_cut or exchange.error is not None),
            "size": body.size,
            "sha256": body.sha256,
            "truncated": body.is_cut,
        }
        return {
            "for": (exchange.purpose or self.purpose).next(),
            "started": _moment(exchange.started),
            "elapsed_ms": round(exchange.elapsed_ms, 1),
            "attempts": exchange.attempts,
            "waited_s": round(exchange.waited_s, 3),
            "error": None if exchange.error is None else clean.text(exchange.error),
            **({"batch": exchange.batch} if exchange.batch else {}),
            "request": {
                "method": exchange.method,
                "url": clean.text(exchange.url),
                "headers": clean.headers(exchange.request_headers, REQUEST_HEADERS),
                "body": None if exchange.request_body is None else self._text(exchange.request_body, cut=False),
            },
            "response": None if exchange.status is None else response,
        }

    def _text(self, content: bytes, *, cut: bool) -> str:
        clean = self.redaction.prefix(content) if cut else self.redaction.content(content)
        return self.redaction.text(clean.decode("utf-8", errors="backslashreplace"))
