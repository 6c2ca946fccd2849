"""What becomes of waivers: which count, what they cover, which are stale."""

from __future__ import annotations

from datetime import date

import pytest

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.waivers import Standing, Waiver, judged, waivable, waive, waived_ids
from tests.support.results import CATALOGUE

LABEL = "column/msdyn_channel/option/192300000/label"
EXISTS = "column/msdyn_channel/option/192300000/exists"
OPTION = "column/msdyn_channel/option/192300000/*"
TODAY = date(2026, 11, 30)


def waiver(requirement: str = LABEL, expires: date = date(2027, 3, 1)) -> Waiver:
    """A waiver that says no more than it has to."""
    return Waiver(requirement, "why", "who", expires)


def findings(**changed: Outcome) -> dict[str, Finding]:
    """Everything passed but the label and what else is named."""
    outcomes = {item.id: Outcome.PASS for item in CATALOGUE.requirements}
    outcomes |= {LABEL: changed.get("label", Outcome.PASS), EXISTS: changed.get("exists", Outcome.PASS)}
    return {key: Finding(key, outcome) for key, outcome in outcomes.items()}


@pytest.mark.parametrize("outcome", Outcome)
def test_only_a_fail_is_waived(outcome: Outcome) -> None:
    found = waive(findings(label=outcome), {LABEL, EXISTS})
    assert found[LABEL].outcome is (Outcome.WAIVED if outcome is Outcome.FAIL else outcome)
    assert found[EXISTS].outcome is Outcome.PASS


def test_what_nobody_waives_stays() -> None:
    assert waive(findings(label=Outcome.FAIL), {EXISTS}) == findings(label=Outcome.FAIL)


@pytest.mark.parametrize(("expires", "counts"), [(date(2026, 11, 29), False), (TODAY, True), (date(2026, 12, 1), True)])
def test_the_last_day_counts(expires: date, *, counts: bool) -> None:
    assert (LABEL in waived_ids([waiver(expires=expires)], CATALOGUE, TODAY)) is counts


@pytest.mark.parametrize(
    ("requirement", "label", "exists", "standing"),
    [
        (LABEL, Outcome.WAIVED, Outcome.PASS, Standing.IN_FORCE),
        (LABEL, Outcome.PASS, Outcome.FAIL, Standing.STALE),
        (LABEL, Outcome.NOT_CLAIMED, Outcome.PASS, Standing.STALE),
        (LABEL, Outcome.NOT_TESTABLE, Outcome.FAIL, Standing.UNUSED),
        (LABEL, Outcome.BEYOND, Outcome.PASS, Standing.UNUSED),
        (OPTION, Outcome.WAIVED, Outcome.PASS, Standing.IN_FORCE),
        (OPTION, Outcome.PASS, Outcome.WAIVED, Standing.IN_FORCE),
        (OPTION, Outcome.PASS, Outcome.PASS, Standing.STALE),
        (OPTION, Outcome.PASS, Outcome.ERROR, Standing.UNUSED),
        (OPTION, Outcome.PASS, Outcome.DESELECTED, Standing.UNUSED),
        (OPTION, Outcome.WAIVED, Outcome.ERROR, Standing.IN_FORCE),
    ],
)
def test_what_becomes_of_a_waiver(requirement: str, label: Outcome, exists: Outcome, standing: Standing) -> None:
    (found,) = judged([waiver(requirement)], findings(label=label, exists=exists), CATALOGUE, TODAY)
    assert found.standing is standing
    assert set(found.covers) == {key for key, one in ((LABEL, label), (EXISTS, exists)) if one is Outcome.WAIVED}


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.PASS])
def test_an_expired_waiver_is_neither_in_force_nor_stale(outcome: Outcome) -> None:
    """It names what fails all the same."""
    (found,) = judged([waiver(expires=date(2026, 11, 29))], findings(label=outcome), CATALOGUE, TODAY)
    assert (found.standing, found.covers) == (Standing.EXPIRED, (LABEL,) if outcome is Outcome.FAIL else ())


@pytest.mark.parametrize(
    ("expires", "soon"),
    [(date(2026, 11, 29), False), (TODAY, True), (date(2026, 12, 13), True), (date(2026, 12, 14), False)],
)
def test_it_is_told_two_weeks_before_that_a_waiver_ends(expires: date, *, soon: bool) -> None:
    (found,) = judged([waiver(expires=expires)], findings(label=Outcome.WAIVED), CATALOGUE, TODAY)
    assert found.ends_soon is soon


def test_what_is_advisory_decides_nothing_and_is_not_waived() -> None:
    advisory = next(item.id for item in CATALOGUE.requirements if item.obligation == "advisory")
    assert waivable(CATALOGUE, advisory) == ()
    assert all(not key.startswith("advisory/") for key in waivable(CATALOGUE, "*"))
    assert len(waivable(CATALOGUE, "*")) == sum(item.obligation != "advisory" for item in CATALOGUE.requirements)
