"""``requirements.csv``: the traceability matrix for whatever reads tables (RFC 4180, UTF-8 with its mark)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from dataverse_tck.report.exports.matrix import COLUMNS, LONGEST, row
from dataverse_tck.report.told_run import ToldRun
from dataverse_tck.reporting.harmless import harmless

# What makes a spreadsheet count, wide letters too. Quotation marks do not help: it takes them off first.
_FORMULA = tuple("=+-@\t\r＝＋－＠")  # noqa: RUF001


def pieces(run: ToldRun) -> Iterator[bytes]:
    """Yield the table, a line at a time. Without its mark, Excel would take it for another encoding."""
    yield b"\xef\xbb\xbf" + _line([name for name, _ in COLUMNS])
    for item in run.requirements:
        yield _line(row(item))


def _line(cells: Sequence[object]) -> bytes:
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator="\r\n").writerow([_cell(one) for one in cells])
    return made.getvalue().encode()


def _cell(value: object) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    text = harmless("" if value is None else value, LONGEST)
    return f"'{text}" if text.startswith(_FORMULA) else text
