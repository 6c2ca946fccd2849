"""The ledger: on disk before the request, readable after any death, trusted only when it is whole."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from dataverse_tck.suite_files import suite_root
from dataverse_tck.webapi.http.errors import NotAllowed
from dataverse_tck.webapi.rows.ledger import Ledger, PlannedRow, read_ledger
from tests.support.row_kit import HEADER

SCHEMA = json.loads((suite_root() / "schemas" / "outputs" / "ledger.schema.json").read_text("utf-8"))


def guid(number: int) -> str:
    """A GUID that is easy to tell from others."""
    return str(UUID(int=number))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A ledger with two rows, one of them gone."""
    with Ledger(tmp_path / "ledger.ndjson", HEADER) as ledger:
        ledger.plan("task", "tasks", guid(1), "one")
        ledger.plan("account", "accounts", guid(2), "two")
        ledger.mark_gone(guid(1))
    return tmp_path / "ledger.ndjson"


def test_every_line_is_valid(path: Path) -> None:
    """The file is what its schema says, and reads back."""
    Draft202012Validator.check_schema(SCHEMA)
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for line in lines:
        Draft202012Validator(SCHEMA).validate(line)
    contents = read_ledger(path)
    assert len(lines) == 4
    assert contents.header == {"format": "dataverse-tck ledger 1", **HEADER}
    assert contents.entries == (
        PlannedRow("task", "tasks", guid(1), "one", gone=True),
        PlannedRow("account", "accounts", guid(2), "two"),
    )


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"planned": {"table": "task", "entity_set": "tasks", "id": "1", "scene": "x"}},
        {"planned": {"table": "task", "entity_set": "../x", "id": guid(1), "scene": "x"}},
        {"gone": 1},
        {"gone": guid(1), "more": 1},
        {"format": "dataverse-tck ledger 1"},
    ],
)
def test_the_schema_is_strict(line: dict[str, Any]) -> None:
    """Lines that mean nothing are not valid."""
    assert not Draft202012Validator(SCHEMA).is_valid(line)


def test_a_plan_is_on_disk_when_plan_returns(tmp_path: Path) -> None:
    """Nothing waits in a buffer for the file to be closed."""
    with Ledger(tmp_path / "ledger.ndjson", HEADER) as ledger:
        ledger.plan("task", "tasks", guid(1), "one")
        assert [entry.id for entry in read_ledger(ledger.path).entries] == [guid(1)]


def test_a_half_written_last_line_does_not_count(path: Path) -> None:
    """Wherever it was cut off: its request was not sent, or its row is deleted once more."""
    whole = path.read_bytes()
    start = whole.rindex(b"\n", 0, -1) + 1
    for end in range(start, len(whole)):
        path.write_bytes(whole[:end])
        assert [(entry.id, entry.gone) for entry in read_ledger(path).entries] == [(guid(1), False), (guid(2), False)]


def test_a_ledger_is_continued_after_a_half_written_line(path: Path) -> None:
    """The torn line spoils nothing, the header stays."""
    path.write_bytes(path.read_bytes()[:-5])
    with Ledger(path, {**HEADER, "seed": 2}) as ledger:
        assert [entry.id for entry in ledger.entries] == [guid(1), guid(2)]
        ledger.mark_gone(guid(2))
        ledger.plan("task", "tasks", guid(3), "three")
    contents = read_ledger(path)
    assert contents.header["seed"] == 1
    assert [(entry.id, entry.gone) for entry in contents.entries] == [
        (guid(1), False),
        (guid(2), True),
        (guid(3), False),
    ]


def test_a_file_that_ended_within_its_header_is_begun_anew(tmp_path: Path) -> None:
    """Nothing was planned in it."""
    path = tmp_path / "ledger.ndjson"
    path.write_text('{"format": "data')
    with pytest.raises(NotAllowed, match="nothing to delete"):
        read_ledger(path)
    Ledger(path, HEADER).close()
    assert read_ledger(path).entries == ()


@pytest.mark.parametrize(
    "line",
    [
        '{"planned": {"table": "task", "entity_set": "tasks", "id": "1", "scene": "x"}}',
        '{"planned": {"table": "task", "entity_set": "tasks(1)/x", "id": "' + guid(1) + '", "scene": "x"}}',
        '{"planned": {"table": "task"}}',
        '{"gone": "' + guid(9) + '"}',
        "{}",
        "[]",
        "half a line",
    ],
)
def test_a_damaged_ledger_deletes_nothing(path: Path, line: str) -> None:
    """Damage before the last line is no crash of this kit; the sentence names the line."""
    path.write_text(f"{path.read_text('utf-8')}{line}\n", "utf-8")
    with pytest.raises(NotAllowed, match="damaged in line 5"):
        read_ledger(path)


@pytest.mark.parametrize("text", ['{"format": "another"}\n', '{"a": 1}\n', "hello\n"])
def test_another_file_is_no_ledger(tmp_path: Path, text: str) -> None:
    """Whatever it holds."""
    (tmp_path / "x").write_text(text)
    with pytest.raises(NotAllowed, match="not a ledger of this kit"):
        read_ledger(tmp_path / "x")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """In words."""
    with pytest.raises(NotAllowed, match="cannot be read"):
        read_ledger(tmp_path / "x")


def test_an_id_is_planned_once(path: Path) -> None:
    """Two scenes of one name would share rows; that is a mistake in the kit, found at once."""
    with Ledger(path, HEADER) as ledger, pytest.raises(ValueError, match="planned twice"):
        ledger.plan("task", "tasks", guid(2), "two")


def test_threads_write_whole_lines(tmp_path: Path) -> None:
    """All of them."""
    with Ledger(tmp_path / "ledger.ndjson", HEADER) as ledger, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: ledger.plan("task", "tasks", guid(number), "x"), range(400)))
        list(pool.map(lambda number: ledger.mark_gone(guid(number)), range(0, 400, 2)))
    entries = read_ledger(tmp_path / "ledger.ndjson").entries
    assert {entry.id for entry in entries} == {guid(number) for number in range(400)}
    assert sum(entry.gone for entry in entries) == 200


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"format": "another"}', "line 1 (the format is 'another', not 'dataverse-tck ledger 1')"),
        ("{}", "line 1 ('format')"),
        ("[]", "line 1 ("),
        ("no JSON", "line 1 ("),
    ],
    ids=["another format", "no format", "a list", "no JSON"],
)
def test_a_file_of_another_format_is_told(tmp_path: Path, line: str, words: str) -> None:
    """With both formats; nothing is deleted on its word."""
    path = tmp_path / "ledger.ndjson"
    path.write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(NotAllowed) as told:
        read_ledger(path)

    assert f"{path} is not a ledger of this kit, or is damaged in {words}" in str(told.value)
