"""The table of requirements: every one, for every reader, and no cell that counts."""

from __future__ import annotations

import csv
import io

import pytest

from dataverse_tck.report.told_run import ToldRun
from tests.support.poisoned import hostile
from tests.support.reports import made


def rows(run: ToldRun) -> list[list[str]]:
    """The rows of the table."""
    content = made("csv", run)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") > len(run.requirements)
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def test_it_holds_every_requirement(run: ToldRun) -> None:
    """Each with its outcome, below the names of the columns."""
    head, *below = rows(run)

    assert head[:2] == ["outcome", "requirement"]
    assert [row[:2] for row in below] == [[it["outcome"], it["id"]] for it in run.requirements]
    assert {len(row) for row in below} == {len(head)}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "＝1+1"])  # noqa: RUF001
def test_no_cell_becomes_a_formula(text: str, run: ToldRun) -> None:
    """An apostrophe before it says that it is a text."""
    _, *below = rows(hostile(run, text))

    assert {row[2] for row in below} == {f"'{text}"}
    assert not any(cell.startswith(text[0]) for row in below for cell in row)


def test_what_begins_with_a_line_end(run: ToldRun) -> None:
    """It stands as its code."""
    assert rows(hostile(run, "\r=1"))[1][2] == "\\r=1"
