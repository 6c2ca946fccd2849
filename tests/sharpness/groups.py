"""Group testing: many faults in few runs, so that every requirement is still told apart.

Each fault gets a code of constant weight (12 bits, 6 of them set; fewer bits where there are few faults), so that no
code contains another; run k breaks the faults whose code has bit k. What blocks others is broken in runs of its own, or
it would hide what hangs on it.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterable, Mapping, Sequence

from dataverse_tck.conformance.requirement import Catalogue


def codes(faults: Sequence[str], seed: int) -> Mapping[str, frozenset[int]]:
    """Return a code for each fault: the runs that break it."""
    bits = next(even for even in range(4, 16, 2) if math.comb(even, even // 2) >= len(faults))
    drawn = [frozenset(code) for code in itertools.combinations(range(bits), bits // 2)]
    random.Random(seed).shuffle(drawn)
    return dict(zip(faults, drawn, strict=False))


def runs(faults: Sequence[str], seed: int) -> list[frozenset[str]]:
    """Return the faults that each run breaks."""
    given = codes(faults, seed)
    bits = sorted(set().union(*given.values()))
    return [frozenset(fault for fault, code in given.items() if bit in code) for bit in bits]


def blockers(catalogue: Catalogue) -> set[str]:
    """Return the ids of the requirements that something hangs on."""
    return {other for item in catalogue.requirements for other in item.blocked_by}


def hanging(catalogue: Catalogue, broken: Iterable[str]) -> set[str]:
    """Return everything that hangs, directly or not, on one of the broken requirements."""
    found = set(broken)
    while True:
        more = {item.id for item in catalogue.requirements if found.intersection(item.blocked_by)} - found
        if not more:
            return found - set(broken)
        found |= more


def layers(catalogue: Catalogue, faults: Iterable[str]) -> list[list[str]]:
    """Split faults (``ID`` or ``ID@SURFACE``) so that nothing stands in one layer with what it hangs on.

    The first layer is the table. The last holds what other facts are found by: in $metadata a collection is known by
    its name or else by the child's column, and without both it is no longer that relationship; a filter row of another
    table says nothing of events on this one.
    """
    blocking = blockers(catalogue)
    table = {item.id for item in catalogue.requirements if item.family == "table-exists"}
    split: list[list[str]] = [[], [], [], []]
    for fault in faults:
        identifier = fault.partition("@")[0]
        key = identifier.endswith(("/ReferencedEntityNavigationPropertyName", "/on-table"))
        split[0 if identifier in table else 1 if identifier in blocking else 3 if key else 2].append(fault)
    return split
