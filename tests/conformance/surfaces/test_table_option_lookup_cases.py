"""The table, options and lookups, case by case: what is shown, what a surface is silent about, and why."""

from __future__ import annotations

from typing import Any

import pytest

from dataverse_tck.conformance.surfaces.observation import Observation
from dataverse_tck.conformance.surfaces.option import is_number
from dataverse_tck.conformance.surfaces.subject import Subject
from dataverse_tck.conformance.surfaces.surface import Surface
from dataverse_tck.readings import Csdl, State
from tests.support.observing import (
    DOWN,
    HOLD,
    HOST,
    LOOKUP,
    OPTION,
    TABLE,
    UP,
    Case,
    check,
    check_not_read,
    declared,
    link,
    seen,
)
from tests.support.perfect_readings import label

LOOKUPS_IN_RELATIONSHIPS: list[Case] = [
    (
        "of its column alone, in order",
        (
            {"ReferencingAttribute": "owner", "ReferencedEntity": "team"},
            {"ReferencingAttribute": "other", "ReferencedEntity": "account"},
            {"ReferencingAttribute": "owner", "ReferencedEntity": "user"},
            {"ReferencingAttribute": "owner"},
        ),
        seen("many_to_one", {"Targets": ["team", "user", None]}),
    ),
    ("none", (), seen("many_to_one", {"Targets": []})),
]
LOOKUPS_IN_CSDL: list[Case] = [
    (
        "by its property",
        declared(
            link("a", "team", by=("_owner_value", "teamid")),
            link("b", "account", by=("_other_value", "accountid")),
            link("c", "user", by=("_owner_value", "userid")),
            link("d", "x"),
        ),
        seen("csdl", {"Targets": ["team", "user"]}),
    ),
    ("none", declared(link("b", "account", by=("owner", "accountid"))), None),
]
SEVEN = {"Value": 7, "Label": "Seven"}
NO_ENGLISH = "it has no English label (LanguageCode 1033)"


def options(*items: Any) -> dict[str, Any]:
    """An option set."""
    return {"Options": list(items)}


def shown_option(text: Any = "Seven") -> dict[str, Any]:
    """An option, as it is served."""
    return {"Value": 7, "Label": label(text)}


def option_cases(member: str, other: str) -> list[Case]:
    """The same for each of the two sets."""
    return [
        (
            "one of two",
            {member: options({"Value": 8}, shown_option())},
            seen("choices", SEVEN, why=NO_ENGLISH),
        ),
        (
            "twice",
            {member: options(shown_option(), shown_option("Sept"))},
            seen("choices", SEVEN, why=NO_ENGLISH, others=({"Value": 7, "Label": "Sept"},)),
        ),
        (
            "without English",
            {member: options({"Value": 7.0})},
            seen("choices", {"Value": 7.0, "Label": None}, ("Label",), why=NO_ENGLISH),
        ),
        ("not among them", {member: options({"Value": "7"}, {"Value": True}, {})}, seen("choices", None)),
        ("an empty set", {member: options()}, seen("choices", None)),
        ("the other set alone", {member: None, other: options(shown_option())}, None),
        *(
            (
                f"a set that is {strange!r}",
                {member: strange},
                Observation(State.BROKEN, reason=f"{member} has no list of Options", exchanges=("choices",)),
            )
            for strange in ("x", [1], {"Options": None}, {"Options": {"0": SEVEN}})
        ),
    ]


