"""What one surface shows of one subject, in the one shape that the response schemas judge.

What a surface does not speak of is listed as silent, so that silence never reads as agreement or contradiction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dataverse_tck.jsontypes import Json
from dataverse_tck.readings import Reading, State

if TYPE_CHECKING:
    from dataverse_tck.conformance.surfaces.subject import Subject
    from dataverse_tck.readings import Readings

Path = tuple[str, ...]

FOREIGN_SHAPE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading foreign data can raise, as it may have any shape."""


@dataclass(frozen=True)
class Observation:
    """What one surface says of one subject; ``value`` is None when it looked and there is no such thing."""

    state: State
    value: Mapping[str, Json] | None = None
    others: tuple[Mapping[str, Json], ...] = ()  # further entries of the same name: each has to be right
    silent: frozenset[Path] = frozenset()
    reason: str = ""  # why it was not read, or why it is silent
    exchanges: tuple[str, ...] = ()


def not_read(reading: Reading[Any]) -> Observation:
    """Return the observation of a reading that is unreadable or broken."""
    return Observation(reading.state, reason=reading.reason, exchanges=reading.exchanges)


def observed(
    reading: Reading[Any], value: Mapping[str, Json] | None, silent: Iterable[Path] = (), why: str = ""
) -> Observation:
    """Return what was read; ``why`` says for what reason the surface is silent about some paths."""
    return Observation(State.READ, value, silent=frozenset(silent), reason=why, exchanges=reading.exchanges)


Observer = Callable[["Readings", "Subject"], Observation | None]
"""How one surface is looked at for one subject; None: it says nothing of the subject."""
