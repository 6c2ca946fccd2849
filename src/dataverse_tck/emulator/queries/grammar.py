"""``$filter``: odata-query parses it, here it becomes a predicate over the properties of a resource.

The library's grammar is widened in four places: identifiers may begin with a reserved word (``allowed...``
is no ``all``), enumeration members are literals (``Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned'``), a
list may hold a single item (``in ('a')``), and the values of Dataverse's query functions stand in brackets
(``PropertyValues=["1",'2']``).
"""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from odata_query import ast, exceptions
from odata_query.grammar import ODataLexer, ODataParser
from sly.lex import Token  # type: ignore[import-untyped] # the library has no types

from dataverse_tck.emulator.protocol.errors import ODataError, bad_request, unsupported_function
from dataverse_tck.jsontypes import Json

Getter = Callable[[str], Json]  # path of a property -> its value
Predicate = Callable[[Getter], bool]

MAX_LENGTH = 32_768
MAX_DEPTH = 100
MAX_PATH = 10  # segments of one property path
_MAX_DIGITS = 400  # more than the largest double has


def _literal(pattern: str, value: Callable[[str], ast._Node]) -> Callable[[Any, Token], Token]:
    """A rule of the lexer: what the pattern matches becomes that value."""

    def rule(_: Any, token: Token) -> Token:
        token.value = value(token.value)
        return token

    rule.__dict__["pattern"] = pattern
    return rule


class _Lexer(ODataLexer):
    """The library's lexer with whole words as keywords and enumeration members as strings."""

    tokens = ODataLexer.tokens | {"JSON_STRING"}
    literals = ODataLexer.literals | {"[", "]"}
    STRING = _literal(
        r"(?:[A-Za-z_]\w*(?:\.\w+)+)?'(?:[^']|'')*'",
        lambda text: ast.String(text[text.index("'") + 1 : -1].replace("''", "'")),
    )
    BOOLEAN = _literal(r"(?:true|false)\b", ast.Boolean)
    NULL = _literal(r"null\b", lambda _: ast.Null())
    ANY = _literal(r"any\b", lambda _: ast.Any())
    ALL = _literal(r"all\b", lambda _: ast.All())
    JSON_STRING = _literal(r'"(?:[^"\\\x00-\x1f]|\\.)*"', ast.String)


def parse_filter(text: str) -> ast._Node:
    """The expression as a tree, or the documented refusal."""
    if len(text) > MAX_LENGTH:
        raise ODataError(414, "", f"The $filter expression is longer than {MAX_LENGTH} characters.")
    try:
        tree: ast._Node | None = ODataParser().parse(_adapted(list(_Lexer().tokenize(text)), text))
    except (exceptions.TokenizingException, exceptions.ParsingException) as error:
        raise _syntax_error(len(text) if error.token is None else error.token.index, text) from error
    except exceptions.UnknownFunctionException as error:
        raise bad_request(f"An unknown function with name '{error.function_name}' was found.") from error
    except exceptions.ODataException as error:
        raise bad_request(f"The $filter expression '{text}' is not valid. {error}") from error
    except (AttributeError, NotImplementedError) as error:  # the library's grammar lets in what its actions do not
        raise bad_request(f"The $filter expression '{text}' is not valid.") from error
    if tree is None:
        raise _syntax_error(len(text), text)
    return tree


def _syntax_error(index: int, text: str) -> ODataError:
    return bad_request(f"Syntax error at position {index} in '{text}'.")


def _adapted(tokens: list[Token], text: str) -> Iterator[Token]:
    """The tokens as the grammar wants them, and refusals of what it could not stand.

    The only item of a list gets a comma after it, brackets become parentheses, JSON texts become literals.
    """
    opened: list[bool] = []  # for each open parenthesis: does it hold the items of a list without a comma
    brackets = slashes = 0
    after_in = False
    for token in tokens:
        slashes = slashes + (token.type == "/") if token.type in _OF_PATHS else 0
        if slashes >= MAX_PATH:
            raise bad_request(f"A property path of the $filter expression is longer than {MAX_PATH} segments.")
        if token.type in ("INTEGER", "DECIMAL") and len(token.value.val) > _MAX_DIGITS:
            raise bad_request(f"The number at position {token.index} is too long.")
        if token.type in ("(", "["):
            opened.append(after_in or token.type == "[")
            brackets += token.type == "["
            token.type = "("
        elif token.type == "," and opened:
            opened[-1] = False
        elif token.type in (")", "]"):
            brackets -= token.type == "]"
            token.type = ")"
            if opened and opened.pop():
                comma = Token()
                comma.type, comma.value, comma.lineno, comma.index = ",", ",", token.lineno, token.index
                yield comma
        elif token.type == "JSON_STRING":
            if brackets <= 0:
                raise _syntax_error(token.index, text)
            token.type, token.value = "STRING", _json_string(token, text)
        after_in = token.type == "IN"
        yield token


_OF_PATHS = ("/", "ODATA_IDENTIFIER")


def _json_string(token: Token, text: str) -> ast.String:
    try:
        value = json.loads(token.value.val)
        value.encode()  # half of a surrogate pair is no text
        return ast.String(value)
    except ValueError as error:
        raise _syntax_error(token.index, text) from error


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
