"""Take the picture of a page for the README: a run of an endpoint with one wrong label.

Usage: python tests/browser/screenshot.py FILE.png
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from dataverse_tck.endpoint.embedded import emulator
from tests.browser.run import NAMES, found
from tests.support.page_driver import READY

FAULT = "column/msdyn_channel/option/192300000/label@optionset"
SIZE = {"width": 1100, "height": 1240}


def main(target: Path) -> None:
    """Carry the run out, open its page where it shows the verdict and the failure, and take the picture."""
    browser = found()
    if browser is None:
        sys.exit(f"There is none of {', '.join(NAMES)}: `make browser` installs one.")
    with tempfile.TemporaryDirectory() as name, emulator("--fault", FAULT) as root:
        words = [sys.executable, "-m", "dataverse_tck", "run", "--endpoint", root, "--output", "out", "--seed", "7"]
        subprocess.run(words, cwd=name, stdout=subprocess.DEVNULL, check=False)
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
            page = chromium.new_page(viewport=SIZE, color_scheme="light")
            page.goto((Path(name) / "out" / "report.html").as_uri())
            page.wait_for_selector(READY, state="attached")
            page.screenshot(path=target, clip={"x": 0, "y": 0, **SIZE}, full_page=True)
            chromium.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
