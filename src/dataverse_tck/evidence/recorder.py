"""Every exchange with the endpoint, and every command of a profile, as one JSON line in ``exchanges.ndjson``.

All of it is redacted before it is written.

The shape of a line is ``schemas/outputs/exchange.schema.json``; what is usual in a run is left out (``usual.py``).
Bodies are kept whole (``bodies.py``), those of a batch with its parts; ``size`` (bytes, content coding undone) and
``sha256`` always speak of all that was received.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Self

from dataverse_tck.evidence.bodies import ReceivedBody
from dataverse_tck.evidence.purpose import Phase, Purpose, present
from dataverse_tck.evidence.redaction import REQUEST_HEADERS, RESPONSE_HEADERS, Redaction
from dataverse_tck.evidence.usual import reduced

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True)
class Failure:
    """Why an exchange broke, or was not read to the end; ``kind`` is the name of the error."""

    kind: str
    reason: str


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
    error: Failure | None = None
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

    Bodies that are no short text go to ``bodies/`` beside it. With ``path`` None nothing is kept on disk. Safe to use
    from several threads; a line is flushed as soon as it is whole, so what was recorded before a crash can be read
    after it.
    """

    def __init__(self, path: Path | None, secrets: Iterable[str] = ()) -> None:
        self.redaction = Redaction(secrets)
        self.index: dict[str, ExchangeOutline] = {}
        self.otherwise = Purpose(Phase.SURVEY)  # what is asked for where a thread does not say
        self._folder = path.parent if path else None
        self._lock = threading.RLock()
        self._writing = threading.Lock()
        self._closed = False
        self._usual: Mapping[str, Any] | None = None  # what lines leave out
        self._file: IO[str] | None = path.open("a", encoding="utf-8", newline="\n") if path else None

    @property
    def purpose(self) -> Purpose:
        """What this thread asks for at present."""
        return present() or self.otherwise

    def body(self) -> ReceivedBody:
        """Return what takes in the body of an answer and gives out what may be read of it."""
        return ReceivedBody(self.redaction, self._folder)

    def record(self, exchange: Exchange) -> str:
        """Write the exchange down and return its id."""
        with self._lock:  # whoever closes finds both the line and its body, or neither
            self._expect_open()
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
        """Write down what is no exchange: how an effect was waited for, when a performance began and ended.

        Lines after the options of a run leave out what these call usual.
        """
        self._append({"for": self.purpose.next(), **words})
        self._usual = words.get("options", {}).get("usual", self._usual)

    def _write(self, document: Mapping[str, Any], seen: ExchangeOutline) -> str:
        with self._lock:
            self._expect_open()
            identifier = f"x{len(self.index) + 1:04}"
            self.index[identifier] = seen
            self._append({"id": identifier, **document})
        return identifier

    def _append(self, line: Mapping[str, Any]) -> None:
        if self._file:
            # ASCII only: line separators inside of bodies must not end a line for any reader.
            text = json.dumps(reduced(line, self._usual), separators=(",", ":")) + "\n"
            with self._writing:
                self._file.write(text)
                self._file.flush()

    def close(self) -> None:
        """Close the file; an exchange after this is an error, and leaves nothing behind."""
        with self._lock, self._writing:
            self._closed = True
            if self._file:
                self._file.close()

    def _expect_open(self) -> None:
        if self._closed:
            raise ValueError("the record of the run is closed")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _document(self, exchange: Exchange) -> dict[str, Any]:
        clean, sent, failure = self.redaction, exchange.request_body, exchange.error
        return {
            "for": (exchange.purpose or self.purpose).next(),
            "started": _moment(exchange.started),
            "elapsed_ms": round(exchange.elapsed_ms, 1),
            "attempts": exchange.attempts,
            "waited_s": round(exchange.waited_s, 3),
            "error": failure and {"kind": failure.kind, "reason": clean.text(failure.reason)},
            **({"batch": exchange.batch} if exchange.batch else {}),
            "request": {
                "method": exchange.method,
                "url": clean.text(exchange.url),
                "headers": clean.headers(exchange.request_headers, REQUEST_HEADERS),
                "body": None if sent is None else clean.content(sent).decode("utf-8", errors="backslashreplace"),
            },
            "response": None if exchange.status is None else self._response(exchange),
        }

    def _response(self, exchange: Exchange) -> dict[str, Any]:
        body = exchange.response_body
        kept = body.kept()
        return {
            "status": exchange.status,
            "headers": self.redaction.headers(exchange.response_headers, RESPONSE_HEADERS),
            "body": kept and kept.text,
            "size": body.received.size,
            "sha256": body.received.sha256,
            "kept": kept and {"size": kept.size, "sha256": kept.sha256},
        }
