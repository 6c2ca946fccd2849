"""What runs that write cost: at the embedded emulator, and at endpoints that answer late, or say that they are busy.

Usage: python benchmarks/data.py [ROUNDS] [--strict]. Medians; processor time beside, since it holds on a busy machine
too. With --strict the exit code is 1 when a goal is missed. The kit and the endpoint share the machine.

ideal: all requests at 100 ms, as many at once as allowed. ratio: (wall - 2.5) / ideal, the 2.5 seconds being start,
the surface, collection and reports.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from dataverse_tck.endpoint.embedded import PROFILE, emulator

HERE = Path(__file__).parent
LATENCY_S, APART_S = 0.1, 2.5
LATE = ("--latency", f"{LATENCY_S * 1000:.0f}")
LATE_CASCADES_S = 1.5
PARTS = ("start", "requests", "perform", "tell", "clean", "reports")
DATA = ("--level", "data")
CALLS = ("--level", "calls", "--profile", str(PROFILE))
GOALS = {  # what the run is told -> the seconds that it may take
    "32 at once": ((*DATA, "--workers", "32"), 8.0),
    "8 at once": ((*DATA, "--workers", "8"), 19.0),
    "auto": (DATA, 10.0),
    "auto, all three levels": (CALLS, 20.0),
}
GOAL_RATIO, GOAL_MORE_S, GOAL_REFUSED = 1.6, 8.0, 5
missed: list[str] = []


def run(*arguments: str, ends: int = 0) -> dict[str, Any]:
    """Run the kit to that exit code; return where its seconds went, and what its files say of requests."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "run")
        command = [sys.executable, str(HERE / "timed_run.py"), *arguments, "--output", str(output)]
        begun = time.time()
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=folder, env={**os.environ, "BORN": str(begun)}, check=False
        )
        wall = time.time() - begun
        if done.returncode != ends:
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        certificate = json.loads((output / "certificate.json").read_text(encoding="utf-8"))
        with (output / "exchanges.ndjson").open(encoding="utf-8") as lines:
            again = sum(json.loads(line).get("attempts", 1) - 1 for line in lines)
    split = json.loads(done.stdout.strip().splitlines()[-1])
    return {"wall": wall, "again": again, **split, **certificate["requests"], **certificate["run"]}


def at(endpoint: tuple[str, ...], *arguments: str, ends: int = 0) -> dict[str, Any]:
    """Run the kit at a new endpoint, with no row in it."""
    with emulator(*endpoint) as root:
        return run("--endpoint", root, "--allow-writes", *arguments, ends=ends)


def median(rounds: list[dict[str, Any]], name: str) -> float:
    """Return the median of one figure."""
    return statistics.median(one[name] for one in rounds)


def told(what: str, figure: float, goal: float, text: str) -> None:
    """Print a figure beside its goal, and note where that is missed."""
    print(f"{what:<30} {text} (at most {goal:g})")
    if figure > goal:
        missed.append(what)


def embedded(rounds: int) -> None:
    """Print what the whole run without an endpoint costs."""
    prompt = [run() for _ in range(rounds)]
    wall, requests, parts = (median(prompt, name) for name in ("wall", "number", "in_batches"))
    told("embedded, all three levels", wall, 9.0, f"{wall:.1f} s")
    print(f"  requests, more in batches    {requests:.0f}, {parts:.0f}")
    print(
        f"  milliseconds each            {1000 * wall / requests:.2f}; {1000 * wall / (requests + parts):.2f} of both"
    )
    for name in PARTS:
        print(f"  {name:<28} {median(prompt, name):.1f} s")
    print(f"  processor                    {median(prompt, 'processor'):.1f} s of the kit")
    print(f"                               {median(prompt, 'processor of children'):.1f} s of the emulator")
    print(f"  memory of the kit            {median(prompt, 'memory'):.0f} MiB")


def late(rounds: int) -> None:
    """Print what runs cost where each answer comes 100 ms late, and where cascades come later still."""
    walls = {}
    for name, (arguments, goal) in GOALS.items():
        found = [at(LATE, *arguments) for _ in range(rounds)]
        wall, requests, most = (median(found, what) for what in ("wall", "number", "at_once"))
        ideal = requests * LATENCY_S / most
        walls[name] = wall
        told(f"100 ms late, {name}", wall, goal, f"{wall:.1f} s, {requests:.0f} requests, {most:.0f} at once")
        told("  ratio to the ideal", (wall - APART_S) / ideal, GOAL_RATIO, f"{(wall - APART_S) / ideal:.2f}")
        print(f"  processor                    {median(found, 'processor'):.1f} s of the kit")
    delayed = [at((*LATE, "--cascade-delay", f"{LATE_CASCADES_S}"), *DATA) for _ in range(rounds)]
    more = median(delayed, "wall") - walls["auto"]
    told("cascades 1.5 s late as well", more, GOAL_MORE_S, f"{more:.1f} s more")


def busy() -> None:
    """Print how a run gets on with an endpoint that refuses what is too much."""
    limited = at(("--throttle", "600/30"), *DATA)
    told(
        "600 requests in 30 s",
        limited["again"],
        GOAL_REFUSED,
        f"{limited['again']} refused, in {limited['wall']:.0f} s",
    )
    tenth = at((*LATE, "--throttle-every", "10"), *DATA, "--workers", "8")
    bound = 2 * tenth["number"] * LATENCY_S / 8 + tenth["waited_s"]
    told("every tenth is refused", tenth["wall"], round(bound), f"{tenth['wall']:.0f} s, {tenth['again']} refused")


def main() -> None:
    """Print every figure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("rounds", nargs="?", type=int, default=3)
    options.add_argument("--strict", action="store_true")
    chosen = options.parse_args()
    embedded(chosen.rounds)
    late(chosen.rounds)
    busy()
    if missed:
        print(f"missed: {', '.join(missed)}")
    if chosen.strict and missed:
        sys.exit(1)


if __name__ == "__main__":
    main()
