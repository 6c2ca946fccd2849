"""Messages, case by case: what is shown, what a surface is silent about, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dataverse_tck.conformance.surfaces.message import accepts_steps, is_private, message_name
from dataverse_tck.conformance.surfaces.observation import Observation
from dataverse_tck.conformance.surfaces.observe import observe
from dataverse_tck.conformance.surfaces.subject import Subject
from dataverse_tck.conformance.surfaces.surface import Surface
from dataverse_tck.readings import Csdl, State
from tests.support.changed_readings import refused, told_apart
from tests.support.observing import (
    HOLD,
    HOST,
    Case,
    check,
    check_not_read,
    declared,
    operation,
    reading,
    seen,
)

MESSAGES_IN_CSDL: list[Case] = [
    ("action", declared(operations=[operation()]), {"name": "Hold", "kind": "action", "table": HOST}),
    ("function", declared(operations=[operation("Function")]), {"name": "Hold", "kind": "function", "table": HOST}),
    (
        "both",
        declared(operations=[operation(), operation("Function")]),
        {"name": "Hold", "kind": "function", "table": HOST},
    ),
    (
        "of a base type",
        declared(operations=[operation(bound="base")]),
        {"name": "Hold", "kind": "action", "table": HOST},
    ),
    (
        "of two tables",
        declared(operations=[operation(bound="task"), operation()]),
        {"name": "Hold", "kind": "action", "table": HOST},
    ),
    (
        "of others",
        declared(operations=[operation(bound=None), operation(bound="task"), operation(bound="fax")]),
        {"name": "Hold", "kind": "action", "table": "task"},
    ),
    ("of the table that is not declared", Csdl({}, (operation(),)), {"name": "Hold", "kind": "action", "table": HOST}),
    (
        "unbound",
        declared(operations=[operation(bound=None)]),
        seen(
            "csdl", {"name": "Hold", "kind": "action"}, ("table",), why="it is declared unbound, so it names no table"
        ),
    ),
    ("another", declared(operations=[operation(name="hold")]), seen("csdl", None)),
]
STEPS = "its filter row does not say whether steps are allowed"
ELSEWHERE = "it has no filter row for this table"


def filter_row(table: Any = HOST, *, steps: Any = False, visible: Any = True, name: Any = "Hold") -> dict[str, Any]:
    """A row of sdkmessagefilters."""
    return {
        "sdkmessageid": {"name": name},
        "primaryobjecttypecode": table,
        "iscustomprocessingstepallowed": steps,
        "isvisible": visible,
    }


def without(row: dict[str, Any], member: str) -> dict[str, Any]:
    """A row that lacks a member."""
    return {key: value for key, value in row.items() if key != member}


FILTERS: list[Case] = [
    ("quiet", (filter_row(),), {"table": HOST, "event": False}),
    ("event", (filter_row(), filter_row(steps=True)), {"table": HOST, "event": True}),
    ("hidden", (filter_row(steps=True, visible=False),), {"table": HOST, "event": False}),
    ("of two tables", (filter_row("task", steps=True), filter_row()), {"table": HOST, "event": False}),
    (
        "elsewhere",
        (filter_row("task"), filter_row("fax")),
        seen("sdkmessagefilters", {"table": "task"}, ("event",), why=ELSEWHERE),
    ),
    (
        "no row of it",
        (filter_row(name="hold"),),
        seen("sdkmessagefilters", {"table": None}, ("event",), why=ELSEWHERE),
    ),
    ("no row at all", (), None),
    *(
        (
            what,
            rows,
            seen("sdkmessagefilters", {"table": HOST, "event": event}, ("event",), why=STEPS),
        )
        for what, rows, event in (
            ("steps not told", (without(filter_row(), "iscustomprocessingstepallowed"),), False),
            ("visible not told", (without(filter_row(steps=True), "isvisible"),), False),
            ("steps a number", (filter_row(steps=1),), False),
            ("one of two not told", (filter_row(), without(filter_row(), "isvisible")), False),
        )
    ),
]


def api(**changes: Any) -> dict[str, Any]:
    """A row of customapis."""
    return {
        "uniquename": "Hold",
        "isfunction": False,
        "bindingtype": 1,
        "boundentitylogicalname": HOST,
        "allowedcustomprocessingsteptype": 0,
        **changes,
    }


API = {"name": "Hold", "kind": "action", "table": HOST, "event": False}
NOTHING_OF_THAT = "its row says nothing of that"


def api_without(member: str) -> Observation:
    """What a row is taken to show that is silent about one thing."""
    return seen("customapis", without(API, member), (member,), why=NOTHING_OF_THAT)


APIS: list[Case] = [
    ("right", (api(uniquename="hold"), api()), seen("customapis", API, why=NOTHING_OF_THAT)),
    ("function", (api(isfunction=True),), seen("customapis", {**API, "kind": "function"}, why=NOTHING_OF_THAT)),
    ("kind not told", (api(isfunction=None),), api_without("kind")),
    ("of all rows", (api(bindingtype=2),), seen("customapis", API, why=NOTHING_OF_THAT)),
    ("unbound", (api(bindingtype=0),), api_without("table")),
    ("bound to nothing", (api(boundentitylogicalname=None),), api_without("table")),
    *(
        (
            f"steps of type {steps}",
            (api(allowedcustomprocessingsteptype=steps),),
            seen("customapis", {**API, "event": True}, why=NOTHING_OF_THAT),
        )
        for steps in (1, 2)
    ),
    ("steps not told", (api(allowedcustomprocessingsteptype=None),), api_without("event")),
    (
        "nothing told",
        ({"uniquename": "Hold"},),
        seen("customapis", {"name": "Hold"}, ("kind",), ("table",), ("event",), why=NOTHING_OF_THAT),
    ),
    ("no row", (api(uniquename="Park"),), None),
]
SDKMESSAGES: list[Case] = [
    ("listed", ({"name": "Park"}, {"name": "Hold"}), {"name": "Hold"}),
    ("not listed", ({"name": "hold"},), seen("sdkmessages", None)),
]
ALL: list[tuple[Subject, Surface, str, Case]] = [
    *((HOLD, Surface.CSDL, "csdl", case) for case in MESSAGES_IN_CSDL),
    *((HOLD, Surface.SDKMESSAGES, "sdkmessages", case) for case in SDKMESSAGES),
    *((HOLD, Surface.SDKMESSAGEFILTERS, "sdkmessagefilters", case) for case in FILTERS),
    *((HOLD, Surface.CUSTOMAPIS, "customapis", case) for case in APIS),
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
        (HOLD, Surface.CSDL, "csdl"),
        (HOLD, Surface.SDKMESSAGES, "sdkmessages"),
        (HOLD, Surface.SDKMESSAGEFILTERS, "sdkmessagefilters"),
        (HOLD, Surface.CUSTOMAPIS, "customapis"),
    ],
    ids=str,
)
def test_what_was_not_read_says_why(subject: Subject, surface: Surface, name: str) -> None:
    """Refused or broken, with its own reason and exchange."""
    check_not_read(subject, surface, name)


def test_a_shape_that_cannot_be_read_is_broken() -> None:
    """With what went wrong."""
    found = observe(reading("sdkmessages", (7,)), Surface.SDKMESSAGES, HOLD)

    assert found == Observation(
        State.BROKEN,
        reason="its answer has a shape that cannot be read ('int' object has no attribute 'get')",
    )


def test_a_private_message_is_hidden() -> None:
    """Its absence from $metadata is no answer; its presence is."""
    private = replace(
        reading("csdl", declared()),
        sdkmessages=replace(told_apart().sdkmessages, content=({"name": "Hold", "isprivate": True},)),
    )
    found = observe(private, Surface.CSDL, HOLD)

    assert found is not None
    assert (found.state, found.value, found.exchanges) == (State.UNREADABLE, None, ("csdl",))
    assert "private" in found.reason
    assert is_private(private, "Hold")
    assert not is_private(private, "Park")


@pytest.mark.parametrize(
    ("name", "row", "private"),
    [
        ("sdkmessages", {"name": "Hold", "isprivate": True}, True),
        ("sdkmessages", {"name": "Hold", "isprivate": False}, False),
        ("sdkmessages", {"name": "Hold", "isprivate": "true"}, False),
        ("sdkmessages", {"name": "Hold"}, False),
        ("sdkmessages", {"name": "Park", "isprivate": True}, False),
        ("sdkmessages", {"uniquename": "Hold", "isprivate": True}, False),
        ("customapis", {"uniquename": "Hold", "isprivate": True}, True),
        ("customapis", {"uniquename": "Hold"}, False),
        ("customapis", {"name": "Hold", "isprivate": True}, False),
    ],
    ids=str,
)
def test_either_row_says_that_a_message_is_private(name: str, row: dict[str, Any], *, private: bool) -> None:
    """Each by its own name; where neither can be read nobody says so."""
    assert is_private(reading(name, (row,)), "Hold") is private
    assert not is_private(refused("sdkmessages", "customapis"), "Hold")


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"sdkmessageid": {"name": "Hold"}}, "Hold"),
        ({"sdkmessageid": None}, None),
        ({"sdkmessageid": "Hold"}, None),
        ({}, None),
    ],
    ids=str,
)
def test_the_message_of_a_filter_row(row: dict[str, Any], name: str | None) -> None:
    """The name of the message that is expanded in it."""
    assert message_name(row) == name


@pytest.mark.parametrize("steps", [True, False, 1, None])
@pytest.mark.parametrize("visible", [True, False, 1, None])
def test_an_event_is_visible_and_accepts_steps(steps: object, visible: object) -> None:
    """Both have to be true, and nothing else."""
    assert accepts_steps(filter_row(steps=steps, visible=visible)) is (steps is True and visible is True)
