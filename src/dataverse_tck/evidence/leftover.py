"""A test row that a run could not remove: somebody has to look after it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Leftover:
    """A row that may still be there; ``path`` is below the service root, ``reason`` one sentence."""

    table: str
    id: str
    path: str
    reason: str
