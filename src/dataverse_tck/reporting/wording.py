"""Small phrases that all reports share."""

from __future__ import annotations

import json

from dataverse_tck.jsontypes import Json


def counted(number: int, noun: str) -> str:
    """Return ``1 row``, ``2 rows``: a number with the noun in its number."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def as_json(value: Json) -> str:
    """Return a value as the metadata writes it, letters of all languages kept."""
    return json.dumps(value, ensure_ascii=False)
