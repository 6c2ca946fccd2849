"""Queries on rows: one page of what a query finds, and how many rows that is."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from dataverse_tck.emulator.organisation.model import Table
from dataverse_tck.emulator.protocol.options import Query
from dataverse_tck.emulator.queries.expansions import expand_into
from dataverse_tck.emulator.queries.paging_cookies import cookie as write_cookie
from dataverse_tck.emulator.queries.paging_cookies import next_link, read_cookie
from dataverse_tck.emulator.queries.selections import (
    Condition,
    Row,
    Selection,
    check_names,
    fetch,
    ordered_values,
    selection,
)
from dataverse_tck.emulator.store.work import Work

__all__ = ["MAX_PAGE", "Page", "check_names", "count_rows", "expand_into", "next_link", "select_rows"]
MAX_PAGE = 5_000  # rows of one page, and the highest number that a count tells


@dataclass(frozen=True)
class Page:
    """One page: the cells of its rows, the cookie of the next page, and what ``$count=true`` asked for."""

    rows: list[Row]
    cookie: str | None = None  # a decoded $skiptoken; next_link writes it into a URL
    count: int | None = None  # 5,001 stands for all that are more than 5,000


def select_rows(
    work: Work,
    table: Table,
    query: Query,
    *,
    page_size: int | None = None,
    cookie: str | None = None,
    condition: Condition | None = None,
) -> Page:
    """One page of the rows that the query finds, each as cells: SQL column -> value.

    With ``page_size`` (``odata.maxpagesize``) ``$top`` is ignored, as Dataverse documents it. ``cookie`` is the one of
    an earlier page. ``condition`` restricts the rows further; it is given what they are selected from.
    """
    found = selection(work, table, query, condition)
    paged = bool(page_size and page_size > 0)
    wanted = page_size if page_size and paged else MAX_PAGE if query.top is None else query.top
    limit = min(wanted, work.settings.page_size or MAX_PAGE, MAX_PAGE)
    number, where = 1, found.condition
    if cookie is not None:
        number, after = read_cookie(cookie, found.orderings)
        where = sa.and_(where, after)
    statement = sa.select(*found.cells(table, query, work), *found.order_values).select_from(found.rows)
    statement = statement.where(where).order_by(*found.clauses).limit(limit + 1)
    rows = fetch(work, statement)
    is_cut = query.top is None or (work.settings.page_size is not None and query.top > limit)
    more = len(rows) > limit and (paged or is_cut)
    del rows[limit:]
    ordered = [ordered_values(row, found.orderings) for row in rows]
    following = write_cookie(number, found.orderings, ordered[0], ordered[-1]) if more and rows else None
    return Page(rows, following, _count(work, found) if query.count else None)


def count_rows(work: Work, table: Table, query: Query, condition: Condition | None = None) -> int:
    """How many rows the ``$filter`` of the query leaves: ``<set>/$count``, at most 5,000."""
    return min(_count(work, selection(work, table, query, condition)), MAX_PAGE)


def _count(work: Work, found: Selection) -> int:
    """The number of rows; beyond the limit it is not told, so that counting ends there."""
    some = sa.select(sa.literal(1)).select_from(found.rows).where(found.condition).limit(MAX_PAGE + 1).subquery()
    (row,) = fetch(work, sa.select(sa.func.count().label("number")).select_from(some))
    return int(row["number"])
