"""What hangs on what: roots, outcomes that block, and the reasons that are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dataverse_tck.conformance.finding import Finding, Outcome, Sighting
from dataverse_tck.conformance.judge import judge, mark_blocked
from dataverse_tck.conformance.requirement import Requirement
from tests.support.changed_readings import alone, told_apart, with_content
from tests.support.judging import CHILD, MESSAGE, OPTION, PARENT, SUITE, judged
from tests.support.perfect_readings import label

RIGHT = Sighting("csdl", right=True, observed=1, exchanges=())
WRONG = Sighting("csdl", right=False, observed=1, exchanges=())


def needing(identifier: str, *needed: str) -> Requirement:
    """A requirement that hangs on others."""
    return Requirement(identifier, "", "surface", "normative", "f", "n", (), 1, "", 1, blocked_by=needed)


def settled(*requirements: Requirement, **outcomes: Finding | Outcome) -> dict[str, Finding]:
    """What is found of each; a pass unless told otherwise."""
    findings = {item.id: Finding(item.id, Outcome.PASS) for item in requirements}
    for name, said in outcomes.items():
        findings[name] = said if isinstance(said, Finding) else Finding(name, said)
    return mark_blocked(requirements, findings)


@pytest.mark.parametrize(
    ("finding", "blocks"),
    [
        (Finding("a", Outcome.PASS), False),
        (Finding("a", Outcome.NOT_APPLICABLE), False),
        (Finding("a", Outcome.FAIL, sightings=(RIGHT, WRONG)), True),
        (Finding("a", Outcome.NOT_OBSERVABLE), True),
        (Finding("a", Outcome.NOT_TESTABLE), True),
        (Finding("a", Outcome.NOT_CLAIMED), True),
        (Finding("a", Outcome.ERROR), True),
        (Finding("a", Outcome.ERROR, sightings=(WRONG,)), True),
        (Finding("a", Outcome.ERROR, sightings=(WRONG, RIGHT)), False),
    ],
    ids=lambda it: f"{it.outcome} {len(it.sightings)}" if isinstance(it, Finding) else "",
)
def test_what_blocks(finding: Finding, *, blocks: bool) -> None:
    """All but a pass, what is not applicable, and a surface that broke beside one that showed it."""
    found = settled(needing("a"), needing("b", "a"), a=finding)

    assert found["a"] == finding
    if blocks:
        reason = f"it hangs on a, whose outcome is: {finding.outcome}"
        assert found["b"] == Finding("b", Outcome.NOT_TESTABLE, reason)
    else:
        assert found["b"].outcome is Outcome.PASS


def test_the_root_is_named_however_deep() -> None:
    """In whatever order they stand; what hangs on nothing that failed stays."""
    chain = (needing("d", "c"), needing("c", "b"), needing("b", "a"), needing("a"), needing("free"))
    found = settled(*chain, a=Outcome.FAIL, b=Outcome.FAIL)

    assert {key: one.outcome for key, one in found.items()} == {
        **dict.fromkeys("bcd", Outcome.NOT_TESTABLE),
        "a": Outcome.FAIL,
        "free": Outcome.PASS,
    }
    assert {found[key].reason for key in "bcd"} == {"it hangs on a, whose outcome is: fail"}
    assert list(found) == ["d", "c", "b", "a", "free"]


def test_a_root_behind_another_goes_before_what_fails_itself() -> None:
    """Of several that it hangs on: the first that has a root of its own, else the first that blocks."""
    found = settled(
        needing("a"),
        needing("b", "a"),
        needing("x"),
        needing("y"),
        needing("d", "x", "b"),
        needing("e", "x", "y"),
        a=Outcome.FAIL,
        x=Outcome.FAIL,
        y=Outcome.ERROR,
    )

    assert found["d"].reason == "it hangs on a, whose outcome is: fail"
    assert found["e"].reason == "it hangs on x, whose outcome is: fail"


def test_what_cannot_be_tested_for_one_reason_says_it_once() -> None:
    """With another reason, or by itself something else, it names what it hangs on."""
    same, other = (Finding("b", Outcome.NOT_TESTABLE, reason) for reason in ("no call", "no user"))
    first = Finding("a", Outcome.NOT_TESTABLE, "no call")
    behind = "it hangs on a, whose outcome is: not testable; by itself it would be: not"

    assert settled(needing("a"), needing("b", "a"), a=first, b=same)["b"] == same
    found = settled(needing("a"), needing("b", "a"), a=first, b=other)["b"]
    assert found == replace(other, reason=f"{behind} testable, no user")
    found = settled(needing("a"), needing("b", "a"), a=first, b=replace(same, outcome=Outcome.NOT_OBSERVABLE))["b"]
    assert found == replace(same, reason=f"{behind} observable, no call")


def test_what_was_not_found_out_blocks_nothing() -> None:
    """What is no part of this judgement."""
    assert settled(needing("b", "elsewhere"))["b"].outcome is Outcome.PASS


def reason_of(readings: Any, identifier: str) -> str:
    """Why something is not observable."""
    found = judged(readings)[identifier]
    assert found.outcome is Outcome.NOT_OBSERVABLE
    return found.reason


def test_every_silence_says_why() -> None:
    """Surface by surface: not read, nothing said, no such thing, no such member."""
    only = alone("sdkmessages", "customapis", readings=with_content("customapis", lambda _: ()))
    assert reason_of(only, f"message/{MESSAGE}/is-action") == "csdl: no leave for csdl; customapis: says nothing of it"
    assert reason_of(only, f"message/{MESSAGE}/on-table") == (
        "csdl: no leave for csdl; sdkmessagefilters: no leave for sdkmessagefilters; customapis: says nothing of it"
    )
    empty = with_content("sdkmessagefilters", lambda _: (), with_content("customapis", lambda _: ()))
    assert reason_of(empty, f"message/{MESSAGE}/not-event") == (
        "sdkmessagefilters: says nothing of it; customapis: says nothing of it"
    )


def test_an_absent_thing_leaves_its_facts_open() -> None:
    """Its presence is contradicted; what is said of it hangs on that."""
    found = judge(with_content("one_to_many", lambda _: ()), SUITE.catalogue, SUITE.schemas).findings

    assert (found[f"{CHILD}/exists"].outcome, found[f"{CHILD}/exists"].surface) == (Outcome.FAIL, "relationships")
    assert found[f"{CHILD}/exists"].sightings[0] == Sighting(
        "relationships", right=False, observed=None, exchanges=("one_to_many",), absent=True
    )
    assert found[f"{CHILD}/exists"].exchanges == ("one_to_many", "csdl")


@pytest.mark.parametrize(
    ("cascade", "seen", "absent"),
    [
        ({"Delete": "Restrict", "Archive": "NoCascade"}, "Restrict", False),
        ({"Delete": None, "Archive": "NoCascade"}, None, False),
        ({"Archive": "NoCascade"}, None, True),
        ("Cascade", None, True),
        (None, None, True),
    ],
    ids=str,
)
def test_what_is_seen_instead_is_told(cascade: Any, seen: Any, *, absent: bool) -> None:
    """Another value, null, or nothing at all."""
    name = PARENT.rpartition("/")[2]
    readings = with_content(
        "many_to_one",
        lambda rows: tuple(
            {**row, "CascadeConfiguration": cascade} if row["SchemaName"] == name else row for row in rows
        ),
    )
    found = judged(readings)[f"{PARENT}/cascade/Delete"]

    assert (found.outcome, found.observed, found.sightings[0].absent) == (Outcome.FAIL, seen, absent)
    assert found.reason == ("the endpoint does not have it" if absent else "the endpoint says otherwise")


def test_of_several_entries_the_first_that_breaks_is_told() -> None:
    """The same option three times, the second and the third with another label."""
    more = [{"Value": 192300000, "Label": label(text)} for text in "xy"]
    readings = with_content(
        "choices", lambda it: {**it, "OptionSet": {"Options": [*it["OptionSet"]["Options"], *more]}}
    )

    assert judged(readings)[f"{OPTION}/label"].observed == "x"


def test_the_judgement_stands_in_page_order_with_the_controls_apart() -> None:
    """Only the surface level is judged."""
    found = judge(told_apart(), SUITE.catalogue, SUITE.schemas)

    assert list(found.findings) == [item.id for item in SUITE.catalogue.of("surface")]
    assert all(key.startswith("control/") for key in found.controls)
    assert replace(found, controls={}).findings is found.findings
