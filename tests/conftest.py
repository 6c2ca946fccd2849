"""Of the proofs, which are many and alike, a plain test run keeps a seeded tenth; ``make prove`` runs them all.

Of the campaigns, which are longer, that keeps a seeded few; ``make endure`` runs them all, and nothing else. What is
both is short: a plain test run keeps a tenth of it too.
"""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from tests.support.proofs import ENDURE, SEED, WHOLE

FEW = 10  # cases of a campaign for each that the whole proof keeps


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run does not keep."""
    if ENDURE:
        left_out = {item for item in items if not item.get_closest_marker("campaign")}
    elif WHOLE:
        left_out = _all_but_one_in(FEW, "campaign", items)
    else:
        left_out = _all_but_one_in(10, "proof", items)
        left_out |= {item for item in items if item.get_closest_marker("whole")}
        left_out |= {
            item for item in items if item.get_closest_marker("campaign") and not item.get_closest_marker("proof")
        }
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]


def _all_but_one_in(number: int, mark: str, items: list[pytest.Item]) -> set[pytest.Item]:
    """Draw one in so many of the cases of each test that is marked so, at least one; return the others."""
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker(mark) and hasattr(item, "callspec"):
            cases[item.nodeid.partition("[")[0]].append(item)
    return {
        item
        for name, drawn in cases.items()
        for item in random.Random(f"{SEED}/{name}").sample(drawn, len(drawn) - max(1, len(drawn) // number))
    }
