"""A performed scenario told again, sentence by sentence, to the place where its performance stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.acting.script import Stop
from dataverse_tck.conformance.finding import WORST_FIRST, Finding, Outcome
from dataverse_tck.scenarios.inquiry import CouldNotAskError, NotConformantError

if TYPE_CHECKING:
    from dataverse_tck.acting.script import Act


@dataclass
class Replay:
    """Takes the acts of a scenario once more, as its steps name them, and holds each against what came of it."""

    stop: Stop | None
    exercised: Mapping[str, Outcome] = field(default_factory=dict)  # id -> what came of it
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


_ELSEWHERE = frozenset({Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.FAIL, Outcome.WAIVED, Outcome.ERROR})


def as_settled(
    stop: Stop | None, own: Sequence[Finding], settled: Mapping[str, Finding]
) -> tuple[Stop | None, dict[str, Outcome]]:
    """Return where a scenario is told to have stopped, and what it says of each requirement, as the run settles them.

    What passed here may have failed in another scenario, which tells it. All else is told as it was settled: what
    hangs on something that failed is *not testable*, whatever this scenario saw of it.
    """
    told = {one.requirement: _told(one, settled[one.requirement]) for one in own}
    outcomes = {identifier: finding.outcome for identifier, finding in told.items()}
    judged = [finding for identifier, finding in told.items() if not identifier.startswith("advisory/")]
    if not told or (stop is not None and stop.trouble is not None):
        return stop, outcomes
    worst = min(judged or told.values(), key=lambda finding: WORST_FIRST.index(finding.outcome))
    fails_nothing = stop is None and not judged and worst.outcome is Outcome.FAIL  # what is advisory
    if fails_nothing or worst.outcome in (Outcome.PASS, stop and stop.outcome):
        return stop, outcomes
    return Stop(stop.at if stop else 0, worst.outcome, f"{worst.requirement}: {worst.reason}"), outcomes


def _told(own: Finding, settled: Finding) -> Finding:
    found_nothing = own.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    return own if found_nothing and settled.outcome in _ELSEWHERE else settled
