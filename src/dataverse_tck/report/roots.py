"""What hangs on what: a failure first, and below it all that could not be tested because of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from dataverse_tck.conformance.finding import Outcome

_ON_THE_WAY = re.compile(r"\b(CCaaS_\w+), on the way there\b")
_OPEN = (Outcome.NOT_TESTABLE, Outcome.NOT_OBSERVABLE)


def hanging_on(requirements: Sequence[Mapping[str, Any]]) -> Mapping[str, tuple[str, ...]]:
    """Return, by the id of a failure or an error, the ids of all that could not be tested because of it."""
    by_id = {item["id"]: item for item in requirements}
    found: dict[str, list[str]] = defaultdict(list)
    for item in requirements:
        if item["outcome"] in _OPEN and (root := _root(item, by_id)):
            found[root].append(item["id"])
    return {key: tuple(ids) for key, ids in found.items()}


def _root(item: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return the failure or error at the end of what a requirement hangs on; None where there is none."""
    seen: set[str] = set()
    following: list[str] = [item["id"]]
    while following:
        key = following.pop(0)
        at = by_id.get(key)
        if at is None or key in seen:
            continue
        seen.add(key)
        if at["outcome"] in (Outcome.FAIL, Outcome.ERROR):
            return key
        if at["outcome"] in _OPEN:
            following += [*at["blocked_by"], *_messages_on_the_way(at["reason"])]
    return None


def _messages_on_the_way(reason: str) -> list[str]:
    """Return what a requirement hangs on beside: a message that had to bring a call to where this one is possible."""
    return [f"derived/message/{name}/effect" for name in _ON_THE_WAY.findall(reason)]
