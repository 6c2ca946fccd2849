"""Exchanges as they are recorded, and the lines that they leave."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from dataverse_tck.evidence.bodies import ReceivedBody
from dataverse_tck.evidence.reading import answers
from dataverse_tck.evidence.recorder import Exchange, Recorder
from dataverse_tck.evidence.usual import expanded
from dataverse_tck.suite_files import suite_root

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

SCHEMA = json.loads((suite_root() / "schemas" / "outputs" / "exchange.schema.json").read_text("utf-8"))
TOKEN = "top-secret-token"


def body_of(content: bytes, recorder: Recorder | None = None) -> ReceivedBody:
    """A body that arrived in pieces of 1000 bytes."""
    body = (recorder or Recorder(None)).body()
    for start in range(0, len(content), 1000):
        body.add(content[start : start + 1000])
    body.end()
    return body


def exchange(content: bytes = b"{}", **changes: Any) -> Exchange:
    """An ordinary exchange with some members changed."""
    ordinary: dict[str, Any] = {
        "method": "GET",
        "url": "https://host/api/data/v9.2/WhoAmI",
        "started": datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC),
        "elapsed_ms": 12.345,
        "attempts": 1,
        "waited_s": 0.0,
        "request_headers": {"Accept": "application/json", "Authorization": f"Bearer {TOKEN}"},
        "status": 200,
        "response_headers": {"Content-Type": "application/json", "Set-Cookie": "ARRAffinity=1"},
        "response_body": body_of(content),
    }
    return Exchange(**{**ordinary, **changes})


def lines(path: Path) -> list[dict[str, Any]]:
    """The lines of the file, whole, each checked against the schema as it stands there."""
    texts = path.read_text("utf-8").splitlines()
    for text in texts:
        Draft202012Validator(SCHEMA).validate(json.loads(text))
    return list(whole(texts))


def whole(texts: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Lines with what is usual, which none shares with another."""
    usual = None
    for text in texts:
        words = deepcopy(expanded(json.loads(text), usual))
        yield words
        usual = words.get("options", {}).get("usual", usual)


def answered(path: Path, wanted: Collection[str]) -> dict[str, tuple[int, str]]:
    """Status and body of the exchanges that are wanted and were answered, by id."""
    return {key: (status, body) for key, status, body in answers(path, wanted)}
