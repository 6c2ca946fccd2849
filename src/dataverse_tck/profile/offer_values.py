"""Whether the columns of ``[fixtures.offer] values`` can be written to a conversation, and their values fit.

How the Web API takes values of each kind: learn.microsoft.com, "Create a table row using the Web API" and "Multi-select
choices columns".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dataverse_tck.jsontypes import Json
from dataverse_tck.usage import nearest
from dataverse_tck.webapi.http.errors import WebApiError
from dataverse_tck.webapi.metadata.columns import CHOICES, LOOKUPS
from dataverse_tck.webapi.rows.factory import BIND

if TYPE_CHECKING:
    from dataverse_tck.webapi.rows.tables import Column, Table, Tables

MOST_OPTIONS = 20  # named
_WHERE = "fixtures.offer.values"
_TEXTS = ("String", "Memo", "DateTime", "Uniqueidentifier")
_WHOLE = ("Integer", "BigInt")
_NUMBERS = ("Decimal", "Double", "Money")
_KINDS_OF = {"owner": ("systemuser", "team"), "customer": ("account", "contact")}  # targets that stand for several
_ROW = re.compile(r"(https?://.*/|/)?(\w+)\([^()]+\)")
_NUMBER_LIST = re.compile(r"-?\d+(,-?\d+)*")
_TAKES: Mapping[str, str] = {
    **dict.fromkeys(_TEXTS, "a text in quotes"),
    **dict.fromkeys(_WHOLE, "a whole number"),
    **dict.fromkeys(_NUMBERS, "a number"),
    "Boolean": "true or false",
    **dict.fromkeys(CHOICES, "a whole number"),
    "MultiSelectPicklist": 'numbers in a text, such as "1,2"',
}


def misfits(values: Mapping[str, Json], table: Table, tables: Tables) -> tuple[str, ...]:
    """Return what the endpoint's metadata says against the columns and values of an offer, each in a sentence."""
    return tuple(sentence for name, value in values.items() for sentence in _of_one(name, value, table, tables))


def _of_one(name: str, value: Json, table: Table, tables: Tables) -> Iterator[str]:
    if name.endswith(BIND):
        yield from _of_lookup(name, value, table, tables)
    elif "@" in name or name in table.navigation.values() or name in table.collections.values():
        return  # an annotation, or rows that are made along: the endpoint tells
    elif (column := table.columns.get(name)) is None:
        yield f"{_WHERE} has {name}, which is no column of {table.name}.{nearest(name, table.columns)}"
    elif column.kind in LOOKUPS:
        ways = sorted(f"{way}{BIND}" for (lookup, _), way in table.navigation.items() if lookup == name)
        yield f'{_WHERE} has {name}, a lookup: write {" or ".join(ways) or name + BIND} = "/SET(ID)" instead.'
    elif not _is_creatable(column, table):
        yield _read_only(name, table)
    elif (wrong := _misfit(value, column, table, tables)) is not None:
        yield f"{_WHERE}.{name} is {value!r}, but {table.name} {wrong}."


def _is_creatable(column: Column, table: Table) -> bool:
    """Whether a column can be written; where none is said to be, the metadata does not speak of it."""
    return column.creatable or not any(one.creatable for one in table.columns.values())


def _read_only(name: str, table: Table) -> str:
    return f"{_WHERE} has {name}, which cannot be written when a row of {table.name} is made: leave it out."


def _misfit(value: Json, column: Column, table: Table, tables: Tables) -> str | None:
    """Return what the column takes instead, in words that follow the name of the table; None where the value fits."""
    declared = f"declares {column.kind}, which takes"
    if column.kind in _TAKES and not _is_of_kind(value, column.kind):
        return f"{declared} {_TAKES[column.kind]}"
    if column.kind in CHOICES:
        chosen = [int(number) for number in value.split(",")] if isinstance(value, str) else [value]
        options = _options(table, column, tables)
        wrong = [str(number) for number in chosen if options and number not in options]
        return f"offers {_listed(options)}, not {', '.join(wrong)}" if wrong else None
    if isinstance(value, str) and column.max_length is not None and len(value) > column.max_length:
        return f"{declared} at most {column.max_length} characters"
    if isinstance(value, int | float) and not _within(value, column):
        return f"{declared} a number from {column.minimum} to {column.maximum}"
    return None


def _is_of_kind(value: Json, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "Boolean"
    if kind == "MultiSelectPicklist":
        return isinstance(value, str) and _NUMBER_LIST.fullmatch(value) is not None
    if kind in _NUMBERS:
        return isinstance(value, int | float)
    return isinstance(value, str if kind in _TEXTS else int) and kind != "Boolean"


def _listed(options: Sequence[int]) -> str:
    more = f" and {len(options) - MOST_OPTIONS} more" if len(options) > MOST_OPTIONS else ""
    return ", ".join(map(str, options[:MOST_OPTIONS])) + more


def _within(value: float, column: Column) -> bool:
    low, high = column.minimum, column.maximum
    return (low is None or value >= low) and (high is None or value <= high)


def _options(table: Table, column: Column, tables: Tables) -> Sequence[int]:
    """Return the numbers of a choice; none where the endpoint does not show them, which decides nothing."""
    try:
        return tables.options(table, column)
    except WebApiError:
        return ()


def _of_lookup(name: str, value: Json, table: Table, tables: Tables) -> Iterator[str]:
    way = name.removesuffix(BIND)
    found = {target: lookup for (lookup, target), navigation in table.navigation.items() if navigation == way}
    if not found:
        hint = nearest(way, set(table.navigation.values()))
        yield f"{_WHERE} has {name}, but no navigation property {way} leads on from {table.name}.{hint}"
    elif not any(
        lookup not in table.columns or _is_creatable(table.columns[lookup], table) for lookup in found.values()
    ):
        yield _read_only(name, table)
    elif (said := _ROW.fullmatch(value) if isinstance(value, str) else None) is None:
        yield f'{_WHERE}.{name} is {value!r}, but takes the address of a row in quotes: "/SET(ID)".'
    elif (sets := _sets_of(found, tables)) and said[2] not in sets:
        yield f"{_WHERE}.{name} leads to {said[2]}, but by the metadata {way} leads to {' or '.join(sets)}."


def _sets_of(targets: Iterable[str], tables: Tables) -> list[str]:
    """Return the entity sets of tables, of those that the endpoint shows."""
    several = dict.fromkeys(one for target in targets for one in _KINDS_OF.get(target, (target,)))
    return list(filter(None, (_entity_set(target, tables) for target in several)))


def _entity_set(target: str, tables: Tables) -> str | None:
    try:
        return tables.of(target).entity_set
    except WebApiError:
        return None
