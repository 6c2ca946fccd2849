"""Where a path below an entity set leads: rows of a table, one row, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from dataverse_tck.emulator.organisation.model import Relationship, Table
from dataverse_tck.emulator.protocol.errors import missing_row, unknown_key, unknown_segment
from dataverse_tck.emulator.protocol.paths import Segment
from dataverse_tck.emulator.protocol.paths import walk as follow
from dataverse_tck.emulator.rows.records import fetch
from dataverse_tck.emulator.store.database import referenced_tables
from dataverse_tck.emulator.store.navigation import source
from dataverse_tck.emulator.store.rendering import reference_in
from dataverse_tck.emulator.store.work import Reference, Work

Condition = Callable[[sa.FromClause], sa.ColumnElement[bool]]


@dataclass(frozen=True)
class Place:
    """Rows of a table (all, or those that meet the condition), or the one with the id.

    ``parent`` and ``navigation`` are set when the last step followed a navigation property.
    """

    table: Table
    id: str | None = None
    condition: Condition | None = None
    parent: Reference | None = None
    navigation: str | None = None
    empty: bool = False  # a single-valued navigation property that leads nowhere
    single: bool = False  # reached over a single-valued navigation property

    @property
    def is_collection(self) -> bool:
        """Whether it stands for any number of rows."""
        return self.id is None and not self.empty


def enter(work: Work, segment: Segment) -> Place:
    """Return the place that the first segment names."""
    table = work.database.by_entity_set.get(segment.name)
    if table is None:
        raise unknown_segment(segment.name)
    work.behaviour.before_enter(work, table)
    return Place(table) if segment.arguments is None else Place(table, row_id(table, segment))


def walk(work: Work, segments: list[Segment]) -> Place:
    """Return the place that several segments lead to."""
    return follow(segments, lambda first: enter(work, first), lambda place, segment: step(work, place, segment))


def step(work: Work, place: Place, segment: Segment) -> Place:
    """Follow a navigation property of a row; raises 404 for what is none."""
    if place.id is None:
        raise unknown_segment(segment.text)
    here, name = place.table.logical_name, segment.name
    work.behaviour.before_step(work, place.table, name)
    single = work.database.single_valued[here].get(name)
    if single is not None and segment.arguments is None:
        return _single(work, place, single, name)
    found = _many(work, place, name) if single is None else None
    if found is None:
        raise unknown_segment(segment.text)
    table, condition = found
    parent = Reference(here, place.id)
    if segment.arguments is None:
        fetch(work, place.table, place.id, below=True)
        return Place(table, None, condition, parent, name)
    identifier = row_id(table, segment)
    rows = source(work.database, table.logical_name)
    key = rows.c[table.primary_id]
    if work.connection.execute(sa.select(key).where(key == identifier, condition(rows))).first() is None:
        raise missing_row(table.logical_name, identifier)
    return Place(table, identifier, None, parent, name)


def _single(work: Work, place: Place, relationship: Relationship, name: str) -> Place:
    parent = Reference(place.table.logical_name, place.id or "")
    referred = reference_in(fetch(work, place.table, parent.id), relationship.referencing_attribute)
    linked = work.behaviour.related(relationship, referred)
    if linked is None or linked.table not in referenced_tables(relationship):
        target = work.database.described[relationship.referenced_entity]
        return Place(target, parent=parent, navigation=name, empty=True, single=True)
    return Place(work.database.described[linked.table], linked.id, parent=parent, navigation=name, single=True)


def _many(work: Work, place: Place, name: str) -> tuple[Table, Condition] | None:
    """The table behind a collection-valued navigation property, and which of its rows belong to the row."""
    here = place.table.logical_name
    relationship = work.database.collections[here].get(name)
    if relationship is not None:
        child = work.database.described[relationship.referencing_entity]

        def lists(rows: sa.FromClause) -> sa.ColumnElement[bool]:
            return work.behaviour.lists(work, relationship, sa.literal(place.id), here, rows)

        return child, lists
    for many in work.organisation.many_to_many:
        ends = dict((many.first, many.second))
        if many.schema_name == name and here in ends:
            near = ends.pop(here)
            ((far, far_column),) = ends.items()
            return work.database.described[far], _linked(work, name, (near, place.id or ""), far_column)
    return None


def _linked(work: Work, navigation: str, near: tuple[str, str], far: str) -> Condition:
    """The rows that the intersect table links with one row; the columns of both ends are named as the keys are."""
    intersect = work.database.intersects[navigation].c
    linked = sa.select(intersect[far]).where(intersect[near[0]] == near[1])
    return lambda rows: rows.c[far].in_(linked)


def row_id(table: Table, segment: Segment) -> str:
    """The id that the key of a segment gives; raises 400 for a key that is not the primary one."""
    key = segment.key
    if key.quoted or key.name not in (None, table.primary_id):
        raise unknown_key(table.edm_type)
    return key.value
