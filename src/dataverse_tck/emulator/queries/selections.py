"""A query on rows as one SELECT: which columns, in which order, under which condition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from dataverse_tck.emulator.organisation.model import Table
from dataverse_tck.emulator.ownership.access import readable
from dataverse_tck.emulator.protocol.errors import ODataError, bad_request, unknown_property
from dataverse_tck.emulator.protocol.namespace import NAMESPACE
from dataverse_tck.emulator.protocol.options import REFERENCE, Query
from dataverse_tck.emulator.queries.operands import Operand
from dataverse_tck.emulator.queries.paging_cookies import Ordering
from dataverse_tck.emulator.queries.text_matching import prepare
from dataverse_tck.emulator.queries.where import Scope, operand_at, where
from dataverse_tck.emulator.store.navigation import ACTUAL_TABLE, property_column, source, to_many, to_one
from dataverse_tck.emulator.store.sql_tables import TYPE_SUFFIX
from dataverse_tck.emulator.store.work import Work

Row = dict[str, Any]
Condition = Callable[[sa.FromClause], sa.ColumnElement[bool]]  # on whatever the rows of a table are selected from
MAX_EXPANSIONS = 15
MAX_ORDERINGS = 20
_ORDER = "_order"
_TOO_MUCH = ("parser stack overflow", "too large", "too many")  # what SQLite says beyond its limits


@dataclass(frozen=True)
class Selection:
    """The rows that a query finds, before a page is cut from them."""

    rows: sa.FromClause
    condition: sa.ColumnElement[bool]
    orderings: tuple[Ordering, ...]

    @property
    def clauses(self) -> list[sa.UnaryExpression[Any]]:
        """For ORDER BY."""
        return [item.clause for item in self.orderings]

    @property
    def order_values(self) -> list[sa.Label[Any]]:
        """What the rows are ordered by, as columns of the result."""
        return [item.operand.comparable.label(_ORDER + item.key) for item in self.orderings]

    def cells(self, table: Table, query: Query, work: Work) -> list[sa.ColumnElement[Any]]:
        """The columns that the answer needs: the selected ones, the key, and those that expansions follow."""
        columns = self.rows.c
        if query.select is None:
            return list(columns)
        names = {table.primary_id, "versionnumber", ACTUAL_TABLE}
        names.update(property_column(work.database, table, name).logical_name for name in query.select)
        for name, _ in query.expand:
            relationship = to_one(work.database, table, name.removesuffix(REFERENCE))
            if relationship is not None:
                names.add(relationship.referencing_attribute)
        names.update({name + TYPE_SUFFIX for name in names})
        return [column for column in columns if column.name in names]


def selection(work: Work, table: Table, query: Query, condition: Condition | None = None) -> Selection:
    """The query with everything that it names found, or refused."""
    prepare(work.connection)
    check_names(work, table, query)
    rows = source(work.database, table.logical_name, aliased=False)
    parts = [sa.true() if condition is None else condition(rows), readable(work, table, rows)]
    if query.filter is not None:
        parts.append(work.behaviour.filtered(work, table, query.filter, where(work, table, rows, query.filter)))
    return Selection(rows, sa.and_(*parts), tuple(_orderings(work, Scope(table, rows), query)))


def fetch(work: Work, statement: sa.Select[Any]) -> list[Row]:
    """The rows of a statement; one that is more than SQLAlchemy or SQLite can take is refused, not failed."""
    try:
        result = work.connection.execute(statement)
        names = list(result.keys())
        return [dict(zip(names, row, strict=True)) for row in result]
    except RecursionError as error:
        raise bad_request("The query is nested too deeply.") from error
    except OperationalError as error:
        if any(reason in str(error.orig) for reason in _TOO_MUCH):
            raise bad_request("The query is nested too deeply.") from error
        raise


def ordered_values(row: Row, orderings: tuple[Ordering, ...]) -> Row:
    """Take out of a selected row what it was ordered by."""
    return {item.key: row.pop(_ORDER + item.key) for item in orderings}


def _orderings(work: Work, scope: Scope, query: Query) -> Iterator[Ordering]:
    """What was asked for, and the primary key last: without it pages would have no order."""
    wanted: dict[str, bool] = {}
    for path, descending in query.orderby:
        wanted.setdefault(path, descending)  # what is named again orders nothing
    if len(wanted) > MAX_ORDERINGS:
        raise bad_request(f"The $orderby expression names more than {MAX_ORDERINGS} properties.")
    wanted.setdefault(scope.table.primary_id, False)
    for path, descending in wanted.items():
        operand = operand_at(work.database, scope, path.split("/"))
        key = path.replace("/", ".")
        yield Ordering(key, _name_of_related(work, scope, operand) if "/" not in path else operand, descending)


def _name_of_related(work: Work, scope: Scope, operand: Operand) -> Operand:
    """A lookup orders by the primary name of the row that it refers to."""
    if not operand.column.kind.is_lookup:
        return operand
    names = []
    for navigation, relationship in work.database.single_valued[scope.table.logical_name].items():
        target = work.database.described[relationship.referenced_entity]
        if relationship.referencing_attribute == operand.column.logical_name and target.primary_name is not None:
            names.append(operand_at(work.database, scope, [navigation, target.primary_name]))
    if not names:
        return operand
    return Operand(sa.func.coalesce(*(name.cell for name in names), sa.null(), type_=sa.Text), names[0].column)


def check_names(work: Work, table: Table, query: Query) -> None:
    """Refuse what ``$select`` and ``$expand`` name and the table does not have, at every level."""
    if sum(1 for _ in _expansions(query)) > MAX_EXPANSIONS:
        raise bad_request(f"The query has more than {MAX_EXPANSIONS} $expand options.")
    nested = any(inner.expand for _, inner in query.expand)
    _check(work, table, query, nested=nested)


def _expansions(query: Query) -> Iterator[str]:
    for name, inner in query.expand:
        yield name
        yield from _expansions(inner)


def _check(work: Work, table: Table, query: Query, *, nested: bool) -> None:
    for name in query.select or ():
        property_column(work.database, table, name)
    for written, inner in query.expand:
        target = _expanded(work, table, written)
        if inner.count:
            raise bad_request("The query option '$count' is not supported in $expand.")
        is_single = to_one(work.database, table, written.removesuffix(REFERENCE)) is not None
        if (is_single or nested) and (inner.orderby or inner.top is not None):
            raise bad_request(
                "Only $select and $filter clause can be provided while doing $expand on many-to-one relationship "
                "or nested one-to-many relationship."
            )
        _check(work, target, inner, nested=nested)


def _expanded(work: Work, table: Table, written: str) -> Table:
    """The table that an expansion leads to; ``written`` is its name, with ``/$ref`` for references only."""
    name = written.removesuffix(REFERENCE)
    one = to_one(work.database, table, name)
    if one is not None:
        return work.database.described[one.referenced_entity]
    many = to_many(work.database, table, name)
    if many is None:
        raise _no_navigation(table, name)
    if written != name:
        raise bad_request("Expand with $ref is only supported on lookup type navigation property.")
    return many.table


def _no_navigation(table: Table, name: str) -> ODataError:
    column = table.column.get(name)
    if column is not None and not column.kind.is_lookup:
        return bad_request(
            f"Property '{name}' on type '{NAMESPACE}.{table.edm_type}' is not a navigation property or "
            "complex property. Only navigation properties can be expanded."
        )
    return unknown_property(name, table.edm_type)
