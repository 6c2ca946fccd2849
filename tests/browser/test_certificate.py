"""The certificate in a browser and on paper: two sheets at most, whatever stands in it, and open to everybody."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dataverse_tck.report.folder import read_run
from tests.support.page_runs import Run
from tests.support.reports import made

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PROFILE = {"name": "acme.toml", "sha256": "d" * 64, "implementation": {"name": "Acme Desk", "version": "2.1"}}
WAIVER = {
    "requirement": "derived/relationship/msdyn_bookingrule_msdyn_ocliveworkitems/delete",
    "reason": "The vendor has promised to mend it with the release of next spring, which is being tested.",
    "owner": "jo.bloggs@acme.example",
    "expires": "2027-05-31",
    "link": "https://tracker.example/issues/7",
    "state": "in force",
    "covers": ["derived/relationship/msdyn_bookingrule_msdyn_ocliveworkitems/delete"],
}
SOLUTION = {
    "solution": "Scheduling",
    "tables": ["msdyn_bookingrule", "msdyn_timegroup"],
    "reason": "No schedule board.",
}


def full(told: dict[str, Any]) -> dict[str, Any]:
    """A certificate with some of everything that can stand on the sheet."""
    return {
        **told,
        "profile": told["profile"] or PROFILE,
        "waivers": [WAIVER] * 6,
        "not_claimed": [SOLUTION] * 3 + [{"message": "CCaaS_HoldCall", "reason": "There is no hold."}] * 6,
        "leftovers": [{"table": "t", "id": "1", "path": "msdyn_timegroups(1)", "reason": "403 (no access)"}],
        "challenge": "blue-heron-7",
        "endpoint": {**told["endpoint"], "version": "9.2.25.1", "metadata": "e" * 64},
    }


@pytest.fixture
def opened(browser: Browser, run_of: Callable[[str], Run], tmp_path: Path) -> Callable[..., Page]:
    """Open the certificate of a run; without a script, which it does not need."""

    def open_one(name: str, change: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> Page:
        run = read_run(run_of(name).out)
        told = change(json.loads(json.dumps(run.certificate)))
        path = tmp_path / "certificate.html"
        path.write_bytes(made("certificate", replace(run, certificate=told)))
        page = browser.new_context(color_scheme="light").new_page()
        page.goto(path.as_uri())
        return page

    return open_one


@pytest.mark.parametrize("name", ["right", "five", "stopped", "hostile"])
@pytest.mark.parametrize("change", [dict, full])
def test_it_has_two_sheets_at_most(opened: Callable[..., Page], name: str, change: Any) -> None:
    """Each of which says what it belongs to; the verdict stands on the first."""
    from pypdfium2 import PdfDocument

    page = opened(name, change)

    with closing(PdfDocument(page.pdf(prefer_css_page_size=True))) as document:
        sizes = [tuple(round(one) for one in sheet.get_size()) for sheet in document]
        sheets = [sheet.get_textpage().get_text_range() for sheet in document]

    assert 1 <= len(sheets) <= 2
    assert set(sizes) <= {(595, 842), (596, 842), (594, 842)}  # A4 in points
    assert all("dataverse-tck 0" in text and "reference " in text for text in sheets)
    assert page.locator(".verdict").first.inner_text() in sheets[0]
    assert "how to verify" in "".join(sheets)


@pytest.mark.parametrize("name", ["five", "stopped", "hostile"])
def test_nobody_is_shut_out(opened: Callable[..., Page], name: str) -> None:
    """axe-core finds nothing serious, in light and in dark."""
    from axe_playwright_python.sync_playwright import Axe

    page = opened(name, full)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    page.emulate_media(color_scheme="dark")
    found += Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]

    assert [
        (one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in ("serious", "critical")
    ] == []


def test_the_badge_is_a_picture(browser: Browser, run_of: Callable[[str], Run], tmp_path: Path) -> None:
    """As wide as it says, and its texts lie within."""
    path = tmp_path / "badge.svg"
    path.write_bytes(made("badge", read_run(run_of("five").out)))
    page = browser.new_context().new_page()
    page.goto(path.as_uri())
    boxes = page.evaluate("[...document.querySelectorAll('text')].map((one) => [one.getBBox().x, one.getBBox().width])")
    width = page.evaluate("document.documentElement.width.baseVal.value")

    assert len(boxes) == 2
    assert boxes[0][0] >= 0
    assert boxes[0][0] + boxes[0][1] <= boxes[1][0]
    assert boxes[1][0] + boxes[1][1] <= width
