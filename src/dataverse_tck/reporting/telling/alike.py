"""Failures that are one failure in many places: the same was seen of each, but for the name of what it is about."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

# Ids of rows and exchanges, then words; a name of a table stands in the plural where it is an entity set.
_WORDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\bx\d{4,}\b|\w+", re.IGNORECASE)
_NUMBERED = re.compile(r"[0-9a-f]{8}-.*|x\d{4,}", re.IGNORECASE)
_SHORT = 3  # characters: such a word names nothing


def alike(rows: Iterable[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Return failures, as a certificate tells them, in groups of which one can be told for all; order is kept."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(_way(row), []).append(row)
    return list(groups.values())


def _way(row: Mapping[str, Any]) -> str:
    """Return how a requirement is broken, without names of its own."""
    subject, _, aspect = row["id"].rpartition("/")
    seen = [(one["surface"], one["right"], one["absent"], one["observed"]) for one in row["surfaces"]]
    said = json.dumps([row["reason"], row["surface"], row["observed"], seen], ensure_ascii=False)
    kind = "/".join(word for word in subject.split("/") if word in _KINDS)
    return f"{kind}/{aspect}: {_WORDS.sub(lambda word: _named(word[0], subject), said)}"


_KINDS = frozenset({"derived", "advisory", "message", "column", "relationship", "option", "target", "cascade", "table"})


def _named(word: str, subject: str) -> str:
    """Return a word, or a star for one that is only the name of what it is about."""
    is_own = len(word) > _SHORT and word.removesuffix("s").casefold() in subject.casefold()
    return "*" if is_own or _NUMBERED.fullmatch(word) else word
