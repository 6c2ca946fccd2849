"""Every family contradicted on every surface that shows it: which requirement fails, where, and what was seen."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.readings import Csdl, EntityType, NavigationProperty, Readings
from tests.support.changed_readings import told_apart, with_content
from tests.support.judging import CHILD, MESSAGE, OPTION, PARENT, SUITE, judged
from tests.support.perfect_readings import TABLE, label

UP = PARENT.rpartition("/")[2]
DOWN = CHILD.rpartition("/")[2]
CHILD_TABLE = "msdyn_ocvoicemail"
TARGET = "column/regardingobjectid/target/msdyn_bookingrule"
ABSENT, OTHER = "the endpoint does not have it", "the endpoint says otherwise"
CASCADES = [item for item in SUITE.catalogue.requirements if item.node == PARENT and item.family == "cascade"]
MENU = [item for item in SUITE.catalogue.requirements if item.node == CHILD and item.family == "menu"]
Spoil = Callable[[], Readings]


def rows(reading: str, key: str, name: str, *changes: Mapping[str, Any]) -> Spoil:
    """Instead of the row of that name one for each change; none leaves the row out."""

    def changed(content: Any) -> tuple[Any, ...]:
        return tuple(
            one for row in content for one in ([{**row, **change} for change in changes] if row[key] == name else [row])
        )

    return lambda: with_content(reading, changed)


def option(member: str, *changes: Mapping[str, Any]) -> Spoil:
    """The same for an option of one of the two sets."""

    def changed(content: Any) -> Any:
        options = [
            one
            for item in content[member]["Options"]
            for one in ([{**item, **change} for change in changes] if item["Value"] == 192300000 else [item])
        ]
        return {**content, member: {"Options": options}}

    return lambda: with_content("choices", changed)


def operation(**changes: Any) -> Spoil:
    """The operation of the message changed in $metadata; nothing leaves it out."""

    def changed(content: Csdl) -> Csdl:
        kept = [
            replace(item, **changes) if item.name == MESSAGE else item
            for item in content.operations
            if changes or item.name != MESSAGE
        ]
        return replace(content, operations=tuple(kept))

    return lambda: with_content("csdl", changed)


def navigation(type_: str, name: str, /, **changes: Any) -> Spoil:
    """A navigation property changed in $metadata; nothing leaves it out."""

    def changed(content: Csdl) -> Csdl:
        kept = [
            replace(item, **changes) if item.name == name else item
            for item in content.entity_types[type_].navigation
            if changes or item.name != name
        ]
        types = {**content.entity_types, type_: replace(content.entity_types[type_], navigation=tuple(kept))}
        return replace(content, entity_types=types)

    return lambda: with_content("csdl", changed)


def types(change: Callable[[dict[str, EntityType]], Any]) -> Spoil:
    """Entity types of $metadata changed in place."""

    def changed(content: Csdl) -> Csdl:
        found = dict(content.entity_types)
        change(found)
        return replace(content, entity_types=found)

    return lambda: with_content("csdl", changed)


def row_of(reading: str, name: str) -> dict[str, Any]:
    """The right row of a relationship."""
    content = getattr(told_apart(), reading).content
    return copy.deepcopy(next(dict(row) for row in content if row["SchemaName"] == name))


def within(reading: str, name: str, owner: str, member: str, value: Any) -> Spoil:
    """One member of a relationship's cascade or menu changed."""
    return rows(reading, "SchemaName", name, {owner: {**row_of(reading, name)[owner], member: value}})


def lookup(targets: Any) -> Spoil:
    """The targets of one lookup column."""

    def changed() -> Readings:
        readings = told_apart()
        lookups = dict(readings.lookups)
        lookups["regardingobjectid"] = replace(lookups["regardingobjectid"], content={"Targets": targets})
        return replace(readings, lookups=lookups)

    return changed


def link() -> NavigationProperty:
    """The navigation property of the child that leads back."""
    content = told_apart().csdl.content
    assert content
    return content.entity_types[CHILD_TABLE].navigation[0]


