"""Which exchanges show what became of a requirement: of dozens, the few that an engineer has to see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dataverse_tck.report.told_run import Outline
from dataverse_tck.reporting.failures import named_or_last

_READS = ("GET", "HEAD")
MOST = 4


def decisive(item: Mapping[str, Any], outlines: Mapping[str, Outline]) -> tuple[str, ...]:
    """Return the ids of the exchanges that decided a requirement, in their order; none where nothing was exchanged.

    A surface that contradicts shows it by itself. Of what was done and looked at these are the exchanges that the
    reason names, else the last one, and before it the last that changed something.
    """
    last = [seen["exchanges"][-1] for seen in item["surfaces"] if not seen["right"] and seen["exchanges"]]
    if contradicts := [key for key in last if key in outlines]:
        return tuple(dict.fromkeys(contradicts))[:MOST]
    asked = [key for key in item["exchanges"] if key in outlines]
    seen = named_or_last(item["reason"], asked)[:MOST]
    if not seen:
        return ()
    deed = _deed(asked[: asked.index(seen[0])], outlines, outlines[seen[0]])
    return (*([deed] if deed and deed not in seen else []), *seen)


def _deed(before: list[str], outlines: Mapping[str, Outline], look: Outline) -> str | None:
    """Return the last exchange that changed something; where looking takes a POST, it is no look itself."""
    if look.method not in ("GET", "HEAD", "POST"):
        return None
    for key in reversed(before):
        one = outlines[key]
        if one.method not in _READS and (look.method in _READS or _operation(one) != _operation(look)):
            return key
    return None


def _operation(one: Outline) -> str:
    return one.url.partition("?")[0].rpartition("/")[2]
