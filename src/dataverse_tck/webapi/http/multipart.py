"""The body of a batch: several requests in one, ``multipart/mixed`` of ``application/http``.

OData 4.0 Protocol, 11.7.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from io import BytesIO

from requests.structures import CaseInsensitiveDict

from dataverse_tck.evidence.purpose import Purpose

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})\b[^\r\n]*\r?\n")


@dataclass(frozen=True)
class Part:
    """One request of a batch; ``url`` is absolute."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes | None = None
    purpose: Purpose | None = None  # what it is asked for


@dataclass(frozen=True)
class PartAnswer:
    """What is answered to one of them."""

    status: int
    headers: Mapping[str, str]  # names in any case
    content: bytes


def written(parts: Sequence[Part], boundary: str) -> bytes:
    """Return the body of a batch without change sets, with CR LF everywhere, as Dataverse wants it."""
    return b"".join([*(_written(part, boundary) for part in parts), f"--{boundary}--\r\n".encode()])


def _written(part: Part, boundary: str) -> bytes:
    head = [
        *(f"--{boundary}", "Content-Type: application/http", "Content-Transfer-Encoding: binary", ""),
        f"{part.method} {part.url} HTTP/1.1",
        *(f"{name}: {value}" for name, value in part.headers.items()),
    ]
    return "\r\n".join([*head, "", ""]).encode() + (part.content or b"") + b"\r\n"


def read(content: bytes, content_type: str) -> list[PartAnswer]:
    """Return the answers in a batch's answer; raises ValueError for what is none."""
    message = BytesParser(policy=compat32).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + content)
    if message.get_content_type() != "multipart/mixed":
        raise ValueError(f"it is {content_type or 'of no kind'}, not multipart/mixed")
    if not message.is_multipart():
        raise ValueError("it has no parts")
    return [_read(part) for part in message.walk() if not part.is_multipart()]


def _read(part: Message) -> PartAnswer:
    raw = part.get_payload(decode=True)
    status = _STATUS.match(raw) if isinstance(raw, bytes) else None
    if not isinstance(raw, bytes) or status is None:
        raise ValueError(f"a part is {part.as_string()[:60]!r}, without a status line")
    rest = BytesIO(raw[status.end() :])
    headers = http.client.parse_headers(rest)
    return PartAnswer(int(status[1]), CaseInsensitiveDict(headers.items()), rest.read())
