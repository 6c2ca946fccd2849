"""``$filter`` on rows as a condition in SQL, every value bound, none written into the text.

Comparisons are true or false, also with nulls (``subject ne 'x'`` finds the rows without a subject); a function of a
null is null, and so is its negation. Text compares without case. A navigation property becomes a query of its own
inside the condition, so that no join multiplies the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from odata_query import ast

from dataverse_tck.emulator.organisation.model import Kind, Table
from dataverse_tck.emulator.protocol.errors import (
    bad_request,
    incompatible_types,
    too_many_conditions,
    unknown_property,
    unsupported_query,
)
from dataverse_tck.emulator.protocol.filter_syntax import parse_filter
from dataverse_tck.emulator.protocol.namespace import NAMESPACE
from dataverse_tck.emulator.queries.functions import MAX_CONDITIONS, condition_of
from dataverse_tck.emulator.queries.operands import Operand, Value, compatible, is_literal, type_of, value_of
from dataverse_tck.emulator.queries.text_matching import matches
from dataverse_tck.emulator.store.database import Database
from dataverse_tck.emulator.store.navigation import is_parent, property_column, source, to_many, to_one
from dataverse_tck.emulator.store.work import Work

Condition = sa.ColumnElement[bool]
# SQLite's parser keeps a hundred things in mind; a query inside the condition costs it more than a pair of parentheses.
MAX_DEPTH = 20
_DEPTH_OF_COLLECTION = 5
_DEPTH_OF_LOOKUP = 3
_KINDS: dict[type[ast._Node], str] = {
    ast.Eq: "Equal",
    ast.NotEq: "NotEqual",
    ast.Lt: "LessThan",
    ast.LtE: "LessThanOrEqual",
    ast.Gt: "GreaterThan",
    ast.GtE: "GreaterThanOrEqual",
}
_MIRRORED: dict[type[ast._Node], ast._Node] = {
    ast.Lt: ast.Gt(),
    ast.LtE: ast.GtE(),
    ast.Gt: ast.Lt(),
    ast.GtE: ast.LtE(),
}
_ORDERED: dict[type[ast._Node], Callable[[Any, Any], Condition]] = {
    ast.Lt: lambda cell, value: cell < value,
    ast.LtE: lambda cell, value: cell <= value,
    ast.Gt: lambda cell, value: cell > value,
    ast.GtE: lambda cell, value: cell >= value,
}
_PATTERNS = {"contains": "%{}%", "startswith": "{}%", "endswith": "%{}"}


@dataclass(frozen=True)
class Scope:
    """The rows that a name can mean: those of a table, in the condition that is being written."""

    table: Table
    rows: sa.FromClause


def where(work: Work, table: Table, rows: sa.FromClause, text: str) -> Condition:
    """The condition that a ``$filter`` puts on rows of a table."""
    return _Writer(work, Scope(table, rows)).condition(parse_filter(text), {}, 0)


def operand_at(database: Database, scope: Scope, path: list[str], depth: int = 0) -> Operand:
    """The property at a path: of the row itself, or of one that lookups lead to (null where one of them is).

    ``depth`` is how deep in the condition the operand stands; it is refused where SQLite could not follow.
    """
    _check_depth(depth)
    name, *rest = path
    if not rest:
        column = property_column(database, scope.table, name)
        return Operand(scope.rows.c[column.logical_name], column)
    relationship = to_one(database, scope.table, name)
    if relationship is None:
        raise unknown_property(name, scope.table.edm_type)
    target = database.described[relationship.referenced_entity]
    inner = Scope(target, source(database, target.logical_name))
    operand = operand_at(database, inner, rest, depth + _DEPTH_OF_LOOKUP)
    tied = is_parent(database, inner.rows, target, scope.rows, relationship.referencing_attribute)
    query = sa.select(operand.cell).select_from(inner.rows).where(tied).correlate_except(inner.rows)
    return replace(operand, cell=query.scalar_subquery())


def _check_depth(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise bad_request("The query is nested too deeply.")


class _Writer:
    def __init__(self, work: Work, root: Scope) -> None:
        self.work = work
        self.root = root
        self.conditions = 0

    def condition(self, node: ast._Node, scopes: Mapping[str, Scope], depth: int) -> Condition:
        """A Boolean expression; ``scopes`` are the variables of the lambda expressions around it."""
        _check_depth(depth)
        match node:
            case ast.BoolOp(op=op):
                return self._chain(node, type(op), scopes, depth)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return sa.not_(self.condition(operand, scopes, depth + 1))
        self.conditions += 1
        if self.conditions > MAX_CONDITIONS:
            raise too_many_conditions()
        match node:
            case ast.Compare():
                return self._compare(node, scopes, depth)
            case ast.Call():
                return self._call(node, scopes, depth)
            case ast.CollectionLambda():
                return self._lambda(node, scopes, depth)
            case ast.Identifier() | ast.Attribute() if (
                found := self._operand(node, scopes, depth)
            ).edm == "Edm.Boolean":
                return found.cell.is_not_distinct_from(sa.true())
        raise bad_request("The $filter expression must evaluate to a single boolean value.")

    def _compare(self, node: ast.Compare, scopes: Mapping[str, Scope], depth: int) -> Condition:
        match node:
            case ast.Compare(comparator=ast.In(), left=left, right=ast.List(val=items)):
                return self._in(self._operand(left, scopes, depth), items)
            case ast.Compare(comparator=ast.Eq() | ast.NotEq(), left=ast.Call() as call, right=ast.Boolean() as wanted):
                found = self.condition(call, scopes, depth + 1)
                return found if wanted.py_val == isinstance(node.comparator, ast.Eq) else sa.not_(found)
        return self._comparison(node, scopes, depth)

    def _chain(self, node: ast._Node, op: type, scopes: Mapping[str, Scope], depth: int) -> Condition:
        """A chain of ``and`` or of ``or``, however long and with whatever parentheses, as one level."""
        parts: list[ast._Node] = []
        waiting = [node]
        while waiting:
            part = waiting.pop()
            if isinstance(part, ast.BoolOp) and type(part.op) is op:
                waiting += (part.right, part.left)
            else:
                parts.append(part)
        conditions = [self.condition(part, scopes, depth + 1) for part in parts]
        return sa.and_(*conditions) if op is ast.And else sa.or_(*conditions)

    def _comparison(self, node: ast.Compare, scopes: Mapping[str, Scope], depth: int) -> Condition:
        comparator: ast._Node = node.comparator
        left, right = node.left, node.right
        if is_literal(left):
            if is_literal(right):
                raise bad_request("A comparison in $filter needs a property.")
            left, right, comparator = right, left, _MIRRORED.get(type(comparator), comparator)
        kind = _KINDS[type(comparator)]
        operand = self._operand(left, scopes, depth)
        other: Value | sa.ColumnElement[Any]
        if is_literal(right):
            other = value_of(right, operand, kind)
        else:
            column = self._operand(right, scopes, depth)
            if not compatible(operand, column):
                raise incompatible_types(operand.edm, column.edm, kind)
            other = column.comparable
        if isinstance(comparator, ast.Eq):
            return operand.comparable.is_not_distinct_from(other)
        if isinstance(comparator, ast.NotEq):
            return operand.comparable.is_distinct_from(other)
        if operand.edm == "Edm.Boolean" or operand.column.kind is Kind.MULTI_SELECT:
            raise incompatible_types(operand.edm, type_of(right) if is_literal(right) else operand.edm, kind)
        if other is None:
            return sa.false()
        return sa.func.coalesce(_ORDERED[type(comparator)](operand.comparable, other), sa.false(), type_=sa.Boolean)

    @staticmethod
    def _in(operand: Operand, items: Sequence[ast._Node]) -> Condition:
        values = [value_of(item, operand, "Equal") for item in items]
        given = [value for value in values if value is not None]
        found = sa.and_(operand.comparable.is_not(None), operand.comparable.in_(given))
        return sa.or_(found, operand.cell.is_(None)) if len(given) < len(values) else found

    def _call(self, node: ast.Call, scopes: Mapping[str, Scope], depth: int) -> Condition:
        name, namespace, args = node.func.name, ".".join(node.func.namespace), node.args
        if namespace == NAMESPACE:
            return condition_of(self.work, name, args, self._named)
        if namespace:
            raise bad_request(f"An unknown function with name '{namespace}.{name}' was found.")
        if name not in _PATTERNS:
            raise unsupported_query(f"The function '{name}'")
        operand = self._operand(args[0], scopes, depth)
        is_text = operand.edm == "Edm.String" and operand.column.kind is not Kind.MULTI_SELECT
        if not is_text or not isinstance(args[1], ast.String):
            raise bad_request(
                f"No function signature for the function with name '{name}' matches the specified arguments."
            )
        return matches(operand.cell, _PATTERNS[name].format(args[1].val))

    def _lambda(self, node: ast.CollectionLambda, scopes: Mapping[str, Scope], depth: int) -> Condition:
        """``any`` and ``all`` over the rows that refer to this one."""
        scope, path = self._start(node.owner, scopes)
        database = self.work.database
        if len(path) != 1:
            raise unsupported_query("A condition on a collection behind a lookup")
        many = to_many(database, scope.table, path[0])
        if many is None:
            raise unknown_property(path[0], scope.table.edm_type)
        rows = source(database, many.table.logical_name)
        tables = [rows]
        if many.intersect is None:
            tied = is_parent(database, scope.rows, scope.table, rows, many.column)
        else:
            tables.append(many.intersect)
            near, far = many.intersect.c[many.near], many.intersect.c[many.far]
            tied = sa.and_(near == scope.rows.c[scope.table.primary_id], far == rows.c[many.table.primary_id])
        query = sa.select(sa.literal(1)).select_from(*tables).where(tied).correlate_except(*tables)
        inner = node.lambda_
        if inner is None:
            return query.exists()
        wanted = self.condition(
            inner.expression, {**scopes, inner.identifier.name: Scope(many.table, rows)}, depth + _DEPTH_OF_COLLECTION
        )
        if isinstance(node.operator, ast.Any):
            return query.where(wanted).exists()
        return sa.not_(query.where(wanted.is_not(sa.true())).exists())

    def _operand(self, node: ast._Node, scopes: Mapping[str, Scope], depth: int) -> Operand:
        scope, path = self._start(node, scopes)
        if not path:
            raise bad_request("A variable of a lambda expression cannot be compared; name one of its properties.")
        return operand_at(self.work.database, scope, path, depth)

    def _named(self, name: str) -> Operand:
        """A column by its LogicalName, as query functions have it; the name of a property does as well."""
        column = self.root.table.column.get(name)
        path = f"_{name}_value" if column is not None and column.kind.is_lookup else name
        return operand_at(self.work.database, self.root, [path])

    def _start(self, node: ast._Node, scopes: Mapping[str, Scope]) -> tuple[Scope, list[str]]:
        """Where a property path starts, and the names that it follows from there."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.owner
        if isinstance(node, ast.Call):
            raise unsupported_query(f"The function '{node.func.name}' in a comparison")
        if isinstance(node, ast.BinOp):
            raise unsupported_query("Arithmetic in $filter")
        if not isinstance(node, ast.Identifier) or node.namespace:
            raise bad_request("An operand of a comparison in $filter must be a property or a literal.")
        if node.name in scopes:
            return scopes[node.name], parts
        return self.root, [node.name, *parts]
