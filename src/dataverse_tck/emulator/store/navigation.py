"""What the rows of a table are read from, and where its properties and navigation properties lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from dataverse_tck.emulator.organisation.model import Column, Relationship, Table
from dataverse_tck.emulator.protocol.errors import unknown_property
from dataverse_tck.emulator.store.database import OWNER, Database
from dataverse_tck.emulator.store.sql_tables import TYPE_SUFFIX

ACTIVITY = "activitypointer"
ACTUAL_TABLE = "_table"  # SQL column of an abstract table: the LogicalName of the table that the row is kept in


@dataclass(frozen=True)
class Many:
    """A collection-valued navigation property: the table of its rows, and how they are tied to a parent.

    ``column`` of the child holds the id of the parent. In a many-to-many relationship ``intersect`` has the pairs:
    the SQL columns ``near``, of the parent, and ``far``, of the child.
    """

    table: Table
    column: str = ""
    intersect: sa.FromClause | None = None
    near: str = ""
    far: str = ""


def kept_in(database: Database, name: str) -> tuple[str, ...]:
    """The tables that the rows of a table are kept in: itself, or those that derive from an abstract one."""
    if name == OWNER:
        return ("systemuser", "team")
    if name == ACTIVITY:
        return tuple(table.logical_name for table in database.described.values() if table.is_activity)
    return (name,)


def is_abstract(name: str) -> bool:
    """Whether the rows of the table are those of the tables that derive from it."""
    return name in (OWNER, ACTIVITY)


def source(database: Database, name: str, *, aliased: bool = True) -> sa.FromClause:
    """What to select the rows of a table from; an alias of its own for each use, unless told otherwise.

    An owner is a user or a team, an activity pointer is a row of any activity.
    """
    if is_abstract(name):
        return sa.union_all(*(_part(database, name, kept) for kept in kept_in(database, name))).subquery()
    table = database.tables[name]
    return table.alias() if aliased else table


def _part(database: Database, name: str, kept: str) -> sa.Select[tuple[Any, ...]]:
    """The rows of one table as those of the abstract one."""
    table, described = database.tables[kept], database.described[kept]
    actual = sa.literal(kept).label(ACTUAL_TABLE)
    if name == ACTIVITY:
        return sa.select(*(table.c[column.name] for column in database.tables[ACTIVITY].c), actual)
    primary_name = table.c[described.primary_name or described.primary_id]
    key = table.c[described.primary_id].label("ownerid")
    return sa.select(key, primary_name.label("name"), table.c.versionnumber, actual)


def property_column(database: Database, table: Table, name: str) -> Column:
    """The column of a property; an unknown one is refused."""
    column = database.properties[table.logical_name].get(name)
    if column is None:
        raise unknown_property(name, table.edm_type)
    return column


def to_one(database: Database, table: Table, name: str) -> Relationship | None:
    """The relationship that a single-valued navigation property of the table follows."""
    return database.single_valued[table.logical_name].get(name)


def to_many(database: Database, table: Table, name: str) -> Many | None:
    """What a collection-valued navigation property of the table leads to."""
    relationship = database.collections[table.logical_name].get(name)
    if relationship is not None:
        return Many(database.described[relationship.referencing_entity], relationship.referencing_attribute)
    for many in database.organisation.many_to_many:
        for near, far in ((many.first, many.second), (many.second, many.first)):
            if (near[0], many.schema_name) == (table.logical_name, name):
                return Many(database.described[far[0]], "", database.intersects[name].alias(), near[1], far[1])
    return None


def refers(database: Database, rows: sa.FromClause, column: str, table: str) -> sa.ColumnElement[bool]:
    """Whether the lookup of these rows leads to a row of that table, and not of another."""
    return rows.c[column + TYPE_SUFFIX].in_(kept_in(database, table))


def is_parent(
    database: Database, parents: sa.FromClause, table: Table, rows: sa.FromClause, column: str
) -> sa.ColumnElement[bool]:
    """Whether a row of ``parents``, a table's, is what the lookup of a row of ``rows`` refers to."""
    key = rows.c[column] == parents.c[table.primary_id]
    return sa.and_(key, refers(database, rows, column, table.logical_name))
