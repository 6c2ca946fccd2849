"""In which states of a call its messages were tried, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from dataverse_tck.jsontypes import Json
from dataverse_tck.profile.routes import Map

if TYPE_CHECKING:
    from dataverse_tck.profile.calls import Calls


class Fate(StrEnum):
    """What came of a message in one state; of several, the first here counts."""

    WRONG = "wrong"
    RIGHT = "right"  # it did what is declared
    ACCEPTED = "accepted"  # it was carried out; what it brings there is not declared
    REFUSED = "refused on another way"  # than the declared one: there it may be possible, and something be hidden
    UNREACHED = "not reachable"
    UNDECLARED = "not declared"  # nobody says what happens there
    NOT_RUN = "not run"


TRIED = (Fate.RIGHT, Fate.ACCEPTED, Fate.WRONG)


@dataclass(frozen=True)
class Tried:
    """A message in one state, told by the regions that its ``from`` names."""

    message: str
    state: Mapping[str, Json]
    possible: bool  # by its ``from``
    fate: Fate
    reason: str = ""
    exchange: str | None = None  # that decided it


def messages_by_state(calls: Calls, tried: Iterable[Tried]) -> tuple[Tried, ...]:
    """Return every message that is claimed in every state that its declaration names or leads to, each once."""
    found: dict[tuple[str, frozenset[tuple[str, Json]]], list[Tried]] = defaultdict(list)
    for one in tried:
        found[_key(one)].append(one)
    expected = list(_expected(calls))
    rows = [_together(found.pop(_key(one), [one])) for one in expected]
    return (*rows, *map(_together, found.values()))  # the rest: where calls came to that nobody had declared


def _key(one: Tried) -> tuple[str, frozenset[tuple[str, Json]]]:
    return one.message, frozenset(one.state.items())


def _expected(calls: Calls) -> Iterator[Tried]:
    known = Map(calls)
    for message in (one for one in calls.supported() if one.begins):
        for place in known.places(message):
            state = dict(place.state)
            silent = not place.possible and not message.wrong_in(state)
            fate = Fate.UNREACHED if not place.routes else Fate.UNDECLARED if silent else Fate.NOT_RUN
            reason = "no message of the profile leads there" if fate is Fate.UNREACHED else ""
            yield Tried(message.name, state, place.possible, fate, reason)


def _together(seen: list[Tried]) -> Tried:
    order = list(Fate)
    worst = min(seen, key=lambda one: order.index(one.fate))
    other = next((one for one in seen if one.fate is Fate.REFUSED), None)
    if other is None or worst.fate is Fate.REFUSED:
        return worst
    return replace(worst, reason=worst.reason or f"{Fate.REFUSED}: {other.reason}")
