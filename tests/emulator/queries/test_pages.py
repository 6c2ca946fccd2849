"""Pages, orders and counts of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from dataverse_tck.emulator.protocol.errors import ODataError
from dataverse_tck.emulator.protocol.options import query_options
from dataverse_tck.emulator.queries.pages import next_link
from tests.support.conversations import ACCOUNT, Conversations
from tests.support.world import CONVERSATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataverse_tck.emulator.organisation.model import Organisation

A, B, C, D = "Alpha", "beta 50%", "GAMMA_x", "delta [1]"


@pytest.fixture(scope="module")
def database(organisation: Organisation) -> Iterator[Conversations]:
    """The rows that are asked for."""
    made = Conversations(organisation)
    yield made
    made.close()


@pytest.fixture
def conversations(database: Conversations) -> Iterator[Conversations]:
    """The rows, to be changed: what a test does to them is taken back."""
    before = database.connection.begin_nested()
    yield database
    before.rollback()


def subjects(conversations: Conversations, **options: str) -> list[str | None]:
    """The subjects that a query finds, in order."""
    return [row["subject"] for row in conversations.page(select="subject", **options).rows]


ORDERED = {
    "subject": [None, A, B, D, C],
    "subject desc": [C, D, B, A, None],
    "prioritycode desc,subject desc": [C, None, D, B, A],
    "actualend,subject": [D, None, C, A, B],
    "actualend desc": [B, A, C, None, D],
    "_regardingobjectid_value,subject": [D, A, B, None, C],
    f"{ACCOUNT}/name desc,subject": [None, C, A, B, D],
    "isbilled desc,subject": [B, D, None, A, C],
    "subject,subject desc": [None, A, B, D, C],
}


@pytest.mark.parametrize("order", ORDERED)
def test_order(conversations: Conversations, order: str) -> None:
    """Text orders without case, nulls come first when ascending, lookups by the name of their row."""
    assert subjects(conversations, orderby=order) == ORDERED[order]


@pytest.mark.parametrize("order", [*ORDERED, "activityid desc", "msdyn_channel", "versionnumber desc,subject"])
@pytest.mark.parametrize("size", [1, 2, 4])
def test_pages_are_the_whole_in_order(conversations: Conversations, order: str, size: int) -> None:
    """The pages one after the other are the answer without pages, whatever it is ordered by."""
    whole = [row["activityid"] for row in conversations.page(orderby=order).rows]
    found, cookie, pages = [], None, 0
    while (pages == 0 or cookie is not None) and pages <= len(whole):
        page = conversations.page(orderby=order, page_size=size, cookie=cookie)
        found += [row["activityid"] for row in page.rows]
        cookie, pages = page.cookie, pages + 1

    assert found == whole
    assert pages == -(-len(whole) // size)


def test_a_page_neither_repeats_nor_skips_rows(conversations: Conversations) -> None:
    """A row that goes, or one that comes before the page, moves no other row to another page."""
    first = conversations.page(orderby="subject", page_size=2)
    rows = conversations.database.tables[CONVERSATION]
    conversations.connection.execute(rows.delete().where(rows.c.subject == A))
    conversations.create(CONVERSATION, subject="AAA")

    second = conversations.page(orderby="subject", page_size=2, cookie=first.cookie)

    assert [row["subject"] for row in second.rows] == [B, D]


def test_cookie_has_its_form(conversations: Conversations) -> None:
    """The cookie is Dataverse's, encoded once in itself and once more in the link, texts and nulls included."""
    conversations.create(CONVERSATION, subject='a"<&>%20\x01 ü')
    page = conversations.page(orderby="subject", select="subject", page_size=2)
    assert page.cookie is not None
    link = next_link("http://h/set", "$select=subject&%24skiptoken=old&$orderby=subject", page.cookie)
    first, last = page.rows[0]["activityid"], page.rows[1]["activityid"]

    assert link.startswith("http://h/set?$select=subject&$orderby=subject&$skiptoken=%3Ccookie%20pagenumber=%222%22%20")
    assert "pagingcookie=%22%253ccookie%2520page%253d%25221%2522%253e%253csubject%2520last%253d" in link
    assert link.endswith("%22%20istracking=%22False%22%20/%3E")
    assert query_options(link.partition("?")[2])["$skiptoken"] == page.cookie
    inner = unquote(page.cookie.split('"')[3])
    assert inner.startswith('<cookie page="1"><subject last="a%22%3C%26%3E%2520%01 %C3%BC" firstnull="1" />')
    assert inner.endswith(f'<activityid last="{{{last}}}" first="{{{first}}}" /></cookie>')
    following = conversations.page(orderby="subject", select="subject", page_size=2, cookie=page.cookie)
    assert [row["subject"] for row in following.rows] == [A, B]
    assert 'pagenumber="3"' in (following.cookie or "")


