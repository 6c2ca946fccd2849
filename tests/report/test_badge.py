"""The badge: a picture of the verdict, in which nobody else says anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from dataverse_tck.report.folder import read_run
from dataverse_tck.report.told_run import ToldRun
from tests.support.poisoned import hostile
from tests.support.reports import made

SVG = "{http://www.w3.org/2000/svg}"
COLOURS = {"conformant": "#14642b", "not conformant": "#a3121f", "incomplete": "#7a4a00"}


def parts(run: ToldRun) -> tuple[list[str], str, str]:
    """The texts of a badge, its title, and the colour behind the verdict."""
    drawn = ET.fromstring(made("badge", run))
    assert drawn.tag == f"{SVG}svg"
    assert drawn.get("role") == "img"
    title = drawn.findtext(f"{SVG}title")
    assert drawn.get("aria-label") == title
    ground = drawn.find(f"{SVG}rect")
    assert ground is not None
    return [one.text or "" for one in drawn.iter(f"{SVG}text")], title or "", ground.get("fill") or ""


@pytest.mark.parametrize("level", ["surface", "data", "calls"])
@pytest.mark.parametrize("verdict", COLOURS)
def test_it_says_the_verdict_and_the_level(verdict: str, level: str, run: ToldRun) -> None:
    """In the colour of the verdict; the title has the figures as well."""
    told = {**run.certificate, "verdict": verdict, "level": level}
    checked, total = told["coverage"]["checked"], told["coverage"]["requirements"]

    assert parts(replace(run, certificate=told)) == (
        ["dataverse-tck", f"{verdict} ({level})"],
        f"dataverse-tck: {verdict}, level {level}, {checked} of {total} requirements checked",
        COLOURS[verdict],
    )


def test_what_is_waived_is_part_of_it(run: ToldRun) -> None:
    """A verdict that rests on waivers says so."""
    told = {**run.certificate, "verdict": "conformant", "counts": {**run.certificate["counts"], "waived": 3}}

    assert parts(replace(run, certificate=told))[0] == ["dataverse-tck", "conformant, 3 waived (surface)"]


def test_a_run_that_was_killed_has_no_verdict(copied: Path) -> None:
    """And its badge says that, in no colour."""
    (copied / "certificate.json").unlink()

    assert parts(read_run(copied)) == (
        ["dataverse-tck", "no verdict (surface)"],
        "dataverse-tck: no verdict, level surface",
        "#4a4a4a",
    )


def test_nobody_else_says_anything_in_it(run: ToldRun) -> None:
    """It is the same whatever an endpoint says; and what is no verdict is none."""
    assert made("badge", hostile(run)) == made("badge", run)
    strange = {**run.certificate, "verdict": "<script>", "level": '"><script>'}
    assert b"script" not in made("badge", replace(run, certificate=strange))


def test_it_loads_nothing(run: ToldRun) -> None:
    """No style sheet, no script, no picture, no link."""
    tags = {one.tag.removeprefix(SVG) for one in ET.fromstring(made("badge", run)).iter()}

    assert tags == {"svg", "title", "rect", "path", "g", "text"}
    assert b"href" not in made("badge", run)
