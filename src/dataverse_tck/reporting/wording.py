"""Small phrases that all reports share."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable

from dataverse_tck.jsontypes import Json

LONG = 300  # characters of a reason that stay in one line, for who searches it
WIDTH = 160


def counted(number: int, noun: str) -> str:
    """Return ``1 row``, ``2 rows``: a number with the noun in its number."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def as_json(value: Json) -> str:
    """Return a value as the metadata writes it, letters of all languages kept."""
    return json.dumps(value, ensure_ascii=False)


def lines(text: str) -> str:
    """Return a reason to be read on a terminal: a long one broken into lines, each indented but the first."""
    if len(text) <= LONG:
        return text
    broken = textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)
    return "\n    ".join(broken)


def braced(ids: Iterable[str]) -> list[str]:
    """Return all ids in few lines, those of one subject in one, as a shell has it: ``message/X/{exists,on-table}``."""
    grouped: dict[str, list[str]] = {}
    for identifier in ids:
        subject, _, aspect = identifier.rpartition("/")
        grouped.setdefault(subject, []).append(aspect)
    return [
        f"{subject}/{aspects[0] if len(aspects) == 1 else '{' + ','.join(aspects) + '}'}"
        for subject, aspects in grouped.items()
    ]
