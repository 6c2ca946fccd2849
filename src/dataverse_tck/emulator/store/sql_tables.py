"""The SQL tables of an organisation, made from the description of its tables.

Cells are kept as the wire shows them: ids as lower-case text, times as ``2026-01-31T09:00:00Z``, a multi-select choice
as ``,1,2,`` (so that one value can be looked for), money and decimals as floats. A lookup column has a second SQL
column, ``<column>__type``, with the LogicalName of the table that it refers to. Columns that name a table are generated
from it, so that they cannot go stale. The tables ``owner`` and ``activitypointer`` stay empty: their rows are those of
other tables.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from dataverse_tck.emulator.organisation.model import Column, Kind, ManyToMany, PrivateTable, Table

TYPE_SUFFIX = "__type"
_SQL_TYPES: dict[Kind, type[sa.types.TypeEngine[Any]]] = {
    Kind.INTEGER: sa.Integer,
    Kind.BIG_INT: sa.BigInteger,
    Kind.DECIMAL: sa.Float,
    Kind.BOOLEAN: sa.Boolean,
    Kind.PICKLIST: sa.Integer,
    Kind.STATE: sa.Integer,
    Kind.STATUS: sa.Integer,
}


def sql_table(table: Table, metadata: sa.MetaData) -> sa.Table:
    """The SQL table of a described one."""
    columns = [item for column in table.columns for item in _sql_columns(table, column)]
    private = [sa.Column(name, sa.JSON(none_as_null=True)) for name in table.private_columns]
    constraints = [sa.UniqueConstraint(*table.alternate_key)] if table.alternate_key else []
    return sa.Table(table.logical_name, metadata, *columns, *private, *constraints)


def _sql_columns(table: Table, column: Column) -> list[sa.Column[Any]]:
    name = column.logical_name
    named = _named_table(table, name) if column.kind is Kind.ENTITY_NAME else None
    if named is not None:
        return [sa.Column(name, sa.Text, sa.Computed(named, persisted=False))]
    is_indexed = column.kind.is_lookup or name in table.alternate_key
    found: list[sa.Column[Any]] = [
        sa.Column(name, _sql_type(column.kind), primary_key=name == table.primary_id, index=is_indexed)
    ]
    if column.kind.is_lookup:
        found.append(sa.Column(name + TYPE_SUFFIX, sa.Text))
    return found


def _named_table(table: Table, name: str) -> str | None:
    """The SQL of a column that names a table: that of the lookup beside it, or the row's own.

    None where the id beside it is no lookup, but of a row of any table: then the name is kept as it was written.
    """
    for column in table.columns:
        beside = column.logical_name
        if column.kind.is_lookup and name in (
            f"{beside}type",
            f"{beside}idtype",
            f"{beside.removesuffix('id')}typecode",
        ):
            return beside + TYPE_SUFFIX
        is_plain = column.kind is Kind.UNIQUE_IDENTIFIER and beside != table.primary_id
        if is_plain and name == f"{beside.removesuffix('id')}typecode":
            return None
    return f"'{table.logical_name}'"


def intersect_table(many: ManyToMany, metadata: sa.MetaData) -> sa.Table:
    """The intersect table of a many-to-many relationship."""
    ends = [sa.Column(column, sa.Text, primary_key=True) for _, column in (many.first, many.second)]
    return sa.Table(many.intersect_entity, metadata, *ends)


def private_table(table: PrivateTable, metadata: sa.MetaData) -> sa.Table:
    """The SQL table of what is shown to nobody."""
    key = [sa.Column(name, _sql_type(kind), primary_key=True, index=name in table.indexed) for name, kind in table.key]
    cells = [
        sa.Column(name, _sql_type(kind), nullable=False, index=name in table.indexed) for name, kind in table.cells
    ]
    return sa.Table(table.name, metadata, *key, *cells)


def _sql_type(kind: Kind) -> type[sa.types.TypeEngine[Any]]:
    return _SQL_TYPES.get(kind, sa.Text)
