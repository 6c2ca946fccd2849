"""Where the processor's time goes in a whole run of three levels: by package, in the kit and in the emulator.

Usage: python benchmarks/where.py. Each is profiled in a run of its own, the other beside it in another process. A
profiler costs time itself, most where functions are short: the shares count, not the seconds.
"""

from __future__ import annotations

import cProfile
import pstats
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from dataverse_tck import cli
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.endpoint.embedded import PROFILE, emulator

SHOWN = 14
PACKAGE = "dataverse_tck"
LEVEL = ("--level", "calls", "--profile", str(PROFILE), "--allow-writes")


def profiled(work: Callable[[], object]) -> Counter[str]:
    """Return the seconds of processor that each package uses itself while work is done, in all threads."""
    profiles: list[cProfile.Profile] = []
    run = threading.Thread.run

    def run_profiled(thread: threading.Thread) -> None:
        profile = cProfile.Profile(time.thread_time)
        profiles.append(profile)
        profile.runcall(run, thread)

    threading.Thread.run = run_profiled  # type: ignore[method-assign]
    own = cProfile.Profile(time.thread_time)
    try:
        own.runcall(work)
    finally:
        threading.Thread.run = run  # type: ignore[method-assign]
    spent: Counter[str] = Counter()
    for profile in (own, *profiles):
        profile.create_stats()
        for (file, _, _), (_, _, seconds, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
            spent[package_of(file)] += seconds
    return spent


def package_of(file: str) -> str:
    """Return what a file belongs to: a room of the kit, a package that is installed, the standard library."""
    parts = Path(file).parts
    for root, depth in ((PACKAGE, 2), ("site-packages", 1)):
        if root in parts:
            at = len(parts) - parts[::-1].index(root)
            found = [root, *parts[at:]] if root == PACKAGE else parts[at:]
            return "/".join(found[: depth + (root == PACKAGE and found[1] == "emulator")]).removesuffix(".py")
    return "built-in functions" if file == "~" else f"python: {Path(file).stem}"


def told(title: str, spent: Counter[str]) -> None:
    """Print the packages that use most."""
    total = sum(spent.values())
    print(f"{title}: {total:.1f} s of processor, profiler included")
    for name, seconds in spent.most_common(SHOWN):
        print(f"  {100 * seconds / total:5.1f} %  {name}")
    print(flush=True)


def main() -> None:
    """Print both."""
    with tempfile.TemporaryDirectory() as folder:
        with emulator() as root:
            command = ["run", "--endpoint", root, "--output", f"{folder}/kit", *LEVEL]
            told("kit", profiled(lambda: cli.main(command)))

        def serve() -> None:
            with running(create_app(create_organisation())) as root:
                command = [sys.executable, "-m", PACKAGE, "run", "--endpoint", root, "--output", f"{folder}/emulator"]
                subprocess.run([*command, *LEVEL], check=True, stdout=subprocess.DEVNULL)

        told("emulator", profiled(serve))


if __name__ == "__main__":
    main()