OTHERS = [
    target
    for target in (told_apart().lookups["regardingobjectid"].content or {})["Targets"]
    if target != "msdyn_bookingrule"
]
MESSAGE_ROW = {"sdkmessageid": {"name": MESSAGE}}
TABLES: list[tuple[str, str, str, Spoil, Any, str]] = [
    # requirement, surface, case, how it is spoilt, what is seen of it, why it fails
    (f"table/{TABLE}/exists", "entitydefinitions", "none", lambda: with_content("table", lambda _: None), None, ABSENT),
    (f"table/{TABLE}/exists", "csdl", "none", types(lambda found: found.pop(TABLE)), None, ABSENT),
    (
        f"table/{TABLE}/exists",
        "entitydefinitions",
        "another",
        lambda: with_content("table", lambda it: {**it, "LogicalName": "incident"}),
        "incident",
        OTHER,
    ),
    (
        f"table/{TABLE}/display-name",
        "entitydefinitions",
        "another",
        lambda: with_content("table", lambda it: {**it, "DisplayName": label("Case")}),
        "Case",
        OTHER,
    ),
]
MESSAGES: list[tuple[str, str, str, Spoil, Any, str]] = [
    (f"message/{MESSAGE}/exists", "csdl", "none", operation(), None, ABSENT),
    (f"message/{MESSAGE}/exists", "sdkmessages", "none", rows("sdkmessages", "name", MESSAGE), None, ABSENT),
    (f"message/{MESSAGE}/is-action", "csdl", "function", operation(kind="Function"), "function", OTHER),
    (f"message/{MESSAGE}/on-table", "csdl", "another", operation(bound_to="incident"), "incident", OTHER),
    (
        f"message/{MESSAGE}/is-action",
        "customapis",
        "function",
        rows("customapis", "uniquename", MESSAGE, {"isfunction": True}),
        "function",
        OTHER,
    ),
    (
        f"message/{MESSAGE}/on-table",
        "customapis",
        "another",
        rows("customapis", "uniquename", MESSAGE, {"boundentitylogicalname": "incident", "bindingtype": 2}),
        "incident",
        OTHER,
    ),
    *(
        (
            f"message/{MESSAGE}/not-event",
            "customapis",
            str(kind),
            rows("customapis", "uniquename", MESSAGE, {"allowedcustomprocessingsteptype": kind}),
            True,
            OTHER,
        )
        for kind in (1, 2)
    ),
    (
        f"message/{MESSAGE}/not-event",
        "sdkmessagefilters",
        "event",
        lambda: with_content(
            "sdkmessagefilters",
            lambda it: tuple(
                {**row, "iscustomprocessingstepallowed": True} if row["sdkmessageid"]["name"] == MESSAGE else row
                for row in it
            ),
        ),
        True,
        OTHER,
    ),
    (
        f"message/{MESSAGE}/on-table",
        "sdkmessagefilters",
        "another",
        rows("sdkmessagefilters", "sdkmessageid", MESSAGE_ROW["sdkmessageid"], {"primaryobjecttypecode": "incident"}),  # type: ignore[arg-type]
        "incident",
        OTHER,
    ),
    (
        f"message/{MESSAGE}/on-table",
        "sdkmessagefilters",
        "no row",
        rows("sdkmessagefilters", "sdkmessageid", MESSAGE_ROW["sdkmessageid"]),  # type: ignore[arg-type]
        None,
        OTHER,
    ),
]
OPTIONS: list[tuple[str, str, str, Spoil, Any, str]] = [
    case
    for surface, member in (("optionset", "OptionSet"), ("globaloptionset", "GlobalOptionSet"))
    for case in (
        (f"{OPTION}/exists", surface, "none", option(member), None, ABSENT),
        (f"{OPTION}/exists", surface, "a text", option(member, {"Value": "192300000"}), None, ABSENT),
        (f"{OPTION}/label", surface, "another", option(member, {"Label": label("Mail")}), "Mail", OTHER),
        (f"{OPTION}/label", surface, "twice", option(member, {}, {"Label": label("Mail")}), "Mail", OTHER),
    )
]
LINKS: list[tuple[str, str, str, Spoil, Any, str]] = [
    (TARGET, "targets", "another", lookup([*OTHERS, "account"]), [*OTHERS, "account"], OTHER),
    (
        f"{PARENT}/exists",
        "relationships",
        "none",
        rows("many_to_one", "SchemaName", UP, {"SchemaName": "x"}),
        None,
        ABSENT,
    ),
    (f"{CHILD}/exists", "relationships", "none", rows("one_to_many", "SchemaName", DOWN), None, ABSENT),
    (
        f"{PARENT}/ReferencingEntityNavigationPropertyName",
        "relationships",
        "another",
        rows("many_to_one", "SchemaName", UP, {"ReferencingEntityNavigationPropertyName": "x"}),
        "x",
        OTHER,
    ),
    (
        f"{PARENT}/ReferencingEntityNavigationPropertyName",
        "csdl",
        "another, found by its partner",
        navigation(TABLE, row_of("many_to_one", UP)["ReferencingEntityNavigationPropertyName"], name="x"),
        "x",
        OTHER,
    ),
    (
        f"{PARENT}/ReferencedAttribute",
        "relationships",
        "another",
        rows("many_to_one", "SchemaName", UP, {"ReferencedAttribute": "x"}),
        "x",
        OTHER,
    ),
    (
        f"{PARENT}/ReferencedAttribute",
        "csdl",
        "another",
        navigation(
            TABLE,
            row_of("many_to_one", UP)["ReferencingEntityNavigationPropertyName"],
            constraints=(("_regardingobjectid_value", "x"),),
        ),
        "x",
        OTHER,
    ),
    *(
        (
            f"{CHILD}/{member}",
            "relationships",
            "another",
            rows("one_to_many", "SchemaName", DOWN, {member: "x"}),
            "x",
            OTHER,
        )
        for member in ("ReferencingEntity", "ReferencingAttribute", "ReferencedEntityNavigationPropertyName")
    ),
    (f"{CHILD}/ReferencingEntity", "csdl", "another", navigation(TABLE, DOWN, type="x"), "x", OTHER),
    (
        f"{CHILD}/ReferencingAttribute",
        "csdl",
        "another",
        navigation(CHILD_TABLE, link().name, constraints=(("_x_value", "activityid"),)),
        "x",
        OTHER,
    ),
    (
        f"{CHILD}/ReferencedEntityNavigationPropertyName",
        "csdl",
        "another, found by the child's column",
        navigation(TABLE, DOWN, name="x"),
        "x",
        OTHER,
    ),
    *(
        (item.id, "relationships", "another", within("many_to_one", UP, *item.path, "x"), "x", OTHER)  # type: ignore[call-arg]
        for item in CASCADES
    ),
    *(
        (item.id, "relationships", repr(value), within("one_to_many", DOWN, *item.path, value), value, OTHER)  # type: ignore[call-arg]
        for item in MENU
        for value in (["x", 7] if item.path[-1] != "Label" else [])
    ),
    *(
        (
            f"{CHILD}/IsCustomizable",
            "relationships",
            repr(value),
            rows("one_to_many", "SchemaName", DOWN, {"IsCustomizable": {"Value": value}}),
            value,
            OTHER,
        )
        for value in (False, "true", None)
    ),
]


