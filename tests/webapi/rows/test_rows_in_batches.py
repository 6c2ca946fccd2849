"""Rows made and removed in batches, and tables read in them, at a real emulator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dataverse_tck.webapi.http import batches as module
from dataverse_tck.webapi.http import multipart
from dataverse_tck.webapi.http.batches import Batches
from dataverse_tck.webapi.rows.cleanup import clean_up
from dataverse_tck.webapi.rows.records import Records, Row
from dataverse_tck.webapi.rows.tables import Tables
from tests.support.row_kit import Emulator, Kit

CONVERSATION, ALERT = "msdyn_ocliveworkitem", "msdyn_bookingalert"
At = Callable[..., Kit]


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody sends a batch because others are slow to ask."""
    monkeypatch.setattr(module, "LINGER_S", 20.0)


def made_together(kit: Kit, batches: Batches, tables: Sequence[str]) -> list[Row]:
    """Rows, each of a scene of its own."""

    def make(records: Records, table: str) -> Row:
        records.session = batches
        try:
            return records.make(table)
        finally:
            batches.done_with()

    batches.expect(len(tables))
    with ThreadPoolExecutor(len(tables)) as pool:
        return list(pool.map(make, [kit.records(f"scene {number}") for number in range(len(tables))], tables))


def test_rows_are_made_and_removed_in_few_requests(emulator: Emulator, kit_at: At) -> None:
    """All of them are there, and gone; the keys of their tables are not asked for again."""
    kit = kit_at(emulator.root)
    batches = Batches(kit.session, 30)
    for table in (CONVERSATION, ALERT):
        kit.tables.of(table)
    before = kit.session.tally.requests
    rows = made_together(kit, batches, [CONVERSATION] * 20 + [ALERT] * 10)
    assert kit.session.tally.requests - before == 1
    there = emulator.rows()
    assert all(row.id in there[row.table] for row in rows)

    before = kit.session.tally.requests
    left = clean_up(kit.session, kit.ledger.entries, ledger=kit.ledger, batches=batches, keys=kit.tables.keys)
    there = emulator.rows()
    assert not any(row.id in there[row.table] for row in rows)
    assert left == ()
    assert all(entry.gone for entry in kit.ledger.entries)
    assert kit.session.tally.requests - before == 2


def test_a_creation_whose_answer_was_lost_is_known_as_our_own(
    emulator: Emulator, kit_at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch was carried out and could not be read: the row is there already, and it is this run's."""
    kit = kit_at(emulator.root)
    kit.tables.of(CONVERSATION)

    def broken(content: bytes, content_type: str) -> list[multipart.PartAnswer]:
        raise ValueError("half of it")

    monkeypatch.setattr(multipart, "read", broken)
    rows = made_together(kit, Batches(kit.session, 2), [CONVERSATION] * 2)

    assert all(row.id in emulator.rows()[CONVERSATION] for row in rows)
    assert not any(entry.gone for entry in kit.ledger.entries)


def test_what_a_batch_does_not_delete_is_deleted_by_itself(emulator: Emulator, kit_at: At) -> None:
    """A row that is not there is gone, and is not asked for again."""
    kit = kit_at(emulator.root)
    batches = Batches(kit.session, 30)
    kit.tables.of(CONVERSATION)
    rows = made_together(kit, batches, [CONVERSATION] * 3)
    kit.session.send("DELETE", rows[0].path)
    send, alone = kit.session.send, list[str]()

    def refusing(method: str, target: str, **what: Any) -> Any:
        alone.append(f"{method} {target}")
        if target == "/$batch" and rows[1].id.encode() in what["content"] and b"DELETE" in what["content"]:
            what["content"] = what["content"].replace(rows[1].id.encode(), b"nonsense")
        return send(method, target, **what)

    kit.session.send = refusing  # type: ignore[method-assign]
    left = clean_up(kit.session, kit.ledger.entries, batches=batches, keys=kit.tables.keys)

    assert left == ()
    assert alone[:2] == ["POST /$batch", f"DELETE {rows[1].path}"]
    assert not any("DELETE" in line for line in alone[2:])
    assert not emulator.rows()[CONVERSATION].keys() & {row.id for row in rows}


def test_tables_are_read_together_with_those_that_their_rows_need(emulator: Emulator, kit_at: At) -> None:
    """Each is what it is when read alone; making their rows then asks for nothing more."""
    alone, kit = kit_at(emulator.root), kit_at(emulator.root)
    batches = Batches(kit.session, 60)
    tables = Tables(batches)
    tables.read_all([CONVERSATION, "bookableresource", "no_such_table"], batches)
    assert kit.session.tally.requests < 12

    before = kit.session.tally.requests
    for name in (CONVERSATION, "bookableresource"):
        assert tables.of(name) == alone.tables.of(name)
    for column in tables.of("bookableresource").columns.values():
        for target in column.targets if column.is_required_link else ():
            tables.of(target)
    assert kit.session.tally.requests == before
    assert tables.keys["bookableresource"] == "bookableresourceid"


def test_what_was_read_already_is_not_read_again(emulator: Emulator, kit_at: At) -> None:
    """Which is read, when a run is judged again, nobody could tell."""
    kit = kit_at(emulator.root)
    batches = Batches(kit.session, 60)
    tables = Tables(batches)
    tables.of(CONVERSATION)
    before = len(kit.session.recorder.index)

    tables.read_all([CONVERSATION, "bookableresource"], batches)

    asked = [seen.url for seen in list(kit.session.recorder.index.values())[before:]]
    assert any("'bookableresource'" in url for url in asked)
    assert [url for url in asked if f"'{CONVERSATION}'" in url] == []
    assert tables.of("bookableresource").entity_set
