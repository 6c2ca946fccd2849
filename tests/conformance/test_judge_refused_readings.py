"""Every reading refused, broken or alone: what comes of each family, why, and which exchanges bear it out."""

from __future__ import annotations

import pytest

from dataverse_tck.conformance.finding import Finding, Outcome, Sighting
from tests.support.changed_readings import NAMES, alone, broke, kind, refused, told_apart
from tests.support.judging import SUITE, judged

# What shows each family: a surface, and after the colon the reading that it rests on.
SHOWN = {
    "table-exists": "entitydefinitions:table csdl:csdl",
    "table-display-name": "entitydefinitions:table",
    "message-exists": "csdl:csdl sdkmessages:sdkmessages customapis:customapis",
    "message-is-action": "csdl:csdl customapis:customapis",
    "message-not-event": "sdkmessagefilters:sdkmessagefilters customapis:customapis",
    "message-on-table": "csdl:csdl sdkmessagefilters:sdkmessagefilters customapis:customapis",
    "option-exists": "optionset:choices globaloptionset:choices",
    "option-label": "optionset:choices globaloptionset:choices",
    "target": "targets:lookups relationships:many_to_one csdl:csdl",
    "relationship-exists of parents": "relationships:many_to_one csdl:csdl",
    "relationship-exists of children": "relationships:one_to_many csdl:csdl",
    "relationship-end of parents": "relationships:many_to_one csdl:csdl",
    "relationship-end of children": "relationships:one_to_many csdl:csdl",
    "cascade of parents": "relationships:many_to_one",
    "customizable of children": "relationships:one_to_many",
    "menu of children": "relationships:one_to_many",
}
# What each family hangs on, where that is on no more surfaces than the family itself.
HANGS_ON = {"option-label": "option-exists"}
SURFACE = SUITE.catalogue.of("surface")


def shown(family: str) -> list[tuple[str, str]]:
    """The (surface, reading) pairs of a family."""
    return [(surface, reading) for surface, _, reading in (one.partition(":") for one in SHOWN[family].split())]


def sightings(family: str, expected: object, without: str = "") -> tuple[Sighting, ...]:
    """What is seen of a requirement where one reading is missing and all others are right."""
    return tuple(
        Sighting(surface, right=True, observed=expected, exchanges=(reading,))  # type: ignore[arg-type]
        for surface, reading in shown(family)
        if reading != without
    )


def passed(identifier: str, family: str, expected: object, without: str = "") -> Finding:
    """The finding of a pass: decided by the first surface, borne out by the exchanges of all."""
    seen = sightings(family, expected, without)
    exchanges = tuple(dict.fromkeys(exchange for one in seen for exchange in one.exchanges))
    return Finding(identifier, Outcome.PASS, "", expected, seen[0].surface, exchanges, seen)  # type: ignore[arg-type]


def test_every_family_is_in_the_table() -> None:
    """No family of the surface level is left out below."""
    assert {kind(item) for item in SURFACE} == set(SHOWN)


def test_what_passes_says_what_was_seen_where() -> None:
    """Each surface is a sighting of its own, in the order of the surfaces, with its exchange."""
    found = judged(told_apart())

    for item in SURFACE:
        assert found[item.id] == passed(item.id, kind(item), item.expected)


@pytest.mark.parametrize("reading", NAMES)
def test_a_refused_reading_takes_away_what_it_alone_shows(reading: str) -> None:
    """What another surface shows passes there; the rest is not observable, and says why."""
    found = judged(refused(reading))

    for item in SURFACE:
        family = kind(item)
        if any(source != reading for _, source in shown(family)):
            assert found[item.id] == passed(item.id, family, item.expected, without=reading)
        elif family in HANGS_ON:
            assert found[item.id].outcome is Outcome.NOT_TESTABLE
            assert f"outcome is: {Outcome.NOT_OBSERVABLE}" in found[item.id].reason
        else:
            reasons = "; ".join(f"{surface}: no leave for {reading}" for surface, _ in shown(family))
            assert found[item.id] == Finding(item.id, Outcome.NOT_OBSERVABLE, reasons)


@pytest.mark.parametrize("reading", [name for name in NAMES if name != "made_up_table"])
def test_a_broken_reading_is_an_error_of_all_that_it_shows(reading: str) -> None:
    """It might have contradicted: nothing of it passes; what was seen elsewhere is told all the same."""
    found = judged(broke(reading))

    for item in SURFACE:
        family = kind(item)
        broken = [surface for surface, source in shown(family) if source == reading]
        if not broken:
            assert found[item.id] == passed(item.id, family, item.expected)
        elif family in HANGS_ON:
            assert found[item.id].outcome is Outcome.NOT_TESTABLE
            assert f"outcome is: {Outcome.ERROR}" in found[item.id].reason
        else:
            reason = f"{broken[0]}: {reading} timed out"
            seen = sightings(family, item.expected, without=reading)
            assert found[item.id] == Finding(item.id, Outcome.ERROR, reason, None, broken[0], (reading,), seen)


@pytest.mark.parametrize("reading", NAMES)
def test_a_reading_alone_passes_what_it_shows(reading: str) -> None:
    """All others refused: what this one shows is decided by it, unless it hangs on what nobody shows any more."""
    found = judged(alone(reading))

    for item in SURFACE:
        if not any(source == reading for _, source in shown(kind(item))):
            assert found[item.id].outcome in (Outcome.NOT_OBSERVABLE, Outcome.NOT_TESTABLE)
        elif found[item.id].outcome is Outcome.NOT_TESTABLE:
            assert any(found[one].outcome is not Outcome.PASS for one in item.blocked_by)
        else:
            assert found[item.id].outcome is Outcome.PASS
            assert set(found[item.id].exchanges) == {reading}


@pytest.mark.parametrize(
    ("readings", "passes"),
    [
        (("table",), "table-exists table-display-name"),
        (("table", "choices"), "table-exists table-display-name option-exists option-label"),
        (("table", "lookups"), "table-exists table-display-name target"),
        (
            ("table", "many_to_one"),
            (
                "table-exists table-display-name target relationship-exists/parents relationship-end/parents"
                " cascade/parents"
            ),
        ),
        (
            ("table", "one_to_many"),
            (
                "table-exists table-display-name relationship-exists/children relationship-end/children"
                " customizable/children menu/children"
            ),
        ),
        (
            ("csdl",),
            (
                "table-exists message-exists message-is-action message-on-table target relationship-exists/parents"
                " relationship-exists/children relationship-end/parents relationship-end/children"
            ),
        ),
        (("sdkmessages",), "message-exists"),
        (("sdkmessagefilters",), ""),
        (("sdkmessages", "sdkmessagefilters"), "message-exists message-not-event message-on-table"),
        (("customapis",), "message-exists message-is-action message-not-event message-on-table"),
        (("columns", "made_up_table"), ""),
    ],
    ids="+".join,
)
def test_a_few_readings_pass_what_they_show_and_nothing_else(readings: tuple[str, ...], passes: str) -> None:
    """With the table read as well, nothing hangs on what is missing."""
    found = judged(alone(*readings))
    wanted = {family.replace("/", " of ") for family in passes.split()}

    assert {kind(item) for item in SURFACE if found[item.id].outcome is Outcome.PASS} == wanted
    assert {found[item.id].outcome for item in SURFACE if kind(item) not in wanted} <= {
        Outcome.NOT_OBSERVABLE,
        Outcome.NOT_TESTABLE,
    }
