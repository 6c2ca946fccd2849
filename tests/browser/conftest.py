"""The runs whose pages are looked at, each made once, and the browser; ``make browser`` says where that is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.page_driver import Show, Shown, shown
from tests.support.page_runs import MADE, TOKEN, Run

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

CHROMIUM = os.environ.get("CHROMIUM", "")
if not CHROMIUM:  # without a browser there is nothing to collect here
    collect_ignore_glob = ["test_*.py"]
AT_A_TIME = 2


@pytest.fixture(scope="session")
def run_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Run]]:
    """Return a run by its name; all are made beside one another, from the first asked for on."""
    folder: Path = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATAVERSE_TOKEN", TOKEN)
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            making = {name: pool.submit(make, folder / name) for name, make in MADE.items()}
            yield lambda name: making[name].result()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the browser of the system."""
    from playwright.sync_api import sync_playwright

    # As root, and in most containers, Chromium has no sandbox to offer.
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def show(browser: Browser, run_of: Callable[[str], Run]) -> Iterator[Show]:
    """Open pages of runs, by their names; at the end nothing may have gone wrong in any of them."""
    opened: list[Shown] = []

    def open_one(name: str | Run, place: str = "", **options: Any) -> Shown:
        one = shown(browser, run_of(name) if isinstance(name, str) else name, **options)
        opened.append(one)
        return one if options.get("java_script_enabled") is False else one.go(place)

    yield open_one
    for one in opened:
        one.page.context.close()
    for one in opened:
        one.nothing_is_wrong()
