"""From findings to a verdict: levels, what nobody looked at, what is not claimed, and what does not count."""

from __future__ import annotations

from typing import Any

import pytest

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.conformance.verdict import (
    Verdict,
    complete_findings,
    counts,
    coverage,
    decide,
    split_advisory,
    unchecked_levels,
)

CATALOGUE = load_suite().catalogue
SURFACE = [item.id for item in CATALOGUE.of("surface")]
DATA = [item.id for item in CATALOGUE.of("data")]
CALLS = [item.id for item in CATALOGUE.of("calls")]
ALL = {item.id: Finding(item.id, Outcome.PASS, observed=item.expected) for item in CATALOGUE.requirements}


def settled(findings: dict[str, Finding] = ALL, **options: Any) -> dict[str, Finding]:
    """Settle findings of a run that looked at everything, unless told otherwise."""
    usual = {"level": "data", "exercised": findings, "left_out": None, "interrupted": False, "not_claimed": {}}
    return complete_findings(findings, CATALOGUE, **{**usual, **options})


def with_outcome(identifier: str, outcome: Outcome) -> dict[str, Finding]:
    return {**ALL, identifier: Finding(identifier, outcome)}


def test_a_run_at_the_highest_level_counts_everything() -> None:
    """892 of 892, in the order of the catalogue."""
    found = settled(level="calls")

    assert list(found) == [item.id for item in CATALOGUE.requirements]
    assert coverage(found) == (892, 892)
    assert decide(found, CATALOGUE, broken=False) is Verdict.CONFORMANT


def test_what_needs_a_higher_level_is_beyond_and_does_not_count() -> None:
    """A run at the surface says which level the rest needs, and is complete without it."""
    found = settled({identifier: ALL[identifier] for identifier in SURFACE}, level="surface")

    assert {found[identifier].outcome for identifier in (*DATA, *CALLS)} == {Outcome.BEYOND}
    assert found[DATA[0]].reason == "it belongs to the data level"
    assert coverage(found) == (399, 399)
    assert counts(found)["beyond this level"] == 296 + 197
    assert decide(found, CATALOGUE, broken=False) is Verdict.CONFORMANT
    assert settled(level="data")[CALLS[0]].reason == "it belongs to the calls level"
    assert coverage(settled(level="data")) == (695, 695)


def test_a_failure_beyond_the_level_is_no_failure_of_the_run() -> None:
    """Whatever was seen of a higher level, a run at the surface does not judge it."""
    found = settled(with_outcome(DATA[0], Outcome.FAIL), level="surface")

    assert decide(found, CATALOGUE, broken=False) is Verdict.CONFORMANT


@pytest.mark.parametrize("seen", [SURFACE, []], ids=["half", "nothing"])
@pytest.mark.parametrize(
    ("options", "outcome", "words"),
    [
        ({}, Outcome.NOT_TESTABLE, "no scenario looks at it"),
        ({"left_out": "the run was told to leave it"}, Outcome.DESELECTED, "told to leave"),
        ({"interrupted": True, "left_out": "told so"}, Outcome.NOT_TESTABLE, "the run ended"),
    ],
)
def test_what_no_scenario_looked_at_is_no_pass(
    seen: list[str], options: dict[str, bool], outcome: Outcome, words: str
) -> None:
    """Whether something was read of it or not at all: it is not testable or deselected, and the run incomplete."""
    found = settled({identifier: ALL[identifier] for identifier in seen}, level="calls", exercised=seen[1:], **options)
    rest = [finding for identifier, finding in found.items() if identifier not in seen[1:]]

    assert {finding.outcome for finding in rest} == {outcome}
    assert all(words in finding.reason for finding in rest)
    assert decide(found, CATALOGUE, broken=False) is Verdict.INCOMPLETE


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.ERROR, Outcome.NOT_TESTABLE, Outcome.PASS])
@pytest.mark.parametrize("exercised", [[], list(ALL)], ids=["not exercised", "exercised"])
def test_what_is_not_claimed_is_neither_passed_nor_failed(outcome: Outcome, exercised: list[str]) -> None:
    """Whatever was observed of it: the profile's reason stands, and it is not among the checked."""
    found = settled(with_outcome(SURFACE[9], outcome), exercised=exercised, not_claimed={SURFACE[9]: "no such thing"})

    assert (found[SURFACE[9]].outcome, found[SURFACE[9]].reason) == (Outcome.NOT_CLAIMED, "no such thing")
    if exercised:
        assert coverage(found) == (694, 695)
        assert decide(found, CATALOGUE, broken=False) is Verdict.CONFORMANT


