"""Gateways before the emulator: one closes what some organisations do not offer, one answers in another dialect."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

SHARING_TABLE = "/principalobjectaccessset"
SHARED_PRINCIPALS = "RetrieveSharedPrincipalsAndAccess("
PRINCIPAL_ACCESS = "RetrievePrincipalAccess("
USERS, TEAMS = "/systemusers", "/teams"
ACTING_FOR_OTHERS = (b"mscrmcallerid", b"callerobjectid")


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
        start: dict[str, Any] = {}
        body = b""

        async def take(message: Any) -> None:
            nonlocal body
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                status, text = self.rewrite(start["status"], body)
                kept = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
                await Response(text, status, {name.decode(): value.decode() for name, value in kept})(
                    scope, receive, send
                )

        await self.app(scope, receive, take)
