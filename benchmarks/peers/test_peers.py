"""The work of ``work.py`` as a suite of plain pytest: a test for each fact, and for each chain."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

ROOT = os.environ["PEER_ROOT"]
WORK = json.loads(Path(os.environ["PEER_WORK"]).read_text(encoding="utf-8"))


def holds(document: Any, key: str, value: Any) -> bool:
    """Whether the property is so somewhere in a document."""
    if isinstance(document, list):
        return any(holds(item, key, value) for item in document)
    if not isinstance(document, dict):
        return False
    if key in document:
        found = document[key]
        if found == value or (isinstance(found, list) and value in found):
            return True
        if isinstance(found, dict) and (found.get("Value") == value or value is None):
            return True
    return any(holds(item, key, value) for item in document.values())


@pytest.fixture(scope="session")
def session() -> Iterator[requests.Session]:
    """One connection for each worker."""
    with requests.Session() as kept:
        kept.trust_env = False
        yield kept


@pytest.mark.parametrize("fact", WORK["facts"])
def test_fact(fact: dict[str, Any], session: requests.Session) -> None:
    """One question, one comparison."""
    answer = session.get(f"{ROOT}/{fact['path']}", timeout=60)

    assert answer.status_code == 200, answer.text
    assert holds(answer.json(), fact["key"], fact["value"]), fact


@pytest.mark.parametrize("chain", WORK["chains"])
def test_chain(chain: dict[str, int], session: requests.Session) -> None:
    """Rows are made, looked at, and removed."""
    made = []
    for _ in range(chain["rows"]):
        answer = session.post(f"{ROOT}/{WORK['set']}", json={"subject": "a peer's row"}, timeout=60)
        assert answer.status_code == 204, answer.text
        made.append(answer.headers["OData-EntityId"])
    for look in range(chain["looks"]):
        answer = session.get(made[look % len(made)], timeout=60)
        assert answer.json()["subject"] == "a peer's row"
    for row in made:
        assert session.delete(row, timeout=60).status_code == 204
