"""Controls that are sent: where one is not refused, no message is known to be carried out."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from dataverse_tck.conformance.control import guarded_by
from dataverse_tck.conformance.controls import withdraw_unproven
from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.sent_controls import SENT
from tests.support.judging import SUITE

MADE_UP, LETTER_CASE = "control/made-up-message-sent", "control/letter-case"
HOLD = "derived/message/CCaaS_HoldCall"
OTHERS = (f"{HOLD}/not-by-get", "message/CCaaS_HoldCall/exists")
PASSED = {key: Finding(key, Outcome.PASS) for key in (f"{HOLD}/callable", *OTHERS)}


def withdrawn(*controls: Finding) -> dict[str, Finding]:
    """What becomes of passes beside these controls."""
    return withdraw_unproven(PASSED, {one.requirement: one for one in controls}, SUITE.catalogue)


def test_they_guard_that_messages_can_be_called() -> None:
    """All 18, at the level of calls; each names what is sent."""
    callable_ = {item.id for item in SUITE.catalogue.requirements if fnmatchcase(item.id, "derived/message/*/callable")}

    assert [control.id for control in SENT] == [MADE_UP, LETTER_CASE]
    assert len(callable_) == 18
    for control in SENT:
        assert set(guarded_by(control, SUITE.catalogue)) == callable_
        assert control.level == "calls"
        assert control.subject.rpartition("/")[2] in control.statement
        assert control.seen == {}


@pytest.mark.parametrize("observed", ["accepted", "error"])
@pytest.mark.parametrize(
    ("control", "words"),
    [
        (MADE_UP, "also accepts a message that nobody knows"),
        (LETTER_CASE, "also accepts a message whose name is written otherwise"),
    ],
)
def test_who_says_yes_to_everything_proves_nothing(control: str, words: str, observed: str) -> None:
    """An error in the body of a yes is a yes; the control is named."""
    found = withdrawn(Finding(control, Outcome.FAIL, "It is accepted.", observed))
    reason = f"nothing can be said of it, because this endpoint {words} ({control})"

    assert found[f"{HOLD}/callable"] == Finding(f"{HOLD}/callable", Outcome.NOT_OBSERVABLE, reason)
    assert {key for key in found if found[key].outcome is Outcome.PASS} == set(PASSED) - {f"{HOLD}/callable"}


def test_a_control_that_fails_otherwise_is_told_with_its_reason() -> None:
    """That the endpoint can say no was not seen."""
    found = withdrawn(Finding(MADE_UP, Outcome.FAIL, "it breaks", 500))[f"{HOLD}/callable"]

    assert found.outcome is Outcome.NOT_OBSERVABLE
    assert found.reason == f"{MADE_UP} did not pass (it breaks), so this pass would prove nothing"


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.FAIL])
def test_where_it_is_refused_or_could_not_be_sent_passes_stand(outcome: Outcome) -> None:
    """What keeps it from being sent, or looked at, is told of the calls themselves; so where no control was tried."""
    assert withdrawn(Finding(MADE_UP, outcome), Finding(LETTER_CASE, outcome)) == PASSED
    assert withdrawn() == PASSED


def test_what_failed_stays_a_failure() -> None:
    """A control takes back passes alone."""
    failed = {f"{HOLD}/callable": Finding(f"{HOLD}/callable", Outcome.FAIL, "404")}
    controls = {MADE_UP: Finding(MADE_UP, Outcome.FAIL, "", "accepted")}

    assert withdraw_unproven(failed, controls, SUITE.catalogue) == failed
