"""What could not be decided, by what kept it from that: one cause keeps many requirements, at many addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.reporting.wording import anywhere

UNDECIDED = (Outcome.ERROR, Outcome.NOT_TESTABLE, Outcome.NOT_OBSERVABLE)


@dataclass(frozen=True)
class Cause:
    """Why some requirements were not decided."""

    outcome: str
    reason: str
    ids: tuple[str, ...]
    untested: tuple[str, ...]  # ids of what hangs on these


def causes(
    decided: Iterable[tuple[str, str, str]], hanging: Mapping[str, tuple[str, ...]], told: Collection[str]
) -> list[Cause]:
    """Return why requirements, given as (id, outcome, reason), were not decided, in the order of the first of each.

    What hangs on an error stands with that; what hangs on a failure that is ``told`` stands there.
    """
    every = list(decided)
    roots = {*told, *(key for key, outcome, _ in every if outcome == Outcome.ERROR)}
    elsewhere = {key for root, ids in hanging.items() if root in roots for key in ids}
    grouped: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for key, outcome, reason in every:
        if outcome in UNDECIDED and key not in elsewhere:
            grouped[outcome, anywhere(reason)][key] = reason
    return [
        Cause(
            str(outcome),
            cause if len(set(reasons.values())) > 1 else next(iter(reasons.values())),
            tuple(reasons),
            tuple(key for root in reasons for key in hanging.get(root, ())),
        )
        for (outcome, cause), reasons in grouped.items()
    ]
