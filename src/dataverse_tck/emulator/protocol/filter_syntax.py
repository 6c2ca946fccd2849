"""The text of a ``$filter`` as a tree, parsed by odata-query.

The library's grammar is widened in four places: identifiers may begin with a reserved word (``allowed...``
is no ``all``), enumeration members are literals (``Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned'``), a
list may hold a single item (``in ('a')``), and the values of Dataverse's query functions stand in brackets
(``PropertyValues=["1",'2']``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from odata_query import ast, exceptions
from odata_query.grammar import ODataLexer, ODataParser
from sly.lex import Token  # type: ignore[import-untyped] # the library has no types

from dataverse_tck.emulator.protocol.errors import ODataError, bad_request

MAX_LENGTH = 32_768
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
