"""What a scenario asks and sends, word by word, and which exchanges it notes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from dataverse_tck.webapi.http.answer import Answer, Refused
from dataverse_tck.webapi.http.errors import Broken, Malformed, WebApiError
from dataverse_tck.webapi.rows.records import Records, Row
from tests.support.canned_server import reply
from tests.support.offline import Offline, fails
from tests.support.stub_server import Stub

ROW = Row("t", str(UUID(int=5)), f"ts({UUID(int=5)})")
At = Callable[..., Records]
DUPLICATE, NO_SUCH_ROW = "0x80040237", "0x80040217"


def asked(records: Records) -> Offline:
    """The endpoint of these records."""
    session: Any = records.session
    assert isinstance(session, Offline)
    return session


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Answer(403, {}, b"{}", "http://h/x?a?b", "x7"), Refused, "http://h/x answers 403 instead of {}."),
        (Answer(204, {}, b"", "http://h/x?a?b", "x7"), Refused, "http://h/x answers 204 instead of {}."),
        (
            Answer(200, {}, b"7", "http://h/x?a?b", "x7"),
            Malformed,
            "http://h/x answers with JSON of another shape than {}.",
        ),
    ],
    ids=["403", "204", "number"],
)
def test_what_is_no_row_and_no_list(records_at: At, answer: Answer, kind: type[WebApiError], said: str) -> None:
    """The address up to its first question mark, what was expected, and the exchange, which is noted."""
    records = records_at(lambda request: answer)

    assert fails(lambda: records.read(ROW), kind) == (said.format("a row"), "x7")
    assert fails(lambda: records.list("ts?$top=1"), kind) == (said.format("a list of rows"), "x7")
    assert records.exchanges == ["x7", "x7"]


def test_what_is_asked_and_sent(records_at: At) -> None:
    """All annotations of what is read; a change only of a row that is there."""
    records = records_at(lambda request: reply({"value": [{}]}))
    records.read(ROW)
    records.read(ROW, select=["a", "b"], headers={"A": "1"})
    records.list("ts", {"A": "2"})
    records.patch(ROW, {"a": 1})
    records.bind(ROW, "n", Row("u", "7", "us(7)"))
    records.bind(ROW, "n", None)
    records.delete(ROW)
    records.send("GET", "x", headers={"A": "3"})
    session = asked(records)

    read = 'odata.include-annotations="*"'
    assert session.prefers == [read, read, read, None, None, None, None, None]
    path = ROW.path
    assert session.asked == [
        *(f"GET {path}", f"GET {path}?$select=a,b", "GET ts", f"PATCH {path}", f"PATCH {path}", f"PATCH {path}"),
        *(f"DELETE {path}", "GET x"),
    ]
    star = {"If-Match": "*"}
    assert [one.headers for one in session.seen] == [{}, {"A": "1"}, {"A": "2"}, star, star, star, {}, {"A": "3"}]
    assert [one.json for one in session.seen[3:6]] == [
        {"a": 1},
        {"n@odata.bind": "/us(7)"},
        {"n@odata.bind": None},
    ]
    assert records.exchanges == [f"x000{number}" for number in range(1, 9)]


def test_the_exchange_of_what_goes_wrong_is_noted_once(records_at: At) -> None:
    """Where there is one."""
    left = iter([Broken("a", "x1"), Broken("b", "x1"), Broken("c"), Malformed("d", "x2")])
    records = records_at(lambda request: next(left))
    for ask in (
        lambda: records.read(ROW),
        lambda: records.list("ts"),
        lambda: records.delete(ROW),
        lambda: records.send("GET", "x"),
    ):
        with pytest.raises(WebApiError):
            ask()

    assert records.exchanges == ["x1", "x2"]


def test_values_of_a_scenario_are_its_own(records_at: At) -> None:
    """They repeat with the seed and the name, and do not hang on how many rows were made."""

    def drawn(scene: str, seed: int, made: int) -> list[float]:
        records = records_at(Stub(), scene, seed)
        first = records.made_up.random()
        for _ in range(made):
            records.make("t")
        return [first, records.made_up.random()]

    assert drawn("a", 1, 0) == drawn("a", 1, 3)
    assert len({tuple(drawn(scene, seed, 0)) for scene, seed in (("a", 1), ("b", 1), ("a", 2))}) == 3
