"""Relationships: cascades, menus, and which rows are meant."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from dataverse_tck.conformance.finding import Outcome
from tests.support.judging import CHILD, PARENT, judged, outcomes, with_parent
from tests.support.perfect_readings import label, many_to_one, perfect, read


def test_an_older_server_without_archive_is_not_wrong() -> None:
    """A cascade object without Archive leaves that one member not observable."""
    cascade = many_to_one()[1]["CascadeConfiguration"]
    readings = with_parent(CascadeConfiguration={k: v for k, v in cascade.items() if k != "Archive"})

    assert outcomes(readings, Outcome.FAIL) == set()
    assert outcomes(readings, Outcome.NOT_OBSERVABLE) == {f"{PARENT}/cascade/Archive"}


@pytest.mark.parametrize("cascade", [None, [], "Cascade", {}], ids=repr)
def test_an_absent_or_misshapen_cascade_passes_nothing(cascade: object) -> None:
    """No member passes by not being there."""
    found = judged(with_parent(CascadeConfiguration=cascade))
    members = {key: finding.outcome for key, finding in found.items() if key.startswith(f"{PARENT}/cascade/")}

    assert Outcome.PASS not in members.values()
    assert members[f"{PARENT}/cascade/Delete"] is Outcome.FAIL


@pytest.mark.parametrize(
    ("menu", "outcome"),
    [
        (None, Outcome.PASS),
        (label(None), Outcome.PASS),
        (label(""), Outcome.PASS),
        (label("Voicemails"), Outcome.FAIL),
        (label("Messaggi", 1040), Outcome.NOT_OBSERVABLE),
    ],
    ids=["null", "empty", "empty text", "English", "Italian"],
)
def test_a_blank_menu_label_means_no_label(menu: object, outcome: Outcome) -> None:
    """No label passes, an English one fails, one in another language says nothing."""
    readings = perfect()
    rows = copy.deepcopy(readings.one_to_many.content or ())
    row = next(row for row in rows if CHILD.endswith(row["SchemaName"]))
    row["AssociatedMenuConfiguration"]["Label"] = menu  # type: ignore[index]

    assert judged(replace(readings, one_to_many=read(rows)))[f"{CHILD}/menu/Label"].outcome is outcome


@pytest.mark.parametrize("order", ["10000", True, None, 9999])
def test_a_menu_value_of_another_kind_fails(order: object) -> None:
    """Numbers are compared with their JSON type."""
    readings = perfect()
    rows = copy.deepcopy(readings.one_to_many.content or ())
    row = next(row for row in rows if CHILD.endswith(row["SchemaName"]))
    row["AssociatedMenuConfiguration"]["Order"] = order  # type: ignore[index]

    assert outcomes(replace(readings, one_to_many=read(rows)), Outcome.FAIL) == {f"{CHILD}/menu/Order"}


def test_a_relationship_of_another_table_is_not_ours() -> None:
    """A row of that name whose own end is another table is not the documented relationship."""
    assert f"{PARENT}/exists" in outcomes(with_parent(ReferencingEntity="task"), Outcome.FAIL)
