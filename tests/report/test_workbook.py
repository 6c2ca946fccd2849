"""The spreadsheet: the same bytes for the same run, and nothing in it that counts or leads anywhere by itself."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from dataverse_tck.report.folder import read_run
from tests.support.reports import made

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets(book: bytes) -> dict[str, list[list[str]]]:
    """The texts of all cells, by sheet and row."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        names = [it.get("name", "") for it in ET.fromstring(parts.read("xl/workbook.xml")).iter(f"{SHEET}sheet")]
        texts = [
            "".join(one.text or "" for one in it.iter(f"{SHEET}t"))
            for it in ET.fromstring(parts.read("xl/sharedStrings.xml"))
        ]
        found = {}
        for number, name in enumerate(names, 1):
            rows = ET.fromstring(parts.read(f"xl/worksheets/sheet{number}.xml")).iter(f"{SHEET}row")
            found[name] = [[_text(cell, texts) for cell in row] for row in rows]
    return found


def _text(cell: ET.Element, texts: list[str]) -> str:
    value = cell.findtext(f"{SHEET}v", "")
    return texts[int(value)] if cell.get("t") == "s" else value


def test_it_is_the_same_for_the_same_run(faulty: Path, copied: Path) -> None:
    """Byte for byte, also later."""
    assert made("xlsx", read_run(faulty)) == made("xlsx", read_run(copied))


def test_it_holds_every_requirement_and_scenario(faulty: Path) -> None:
    """Each with its outcome."""
    run = read_run(faulty)
    found = sheets(made("xlsx", run))

    assert list(found) == ["Requirements", "Scenarios", "Messages by state", "Extensions", "Run"]
    assert [row[:2] for row in found["Requirements"][1:]] == [[it["outcome"], it["id"]] for it in run.requirements]
    told = {title: taken.outcome for title, taken in run.scenarios.items()}
    assert told.items() <= {row[4]: row[0] for row in found["Scenarios"][1:]}.items()
    assert ["verdict", "not conformant"] in found["Run"]


def test_headers_stay_and_filter(faulty: Path) -> None:
    """In every sheet."""
    with zipfile.ZipFile(io.BytesIO(made("xlsx", read_run(faulty)))) as parts:
        pages = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]

    assert len(pages) == 5
    assert all('state="frozen"' in page and "<autoFilter" in page for page in pages)


def test_no_text_becomes_a_formula_or_a_link(faulty: Path) -> None:
    """Whatever it begins with."""
    run = read_run(faulty)
    worst = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(1)", "-2+3", "http://org.example.com", "\x00\x1b", "x" * 40_000]
    items = [{**item, "observed": worst[n % 7], "reason": worst[n % 7]} for n, item in enumerate(run.requirements)]

    book = made("xlsx", replace(run, certificate={**run.certificate, "requirements": items}))
    found = sheets(book)
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        pages = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))

    assert "=1+1" in {row[8] for row in found["Requirements"]}
    assert not re.search("<f[ >]|<hyperlink", pages)
    assert "... (40,000 characters)" in pages
