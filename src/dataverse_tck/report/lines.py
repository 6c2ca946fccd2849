"""The lines of a run, one after the other: as many of them as there may be, only one is held."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dataverse_tck.evidence.shapes import MOST_CHARACTERS, parsed
from dataverse_tck.evidence.usual import expanded


def lines_of(path: Path, *, is_ours: bool = False) -> Iterator[Mapping[str, Any]]:
    """Yield the whole object of each line. Raises OSError, and ValueError at the first line that is damaged.

    ``is_ours``: this process has just written them, so that they need no check.
    """
    usual: Mapping[str, Any] | None = None
    with path.open(encoding="utf-8") as lines:
        for text in iter(lambda: lines.readline(MOST_CHARACTERS + 1), ""):
            words = expanded(json.loads(text), usual) if is_ours else parsed(text, usual)
            usual = words.get("options", {"usual": usual}).get("usual")
            yield words
