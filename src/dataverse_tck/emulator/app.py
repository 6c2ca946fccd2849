"""The emulator as an ASGI application: headers, compression, latency, remembered answers."""

from __future__ import annotations

import asyncio
import gzip
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from dataverse_tck.emulator.errors import ODataError
from dataverse_tck.emulator.faults import break_
from dataverse_tck.emulator.service import Answer, Service, error_answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from dataverse_tck.emulator.model import Organisation

ROOT = re.compile(r"/api/data/v9\.[0-2](?=/|$)", re.IGNORECASE)
METHODS = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"]
REMEMBERED = 512  # answers
SMALLEST_GZIP = 1024  # bytes


@dataclass(frozen=True)
class _Encoded:
    answer: Answer
    gzipped: bytes | None


class _Endpoint:
    def __init__(self, service: Service, latency: float) -> None:
        self.service = service
        self.latency = latency
        self.remembered: OrderedDict[tuple[str, ...], _Encoded] = OrderedDict()

    async def __call__(self, request: Request) -> Response:
        if self.latency:
            await asyncio.sleep(self.latency)
        encoded = self._encoded(request)
        answer, body = encoded.answer, encoded.answer.body
        headers = {
            "Cache-Control": "no-cache",
            "OData-Version": "4.0",
            "REQ_ID": str(uuid4()),
            "Vary": "Accept-Encoding",
            **answer.headers,
            "Content-Type": answer.content_type,
        }
        headers["x-ms-service-request-id"] = headers["REQ_ID"]
        if encoded.gzipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = encoded.gzipped
        return Response(body, answer.status, headers)

    def _encoded(self, request: Request) -> _Encoded:
        raw_path = request.scope.get("raw_path") or request.url.path.encode()
        path, query = raw_path.decode("latin-1"), request.scope["query_string"].decode("latin-1")
        accept = request.headers.get("accept", "")
        match = ROOT.match(path)
        if match is None:
            error = ODataError(
                404, "", f"No HTTP resource was found that matches the request URI '{request.url}'."
            )
            return _Encoded(error_answer(error), None)
        origin = f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}"
        key = (request.method, origin, path, query, accept)
        if key in self.remembered:
            self.remembered.move_to_end(key)
            return self.remembered[key]
        answer = self.service.answer(request.method, path[match.end() :], query, origin + match[0], accept)
        gzipped = gzip.compress(answer.body, 6, mtime=0) if len(answer.body) >= SMALLEST_GZIP else None
        encoded = _Encoded(answer, gzipped)
        if request.method == "GET" and answer.status == 200:
            self.remembered[key] = encoded
            if len(self.remembered) > REMEMBERED:
                self.remembered.popitem(last=False)
        return encoded


def create_app(organisation: Organisation, *, faults: Iterable[str] = (), latency_ms: float = 0) -> Starlette:
    """The Web API of an organisation.

    ``faults`` are ids as in ``faults.known_faults``, each with or without ``@surface``. Every answer is
    ``latency_ms`` milliseconds late; concurrent requests wait together.
    """
    endpoint = _Endpoint(Service(organisation, break_(organisation, faults)), latency_ms / 1000)
    return Starlette(routes=[Route("/{path:path}", endpoint.__call__, methods=METHODS)])
