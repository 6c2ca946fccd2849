"""What a scenario is told to have found, beside what the run says of the same requirements."""

from __future__ import annotations

import pytest

from dataverse_tck.acting.script import Stop
from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.scenarios.replay import as_settled

PASS, FAIL, ERROR = Outcome.PASS, Outcome.FAIL, Outcome.ERROR
UNTESTED, UNCLAIMED, ASIDE, UNSEEN = (
    Outcome.NOT_TESTABLE,
    Outcome.NOT_CLAIMED,
    Outcome.NOT_APPLICABLE,
    Outcome.NOT_OBSERVABLE,
)


def findings(*outcomes: Outcome, front: str = "derived/x", by: str) -> list[Finding]:
    return [Finding(f"{front}{number}", outcome, f"{outcome} {by}") for number, outcome in enumerate(outcomes)]


def stopped(outcome: Outcome | None) -> Stop | None:
    return None if outcome is None else Stop(3, outcome, f"{outcome} here")


@pytest.mark.parametrize(
    ("stop", "own", "settled", "told", "ends"),
    [
        (None, [PASS], [PASS], [PASS], None),
        (None, [PASS], [FAIL], [PASS], None),  # in another scenario
        (None, [PASS], [ERROR], [PASS], None),
        (None, [PASS], [UNTESTED], [UNTESTED], (0, UNTESTED, "derived/x0: not testable there")),
        (None, [PASS], [UNCLAIMED], [UNCLAIMED], (0, UNCLAIMED, "derived/x0: not claimed there")),
        (None, [PASS, PASS], [PASS, UNSEEN], [PASS, UNSEEN], (0, UNSEEN, "derived/x1: not observable there")),
        (FAIL, [FAIL], [FAIL], [FAIL], (3, FAIL, "fail here")),
        (FAIL, [FAIL], [UNTESTED], [UNTESTED], (3, UNTESTED, "derived/x0: not testable there")),
        (FAIL, [UNTESTED], [UNTESTED], [UNTESTED], (3, UNTESTED, "derived/x0: not testable there")),
        (FAIL, [PASS, FAIL], [PASS, UNTESTED], [PASS, UNTESTED], (3, UNTESTED, "derived/x1: not testable there")),
        (ERROR, [ERROR], [FAIL], [FAIL], (3, FAIL, "derived/x0: fail there")),
        (UNTESTED, [UNTESTED], [FAIL], [FAIL], (3, FAIL, "derived/x0: fail there")),
        (UNTESTED, [UNTESTED], [UNTESTED], [UNTESTED], (3, UNTESTED, "not testable here")),
        (ASIDE, [ASIDE], [PASS], [ASIDE], (3, ASIDE, "not applicable here")),
        (ASIDE, [ASIDE], [FAIL], [ASIDE], (3, ASIDE, "not applicable here")),
        (UNCLAIMED, [], [], [], (3, UNCLAIMED, "not claimed here")),
    ],
)
def test_a_scenario_says_what_the_run_says(
    stop: Outcome | None,
    own: list[Outcome],
    settled: list[Outcome],
    told: list[Outcome],
    ends: tuple[int, Outcome, str] | None,
) -> None:
    """It keeps a pass beside a failure elsewhere; all else is as it was settled, and ends it accordingly."""
    merged = {one.requirement: one for one in findings(*settled, by="there")}
    at, outcomes = as_settled(stopped(stop), findings(*own, by="here"), merged)

    assert list(outcomes.values()) == told
    assert (at and (at.at, at.outcome, at.reason)) == ends


@pytest.mark.parametrize(
    ("stop", "own", "ends"),
    [(None, FAIL, None), (UNTESTED, UNTESTED, UNTESTED), (FAIL, UNTESTED, UNTESTED)],
)
def test_what_is_advisory_fails_no_scenario(stop: Outcome | None, own: Outcome, ends: Outcome | None) -> None:
    """It is told beside it."""
    mine = findings(own, front="advisory/x", by="here")
    at, outcomes = as_settled(stopped(stop), mine, {one.requirement: one for one in mine})

    assert outcomes == {"advisory/x0": own}
    assert (at and at.outcome) is ends


def test_a_defect_of_the_kit_stays_one() -> None:
    """Whatever became of the requirement."""
    stop = Stop(1, ERROR, "the kit broke inside", trouble=KeyError("x"))
    (own,) = findings(ERROR, by="here")

    assert as_settled(stop, [own], {own.requirement: Finding(own.requirement, UNTESTED, "it hangs on")})[0] is stop
