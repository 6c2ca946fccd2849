"""What hangs on what: a failure first, and below it all that could not be tested because of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dataverse_tck.conformance.finding import Outcome

_ON_THE_WAY = re.compile(r"\b(CCaaS_\w+), on the way there\b")


class Decided(NamedTuple):
    """A requirement and what became of it, as far as it matters here."""

    id: str
    outcome: str
    blocked_by: Sequence[str]
    reason: str


def hanging_on(decided: Iterable[Decided]) -> Mapping[str, tuple[str, ...]]:
    """Return, by the id of a failure or an error, the ids of all that is not testable because of it."""
    by_id = {one.id: one for one in decided}
    found: dict[str, list[str]] = defaultdict(list)
    for one in by_id.values():
        if one.outcome == Outcome.NOT_TESTABLE and (root := _root(one, by_id)):
            found[root].append(one.id)
    return {key: tuple(ids) for key, ids in found.items()}


def _root(start: Decided, by_id: Mapping[str, Decided]) -> str | None:
    """Return the failure or error at the end of what a requirement hangs on; None where there is none."""
    seen: set[str] = set()
    following = [start.id]
    while following:
        key = following.pop(0)
        at = by_id.get(key)
        if at is None or key in seen:
            continue
        seen.add(key)
        if at.outcome in (Outcome.FAIL, Outcome.WAIVED, Outcome.ERROR):
            return key
        if at.outcome == Outcome.NOT_TESTABLE:
            following += [*at.blocked_by, *_messages_on_the_way(at.reason)]
    return None


def _messages_on_the_way(reason: str) -> list[str]:
    """Return what a requirement hangs on beside: a message that had to bring a call to where this one is possible."""
    return [f"derived/message/{name}/effect" for name in _ON_THE_WAY.findall(reason)]
