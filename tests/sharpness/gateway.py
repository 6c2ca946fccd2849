"""A gateway before the emulator: closes what some organisations do not offer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

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
