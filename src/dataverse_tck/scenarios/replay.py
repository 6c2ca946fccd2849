"""A performed scenario told again, sentence by sentence, to the place where its performance stopped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.scenarios.inquiry import CouldNotAskError, NotConformantError

if TYPE_CHECKING:
    from dataverse_tck.acting.script import Act, Stop


@dataclass
class Replay:
    """Takes the acts of a scenario once more, as its steps name them, and holds each against what came of it."""

    stop: Stop | None
    exercised: list[str] = field(default_factory=list)
    outcome: Outcome = Outcome.PASS
    taken: int = 0

    def take(self, act: Act) -> None:
        """Take the next act; raise what ended the performance there, as pytest wants to hear it."""
        __tracebackhide__ = True
        here, self.taken = self.taken, self.taken + 1
        if self.stop is None or self.stop.at != here:
            return
        self.outcome = self.stop.outcome
        if self.stop.trouble is not None:
            raise self.stop.trouble
        match self.stop.outcome:
            case Outcome.FAIL:
                raise NotConformantError(self.stop.reason)
            case Outcome.ERROR:
                raise CouldNotAskError(self.stop.reason)
            case _:
                pytest.skip(f"{self.stop.outcome}: {self.stop.reason}")
