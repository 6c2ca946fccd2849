"""Rows as the wire shows them: names, values, and the annotations that were asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import sqlalchemy as sa

from dataverse_tck.emulator.organisation.model import ENGLISH, Column, Kind, Table
from dataverse_tck.emulator.protocol.errors import unknown_property
from dataverse_tck.emulator.protocol.namespace import NAMESPACE
from dataverse_tck.emulator.store.navigation import ACTUAL_TABLE
from dataverse_tck.emulator.store.sql_tables import TYPE_SUFFIX
from dataverse_tck.emulator.store.work import Reference, Work
from dataverse_tck.jsontypes import Json

FORMATTED = "OData.Community.Display.V1.FormattedValue"
LOOKUP_TABLE = f"{NAMESPACE}.lookuplogicalname"
NAVIGATION = f"{NAMESPACE}.associatednavigationproperty"
TOTALS = f"{NAMESPACE}.totalrecordcount"
SCHEMA_VERSION = f"{NAMESPACE}.globalmetadataversion"
_PREFERENCE = re.compile(r'odata\.include-annotations\s*=\s*"?([^";]*)"?', re.IGNORECASE)
_NAMES_AT_ONCE = 500  # ids in one SQL statement
_MOMENT_FORMATS = {ENGLISH: "{month}/{day}/{year} {hour12}:{minute:02} {half}"}
_OTHER_MOMENT_FORMAT = "{day:02}/{month:02}/{year} {hour:02}:{minute:02}"


@dataclass(frozen=True)
class Annotations:
    """Which annotations are wanted: names, ``*`` and prefixes such as ``Microsoft.Dynamics.CRM.*``."""

    text: str = ""
    formatted: bool = False
    lookup_table: bool = False
    navigation: bool = False
    totals: bool = False
    schema_version: bool = False

    @classmethod
    def from_prefer(cls, prefer: str | None) -> Annotations:
        """Read the Prefer header; without ``odata.include-annotations`` none are wanted."""
        match = _PREFERENCE.search(prefer or "")
        if match is None:
            return cls()
        patterns = [pattern.strip() for pattern in match[1].split(",") if pattern.strip()]

        def wanted(name: str) -> bool:
            verdict = False
            for pattern in patterns:
                if fnmatchcase(name, pattern.removeprefix("-")):
                    verdict = not pattern.startswith("-")
            return verdict

        names = (FORMATTED, LOOKUP_TABLE, NAVIGATION, TOTALS, SCHEMA_VERSION)
        return cls(match[1], *map(wanted, names))

    def __bool__(self) -> bool:
        return bool(self.text)


def row_json(
    work: Work,
    table: Table,
    cells: Mapping[str, Any],
    select: tuple[str, ...] | None,
    annotations: Annotations,
) -> dict[str, Json]:
    """Return the row as JSON: its ETag, what is selected (None: all columns), always the primary id.

    Annotations stand before the value that they tell about. Raises 400 for a name that the type does not have.
    """
    document: dict[str, Json] = {}
    concrete = cells.get(ACTUAL_TABLE)
    if concrete is not None:
        document["@odata.type"] = f"#{NAMESPACE}.{concrete}"
    version = cells.get("versionnumber")
    if version is not None:
        document["@odata.etag"] = f'W/"{version}"'
    properties = work.database.properties[table.logical_name]
    names = properties if select is None else dict.fromkeys(select)
    for name in names:
        column = properties.get(name)
        if column is None:
            raise unknown_property(name, table.edm_type)
        if annotations and cells.get(column.logical_name) is not None:
            document |= _annotated(work, table, column, cells, annotations)
        document[name] = value_of(column, cells)
    if table.primary_id not in names:
        document[table.primary_id] = cells[table.primary_id]
    return work.behaviour.rendered(work, table, cells, document)


def load_names(work: Work, table: Table, rows: Iterable[Mapping[str, Any]], select: tuple[str, ...] | None) -> None:
    """Read the primary names of all rows that the lookups of these rows refer to: one query for each table."""
    wanted: dict[str, set[str]] = {}
    properties = work.database.properties[table.logical_name]
    lookups = [
        column.logical_name
        for name in (properties if select is None else select)
        if (column := properties.get(name)) is not None and column.kind.is_lookup
    ]
    for cells in rows:
        for lookup in lookups:
            reference = reference_in(cells, lookup)
            if reference is not None and reference not in work.names:
                wanted.setdefault(reference.table, set()).add(reference.id)
    for target, ids in wanted.items():
        _read_names(work, target, sorted(ids))


def reference_in(cells: Mapping[str, Any], lookup: str) -> Reference | None:
    """Return what a lookup column of a row refers to."""
    identifier = cells.get(lookup)
    return None if identifier is None else Reference(cells[lookup + TYPE_SUFFIX], identifier)


def value_of(column: Column, cells: Mapping[str, Any]) -> Json:
    """Return a cell as JSON."""
    value = cells.get(column.logical_name)
    return value.strip(",") if column.kind is Kind.MULTI_SELECT and value is not None else value


def _annotated(
    work: Work, table: Table, column: Column, cells: Mapping[str, Any], annotations: Annotations
) -> dict[str, str]:
    """The annotations of a value that is not null."""
    found: dict[str, str | None] = {}
    name = f"_{column.logical_name}_value" if column.kind.is_lookup else column.logical_name
    reference = reference_in(cells, column.logical_name) if column.kind.is_lookup else None
    if reference is not None and annotations.navigation:
        navigation = work.database.navigation_of(table.logical_name, column.logical_name, reference.table)
        found[f"{name}@{NAVIGATION}"] = navigation
    if reference is not None and annotations.lookup_table:
        found[f"{name}@{LOOKUP_TABLE}"] = reference.table
    if annotations.formatted:
        shown = _formatted(work, column, cells) if reference is None else _name(work, reference)
        found[f"{name}@{FORMATTED}"] = shown
    return {key: text for key, text in found.items() if text is not None}


def _formatted(work: Work, column: Column, cells: Mapping[str, Any]) -> str | None:
    """A value as the user's language writes it; text and ids are as they are, so they have none."""
    value, language, shown = value_of(column, cells), work.organisation.user_language, None
    match column.kind:
        case Kind.BOOLEAN | Kind.PICKLIST | Kind.STATE | Kind.STATUS:
            shown = _label(work, column, int(value), language)
        case Kind.MULTI_SELECT:
            shown = "; ".join(_label(work, column, int(item), language) or item for item in value.split(","))
        case Kind.INTEGER | Kind.BIG_INT:
            shown = _grouped(f"{value:,}", language)
        case Kind.DECIMAL:
            shown = _grouped(f"{value:,.{2 if column.precision is None else column.precision}f}", language)
        case Kind.DATE_TIME:
            shown = _moment(value, language)
    return shown


