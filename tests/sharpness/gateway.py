"""Gateways before the emulator: closed, in another dialect, losing writes, ignoring them, or wrong now and then."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

SHARING_TABLE = "/principalobjectaccessset"
SHARED_PRINCIPALS = "RetrieveSharedPrincipalsAndAccess("
PRINCIPAL_ACCESS = "RetrievePrincipalAccess("
USERS, TEAMS = "/systemusers", "/teams"
ABOUT_LOOKUPS = ("Microsoft.Dynamics.CRM.lookuplogicalname", "Microsoft.Dynamics.CRM.associatednavigationproperty")
ACTING_FOR_OTHERS = (b"mscrmcallerid", b"callerobjectid")


async def _refused_batch(scope: Scope, receive: Receive, send: Send) -> bool:
    """Say that there are no batches, whose parts would come past a gateway; whether it was one."""
    is_batch = str(scope["path"]).endswith("/$batch")
    if is_batch:
        await JSONResponse({"error": {"code": "", "message": "There are no batches."}}, 404)(scope, receive, send)
    return is_batch


class Gateway:
    """Answers 403 to paths that have one of ``closed`` in them, and to who acts ``for others`` where that is closed;
    the collections ``empty`` have no rows."""

    def __init__(
        self, app: ASGIApp, *, closed: tuple[str, ...] = (), empty: tuple[str, ...] = (), impersonation: bool = True
    ) -> None:
        self.app = app
        self.closed = closed
        self.empty = empty
        self.impersonation = impersonation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if await _refused_batch(scope, receive, send):
            return
        path = scope["path"]
        acts_for_others = any(name in ACTING_FOR_OTHERS for name, _ in scope["headers"])
        if any(part in path for part in self.closed) or (acts_for_others and not self.impersonation):
            error = {"error": {"code": "0x80040220", "message": "This is closed here."}}
            await JSONResponse(error, 403)(scope, receive, send)
        elif path.endswith(self.empty or ("\n",)):
            await JSONResponse({"value": []})(scope, receive, send)
        else:
            await self.app(scope, receive, send)


Rewrite = Callable[[int, bytes], tuple[int, bytes]]  # status and body, as they come and as they go


class Dialect:
    """Answers to messages (POST, with ``word`` in the path) go through ``rewrite``."""

    def __init__(self, app: ASGIApp, word: str, rewrite: Rewrite) -> None:
        self.app = app
        self.word = word
        self.rewrite = rewrite

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") != "POST" or self.word not in scope["path"]:
            await self.app(scope, receive, send)
            return
        status, headers, body = await answer_of(self.app, scope, receive)
        status, text = self.rewrite(status, body)
        await Response(text, status, headers)(scope, receive, send)


async def answer_of(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[int, dict[str, str], bytes]:
    """Return the answer to a request, instead of sending it on: its body plain, and not its length."""
    plain = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
    start: dict[str, Any] = {}
    body = b""

    async def take(message: Any) -> None:
        nonlocal body
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            body += message.get("body", b"")

    await app({**scope, "headers": plain}, receive, take)
    kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    return start["status"], {name.decode(): value.decode() for name, value in kept}, body


class Lossy:
    """Says yes to every ``nth`` change of a row under load, and does not carry it out.

    Load is what came over several connections within 50 ms: the emulator answers one request after the other.
    """

    def __init__(self, app: ASGIApp, nth: int = 12) -> None:
        self.app = app
        self.nth = nth
        self.lost = 0
        self._last: dict[Any, float] = {}  # connection -> when it was last used
        self._changes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        now = time.monotonic()
        self._last[scope["client"]] = now
        if scope.get("method") in ("PATCH", "DELETE") and sum(now - used < 0.05 for used in self._last.values()) > 1:
            self._changes += 1
            if self._changes % self.nth == 0:
                self.lost += 1
                await Response(status_code=204)(scope, receive, send)
                return
        await self.app(scope, receive, send)


class Idle:
    """Says yes to every change of a row (``meant``: whose body has this in it), and carries none of them out."""

    def __init__(self, app: ASGIApp, meant: bytes = b"") -> None:
        self.app = app
        self.meant = meant

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if await _refused_batch(scope, receive, send):
            return
        if scope.get("method") != "PATCH":
            await self.app(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        if self.meant in body:
            await Response(status_code=204)(scope, receive, send)
            return

        async def once_more() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, once_more, send)


class Fickle:
    """Answers every ``nth`` question for one row wrongly: its texts are another row's, its lookups lead nowhere."""

    def __init__(self, app: ASGIApp, nth: int = 5) -> None:
        self.app = app
        self.nth = nth
        self._asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if await _refused_batch(scope, receive, send):
            return
        if scope.get("method") != "GET" or "msdyn_ocliveworkitems(" not in scope["path"]:
            await self.app(scope, receive, send)
            return
        self._asked += 1
        status, headers, body = await answer_of(self.app, scope, receive)
        if self._asked % self.nth == 0 and status == 200:
            row = json.loads(body)
            body = json.dumps(
                {key: value if key.startswith("@") else _other(value) for key, value in row.items()}
            ).encode()
        await Response(body, status, headers)(scope, receive, send)


def _other(value: Any) -> Any:
    return f"another {value}" if isinstance(value, str) else None


class Edited:
    """What is read (GET, answered 200 with JSON) goes through ``edit``, with the path that it was asked for."""

    def __init__(self, app: ASGIApp, edit: Callable[[str, Any], Any]) -> None:
        self.app = app
        self.edit = edit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if await _refused_batch(scope, receive, send):
            return
        if scope.get("method") != "GET":
            await self.app(scope, receive, send)
            return
        status, headers, body = await answer_of(self.app, scope, receive)
        if status == 200 and headers.get("content-type", "").startswith("application/json"):
            body = json.dumps(self.edit(scope["path"], json.loads(body))).encode()
        await Response(body, status, headers)(scope, receive, send)


def unannotated(_: str, document: Any) -> Any:
    """Take what is said of lookups out of rows, as gateways do that know no annotations."""
    if isinstance(document, dict):
        kept = {key: value for key, value in document.items() if not key.partition("@")[2].startswith(ABOUT_LOOKUPS)}
        return {key: unannotated("", value) for key, value in kept.items()}
    return [unannotated("", item) for item in document] if isinstance(document, list) else document


def without_other_ends(path: str, document: Any) -> Any:
    """Declare no name of a link at the end of the record."""
    if path.endswith("/ManyToOneRelationships"):
        for item in document["value"]:
            item.pop("ReferencedEntityNavigationPropertyName", None)
    return document


class OtherStatus:
    """Answers to changes (no GET) come with another status."""

    def __init__(self, app: ASGIApp, statuses: Mapping[int, int]) -> None:
        self.app = app
        self.statuses = statuses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if await _refused_batch(scope, receive, send):
            return

        async def other(message: Any) -> None:
            if message["type"] == "http.response.start" and scope["method"] != "GET":
                message = {**message, "status": self.statuses.get(message["status"], message["status"])}
            await send(message)

        await self.app(scope, receive, other)
