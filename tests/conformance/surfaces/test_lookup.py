"""Targets of lookups: by column, by relationship, by $metadata."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dataverse_tck.conformance.extensions import extensions
from dataverse_tck.conformance.finding import Outcome
from tests.support.judging import PARENT, SUITE, judged, outcomes, spoilt, with_parent
from tests.support.perfect_readings import perfect, read, unreadable


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


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ReferencedEntity": "account"}, "leads to account by regardingobjectid"),
        ({"ReferencingAttribute": "ownerid"}, "leads to msdyn_bookingrule by ownerid"),
    ],
    ids=["table", "column"],
)
def test_a_missing_target_names_its_relationship_and_what_it_says_instead(changes: dict[str, str], words: str) -> None:
    """What is told of the column leads to the relationship that is to be mended."""
    found = judged(with_parent(**changes))["column/regardingobjectid/target/msdyn_bookingrule"]

    assert found.outcome is Outcome.FAIL
    assert found.reason.endswith(f"msdyn_bookingrule_msdyn_ocliveworkitems {words}")


def test_a_target_without_its_relationship_says_so() -> None:
    """Where no relationship of that name is left, nothing leads anywhere."""
    readings = perfect()
    rows = tuple(row for row in readings.many_to_one.content or () if row["ReferencedEntity"] != "msdyn_bookingrule")
    found = judged(replace(readings, many_to_one=read(rows), csdl=unreadable()))

    reason = found["column/regardingobjectid/target/msdyn_bookingrule"].reason
    assert reason.endswith("there is no msdyn_bookingrule_msdyn_ocliveworkitems")
