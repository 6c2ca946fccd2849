"""Clean-up: every row of the ledger goes, no other row is touched, nothing is believed that was not seen."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from uuid import UUID

import pytest

from dataverse_tck.webapi.rows.cleanup import clean_up
from dataverse_tck.webapi.rows.ledger import PlannedRow, read_ledger
from dataverse_tck.webapi.rows.principals import find_principals
from dataverse_tck.webapi.rows.sharing import assign, grant
from tests.support.canned_server import API, Canned, Request, Serve, Server, reply
from tests.support.row_kit import Emulator, Kit
from tests.support.stub_server import Stub, error

Open = Callable[..., Kit]
NAMES = (
    "account", "contact", "incident", "task", "msdyn_ocliveworkitem", "msdyn_timegroup", "msdyn_timegroupdetail",
    "msdyn_bookingalertstatus", "msdyn_resourceterritory", "msdyn_ocvoicemail", "msdyn_smsengagementctx",
)  # fmt: skip


def entries(count: int, scene: str = "one", start: int = 0) -> list[PlannedRow]:
    """Rows of the table t."""
    return [PlannedRow("t", "ts", str(UUID(int=number)), scene) for number in range(start, start + count)]


def holding(rows: list[PlannedRow], **settings: object) -> Stub:
    """A stub that has these rows."""
    return Stub(rows={entry.path for entry in rows}, **settings)  # type: ignore[arg-type]


def deleted(stub: Stub) -> list[str]:
    """The paths that were deleted, in order."""
    return [line.removeprefix("DELETE ") for line in stub.log if line.startswith("DELETE")]


def test_rows_of_others_are_never_touched(emulator: Emulator, kit_at: Open) -> None:
    """A database full of rows of others is the same after scenarios in threads and their clean-up, cell by cell."""
    kit = kit_at(emulator.root)
    principals = find_principals(kit.session, kit.tables)
    for number in range(5):
        others = kit.records(f"others {number}", seed=99)
        for name in NAMES:
            row = others.make(name)
            assert assign(others, row, principals.others[number]).status == 204
            assert grant(others, row, kit.tables.of(name), principals.teams[0], "ReadAccess").status == 204
    kit.ledger.close()
    kit.ledger.path.unlink()
    before = emulator.rows()
    mine = kit_at(emulator.root)

    def scenario(number: int) -> None:
        records = mine.records(f"scenario {number}")
        for name in NAMES:
            row = records.make(name)
            grant(records, row, mine.tables.of(name), principals.users[0], "ReadAccess")
            assign(records, row, principals.teams[1])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(scenario, range(4)))
    between = emulator.rows()
    assert all(between[table][key] == row for table, rows in before.items() for key, row in rows.items())
    assert len(between["msdyn_ocliveworkitem"]) > len(before["msdyn_ocliveworkitem"]) >= 5
    assert clean_up(mine.session, mine.ledger.entries, ledger=mine.ledger) == ()
    assert emulator.rows() == before


def test_a_killed_run_is_cleaned_from_its_ledger(emulator: Emulator, kit_at: Open) -> None:
    """Rows that were planned and never sent, sent and never answered, made and read; and a line cut in the middle."""
    before = emulator.rows()
    kit = kit_at(emulator.root)
    records = kit.records()
    records.make("msdyn_timegroupdetail")
    kit.ledger.plan("task", "tasks", str(UUID(int=1)), "never sent")
    unanswered = str(UUID(int=2))
    kit.ledger.plan("task", "tasks", unanswered, "not answered")
    kit.session.send("POST", "tasks", content={"activityid": unanswered, "subject": "x"})
    kit.ledger.close()
    with kit.ledger.path.open("ab") as file:
        file.write(b'{"planned":{"table":"account","entity_set":"acc')
    contents = read_ledger(kit.ledger.path)
    assert len(contents.entries) == 4
    with closing(sqlite3.connect(emulator.file)) as database:
        assert database.execute("SELECT count(*) FROM task WHERE activityid = ?", [unanswered]).fetchone() == (1,)
    again = kit_at(emulator.root)
    assert clean_up(again.session, contents.entries, ledger=again.ledger) == ()
    assert emulator.rows() == before
    assert all(entry.gone for entry in read_ledger(kit.ledger.path).entries)


def test_newest_first_within_a_scene_and_only_what_is_not_gone(serve: Serve, kit_at: Open) -> None:
    """Rows that were marked gone are not asked for; progress is told."""
    rows = entries(6)
    stub = holding(rows)
    told: list[tuple[int, int]] = []
    gone = [PlannedRow(row.table, row.entity_set, row.id, row.scene, gone=row.id == rows[2].id) for row in rows]
    session = kit_at(serve(stub).root).session
    assert clean_up(session, gone, on_progress=lambda done, of: told.append((done, of))) == ()
    assert deleted(stub) == [row.path for row in reversed(rows) if row != rows[2]]
    assert stub.rows == {rows[2].path}
    assert told == [(5, 5)]


def test_a_row_that_is_not_there_is_as_good_as_deleted(serve: Serve, kit_at: Open) -> None:
    """It is looked for with the others, not on its own."""
    rows = entries(3)
    stub = holding(rows[:1])
    assert clean_up(kit_at(serve(stub).root).session, rows) == ()
    assert [line for line in stub.log if line.startswith("GET ts(")] == []


def test_what_is_gone_is_marked(serve: Serve, kit_at: Open) -> None:
    """And what is left is not."""
    stub = Stub()
    kit = kit_at(serve(stub).root)
    rows = [kit.records(f"scene {number}").make("t") for number in range(3)]
    stub.canned["DELETE", rows[1].path] = [error(403, "not yours")]
    (left,) = clean_up(kit.session, kit.ledger.entries, ledger=kit.ledger)
    assert left.id == rows[1].id
    assert left.reason == f"DELETE {rows[1].path} answers 403 (not yours)."
    assert [entry.gone for entry in read_ledger(kit.ledger.path).entries] == [True, False, True]


def test_rounds_go_on_as_long_as_something_goes(serve: Serve, kit_at: Open) -> None:
    """A row that cannot be deleted before another of another scene."""
    first, second, stuck = (entries(1, f"scene {n}", n)[0] for n in range(3))
    stub = holding([first, second, stuck])
    stub.canned["DELETE", stuck.path] = [error(400, "Restrict")]

    def answer(request: Request) -> Canned:
        path = request.path.removeprefix(f"{API}/")
        if request.method == "DELETE" and path == second.path and first.path in stub.rows:
            return error(405, "associated with another object")
        return stub(request)

    left = clean_up(kit_at(serve(answer).root).session, [first, second, stuck], workers=1)
    assert [item.path for item in left] == [stuck.path]
    assert stub.rows == {stuck.path}


def test_deleted_rows_may_be_seen_for_a_while(serve: Serve, kit_at: Open) -> None:
    """They are asked for again until they are gone."""
    stub = holding(entries(120), lag=2)
    assert clean_up(kit_at(serve(stub).root).session, entries(120)) == ()
    filters = [line for line in stub.log if "$filter" in line]
    assert len(filters) == 9
    assert max(map(len, filters)) < 8192


def test_a_row_that_only_says_it_is_deleted_remains(serve: Serve, kit_at: Open) -> None:
    """204 is not believed."""
    rows = entries(2)
    stub = holding(rows, canned={("DELETE", rows[0].path): [Canned(204)]})
    left = clean_up(kit_at(serve(stub).root).session, rows, settle_s=0.1)
    assert [(item.path, item.reason) for item in left] == [(rows[0].path, "It was deleted, and can still be read.")]


@pytest.mark.parametrize("refusal", [error(501), reply({}), Canned(200, b"<html>")])
@pytest.mark.parametrize("what", ["EntityDefinitions", "ts?"])
def test_without_filters_rows_are_looked_for_one_by_one(serve: Serve, kit_at: Open, refusal: Canned, what: str) -> None:
    """Where the definition or the filter is refused."""
    rows = entries(2)
    stub = holding(rows, canned={("DELETE", rows[0].path): [Canned(204)], ("GET", what): [refusal]})
    left = clean_up(kit_at(serve(stub).root).session, rows, settle_s=0)
    assert [item.path for item in left] == [rows[0].path]
    assert f"GET {rows[1].path}" in stub.log


def test_a_row_that_went_along_with_another_is_gone(serve: Serve, kit_at: Open) -> None:
    """Whatever its own DELETE answered."""
    rows = entries(1)
    stub = Stub(canned={("DELETE", "ts"): [error(500)]})
    assert clean_up(kit_at(serve(stub).root).session, rows) == ()


def test_nothing_that_the_endpoint_does_is_raised(kit_at: Open, talk: Callable[..., Server]) -> None:
    """An endpoint that is not there any more leaves everything, with the reason."""
    session = kit_at(talk(lambda connection: None).root).session
    left = clean_up(session, entries(3))
    assert len(left) == 3
    assert all("closed the connection" in item.reason for item in left)
