"""How much longer a run takes at an endpoint whose rows behave wrongly in one way.

Usage: python benchmarks/faults.py [--all] [--strict]. Without --all, a seeded few of the faults there are. With
--strict the exit code is 1 when a run takes longer than three times the conforming one, plus the deadline for effects.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys

from data import DATA, at

from dataverse_tck.emulator.faults.row_faults import known_row_faults

TIMES, DEADLINE_S = 3.0, 10.0
FEW = 12
SETTLE = ("--settle", f"{DEADLINE_S:g}")


def seconds(fault: str | None = None) -> float:
    """Run the data level at an endpoint with this fault."""
    options = ("--fault", fault) if fault else ()
    return float(at(options, *DATA, *SETTLE, ends=1 if fault else 0)["wall"])


def main() -> None:
    """Print the conforming run, the longest ones with faults, and whether all are within the bound."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--all", action="store_true")
    options.add_argument("--strict", action="store_true")
    chosen = options.parse_args()
    drawn = random.Random("faults")
    kinds = [f"{key}#{kind}" for key, kinds in known_row_faults().items() for kind in kinds]
    drawn.shuffle(kinds)
    right = statistics.median(seconds() for _ in range(3))
    bound = TIMES * right + DEADLINE_S
    print(f"conforming: {right:.1f} s; at most {bound:.1f} s with faults, of which there are {len(kinds)}")
    walls: dict[str, float] = {}
    for fault in kinds if chosen.all else kinds[:FEW]:
        walls[fault] = seconds(fault)
        print(f"{walls[fault]:>8.1f} s  {fault}", flush=True)
    over = [fault for fault, wall in walls.items() if wall > bound]
    print(f"{len(walls)} faults, at most {max(walls.values()):.1f} s; over the bound: {', '.join(over) or 'none'}")
    sys.exit(chosen.strict and bool(over))


if __name__ == "__main__":
    main()
