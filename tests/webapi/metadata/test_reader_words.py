"""What the reader of metadata says and asks in full, how many threads it takes, and how it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dataverse_tck.readings import Questions, Reading, State
from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.http.errors import Broken, Malformed
from dataverse_tck.webapi.metadata import reader
from dataverse_tck.webapi.metadata.custom_apis import read_custom_apis
from dataverse_tck.webapi.metadata.reader import read_csdl, read_metadata
from tests.support.canned_server import API, Canned, Request, reply
from tests.support.offline import ROOT, Offline, Told
from tests.support.stub_server import error

T = "EntityDefinitions(LogicalName='t')"
MADE_UP = "EntityDefinitions(LogicalName='none')"
QUESTIONS = Questions(table="t", choices=(), lookups=(), messages=("m",), made_up_table="none")
SEARCH = "EntityDefinitions?$select=LogicalName&$filter=LogicalName eq 't'"
EDMX = b'<Edmx><Schema Namespace="N"/></Edmx>'


def endpoint(**answers: Told) -> Callable[[Request], Told]:
    """Answer by a short name; what is not told is there and empty."""
    names = {"table": T, "search": SEARCH, "made_up": MADE_UP, "columns": f"{T}/Attributes", "csdl": "$metadata"}
    told = {names[name]: one for name, one in answers.items()}

    def answer(request: Request) -> Told:
        path = request.path.removeprefix(f"{API}/")
        found = told.get(path) or told.get(path.partition("?")[0] if path != SEARCH else path)
        if found:
            return found
        if path == "$metadata":
            return Canned(200, EDMX)
        return reply({"LogicalName": "t"} if path == T else {"value": []})

    return answer


def read(*, first: Answer | None = None, questions: Questions = QUESTIONS, **answers: Told) -> tuple[Any, Offline]:
    """What is read of an endpoint, and what it was asked."""
    session: Any = Offline(endpoint(**answers))
    return read_metadata(session, questions, first=first), session


def test_a_table_that_is_not_there_is_told_in_full() -> None:
    """Both exchanges bear it out, for all that lies below it, and nothing below is asked."""
    questions = Questions("t", ("c",), ("l",), ("m",), "none")
    found, session = read(table=error(404), questions=questions)
    gone: Reading[Any] = Reading(State.READ, None, "There is no table t.", ("x0001", "x0002"))
    below: Reading[Any] = Reading(
        State.UNREADABLE, None, "The table t is not there, so nothing below it can be read.", ("x0001", "x0002")
    )

    assert found.table == gone
    assert session.asked[:2] == [f"GET {T}", f"GET {SEARCH}"]
    assert [found.columns, found.many_to_one, found.one_to_many] == [below] * 3
    assert (found.choices, found.lookups) == ({"c": below}, {"l": below})
    assert not [line for line in session.asked if f"{T}/" in line]


@pytest.mark.parametrize(
    ("search", "exchanges"),
    [
        (reply({"value": [{"LogicalName": "t"}]}), ("x0001", "x0002")),
        (error(403), ("x0001", "x0002")),
        (Broken("reset"), ("x0001",)),
    ],
    ids=["found", "refused", "broken"],
)
def test_a_table_that_is_not_shown_is_told_in_full(search: Told, exchanges: tuple[str, ...]) -> None:
    """With what its key was answered."""
    found, _ = read(table=error(404), search=search)
    reason = f"{ROOT}/{T} answers 404 (no). Looking for its LogicalName did not settle whether it is there."

    assert found.table == Reading(State.UNREADABLE, None, reason, exchanges)


@pytest.mark.parametrize(
    ("told", "state", "reason"),
    [
        (error(403), State.UNREADABLE, f"{ROOT}/{T} answers 403 (no)."),
        (error(405), State.BROKEN, f"{ROOT}/{T} answers 405 (no)."),
        (Broken("reset", "x0001"), State.BROKEN, "reset"),
    ],
    ids=["403", "405", "broken"],
)
def test_a_table_is_looked_for_only_where_it_is_not_found(told: Told, state: State, reason: str) -> None:
    """Another answer says enough; without definitions the made-up table proves nothing and is not asked."""
    found, session = read(table=told)

    assert found.table == found.made_up_table == Reading(state, None, reason, ("x0001",))
    assert not [line for line in session.asked if line in {f"GET {SEARCH}", f"GET {MADE_UP}"}]


@pytest.mark.parametrize(
    ("url", "used"), [(f"http://h/{T}", True), (f"http://h/x{T}", False), (f"http://h/{T}?x", False)]
)
def test_the_first_answer_is_used_where_it_is_of_the_table(url: str, *, used: bool) -> None:
    """By its address."""
    first = Answer(200, {}, b'{"LogicalName": "first"}', url, "x9")
    found, session = read(first=first)

    assert found.table.content == {"LogicalName": "first" if used else "t"}
    assert (f"GET {T}" not in session.asked) is used


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        *((error(status), Reading(State.READ)) for status in (204, 302, 400, 401, 403, 404, 429, 499, 501)),
        *(
            (error(status), Reading(State.BROKEN, None, f"{ROOT}/{MADE_UP} answers {status} (no)."))
            for status in (500, 502, 503)
        ),
        (reply({"LogicalName": "none"}), Reading(State.READ, {"LogicalName": "none"})),
    ],
    ids=lambda it: str(it.status) if isinstance(it, Canned) else "",
)
def test_a_made_up_table(told: Told, expected: Reading[Any]) -> None:
    """Every answer but 200 says that it is not there, unless the endpoint broke; with the exchange."""
    session: Any = Offline(endpoint(made_up=told))
    found = reader._read_made_up(session, "none")

    assert found == Reading(expected.state, expected.content, expected.reason, ("x0001",))


def test_a_made_up_table_that_broke() -> None:
    """Says nothing."""
    assert read(made_up=Broken("reset", "x9"))[0].made_up_table == Reading(State.BROKEN, None, "reset", ("x9",))


@pytest.mark.parametrize("rows", [[{}], [{"LogicalName": 7}], [{"LogicalName": "a"}, {"LogicalName": "a"}]])
def test_columns_that_cannot_be_told_apart(rows: list[object]) -> None:
    """The sentence names the address without its query."""
    found, _ = read(columns=reply({"value": rows}))

    assert found.columns.state is State.BROKEN
    assert found.columns.reason == f"{ROOT}/{T}/Attributes lists columns without a LogicalName of their own."
    assert len(found.columns.exchanges) == 1


@pytest.mark.parametrize(("status", "state"), [(403, State.UNREADABLE), (500, State.BROKEN)])
def test_columns_that_are_refused(status: int, state: State) -> None:
    """With reason and exchange."""
    found, _ = read(columns=error(status))

    assert (found.columns.state, found.columns.content) == (state, None)
    assert found.columns.reason == f"{ROOT}/{T}/Attributes answers {status} (no)."
    assert len(found.columns.exchanges) == 1


@pytest.mark.parametrize(
    ("told", "state", "reason", "exchanges"),
    [
        (Canned(200, EDMX), State.READ, "", ("x0001",)),
        (error(404), State.UNREADABLE, f"{ROOT}/$metadata answers 404 (no).", ("x0001",)),
        (error(500), State.BROKEN, f"{ROOT}/$metadata answers 500 (no).", ("x0001",)),
        (Canned(200, b"<Edmx/>"), State.BROKEN, "$metadata is not CSDL: it holds no Schema.", ("x0001",)),
        (Malformed("cut", "x9"), State.BROKEN, "cut", ("x9",)),
    ],
    ids=["read", "404", "500", "no schema", "cut"],
)
def test_csdl(told: Told, state: State, reason: str, exchanges: tuple[str, ...]) -> None:
    """What closes the document is of the same exchange."""
    session: Any = Offline(lambda request: told)
    found = read_csdl(session)

    assert (found.state, found.reason, found.exchanges) == (state, reason, exchanges)
    assert (found.content is not None) is (state is State.READ)


def test_messages_are_asked_with_and_without_what_is_private() -> None:
    """The plainer question where a column is not known."""

    def answer(request: Request) -> Told:
        return error(400) if "isprivate" in request.path else endpoint()(request)

    session: Any = Offline(answer)
    read_metadata(session, QUESTIONS)
    apis = "customapis?$select=uniquename,isfunction,bindingtype,boundentitylogicalname,allowedcustomprocessingsteptype"

    assert sorted(line for line in session.asked if "sdkmessages?" in line or "customapis?" in line) == [
        f"GET {apis}&$filter=uniquename eq 'm'",
        f"GET {apis},isprivate&$filter=uniquename eq 'm'",
        "GET sdkmessages?$select=name&$filter=name eq 'm'",
        "GET sdkmessages?$select=name,isprivate&$filter=name eq 'm'",
    ]


def test_eight_threads_read_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """They say what they are for; the pool takes nothing more afterwards."""
    pools: list[tuple[Any, Any, ThreadPoolExecutor]] = []

    def pool(*arguments: Any, **named: Any) -> ThreadPoolExecutor:
        pools.append((arguments, named, ThreadPoolExecutor(*arguments, **named)))
        return pools[-1][2]

    monkeypatch.setattr(reader, "ThreadPoolExecutor", pool)
    session = read()[1]
    ((arguments, named, made),) = pools

    assert (arguments, named, session.closed) == ((8,), {"thread_name_prefix": "metadata"}, False)
    with pytest.raises(RuntimeError, match="shutdown"):
        made.submit(print)


def test_who_interrupts_is_not_kept_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is under way is not waited for, what has not begun is not begun, and the session is closed."""
    go, begun, done = threading.Event(), threading.Semaphore(0), list[int]()
    ended = threading.Semaphore(0)

    def under_way(number: int) -> None:
        begun.release()
        go.wait(10)
        done.append(number)
        ended.release()

    def interrupted(session: Any, questions: object, table: object, pool: ThreadPoolExecutor) -> None:
        for number in range(12):
            pool.submit(under_way, number)
        for _ in range(8):
            begun.acquire(timeout=10)
        raise KeyboardInterrupt

    monkeypatch.setattr(reader, "_read_below", interrupted)
    session: Any = Offline(endpoint())
    with pytest.raises(KeyboardInterrupt):
        read_metadata(session, QUESTIONS)
    assert (done, session.closed) == ([], True)
    go.set()
    for _ in range(8):
        assert ended.acquire(timeout=10)
    assert not ended.acquire(timeout=0.05)
    assert sorted(done) == list(range(8))


@pytest.mark.parametrize("name", ["CustomAPIRequestParameters", "CustomAPIResponseProperties"])
@pytest.mark.parametrize("items", [None, {}, [7], [{}], [{"uniquename": "a"}, {"uniquename": 7}]], ids=str)
def test_custom_apis_without_their_lists_are_told_in_full(name: str, items: object) -> None:
    """The row and the list, with the exchange; the questions ask for both."""
    row = {"uniquename": "m", "CustomAPIRequestParameters": [], "CustomAPIResponseProperties": [], name: items}
    session: Any = Offline(lambda request: reply({"value": [row]}))

    reason = f"customapis answers m without a list {name} of named rows."
    assert read_custom_apis(session, ["m"]) == Reading(State.BROKEN, None, reason, ("x0001",))
    assert session.asked == [
        (
            "GET customapis?$select=uniquename,isfunction,bindingtype,boundentitylogicalname"
            "&$expand=CustomAPIRequestParameters($select=uniquename,type,isoptional),"
            "CustomAPIResponseProperties($select=uniquename,type)&$filter=uniquename eq 'm'"
        )
    ]
