"""The columns of an offer, held to a table of every kind of column."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from dataverse_tck.jsontypes import Json
from dataverse_tck.profile.offer_values import misfits
from dataverse_tck.webapi.http.errors import NotMade, TableMissing
from dataverse_tck.webapi.rows.tables import Column, Table

NAME = "msdyn_ocliveworkitem"
COLUMNS = (
    Column("subject", "String", max_length=5),
    Column("description", "Memo"),
    Column("since", "DateTime"),
    Column("key", "Uniqueidentifier"),
    Column("count", "Integer", minimum=0, maximum=10),
    Column("price", "Money"),
    Column("accepted", "Boolean"),
    Column("statuscode", "Status"),
    Column("channel", "Picklist"),
    Column("channels", "MultiSelectPicklist"),
    Column("hidden", "Picklist"),
    Column("many", "Picklist"),
    Column("file", "File"),
    Column("regardingobjectid", "Lookup"),
    Column("sealed", "Lookup", creatable=False),
    Column("ownerid", "Owner"),
    Column("createdon", "DateTime", creatable=False),
)
TABLE = Table(
    NAME,
    f"{NAME}s",
    "activityid",
    "subject",
    "UserOwned",
    {column.name: column for column in COLUMNS},
    {
        ("regardingobjectid", "account"): "regarding_account",
        ("regardingobjectid", "gone"): "regarding_gone",
        ("sealed", "account"): "sealed_account",
        ("ownerid", "owner"): "ownerid",
    },
    {"conversation_notes": "notes"},
)
ACCOUNT = "/accounts(11111111-2222-4333-8444-555555555555)"
OPTIONS = {"statuscode": (1, 2), "many": tuple(range(50)), "channel": (7, -1), "channels": (7, 8)}


def _of(name: str) -> Any:
    if name == "gone":
        raise TableMissing("no such table")
    return SimpleNamespace(entity_set=f"{name}s")


def _options(_: Table, column: Column) -> tuple[int, ...]:
    if column.name not in OPTIONS:
        raise NotMade("not shown")
    return OPTIONS[column.name]


def told(name: str, value: Json) -> tuple[str, ...]:
    tables: Any = SimpleNamespace(of=_of, options=_options)
    return misfits({name: value}, TABLE, tables)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("subject", "abcde"),
        ("description", "a long text"),
        ("since", "2026-01-01T00:00:00Z"),
        ("count", 10),
        ("count", 0),
        ("price", 1.5),
        ("price", 2),
        ("accepted", False),
        ("statuscode", 2),
        ("channel", -1),
        ("channels", "7"),
        ("channels", "8,7"),
        ("hidden", 99),
        ("file", "whatever"),
        ("regarding_account@odata.bind", ACCOUNT),
        ("regarding_account@odata.bind", ACCOUNT[1:]),
        ("regarding_account@odata.bind", f"https://org.example.com/api/data/v9.2{ACCOUNT}"),
        ("regarding_gone@odata.bind", "/gones(1)"),
        ("ownerid@odata.bind", "/systemusers(1)"),
        ("ownerid@odata.bind", "/teams(1)"),
        ("notes", "rows that are made along"),
        ("count@odata.type", "#Int32"),
    ],
)
def test_what_fits_is_let_pass(name: str, value: Json) -> None:
    """Also what the metadata does not tell: the endpoint will."""
    assert told(name, value) == ()


AT = "fixtures.offer.values"
WRONG: dict[str, tuple[str, Json]] = {
    f"{AT} has subjekt, which is no column of {NAME}. Did you mean subject?": ("subjekt", "x"),
    f"{AT} has createdon, which cannot be written when a row of {NAME} is made: leave it out.": ("createdon", "x"),
    f"{AT} has sealed_account@odata.bind, which cannot be written when a row": ("sealed_account@odata.bind", ACCOUNT),
    f"{AT}.subject is 'abcdef', but {NAME} declares String, which takes at most 5 characters.": ("subject", "abcdef"),
    f"{AT}.subject is 7, but {NAME} declares String, which takes a text in quotes.": ("subject", 7),
    f"{AT}.since is 2026, but {NAME} declares DateTime, which takes a text in quotes.": ("since", 2026),
    f"{AT}.count is 11, but {NAME} declares Integer, which takes a number from 0 to 10.": ("count", 11),
    f"{AT}.count is 1.5, but {NAME} declares Integer, which takes a whole number.": ("count", 1.5),
    f"{AT}.count is True, but {NAME} declares Integer, which takes a whole number.": ("count", True),
    f"{AT}.price is '2', but {NAME} declares Money, which takes a number.": ("price", "2"),
    f"{AT}.accepted is 1, but {NAME} declares Boolean, which takes true or false.": ("accepted", 1),
    f"{AT}.statuscode is 3, but {NAME} offers 1, 2, not 3.": ("statuscode", 3),
    f"{AT}.many is 50, but {NAME} offers {', '.join(map(str, range(20)))} and 30 more, not 50.": ("many", 50),
    f"{AT}.channel is '7', but {NAME} declares Picklist, which takes a whole number.": ("channel", "7"),
    f"{AT}.channels is 7, but {NAME} declares MultiSelectPicklist, which takes numbers in a text": ("channels", 7),
    f"{AT}.channels is 'Voice', but {NAME} declares MultiSelectPicklist, which takes numbers": ("channels", "Voice"),
    f"{AT}.channels is '7,9,10', but {NAME} offers 7, 8, not 9, 10.": ("channels", "7,9,10"),
    f'{AT} has regardingobjectid, a lookup: write regarding_account@odata.bind or regarding_gone@odata.bind = "/SET(': (
        "regardingobjectid",
        ACCOUNT,
    ),
    f"{AT} has regarding_acount@odata.bind, but no navigation property regarding_acount leads on from {NAME}.": (
        "regarding_acount@odata.bind",
        ACCOUNT,
    ),
    f"{AT}.regarding_account@odata.bind is 'abc', but takes the address of a row in quotes": (
        "regarding_account@odata.bind",
        "abc",
    ),
    f"{AT}.regarding_account@odata.bind leads to contacts, but by the metadata regarding_account leads to accounts.": (
        "regarding_account@odata.bind",
        "/contacts(1)",
    ),
    f"{AT}.ownerid@odata.bind leads to owners, but by the metadata ownerid leads to systemusers or teams.": (
        "ownerid@odata.bind",
        "/owners(1)",
    ),
}


@pytest.mark.parametrize("words", WRONG)
def test_what_does_not_fit_is_told_with_the_way_out(words: str) -> None:
    """The column, the value, and what the table takes instead."""
    (sentence,) = told(*WRONG[words])

    assert sentence.startswith(words)


def test_where_no_column_is_said_to_be_writable_nothing_is_concluded() -> None:
    """Small endpoints leave that out of their metadata."""
    columns = {name: replace(column, creatable=False) for name, column in TABLE.columns.items()}
    tables: Any = SimpleNamespace(of=_of, options=_options)

    assert (
        misfits({"subject": "x", "sealed_account@odata.bind": ACCOUNT}, replace(TABLE, columns=columns), tables) == ()
    )
