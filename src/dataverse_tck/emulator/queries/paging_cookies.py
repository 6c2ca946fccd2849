"""Paging cookies (``$skiptoken``): where a page ended, so that the next one starts after its last row.

The cookie has Dataverse's form: ``<cookie pagenumber="2" pagingcookie="..." istracking="False" />``, its
``pagingcookie`` percent-encoded, ``<cookie page="1"><activityid last="{..}" first="{..}" /></cookie>``. A row that
comes or goes between two pages moves no other row to another page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

import sqlalchemy as sa

from dataverse_tck.emulator.protocol.errors import ODataError, bad_request
from dataverse_tck.emulator.queries.operands import Operand, Value, number

_OUTER = re.compile(r'<cookie pagenumber="(\d{1,9})" pagingcookie="([^"<>]*)" istracking="False" />', re.ASCII)
_INNER = re.compile(r'<cookie page="\d{1,9}">(.*)</cookie>', re.ASCII | re.DOTALL)
_ITEM = re.compile(r'<([\w.]+) (?:lastnull="1"|last="([^"<>]*)") (?:firstnull="1"|first="[^"<>]*") />', re.ASCII)
_NUMBER = re.compile(r"-?\d{1,400}(?:\.\d{1,400})?(?:e[+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True)
class Ordering:
    """One thing that rows are ordered by; ``key`` names it in the cookie and in the selected row."""

    key: str
    operand: Operand
    descending: bool

    @property
    def clause(self) -> sa.UnaryExpression[Any]:
        """For ORDER BY: nulls come first in ascending order, last in descending order, as in SQL Server."""
        expression = self.operand.comparable
        return expression.desc() if self.descending else expression.asc()

    def after(self, value: object) -> sa.ColumnElement[bool]:
        """Whether a row comes after one with that value."""
        cell = self.operand.comparable
        if value is None:
            return sa.false() if self.descending else cell.is_not(None)
        return sa.or_(cell < value, cell.is_(None)) if self.descending else cell > value

    def written(self, name: str, value: object) -> str:
        """A value as an attribute of the cookie."""
        if value is None:
            return f'{name}null="1"'
        text = (
            f"{{{value}}}" if self.operand.edm == "Edm.Guid" else str(int(value) if isinstance(value, bool) else value)
        )
        return f'{name}="{quote(text, safe=" :{}")}"'

    def read(self, text: str | None) -> Value:
        """The value of an attribute; one that is not there stood for null."""
        if text is None:
            return None
        value = unquote(text)
        if self.operand.edm in ("Edm.String", "Edm.DateTimeOffset"):
            return value
        if self.operand.edm == "Edm.Guid":
            return value.strip("{}")
        if not _NUMBER.fullmatch(value):
            raise _malformed()
        return number(value)


def cookie(page: int, orderings: Sequence[Ordering], first: Mapping[str, Any], last: Mapping[str, Any]) -> str:
    """The cookie for the page after page number ``page``, which had those rows as its first and last."""
    items = "".join(
        f"<{item.key} {item.written('last', last[item.key])} {item.written('first', first[item.key])} />"
        for item in orderings
    )
    inner = re.sub(r"%..", lambda code: code[0].lower(), quote(f'<cookie page="{page}">{items}</cookie>', safe=""))
    return f'<cookie pagenumber="{page + 1}" pagingcookie="{inner}" istracking="False" />'


def read_cookie(text: str, orderings: Sequence[Ordering]) -> tuple[int, sa.ColumnElement[bool]]:
    """The page number of a cookie, and the condition that a row comes after the last one of the page before."""
    outer = _OUTER.fullmatch(text)
    inner = _INNER.fullmatch(unquote(outer[2])) if outer else None
    items = list(_ITEM.finditer(inner[1])) if inner else []
    if outer is None or [item[1] for item in items] != [item.key for item in orderings]:
        raise _malformed()
    values = [ordering.read(item[2]) for item, ordering in zip(items, orderings, strict=True)]
    after = []
    for index, item in enumerate(orderings):
        equal = [
            before.operand.comparable.is_not_distinct_from(value)
            for before, value in zip(orderings[:index], values, strict=False)
        ]
        after.append(sa.and_(*equal, item.after(values[index])))
    return int(outer[1]), sa.or_(*after)


def next_link(url: str, query: str, text: str) -> str:
    """The URL with its raw query string, and the cookie in the place of the one that it may have had."""
    kept = [part for part in query.split("&") if part and unquote(part.partition("=")[0]) != "$skiptoken"]
    return f"{url}?{'&'.join((*kept, '$skiptoken=' + quote(text, safe='=/')))}"


def less_top(query: str, number: int) -> str:
    """A raw query string whose ``$top``, if it has one, is less by the rows of the page before."""

    def rest(part: str) -> str:
        name, _, value = part.partition("=")
        return f"$top={int(unquote(value)) - number}" if unquote(name) == "$top" else part

    return "&".join(map(rest, query.split("&")))


def _malformed() -> ODataError:
    return bad_request("Malformed XML in the Paging Cookie")
