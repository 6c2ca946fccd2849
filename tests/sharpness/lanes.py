"""Which wrong behaviours share a run: those that cannot hide each other, in an order drawn with the seed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence

from dataverse_tck.acting.script import Script
from dataverse_tck.conformance.requirement import Catalogue

OF_ONE_SUBJECT = 3  # faults in one run: of one relationship, or of one column
Needs = Mapping[str, frozenset[str]]


def kinds_of(known: Mapping[str, Sequence[str]]) -> list[str]:
    """Return every wrong behaviour as ``ID#kind``."""
    return [f"{identifier}#{kind}" for identifier, kinds in known.items() for kind in kinds]


def broken_by(faults: Iterable[str]) -> set[str]:
    """Return the ids of the requirements that some faults break."""
    return {fault.partition("#")[0] for fault in faults}


def preparations(catalogue: Catalogue, scripts: Mapping[str, Script]) -> Needs:
    """Return, for each requirement, those that its scenarios need before they can decide anything.

    They need that a conversation can be linked to the record, that it keeps the channel to start from, and what is
    decided before them in the same scenario: it goes no further than to what fails.
    """
    gates = {
        item.id.split("/")[2]: gate
        for item in catalogue.of("data")
        for gate in item.blocked_by
        if gate.endswith(("/accepted", "/related-row"))
    }
    found: dict[str, frozenset[str]] = {}
    for script in scripts.values():
        words = {word for act in script.acts if not act.decides for text in act.words for word in text.split(", ")}
        stored = {f"derived/column/msdyn_channel/option/{word}/stored" for word in words} & set(catalogue.by_id)
        needed = {gates[word] for word in words & set(gates)} | stored
        for at, identifier in enumerate(script.decides):
            before = needed - set(script.decides) | set(script.decides[:at])
            found[identifier] = found.get(identifier, frozenset()) | before
    return found


def held_back(catalogue: Catalogue, needs: Needs, broken: Iterable[str]) -> set[str]:
    """Return everything of the data level that cannot be tested, directly or not, where these are broken."""
    found = set(broken)
    while more := {
        item.id
        for item in catalogue.of("data")
        if item.id not in found and found & {*item.blocked_by, *needs.get(item.id, ())}
    }:
        found |= more
    return found - set(broken)


def shared_runs(catalogue: Catalogue, needs: Needs, faults: Sequence[str], seed: int) -> list[frozenset[str]]:
    """Return the faults of each run; every fault is in exactly one, with none that it hangs on or of its own id."""
    below = {identifier: held_back(catalogue, needs, {identifier}) for identifier in broken_by(faults)}
    runs: list[dict[str, str]] = []  # id -> fault
    for fault in random.Random(seed).sample(faults, len(faults)):
        (identifier,) = broken_by([fault])
        subject = _subject(identifier)
        for run in runs:
            hidden = any(one in below[identifier] or identifier in below[one] for one in run)
            if identifier not in run and not hidden and sum(_subject(one) == subject for one in run) < OF_ONE_SUBJECT:
                run[identifier] = fault
                break
        else:
            runs.append({identifier: fault})
    return [frozenset(run.values()) for run in runs]


def _subject(identifier: str) -> str:
    """Return the option, the sort of number, the relationship or the column that a requirement is about."""
    return "/".join(identifier.split("/")[: 5 if re.search("/(option|unlisted)/", identifier) else 3])
