"""Drive the page of a run in a real browser: Chromium, of the system, and installed from Debian where there is none.

Usage: python tests/browser/run.py [ARGUMENT OF PYTEST ...]. It never skips: where there is no browser it says why, and
ends with 2.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
VARIABLE = "CHROMIUM"  # its path, for the tests; without it they are not collected


def found() -> str | None:
    """Return the path of a browser that is there."""
    return os.environ.get(VARIABLE) or next(filter(None, map(shutil.which, NAMES)), None)


def install() -> str:
    """Install Debian's browser; return why that could not be done, or nothing."""
    apt = shutil.which("apt-get")
    if apt is None:
        return "there is no apt-get"
    first: list[str] = []
    if os.geteuid():
        sudo = shutil.which("sudo")
        if sudo is None:
            return "only root may install it, and there is no sudo"
        first = [sudo, "-n"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print("installing chromium", flush=True)
    for command in (("update", "-qq"), ("install", "-qq", "--no-install-recommends", "chromium")):
        # Quietly; what goes wrong comes on stderr.
        done = subprocess.run([*first, apt, *command], env=quiet, stdout=subprocess.DEVNULL, check=False)
        if done.returncode:
            return f"'apt-get {' '.join(command)}' ended with {done.returncode}"
    return "" if found() else "apt-get installed no browser"


def main() -> int:
    """Find a browser or install it, and run the tests with it; return their exit code."""
    why = "" if found() else install()
    browser = found()
    if browser is None:
        print(f"There is no Chromium to be had: {why}. Name one with {VARIABLE}=PATH.", file=sys.stderr)
        return 2
    command = [sys.executable, "-m", "pytest", str(HERE), *sys.argv[1:]]
    return subprocess.run(command, cwd=HERE.parents[1], env={**os.environ, VARIABLE: browser}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
