"""The kit beside its peers: the same facts and rows asked for by plain pytest with pytest-xdist, and by cucumber-js.

Usage: python benchmarks/peers/run.py [ROUNDS] [--strict]. Medians of interleaved rounds, each at a new emulator that
answers 100 ms late. Needs Node 20 or later with npm: what package-lock.json pins is installed into build/peers.
With --strict the exit code is 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from work import work

from dataverse_tck.endpoint.embedded import emulator

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build" / "peers"
WORKERS = "8"
LATE = ("--latency", "100")
LEVELS = {"facts": ("--level", "surface"), "rows": ("--level", "data", "--allow-writes")}
# The kit, told so -> how many times as fast as each peer it has to be
GOALS = {"facts": {("--workers", WORKERS): 4.0}, "rows": {("--workers", WORKERS): 1.0, (): 2.5}}
FEATURE = """Feature: Peers
  Scenario Outline: Fact <number>
    When fact <number> is asked for
    Then it is as documented

    Examples:
      | number |
{facts}

  Scenario Outline: Chain <number>
    Given the <rows> rows of a chain
    When they are looked at <looks> times
    Then they are removed

    Examples:
      | number | rows | looks |
{chains}
"""


def install() -> None:
    """Install cucumber-js as it is pinned, and write down what there is to do."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing: cucumber-js needs Node 20 or later with npm.")
    BUILD.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc", "steps.mjs", "test_peers.py", "pytest.ini"):
        shutil.copy(HERE / name, BUILD)
    subprocess.run([npm, "ci", "--silent"], cwd=BUILD, check=True)
    wanted = work()
    (BUILD / "work.json").write_text(json.dumps(wanted), encoding="utf-8")
    facts = "\n".join(f"      | {number} |" for number in range(len(wanted["facts"])))
    chains = "\n".join(f"      | {at} | {one['rows']} | {one['looks']} |" for at, one in enumerate(wanted["chains"]))
    (BUILD / "peers.feature").write_text(FEATURE.format(facts=facts, chains=chains), encoding="utf-8")
    requests = sum(2 * one["rows"] + one["looks"] for one in wanted["chains"])
    print(f"{len(wanted['facts'])} facts; {len(wanted['chains'])} scenarios over rows, {requests} requests one by one")


def seconds(*command: str | Path, root: str) -> float:
    """Run a command to its good end; return its seconds."""
    begun = time.time()
    environment = {**os.environ, "PEER_ROOT": root, "PEER_WORK": str(BUILD / "work.json")}
    if "pytest" in command:
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # plain: none of the plug-ins that the kit is built on
    done = subprocess.run(command, cwd=BUILD, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(
            f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout[-3000:]}{done.stderr[-2000:]}"
        )
    return time.time() - begun


def xdist(what: str, root: str) -> float:
    """Let plain pytest do it."""
    test = "test_fact" if what == "facts" else "test_chain"
    command = (sys.executable, "-m", "pytest", "-q", "-p", "xdist", "-n", WORKERS)
    return seconds(*command, f"test_peers.py::{test}", root=root)


def cucumber(what: str, root: str) -> float:
    """Let cucumber-js do it."""
    name = "^Fact" if what == "facts" else "^Chain"
    program = BUILD / "node_modules" / ".bin" / "cucumber-js"
    command = (program, "--import", "steps.mjs", "--parallel", WORKERS, "--name", name, "--format", "summary")
    return seconds(*command, "peers.feature", root=root)


def kit(what: str, root: str, *arguments: str) -> float:
    """Let the kit do it, and judge and report."""
    command = (sys.executable, "-m", "dataverse_tck", "run", "--endpoint", root, *LEVELS[what])
    with tempfile.TemporaryDirectory() as folder:
        return seconds(*command, "--output", f"{folder}/run", *arguments, root=root)


def main() -> None:
    """Print the seconds of each, and how many times as fast the kit is."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("rounds", nargs="?", type=int, default=3)
    options.add_argument("--strict", action="store_true")
    chosen = options.parse_args()
    install()
    peers: dict[str, Callable[[str, str], float]] = {"pytest-xdist": xdist, "cucumber-js": cucumber}
    missed = False
    for what, goals in GOALS.items():
        found: dict[object, list[float]] = defaultdict(list)
        for _ in range(chosen.rounds):
            for name, peer in peers.items():
                with emulator(*LATE) as root:
                    found[name].append(peer(what, root))
            for arguments in goals:
                with emulator(*LATE) as root:
                    found[arguments].append(kit(what, root, *arguments))
        walls = {name: statistics.median(times) for name, times in found.items()}
        for name in peers:
            print(f"{what}, {name}, {WORKERS} workers{walls[name]:>10.1f} s")
        for arguments, goal in goals.items():
            told = " ".join(arguments).removeprefix("--") or "auto"
            for name in peers:
                ratio = walls[name] / walls[arguments]
                missed |= ratio < goal
                print(
                    f"{what}, the kit, {told}: {walls[arguments]:.1f} s, {ratio:.1f} times {name} (at least {goal:g})"
                )
    sys.exit(chosen.strict and missed)


if __name__ == "__main__":
    main()
