"""A run of 10,000 exchanges."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dataverse_tck.commands.report import report
from tests.support.large_run import enlarged
from tests.support.page_driver import Show
from tests.support.page_runs import Run

MOST_BYTES = 3_000_000


def test_a_page_of_many_exchanges_can_be_sent_and_searched(
    show: Show, run_of: Callable[[str], Run], tmp_path: Path
) -> None:
    """It is at most 3 MB, tells every exchange, and leads to each of them."""
    run = Run(tmp_path)
    enlarged(run_of("five").out, run.out)
    assert report(run.out, "html", None) == 0
    assert run.page.stat().st_size <= MOST_BYTES

    one = show(run, "#exchanges")
    one.page.wait_for_selector("#exchange-rows tr")
    assert one.page.locator("#exchange-shown").inner_text() == "1 to 100 of 10000"
    one.page.evaluate("location.hash = 'exchange/x90100'")
    one.page.wait_for_function("document.activeElement.id === 'exchange/x90100'")

    assert one.is_in_sight("exchange/x90100")
    assert one.page.locator("#exchange-rows tr").count() <= 100
