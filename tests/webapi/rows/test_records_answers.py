"""Answers to the making of rows: a table of statuses and codes, each with what it means for the row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.http.errors import Broken, NotMade, NotServed, Unreachable, WebApiError
from dataverse_tck.webapi.rows.records import Records, Row
from tests.support.canned_server import Canned, Request
from tests.support.offline import ROOT, Offline, Told, fails
from tests.support.stub_server import Stub, error, lookup

ROW = Row("t", str(UUID(int=5)), f"ts({UUID(int=5)})")
At = Callable[..., Records]
DUPLICATE, NO_SUCH_ROW = "0x80040237", "0x80040217"


def asked(records: Records) -> Offline:
    """The endpoint of these records."""
    session: Any = records.session
    assert isinstance(session, Offline)
    return session


def posting(*answers: Told, **settings: Any) -> Callable[[Request], Told]:
    """A stub that answers the making of rows like this, the last one from then on."""
    left, stub = list(answers), Stub(**settings)

    def answer(request: Request) -> Told:
        if request.method == "POST":
            return left.pop(0) if len(left) > 1 else left[0]
        return stub(request)

    return answer


def sent(status: int, attempts: int, code: str = "") -> Answer:
    """An answer to a request that was sent so often."""
    body = error(status, code=code).body
    return Answer(status, {}, body, f"{ROOT}/ts", "x0042", attempts)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_a_row_is_made(records_at: At, status: int) -> None:
    """By any answer that says yes."""
    records = records_at(posting(Canned(status)))
    row = records.make("t")

    assert row == Row("t", row.id, f"ts({row.id})")
    assert [(one.id, one.gone) for one in records.ledger.entries] == [(row.id, False)]


@pytest.mark.parametrize(
    ("status", "code", "kind", "said"),
    [
        *((status, "", Broken, "The endpoint makes no row of t: {}.") for status in (401, 429, 502, 503, 504)),
        *((status, "", NotMade, "The endpoint makes no row of t: {}.") for status in (199, 300, 400, 402, 403, 405)),
        *((status, "", NotMade, "The endpoint makes no row of t: {}.") for status in (409, 413, 428, 500, 501, 505)),
        (404, "", NotServed, "The endpoint declares t, and serves no rows of it: {}."),
        (404, "0x80060888", NotServed, "The endpoint declares t, and serves no rows of it: {}."),
        (404, NO_SUCH_ROW, NotMade, "The endpoint makes no row of t: {}."),
        (400, NO_SUCH_ROW, NotMade, "The endpoint makes no row of t: {}."),
    ],
)
def test_a_row_is_not_made(records_at: At, status: int, code: str, kind: type[WebApiError], said: str) -> None:
    """Refused, not served at all, or nothing was decided about it; with the exchange."""
    records = records_at(posting(error(status, code=code)))

    told = fails(lambda: records.make("t"), kind)
    assert told == (said.format(f"{status} (no)"), records.exchanges[-1])


@pytest.mark.parametrize(("status", "code"), [(412, ""), (412, "0x1"), (400, DUPLICATE), (409, DUPLICATE)])
def test_a_row_that_is_there_already(records_at: At, status: int, code: str) -> None:
    """At the first try it is somebody else's, and marked as none of ours."""
    records = records_at(posting(sent(status, 1, code)))
    said, exchange = fails(lambda: records.make("t"), NotMade)
    (entry,) = records.ledger.entries

    assert said == (
        f"{entry.path} is there already, though this run did not make it. Clean up after the run with the same seed,"
        " or choose another seed."
    )
    assert (exchange, entry.gone) == ("x0042", True)


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("attempts", [2, 3])
def test_a_row_that_is_there_already_after_a_repetition(records_at: At, attempts: int, *, there: bool) -> None:
    """It is ours if it can be read; otherwise it was not made."""
    stub = Stub()

    def answer(request: Request) -> Told:
        if request.method != "POST":
            return stub(request)
        if there:
            stub(request)
        return sent(412, attempts)

    records = records_at(answer)
    if there:
        assert records.make("t").id == records.ledger.entries[0].id
    else:
        assert fails(lambda: records.make("t"), NotMade) == ("The endpoint makes no row of t: 412 (no).", "x0042")
    assert not records.ledger.entries[0].gone
    assert asked(records).asked[-1] == f"GET {records.ledger.entries[0].path}"


OTHER = str(UUID(int=0xAB))


