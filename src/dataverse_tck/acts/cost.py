"""What an act costs at least, declared beside it: the requests that it sends, and the rows that it writes.

An endpoint may add to it (required links, paging, slow effects), which is not known before it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataverse_tck.acts.stage import Stage

_Act = TypeVar("_Act", bound=Callable[..., Any])


class RowOf(Enum):
    """Which table a row is written to."""

    CONVERSATION = auto()
    NAMED = auto()  # the table, or the other end of the relationship, that the act's first word names
    AS_BEFORE = auto()  # that of the first row of the scenario
    ANOTHER_KIND = auto()  # one that the column of the scenario's link does not take


@dataclass(frozen=True)
class Cost:
    """The least that an act sends and writes."""

    requests: int
    rows: tuple[RowOf, ...] = ()
    usual: Callable[[Stage, str], int] | None = None  # requests, where that is known better by its first word

    def chain(self, stage: Stage, words: Sequence[str]) -> int:
        """Return how many requests the act sends one after the other, about."""
        return self.usual(stage, words[0]) if self.usual else self.requests


_COSTS: dict[Callable[..., Any], Cost] = {}


def costs(requests: int, *rows: RowOf, usual: Callable[[Stage, str], int] | None = None) -> Callable[[_Act], _Act]:
    """Declare what an act costs; every function that a step hands over has to."""

    def declare(act: _Act) -> _Act:
        _COSTS[act] = Cost(requests, rows, usual)
        return act

    return declare


def cost_of(act: Callable[..., Any]) -> Cost:
    """Return what an act costs; LookupError when it does not say."""
    if act not in _COSTS:
        raise LookupError(
            f"{act.__module__}.{act.__qualname__} does not declare what it costs: decorate it with @costs."
        )
    return _COSTS[act]
