"""``$filter`` on definitions and system rows: a predicate over the properties of a resource."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

from odata_query import ast

from dataverse_tck.emulator.protocol.errors import bad_request, unsupported_function
from dataverse_tck.emulator.protocol.filter_syntax import parse_filter
from dataverse_tck.jsontypes import Json

Getter = Callable[[str], Json]  # path of a property -> its value
Predicate = Callable[[Getter], bool]
MAX_DEPTH = 100


def compile_filter(text: str, check: Callable[[str], None], *, definitions: bool) -> Predicate:
    """A predicate for one ``$filter``.

    ``check`` refuses unknown property paths. On definitions strings compare exactly and string functions
    are refused; on rows strings compare without case.
    """
    return _Compiler(check, definitions=definitions).boolean(parse_filter(text), 0)


_COMPARISONS: dict[type, Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": str.startswith,
    "endswith": str.endswith,
}


class _Compiler:
    def __init__(self, check: Callable[[str], None], *, definitions: bool) -> None:
        self.check = check
        self.definitions = definitions

    def boolean(self, node: ast._Node, depth: int) -> Predicate:
        """The predicate of a Boolean expression."""
        if depth > MAX_DEPTH:
            raise bad_request("The $filter expression is nested too deeply.")
        match node:
            case ast.BoolOp(op=op):
                return self._chain(node, type(op), depth)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.boolean(operand, depth + 1)
                return lambda get: not inner(get)
            case ast.Compare(comparator=ast.In(), left=left, right=ast.List(val=items)):
                value, wanted = self.path(left), [self.literal(item) for item in items]
                return lambda get: self.folded(get(value)) in wanted
            case ast.Compare(comparator=comparator, left=left, right=right):
                return self._comparison(comparator, left, right)
            case ast.Call(func=ast.Identifier(name=name), args=args) if name in _FUNCTIONS:
                return self._function(name, args)
            case ast.Identifier() | ast.Attribute():
                path = self.path(node)
                return lambda get: get(path) is True
        raise bad_request("The $filter expression holds an operator or a function that is not supported.")

    def _chain(self, node: ast._Node, op: type, depth: int) -> Predicate:
        """A chain of ``and`` or of ``or``, however long, without recursion along its left side."""
        parts: list[ast._Node] = []
        while isinstance(node, ast.BoolOp) and type(node.op) is op:
            parts.append(node.right)
            node = node.left
        predicates = [self.boolean(part, depth + 1) for part in (node, *reversed(parts))]
        combine: Callable[[Iterable[bool]], bool] = all if op is ast.And else any
        return lambda get: combine(predicate(get) for predicate in predicates)

    def _comparison(self, comparator: ast._Node, left: ast._Node, right: ast._Node) -> Predicate:
        compare = _COMPARISONS.get(type(comparator))
        if compare is None:
            raise bad_request("The $filter expression holds a comparison that is not supported.")
        path, wanted = self.path(left), self.literal(right)
        ordered = compare not in (operator.eq, operator.ne)

        def predicate(get: Getter) -> bool:
            value = self.folded(get(path))
            if ordered and (type(value) is not type(wanted) or value is None):
                return False
            return compare(value, wanted)

        return predicate

    def _function(self, name: str, args: list[ast._Node]) -> Predicate:
        if self.definitions:
            raise unsupported_function(name)
        path, wanted, function = self.path(args[0]), self.literal(args[1]), _FUNCTIONS[name]
        if not isinstance(wanted, str):
            raise bad_request(f"No function signature for the function with name '{name}' matches.")

        def predicate(get: Getter) -> bool:
            value = self.folded(get(path))
            return isinstance(value, str) and function(value, wanted)

        return predicate

    def path(self, node: ast._Node) -> str:
        """The property path of an operand: ``name`` or ``navigation/name``."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.owner
        if not isinstance(node, ast.Identifier) or node.namespace:
            raise bad_request("The left side of a comparison in $filter must be a property.")
        path = "/".join((node.name, *parts))
        self.check(path)
        return path

    def literal(self, node: ast._Node) -> Json:
        """The value of an operand that has to be a literal."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, (ast.Integer, ast.Float)):
            return -node.operand.py_val
        if isinstance(node, ast.GUID):
            return self.folded(node.val)
        if isinstance(node, (ast.String, ast.Integer, ast.Float, ast.Boolean, ast.Null)):
            return self.folded(node.py_val)
        raise bad_request("The right side of a comparison in $filter must be a literal.")

    def folded(self, value: Json) -> Json:
        """Rows compare text without case; definitions do not."""
        return value.casefold() if isinstance(value, str) and not self.definitions else value
