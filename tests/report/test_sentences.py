"""The verdict in a sentence, and what it does not say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.report.sentences import limits, verdict_sentence
from dataverse_tck.report.tables import ACTS, cascades, messages_by_state, worst_of
from tests.support.results import DELETE, SURVIVED, checked, result


def told(folder: Path, changed: dict[str, Finding] | None = None, **facts: Any) -> Any:
    """The certificate of a run that came to something."""
    return checked(result(folder, changed, **facts))


def test_conformant(tmp_path: Path) -> None:
    """How many, of those that were checked."""
    document = told(tmp_path)

    assert document["coverage"]["checked"] == document["coverage"]["requirements"] == 695
    assert verdict_sentence(document) == "All 695 requirements that were checked hold."


def test_conformant_where_some_did_not_apply(tmp_path: Path) -> None:
    """What was not checked is no part of what holds."""
    assert verdict_sentence(told(tmp_path, {DELETE: Finding(DELETE, Outcome.NOT_APPLICABLE, "why")})) == (
        "All 694 requirements that were checked hold; 1 more was not checked."
    )


def test_what_is_waived_does_not_hold(tmp_path: Path) -> None:
    """Though it decides nothing, it is not said to hold, and not said to be whole."""
    waived = {DELETE: Finding(DELETE, Outcome.WAIVED, "why")}
    label = "column/msdyn_channel/option/192300000/label"
    error = {**waived, label: Finding(label, Outcome.ERROR, "it broke off")}

    assert verdict_sentence(told(tmp_path, waived)) == (
        "694 of the 695 requirements that were checked hold; 1 does not, and is waived."
    )
    assert verdict_sentence(told(tmp_path, error)) == (
        "Nothing was seen broken but what is waived (1 requirement), and 1 requirement could not be checked: neither "
        "conformant nor not."
    )


def test_not_conformant(tmp_path: Path) -> None:
    """How many of how many."""
    document = told(tmp_path, {DELETE: SURVIVED})

    assert verdict_sentence(document) == (
        f"1 of the {document['coverage']['checked']:,} requirements that were checked does not hold."
    )


def test_incomplete(tmp_path: Path) -> None:
    """Not a word of conformance."""
    document = told(tmp_path, {DELETE: Finding(DELETE, Outcome.ERROR, "it broke off")})

    assert verdict_sentence(document) == (
        "Nothing was seen broken, but 1 requirement could not be checked: neither conformant nor not."
    )


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            {"level": "surface"},
            "It was run at the level surface: of what becomes of its rows and what its",
        ),
        ({"endpoint": None}, "The endpoint is the kit's own emulator"),
        ({"interrupted": True}, "The run was interrupted."),
        ({"troubles": ("the clean-up broke",)}, "Trouble: the clean-up broke"),
        ({"extensions": (("option", "a"), ("option", "b"))}, "2 extensions beyond the reference: listed, not judged."),
        ({"private": ("CCaaS_EndCall",)}, "CCaaS_EndCall is private"),
    ],
)
def test_what_it_does_not_say(tmp_path: Path, facts: dict[str, Any], sentence: str) -> None:
    """Each thing that limits a verdict has its sentence, and no other run has it."""
    assert any(one.startswith(sentence) for one in limits(told(tmp_path, **facts)))
    assert not any(one.startswith(sentence) for one in limits(told(tmp_path)))


def test_what_becomes_of_conversations(tmp_path: Path) -> None:
    """Acts by record: what was looked up, and what was tried of it."""
    found = cascades(told(tmp_path, {DELETE: SURVIVED})["requirements"])
    cell = found.cells["Delete"]["msdyn_bookingrule_msdyn_ocliveworkitems"]

    assert len(found.records) == 7
    assert list(found.cells) == list(ACTS)
    assert all(len(row) == 7 for row in found.cells.values())
    assert (cell.expected, cell.declared, cell.worst) == ("Cascade", "pass", "fail")
    assert cell.tried["fail"] == 1
    assert sum(cell.tried.values()) > 1
    assert found.cells["Archive"]["msdyn_bookingrule_msdyn_ocliveworkitems"].tried == {}


def test_messages_by_state_stand_by_where_the_call_was() -> None:
    """What else the state was stands beside it."""
    one = {"message": "M", "state": {"call": "Held", "recording": "paused"}, "possible": True, "outcome": "right"}
    found = messages_by_state({"messages": [{**one, "reason": "", "exchange": "x0001"}]})

    assert found["M"]["Held"][0].beside == "recording paused"
    assert messages_by_state(None) == {}


def test_the_worst_counts() -> None:
    """What is beyond the level only where there is nothing else."""
    assert worst_of(["pass", "fail", "error"]) == "fail"
    assert worst_of(["pass", "beyond this level"]) == "pass"
    assert worst_of(["beyond this level"]) == "beyond this level"
