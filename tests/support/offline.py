"""Sessions without a network: what they are asked goes straight to an answerer, and is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import pytest

from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.http.errors import WebApiError
from dataverse_tck.webapi.http.session import Page
from dataverse_tck.webapi.rows.tables import Tables
from tests.support.canned_server import API, Canned, Request, reply

ROOT = f"http://127.0.0.1{API}"

Told = Canned | Answer | WebApiError


class Offline:
    """Stands in for a session. An answerer may return an answer as it is, or an error to be raised."""

    root = ROOT

    def __init__(self, answer: Callable[[Request], Told]) -> None:
        self.seen: list[Request] = []
        self.targets: list[str] = []  # as they would go over the wire
        self.prefers: list[str | None] = []
        self.closed = False
        self.recorder = Recorder(None)
        self._answer = answer

    @property
    def asked(self) -> list[str]:
        """Methods and decoded paths, in order."""
        return [f"{one.method} {one.path.removeprefix(API).lstrip('/')}" for one in self.seen]

    def url(self, target: str) -> str:
        """Return the absolute URL of a path."""
        return f"{ROOT}/{target}"

    def get(self, target: str, *, prefer: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Answer a read."""
        return self.send("GET", target, prefer=prefer, headers=headers)

    def send(
        self,
        method: str,
        target: str,
        *,
        content: Any = None,
        prefer: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Answer a request."""
        body = b"" if content is None else json.dumps(content).encode()
        request = Request(f"{API}/{unquote(target)}", dict(headers or {}), 0, method, body)
        self.seen.append(request)
        self.targets.append(target)
        self.prefers.append(prefer)
        told = self._answer(request)
        if isinstance(told, WebApiError):
            raise told
        if isinstance(told, Answer):
            return told
        return Answer(told.status, told.headers, told.body, self.url(target), f"x{len(self.seen):04}")

    def stream(self, target: str, sink: Callable[[bytes], None]) -> Answer:
        """Hand a body of status 200 to the sink."""
        answer = self.get(target)
        if answer.status == 200:
            sink(answer.content)
        return answer

    def pages(
        self, target: str, *, prefer: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[Page]:
        """Answer the only page of a collection."""
        answer = self.get(target, prefer=prefer, headers=headers)
        yield Page(answer, answer.json() if answer.status == 200 else None)

    def close(self) -> None:
        """Note that it was closed."""
        self.closed = True


class Door(Offline):
    """A session that the preflight opens."""

    def __init__(self, root: str, recorder: Recorder, answer: Callable[[str, str], Told]) -> None:
        super().__init__(lambda request: answer(root, request.path.removeprefix(f"{API}/")))
        self.root = root
        self.recorder = recorder
        self.opened: dict[str, Any] = {}


def fails(ask: Callable[[], object], kind: type[WebApiError]) -> tuple[str, str | None]:
    """Return the sentence and the exchange of what fails, as this very kind."""
    with pytest.raises(WebApiError) as told:
        ask()
    assert type(told.value) is kind
    return str(told.value), told.value.exchange


def described(
    columns: list[Any] | None = None, links: list[Any] | None = None, **definition: Any
) -> Callable[[Request], Told]:
    """An endpoint that has the table t."""

    def answer(request: Request) -> Told:
        for ending, rows in (("/Attributes", columns), ("/ManyToOneRelationships", links)):
            if request.path.endswith(ending):
                return reply({"value": rows or []})
        return reply({"LogicalName": "t", "EntitySetName": "ts", "PrimaryIdAttribute": "tid", **definition})

    return answer


def tables_of(answer: Callable[[Request], Told]) -> tuple[Tables, Offline]:
    """Tables of an endpoint, and what it was asked."""
    session: Any = Offline(answer)
    return Tables(session), session
