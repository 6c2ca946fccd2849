"""A row, its principals, and records that get canned answers to what is asked of rights."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.rows.principals import Principal
from dataverse_tck.webapi.rows.records import Row
from dataverse_tck.webapi.rows.sharing import AccessObserver
from dataverse_tck.webapi.rows.tables import Table
from tests.support.canned_server import Canned
from tests.support.offline import Offline

TABLE = Table("t", "ts", "tid", None, "UserOwned", {}, {}, {})
ROW = Row("t", str(UUID(int=5)), f"ts({UUID(int=5)})")
ME = str(UUID(int=6))
ADA = Principal("systemuser", str(UUID(int=0xA7)), "Ada", str(UUID(int=8)))
TEAM = Principal("team", str(UUID(int=0xB9)), "the team")
AT_ROW = f"@p1={{'@odata.id':'{ROW.path}'}}"


def records(*answers: Canned | Answer, caller: object = ME) -> tuple[Any, Offline]:
    """Records that get these answers one after the other, the last one from then on, and what was asked."""
    left = list(answers)
    session = Offline(lambda request: left.pop(0) if len(left) > 1 else left[0])

    def existing(name: str) -> object:
        assert name == "systemuser"
        if isinstance(caller, Exception):
            raise caller
        return caller

    def send(method: str, target: str, content: Any = None, headers: Any = None) -> Answer:
        return session.send(method, target, content=content, headers=headers)

    tables = SimpleNamespace(existing=existing)
    made = SimpleNamespace(send=send, tables=tables, patch=lambda row, values: send("PATCH", row.path, values))
    return made, session


def observer_of(made: Any, row: Row = ROW, principal: Principal = ADA) -> AccessObserver:
    """An observer that finds out with these records what it needs to know."""
    return AccessObserver(lambda: (made, row, principal), lambda _: made)
