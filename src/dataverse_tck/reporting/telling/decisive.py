"""Which exchanges show what became of a requirement: of dozens, the few that an engineer has to see."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_READS = ("GET", "HEAD")
MOST = 4


def decisive(item: Mapping[str, Any], requests: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ids of the exchanges that decided a requirement, in their order; none where nothing was exchanged.

    ``item`` is the requirement as the certificate tells it, ``requests`` gives every exchange as "GET https://...".
    A surface that contradicts shows it by itself. Of what was done and looked at these are the exchanges that the
    reason names, else the last one, and before it the last that changed something.
    """
    last = [seen["exchanges"][-1] for seen in item["surfaces"] if not seen["right"] and seen["exchanges"]]
    if contradicts := [key for key in last if key in requests]:
        return tuple(dict.fromkeys(contradicts))[:MOST]
    asked = [key for key in item["exchanges"] if key in requests]
    seen = _named_or_last(item["reason"], asked)[:MOST]
    if not seen:
        return ()
    if not _is_look(seen[0], asked, requests):
        return tuple(seen)
    deed = _deed(asked[: asked.index(seen[0])], requests, requests[seen[0]])
    return (*([deed] if deed and deed not in seen else []), *seen)


def _named_or_last(reason: str, exchanges: Sequence[str]) -> list[str]:
    """Return the exchanges that the reason of a failure names, each once, or the last one."""
    named = [key for key in re.findall(r"\bx\d{4,}\b", reason) if key in exchanges]
    return list(dict.fromkeys(named)) or list(exchanges[-1:])


def _is_look(key: str, asked: Sequence[str], requests: Mapping[str, str]) -> bool:
    """Whether an exchange only looks: it reads, or sends what was sent before as well, as one asks for a state."""
    method = requests[key].partition(" ")[0]
    operations = [_operation(requests[one]) for one in asked]
    return method in _READS or (method == "POST" and operations.count(_operation(requests[key])) > 1)


def _deed(before: Sequence[str], requests: Mapping[str, str], look: str) -> str | None:
    """Return the last exchange that changed something; where looking takes a POST, it is no look itself."""
    method = look.partition(" ")[0]
    for key in reversed(before):
        does = requests[key].partition(" ")[0]
        if does not in _READS and (method in _READS or _operation(requests[key]) != _operation(look)):
            return key
    return None


def _operation(request: str) -> str:
    return request.partition("?")[0].rpartition("/")[2]
