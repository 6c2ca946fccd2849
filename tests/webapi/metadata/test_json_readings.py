"""From one answer to one reading: each status and shape with its state, its reason and its exchange."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dataverse_tck.readings import Reading, State
from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.http.errors import Broken, Malformed
from dataverse_tck.webapi.metadata.json_readings import (
    broken_reading,
    object_reading,
    read_collection,
    read_object,
    refused_reading,
)
from tests.support.canned_server import reply
from tests.support.offline import Offline, Told
from tests.support.stub_server import error

URL = "http://h/x?a=b?c=d"


def answer(status: int, document: object = None, body: bytes | None = None, exchange: str = "x7") -> Answer:
    """An answer whose address has two question marks."""
    return Answer(status, {}, json.dumps(document).encode() if body is None else body, URL, exchange)


def asked(*answers: Told) -> tuple[Any, Offline]:
    """A session that gets these answers, and what it was asked."""
    left = list(answers)
    session: Any = Offline(lambda request: left.pop(0))
    return session, session


@pytest.mark.parametrize(
    ("status", "state"),
    [
        *((status, State.UNREADABLE) for status in (403, 404, 501)),
        *((status, State.BROKEN) for status in (204, 302, 400, 401, 402, 405, 429, 500, 502, 503)),
    ],
)
def test_a_status_that_is_not_200(status: int, state: State) -> None:
    """Not offered, or broken; the reason names the address up to its first question mark."""
    expected: Reading[Any] = Reading(state, None, f"http://h/x answers {status}.", ("x7",))

    assert refused_reading(answer(status, {})) == expected
    assert object_reading(answer(status, {})) == expected


@pytest.mark.parametrize(
    ("exchange", "before", "exchanges"),
    [
        (None, (), ()),
        ("x3", (), ("x3",)),
        (None, ("x1", "x2"), ("x1", "x2")),
        ("x3", ("x1", "x2"), ("x1", "x2", "x3")),
        ("x1", ("x1", "x2"), ("x1", "x2")),
    ],
)
def test_an_exchange_that_failed(exchange: str | None, before: tuple[str, ...], exchanges: tuple[str, ...]) -> None:
    """With its words, and every exchange once."""
    assert broken_reading(Broken("so it is", exchange), *before) == Reading(State.BROKEN, None, "so it is", exchanges)


@pytest.mark.parametrize("document", [{}, {"a": 1}, {"LogicalName": "x", "value": []}, {"LogicalName": None}])
def test_an_object_is_read(document: object) -> None:
    """Also one that has a value, if it has a name."""
    assert object_reading(answer(200, document)) == Reading(State.READ, document, "", ("x7",))


@pytest.mark.parametrize("document", [[], {"value": []}, {"value": None, "a": 1}, "LogicalName", 7, None], ids=str)
def test_what_is_no_object(document: object) -> None:
    """It says how it begins."""
    shape = f"a single object was asked for, it begins with {json.dumps(document)!r}."
    expected: Reading[Any] = Reading(
        State.BROKEN, None, f"http://h/x answers with JSON of another shape: {shape}", ("x7",)
    )

    assert object_reading(answer(200, document)) == expected


@pytest.mark.parametrize(
    ("body", "begins"),
    [
        (b'["%s"]' % (b"y" * 99), '["' + "y" * 58),
        (b'[\n  "a",\t"b"]', '["a", "b"]'.replace("[", "[ ", 1)),
        (b'["\xc3\xa9"]', '["é"]'),
        (b'["' + b"z" * 57 + b'\xc3\xa9"]', '["' + "z" * 57 + "\\xc3"),
    ],
    ids=["long", "lines", "letters", "cut"],
)
def test_how_a_document_begins(body: bytes, begins: str) -> None:
    """Sixty bytes of it on one line, whatever they are."""
    assert object_reading(answer(200, body=body)).reason.endswith(f"asked for, it begins with {begins!r}.")


def test_what_is_no_json_is_broken() -> None:
    """In the words of the answer."""
    reading = object_reading(answer(200, body=b"<p>"))

    said = f"{URL} answers 200 with a body that is not JSON; it begins with '<p>'."
    assert reading == Reading(State.BROKEN, None, said, ("x7",))


def test_an_object_is_asked_for() -> None:
    """What broke on the way is a reading, too."""
    session, seen = asked(reply({"a": 1}), Broken("reset", "x9"), Broken("refused"))

    assert [read_object(session, "x?y"), read_object(session, "x"), read_object(session, "x")] == [
        Reading(State.READ, {"a": 1}, "", ("x0001",)),
        Reading(State.BROKEN, None, "reset", ("x9",)),
        Reading(State.BROKEN, None, "refused", ()),
    ]
    assert seen.asked == ["GET x?y", "GET x", "GET x"]


def test_collections_are_joined() -> None:
    """In their order, with all exchanges."""
    session, seen = asked(reply({"value": [{"a": 1}]}), reply({"value": []}), reply({"value": [{"a": 2}, {}]}))

    reading = read_collection(session, ["x", "y", "z"])
    assert reading == Reading(State.READ, ({"a": 1}, {"a": 2}, {}), "", ("x0001", "x0002", "x0003"))
    assert seen.asked == ["GET x", "GET y", "GET z"]


def test_nothing_to_ask_is_read() -> None:
    """And is empty."""
    assert read_collection(asked()[0], []) == Reading(State.READ, (), "", ())


BEGINS = "answers with JSON of another shape: a list of objects named value was expected, it begins with"


@pytest.mark.parametrize(
    ("told", "state", "reason"),
    [
        (error(403), State.UNREADABLE, "{} answers 403 (no)."),
        (error(500), State.BROKEN, "{} answers 500 (no)."),
        (error(400), State.BROKEN, "{} answers 400 (no)."),
        (reply([]), State.BROKEN, f"{{}} {BEGINS} '[]'."),
        (reply({"value": {}}), State.BROKEN, f"{{}} {BEGINS} '{{{{\"value\": {{{{}}}}}}}}'."),
        (reply({"value": [{}, 1]}), State.BROKEN, f"{{}} {BEGINS} '{{{{\"value\": [{{{{}}}}, 1]}}}}'."),
    ],
    ids=["403", "500", "400", "list", "object", "number"],
)
def test_a_part_that_was_not_read_spoils_the_whole(told: Told, state: State, reason: str) -> None:
    """Nothing is kept of the rest, but every exchange; what follows is not asked."""
    session, seen = asked(reply({"value": [{}]}), told)
    where = f"{session.root}/y"

    reading = read_collection(session, ["x", "y?$select=a", "z"])
    assert reading == Reading(state, None, reason.format(where), ("x0001", "x0002"))
    assert len(seen.asked) == 2


@pytest.mark.parametrize("exchange", ["x0002", None])
def test_a_part_that_broke_spoils_the_whole(exchange: str | None) -> None:
    """With the exchanges before it."""
    session, _ = asked(reply({"value": [{}]}), Malformed("no JSON", exchange))
    exchanges = ("x0001", "x0002") if exchange else ("x0001",)

    assert read_collection(session, ["x", "y"]) == Reading(State.BROKEN, None, "no JSON", exchanges)


@pytest.mark.parametrize(
    ("status", "plainer", "state", "paths"),
    [
        (400, ["p"], State.READ, ["GET x", "GET p"]),
        (400, [], State.BROKEN, ["GET x"]),
        (404, ["p"], State.UNREADABLE, ["GET x"]),
        (500, ["p"], State.BROKEN, ["GET x"]),
    ],
)
def test_what_is_plainer_is_asked_where_a_column_is_not_known(
    status: int, plainer: list[str], state: State, paths: list[str]
) -> None:
    """That is 400; a plainer question that is refused as well is not asked a third time."""
    session, seen = asked(error(status), reply({"value": [{"a": 1}]}))
    assert (read_collection(session, ["x"], plainer).state, seen.asked) == (state, paths)

    session, seen = asked(error(400), error(400))
    reading = read_collection(session, ["x"], ["p"])
    assert (reading.state, reading.exchanges, seen.asked) == (State.BROKEN, ("x0002",), ["GET x", "GET p"])
