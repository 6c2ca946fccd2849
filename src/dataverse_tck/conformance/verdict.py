"""From findings to the one word of a run, the same on the terminal, in the certificate and in the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import StrEnum

from dataverse_tck.conformance.finding import Finding, Outcome


class Verdict(StrEnum):
    """The verdict of a run that could start."""

    CONFORMANT = "conformant"
    NOT_CONFORMANT = "not conformant"
    INCOMPLETE = "incomplete"


EXIT_CODES = {Verdict.CONFORMANT: 0, Verdict.NOT_CONFORMANT: 1, Verdict.INCOMPLETE: 3}

_HARMLESS = {Outcome.PASS, Outcome.WAIVED, Outcome.NOT_APPLICABLE, Outcome.NOT_CLAIMED, Outcome.BEYOND}


def settle(
    findings: Mapping[str, Finding], exercised: Collection[str], *, selected: bool, interrupted: bool
) -> dict[str, Finding]:
    """Take back what no scenario looked at: a pass that nobody exercised is not a pass.

    ``selected`` says that the run was told to leave scenarios out, ``interrupted`` that it ended early.
    """
    if interrupted:
        outcome, reason = Outcome.NOT_TESTABLE, "the run ended before a scenario looked at it"
    elif selected:
        outcome, reason = Outcome.DESELECTED, "the run was told to leave its scenarios out"
    else:
        outcome, reason = Outcome.NOT_TESTABLE, "no scenario looks at it"
    return {
        identifier: finding if identifier in exercised else replace(finding, outcome=outcome, reason=reason)
        for identifier, finding in findings.items()
    }


def decide(findings: Mapping[str, Finding], *, broken: bool) -> Verdict:
    """Return the verdict; ``broken`` says that the run was interrupted or broke inside."""
    outcomes = {finding.outcome for finding in findings.values()}
    if Outcome.FAIL in outcomes:
        return Verdict.NOT_CONFORMANT
    return Verdict.INCOMPLETE if broken or outcomes - _HARMLESS else Verdict.CONFORMANT


def counts(findings: Mapping[str, Finding]) -> dict[str, int]:
    """Return how many requirements came out how, every outcome named."""
    counted = Counter(finding.outcome for finding in findings.values())
    return {outcome.value: counted[outcome] for outcome in Outcome}


def coverage(findings: Mapping[str, Finding]) -> tuple[int, int]:
    """Return (how many were checked to an answer, how many there are)."""
    answered = {Outcome.PASS, Outcome.FAIL, Outcome.WAIVED}
    return sum(finding.outcome in answered for finding in findings.values()), len(findings)
