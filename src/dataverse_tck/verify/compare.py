"""A certificate held against the one that follows from the evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dataverse_tck.evidence.record import Refusal

# What depends on nothing that can be judged again: when and where a run was, and how long it waited.
TAKEN = frozenset({"finished", "run.python", "run.at_once", "requests.waited_s", "requests.settled_s", "files"})
PARTIAL = frozenset({"rows_written", "leftovers", "troubles"})
"""Of a run that was interrupted before all was performed."""

_NAMED_BY = ("id", "message", "surface", "name")
_SHOWN = 200
_MISSING = object()


def differences(told: Mapping[str, Any], follows: Mapping[str, Any], taken: frozenset[str]) -> Iterator[Refusal]:
    """Tell each place in which a certificate is not what follows from the evidence."""
    yield from _differences(told, follows, "", taken)


def _differences(told: object, follows: object, where: str, taken: frozenset[str]) -> Iterator[Refusal]:
    if where in taken:
        return
    if isinstance(told, dict) and isinstance(follows, dict):
        for name in {**follows, **told}:
            below = f"{where}.{name}" if where else name
            yield from _differences(told.get(name, _MISSING), follows.get(name, _MISSING), below, taken)
    elif isinstance(told, list) and isinstance(follows, list) and len(told) == len(follows):
        for at, (one, other) in enumerate(zip(told, follows, strict=True)):
            yield from _differences(one, other, f"{where}[{_name(other, at)}]", taken)
    elif told != follows or type(told) is not type(follows):
        yield Refusal("The certificate says what does not follow.", where, _short(follows), _short(told))


def _name(item: object, at: int) -> str:
    if isinstance(item, dict):
        return next((str(item[name]) for name in _NAMED_BY if name in item), str(at))
    return str(at)


def _short(value: object) -> str:
    text = "nothing" if value is _MISSING else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
