"""How an act ends when it does not go on: wrong, unfit to decide, an aside, or stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json


class WrongError(Exception):
    """The endpoint does something else than the requirement says; the text says what.

    ``expected``: what should have been observed, where the requirement leaves that to what is declared.
    """

    def __init__(self, said: str, observed: Json = None, expected: Json = None) -> None:
        super().__init__(said)
        self.observed = observed
        self.expected = expected


@contextmanager
def expecting(value: Json) -> Iterator[None]:
    """Let whatever is found wrong say that this should have been observed, unless it says so itself."""
    try:
        yield
    except WrongError as problem:
        problem.expected = value if problem.expected is None else problem.expected
        raise


class OthersChangedError(WrongError):
    """What was done reached a row that nothing should happen to: so it may have reached rows of other scenarios."""


class UnfitError(Exception):
    """The scenario cannot decide anything here: not testable, not observable, not applicable, not claimed.

    ``again``: whether it could be otherwise another time, when others do not run beside it.
    """

    def __init__(self, outcome: Outcome, reason: str, *, again: bool | None = None) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.again = outcome is Outcome.NOT_TESTABLE if again is None else again


@dataclass(frozen=True)
class Aside:
    """What a check returns that says something else of its requirements than a pass, and lets the scenario go on."""

    outcome: Outcome
    reason: str
    observed: Json = None
    expected: Json = None


class StoppedError(Exception):
    """The run was interrupted; nothing more is sent."""
