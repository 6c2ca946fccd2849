"""What the data run costs: surface and data at the embedded emulator, and at one that answers 100 ms late.

Usage: python benchmarks/data.py [ROUNDS] [--strict]. Medians; processor time beside, since it holds on a busy machine
too. With --strict the exit code is 1 when a goal is missed.

ideal: all requests at 100 ms, 8 at once. ratio: (wall - 5) / ideal, the 5 seconds being start, collection and reports.
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

from dataverse_tck.endpoint.embedded import emulator

HERE = Path(__file__).parent
GOAL_S, GOAL_RATIO = 15.0, 1.3
LATENCY_S, WORKERS, APART_S = 0.1, 8, 5.0
PARTS = ("start", "requests", "perform", "tell", "clean", "reports")


def run(*arguments: str) -> dict[str, Any]:
    """Run the kit; return where its seconds went and what its certificate says of requests."""
    with tempfile.TemporaryDirectory() as folder:
        output = str(Path(folder, "run"))
        command = [sys.executable, str(HERE / "timed_run.py"), *arguments, "--level", "data", "--output", output]
        begun = time.time()
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=folder, env={**os.environ, "BORN": str(begun)}, check=False
        )
        wall = time.time() - begun
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        certificate = json.loads(Path(output, "certificate.json").read_text(encoding="utf-8"))
    return {"wall": wall, **json.loads(done.stdout.strip().splitlines()[-1]), **certificate["requests"]}


def median(rounds: list[dict[str, Any]], name: str) -> float:
    """Return the median of one figure."""
    return statistics.median(one[name] for one in rounds)


def main() -> None:
    """Print every figure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("rounds", nargs="?", type=int, default=3)
    options.add_argument("--strict", action="store_true")
    chosen = options.parse_args()
    prompt, late = [], []
    for _ in range(chosen.rounds):
        prompt.append(run())
        with emulator("--latency", f"{LATENCY_S * 1000:.0f}") as slow:  # a new one each time, with no row in it
            late.append(run("--endpoint", slow, "--allow-writes", "--workers", str(WORKERS)))
    wall, requests = median(prompt, "wall"), median(late, "number")
    print(f"embedded, surface and data     {wall:.1f} s (at most {GOAL_S:.0f} on a quiet machine)")
    for name in PARTS:
        print(f"  {name:<28} {median(prompt, name):.1f} s")
    print(f"  processor of the kit         {median(prompt, 'processor'):.1f} s")
    print(f"  processor of the emulator    {median(prompt, 'processor of children'):.1f} s")
    ideal = requests * LATENCY_S / WORKERS
    ratio = (median(late, "wall") - APART_S) / ideal
    print(f"each answer 100 ms late        {median(late, 'wall'):.1f} s, {requests:.0f} requests, 8 at once")
    print(
        f"  waited for effects           {median(late, 'settled_s'):.1f} s, throttled {median(late, 'waited_s'):.1f} s"
    )
    print(f"  processor                    {median(late, 'processor'):.1f} s of the kit")
    print(f"  ideal, ratio                 {ideal:.1f} s, {ratio:.2f} (at most {GOAL_RATIO})")
    if chosen.strict and (wall > GOAL_S or ratio > GOAL_RATIO):
        sys.exit(1)


if __name__ == "__main__":
    main()
