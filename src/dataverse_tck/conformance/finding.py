"""What became of one requirement: its outcome, with what was seen, where, and in which exchange."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from dataverse_tck.jsontypes import Json


class Outcome(StrEnum):
    """Outcomes of one requirement; only FAIL decides against an endpoint."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    NOT_OBSERVABLE = "not observable"
    NOT_TESTABLE = "not testable"
    NOT_APPLICABLE = "not applicable"
    NOT_CLAIMED = "not claimed"
    ERROR = "error"
    BEYOND = "beyond this level"
    DESELECTED = "deselected"
    WAIVED = "waived"


BROKEN = (Outcome.FAIL, Outcome.WAIVED)
"""What says that an endpoint does not do as it should, whether or not that was accepted."""

# Of several outcomes in one scenario, the first of these wins.
WORST_FIRST = (
    Outcome.FAIL,
    Outcome.ERROR,
    Outcome.NOT_TESTABLE,
    Outcome.NOT_OBSERVABLE,
    Outcome.DESELECTED,
    Outcome.BEYOND,
    Outcome.WAIVED,
    Outcome.NOT_CLAIMED,
    Outcome.NOT_APPLICABLE,
    Outcome.PASS,
)


@dataclass(frozen=True)
class Sighting:
    """What one surface says of one requirement."""

    surface: str
    right: bool
    observed: Json  # None with absent: there is no such thing
    exchanges: tuple[str, ...]
    absent: bool = False


@dataclass(frozen=True)
class Finding:
    """The outcome of one requirement (or control) in one run; ``surface`` and ``observed`` belong to the outcome."""

    requirement: str
    outcome: Outcome
    reason: str = ""  # one sentence, for everything but a pass
    observed: Json = None
    surface: str | None = None  # the surface that decided: the first that contradicts, else the first that shows it
    exchanges: tuple[str, ...] = ()  # of every surface that shows it
    sightings: tuple[Sighting, ...] = field(default=())
    expected: Json = None  # what should have been observed, where the requirement leaves that to what is declared
