"""Two pictures, as places on a plane: tables with their relationships, and states of a call with its messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataverse_tck.conformance.call_states import CALL
from dataverse_tck.profile.coverage import Fate
from dataverse_tck.report.tables import worst_of
from dataverse_tck.usage import UsageError

if TYPE_CHECKING:
    from dataverse_tck.profile.calls import Calls

ROW = 34  # between two tables, in units of the picture
WIDTH = 980
_PLACES = {
    "None": (70, 170),
    "Offered": (230, 170),
    "Connected": (420, 170),
    "Held": (500, 40),
    "TransferPending": (690, 110),
    "Ended": (900, 200),
}


@dataclass(frozen=True)
class RelatedTable:
    """A table beside the conversation, and how its relationship was found."""

    table: str
    relationship: str
    along: str  # the column by which one leads to the other
    outcome: str
    y: float


@dataclass(frozen=True)
class TablesPicture:
    """To the left what a conversation leads to, to the right what leads to a conversation."""

    left: tuple[RelatedTable, ...]
    right: tuple[RelatedTable, ...]
    height: float

    @property
    def middle(self) -> float:
        """Where the conversation stands."""
        return self.height / 2


def tables_picture(requirements: Sequence[Mapping[str, Any]]) -> TablesPicture | None:
    """Return the tables of the reference; None where the run tells no relationship."""
    aspects: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    tried: dict[str, list[str]] = defaultdict(list)
    for item in requirements:
        words = item["id"].split("/")
        if words[0] == "relationship":
            aspects[words[1]]["/".join(words[2:])] = item
        elif words[:2] == ["derived", "relationship"]:
            tried[words[2]].append(item["outcome"])
    left: list[RelatedTable] = []
    right: list[RelatedTable] = []
    for name, known in aspects.items():
        end = "ReferencedEntity" if "ReferencedEntity" in known else "ReferencingEntity"
        if end not in known:
            continue
        column = known.get("ReferencingAttribute")
        one = RelatedTable(
            table=str(known[end]["expected"]),
            relationship=name,
            along=str(column["expected"]) if column else "",
            outcome=worst_of([*(item["outcome"] for item in known.values()), *tried[name]]),
            y=0,
        )
        (left if end == "ReferencedEntity" else right).append(one)
    if not left and not right:
        return None
    height = ROW * (max(len(left), len(right)) + 1)
    return TablesPicture(_spread(left, height), _spread(right, height), height)


def _spread(tables: Sequence[RelatedTable], height: float) -> tuple[RelatedTable, ...]:
    step = height / (len(tables) + 1)
    return tuple(replace(one, y=round(step * number, 1)) for number, one in enumerate(tables, 1))


@dataclass(frozen=True)
class Way:
    """All messages that bring a call from one state to another, or leave it where it is."""

    number: int
    begins: str
    ends: str
    messages: tuple[tuple[str, str], ...]  # name and fate
    is_wrong: bool  # one of them does something else
    path: str  # of SVG; empty where the call stays
    x: float  # of the number
    y: float


@dataclass(frozen=True)
class CallPicture:
    """The states of a call, and the ways between them that the maker declared."""

    states: Mapping[str, tuple[float, float]]
    ways: tuple[Way, ...]


def call_picture(folder: Path, told: Mapping[str, Any]) -> CallPicture | None:
    """Return the ways that the profile in the folder of a run declares; None where it cannot be told."""
    calls = _declared(folder) if told["calls"] else None
    if calls is None:
        return None
    fates: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in told["calls"]["messages"]:
        if one["possible"]:
            fates[one["message"], str(one["state"].get("call"))].append(one["outcome"])
    ways: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for message in calls.supported():
        for begins in message.begins.get("call", CALL if message.begins else ()):
            effect = message.effect_in({"call": begins})
            if effect is None or begins not in _PLACES:
                continue
            for ends in effect.states.get("call", (begins,)):
                if ends in _PLACES:
                    ways[str(begins), str(ends)][message.name] = _worst(fates[message.name, str(begins)])
    return CallPicture(
        _PLACES, tuple(_way(number, key, of) for number, (key, of) in enumerate(sorted(ways.items()), 1))
    )


def _declared(folder: Path) -> Calls | None:
    from dataverse_tck.profile.profile import load_profile

    try:
        return load_profile(folder / "profile.toml").calls
    except (UsageError, OSError):
        return None


def _worst(fates: Sequence[str]) -> str:
    return next((str(fate) for fate in Fate if fate in fates), str(Fate.NOT_RUN))


def _way(number: int, key: tuple[str, str], messages: Mapping[str, str]) -> Way:
    begins, ends = key
    (x1, y1), (x2, y2) = _PLACES[begins], _PLACES[ends]
    is_wrong = str(Fate.WRONG) in messages.values()
    if begins == ends:
        return Way(number, begins, ends, tuple(messages.items()), is_wrong, "", x1, y1 + 32)
    # Bent to one side, so that there and back are two lines; the longer, the more.
    bend = 0.18 if abs(x2 - x1) < 250 else 0.3
    middle_x, middle_y = (x1 + x2) / 2 - (y2 - y1) * bend, (y1 + y2) / 2 + (x2 - x1) * bend
    end_x, end_y = _edge((x2, y2), (middle_x, middle_y))
    path = f"M{x1} {y1} Q{middle_x:.0f} {middle_y:.0f} {end_x:.0f} {end_y:.0f}"
    at_x, at_y = (x1 + x2) / 4 + middle_x / 2, (y1 + y2) / 4 + middle_y / 2
    return Way(number, begins, ends, tuple(messages.items()), is_wrong, path, round(at_x), round(at_y))


def _edge(place: tuple[float, float], towards: tuple[float, float]) -> tuple[float, float]:
    """Return where a line that comes from somewhere meets the box of a state, so that its arrow is seen."""
    across, down = towards[0] - place[0], towards[1] - place[1]
    part = 1 / max(1e-9, ((across / 64) ** 2 + (down / 22) ** 2) ** 0.5)
    return place[0] + across * part, place[1] + down * part
