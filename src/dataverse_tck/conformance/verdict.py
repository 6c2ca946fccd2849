"""From findings to the one word of a run, the same on the terminal, in the certificate and in the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.requirement import LEVELS

if TYPE_CHECKING:
    from dataverse_tck.conformance.requirement import Catalogue, Requirement


class Verdict(StrEnum):
    """The verdict of a run that could start."""

    CONFORMANT = "conformant"
    NOT_CONFORMANT = "not conformant"
    INCOMPLETE = "incomplete"


EXIT_CODES = {Verdict.CONFORMANT: 0, Verdict.NOT_CONFORMANT: 1, Verdict.INCOMPLETE: 3}

NO_WORSE = "no-worse"
GATES = ("verdict", "checked", NO_WORSE)
"""What exit code 0 means: that the verdict is conformant, that all that was selected was checked and passed, or that
nothing is worse than in a run before."""

CONTRACT = {
    GATES[0]: {0: "conformant", 1: "not conformant", 3: "incomplete"},
    GATES[1]: {
        0: "conformant, or incomplete only because something was left out",
        1: "not conformant",
        3: "incomplete for another reason, or nothing was checked",
    },
    NO_WORSE: {
        0: "nothing is worse than in the baseline",
        1: "something fails that did not fail in the baseline",
        3: "something could be checked in the baseline and not now, nothing was checked, or the run did not end well",
    },
}
"""What the exit codes of a run mean, by its gate; 2 is that it could not start. The documents have it from here."""

_ANSWERED = {Outcome.PASS, Outcome.FAIL, Outcome.WAIVED}
_HARMLESS = {Outcome.PASS, Outcome.WAIVED, Outcome.NOT_APPLICABLE, Outcome.NOT_CLAIMED, Outcome.BEYOND}


def complete_findings(
    findings: Mapping[str, Finding],
    catalogue: Catalogue,
    *,
    level: str,
    exercised: Collection[str],
    left_out: str | None,
    interrupted: bool,
    not_claimed: Mapping[str, str],
) -> dict[str, Finding]:
    """Return one finding for every requirement of the catalogue, in its order.

    What no scenario exercised is taken back: a pass that nobody looked at is not a pass. ``left_out`` says why
    scenarios were left out, None: none was; ``interrupted`` that the run ended early. ``not_claimed`` gives, by id,
    why the implementation does not claim a requirement: whatever was seen of it. What needs a higher level is beyond
    this one.
    """
    if interrupted:
        outcome, reason = Outcome.NOT_TESTABLE, "the run ended before a scenario looked at it"
    elif left_out:
        outcome, reason = Outcome.DESELECTED, left_out
    else:
        outcome, reason = Outcome.NOT_TESTABLE, "no scenario looks at it"

    def settled(item: Requirement) -> Finding:
        if LEVELS.index(item.level) > LEVELS.index(level):
            return Finding(item.id, Outcome.BEYOND, f"it belongs to the {item.level} level")
        finding = findings.get(item.id)
        if item.id in not_claimed:
            found = finding or Finding(item.id, Outcome.NOT_CLAIMED)
            return replace(found, outcome=Outcome.NOT_CLAIMED, reason=not_claimed[item.id])
        if finding is None:
            return Finding(item.id, outcome, reason)
        return finding if item.id in exercised else replace(finding, outcome=outcome, reason=reason)

    return {item.id: settled(item) for item in catalogue.requirements}


def withdraw_unclaimed(findings: Mapping[str, Finding], not_claimed: Mapping[str, str]) -> dict[str, Finding]:
    """Return the findings, whatever was seen of what the implementation does not claim withdrawn."""
    return {
        key: replace(found, outcome=Outcome.NOT_CLAIMED, reason=not_claimed[key]) if key in not_claimed else found
        for key, found in findings.items()
    }


def decide(findings: Mapping[str, Finding], catalogue: Catalogue, *, broken: bool) -> Verdict:
    """Return the verdict; ``broken`` says that the run was interrupted or broke inside. Advisory findings do not count.

    ``findings`` are settled: one for every requirement of the catalogue.
    """
    outcomes = {findings[item.id].outcome for item in catalogue.requirements if item.obligation != "advisory"}
    if Outcome.FAIL in outcomes:
        return Verdict.NOT_CONFORMANT
    return Verdict.INCOMPLETE if broken or outcomes - _HARMLESS else Verdict.CONFORMANT


def unchecked_levels(findings: Mapping[str, Finding], catalogue: Catalogue, level: str) -> tuple[str, ...]:
    """Return the levels of a run of which nothing was checked, though nothing stands in the way of a verdict either.

    Who claims nothing, or to whom nothing applies, conforms to nothing.
    """
    found: dict[str, set[Outcome]] = {name: set() for name in LEVELS[: LEVELS.index(level) + 1]}
    for item in catalogue.requirements:
        if item.level in found and item.obligation != "advisory":
            found[item.level].add(findings[item.id].outcome)
    return tuple(name for name, outcomes in found.items() if outcomes <= _HARMLESS - _ANSWERED)


def split_advisory(
    findings: Mapping[str, Finding], catalogue: Catalogue
) -> tuple[Mapping[str, Finding], Mapping[str, Finding]]:
    """Return the findings that the verdict rests on, and the advisory ones."""
    judged = {item.id: findings[item.id] for item in catalogue.requirements if item.obligation != "advisory"}
    return judged, {key: finding for key, finding in findings.items() if key not in judged}


def counts(findings: Mapping[str, Finding]) -> dict[str, int]:
    """Return how many requirements came out how, every outcome named."""
    counted = Counter(finding.outcome for finding in findings.values())
    return {outcome.value: counted[outcome] for outcome in Outcome}


def coverage(findings: Mapping[str, Finding]) -> tuple[int, int]:
    """Return (how many were checked to an answer, how many there are within the level)."""
    within = [finding for finding in findings.values() if finding.outcome is not Outcome.BEYOND]
    return sum(finding.outcome in _ANSWERED for finding in within), len(within)


def exit_code(
    verdict: Verdict, findings: Mapping[str, Finding], catalogue: Catalogue, *, gate: str, broken: bool
) -> int:
    """Return the exit code of a run; ``broken`` as for ``decide``.

    With the gate "checked" a run that is incomplete only because something was left out ends with 0; one that checked
    nothing does not.
    """
    outcomes = {findings[item.id].outcome for item in catalogue.requirements if item.obligation != "advisory"}
    left_out = verdict is Verdict.INCOMPLETE and not broken and outcomes <= _HARMLESS | {Outcome.DESELECTED}
    return 0 if gate == "checked" and left_out and Outcome.PASS in outcomes else EXIT_CODES[verdict]