OPTION_SETS: list[tuple[Surface, Case]] = [
    *((Surface.OPTIONSET, case) for case in option_cases("OptionSet", "GlobalOptionSet")),
    *((Surface.GLOBALOPTIONSET, case) for case in option_cases("GlobalOptionSet", "OptionSet")),
    (Surface.OPTIONSET, ("neither set", {"LogicalName": "channel"}, seen("choices", None))),
    (Surface.GLOBALOPTIONSET, ("neither set", {"LogicalName": "channel"}, None)),
    (Surface.OPTIONSET, ("no column", None, seen("choices", None))),
    (Surface.GLOBALOPTIONSET, ("no column", None, None)),
]
TABLES: list[Case] = [
    (
        "named",
        {"LogicalName": HOST, "DisplayName": label("Conversation")},
        seen("table", {"LogicalName": HOST, "DisplayName": "Conversation"}, why=NO_ENGLISH),
    ),
    (
        "unnamed",
        {"LogicalName": HOST},
        seen("table", {"LogicalName": HOST, "DisplayName": None}, ("DisplayName",), why=NO_ENGLISH),
    ),
    ("none", None, seen("table", None)),
]
TABLES_IN_CSDL: list[Case] = [
    ("declared", declared(), {"LogicalName": HOST}),
    ("not declared", Csdl({}, ()), seen("csdl", None)),
]
ALL: list[tuple[Subject, Surface, str, Case]] = [
    *((LOOKUP, Surface.RELATIONSHIPS, "many_to_one", case) for case in LOOKUPS_IN_RELATIONSHIPS),
    *((LOOKUP, Surface.CSDL, "csdl", case) for case in LOOKUPS_IN_CSDL),
    (LOOKUP, Surface.TARGETS, "lookups", ("listed", {"Targets": ["a"]}, seen("lookups", {"Targets": ["a"]}))),
    (LOOKUP, Surface.TARGETS, "lookups", ("no column", None, seen("lookups", None))),
    *((OPTION, surface, "choices", case) for surface, case in OPTION_SETS),
    *((TABLE, Surface.ENTITYDEFINITIONS, "table", case) for case in TABLES),
    *((TABLE, Surface.CSDL, "csdl", case) for case in TABLES_IN_CSDL),
]


@pytest.mark.parametrize(
    ("subject", "surface", "name", "case"),
    ALL,
    ids=[f"{one.noun} on {surface}: {case[0]}" for one, surface, _, case in ALL],
)
def test_a_surface_shows(subject: Subject, surface: Surface, name: str, case: Case) -> None:
    """One line for each case."""
    check(subject, surface, name, case)


@pytest.mark.parametrize(
    ("subject", "surface", "name"),
    [
        (LOOKUP, Surface.RELATIONSHIPS, "many_to_one"),
        (LOOKUP, Surface.CSDL, "csdl"),
        (LOOKUP, Surface.TARGETS, "lookups"),
        (OPTION, Surface.OPTIONSET, "choices"),
        (OPTION, Surface.GLOBALOPTIONSET, "choices"),
        (TABLE, Surface.ENTITYDEFINITIONS, "table"),
        (TABLE, Surface.CSDL, "csdl"),
    ],
    ids=str,
)
def test_what_was_not_read_says_why(subject: Subject, surface: Surface, name: str) -> None:
    """Refused or broken, with its own reason and exchange."""
    check_not_read(subject, surface, name)


@pytest.mark.parametrize(
    ("value", "right"), [(7, True), (7.0, True), (8, False), (7.5, False), ("7", False), (None, False), ([7], False)]
)
def test_a_number_is_compared_as_a_number(value: object, *, right: bool) -> None:
    """And true is not 1."""
    assert is_number(value, 7) is right  # type: ignore[arg-type]
    assert not is_number(True, 1)
    assert not is_number(False, 0)


@pytest.mark.parametrize(
    ("subject", "noun", "name", "many_to_one"),
    [
        (UP, "relationship", "host_parent", True),
        (DOWN, "relationship", "host_child", False),
        (HOLD, "message", "Hold", False),
        (LOOKUP, "lookup", "owner", False),
        (OPTION, "option", "7", False),
        (TABLE, "table", HOST, False),
    ],
    ids=str,
)
def test_a_subject_is_known_by_its_node(subject: Subject, noun: str, name: str, *, many_to_one: bool) -> None:
    """Its noun, its name, and the end of a relationship that the table is."""
    assert (subject.noun, subject.name, subject.many_to_one) == (noun, name, many_to_one)
    if noun in ("lookup", "option"):
        assert subject.column == subject.node.split("/")[1]
