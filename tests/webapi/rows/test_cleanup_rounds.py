"""Clean-up in detail: which statuses count as gone, how many ids are asked for at once, and how long it waits."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from dataverse_tck.evidence.leftover import Leftover
from dataverse_tck.evidence.purpose import serve
from dataverse_tck.webapi.http.errors import Unreachable
from dataverse_tck.webapi.rows import cleanup
from dataverse_tck.webapi.rows.cleanup import clean_up
from dataverse_tck.webapi.rows.ledger import PlannedRow
from tests.support.canned_server import Canned, Request, reply
from tests.support.offline import Offline, Told
from tests.support.stub_server import Stub, error

SEEN = "It was deleted, and can still be read."


def entries(count: int, table: str = "t", scene: str = "one") -> list[PlannedRow]:
    """Rows of a table, with ids of their own."""
    first = 1000 * ord(table)
    return [PlannedRow(table, f"{table}s", str(UUID(int=first + number)), scene) for number in range(count)]


class Clock:
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self.now, self.pauses = 0.0, list[float]()

    def monotonic(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the clean-up."""
    made = Clock()
    monkeypatch.setattr(cleanup, "time", made)
    return made


def cleaned(rows: Sequence[PlannedRow], stub: Any, **options: Any) -> tuple[list[tuple[str, str]], Offline]:
    """What remains with the reason, and what was asked."""
    session: Any = Offline(stub)
    return [(left.path, left.reason) for left in clean_up(session, rows, **options)], session


def stuck(rows: Sequence[PlannedRow], *answers: Canned, **canned: list[Canned]) -> Stub:
    """An endpoint that has these rows and answers each deletion like this."""
    found = {("DELETE", "ts"): list(answers), **{("GET", start): told for start, told in canned.items()}}
    return Stub(rows={row.path for row in rows}, canned=found)


@pytest.mark.parametrize("status", [200, 204, 299, 404])
def test_answers_of_a_deletion_that_are_believed_if_the_row_is_gone(clock: Clock, status: int) -> None:
    """It can still be read: that is what is told."""
    (row,) = rows = entries(1)
    left, session = cleaned(rows, stuck(rows, Canned(status)), settle_s=0)

    assert left == [(row.path, SEEN)]
    assert [line for line in session.asked if line == f"GET {row.path}"] == []


@pytest.mark.parametrize("status", [199, 300, 301, 400, 403, 405, 412, 500])
def test_answers_of_a_deletion_that_are_none(clock: Clock, status: int) -> None:
    """The row is looked at by itself, and the refusal is told as it stands."""
    (row,) = rows = entries(1)
    left, session = cleaned(rows, stuck(rows, error(status, "so it is")))

    assert left == [(row.path, f"DELETE {row.path} answers {status} (so it is).")]
    assert session.asked == [f"DELETE {row.path}", f"GET {row.path}"]


@pytest.mark.parametrize("status", [403, 410, 500])
def test_a_row_that_could_not_be_deleted_is_gone_only_where_it_is_not_found(clock: Clock, status: int) -> None:
    """404 alone is proof."""
    rows = entries(1)
    assert len(cleaned(rows, Stub(canned={("DELETE", "ts"): [error(403)], ("GET", "ts("): [error(status)]}))[0]) == 1
    assert cleaned(rows, Stub(canned={("DELETE", "ts"): [error(403)], ("GET", "ts("): [error(404)]}))[0] == []


def test_what_breaks_is_a_reason_and_the_next_row_is_deleted(clock: Clock) -> None:
    """Of the same scene; a look that breaks proves nothing."""
    rows = entries(3)

    def answer(request: Request) -> Told:
        return Unreachable("Nobody is there.") if rows[1].id in request.path else stub(request)

    stub = Stub(rows={row.path for row in rows})
    left, session = cleaned(rows, answer)

    assert left == [(rows[1].path, "Nobody is there.")]
    assert stub.rows == {rows[1].path}
    assert session.asked[:3] == [f"DELETE {row.path}" for row in reversed(rows)]


def test_a_leftover_names_its_row(clock: Clock) -> None:
    """Table, id, path and reason."""
    (row,) = rows = entries(1)
    session: Any = Offline(stuck(rows, Canned(204)))

    assert clean_up(session, rows, settle_s=0) == (Leftover("t", row.id, row.path, SEEN),)


@pytest.mark.parametrize(("count", "sizes"), [(50, [50]), (51, [50, 1]), (100, [50, 50]), (101, [50, 50, 1])])
def test_fifty_ids_are_asked_for_at_once(clock: Clock, count: int, sizes: list[int]) -> None:
    """In filters that fit into a URL; the key is asked once for each table."""
    _, session = cleaned(entries(count), Stub())
    filters = [line for line in session.asked if line.startswith("GET ts?")]

    assert sorted((len(re.findall(r"tid eq [0-9a-f-]{36}", line)) for line in filters), reverse=True) == sizes
    assert all(line.startswith("GET ts?$select=tid&$filter=tid eq ") for line in filters)
    assert all(" " not in target for target in session.targets)
    asked = [line for line in session.asked if "EntityDefinitions" in line]
    assert asked == ["GET EntityDefinitions(LogicalName='t')?$select=LogicalName,PrimaryIdAttribute"]


