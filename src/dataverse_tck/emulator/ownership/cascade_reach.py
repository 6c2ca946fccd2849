"""Which rows an action reaches: from a row down its relationships, as their cascade settings say."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from dataverse_tck.emulator.organisation.model import CascadeType, Relationship
from dataverse_tck.emulator.store.sql_tables import TYPE_SUFFIX
from dataverse_tck.emulator.store.work import Work

Rows = Mapping[str, set[str]]  # LogicalName -> ids


# Their rows are those of other tables, and reached over the relationships of those.
_ABSTRACT = frozenset({"activitypointer", "owner"})


class Action(StrEnum):
    """An action that cascades; the values are the members of ``model.Cascade``."""

    ASSIGN = "assign"
    DELETE = "delete"
    REPARENT = "reparent"
    SHARE = "share"
    UNSHARE = "unshare"


_WIDE = frozenset({CascadeType.CASCADE, CascadeType.ACTIVE, CascadeType.USER_OWNED})
# The types with which an action goes on to the referring rows. Any other type does nothing: NoCascade by its
# meaning, the rest since it is not valid for the action. RemoveLink and Restrict are the business of a deletion.
_REACHING = dict.fromkeys(Action, _WIDE) | {Action.DELETE: frozenset({CascadeType.CASCADE})}


def cascade_type(relationship: Relationship, action: Action) -> CascadeType:
    """The setting of the relationship for the action."""
    setting: CascadeType = getattr(relationship.cascade, action.value)
    return setting


def carries(relationship: Relationship, action: Action) -> bool:
    """Whether the action goes from a row to at least some of those that refer to it over the relationship."""
    return cascade_type(relationship, action) in _REACHING[action]


def in_ids(column: sa.ColumnElement[Any], name: str = "ids") -> sa.ColumnElement[bool]:
    """``column IN`` ids that are given as one bound value, whatever their number: see ``bind_ids``."""
    values = sa.func.json_each(sa.bindparam(name, type_=sa.Text)).table_valued("value")
    return column.in_(sa.select(values.c.value))


def bind_ids(ids: Iterable[str]) -> str:
    """Ids as the value that ``in_ids`` takes."""
    return json.dumps(sorted(ids))


def relationships(work: Work, action: Action, types: Iterable[CascadeType], table: str) -> Iterator[Relationship]:
    """The relationships to ``table`` with one of the types for the action, so far as they can carry it.

    Rows without an owner are neither assigned nor shared, and pass nothing of that on.
    """
    described = work.database.described
    for relationship in work.organisation.relationships_to.get(table, ()):
        child = described.get(relationship.referencing_entity)
        if child is None or child.logical_name in _ABSTRACT or cascade_type(relationship, action) not in types:
            continue
        if action is Action.DELETE or ("ownerid" in child.column and "ownerid" in described[table].column):
            yield relationship


def referring(work: Work, relationship: Relationship) -> sa.ColumnElement[bool]:
    """The condition on the rows that refer over the relationship to one of ``ids``."""
    child = work.database.tables[relationship.referencing_entity]
    refers = in_ids(child.c[relationship.referencing_attribute])
    kind = child.c.get(relationship.referencing_attribute + TYPE_SUFFIX)
    return refers if kind is None else refers & (kind == relationship.referenced_entity)


def reach(work: Work, action: Action, start: Rows) -> dict[str, set[str]]:
    """The rows that the action goes on to, without those it starts from. Loops end where they meet themselves."""
    reached: dict[str, set[str]] = defaultdict(set)
    frontier: Rows = start
    while frontier:
        following: dict[str, set[str]] = defaultdict(set)
        for table, ids in frontier.items():
            for relationship, found in _reached(work, action, table, ids):
                child = relationship.referencing_entity
                following[child] |= found - reached[child] - start.get(child, set())
        for table, ids in following.items():
            reached[table] |= ids
        frontier = {table: ids for table, ids in following.items() if ids}
    return {table: ids for table, ids in reached.items() if ids}


def union(*many: Rows) -> dict[str, set[str]]:
    """All rows of several sets of rows."""
    rows: dict[str, set[str]] = defaultdict(set)
    for some in many:
        for table, ids in some.items():
            rows[table] |= ids
    return dict(rows)


def applies(work: Work, action: Action, relationship: Relationship, child: str, parent: str) -> bool:
    """Whether the action goes from the row ``parent`` to the row ``child``, which may no longer refer to it."""
    if relationship not in relationships(work, action, _REACHING[action], relationship.referenced_entity):
        return False
    if not work.behaviour.is_inherited(relationship, action):
        return False
    setting = cascade_type(relationship, action)
    if setting is CascadeType.CASCADE:
        return True
    rows, key = _rows(work, relationship.referencing_entity)
    condition = (key == child) & _chosen(work, relationship, setting, sa.literal(parent))
    return work.connection.scalar(sa.select(sa.literal(1)).select_from(rows).where(condition)) is not None


def _reached(work: Work, action: Action, table: str, ids: Iterable[str]) -> Iterator[tuple[Relationship, set[str]]]:
    """The rows that the action goes on to from ``ids`` of a table, by relationship."""
    over = tuple(relationships(work, action, _REACHING[action], table))
    settings = {relationship.id: cascade_type(relationship, action) for relationship in over}
    for relationship, found in referring_over(work, over, settings, ids):
        yield relationship, work.behaviour.reached(work, relationship, action, found)


def referring_over(
    work: Work, over: Sequence[Relationship], settings: Mapping[str, CascadeType], ids: Iterable[str]
) -> list[tuple[Relationship, set[str]]]:
    """The rows that refer over relationships to one of ``ids``, so far as their settings choose them; in one query."""
    if not over:
        return []

    def build() -> sa.CompoundSelect[Any]:
        return sa.union_all(
            *(_children(work, relationship, settings[relationship.id], at) for at, relationship in enumerate(over))
        )

    key = ("children", *(f"{name} {setting.value}" for name, setting in settings.items()))
    found: list[set[str]] = [set() for _ in over]
    for at, row in work.connection.execute(work.database.cached_statement(key, build), {"ids": bind_ids(ids)}):
        found[at].add(row)
    return list(zip(over, found, strict=True))


def children(work: Work, relationship: Relationship, ids: Iterable[str]) -> set[str]:
    """The rows that refer over the relationship to one of ``ids``."""
    return referring_over(work, [relationship], {relationship.id: CascadeType.CASCADE}, ids)[0][1]


def _children(work: Work, relationship: Relationship, setting: CascadeType, at: int) -> sa.Select[Any]:
    rows, key = _rows(work, relationship.referencing_entity)
    parent = rows.c[relationship.referencing_attribute]
    chosen = referring(work, relationship) & _chosen(work, relationship, setting, parent)
    return sa.select(sa.literal_column(str(at)), key.label("row")).where(chosen)


def _rows(work: Work, table: str) -> tuple[sa.Table, sa.Column[Any]]:
    """The SQL table and its key."""
    rows = work.database.tables[table]
    return rows, rows.c[work.database.described[table].primary_id]


def _chosen(
    work: Work, relationship: Relationship, setting: CascadeType, parent: sa.ColumnElement[Any]
) -> sa.ColumnElement[bool]:
    """The condition on referring rows that a setting makes; ``parent`` is the id that they refer to.

    Active means ``statecode = 0``, whatever that state is called. UserOwned compares with the owner that the parent
    has at this moment.
    """
    rows = work.database.tables[relationship.referencing_entity]
    if setting is CascadeType.ACTIVE and "statecode" in rows.c:
        active: sa.ColumnElement[bool] = rows.c.statecode == 0
        return active
    if setting is CascadeType.USER_OWNED:
        parents = work.database.tables[relationship.referenced_entity].alias("parent")
        key = parents.c[work.database.described[relationship.referenced_entity].primary_id]
        owner = sa.select(parents.c.ownerid).where(key == parent).scalar_subquery()
        return rows.c.ownerid == owner
    return sa.true()
