"""The ledger byte by byte, and what it says of a file that is none."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from dataverse_tck.webapi.http.errors import NotAllowed
from dataverse_tck.webapi.rows.ledger import Ledger, LedgerContents, PlannedRow, read_ledger

ONE = "00000000-0000-0000-0000-00000000000a"
HEADER = '{"format":"dataverse-tck ledger 1","seed":1}\n'
PLANNED = f'{{"planned":{{"table":"t","entity_set":"ts","id":"{ONE}","scene":"s"}}}}\n'
GONE = f'{{"gone":"{ONE}"}}\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a ledger may be."""
    return tmp_path / "ledger.ndjson"


def refused(path: Path) -> str:
    """What is said of a file that is no ledger."""
    with pytest.raises(NotAllowed) as told:
        read_ledger(path)
    return str(told.value)


def test_every_byte_of_a_ledger(path: Path) -> None:
    """Each line is there as soon as it is written; what is gone is marked once."""
    with Ledger(path, {"seed": 1}) as ledger:
        assert path.read_bytes().decode() == HEADER
        ledger.plan("t", "ts", ONE, "s")
        assert path.read_bytes().decode() == HEADER + PLANNED
        for _ in range(2):
            ledger.mark_gone(ONE)
        assert path.read_bytes().decode() == HEADER + PLANNED + GONE
        assert ledger.entries == (PlannedRow("t", "ts", ONE, "s", gone=True),)
    assert read_ledger(path) == LedgerContents(
        {"format": "dataverse-tck ledger 1", "seed": 1}, (PlannedRow("t", "ts", ONE, "s", gone=True),)
    )


def test_a_row_has_a_path_and_is_there() -> None:
    """Until it is known to be gone."""
    row = PlannedRow("t", "ts", ONE, "s")

    assert (row.path, row.gone) == (f"ts({ONE})", False)


def test_a_closed_ledger_takes_nothing_more(path: Path) -> None:
    """Whether it was closed or left."""
    closed = Ledger(path, {})
    closed.close()
    with Ledger(path, {}) as left:
        pass
    for ledger in (closed, left):
        with pytest.raises(ValueError, match="closed file"):
            ledger.plan("t", "ts", ONE, "s")


def test_what_was_not_planned_cannot_be_gone(path: Path) -> None:
    """It is a mistake of the kit."""
    with Ledger(path, {}) as ledger, pytest.raises(KeyError):
        ledger.mark_gone(ONE)


def test_an_id_that_is_planned_twice_is_told_in_full(path: Path) -> None:
    """With the scene; nothing is written."""
    with Ledger(path, {"seed": 1}) as ledger:
        ledger.plan("t", "ts", ONE, "s")
        with pytest.raises(ValueError, match="twice") as told:
            ledger.plan("t", "ts", ONE, "another")
        assert str(told.value) == f"The id {ONE} is planned twice: two scenes share the name 'another'."
    assert path.read_text() == HEADER + PLANNED


@pytest.mark.parametrize("torn", ["", "{", '{"planned":', PLANNED[:-1]])
def test_a_ledger_is_continued_where_it_was_torn(path: Path, torn: str) -> None:
    """Its header stays, whatever the new one says."""
    path.write_text(HEADER + PLANNED + torn)
    with Ledger(path, {"seed": 2}) as ledger:
        ledger.mark_gone(ONE)
    assert path.read_text() == HEADER + PLANNED + GONE


@pytest.mark.parametrize("torn", ["", HEADER[:-1], "{"])
def test_a_ledger_that_was_torn_in_its_header_is_begun_anew(path: Path, torn: str) -> None:
    """Nothing of it is kept."""
    path.write_text(torn)
    assert refused(path) == (
        f"{path} is empty: its run ended before anything was planned, and there is nothing to delete."
    )
    Ledger(path, {"seed": 1}).close()
    assert path.read_text() == HEADER


REST = "; nothing is deleted on its word. Correct or remove that line."


@pytest.mark.parametrize(
    ("text", "number", "problem"),
    [
        ("{}\n", 1, "'format'"),
        ('{"format": 7}\n', 1, "the format is 7, not 'dataverse-tck ledger 1'"),
        (f'{{"format": "{"z" * 99}"}}\n', 1, f"the format is {repr('z' * 99)[:80]}, not 'dataverse-tck ledger 1'"),
        (f"{HEADER}{{}}\n", 2, "'gone'"),
        (f"{HEADER}{PLANNED}{{}}\n{GONE}", 3, "'gone'"),
        (HEADER + GONE, 2, f"'{ONE}'"),
        (HEADER + PLANNED.replace('"t"', '"t/u"'), 2, f"ts({ONE}) of t/u is no row"),
        (HEADER + PLANNED.replace('"ts"', '"../ts"'), 2, f"../ts({ONE}) of t is no row"),
        (HEADER + PLANNED.replace('"ts"', '""'), 2, f"({ONE}) of t is no row"),
        (HEADER + PLANNED.replace(ONE, ONE.upper()), 2, f"ts({ONE.upper()}) of t is no row"),
        (HEADER + PLANNED.replace(ONE, ONE[:-1]), 2, f"ts({ONE[:-1]}) of t is no row"),
        (HEADER + PLANNED.replace(ONE, f"{ONE}0"), 2, f"ts({ONE}0) of t is no row"),
        (HEADER + PLANNED.replace('"scene"', '"scenes"'), 2, "'scene'"),
    ],
)
def test_a_damaged_line_is_told_in_full(path: Path, text: str, number: int, problem: str) -> None:
    """With its number and what is wrong with it."""
    path.write_text(text)

    assert refused(path) == f"{path} is not a ledger of this kit, or is damaged in line {number} ({problem}){REST}"


def test_a_file_that_cannot_be_read_is_told(path: Path) -> None:
    """Not there, or no text."""
    assert refused(path) == f"The ledger {path} cannot be read: [Errno 2] No such file or directory: '{path}'."
    path.write_bytes(b"\xff\n")
    assert refused(path).startswith(f"The ledger {path} cannot be read: 'utf-8' codec can't decode byte 0xff")


def test_ids_of_any_digits_are_ids(path: Path) -> None:
    """In lower case, as they are planned."""
    ids = [str(UUID(int=number)) for number in (0, (1 << 128) - 1, 0xABCDEF)]
    with Ledger(path, {}) as ledger:
        for one in ids:
            ledger.plan("t_1", "Ts", one, "s")
    assert [entry.id for entry in read_ledger(path).entries] == ids
