"""Requests of all kinds, right and broken, one after the other: no defect, and a consistent database after each run."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Scope

from dataverse_tck.emulator.serving.app import create_app
from tests.support.consistency import complaints
from tests.support.generated_requests import (
    CRM,
    IDS,
    NEAR,
    ORGANISATION,
    OWNERS,
    TABLES,
    Ask,
    batches,
    calls,
    reads,
    spoilt,
    writes,
)

RUNS, LENGTH = 100, 25  # so 2,500 requests, a batch counted as one
FINE = {200, 201, 204, 304, 400, 403, 404, 405, 412, 413, 414, 415, 501}


async def send(app: ASGIApp, ask: Ask) -> tuple[int, dict[str, str], bytes]:
    """Send a request; return status, headers and body. What the application raises goes through."""
    path, _, query = ask.target.partition("?")
    headers = {"host": "test", "content-type": "application/json"} | {name.lower(): text for name, text in ask.headers}
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": ask.method,
        "scheme": "http",
        "path": f"/api/data/v9.2/{unquote(path)}",
        "raw_path": f"/api/data/v9.2/{path}".encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), text.encode("latin-1", "replace")) for name, text in headers.items()],
        "server": ("test", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": ask.body, "more_body": False}

    async def keep(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, keep)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], {name.decode(): text.decode() for name, text in sent[0]["headers"]}, body


def judge(ask: Ask, status: int, headers: dict[str, str], body: bytes) -> None:
    """Hold an answer to what holds of every answer."""
    told = f"{ask} -> {status} {body[:500]!r}"
    assert status in FINE, told
    assert b"Traceback" not in body, told
    kind = headers.get("content-type", "")
    if kind.startswith("multipart/mixed"):
        assert b"HTTP/1.1 500" not in body, told
    elif kind.startswith("application/json") and body:
        document = json.loads(body)
        if status >= 400:
            assert {"code", "message"} <= set(document["error"]), told
    if status in (204, 304):
        assert body == b"", told


async def converse(app: ASGIApp, asks: list[Ask]) -> Counter[int]:
    """Send all, judge all; return how often each status came."""
    statuses: Counter[int] = Counter()
    for ask in asks:
        status, headers, body = await send(app, ask)
        judge(ask, status, headers, body)
        statuses[status] += 1
    return statuses


@dataclass(frozen=True)
class Subject:
    """An emulator with some rows, its database, and the state to which that returns before each run."""

    app: ASGIApp
    live: sqlite3.Connection
    start: sqlite3.Connection
    users: list[str]

    def reset(self) -> None:
        """Put the database back."""
        self.start.backup(self.live)


async def populated(app: ASGIApp) -> list[str]:
    """Create the rows that the requests know of, link and share them; return the ids of the users."""

    async def do(method: str, path: str, body: object = None) -> bytes:
        status, _, answer = await send(app, Ask(method, path, json.dumps(body).encode()))
        assert status in (200, 204), answer
        return answer

    users = [row["systemuserid"] for row in json.loads(await do("GET", "systemusers"))["value"]]
    for table in TABLES[:-OWNERS]:
        targets = [
            {"@odata.type": f"{CRM}{table.logical_name}", table.primary_id: key, table.primary_name: "row"}
            for key in IDS[:3]
        ]
        await do("POST", f"{table.entity_set}/{CRM}CreateMultiple", {"Targets": targets})
        target = {table.primary_id: IDS[0], "@odata.type": f"{CRM}{table.logical_name}"}
        principal = {"systemuserid": users[0], "@odata.type": f"{CRM}systemuser"}
        access = {"AccessMask": "ReadAccess", "Principal": principal}
        await do("POST", "GrantAccess", {"Target": target, "PrincipalAccess": access})
    # Every lookup is set in every row, those with several targets to a different one in each.
    for number, item in enumerate([*NEAR, *NEAR]):
        one, many = ORGANISATION.table[item.referenced_entity], ORGANISATION.table[item.referencing_entity]
        for key in IDS[:3] if number < len(NEAR) else IDS[number % 3 : number % 3 + 1]:
            bind = {f"{item.referencing_navigation}@odata.bind": f"{one.entity_set}({key})"}
            await do("PATCH", f"{many.entity_set}({key})", bind)
    return users


@pytest.fixture(scope="module")
def subject() -> Iterator[Subject]:
    """An emulator with some rows."""
    app = create_app(ORGANISATION, database="sqlite://")
    users = asyncio.run(populated(app))
    borrowed = app.routes[0].endpoint.service.database.engine.raw_connection()
    with closing(sqlite3.connect(":memory:")) as start:
        borrowed.driver_connection.backup(start)
        yield Subject(app, borrowed.driver_connection, start, users)
    borrowed.close()


def test_no_request_is_a_defect(subject: Subject) -> None:
    """Whatever is asked gets a documented status, and leaves no dangling lookup and no orphaned share."""
    sound = st.one_of(writes, writes, reads(), calls(subject.users))
    request = st.one_of(sound, sound, sound, spoilt(sound), batches(sound))
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=RUNS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
        phases=[Phase.generate, Phase.shrink],
    )
    @given(st.lists(request, min_size=LENGTH, max_size=LENGTH))
    def converses(asks: list[Ask]) -> None:
        subject.reset()
        statuses.update(asyncio.run(converse(subject.app, asks)))
        assert complaints(subject.live) == []

    converses()
    assert statuses.total() >= 2000
    # Were all of them refused, nothing would have been tried.
    assert min(statuses[status] for status in (200, 204, 400, 404)) > 50, statuses
