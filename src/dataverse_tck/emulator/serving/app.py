"""The emulator as an ASGI application: headers, compression, latency, remembered answers."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import uuid4

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from dataverse_tck.emulator.faults.active import ActiveFaults
from dataverse_tck.emulator.faults.call_faults import call_faults, is_call_fault
from dataverse_tck.emulator.faults.metadata_faults import with_metadata_faults
from dataverse_tck.emulator.faults.row_faults import PREFIX, row_faults
from dataverse_tck.emulator.faults.table_faults import table_faults, with_table_faults
from dataverse_tck.emulator.protocol.errors import ODataError, body_too_large, too_many_requests
from dataverse_tck.emulator.protocol.exchange import Answer, error_answer
from dataverse_tck.emulator.protocol.exchange import Request as ServiceRequest
from dataverse_tck.emulator.service import Service
from dataverse_tck.emulator.store.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.types import Receive, Scope, Send

    from dataverse_tck.emulator.organisation.model import Organisation

ROOT = re.compile(r"/api/data/v9\.[0-2](?=/|$)", re.IGNORECASE)
REMEMBERED = 512  # answers
SMALLEST_GZIP = 1024  # bytes
_THROTTLED = too_many_requests(6000, 300, {"Retry-After": "1"})
LARGEST_BODY = 8 * 1024 * 1024  # bytes


@dataclass(frozen=True)
class _Encoded:
    """An answer that remembers its compressed body."""

    answer: Answer

    @cached_property
    def gzipped(self) -> bytes:
        return gzip.compress(self.answer.body, 6, mtime=0)


class _Endpoint:
    def __init__(self, service: Service, latency: float, throttle_every: int | None) -> None:
        self.service = service
        self.latency = latency
        self.throttle_every = throttle_every
        self.asked = 0  # requests
        self.remembered: OrderedDict[tuple[str, ...], _Encoded] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if self.latency:
            await asyncio.sleep(self.latency)
        self.asked += 1
        is_throttled = self.throttle_every is not None and self.asked % self.throttle_every == 0
        try:
            encoded = _Encoded(error_answer(_THROTTLED)) if is_throttled else await self._encoded(request)
        except ClientDisconnect:
            return  # before it had said what it wanted
        answer, body = encoded.answer, encoded.answer.body
        headers = {
            "Cache-Control": "no-cache",
            "OData-Version": "4.0",
            "REQ_ID": str(uuid4()),
            "Vary": "Accept-Encoding",
            **answer.headers,
        }
        if answer.content_type:
            headers["Content-Type"] = answer.content_type
        headers["x-ms-service-request-id"] = headers["REQ_ID"]
        if len(body) >= SMALLEST_GZIP and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = encoded.gzipped
        await Response(body, answer.status, headers)(scope, receive, send)

    async def _encoded(self, request: Request) -> _Encoded:
        raw_path = request.scope.get("raw_path") or request.url.path.encode()
        path, query = raw_path.decode("latin-1"), request.scope["query_string"].decode("latin-1")
        match = ROOT.match(path)
        if match is None:
            error = ODataError(404, "", f"No HTTP resource was found that matches the request URI '{request.url}'.")
            return _Encoded(error_answer(error))
        origin = f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}"
        key = (request.method, origin, path, query, request.headers.get("accept", ""))
        if key in self.remembered:
            self.remembered.move_to_end(key)
            return self.remembered[key]
        body = await _body(request)
        if body is None:
            return _Encoded(error_answer(body_too_large(LARGEST_BODY)))
        below = path[match.end() :]
        answer = self.service.dispatch(
            ServiceRequest(request.method, below, query, origin + match[0], _headers(request), body)
        )
        encoded = _Encoded(answer)
        if answer.lasting:
            self.remembered[key] = encoded
            if len(self.remembered) > REMEMBERED:
                self.remembered.popitem(last=False)
        return encoded


async def _body(request: Request) -> bytes | None:
    """The body, None when it is too large; what is too large is read to its end all the same, so that the client
    comes to read the answer."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size <= LARGEST_BODY:
            parts.append(part)
    return b"".join(parts) if size <= LARGEST_BODY else None


def _headers(request: Request) -> dict[str, str]:
    """The headers by name in lower case; those that come more than once are joined."""
    joined: dict[str, str] = {}
    for name, value in request.headers.items():
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def create_app(
    organisation: Organisation,
    *,
    faults: Iterable[str] = (),
    latency_ms: float = 0,
    effect_delay: float = 0,
    database: str | None = None,
    cascade_delays: Mapping[str, float] | None = None,
    page_size: int | None = None,
    throttle_every: int | None = None,
    troubles: Iterable[str] = (),
) -> Starlette:
    """The Web API of an organisation.

    ``faults`` are ids as in ``known_metadata_faults``, each with or without ``@surface``, and as in
    ``known_row_faults``, ``known_call_faults`` and the room ``faults.calls``, each with or without ``#kind``. Every
    answer is ``latency_ms`` milliseconds late; concurrent requests wait together. What an action does to a call shows
    ``effect_delay`` seconds later. ``database`` is the URL of the database that keeps the rows, as SQLAlchemy writes
    it; without, they are kept in memory, from the first request for rows on. Cascades come some seconds after the
    answer, ``cascade_delays`` by their action (``delete``, ``assign``, ``share``, ``unshare``, ``reparent``); no
    collection has more than ``page_size`` members at once; every ``throttle_every``-th request is answered 429 and not
    carried out. ``troubles`` are written ``KIND:TABLE``, with the kinds of ``table_faults.KINDS``.
    Raises UnknownFaultError.
    """
    given = tuple(faults)
    of_calls = [fault for fault in given if is_call_fault(fault)]
    of_metadata = [fault for fault in given if not fault.startswith(PREFIX) and not is_call_fault(fault)]
    of_rows = [fault for fault in given if fault.startswith(PREFIX) and not is_call_fault(fault)]
    of_tables = table_faults(organisation, troubles)
    organisation = with_table_faults(organisation, of_tables)
    calls = call_faults(of_calls, organisation.operations)
    active = ActiveFaults(row_faults(of_rows), of_tables, calls)
    surfaces = with_metadata_faults(organisation, of_metadata)
    settings = Settings(cascade_delays or {}, effect_delay, page_size)
    service = Service(organisation, surfaces, database or "sqlite://", settings=settings, faults=active)
    if database is not None:
        service.open_database()
    endpoint = _Endpoint(service, latency_ms / 1000, throttle_every)
    return Starlette(routes=[Route("/{path:path}", endpoint)])