def test_what_is_not_claimed_was_never_looked_at() -> None:
    """Without any finding it is not claimed all the same."""
    assert settled({}, not_claimed={DATA[0]: "no such thing"})[DATA[0]].outcome is Outcome.NOT_CLAIMED


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (Outcome.FAIL, Verdict.NOT_CONFORMANT),
        (Outcome.ERROR, Verdict.INCOMPLETE),
        (Outcome.NOT_OBSERVABLE, Verdict.INCOMPLETE),
        (Outcome.NOT_APPLICABLE, Verdict.CONFORMANT),
    ],
)
@pytest.mark.parametrize("identifier", [SURFACE[0], DATA[0]], ids=["normative", "derived"])
def test_a_single_outcome_decides(identifier: str, outcome: Outcome, verdict: Verdict) -> None:
    """Normative and derived requirements weigh the same."""
    assert decide(settled(with_outcome(identifier, outcome)), CATALOGUE, broken=False) is verdict


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.ERROR])
def test_advisory_requirements_are_no_part_of_the_verdict(outcome: Outcome) -> None:
    """What only practice suggests is reported, and changes nothing."""
    advisory = [item.id for item in CATALOGUE.requirements if item.obligation == "advisory"]
    found = settled({**ALL, **{identifier: Finding(identifier, outcome) for identifier in advisory}}, level="calls")

    assert len(advisory) == 34
    assert decide(found, CATALOGUE, broken=False) is Verdict.CONFORMANT


def test_a_broken_run_is_incomplete_and_a_failure_outweighs_it() -> None:
    """An interruption takes nothing back from a failure that was seen."""
    assert decide(settled(), CATALOGUE, broken=True) is Verdict.INCOMPLETE
    assert decide(settled(with_outcome(DATA[0], Outcome.FAIL)), CATALOGUE, broken=True) is Verdict.NOT_CONFORMANT


def test_advisory_findings_are_told_apart_and_all_outcomes_are_counted() -> None:
    """What the verdict rests on stays in the order of the catalogue; an outcome that nothing has counts none."""
    found = settled(with_outcome(DATA[0], Outcome.WAIVED), level="calls")
    judged, advisory = split_advisory(found, CATALOGUE)

    assert list(judged) == [item.id for item in CATALOGUE.requirements if item.obligation != "advisory"]
    assert list(advisory) == [item.id for item in CATALOGUE.requirements if item.obligation == "advisory"]
    assert {**judged, **advisory} == found
    assert counts(found) == {**dict.fromkeys(map(str, Outcome), 0), "pass": len(ALL) - 1, "waived": 1}
    assert coverage(found) == (len(ALL), len(ALL))
    assert decide(found, CATALOGUE, broken=False) is Verdict.CONFORMANT


@pytest.mark.parametrize("outcome", list(Outcome))
def test_what_counts_as_checked_and_what_as_harmless(outcome: Outcome) -> None:
    """A requirement in each outcome: whether it is among the checked, and what the run comes to."""
    found = settled(with_outcome(DATA[0], outcome))
    within = len(SURFACE) + len(DATA)
    checked = outcome in (Outcome.PASS, Outcome.FAIL, Outcome.WAIVED)
    harmless = (Outcome.PASS, Outcome.WAIVED, Outcome.NOT_APPLICABLE, Outcome.NOT_CLAIMED, Outcome.BEYOND)

    assert coverage(found) == (within - 1 + checked, within - (outcome is Outcome.BEYOND))
    assert decide(found, CATALOGUE, broken=False) is (
        Verdict.NOT_CONFORMANT
        if outcome is Outcome.FAIL
        else Verdict.CONFORMANT
        if outcome in harmless
        else Verdict.INCOMPLETE
    )


def test_a_finding_that_was_not_looked_at_keeps_what_was_observed() -> None:
    """Only its outcome and its reason are taken back; one that was looked at stays as it is."""
    seen = Finding(SURFACE[3], Outcome.FAIL, "wrong", 7, "csdl", ("x0001",))
    left = settled({**ALL, SURFACE[3]: seen}, exercised=[])[SURFACE[3]]
    claimed = settled({**ALL, SURFACE[3]: seen}, not_claimed={SURFACE[3]: "none"})[SURFACE[3]]

    assert left == Finding(SURFACE[3], Outcome.NOT_TESTABLE, "no scenario looks at it", 7, "csdl", ("x0001",))
    assert claimed == Finding(SURFACE[3], Outcome.NOT_CLAIMED, "none", 7, "csdl", ("x0001",))
    assert settled({**ALL, SURFACE[3]: seen})[SURFACE[3]] == seen


def test_a_level_of_which_nothing_was_checked_is_named() -> None:
    """Nobody claims it, or none of it applies; one answer is enough, a gap or a higher level is another matter."""
    nothing = settled(level="calls", not_claimed=dict.fromkeys(CALLS, "not offered"))
    one = settled(level="calls", not_claimed=dict.fromkeys(CALLS[1:], "not offered"))
    none_applies = settled({key: Finding(key, Outcome.NOT_APPLICABLE) for key in ALL}, level="data")

    assert unchecked_levels(nothing, CATALOGUE, "calls") == ("calls",)
    assert unchecked_levels(nothing, CATALOGUE, "data") == ()
    assert unchecked_levels(one, CATALOGUE, "calls") == ()
    assert unchecked_levels(none_applies, CATALOGUE, "data") == ("surface", "data")
    assert unchecked_levels(settled({}, left_out="told so"), CATALOGUE, "data") == ()
