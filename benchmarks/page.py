"""What the page of a run costs: its size, how long a browser takes, and how much later a run ends for it.

Usage: python benchmarks/page.py. A real run, and the same with 10,000 exchanges of 2 KB. Reading the folder and making
the page are measured in a process of their own, as a process does not give memory back.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from dataverse_tck.report.folder import read_run
from dataverse_tck.report.formats import FORMATS
from dataverse_tck.report.write import write

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.support.large_run import enlarged

GOAL_BYTES = 3_000_000
READY = "html[data-ready]"
ROUNDS = 3
MADE = FORMATS["html"]


def memory_mb() -> float:
    """Return the most memory that this process had; getrusage would count that of its parent, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def make(folder: Path, told: multiprocessing.Queue[tuple[float, float, float]]) -> None:
    """Read a run and write its page as the end of a run does; tell seconds of both, and the memory that they took."""
    pieces = MADE.pieces
    before, begun = memory_mb(), time.perf_counter()
    run = read_run(folder, is_ours=True)
    read = time.perf_counter()
    write(folder / MADE.file, pieces(run))
    told.put((read - begun, time.perf_counter() - read, memory_mb() - before))


def made(folder: Path) -> tuple[float, float, float]:
    """Make a page in a process of its own."""
    context = multiprocessing.get_context("spawn")
    told: multiprocessing.Queue[tuple[float, float, float]] = context.Queue()
    process = context.Process(target=make, args=(folder, told))
    process.start()
    found = told.get()
    process.join()
    return found


def ready_s(page: Path, chromium: str) -> float:
    """Return how long a browser takes until the page can be used."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        window = browser.new_page()
        begun = time.perf_counter()
        window.goto(page.as_uri())
        window.wait_for_selector(READY, state="attached")
        spent = time.perf_counter() - begun
        browser.close()
    return spent


def main() -> None:
    """Print the figures."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as place:
        real = Path(place, "real")
        begun = time.perf_counter()
        command = [sys.executable, "-m", "dataverse_tck", "run", "--output", str(real), "--seed", "7"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        print(f"a run of all levels            {time.perf_counter() - begun:.1f} s, with its page")
        for name, folder in (("its page", real), ("with 10,000 exchanges", enlarged(real, Path(place, "large")))):
            reading, making, memory = min(made(folder) for _ in range(ROUNDS))
            size = (folder / MADE.file).stat().st_size
            waits = [ready_s(folder / MADE.file, chromium) for _ in range(ROUNDS)] if chromium else []
            print(f"{name:30} {size / 1e6:.2f} MB (at most {GOAL_BYTES / 1e6:.0f})")
            print(f"  read, made                   {reading:.2f} s, {making:.2f} s, {memory:.0f} MiB more")
            print(f"  ready in a browser           {min(waits):.2f} s" if waits else "  there is no browser")


if __name__ == "__main__":
    main()
