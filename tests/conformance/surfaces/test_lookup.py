"""Targets of lookups: by column, by relationship, by $metadata."""

from __future__ import annotations

from dataverse_tck.conformance.extensions import extensions
from dataverse_tck.conformance.finding import Outcome
from tests.support.judging import PARENT, SUITE, judged, outcomes, spoilt, with_parent


def test_a_relationship_under_another_name_leaves_the_target_alone() -> None:
    """The target is still shown by a relationship that joins it, whatever its name."""
    found = judged(with_parent(SchemaName="another"))

    assert found[f"{PARENT}/exists"].outcome is Outcome.FAIL
    assert found["column/regardingobjectid/target/msdyn_bookingrule"].outcome is Outcome.PASS
    assert found[f"{PARENT}/cascade/Delete"].outcome is Outcome.NOT_TESTABLE


def test_targets_that_are_no_list_contradict() -> None:
    """A member of the wrong JSON type passes nothing."""
    assert "column/regardingobjectid/target/msdyn_bookingrule" in outcomes(spoilt("targets true"), Outcome.FAIL)
    extensions(spoilt("targets true"), SUITE.catalogue)
