"""Exchanges of a run, read again from its folder."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

EXCHANGES = "exchanges.ndjson"


def answers(path: Path, wanted: Collection[str]) -> dict[str, tuple[int, str]]:
    """Return status and body (text; empty for none) of the exchanges that are wanted and were answered, by id."""
    found: dict[str, tuple[int, str]] = {}
    if not wanted or not path.is_file():
        return found
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            identifier = line[7 : line.find('"', 7)]  # a line begins with {"id":"x0001"
            if identifier in wanted and (answer := json.loads(line).get("response")):
                found[identifier] = answer["status"], answer.get("body") or ""
    return found
