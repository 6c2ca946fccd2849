"""In which states of a call its messages were tried, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dataverse_tck.jsontypes import Json


class Fate(StrEnum):
    """What came of a message in one state."""

    RIGHT = "right"  # it did what is declared
    ACCEPTED = "accepted"  # it was carried out; what it brings there is not declared
    WRONG = "wrong"
    REFUSED = "refused on another way"  # as declared where the declared way leads there: something may be hidden
    UNREACHED = "not reachable"
    UNDECLARED = "not declared"  # what happens there nobody says


@dataclass(frozen=True)
class Tried:
    """A message in one state, told by the regions that its ``from`` names."""

    message: str
    state: Mapping[str, Json]
    possible: bool  # by its ``from``
    fate: Fate
    reason: str = ""
    exchange: str | None = None  # that decided it