@pytest.mark.parametrize(
    ("named", "status", "taken"),
    [
        (f"http://h/ts({OTHER})", 204, True),
        (f"http://h/ts({OTHER.upper()})", 204, True),
        (f"http://h/ts({OTHER})", 200, True),
        (f"http://h/ts({OTHER})", 299, True),
        (f"http://h/ts({OTHER})", 199, False),
        (f"http://h/ts({OTHER})", 300, False),
        (f"http://h/ts({OTHER})", 400, False),
        (f"http://h/ts({OTHER})/x", 204, False),
        ("http://h/ts(7)", 204, False),
        ("", 204, False),
    ],
)
def test_the_id_under_which_a_row_was_made(records_at: At, named: str, status: int, *, taken: bool) -> None:
    """Written down where the endpoint chose it; both are deleted later."""
    records = records_at(posting(Canned(status, headers={"OData-EntityId": named})))
    row, _ = records.attempt("t", {})

    assert (row.id == OTHER) is taken
    assert len(records.ledger.entries) == (2 if taken else 1)
    assert [(one.table, one.entity_set, one.scene) for one in records.ledger.entries][-1] == ("t", "ts", "a")
    assert row.path == f"ts({row.id})"


def test_the_chosen_id_in_capitals_is_the_chosen_id(records_at: At) -> None:
    """It is written down once."""

    def answer(request: Request) -> Told:
        if request.method != "POST":
            return Stub()(request)
        return Canned(204, headers={"OData-EntityId": f"http://h/ts({request.json['tid'].upper()})"})

    records = records_at(answer)
    row = records.make("t")
    assert [one.id for one in records.ledger.entries] == [row.id]


def test_an_attempt_is_an_answer(records_at: At) -> None:
    """Whatever it says; but not where the table is missing."""
    records = records_at(posting(error(403)))
    row, answer = records.attempt("t", {"a": 1})
    assert (answer.status, row.id, records.ledger.entries[0].id) == (403, row.id, row.id)
    assert asked(records).seen[-1].json == {"a": 1, "tid": row.id}

    said = f"The endpoint has no table u, or does not show it to this caller: {ROOT}/EntityDefinitions"
    told = fails(lambda: records.attempt("u", {}), NotMade)
    assert told[0].startswith(said)
    assert told[1] == "x0005"


REQUIRED = {"LogicalName": "c", "AttributeType": "Integer", "IsValidForCreate": True, "RequiredLevel": "SystemRequired"}


@pytest.mark.parametrize(
    ("values", "without", "body"),
    [({}, [], {"c": int}), ({"c": None}, [], {"c": type(None)}), ({}, ["c"], {}), ({"d": 1}, ["c"], {"d": int})],
)
def test_what_is_given_and_what_is_left_out(records_at: At, values: Any, without: list[str], body: Any) -> None:
    """Values go over what the kit would give; what is to be left out stays out."""
    records = records_at(posting(Canned(204), tables={"t": [REQUIRED]}))
    row = records.make("t", values, without=without)
    told = asked(records).seen[-1].json

    assert told.pop("tid") == row.id
    assert {name: type(value) for name, value in told.items()} == body


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("SystemRequired", "A row of t needs a c, which cannot be given. The endpoint makes no row of a: 403 (no)."),
        ("ApplicationRequired", None),
    ],
)
def test_a_lookup_that_cannot_be_given(records_at: At, level: str, said: str | None) -> None:
    """Where it is enforced the row is not made; else it is made without."""
    stub = Stub({"t": [lookup("c", "a", level=level)], "a": []}, canned={("POST", "as"): [error(403)]})
    records = records_at(stub)
    if said:
        assert fails(lambda: records.make("t"), NotMade)[0] == said
    else:
        records.make("t")
        assert asked(records).seen[-1].json.keys() == {"tid"}


def test_a_lookup_without_a_target_that_is_there(records_at: At) -> None:
    """Told when the row is refused: perhaps that was why."""
    stub = Stub({"t": [lookup("c", level="ApplicationRequired")]}, canned={("POST", "ts"): [error(400)]})

    assert fails(lambda: records_at(stub).make("t"), NotMade)[0] == (
        "The endpoint makes no row of t: 400 (no). A row of t needs a c, which cannot be given."
        " None of its targets is there."
    )


def test_what_is_not_reached_is_told_as_it_is(records_at: At) -> None:
    """It is no refusal; the row stays in the ledger, as it may have been made."""
    records = records_at(posting(Unreachable("Nobody is there.", "x9")))

    assert fails(lambda: records.make("t"), Unreachable) == ("Nobody is there.", "x9")
    assert [entry.gone for entry in records.ledger.entries] == [False]
