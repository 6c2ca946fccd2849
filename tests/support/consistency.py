"""What has to hold of every database at rest, read with plain SQL: no lookup dangles, no share is orphaned."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

TYPE_SUFFIX = "__type"
SHARES = "principalobjectaccess"


def complaints(connection: sqlite3.Connection) -> list[str]:
    """Return what is wrong with the rows, in words."""
    columns = {
        name: {row[1]: row[5] for row in connection.execute(f'PRAGMA table_xinfo("{name}")')}
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    keys = {
        table: key[0] for table, found in columns.items() if len(key := [name for name, at in found.items() if at]) == 1
    }
    ids = {
        table: {row[0] for row in connection.execute(f'SELECT "{key}" FROM "{table}"')} for table, key in keys.items()
    }
    return [*_lookups(connection, columns, ids), *_shares(connection, ids)]


def _lookups(
    connection: sqlite3.Connection, columns: dict[str, dict[str, int]], ids: dict[str, set[str]]
) -> Iterator[str]:
    for table, found in columns.items():
        for column in found:
            if not column.endswith(TYPE_SUFFIX):
                continue
            name = column.removesuffix(TYPE_SUFFIX)
            where = f'"{name}" IS NOT NULL OR "{column}" IS NOT NULL'
            for value, target in connection.execute(f'SELECT "{name}", "{column}" FROM "{table}" WHERE {where}'):
                if value not in ids.get(target, ()):
                    yield f"{table}.{name} refers to {target} {value}, which is not there"


def _shares(connection: sqlite3.Connection, ids: dict[str, set[str]]) -> Iterator[str]:
    rows = connection.execute(
        "SELECT objecttypecode, objectid, principaltypecode, principalid, accessrightsmask, inheritedaccessrightsmask "
        f"FROM {SHARES}"
    )
    for table, row, kind, principal, own, inherited in rows:
        for which, identifier in ((table, row), (kind, principal)):
            if identifier not in ids.get(which, ()):
                yield f"a share names {which} {identifier}, which is not there"
        if not own and not inherited:
            yield f"a share of {table} {row} with {kind} {principal} gives no right at all"
