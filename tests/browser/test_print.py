"""The page on paper: what a certifier files away."""

from __future__ import annotations

import re
from contextlib import closing

import pytest

from tests.support.page_driver import Show


@pytest.mark.parametrize("name", ["five", "stopped"])
def test_every_sheet_says_what_it_belongs_to(show: Show, name: str) -> None:
    """The first tells the verdict, and each the run, the version of the suite and the digest of the reference."""
    from pypdfium2 import PdfDocument

    one = show(name)
    told = one.run.certificate
    run = re.sub(r"\D", "", told["started"])[:14] + "-" + told["evidence"]["sha256"][:8]

    with closing(PdfDocument(one.page.pdf(prefer_css_page_size=True))) as document:
        sheets = [sheet.get_textpage().get_text_range() for sheet in document]

    assert len(sheets) > 10
    assert told["verdict"] in sheets[0]
    assert told["endpoint"]["root"] in sheets[0]
    expected = (run, f"dataverse-tck {told['suite']['version']}", told["reference"]["sha256"][:16])
    for number, text in enumerate(sheets, 1):
        edge = text.splitlines()[0]  # what stands in the margin comes first
        assert [words for words in (*expected, f"page {number}") if words not in edge] == []
    whole = "\n".join(sheets)
    for heading in ("Failures", "The specification, with what was seen", "Requirements by surface"):
        assert heading in whole


def test_what_only_a_screen_can_use_is_not_printed(show: Show) -> None:
    """Neither filters nor buttons; and failures are all unfolded."""
    one = show("everything")
    one.page.emulate_media(media="print")

    for words in ("#filters", "nav", "#exchanges", ".skip"):
        assert not one.page.locator(words).is_visible()
    assert one.page.locator("button").filter(visible=True).count() == 0
    assert one.page.locator("h1").is_visible()
    one.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert one.page.locator(".failure:not([open])").count() == 0
