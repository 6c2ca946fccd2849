"""Query options as a URL has them: ``$select``, ``$expand``, ``$filter``, ``$orderby``, ``$top``..."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_plus

from dataverse_tck.emulator.protocol.errors import bad_request, unsupported_option, unsupported_query

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_NESTING = 8
MAX_ALIASES = 500
REFERENCE = "/$ref"  # ends the name of an expansion that wants references only
_EXPANDED = re.compile(r"([A-Za-z_]\w*(?:/\$ref)?)\s*(?:\((.*)\))?\s*", re.DOTALL)
_ORDERED = re.compile(r"([A-Za-z_][\w/]*)(?:\s+(asc|desc))?")
_PLAIN = "$(),;=/:@'"  # what may stand in a query string as it is, and does in Dataverse's links
_ALIAS = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"\\]|\\.)*\"|(@\w+)")


@dataclass(frozen=True)
class Query:
    """The options of one request or of one nested expansion; None: not given.

    ``nested_url`` is what stood in the parentheses of an expansion, as the query string of a URL of its own.
    """

    select: tuple[str, ...] | None = None
    expand: tuple[tuple[str, Query], ...] = ()
    filter: str | None = None
    orderby: tuple[tuple[str, bool], ...] = ()  # (property, descending)
    top: int | None = None
    count: bool = False
    nested_url: str = field(default="", compare=False)

    @property
    def shape(self) -> str:
        """The part of a context URL that tells what was selected and expanded: ``(name,parent(name))``."""
        names = list(self.select or ())
        names += [f"{name}{nested.shape or '()'}" for name, nested in self.expand]
        return f"({','.join(names)})" if names else ""


def split_outside(text: str, separator: str) -> list[str]:
    """Split at a separator, but not inside parentheses or quoted strings."""
    parts, depth, quoted, start = [], 0, False, 0
    for index, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif not quoted:
            depth += (character == "(") - (character == ")")
            if character == separator and depth == 0:
                parts.append(text[start:index])
                start = index + 1
    return [*parts, text[start:]]


def query_options(raw: str) -> dict[str, str]:
    """The options of a raw query string, decoded: ``%24`` is ``$``, ``+`` is a blank; none twice."""
    found: dict[str, str] = {}
    for part in raw.split("&"):
        if not part:
            continue
        name, _, value = part.partition("=")
        name = unquote_plus(name)
        if name in found:
            raise bad_request(f"Query option '{name}' was specified more than once.")
        found[name] = unquote_plus(value)
    return found


def _with_aliases(text: str, aliases: dict[str, str]) -> str:
    """The filter with the values of its parameter aliases (``@p1``) put in, but not in quoted text."""
    if text.count("@") > MAX_ALIASES and len(_ALIAS.findall(text)) > MAX_ALIASES:
        raise bad_request(f"The $filter expression has more than {MAX_ALIASES} parameter aliases and texts.")

    def value(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0]
        if match[1] not in aliases:
            raise bad_request(f"The parameter alias '{match[1]}' has no value in the URL.")
        return aliases[match[1]]

    return _ALIAS.sub(value, text)


def parse_query(options: dict[str, str], nesting: int = 0) -> Query:
    """The options by name, read; those that no metadata or row resource takes are refused."""
    if nesting > MAX_NESTING:
        raise bad_request("The $expand is nested too deeply.")
    aliases = {name: value for name, value in options.items() if name.startswith("@")}
    fields: dict[str, Any] = {}
    for name, value in options.items():
        text = value.strip()
        if name == "$skip":
            raise bad_request("Skip Clause is not supported in CRM")
        if name == "$apply":
            raise unsupported_query("Aggregation with $apply")
        if name == "$filter":
            text = _with_aliases(text, aliases)
        if name == "$expand":
            fields["expand"] = _expand(text, nesting, aliases)
        elif name in _READERS:
            fields[name.removeprefix("$")] = _READERS[name](text)
        elif name not in aliases:
            raise unsupported_option(name)
    return Query(**fields)


def check_for_one(query: Query) -> None:
    """Refuse the options that only a collection takes, where a single resource or row was asked for."""
    for name, given in (
        ("$filter", query.filter is not None),
        ("$orderby", bool(query.orderby)),
        ("$top", query.top is not None),
        ("$count", query.count),
    ):
        if given:
            raise bad_request(f"The query option '{name}' can only be applied to a collection.")


def _select(text: str) -> tuple[str, ...] | None:
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise bad_request("Term '' is not valid in a $select or $expand expression.")
    return None if "*" in names else tuple(dict.fromkeys(names))


def _expand(text: str, nesting: int, aliases: Mapping[str, str]) -> tuple[tuple[str, Query], ...]:
    expanded: dict[str, Query] = {}
    for item in split_outside(text, ","):
        match = _EXPANDED.fullmatch(item.strip())
        if match is None:
            raise bad_request(f"Term '{item.strip()}' is not valid in a $select or $expand expression.")
        options: dict[str, str] = {}
        for option in split_outside(match[2] or "", ";"):
            if option.strip():
                name, _, value = option.strip().partition("=")
                options[name.strip()] = value
        url = "&".join(f"{name}={quote(value, safe=_PLAIN)}" for name, value in options.items())
        expanded[match[1]] = replace(parse_query({**aliases, **options}, nesting + 1), nested_url=url)
    return tuple(expanded.items())


def _filter(text: str) -> str:
    if not text:
        raise bad_request("The $filter expression must not be empty.")
    return text


def _orderby(text: str) -> tuple[tuple[str, bool], ...]:
    found = []
    for item in text.split(","):
        match = _ORDERED.fullmatch(item.strip())
        if match is None:
            raise bad_request(f"Syntax error in the $orderby expression '{text}'.")
        found.append((match[1], match[2] == "desc"))
    return tuple(found)


def _top(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise bad_request(
            f"Invalid value '{text}' for $top query option found. "
            "The $top query option requires a non-negative integer value."
        )
    return int(text)


def _count(text: str) -> bool:
    if text not in ("true", "false"):
        raise bad_request(f"Invalid value '{text}' for $count query option found.")
    return text == "true"


_READERS: dict[str, Callable[[str], object]] = {
    "$select": _select,
    "$filter": _filter,
    "$orderby": _orderby,
    "$top": _top,
    "$count": _count,
}
