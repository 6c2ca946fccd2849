"""``$expand``: related rows put into documents, with one query for each navigation property and level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from dataverse_tck.emulator.organisation.model import Relationship, Table
from dataverse_tck.emulator.protocol.options import REFERENCE, Query
from dataverse_tck.emulator.queries.paging_cookies import cookie, less_top, next_link
from dataverse_tck.emulator.queries.selections import Row, check_names, fetch, ordered_values, selection
from dataverse_tck.emulator.store.navigation import (
    Many,
    kept_in,
    to_many,
    to_one,
)
from dataverse_tck.emulator.store.rendering import Annotations, load_names, reference_in, row_json
from dataverse_tck.emulator.store.work import Work

Document = dict[str, Any]
MAX_RELATED = 5_000  # rows of one expanded collection
_CHUNK = 10_000  # ids in one statement; SQLite takes 32,766 values
_PARENT, _RANK = "_parent", "_rank"  # columns of a statement on children


def expand_into(  # noqa: PLR0917 - the rows and their documents belong together
    work: Work,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
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
    check_names(work, table, query)
    nested = any(inner.expand for _, inner in query.expand)
    forced = work.settings.page_size
    _Expander(work, annotations, nested, page_size if nested else None, forced).expand(table, rows, documents, query)


@dataclass(frozen=True)
class _Collection:
    """One collection-valued expansion: whose, which, what is wanted of it, and how many rows for each parent."""

    parent: Table
    name: str
    many: Many
    query: Query
    limit: int

    def url(self, root: str, identifier: str) -> str:
        return f"{root}/{self.parent.entity_set}({identifier})/{self.name}"


@dataclass(frozen=True)
class _Expander:
    work: Work
    annotations: Annotations
    nested: bool
    page_size: int | None
    forced_size: int | None  # the most rows of any collection here; then links lead to the rest, as nested ones do

    def expand(
        self, table: Table, rows: Sequence[Mapping[str, Any]], documents: Sequence[Document], query: Query
    ) -> None:
        for written, inner in query.expand:
            name = written.removesuffix(REFERENCE)
            one = to_one(self.work.database, table, name)
            if one is not None:
                ids = [self._target(row, one) for row in rows]
                related = self._references(one, ids) if written != name else self._lookups(one, ids, inner)
                for document, identifier in zip(documents, ids, strict=True):
                    document[name] = related.get(identifier or "")
            elif (many := to_many(self.work.database, table, name)) is not None:
                limit = min(
                    MAX_RELATED if inner.top is None else inner.top,
                    self.page_size or MAX_RELATED,
                    self.forced_size or MAX_RELATED,
                    MAX_RELATED,
                )
                if inner.select is not None and many.column and not self.nested:
                    inner = replace(inner, select=(*inner.select, f"_{many.column}_value"))  # noqa: PLW2901
                self._collections(_Collection(table, name, many, inner, limit), rows, documents)
            for document in documents:
                self.work.behaviour.expanded(table, name, document)

    def _target(self, row: Mapping[str, Any], relationship: Relationship) -> str | None:
        """The id of the row that this one refers to along the relationship."""
        reference = self.work.behaviour.related(relationship, reference_in(row, relationship.referencing_attribute))
        is_of_it = reference and reference.table in kept_in(self.work.database, relationship.referenced_entity)
        return reference.id if reference and is_of_it else None

    def _references(self, relationship: Relationship, ids: Sequence[str | None]) -> dict[str, Document]:
        entity_set = self.work.database.described[relationship.referenced_entity].entity_set
        return {one: {"@odata.id": f"{self.work.root}/{entity_set}({one})"} for one in ids if one is not None}

    def _lookups(self, relationship: Relationship, ids: Sequence[str | None], query: Query) -> dict[str, Document]:
        """The documents of referenced rows by id; such a document has no ETag."""
        table = self.work.database.described[relationship.referenced_entity]
        rows: list[Row] = []
        found = selection(self.work, table, query)
        key = found.rows.c[table.primary_id]
        for chunk in _chunks({one for one in ids if one is not None}):
            statement = sa.select(*found.cells(table, query, self.work)).where(key.in_(chunk), found.condition)
            rows.extend(fetch(self.work, statement))
        documents = self._documents(table, rows, query)
        for document in documents:
            document.pop("@odata.etag", None)
        return {row[table.primary_id]: document for row, document in zip(rows, documents, strict=True)}

    def _collections(
        self, wanted: _Collection, rows: Sequence[Mapping[str, Any]], documents: Sequence[Document]
    ) -> None:
        name, query = wanted.name, wanted.query
        ids = [row[wanted.parent.primary_id] for row in rows]
        children: dict[str, list[Row]] = defaultdict(list)
        links: dict[str, str] = {}
        for chunk in _chunks(set(ids)):
            for identifier, related, link in self._children(wanted, chunk):
                children[identifier], links[identifier] = related, link
        rendered = iter(
            self._documents(wanted.many.table, [row for related in children.values() for row in related], query)
        )
        shown = {identifier: [next(rendered) for _ in related] for identifier, related in children.items()}
        for identifier, document in zip(ids, documents, strict=True):
            document[name] = shown.get(identifier, [])
            if (
                not self.nested and self.forced_size is None
            ):  # then the link is the collection itself, whether there is more of it or not
                url = wanted.url(self.work.root, identifier)
                links[identifier] = f"{url}?{query.nested_url}" if query.nested_url else url
            if links.get(identifier):
                document[f"{name}@odata.nextLink"] = links[identifier]

    def _children(self, wanted: _Collection, ids: list[str]) -> Iterator[tuple[str, list[Row], str]]:
        """For each parent that has any: its id, its first rows in order, and where the rest is, if there is more."""
        many, query, limit = wanted.many, wanted.query, wanted.limit
        found = selection(self.work, many.table, query)
        rows = found.rows
        if many.intersect is None:
            relationship = self.work.database.collections[wanted.parent.logical_name][wanted.name]
            rows, key, tied = self.work.behaviour.children(self.work, relationship, wanted.parent, rows, ids)
        else:
            key = many.intersect.c[many.near]
            tied = sa.and_(key.in_(ids), many.intersect.c[many.far] == found.rows.c[many.table.primary_id])
        rank = sa.func.row_number().over(partition_by=key, order_by=found.clauses).label(_RANK)
        cells = [*found.cells(many.table, query, self.work), *found.order_values, key.label(_PARENT), rank]
        ranked = sa.select(*cells).select_from(rows).where(tied, found.condition).subquery()
        statement = sa.select(ranked).where(ranked.c[_RANK] <= limit + 1)
        ordered = statement.order_by(ranked.c[_PARENT], ranked.c[_RANK])
        for identifier, group in groupby(fetch(self.work, ordered), key=itemgetter(_PARENT)):
            related = list(group)
            values = [ordered_values(row, found.orderings) for row in related]
            link = ""
            if len(related) > limit > 0 and (query.top is None or query.top > limit or self.nested):
                url = wanted.url(self.work.root, identifier)
                rest = less_top(query.nested_url, limit) if self.forced_size else query.nested_url
                link = next_link(url, rest, cookie(1, found.orderings, values[0], values[limit - 1]))
            yield identifier, related[:limit], link

    def _documents(self, table: Table, rows: Sequence[Row], query: Query) -> list[Document]:
        if self.annotations.formatted:
            load_names(self.work, table, rows, query.select)
        documents = [row_json(self.work, table, row, query.select, self.annotations) for row in rows]
        self.expand(table, rows, documents, query)
        return documents


def _chunks(ids: set[str]) -> Iterator[list[str]]:
    """The ids in lists that one statement can take."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
