"""Each control on each surface alone: what proves, what does not, and what cannot be asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dataverse_tck.conformance.control import guarded_by
from dataverse_tck.conformance.controls import CONTROLS, LOOKED_UP, check_controls
from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.sent_controls import SENT
from dataverse_tck.readings import EntityType, Operation, Readings
from tests.support.changed_readings import alone, broke, kind, refused, told_apart, with_content
from tests.support.judging import SUITE, judged
from tests.support.perfect_readings import TABLE, filter_row, label

NOBODYS_TABLE = "msdyn_nobodydocumentsthistable"
NOBODYS_MESSAGE = "CCaaS_NobodyDocumentsThisMessage"
NOBODYS_OPTION = 192999999
GUARDED = {
    "control/made-up-table": {"table-exists", "table-display-name"},
    "control/made-up-message": {"message-exists"},
    "control/known-event": {"message-not-event"},
    "control/known-function": {"message-is-action"},
    "control/made-up-option": {"option-exists", "option-label"},
}
FOUND, MISSED = "it is found all the same", "it is not seen"
Change = Callable[[Any], Any]


def with_row(row: Any) -> Change:
    """One row more."""
    return lambda content: (*content, row)


def with_operation(name: str, kind: str, *, functions: bool = True) -> Change:
    """One operation more; without ``functions`` those that are there are left out."""

    def change(content: Any) -> Any:
        kept = [item for item in content.operations if functions or item.kind == "Action"]
        return replace(content, operations=(*kept, Operation(name, kind, None, False, (), None)))

    return change


def with_type(content: Any) -> Any:
    """An entity type that nobody documents."""
    made_up = {NOBODYS_TABLE: EntityType(NOBODYS_TABLE, None, ())}
    return replace(content, entity_types={**content.entity_types, **made_up})


def with_option(member: str, value: Any = NOBODYS_OPTION) -> Change:
    """One option more in one of the two sets."""

    def change(content: Any) -> Any:
        return {**content, member: {"Options": [*content[member]["Options"], {"Value": value, "Label": label("?")}]}}

    return change


def only_filter(**changes: Any) -> Change:
    """Of Create one row, changed."""
    return lambda _: ({**filter_row("Create", event=True), **changes},)


# control, reading, what it shows, the surface that tells, why it fails
TOLD: list[tuple[str, str, Change, str, str]] = [
    ("made-up-table", "made_up_table", lambda _: {"LogicalName": NOBODYS_TABLE}, "entitydefinitions", FOUND),
    ("made-up-table", "csdl", with_type, "csdl", FOUND),
    ("made-up-message", "csdl", with_operation(NOBODYS_MESSAGE, "Action"), "csdl", FOUND),
    ("made-up-message", "csdl", with_operation(NOBODYS_MESSAGE, "Function"), "csdl", FOUND),
    ("made-up-message", "sdkmessages", with_row({"name": NOBODYS_MESSAGE}), "sdkmessages", FOUND),
    ("made-up-message", "customapis", with_row({"uniquename": NOBODYS_MESSAGE}), "customapis", FOUND),
    ("made-up-option", "choices", with_option("OptionSet"), "optionset", FOUND),
    ("made-up-option", "choices", with_option("OptionSet", 192999999.0), "optionset", FOUND),
    ("made-up-option", "choices", with_option("GlobalOptionSet"), "globaloptionset", FOUND),
    ("known-event", "sdkmessagefilters", lambda _: (), "sdkmessagefilters", MISSED),
    ("known-event", "sdkmessagefilters", only_filter(isvisible=False), "sdkmessagefilters", MISSED),
    ("known-event", "sdkmessagefilters", only_filter(isvisible=1), "sdkmessagefilters", MISSED),
    ("known-event", "sdkmessagefilters", only_filter(iscustomprocessingstepallowed=False), "sdkmessagefilters", MISSED),
    ("known-event", "sdkmessagefilters", only_filter(primaryobjecttypecode="task"), "sdkmessagefilters", MISSED),
    ("known-event", "sdkmessagefilters", only_filter(sdkmessageid={"name": "create"}), "sdkmessagefilters", MISSED),
    ("known-event", "sdkmessagefilters", only_filter(sdkmessageid=None), "sdkmessagefilters", MISSED),
    ("known-function", "csdl", with_operation("WhoAmI", "Action", functions=False), "csdl", MISSED),
    ("known-function", "csdl", with_operation("CalculateRollupField", "Function", functions=False), "csdl", MISSED),
]


# The readings that a control looks at, one after the other.
ASKED = {
    "made-up-table": ["table", "csdl"],
    "made-up-message": ["csdl", "sdkmessages", "customapis"],
    "made-up-option": ["choices"],
    "known-event": ["sdkmessagefilters"],
    "known-function": ["csdl"],
}


def controls_of(readings: Readings) -> dict[str, Finding]:
    """The findings of the controls by the last word of their ids."""
    return {key.removeprefix("control/"): one for key, one in check_controls(readings, TABLE).items()}


@pytest.mark.parametrize(
    ("control", "reading", "change", "surface", "reason"), TOLD, ids=[f"{number}" for number in range(len(TOLD))]
)
def test_a_control_fails_on_each_surface_alone(
    control: str, reading: str, change: Change, surface: str, reason: str
) -> None:
    """It says where and why; what it guards is not observable, all other controls pass."""
    readings = with_content(reading, change)
    found = controls_of(readings)

    assert (found[control].outcome, found[control].surface, found[control].reason) == (Outcome.FAIL, surface, reason)
    assert found[control].observed is None
    asked = ASKED[control][: 1 + ASKED[control].index(reading.replace("made_up_", ""))]
    assert found[control].exchanges == tuple(asked)
    assert {key for key, one in found.items() if one.outcome is not Outcome.PASS} == {control}
    withdrawn = [item for item in judged(readings).values() if item.outcome is Outcome.NOT_OBSERVABLE]
    assert {kind(SUITE.catalogue.by_id[one.requirement]) for one in withdrawn} <= GUARDED[f"control/{control}"]
    assert withdrawn
    assert {one.reason for one in withdrawn} == {f"control/{control} did not pass, so this pass would prove nothing"}


@pytest.mark.parametrize(
    ("control", "reading"), [(control, name) for control, names in ASKED.items() for name in names]
)
def test_a_control_passes_on_each_surface_alone(control: str, reading: str) -> None:
    """One surface that can be read is enough; the exchanges of all of them are kept."""
    expected = control.startswith("known")

    assert controls_of(alone(reading))[control] == Finding(
        f"control/{control}", Outcome.PASS, "", expected, None, tuple(ASKED[control])
    )


@pytest.mark.parametrize(
    "name", ["WhoAmI", "RetrieveVersion", "RetrieveCurrentOrganization", "RetrievePrincipalAccess"]
)
def test_any_function_of_the_platform_is_known(name: str) -> None:
    """One of four is enough, whichever it is."""
    readings = with_content("csdl", with_operation(name, "Function", functions=False))

    assert controls_of(readings)["known-function"].outcome is Outcome.PASS


@pytest.mark.parametrize("how", [refused, broke])
@pytest.mark.parametrize(
    ("control", "reading", "surfaces"),
    [
        ("made-up-option", "choices", ["optionset", "globaloptionset"]),
        ("known-event", "sdkmessagefilters", ["sdkmessagefilters"]),
        ("known-function", "csdl", ["csdl"]),
    ],
)
def test_a_control_that_nobody_can_be_asked_is_not_applicable(
    how: Callable[..., Readings], control: str, reading: str, surfaces: list[str]
) -> None:
    """It says of each of its surfaces why; and it guards nothing."""
    why = "no leave for choices" if how is refused else "choices timed out"
    reason = "; ".join(f"{surface}: {why.replace('choices', reading)}" for surface in surfaces)

    assert controls_of(how(reading))[control] == Finding(f"control/{control}", Outcome.NOT_APPLICABLE, reason)


@pytest.mark.parametrize(
    "shape",
    [
        {"OptionSet": None, "GlobalOptionSet": None},
        {"OptionSet": [], "GlobalOptionSet": "x"},
        {"OptionSet": {"Options": None}, "GlobalOptionSet": {}},
        {"OptionSet": {"Options": [None, 7, {}, {"Value": None}]}, "GlobalOptionSet": {"Options": [{"Value": True}]}},
        None,
    ],
    ids=str,
)
def test_options_of_another_shape_are_no_made_up_number(shape: Any) -> None:
    """What is not there was not found."""
    assert controls_of(with_content("choices", lambda _: shape))["made-up-option"].outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("control", "reading", "content"),
    [
        ("made-up-message", "sdkmessages", ("x",)),
        ("made-up-message", "customapis", (None,)),
        ("known-event", "sdkmessagefilters", 7),
        ("made-up-option", "choices", {"OptionSet": {"Options": 1}}),
    ],
)
def test_a_shape_that_cannot_be_read_is_no_proof(control: str, reading: str, content: Any) -> None:
    """The control fails with what went wrong."""
    found = controls_of(with_content(reading, lambda _: content))[control]

    assert found.outcome is Outcome.FAIL
    assert found.reason.startswith("the answer has a shape that cannot be read (")
    assert "None)" not in found.reason


def test_a_made_up_table_that_broke_says_how() -> None:
    """Whether the endpoint can say no is not known then."""
    found = controls_of(broke("made_up_table"))["made-up-table"]

    assert (found.outcome, found.surface) == (Outcome.FAIL, "entitydefinitions")
    assert "made_up_table timed out" in found.reason


def test_a_control_names_what_it_guards_and_what_it_looks_for() -> None:
    """By family, and as a node with a sentence that names the thing."""
    for control in LOOKED_UP:
        families = {SUITE.catalogue.by_id[one].family for one in guarded_by(control, SUITE.catalogue)}
        assert families == GUARDED[control.id]
        assert control.subject.rpartition("/")[2] in control.statement
        assert control.subject.partition("/")[0] in ("table", "message", "column")
    assert [control.id for control in LOOKED_UP] == list(GUARDED)
    assert (*LOOKED_UP, *SENT) == CONTROLS
    assert len({control.id for control in CONTROLS}) == len(CONTROLS)


def test_what_does_not_pass_is_not_withdrawn() -> None:
    """A contradiction stands, whatever the control says."""
    rows = lambda content: ({"name": NOBODYS_MESSAGE}, *content[1:])  # noqa: E731
    found = judged(with_content("sdkmessages", rows))
    outcomes = [one.outcome for key, one in found.items() if key.startswith("message/") and key.endswith("/exists")]

    assert outcomes == [Outcome.FAIL] + [Outcome.NOT_OBSERVABLE] * 17


def test_without_any_change_every_control_passes() -> None:
    """The readings that all of this starts from."""
    assert {one.outcome for one in controls_of(told_apart()).values()} == {Outcome.PASS}