def _label(work: Work, column: Column, value: int, language: int) -> str | None:
    choice = work.organisation.choice.get(column.choice or "")
    for option in choice.options if choice is not None else ():
        if option.value == value:
            texts = dict(option.label.texts)
            return texts.get(language, texts.get(ENGLISH))
    return None


def _grouped(text: str, language: int) -> str:
    """A number with the separators of the language: points and commas change places outside English."""
    return text if language == ENGLISH else text.translate(str.maketrans(",.", ".,"))


def _moment(value: str, language: int) -> str:
    year, month, day, hour, minute = (int(part) for part in re.findall(r"\d+", value)[:5])
    return _MOMENT_FORMATS.get(language, _OTHER_MOMENT_FORMAT).format(
        year=year,
        month=month,
        day=day,
        hour=hour,
        hour12=hour % 12 or 12,
        minute=minute,
        half="AM" if hour < 12 else "PM",
    )


def _name(work: Work, reference: Reference) -> str | None:
    if reference not in work.names:
        _read_names(work, reference.table, [reference.id])
    return work.names.get(reference)


def _read_names(work: Work, target: str, ids: list[str]) -> None:
    table = work.database.described[target]
    columns = work.database.tables[target].c
    work.names.update(dict.fromkeys(Reference(target, identifier) for identifier in ids))
    if table.primary_name is None:
        return
    key, primary_name = columns[table.primary_id], columns[table.primary_name]
    statement = work.database.cached_statement(
        ("names", target), lambda: sa.select(key, primary_name).where(key.in_(sa.bindparam("ids", expanding=True)))
    )
    for start in range(0, len(ids), _NAMES_AT_ONCE):
        for identifier, name in work.connection.execute(statement, {"ids": ids[start : start + _NAMES_AT_ONCE]}):
            work.names[Reference(target, identifier)] = name
