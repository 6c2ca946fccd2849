"""Of the proofs, which are many and alike, a plain test run keeps a seeded tenth; ``make prove`` runs them all."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from tests.support.proofs import SEED, WHOLE


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Draw a tenth of the cases of each test that is a proof, at least one; leave out what is marked whole."""
    if WHOLE:
        return
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("proof") and hasattr(item, "callspec"):
            cases[item.nodeid.partition("[")[0]].append(item)
    left_out = {item for item in items if item.get_closest_marker("whole")} | {
        item
        for name, drawn in cases.items()
        for item in random.Random(f"{SEED}/{name}").sample(drawn, len(drawn) - max(1, len(drawn) // 10))
    }
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]
