"""Gateways before the emulator: one closes what some organisations do not offer, one answers in another dialect."""

from __future__ import annotations

import json
from collections.abc import Callable
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


class Edited:
    """What is read (GET, answered 200 with JSON) goes through ``edit``, with the path that it was asked for."""

    def __init__(self, app: ASGIApp, edit: Callable[[str, Any], Any]) -> None:
        self.app = app
        self.edit = edit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") != "GET":
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
                headers = {name.decode(): value.decode() for name, value in start["headers"]}
                headers.pop("content-length", None)
                is_json = start["status"] == 200 and headers.get("content-type", "").startswith("application/json")
                text = json.dumps(self.edit(scope["path"], json.loads(body))).encode() if is_json else body
                await Response(text, start["status"], headers)(scope, receive, send)

        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self.app({**scope, "headers": plain}, receive, take)


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
