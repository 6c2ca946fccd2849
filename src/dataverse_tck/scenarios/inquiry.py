"""What one scenario asks: a subject that it looks up, and what it says of it, held against the findings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.conformance.controls import LOOKED_UP
from dataverse_tck.conformance.finding import WORST_FIRST, Finding, Outcome
from dataverse_tck.jsontypes import Json

if TYPE_CHECKING:
    from dataverse_tck.conformance.judge import Judgement
    from dataverse_tck.conformance.requirement import Catalogue


class NotConformantError(AssertionError):
    """The endpoint breaks a requirement that the scenario names, or the scenario's own words are wrong."""


class CouldNotAskError(Exception):
    """The exchange with the endpoint itself broke."""


def spellings(value: Json) -> set[str]:
    """Return the ways in which a feature may write a value, as the reference page does."""
    if value is None:
        return {"null", ""}
    return {value} if isinstance(value, str) else {str(value)}


class Inquiry:
    """One scenario's questions. Steps name a subject, then confirm what they say of it."""

    def __init__(self, judgement: Judgement, catalogue: Catalogue) -> None:
        self._judgement = judgement
        self._catalogue = catalogue
        self.subject = ""
        self.exercised: dict[str, Outcome] = {}  # id -> what came of it
        self.outcome = Outcome.PASS

    def about(self, subject: str) -> None:
        """Name what the scenario looks up: a node of the catalogue, or the front of one."""
        self.subject = subject

    def confirm(self, said: Mapping[str, str]) -> None:
        """Hold words, by the rest of the requirement's id, against what was observed; all of them, then the worst."""
        __tracebackhide__ = True
        self._weigh({f"{self.subject}/{rest}": word for rest, word in said.items()}, self._judgement.findings)

    def confirm_control(self, *, seen: bool) -> None:
        """Hold the control about the subject, a proof that the endpoint's answers can tell right from wrong."""
        found = [item.id for item in LOOKED_UP if item.subject == self.subject and item.expected is seen]
        if not found:
            raise NotConformantError(f"No control proves that {self.subject} is {'' if seen else 'not '}seen.")
        self._weigh({found[0]: None}, self._judgement.controls)

    def _weigh(self, said: Mapping[str, str | None], findings: Mapping[str, Finding]) -> None:
        __tracebackhide__ = True
        self.exercised |= {identifier: findings[identifier].outcome for identifier in said if identifier in findings}
        unknown = [identifier for identifier in said if identifier not in findings]
        if unknown:
            raise NotConformantError(f"The feature speaks of {unknown[0]}, which the reference does not state.")
        outcomes = {findings[identifier].outcome for identifier in said}
        self.outcome = next(outcome for outcome in WORST_FIRST if outcome in outcomes)
        troubles = [self._tell(findings[item]) for item in said if findings[item].outcome is self.outcome]
        match self.outcome:
            case Outcome.PASS:
                self._compare(said, findings)
            case Outcome.FAIL:
                raise NotConformantError("\n".join(troubles))
            case Outcome.ERROR:
                raise CouldNotAskError("\n".join(troubles))
            case _:
                pytest.skip("\n".join(troubles))

    def _compare(self, said: Mapping[str, str | None], findings: Mapping[str, Finding]) -> None:
        for identifier, word in said.items():
            observed = findings[identifier].observed
            if word is not None and word not in spellings(observed):
                raise NotConformantError(
                    f'The feature says "{word}" of {identifier}, but the reference and the endpoint agree on '
                    f"{json.dumps(observed)}: mend the feature."
                )

    def _tell(self, finding: Finding) -> str:
        requirement = self._catalogue.by_id.get(finding.requirement)
        if requirement is None or finding.outcome is not Outcome.FAIL:
            return f"{finding.requirement}: {finding.outcome}: {finding.reason}"
        wrong = [item for item in finding.sightings if not item.right]
        seen = "; ".join(f"{json.dumps(item.observed)} in {item.surface}" for item in wrong)
        return (
            f"{requirement.statement} ({requirement.id})\n"
            f"  stated:   {json.dumps(requirement.expected)} ({requirement.section}, line {requirement.line})\n"
            f"  observed: {seen} (exchanges {', '.join(finding.exchanges)})"
        )
