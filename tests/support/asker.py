"""A client without sockets: requests straight into a service, answers with their JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from dataverse_tck.emulator.faults.active import ActiveFaults
from dataverse_tck.emulator.faults.metadata_faults import with_metadata_faults
from dataverse_tck.emulator.faults.row_faults import row_faults
from dataverse_tck.emulator.organisation.model import Organisation
from dataverse_tck.emulator.protocol.exchange import Request
from dataverse_tck.emulator.service import Service
from dataverse_tck.emulator.store.settings import Settings

ROOT = "http://test/api/data/v9.2"


@dataclass(frozen=True)
class Reply:
    """An answer as a client sees it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body, which has to be a JSON object."""
        document = json.loads(self.body)
        assert isinstance(document, dict)
        return document

    @property
    def error(self) -> tuple[int, str, str]:
        """Status, code and message of an error."""
        error = self.json["error"]
        return self.status, error["code"], error["message"]


class Asker:
    """Sends requests to a service of its own; ``headers`` are named with underscores."""

    def __init__(
        self,
        organisation: Organisation,
        url: str = "sqlite://",
        faults: Iterable[str] = (),
        clock: Callable[[], float] = time.monotonic,
        **settings: Any,
    ) -> None:
        surfaces = with_metadata_faults(organisation, ())
        chosen = ActiveFaults(row_faults(faults))
        self.service = Service(organisation, surfaces, url, settings=Settings(**settings), faults=chosen, clock=clock)

    def __call__(self, method: str, target: str, body: object = None, **headers: str) -> Reply:
        path, _, query = target.partition("?")
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        query = quote(query, safe="$=&(),/'*%;:@-._")
        return self._send(method, f"/{quote(path, safe=SAFE)}", query, raw, headers)

    def _send(self, method: str, path: str, query: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        names = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        answer = self.service.dispatch(Request(method, path, query, ROOT, names, body))
        return Reply(answer.status, answer.headers, answer.body)

    def read_raw(self, path: str, query: str, **headers: str) -> dict[str, Any]:
        """GET something that is there, by a URL as the service wrote it."""
        reply = self._send("GET", f"/{path}", query, b"", headers)
        assert reply.status == 200, reply.body
        return reply.json

    def create(self, entity_set: str, **cells: object) -> str:
        """Create a row; ``nav__bind`` stands for ``nav@odata.bind``. Returns its id."""
        body = {name.replace("__bind", "@odata.bind"): value for name, value in cells.items()}
        reply = self("POST", entity_set, body)
        assert reply.status == 204, reply.body
        return reply.headers["OData-EntityId"].rpartition("(")[2].removesuffix(")")

    def read(self, target: str, **headers: str) -> dict[str, Any]:
        """GET something that is there."""
        reply = self("GET", target, **headers)
        assert reply.status == 200, reply.body
        return reply.json


SAFE = "/$()=',"
