"""How much longer a run takes at an endpoint whose rows behave wrongly: each fault there is, many at once or alone.

Usage: python benchmarks/faults.py [--all] [--strict]. Without --all, a seeded few. With --strict the exit code is 1
when a run takes longer than three times the conforming one, plus the deadline for effects.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys

from data import DATA, at

from dataverse_tck.emulator.faults.row_faults import known_row_faults

TIMES, DEADLINE_S = 3.0, 10.0
TOGETHER = 30  # faults that are on at once
FEW = 6
SETTLE = ("--settle", f"{DEADLINE_S:g}")


def seconds(*faults: str) -> float:
    """Run the data level at an endpoint with these faults."""
    options = tuple(word for fault in faults for word in ("--fault", fault))
    return float(at(options, *DATA, *SETTLE, ends=1 if faults else 0)["wall"])


def main() -> None:
    """Print the conforming run, the longest ones with faults, and whether all are within the bound."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--all", action="store_true")
    options.add_argument("--strict", action="store_true")
    chosen = options.parse_args()
    drawn = random.Random("faults")
    kinds = [f"{key}#{kind}" for key, kinds in known_row_faults().items() for kind in kinds]
    drawn.shuffle(kinds)
    number = -(-len(kinds) // TOGETHER)
    groups = [kinds[at::number] for at in range(number if chosen.all else FEW)]
    right = statistics.median(seconds() for _ in range(3))
    bound = TIMES * right + DEADLINE_S
    print(f"conforming: {right:.1f} s; at most {bound:.1f} s with faults, of which there are {len(kinds)}")
    walls: dict[str, float] = {}
    for faults in [*groups, *([kind] for kind in kinds[:FEW])]:
        what = faults[0] if len(faults) == 1 else f"{len(faults)} at once, {faults[0]} among them"
        walls[what] = seconds(*faults)
        print(f"{walls[what]:>8.1f} s  {what}", flush=True)
    over = [what for what, wall in walls.items() if wall > bound]
    tried = sum(map(len, groups))
    print(f"{len(walls)} runs, {tried} of {len(kinds)} faults; over the bound: {', '.join(over) or 'none'}")
    sys.exit(chosen.strict and bool(over))


if __name__ == "__main__":
    main()