DAMAGE = {
    "nothing": lambda cookie: "",
    "cut": lambda cookie: cookie[:-3],
    "other column": lambda cookie: cookie.replace("prioritycode", "subject"),
    "no number": lambda cookie: cookie.replace("last%3d%220", "last%3d%22x"),
    "endless number": lambda cookie: cookie.replace("last%3d%220", "last%3d%22" + "9" * 500),
    "other quotes": lambda cookie: cookie.replace("%22%20first", "%27%20first"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_broken_cookies_are_refused(conversations: Conversations, damage: str) -> None:
    """A cookie that was changed is no cookie."""
    cookie = conversations.page(orderby="prioritycode", page_size=1).cookie
    assert cookie is not None
    broken = DAMAGE[damage](cookie)
    assert broken != cookie

    with pytest.raises(ODataError, match="Malformed XML in the Paging Cookie"):
        conversations.page(orderby="prioritycode", page_size=1, cookie=broken)


def test_top_ends_the_answer(conversations: Conversations) -> None:
    """``$top`` cuts without a next page; with a page size it is ignored."""
    top = conversations.page(orderby="subject", top="2")
    paged = conversations.page(orderby="subject", top="2", page_size=3)

    assert ([row["subject"] for row in top.rows], top.cookie) == ([None, A], None)
    assert len(paged.rows) == 3
    assert paged.cookie is not None
    assert conversations.page(top="0").rows == []


def test_count_is_of_all_pages(conversations: Conversations) -> None:
    """``$count`` counts what the filter leaves, whatever the page; without it nothing is counted."""
    page = conversations.page(filter="prioritycode ge 1", count="true", page_size=1)

    assert page.count == 4
    assert conversations.page(page_size=1).count is None
    assert conversations.page(filter="prioritycode ge 1", count="true", page_size=1, cookie=page.cookie).count == 4
    assert conversations.count(filter="isbilled") == 2


def test_five_thousand_are_the_most(conversations: Conversations) -> None:
    """A page has 5,000 rows at most, and a count tells no more; what is beyond is on the next page."""
    rows = conversations.database.tables["msdyn_timegroup"]
    many = [{"msdyn_timegroupid": f"{number:032x}", "versionnumber": number} for number in range(5_001)]
    conversations.connection.execute(rows.insert(), many)
    described = conversations.page("msdyn_timegroup", select="msdyn_name", count="true", page_size=100_000)

    assert len(described.rows) == 5_000
    assert described.count == 5_001  # which stands for more than 5,000
    assert len(conversations.page("msdyn_timegroup", select="msdyn_name", cookie=described.cookie).rows) == 1
    assert len(conversations.page("msdyn_timegroup", select="msdyn_name", top="6000").rows) == 5_000


def test_only_what_is_selected_is_read(conversations: Conversations) -> None:
    """A selection reads its columns, the key and the version; a lookup comes with its table."""
    (row,) = conversations.page(select="_regardingobjectid_value", top="1").rows

    assert set(row) == {"activityid", "versionnumber", "regardingobjectid", "regardingobjectid__type"}


def test_condition_narrows(conversations: Conversations) -> None:
    """The caller's own condition holds as well, on the rows and on the count."""
    page = conversations.page(filter="prioritycode ge 1", condition=lambda rows: rows.c.isbilled, count="true")

    assert {row["subject"] for row in page.rows} == {B, D}
    assert page.count == 2


def test_abstract_tables_show_the_rows_of_others(conversations: Conversations) -> None:
    """An owner is a user or a team, an activity is a row of any table of activities."""
    conversations.create("task", subject="zzz")
    owners = conversations.page("owner", orderby="name").rows
    activities = conversations.page("activitypointer", orderby="subject desc", top="2").rows

    about = conversations.page("activitypointer", condition=lambda rows: rows.c.regardingobjectid.is_(None)).rows

    assert {row["subject"] for row in about} == {"zzz", D}
    assert {row["_table"] for row in owners} == {"systemuser", "team"}
    assert [row["name"] for row in owners] == sorted((row["name"] for row in owners), key=str.casefold)
    assert [(row["subject"], row["_table"]) for row in activities] == [("zzz", "task"), (C, CONVERSATION)]


REFUSED = {
    "select": ("regardingobjectid", "Could not find a property named 'regardingobjectid'"),
    "orderby": ("nope desc", "Could not find a property named 'nope'"),
    "expand": ("subject", "is not a navigation property"),
    "skip": ("1", "Skip Clause is not supported in CRM"),
    "apply": ("aggregate($count as n)", "$apply is not supported"),
    "search": ("x", "The query parameter $search is not supported"),
}


@pytest.mark.parametrize("option", REFUSED)
def test_refused(conversations: Conversations, option: str) -> None:
    """Options that there are not, and names that the table does not have."""
    value, message = REFUSED[option]

    with pytest.raises(ODataError) as caught:
        conversations.page(**{option: value})

    assert message in caught.value.message
    assert caught.value.status == (501 if option == "apply" else 400)


@pytest.mark.parametrize(
    "order",
    [",".join(f"column{number}" for number in range(2_500)), "/".join(["createdby_msdyn_ocliveworkitem"] * 900)],
    ids=["many", "deep"],
)
def test_endless_orders_are_refused(conversations: Conversations, order: str) -> None:
    """Neither thousands of names nor thousands of steps are more than a bad request."""
    with pytest.raises(ODataError) as caught:
        conversations.page(orderby=order)

    assert caught.value.status == 400
