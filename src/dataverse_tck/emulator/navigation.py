"""What the rows of a table are read from, and where its properties and navigation properties lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from dataverse_tck.emulator.database import TYPE_SUFFIX
from dataverse_tck.emulator.errors import unknown_property

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dataverse_tck.emulator.database import Database
    from dataverse_tck.emulator.model import Column, ManyToMany, Organisation, Relationship, Table

OWNER = "owner"
ACTIVITY = "activitypointer"
ACTUAL_TABLE = "_table"  # SQL column of an abstract table: the LogicalName of the table that the row is kept in


def is_abstract(name: str) -> bool:
    """Whether the rows of the table are those of the tables that derive from it."""
    return name in (OWNER, ACTIVITY)


def source(database: Database, name: str, *, aliased: bool = True) -> sa.FromClause:
    """What to select the rows of a table from; an alias of its own for each use, unless told otherwise.

    An owner is a user or a team, an activity pointer is a row of any activity. The tables that describe messages keep
    no rows in the database, so that nothing refers to one of them.
    """
    if name == OWNER:
        return _owners(database).subquery()
    if name == ACTIVITY:
        return _activities(database).subquery()
    if name in database.tables:
        table = database.tables[name]
    elif name == database.shares.name:
        table = database.shares
    else:
        columns = (sa.null().label(column) for column in database.organisation.table[name].column)
        return sa.select(*columns).where(sa.false()).subquery()
    return table.alias() if aliased else table


def _owners(database: Database) -> sa.CompoundSelect[tuple[object, ...]]:
    parts = []
    for name in ("systemuser", "team"):
        table, described = database.tables[name], database.described[name]
        parts.append(
            sa.select(
                table.c[described.primary_id].label("ownerid"),
                table.c[described.primary_name or described.primary_id].label("name"),
                table.c.versionnumber,
                sa.literal(name).label(ACTUAL_TABLE),
            )
        )
    return sa.union_all(*parts)


def _activities(database: Database) -> sa.CompoundSelect[tuple[object, ...]]:
    columns = database.tables[ACTIVITY].c
    return sa.union_all(
        *(
            sa.select(*(database.tables[table.logical_name].c[column.name] for column in columns)).add_columns(
                sa.literal(table.logical_name).label(ACTUAL_TABLE)
            )
            for table in database.described.values()
            if table.is_activity
        )
    )


def properties(table: Table) -> dict[str, Column]:
    """Columns by property: lookups are read as ``_<column>_value``."""
    return {f"_{name}_value" if column.kind.is_lookup else name: column for name, column in table.column.items()}


def property_column(table: Table, name: str) -> Column:
    """The column of a property; an unknown one is refused."""
    inner = name[1:-6] if name.startswith("_") and name.endswith("_value") else name
    column = table.column.get(inner)
    if column is None or column.kind.is_lookup != (inner != name):
        raise unknown_property(name, table.edm_type)
    return column


def to_one(organisation: Organisation, table: Table, name: str) -> Relationship | None:
    """The relationship that a single-valued navigation property of the table follows."""
    return _first(
        item
        for item in organisation.relationships
        if item.referencing_entity == table.logical_name and item.referencing_navigation == name
    )


def to_many(organisation: Organisation, table: Table, name: str) -> Relationship | None:
    """The relationship that a collection-valued navigation property of the table follows back."""
    return _first(
        item
        for item in organisation.relationships
        if item.referenced_entity == table.logical_name and item.referenced_navigation == name
    )


def many_to_many(organisation: Organisation, table: Table, name: str) -> ManyToMany | None:
    """The many-to-many relationship behind a navigation property; it has the same name on both sides."""
    for item in organisation.many_to_many:
        if item.schema_name == name and table.logical_name in (item.first[0], item.second[0]):
            return item
    return None


def _first(found: Iterable[Relationship]) -> Relationship | None:
    return next(iter(found), None)


def refers(rows: sa.FromClause, relationship: Relationship) -> sa.ColumnElement[bool]:
    """Whether the lookup of these (referencing) rows leads along this relationship and not to another table."""
    kind = rows.c.get(relationship.referencing_attribute + TYPE_SUFFIX)
    if kind is None or relationship.referenced_entity == OWNER:
        return rows.c[relationship.referencing_attribute].is_not(None)
    return kind == relationship.referenced_entity


def parent_join(rows: sa.FromClause, parents: sa.FromClause, relationship: Relationship) -> sa.ColumnElement[bool]:
    """Whether a row of ``parents`` is what a row of ``rows`` refers to along the relationship."""
    key = rows.c[relationship.referencing_attribute] == parents.c[relationship.referenced_attribute]
    return sa.and_(key, refers(rows, relationship))
