"""The bodies of batches: ``multipart/mixed`` of ``application/http``, as Dataverse reads it: with CR LF everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dataverse_tck.emulator.protocol.errors import bad_request, unreadable_batch
from dataverse_tck.emulator.protocol.exchange import Request

_BOUNDARY = re.compile(r';\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;,"]{1,70}))', re.IGNORECASE)
_REQUEST_LINE = re.compile(r"([A-Z]+) (\S.*?) HTTP/1\.[01]")
# A URL below the service root: absolute, from the root of the host, or from the service root.
_URL = re.compile(
    r"(?:(?:https?://[^/]+)?/api/data/v9\.[0-2](?=[/?]|$))?/?([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.IGNORECASE
)
_MULTIPART, _HTTP = "multipart/mixed", "application/http"


@dataclass(frozen=True)
class Part:
    """A part of a multipart body: its headers, named in lower case, and what follows them."""

    headers: dict[str, str]
    content: bytes

    @property
    def content_type(self) -> str:
        """The whole Content-Type header."""
        return self.headers.get("content-type", "")

    @property
    def is_multipart(self) -> bool:
        """Whether it is a change set."""
        return _media_type(self.content_type) == _MULTIPART


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def boundary_of(content_type: str) -> str:
    """The boundary that a Content-Type header names."""
    if _media_type(content_type) != _MULTIPART:
        raise bad_request(f"The batch request must have '{_MULTIPART}' as the media type.")
    match = _BOUNDARY.search(content_type)
    if match is None:
        raise bad_request('The batch request must have a boundary specification in the "Content-Type" header.')
    return match[1] or match[2]


def read_parts(body: bytes, boundary: str) -> Iterator[Part]:
    """The parts between the boundaries; the last one has to be closed, and each of its lines too.

    What stands before the first boundary and after the last one is no part of the message.
    """
    delimiter = re.compile(rb"(?:\A|(?<=\r\n))--" + re.escape(boundary.encode("latin-1")) + rb"(--)?[ \t]*\r\n")
    start: int | None = None
    for match in delimiter.finditer(body):
        if start is not None:
            yield _part(body[start : match.start()])
        if match[1]:
            return
        start = match.end()
    raise unreadable_batch()


def _part(raw: bytes) -> Part:
    headers, content = _headers(raw)
    return Part(headers, content)


def _headers(raw: bytes) -> tuple[dict[str, str], bytes]:
    """Headers up to the empty line, and what follows; without an empty line all of it is headers."""
    if raw.startswith(b"\r\n"):
        return {}, raw[2:]
    head, _, content = raw.partition(b"\r\n\r\n")
    headers = {}
    for line in head.decode("latin-1").removesuffix("\r\n").split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or "\n" in line:
            raise unreadable_batch()
        headers[name.strip().lower()] = value.strip()
    return headers, content


def request_in(part: Part, root: str) -> tuple[str, Request]:
    """The Content-ID of a part, empty without one, and the request in it."""
    if _media_type(part.content_type) != _HTTP:
        raise bad_request(f"A part of a batch has to have '{_HTTP}' as its media type, not '{part.content_type}'.")
    line, _, rest = part.content.partition(b"\r\n")
    match = _REQUEST_LINE.fullmatch(line.decode("utf-8", "replace"))
    if match is None:
        raise unreadable_batch()
    headers, body = _headers(rest) if rest.strip(b"\r\n") else ({}, b"")
    url = _URL.fullmatch(match[2])
    path, query = (url[1], url[2] or "") if url else (match[2], "")
    return part.headers.get("content-id", headers.get("content-id", "")), Request(
        match[1], "/" + path, query, root, headers, body.removesuffix(b"\r\n")
    )
