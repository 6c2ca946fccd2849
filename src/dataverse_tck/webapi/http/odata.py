"""How questions to a Dataverse Web API are spelled: literals, keys, casts, filters."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from dataverse_tck.readings import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FILTER_CHARACTERS = 6000
"""The longest filter, encoded: below 8 KiB with the rest of the URL, which every server accepts."""


def literal(text: str) -> str:
    """Return a string literal; single quotes are doubled (OData 4.0 URL conventions, 5.1.1.6.1)."""
    return "'" + text.replace("'", "''") + "'"


def table_path(table: str) -> str:
    """Return the path of a table definition by its LogicalName."""
    return f"EntityDefinitions(LogicalName={_encoded(literal(table))})"


def column_path(table: str, column: str, kind: str) -> str:
    """Return the path of a column definition cast to ``<kind>AttributeMetadata``."""
    name = _encoded(literal(column))
    return f"{table_path(table)}/Attributes(LogicalName={name})/{NAMESPACE}.{kind}AttributeMetadata"


def equals_any(member: str, values: Iterable[str], longest: int = FILTER_CHARACTERS) -> Iterator[str]:
    """Yield ``$filter`` expressions, percent-encoded, that together select rows with any of the values.

    Each is a chain of ``member eq 'value'`` joined by ``or``, of at most ``longest`` characters unless a
    single value needs more.
    """
    separator = _encoded(" or ")
    chain = ""
    for value in values:
        term = _encoded(f"{member} eq {literal(value)}")
        if chain and len(chain) + len(separator) + len(term) > longest:
            yield chain
            chain = ""
        chain = f"{chain}{separator}{term}" if chain else term
    if chain:
        yield chain


def _encoded(text: str) -> str:
    return quote(text, safe="'()$,/=")
