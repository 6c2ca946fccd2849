"""Relationships, case by case: what is shown, what a surface is silent about, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dataverse_tck.conformance.surfaces.observe import observe
from dataverse_tck.conformance.surfaces.relationship import instead
from dataverse_tck.conformance.surfaces.subject import Subject
from dataverse_tck.conformance.surfaces.surface import Surface
from dataverse_tck.readings import Csdl, EntityType
from tests.support.changed_readings import told_apart
from tests.support.observing import (
    DOWN,
    HOST,
    UP,
    Case,
    check,
    check_not_read,
    declared,
    link,
    reading,
    seen,
)
from tests.support.perfect_readings import label

PARENT_ROW = {"SchemaName": "host_parent", "ReferencingEntity": HOST, "ReferencedEntity": "parent"}
CHILD_ROW = {"SchemaName": "host_child", "ReferencedEntity": HOST}
BY_PARENT = ("_parentcolumn_value", "parentid")
BY_HOST = ("_hostcolumn_value", "activityid")
NO_MEMBER = "it has no such member (older servers lack Archive), or no English text for it"
NOT_SAID = "$metadata does not say"
WHOLE_UP = {
    "SchemaName": "host_parent",
    "ReferencingEntityNavigationPropertyName": "parent_up",
    "ReferencedEntity": "parent",
    "ReferencingAttribute": "parentcolumn",
    "ReferencedAttribute": "parentid",
}
WHOLE_DOWN = {
    "SchemaName": "host_child",
    "ReferencedEntityNavigationPropertyName": "children_down",
    "ReferencingEntity": "child",
    "ReferencingAttribute": "hostcolumn",
}
CASCADE, CUSTOMIZABLE = ("CascadeConfiguration", "Delete"), ("IsCustomizable", "Value")
ARCHIVE, MENU_LABEL = ("CascadeConfiguration", "Archive"), ("AssociatedMenuConfiguration", "Label")
BACK = (link("back", HOST, partner="children_down", by=BY_HOST),)


def up(*wanted: str) -> dict[str, Any]:
    """Some members of the whole relationship to the parent."""
    return {key: value for key, value in WHOLE_UP.items() if key in ("SchemaName", *wanted)}


UP_IN_CSDL: list[Case] = [
    ("whole", declared(link("parent_up", "parent", by=BY_PARENT)), seen("csdl", WHOLE_UP, CASCADE, why=NOT_SAID)),
    (
        "no constraint",
        declared(link("parent_up", "parent")),
        seen(
            "csdl",
            up("ReferencingEntityNavigationPropertyName", "ReferencedEntity"),
            *[("ReferencedAttribute",), ("ReferencingAttribute",), CASCADE],
            why=NOT_SAID,
        ),
    ),
    (
        "another name, the right partner",
        declared(link("x", "parent", partner="host_parent", by=BY_PARENT)),
        seen("csdl", {**WHOLE_UP, "ReferencingEntityNavigationPropertyName": "x"}, CASCADE, why=NOT_SAID),
    ),
    (
        "the right name beside another with the right partner",
        declared(link("a", "x", partner="host_parent", by=BY_HOST), link("parent_up", "parent", by=BY_PARENT)),
        seen("csdl", WHOLE_UP, CASCADE, why=NOT_SAID),
    ),
    ("a collection of that name", declared(link("parent_up", "parent", many=True)), seen("csdl", None)),
    ("another", declared(link("x", "parent", partner="y", by=BY_PARENT)), seen("csdl", None)),
    ("no link", declared(), seen("csdl", None)),
    ("no table", Csdl({}, ()), seen("csdl", None)),
    (
        "inherited",
        Csdl(
            {
                HOST: EntityType(HOST, "base", ()),
                "base": EntityType("base", None, (link("parent_up", "parent", by=BY_PARENT),)),
            },
            (),
        ),
        seen("csdl", WHOLE_UP, CASCADE, why=NOT_SAID),
    ),
]
DOWN_IN_CSDL: list[Case] = [
    (
        "whole",
        declared(link("children_down", "child", many=True, partner="back"), child=BACK),
        seen("csdl", WHOLE_DOWN, CUSTOMIZABLE, why=NOT_SAID),
    ),
    (
        "another name, found by the child's column",
        declared(
            link("a", "child", many=True, partner="other"),
            link("b", "kid", many=True, partner="back"),
            link("c", "child", many=True, partner="back"),
            child=(link("other", HOST, by=("_x_value", "activityid")), *BACK),
            kid=BACK,
        ),
        seen("csdl", {**WHOLE_DOWN, "ReferencedEntityNavigationPropertyName": "c"}, CUSTOMIZABLE, why=NOT_SAID),
    ),
    (
        "the right name beside another that the column leads to",
        declared(
            link("a", "child", many=True, partner="back"),
            link("children_down", "kid", many=True, partner="back"),
            child=BACK,
            kid=(link("back", HOST, by=("_y_value", "activityid")),),
        ),
        seen(
            "csdl",
            {**WHOLE_DOWN, "ReferencingEntity": "kid", "ReferencingAttribute": "y"},
            CUSTOMIZABLE,
            why=NOT_SAID,
        ),
    ),
    *(
        (
            what,
            declared(link("children_down", "child", many=True, partner=partner), child=child),
            seen(
                "csdl",
                {key: value for key, value in WHOLE_DOWN.items() if key != "ReferencingAttribute"},
                ("ReferencingAttribute",),
                CUSTOMIZABLE,
                why=NOT_SAID,
            ),
        )
        for what, partner, child in (
            ("no partner", None, BACK),
            ("a partner that is not there", "x", BACK),
            ("a partner without constraint", "back", (link("back", HOST),)),
        )
    ),
    (
        "a single one of that name",
        declared(link("children_down", "child", partner="back"), child=BACK),
        seen("csdl", None),
    ),
    ("no link", declared(child=BACK), seen("csdl", None)),
]
IN_RELATIONSHIPS: list[Case] = [
    ("right", ({"SchemaName": "x"}, PARENT_ROW), seen("many_to_one", PARENT_ROW, why=NO_MEMBER)),
    ("in another case", ({**PARENT_ROW, "SchemaName": "Host_Parent"},), seen("many_to_one", None)),
    ("of another table", ({**PARENT_ROW, "ReferencingEntity": "task"},), seen("many_to_one", None)),
    (
        "of no table",
        ({"SchemaName": "host_parent"},),
        seen("many_to_one", {"SchemaName": "host_parent"}, why=NO_MEMBER),
    ),
    (
        "twice",
        (PARENT_ROW, {**PARENT_ROW, "x": 1}, {**PARENT_ROW, "CascadeConfiguration": {}}),
        seen(
            "many_to_one",
            PARENT_ROW,
            why=NO_MEMBER,
            others=({**PARENT_ROW, "x": 1}, {**PARENT_ROW, "CascadeConfiguration": {}}),
        ),
    ),
    (
        "without Archive",
        ({**PARENT_ROW, "CascadeConfiguration": {"Delete": "Cascade"}},),
        seen("many_to_one", {**PARENT_ROW, "CascadeConfiguration": {"Delete": "Cascade"}}, ARCHIVE, why=NO_MEMBER),
    ),
    (
        "with Archive",
        ({**PARENT_ROW, "CascadeConfiguration": {"Archive": None}},),
        seen("many_to_one", {**PARENT_ROW, "CascadeConfiguration": {"Archive": None}}, why=NO_MEMBER),
    ),
]
CHILD_IN_RELATIONSHIPS: list[Case] = [
    ("right", (CHILD_ROW,), seen("one_to_many", CHILD_ROW, why=NO_MEMBER)),
    ("of another table", ({**CHILD_ROW, "ReferencedEntity": "task"},), seen("one_to_many", None)),
    *(
        (
            what,
            ({**CHILD_ROW, "AssociatedMenuConfiguration": {"Order": 1, "Label": shown}},),
            seen(
                "one_to_many",
                {**CHILD_ROW, "AssociatedMenuConfiguration": {"Order": 1, "Label": text}},
                *([] if spoken else [MENU_LABEL]),
                why=NO_MEMBER,
            ),
        )
        for what, shown, text, spoken in (
            ("an English label", label("Kids"), "Kids", True),
            ("an empty label", label(None), None, True),
            ("no label", None, None, True),
            ("a foreign label", label("Figli", 1040), None, False),
            ("foreign texts alone", {"LocalizedLabels": [{"Label": "F", "LanguageCode": 1040}]}, None, False),
            ("a foreign text of the user", {"UserLocalizedLabel": {"Label": "F", "LanguageCode": 1040}}, None, False),
            ("null and null", {"LocalizedLabels": None, "UserLocalizedLabel": None}, None, True),
        )
    ),
    *(
        (
            f"a menu that is {menu!r}",
            ({**CHILD_ROW, "AssociatedMenuConfiguration": menu},),
            seen("one_to_many", {**CHILD_ROW, "AssociatedMenuConfiguration": menu}, why=NO_MEMBER),
        )
        for menu in (None, "Label", {"Order": 1})
    ),
]
ALL: list[tuple[Subject, Surface, str, Case]] = [
    *((UP, Surface.CSDL, "csdl", case) for case in UP_IN_CSDL),
    *((DOWN, Surface.CSDL, "csdl", (f"child, {case[0]}", *case[1:])) for case in DOWN_IN_CSDL),
    *((UP, Surface.RELATIONSHIPS, "many_to_one", case) for case in IN_RELATIONSHIPS),
    *(
        (DOWN, Surface.RELATIONSHIPS, "one_to_many", (f"child, {case[0]}", *case[1:]))
        for case in CHILD_IN_RELATIONSHIPS
    ),
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
        (UP, Surface.CSDL, "csdl"),
        (DOWN, Surface.CSDL, "csdl"),
        (UP, Surface.RELATIONSHIPS, "many_to_one"),
        (DOWN, Surface.RELATIONSHIPS, "one_to_many"),
    ],
    ids=str,
)
def test_what_was_not_read_says_why(subject: Subject, surface: Surface, name: str) -> None:
    """Refused or broken, with its own reason and exchange."""
    check_not_read(subject, surface, name)


@pytest.mark.parametrize(
    ("rows", "csdl", "words"),
    [
        (
            (PARENT_ROW, {**PARENT_ROW, "ReferencedEntity": "x", "ReferencingAttribute": "c"}),
            None,
            "host_parent leads to parent by None and x by c",
        ),
        (({"SchemaName": "y"},), None, "there is no host_parent"),
        ((), declared(), "there is no host_parent"),
        ((), declared(link("parent_up", "z", by=BY_PARENT)), "host_parent leads to z by parentcolumn"),
        ((), declared(link("parent_up", "z")), "host_parent leads to z by None"),
        (None, declared(link("u", "z", partner="host_parent", by=BY_HOST)), "host_parent leads to z by hostcolumn"),
        ((7,), None, "what host_parent says cannot be read"),
    ],
    ids=str,
)
def test_where_a_relationship_leads_instead(rows: Any, csdl: Csdl | None, words: str) -> None:
    """In the words of the collections, else in those of $metadata."""
    readings = replace(reading("many_to_one", rows), csdl=replace(told_apart().csdl, content=csdl))

    assert instead(readings, UP) == words


def test_a_partner_is_known_by_the_row_of_the_collection_as_well() -> None:
    """Where the parent's collection is called otherwise than the relationship, the collections say how."""
    rows = (
        {"SchemaName": "x", "ReferencedEntityNavigationPropertyName": "q"},
        {**PARENT_ROW, "ReferencedEntityNavigationPropertyName": "p"},
    )
    csdl = declared(link("v", "y", partner="q"), link("u", "parent", partner="p"))
    readings = replace(reading("many_to_one", rows), csdl=replace(told_apart().csdl, content=csdl))
    found = observe(readings, Surface.CSDL, UP)

    assert found is not None
    assert found.value is not None
    assert found.value["ReferencingEntityNavigationPropertyName"] == "u"
