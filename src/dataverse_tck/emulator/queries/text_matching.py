"""How Dataverse compares text, as functions that SQLite calls: without case, and with SQL Server's wildcards.

``%`` stands for any text, ``_`` for one character, ``[a-f]`` and ``[^a-f]`` for one of a set or one outside it; a
wildcard in brackets is itself (``[%]``). A bracket that is never closed is itself as well.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Callable

_PREPARED = "dataverse_tck.text"


def prepare(connection: sa.Connection) -> None:
    """Make the functions known to the database connection, once."""
    if _PREPARED in connection.info:
        return
    raw = connection.connection.driver_connection
    if raw is None:  # pragma: no cover - a connection in use has one
        return
    raw.create_function("dataverse_fold", 1, fold, deterministic=True)
    raw.create_function("dataverse_like", 2, like, deterministic=True)
    raw.create_function("dataverse_choices", 1, choices, deterministic=True)
    connection.info[_PREPARED] = True


def folded(expression: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """The text without its case."""
    return sa.func.dataverse_fold(expression, type_=sa.Text)


def matches(expression: sa.ColumnElement[str], pattern: str) -> sa.ColumnElement[bool]:
    """Whether the whole text matches the pattern; null where there is no text."""
    return sa.func.dataverse_like(expression, pattern, type_=sa.Boolean)


def fold(text: str | None) -> str | None:
    """The text as it is compared."""
    return None if text is None else text.casefold()


def choices(text: str | None) -> str | None:
    """A list of choices as it is compared, whatever its order: ``2,1`` and ``,1,2,`` are both ``1,2``."""
    if text is None:
        return None
    return ",".join(sorted({part.strip() for part in text.split(",") if part.strip()}))


def like(text: str | None, pattern: str) -> bool | None:
    """Whether the whole text matches the pattern."""
    return None if text is None else _matcher(pattern)(text.casefold())


@lru_cache(maxsize=512)
def _matcher(pattern: str) -> Callable[[str], bool]:
    """Match the parts between the ``%`` one after the other, each as early as it goes.

    The parts have fixed lengths, so that nothing has to be tried twice: one expression with a ``.*`` for each ``%``
    would take forever on a text that almost matches.
    """
    parts = [_part(part) for part in _split(pattern.casefold())]
    if len(parts) == 1:
        whole = parts[0][0]
        return lambda text: whole.fullmatch(text) is not None
    (first, _), *middle, (last, length) = parts

    def matcher(text: str) -> bool:
        found = first.match(text)
        for part, _ in middle:
            if found is None:
                return False
            found = part.search(text, found.end())
        start = len(text) - length
        return found is not None and start >= found.end() and last.match(text, start) is not None

    return matcher


_TOKEN = re.compile(r"\[(\^?)([^\]]+|\](?=\]))\]|(.)", re.DOTALL)
_RANGE = re.compile(r"(.)-(.)|(.)", re.DOTALL)


def _split(pattern: str) -> list[list[re.Match[str]]]:
    """The tokens of a pattern, split at each ``%`` that is not in brackets."""
    parts: list[list[re.Match[str]]] = [[]]
    for token in _TOKEN.finditer(pattern):
        if token[3] == "%":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _part(tokens: list[re.Match[str]]) -> tuple[re.Pattern[str], int]:
    """The regular expression of a part without ``%``, and how many characters it matches."""
    return re.compile("".join(map(_expression, tokens)), re.DOTALL), len(tokens)


def _expression(token: re.Match[str]) -> str:
    if token[3] is not None:
        return "." if token[3] == "_" else re.escape(token[3])
    members = []
    for low, high, single in _RANGE.findall(token[2]):
        if single:
            members.append(re.escape(single))
        elif low <= high:
            members.append(f"{re.escape(low)}-{re.escape(high)}")
    if not members:  # a range that runs backwards holds nothing
        return "." if token[1] else r"[^\s\S]"
    return f"[{token[1]}{''.join(members)}]"
