"""The operands of a comparison: properties of a row as SQL expressions, and literals as the values of a column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from odata_query import ast

from dataverse_tck.emulator.organisation.model import Column, Kind
from dataverse_tck.emulator.protocol.errors import bad_request, incompatible_types
from dataverse_tck.emulator.queries.text_matching import choices, folded

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII | re.IGNORECASE)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_INT64 = 2**63
_NUMBERS = frozenset({"Edm.Int32", "Edm.Int64", "Edm.Decimal", "Edm.Double"})
_LITERALS: dict[type[ast._Node], str] = {
    ast.String: "Edm.String",
    ast.Integer: "Edm.Int32",
    ast.Float: "Edm.Double",
    ast.Boolean: "Edm.Boolean",
    ast.GUID: "Edm.Guid",
    ast.Date: "Edm.Date",
    ast.DateTime: "Edm.DateTimeOffset",
    ast.Time: "Edm.TimeOfDay",
    ast.Duration: "Edm.Duration",
}
Value = str | int | float | bool | None


@dataclass(frozen=True)
class Operand:
    """A property: its cell as an SQL expression, and the column that says what it holds."""

    cell: sa.ColumnElement[Any]
    column: Column

    @property
    def edm(self) -> str:
        """Its Edm type."""
        return self.column.kind.edm_type

    @property
    def comparable(self) -> sa.ColumnElement[Any]:
        """The cell as it is compared and ordered: text without case, a list of choices in the order of its numbers."""
        if self.column.kind is Kind.MULTI_SELECT:
            return sa.func.dataverse_choices(self.cell, type_=sa.Text)
        return folded(self.cell) if self.edm == "Edm.String" else self.cell


def is_literal(node: ast._Node) -> bool:
    """Whether the operand is a literal and no property."""
    return (
        type(node) in _LITERALS
        or isinstance(node, ast.Null)
        or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub))
    )


def type_of(node: ast._Node) -> str:
    """The Edm type of a literal."""
    if isinstance(node, ast.UnaryOp):
        return type_of(node.operand)
    return _LITERALS.get(type(node), "Edm.Untyped")


def compatible(left: Operand, right: Operand) -> bool:
    """Whether two columns can be compared with each other."""
    return left.edm == right.edm or {left.edm, right.edm} <= _NUMBERS


def value_of(node: ast._Node, operand: Operand, operator: str) -> Value:
    """A literal as a value of the operand's column, or the refusal of one that is none."""
    if isinstance(node, ast.Null):
        return None
    value = _numeric(node) if operand.edm in _NUMBERS else _other(node, operand)
    if value is None:
        raise incompatible_types(operand.edm, type_of(node), operator)
    return value


def _numeric(node: ast._Node) -> int | float | None:
    match node:
        case ast.Integer(val=digits) | ast.Float(val=digits):
            return number(digits)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Integer() | ast.Float() as positive):
            return -number(positive.val)
    return None


def _other(node: ast._Node, operand: Operand) -> Value:
    match node:
        case ast.String(val=text) if operand.edm != "Edm.Boolean":
            return quoted(text, operand)  # ids and times as well: Microsoft's own examples put them in quotes
        case ast.Boolean(val=text) if operand.edm == "Edm.Boolean":
            return str(text).lower() == "true"
        case ast.GUID(val=text) if operand.edm == "Edm.Guid":
            return str(text).lower()
        case ast.Date(val=text) | ast.DateTime(val=text) if operand.edm == "Edm.DateTimeOffset":
            return moment(text)
    return None


def quoted(text: str, operand: Operand) -> Value:
    """A text as a value of the operand's column, or None when it is none; query functions write all values so."""
    if operand.column.kind is Kind.MULTI_SELECT:
        return choices(text)
    if operand.edm == "Edm.String":
        return text.casefold()
    if operand.edm == "Edm.Guid":
        return text.lower() if _GUID.fullmatch(text) else None
    if operand.edm == "Edm.DateTimeOffset":
        return moment(text) if _TIME.fullmatch(text) else None
    if operand.edm == "Edm.Boolean":
        return _BOOLEANS.get(text.lower())
    return number(text) if re.fullmatch(r"[+-]?\d{1,400}(?:\.\d{1,400})?", text, re.ASCII) else None


def number(digits: str) -> int | float:
    """A number that SQLite can hold: beyond 64 bits it is a double, as it is in OData."""
    if re.fullmatch(r"[+-]?\d{1,19}", digits) and -_INT64 <= (whole := int(digits)) < _INT64:
        return whole
    return float(digits)


def moment(text: str) -> str:
    """A date or a time as the cells hold it; one without an offset is in UTC.

    Cells hold whole seconds (``...:07Z``): a fraction goes after the ``Z``, where it sorts between two seconds.
    """
    try:
        time = datetime.fromisoformat(text.upper())
        time = (time.replace(tzinfo=UTC) if time.tzinfo is None else time).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise bad_request(f"The date or time '{text}' does not exist.") from error
    fraction = f"{time.microsecond:06}".rstrip("0")
    return f"{time.year:04}-{time:%m-%dT%H:%M:%S}Z{fraction}"
