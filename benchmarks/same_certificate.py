"""Whether two certificates say the same of every requirement, whatever their scenarios are called.

    python benchmarks/same_certificate.py BEFORE AFTER

BEFORE and AFTER are ``certificate.json`` files, or folders of runs. Compared are the verdict, the counts and the
surfaces; of each control and each requirement, by id, all but the names of its scenarios and the numbers of its
exchanges. Ids of rows differ from run to run and are masked. Exit 0 when they say the same; 1 with a line for each
difference; 2 when a certificate cannot be read.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Json = Any
WHOLE = ("verdict", "level", "counts", "advisory", "coverage", "not_claimed", "troubles", "extensions", "exclusions")
NAMES = frozenset({"scenarios", "exchanges"})
GUID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b")


def differences(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[str]:
    """Yield a line for everything that the two say differently."""
    for name in WHOLE:
        yield from _differ(name, before.get(name), after.get(name))
    for kind, key in (("surfaces", "surface"), ("controls", "id"), ("requirements", "id")):
        old, new = ({row[key]: row for row in document.get(kind, ())} for document in (before, after))
        yield from (f"{kind}: {identifier} is only in the first" for identifier in old if identifier not in new)
        yield from (f"{kind}: {identifier} is only in the second" for identifier in new if identifier not in old)
        for identifier in (identifier for identifier in old if identifier in new):
            for name in sorted({*old[identifier], *new[identifier]} - NAMES):
                yield from _differ(f"{identifier} {name}", old[identifier].get(name), new[identifier].get(name))


def _differ(what: str, before: Json, after: Json) -> Iterator[str]:
    before, after = _masked(before), _masked(after)
    if before != after:
        yield f"{what}: {json.dumps(before)} -> {json.dumps(after)}"


def _masked(value: Json) -> Json:
    """Return a value without what differs from run to run: ids of rows, numbers of exchanges."""
    if isinstance(value, dict):
        return {name: _masked(one) for name, one in value.items() if name not in NAMES}
    if isinstance(value, list):
        return [_masked(one) for one in value]
    return GUID.sub("<id>", value) if isinstance(value, str) else value


def read(place: Path) -> Mapping[str, Json]:
    """Return the certificate at a place."""
    path = place / "certificate.json" if place.is_dir() else place
    document: Mapping[str, Json] = json.loads(path.read_text(encoding="utf-8"))
    return document


def main(arguments: list[str] | None = None) -> int:
    """Tell the differences; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    wanted = parser.parse_args(arguments)
    try:
        found = list(differences(read(wanted.before), read(wanted.after)))
    except (OSError, ValueError) as problem:
        print(f"This is no certificate: {problem}", file=sys.stderr)
        return 2
    print("\n".join(found) or "the same")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
