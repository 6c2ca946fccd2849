"""One surface's word on one subject, in the one shape that the response schemas judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dataverse_tck.jsontypes import Json
from dataverse_tck.readings import Reading, State

Path = tuple[str, ...]
ENGLISH = 1033  # LanguageCode of the reference's own language


@dataclass(frozen=True)
class Word:
    """What one surface says of one subject; ``value`` is None when it looked and there is no such thing."""

    state: State
    value: Mapping[str, Json] | None = None
    others: tuple[Mapping[str, Json], ...] = ()  # further entries of the same name: each has to be right
    silent: frozenset[Path] = frozenset()
    reason: str = ""  # why it was not read, or why it is silent
    exchanges: tuple[str, ...] = ()


def unread(reading: Reading[Any]) -> Word:
    return Word(reading.state, reason=reading.reason, exchanges=reading.exchanges)


def said(reading: Reading[Any], value: Mapping[str, Json] | None, silent: Iterable[Path] = (), why: str = "") -> Word:
    return Word(State.READ, value, silent=frozenset(silent), reason=why, exchanges=reading.exchanges)


def english(label: Json) -> tuple[str | None, bool]:
    """Return the English text of a Label object and whether it has one: ``(text, has_english)``.

    A label that contradicts itself, with two English texts, has both of them as its text.
    """
    if not isinstance(label, Mapping):
        return None, False
    candidates = [*(label.get("LocalizedLabels") or ()), label.get("UserLocalizedLabel")]
    texts = [
        item.get("Label") for item in candidates if isinstance(item, Mapping) and item.get("LanguageCode") == ENGLISH
    ]
    if not texts:
        return None, False
    different = list(dict.fromkeys(str(text) for text in texts))
    return (texts[0] if len(different) == 1 else " / ".join(different)), True


def labelled(node: Mapping[str, Json], member: str) -> tuple[dict[str, Json], tuple[Path, ...]]:
    """Replace a Label object by its English text; without one the node is silent about it."""
    text, spoken = english(node.get(member))
    return {**node, member: text}, () if spoken else ((member,),)