def test_tables_are_asked_for_apart(clock: Clock) -> None:
    """Each by its own key, which is found out once, however many rounds there are."""
    rows = [*entries(2, "a"), *entries(2, "b"), *entries(1, "c", "another")]
    first = error(400, "in use")
    stub = Stub({"a": [], "b": [], "c": []}, {row.path for row in rows}, {("DELETE", "cs"): [first, Canned(204)]})
    left, session = cleaned(rows, stub, settle_s=0)

    assert left == [(rows[-1].path, SEEN)]
    keys = sorted(line.split("'")[1] for line in session.asked if "EntityDefinitions" in line)
    assert keys == ["a", "b", "c"]
    assert sum(line.startswith("GET as?") for line in session.asked) == 1


@pytest.mark.parametrize(
    ("settle_s", "pauses"),
    [
        (0, []),
        (0.05, [0.05]),
        (0.14, [0.05]),
        (0.16, [0.05, 0.1]),
        (30, [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5, 5]),
        (None, [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5, 5]),
    ],
)
def test_a_deleted_row_may_be_seen_for_half_a_minute(clock: Clock, settle_s: float | None, pauses: list[float]) -> None:
    """Or as long as it is told; pauses double, up to five seconds, and none ends after that."""
    options = {} if settle_s is None else {"settle_s": settle_s}
    left, session = cleaned(entries(1), stuck(entries(1), Canned(204)), **options)

    assert [reason for _, reason in left] == [SEEN]
    assert [round(pause, 6) for pause in clock.pauses] == pauses
    assert sum(line.startswith("GET ts?") for line in session.asked) == len(pauses) + 1


def test_only_what_is_still_seen_is_asked_for_again(clock: Clock) -> None:
    """The others are gone for good."""
    rows = entries(2)
    stub = Stub(rows={row.path for row in rows}, canned={("DELETE", rows[1].path): [Canned(204)]})
    _, session = cleaned(rows, stub, settle_s=0.05)
    filters = [line for line in session.asked if line.startswith("GET ts?")]

    assert [rows[0].id in line for line in filters[:2]] == [True, False]
    assert all(rows[1].id in line for line in filters)


@pytest.mark.parametrize(
    ("shown", "seen"),
    [
        ([{"tid": str(UUID(int=0xAB)).upper()}], True),
        ([{"tid": str(UUID(int=0xAC))}], False),
        ([{"id": str(UUID(int=0xAB))}], False),
        ([], False),
    ],
    ids=["capitals", "another", "no key", "none"],
)
def test_a_filter_shows_a_row_by_its_key(clock: Clock, shown: list[Any], *, seen: bool) -> None:
    """In any case of letters; an endpoint that shows others has not shown this one."""
    row = PlannedRow("t", "ts", str(UUID(int=0xAB)), "one")
    left, _ = cleaned([row], stuck([row], Canned(204), **{"ts?": [reply({"value": shown})]}), settle_s=0)

    assert left == ([(row.path, SEEN)] if seen else [])


def test_progress_is_told_after_each_round(clock: Clock) -> None:
    """How many are gone, of how many that were not gone before; a round in which nothing goes is the last."""
    rows = [*entries(1, scene="a"), PlannedRow("t", "ts", str(UUID(int=9)), "b")]
    rows.append(PlannedRow("t", "ts", str(UUID(int=10)), "b", gone=True))
    canned = {("DELETE", rows[0].path): [error(400)]}
    told: list[tuple[int, int]] = []
    stub = Stub(rows={row.path for row in rows}, canned=canned)
    left, session = cleaned(rows, stub, on_progress=lambda *of: told.append(of))

    assert (told, [path for path, _ in left]) == ([(1, 2), (1, 2)], [rows[0].path])
    assert sum(line == f"DELETE {rows[0].path}" for line in session.asked) == 2
    assert rows[2].path in stub.rows


def test_nothing_planned_asks_nothing(clock: Clock) -> None:
    """Nor tells of progress."""
    told: list[object] = []
    left, session = cleaned([], Stub(), on_progress=lambda *of: told.append(of))

    assert (left, session.asked, told) == ([], [], [])


@pytest.mark.parametrize(("options", "workers"), [({}, 4), ({"workers": 2}, 2)])
def test_scenes_are_cleaned_by_four_at_a_time(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], workers: int
) -> None:
    """Unless it is told; their threads say what they are for."""
    pools: list[Any] = []

    def pool(*arguments: Any, **named: Any) -> ThreadPoolExecutor:
        pools.append((arguments, named))
        return ThreadPoolExecutor(*arguments, **named)

    monkeypatch.setattr(cleanup, "ThreadPoolExecutor", pool)
    cleaned(entries(1), Stub(), **options)

    ((arguments, named),) = pools
    (purpose,) = named["initargs"]
    assert (arguments, named["thread_name_prefix"], named["initializer"]) == ((workers,), "cleanup", serve)
    assert purpose.next()["phase"] == "clean-up"


def test_who_interrupts_is_not_kept_waiting_by_what_has_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is under way ends; nothing else is begun."""
    begun, go, done = threading.Event(), threading.Event(), list[int]()

    def under_way(number: int) -> None:
        begun.set()
        go.wait(10)
        done.append(number)

    def interrupted(work: Any, rows: object) -> dict[str, str]:
        for number in range(9):
            work._pool.submit(under_way, number)
        begun.wait(10)
        threading.Timer(0.02, go.set).start()
        raise KeyboardInterrupt

    monkeypatch.setattr(cleanup._CleanUp, "round", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cleaned(entries(1), Stub(), workers=1)
    assert done == [0]
