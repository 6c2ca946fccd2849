"""What a run says in tables: what becomes of conversations, messages by state, requirements by surface."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dataverse_tck.conformance.call_states import CALL
from dataverse_tck.conformance.finding import WORST_FIRST, Outcome
from dataverse_tck.profile.coverage import Fate

ACTS: Mapping[str, str] = {
    "Delete": "it is deleted",
    "Assign": "it is assigned to another owner",
    "Share": "it is shared",
    "Unshare": "it is no longer shared",
    "Reparent": "a conversation comes to be about it, or routed for it",
    "Archive": "it is archived",
    "Merge": "it is merged into another",
    "RollupView": "the activities around it are listed",
}
"""What can happen to a record that conversations lead to, by the name that the reference gives it."""


@dataclass(frozen=True)
class Looked:
    """How one matter was found: what the reference says, what came of looking it up, and of trying it."""

    expected: str
    declared: str  # an outcome
    id: str  # of the requirement that was looked up
    tried: Mapping[str, int]  # outcome -> how many requirements that follow from it
    worst: str


@dataclass(frozen=True)
class Cascades:
    """Acts by record: ``cells[act][relationship]``; ``records`` are pairs of relationship and table."""

    records: tuple[tuple[str, str], ...]
    cells: Mapping[str, Mapping[str, Looked]]


def cascades(requirements: Sequence[Mapping[str, Any]]) -> Cascades:
    """Return what becomes of conversations when something happens to a record that they lead to."""
    follows: dict[str, list[str]] = defaultdict(list)
    for item in requirements:
        if item["derived_from"] and item["obligation"] != "advisory":
            follows[item["derived_from"]].append(item["outcome"])
    records: dict[str, str] = {}
    cells: dict[str, dict[str, Looked]] = {act: {} for act in ACTS}
    for item in requirements:
        words = item["id"].split("/")
        if words[0] != "relationship":
            continue
        if words[2:] == ["ReferencedEntity"]:
            records[words[1]] = str(item["expected"])
        if words[2] == "cascade" and words[3] in ACTS:
            tried = follows[item["id"]]
            cells[words[3]][words[1]] = Looked(
                str(item["expected"]), item["outcome"], item["id"], _tally(tried), worst_of([item["outcome"], *tried])
            )
    named = tuple((name, table) for name, table in records.items() if any(name in row for row in cells.values()))
    return Cascades(named, {act: row for act, row in cells.items() if row})


@dataclass(frozen=True)
class Tried:
    """A message in one state: the rest of the state beside where the call is, and what came of it."""

    beside: str
    possible: bool
    fate: str
    reason: str
    exchange: str | None


def messages_by_state(calls: Mapping[str, Any] | None) -> Mapping[str, Mapping[str, Sequence[Tried]]]:
    """Return, by message and by where the call was, what came of it."""
    found: dict[str, dict[str, list[Tried]]] = defaultdict(lambda: defaultdict(list))
    for one in calls["messages"] if calls else ():
        state = dict(one["state"])
        where = str(state.pop("call", "any"))
        beside = ", ".join(f"{region} {word}" for region, word in state.items())
        found[one["message"]][where].append(
            Tried(beside, one["possible"], one["outcome"], one["reason"], one["exchange"])
        )
    return found


def call_columns(rows: Mapping[str, Mapping[str, Sequence[Tried]]]) -> tuple[str, ...]:
    """Return where calls were, in the order in which a call goes through."""
    seen = {where for row in rows.values() for where in row}
    return (*(where for where in CALL if where in seen), *sorted(seen - set(CALL)))


def surfaces_of(requirements: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return every surface on which some requirement was seen, in the order of the first."""
    return tuple(dict.fromkeys(seen["surface"] for item in requirements for seen in item["surfaces"]))


def worst_of(outcomes: Iterable[str]) -> str:
    """Return the outcome that counts of several; "beyond this level" only where there is nothing else."""
    there = set(outcomes)
    known = [str(one) for one in WORST_FIRST if one is not Outcome.BEYOND]
    return next((one for one in known if one in there), str(Outcome.BEYOND))


def _tally(outcomes: Sequence[str]) -> dict[str, int]:
    return {str(one): outcomes.count(one) for one in WORST_FIRST if one in outcomes and one is not Outcome.BEYOND}


FATES: Mapping[str, str] = {
    str(Fate.WRONG): "fail",
    str(Fate.RIGHT): "pass",
    str(Fate.ACCEPTED): "neutral",
    str(Fate.REFUSED): "open",
    str(Fate.UNREACHED): "open",
    str(Fate.UNDECLARED): "neutral",
    str(Fate.NOT_RUN): "open",
}
"""How a fate is coloured."""
