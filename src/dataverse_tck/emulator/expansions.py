"""``$expand``: related rows put into documents, with one query for each navigation property and level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from dataverse_tck.emulator.database import TYPE_SUFFIX, Work
from dataverse_tck.emulator.model import Relationship, Table
from dataverse_tck.emulator.navigation import ACTUAL_TABLE, OWNER, is_abstract, refers, to_many, to_one
from dataverse_tck.emulator.paging import cookie, next_link
from dataverse_tck.emulator.query import REFERENCE, Query
from dataverse_tck.emulator.selections import Row, check_names, ordered_values, selection

if TYPE_CHECKING:
    from dataverse_tck.emulator.rendering import Annotations

Document = dict[str, Any]
MAX_RELATED = 5_000  # rows of one expanded collection
_CHUNK = 10_000  # ids in one statement; SQLite takes 32,766 values


def expand_into(
    work: Work,
    table: Table,
    rows: Sequence[Row],
    documents: Sequence[Document],
    query: Query,
    annotations: Annotations,
    *,
    page_size: int | None = None,
) -> None:
    """Put what ``query`` expands into the documents, which are the rows as rendered, one for one.

    ``page_size`` (``odata.maxpagesize``) cuts expanded collections only where an expansion is nested, as Dataverse
    documents it.
    """
    if query.expand:
        check_names(work, table, query)
        nested = any(inner.expand for _, inner in query.expand)
        _expand(work, table, rows, documents, query, annotations, page_size if nested else None)


def _expand(
    work: Work,
    table: Table,
    rows: Sequence[Row],
    documents: Sequence[Document],
    query: Query,
    annotations: Annotations,
    page_size: int | None,
) -> None:
    for written, inner in query.expand:
        name = written.removesuffix(REFERENCE)
        one = to_one(work.organisation, table, name)
        if one is not None:
            ids = [_id(row, one) for row in rows]
            found = (
                _references(work, one, ids)
                if written != name
                else _related(work, one, ids, inner, annotations, page_size)
            )
            for document, identifier in zip(documents, ids, strict=True):
                document[name] = found.get(identifier)
            continue
        many = to_many(work.organisation, table, name)
        if many is not None:
            _collections(work, table, many, rows, documents, inner, annotations, page_size)


def _id(row: Row, relationship: Relationship) -> str | None:
    """The id of the row that this one refers to along the relationship."""
    name = relationship.referencing_attribute
    kind = row.get(name + TYPE_SUFFIX)
    if kind is not None and relationship.referenced_entity not in (OWNER, kind):
        return None
    return row.get(name)
