"""A valid body for a row of any table: what must be given gets a value of its kind, drawn with the seed.

SystemRequired is enforced by the Web API, ApplicationRequired by forms alone; both are filled. Owners, states and
automatic numbers are left to the platform.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from dataverse_tck.jsontypes import Json
from dataverse_tck.webapi.http.errors import NotMade, TableMissing
from dataverse_tck.webapi.rows.tables import LOOKUPS, REQUIRED, Column, Table

if TYPE_CHECKING:
    from faker import Faker

    from dataverse_tck.webapi.rows.tables import Tables

Options = Callable[[Table, Column], Sequence[int]]

BIND = "@odata.bind"
_BY_PLATFORM = ("Owner", "State", "Status", "EntityName")
_DOMAIN = "example.com"
_FIRST_DAY = datetime(2020, 1, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class RequiredLookup:
    """A required lookup: ``targets`` are pairs (navigation property, table), of which one is enough."""

    column: str
    targets: tuple[tuple[str, str], ...]
    enforced: bool  # SystemRequired: without it the endpoint cannot make the row


@dataclass(frozen=True)
class NewRow:
    """A body without lookups, and the lookups that it still needs."""

    body: dict[str, Json]
    needs: tuple[RequiredLookup, ...]


def new_row(
    table: Table, tables: Tables, fake: Faker, mark: str, options: Options, *, given: Collection[str] = ()
) -> NewRow:
    """Return what a new row of the table needs, but for what ``given`` names (columns, navigation properties).

    Raises NotMade for a lookup that is enforced and leads to no table that the endpoint shows.
    """
    named = {name.removesuffix(BIND) for name in given}
    body: dict[str, Json] = {}
    needs = []
    for column in table.columns.values():
        if not _is_wanted(table, column) or column.name in named:
            continue
        if column.kind not in LOOKUPS:
            value = _value(table, column, fake, mark, options)
            body |= {} if value is None else {column.name: value}
        elif not named & {name for (lookup, _), name in table.navigation.items() if lookup == column.name}:
            needs.append(_need(table, column, tables))
    return NewRow(body, tuple(needs))


def _is_wanted(table: Table, column: Column) -> bool:
    if not column.creatable or column.name == table.primary_id or column.kind in _BY_PLATFORM:
        return False
    if column.name == table.primary_name:
        return column.kind in _TEXTS
    return column.required in REQUIRED and not column.derived


def _need(table: Table, column: Column, tables: Tables) -> RequiredLookup:
    targets = []
    problems = []
    for target in column.targets:
        navigation = table.navigation.get((column.name, target))
        try:
            tables.of(target)
        except TableMissing as problem:
            problems.append(str(problem))
            continue
        if navigation is None:
            problems.append(f"No navigation property leads from {column.name} to {target}.")
        else:
            targets.append((navigation, target))
    enforced = column.required == "SystemRequired"
    if not targets and enforced:
        reasons = " ".join(problems) or "It has no targets."
        raise NotMade(f"A row of {table.name} needs a {column.name}, which cannot be given. {reasons}")
    return RequiredLookup(column.name, tuple(targets), enforced)


def _value(table: Table, column: Column, fake: Faker, mark: str, options: Options) -> Json:
    """Return a value of the column's kind, None for kinds that no row needs, such as files."""
    if column.kind in _TEXTS:
        return _text(column, fake, mark)
    if column.kind in {"Picklist", "MultiSelectPicklist"}:
        numbers = [column.default] if column.default is not None else list(options(table, column))
        number = fake.random.choice(numbers) if numbers else None
        return str(number) if number is not None and column.kind == "MultiSelectPicklist" else number
    maker = _MAKERS.get(column.kind)
    return None if maker is None else maker(column, fake)


def _text(column: Column, fake: Faker, mark: str) -> str:
    """Return a text that begins with the mark, as far as length and format let it."""
    longest = column.max_length or 100
    begin = re.sub(r"[^a-z0-9]+", "-", mark.lower()).strip("-")
    match column.format:
        case "Email":
            return f"{f'{begin}.{fake.user_name()}'[: max(longest - len(_DOMAIN) - 1, 1)].rstrip('.-')}@{_DOMAIN}"
        case "Url":
            return f"https://{_DOMAIN}/{begin}/{fake.slug()}"[:longest]
        case "Phone":
            return fake.numerify("+1 202 555 01##")[:longest]
        case "VersionNumber":
            return fake.numerify("1.#.0.%")[:longest]
        case "Json":
            return json.dumps({"mark": mark})
    return f"{mark.rstrip()} {fake.sentence(nb_words=3)}"[:longest].rstrip()


def _whole(column: Column, fake: Faker) -> int | float:
    """Return a small whole number within the limits; the lower limit where there is no whole one."""
    low = column.minimum if column.minimum is not None else min(0, column.maximum or 0)
    high = column.maximum if column.maximum is not None else low + 1000
    if low <= 0 < high:
        low = 0
    first, last = -int(-low // 1), int(min(high, low + 1000) // 1)
    return fake.random.randint(first, last) if first <= last else low


def _boolean(column: Column, fake: Faker) -> bool:
    return column.default if isinstance(column.default, bool) else fake.random.random() < 0.5


def _moment(column: Column, fake: Faker) -> str:
    moment = _FIRST_DAY + timedelta(days=fake.random.randint(0, 1000), minutes=fake.random.randint(0, 479))
    return moment.strftime("%Y-%m-%d" if column.format == "DateOnly" else "%Y-%m-%dT%H:%M:%SZ")


def _guid(column: Column, fake: Faker) -> str:
    return str(UUID(int=fake.random.getrandbits(128), version=4))


_TEXTS = ("String", "Memo")
_MAKERS: dict[str, Callable[[Column, Faker], Json]] = {
    "BigInt": _whole,
    "Boolean": _boolean,
    "DateTime": _moment,
    "Decimal": _whole,
    "Double": _whole,
    "Integer": _whole,
    "Money": _whole,
    "Uniqueidentifier": _guid,
}