@pytest.mark.parametrize(
    ("identifier", "surface", "spoilt", "seen", "reason"),
    [(one, surface, *rest) for one, surface, _, *rest in (*TABLES, *MESSAGES, *OPTIONS, *LINKS)],
    ids=[f"{one} on {surface}: {case}" for one, surface, case, *_ in (*TABLES, *MESSAGES, *OPTIONS, *LINKS)],
)
def test_one_contradiction_fails_one_requirement(
    identifier: str, surface: str, spoilt: Spoil, seen: Any, reason: str
) -> None:
    """It is named with the surface and what was seen there; what hangs on it is not testable; all else passes."""
    found = judged(spoilt())
    failed = [finding for finding in found.values() if finding.outcome is Outcome.FAIL]

    assert [one.requirement for one in failed] == [identifier]
    assert (failed[0].surface, failed[0].observed, failed[0].reason.partition(":")[0]) == (surface, seen, reason)
    assert [one.surface for one in failed[0].sightings if not one.right] == [surface]
    assert hanging(found) == {one.id for one in SUITE.catalogue.of("surface") if hangs_on(one.id, identifier)}


def hanging(found: dict[str, Finding]) -> set[str]:
    """What is not testable; nothing else but a pass may be left."""
    rest = {key: one.outcome for key, one in found.items() if one.outcome is not Outcome.FAIL}
    assert set(rest.values()) <= {Outcome.PASS, Outcome.NOT_TESTABLE}
    return {key for key, outcome in rest.items() if outcome is Outcome.NOT_TESTABLE}


def hangs_on(identifier: str, root: str) -> bool:
    """Whether one hangs on the other, directly or not."""
    needed = SUITE.catalogue.by_id[identifier].blocked_by
    return root in needed or any(hangs_on(one, root) for one in needed)
