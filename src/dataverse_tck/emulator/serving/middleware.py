"""What stands before the service when it is asked for: a token that callers need, and a limit of their requests."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from hmac import compare_digest
from math import ceil
from typing import Any
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dataverse_tck.emulator.organisation.model import metadata_id
from dataverse_tck.emulator.protocol.errors import too_many_requests
from dataverse_tck.emulator.protocol.exchange import error_answer

_REMAINING = "x-ms-ratelimit-burst-remaining-xrm-requests"


@dataclass(frozen=True)
class Throttle:
    """At most ``requests`` of one user in any ``seconds``; what is refused does not count."""

    requests: int
    seconds: int


@dataclass
class _Window:
    """When the requests of each user came, so far as they still count; a user is who has that token."""

    throttle: Throttle
    clock: Callable[[], float]
    came: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def take(self, user: str) -> tuple[int, float]:
        """Count a request; returns how many are left after it, -1 for one too many, and seconds until there is room."""
        now, came = self.clock(), self.came[user]
        while came and now - came[0] >= self.throttle.seconds:
            came.popleft()
        if len(came) >= self.throttle.requests:
            return -1, self.throttle.seconds - (now - came[0])
        came.append(now)
        return self.throttle.requests - len(came), 0


def guarded(
    app: ASGIApp,
    *,
    token: str | None = None,
    throttle: Throttle | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> ASGIApp:
    """The application behind a gate: 401 without ``Bearer TOKEN``, 429 beyond the limit; ``clock`` gives seconds."""
    window = None if throttle is None else _Window(throttle, clock)

    async def gate(scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        given = headers.get("authorization", "")
        if token is not None and not _is_bearer(given, token):
            await _unauthorized(scope, headers)(scope, receive, send)
            return
        if window is None:
            await app(scope, receive, send)
            return
        left, wait = window.take(given)
        if left < 0:
            await _throttled(window.throttle, wait)(scope, receive, send)
            return

        async def send_with_rest(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[_REMAINING] = str(left)
            await send(message)

        await app(scope, receive, send_with_rest)

    return gate


def _is_bearer(given: str, token: str) -> bool:
    scheme, _, rest = given.partition(" ")
    # Headers arrive as latin-1, so that is how any token can be compared.
    return scheme.lower() == "bearer" and compare_digest(rest.strip().encode("latin-1"), token.encode())


def _unauthorized(scope: Scope, headers: Headers) -> Response:
    authority = f"https://login.microsoftonline.com/{metadata_id('tenant')}/oauth2/authorize"
    resource = f"{scope['scheme']}://{headers.get('host', 'localhost')}/"
    return _answer(401, headers={"WWW-Authenticate": f"Bearer authorization_uri={authority}, resource_id={resource}"})


def _throttled(throttle: Throttle, wait: float) -> Response:
    error = error_answer(too_many_requests(throttle.requests, throttle.seconds))
    return _answer(429, error.body, {"Retry-After": str(max(1, ceil(wait))), "Content-Type": error.content_type})


def _answer(status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> Response:
    identifier = str(uuid4())
    common = {"OData-Version": "4.0", "REQ_ID": identifier, "x-ms-service-request-id": identifier}
    return Response(body, status, {**common, **(headers or {})})
