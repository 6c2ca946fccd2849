"""What rows cost in the emulator: a small GET, a create, and the deletion of a parent with 10,000 conversations.

Usage: python benchmarks/emulator.py [ROUNDS]. Medians over one kept-alive loopback connection, from the first byte sent
to the last one read; beside them, the same for a bare answer (a 404 outside of the API): what the transport costs.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from load import PARENTS, REGARDING, SET, Connection

from dataverse_tck.endpoint.embedded import emulator

CHILDREN = 10_000
AT_ONCE = 1_000  # rows in a CreateMultiple
COUNTED = 5_000  # $count tells no more


def median_ms(rounds: int, do: Callable[[int], object]) -> float:
    """Return the median duration in milliseconds, after a tenth of the rounds to warm up."""
    spent = []
    for number in range(rounds + rounds // 10):
        begun = time.perf_counter()
        do(number)
        spent.append((time.perf_counter() - begun) * 1000)
    return statistics.median(spent[rounds // 10 :])


def deletion_s(api: Connection) -> float:
    """Return how many seconds it takes to delete a parent with its conversations."""
    parent = api.create(PARENTS, msdyn_name="parent")
    row: dict[str, Any] = {"@odata.type": "Microsoft.Dynamics.CRM.msdyn_ocliveworkitem", "subject": "child"}
    row[f"{REGARDING}@odata.bind"] = f"/{PARENTS}({parent})"
    for _ in range(CHILDREN // AT_ONCE):
        api.ask("POST", f"{SET}/Microsoft.Dynamics.CRM.CreateMultiple", {"Targets": [row] * AT_ONCE})
    children = quote(f"_regardingobjectid_value eq {parent}")
    if api.get(f"{SET}?$select=subject&$filter={children}&$count=true&$top=1")["@odata.count"] != COUNTED:
        raise SystemExit("the conversations were not made")
    begun = time.perf_counter()
    api.ask("DELETE", f"{PARENTS}({parent})")
    spent = time.perf_counter() - begun
    if api.get(f"{SET}?$select=subject&$filter={children}")["value"]:
        raise SystemExit("conversations outlived their parent")
    return spent


def main() -> None:
    """Print the figures."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with emulator() as root, Connection(root) as api:
        key = api.create(SET, subject="small")
        bare = median_ms(rounds, lambda _: api.ask("GET", "/nothing", None, (404,)))
        get = median_ms(rounds, lambda _: api.get(f"{SET}({key})?$select=subject"))
        create = median_ms(rounds, lambda number: api.create(SET, subject=f"row {number}"))
        deletion = statistics.median(deletion_s(api) for _ in range(3))
    print(f"a bare answer                  {bare:.2f} ms")
    print(f"a small GET                    {get:.2f} ms (at most 2)")
    print(f"a create                       {create:.2f} ms (at most 4)")
    print(f"deleting 10,000 with a parent  {deletion:.2f} s (at most 2)")


if __name__ == "__main__":
    main()
