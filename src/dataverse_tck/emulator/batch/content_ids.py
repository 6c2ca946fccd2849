"""References inside a change set: ``$1`` stands for the row that the request with Content-ID 1 made or changed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

from dataverse_tck.emulator.protocol.errors import bad_request
from dataverse_tck.emulator.protocol.exchange import Answer, Request
from dataverse_tck.emulator.store.work import Work
from dataverse_tck.jsontypes import Json

_REFERENCE = re.compile(r"\$([\w.~-]+)")
_RESERVED = ("batch", "metadata")  # paths of OData's own


def resolved(request: Request, made: Mapping[str, str]) -> Request:
    """The request with the references in its URL and in the links of its body replaced by URLs of rows."""
    path, body = request.path, request.body
    match = _REFERENCE.match(path.lstrip("/"))
    if match and match[1] not in _RESERVED:
        row = _row(match[1], made).removeprefix(request.root)
        path = row + path.lstrip("/")[match.end() :]
    if b"$" in body:
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            document = None  # whoever reads the body will say so
        if isinstance(document, dict):
            body = json.dumps(_replaced(document, made), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return replace(request, path=path, body=body)


def _replaced(value: Json, made: Mapping[str, str], name: str = "") -> Json:
    if isinstance(value, dict):
        return {key: _replaced(item, made, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, made, name) for item in value]
    if isinstance(value, str) and name.endswith(("@odata.bind", "@odata.id")):
        match = _REFERENCE.fullmatch(value.lstrip("/"))
        if match:
            return _row(match[1], made)
    return value


def _row(identifier: str, made: Mapping[str, str]) -> str:
    if identifier not in made:
        raise bad_request(f"Content-ID Reference: '${identifier}' does not exist in the batch context.")
    return made[identifier]


def location(request: Request, answer: Answer, work: Work) -> str | None:
    """The URL of the row that a request made or changed; None when there is none.

    An answer with the row itself has no ``OData-EntityId``: then the row says its own key.
    """
    entity_id = answer.headers.get("OData-EntityId")
    if entity_id is not None:
        return entity_id
    if request.method == "PATCH":
        return request.root + request.path
    table = work.database.by_entity_set.get(request.path.strip("/"))
    if request.method == "POST" and answer.status == 201 and table is not None:
        return f"{request.root}/{table.entity_set}({json.loads(answer.body)[table.primary_id]})"
    return None
