"""Many clients at once, each a while: benchmarks/load.py does the same for longer."""

from __future__ import annotations

from benchmarks.load import load
from dataverse_tck.endpoint.embedded import emulator


def test_no_write_is_lost_and_no_cascade_is_seen_half_done() -> None:
    """64 clients work at once; what each of them wrote is there, and nobody saw anything half done."""
    with emulator() as root:
        shared = load(root, 64, lambda rounds: rounds < 20)

    assert shared.wrong == []
    assert shared.done.total() == 64 * 20
    assert {"create", "update", "delete", "read", "count", "assign", "look", "family"} <= set(shared.done)
