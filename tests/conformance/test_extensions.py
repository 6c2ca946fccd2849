"""What an endpoint offers beyond the reference is listed by kind and name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dataverse_tck.conformance.extensions import extensions
from dataverse_tck.readings import Operation
from tests.support.changed_readings import refused, told_apart, with_content
from tests.support.judging import SUITE, with_options
from tests.support.perfect_readings import TABLE, csdl, label, many_to_one, read


def test_extra_things_are_listed() -> None:
    """One of each kind, sorted; what the reference states is not among them, nor functions of other tables."""
    readings = with_options(lambda options: options.append({"Value": 192350000, "Label": label("Entity Records")}))
    lookups = {**readings.lookups, "regardingobjectid": read({"Targets": ["msdyn_bookingrule", "account"]})}
    rows = (*many_to_one(), {"SchemaName": "extra", "CascadeConfiguration": {"Delete": "Cascade", "Rollup": "None"}})
    operations = (*csdl().operations, Operation("CCaaS_More", "Action", TABLE, False, (), None))
    readings = replace(
        readings, lookups=lookups, many_to_one=read(rows), csdl=read(replace(csdl(), operations=operations))
    )

    assert [item for item in extensions(readings, SUITE.catalogue) if "AssociatedMenu" not in item[1]] == [
        ("message", "message/CCaaS_More"),
        ("option", "column/msdyn_channel/option/192350000"),
        ("property", "CascadeConfiguration/Rollup"),
        ("relationship", "relationship/extra"),
        ("target", "column/regardingobjectid/target/account"),
    ]


USUAL = {
    ("property", f"AssociatedMenuConfiguration/{member}") for member in ("Icon", "IsCustomizable")
}  # of the readings that everything starts from


def test_what_the_reference_states_is_no_extension() -> None:
    """Members of menus that the page does not print are; unread surfaces offer nothing."""
    assert set(extensions(told_apart(), SUITE.catalogue)) == USUAL
    everything = refused("choices", "lookups", "many_to_one", "one_to_many", "csdl")
    assert extensions(everything, SUITE.catalogue) == ()


MENU = {"SchemaName": "msdyn_msdyn_ocliveworkitem_msdyn_ocvoicemail"}


@pytest.mark.parametrize(
    ("name", "change", "found"),
    [
        (
            "choices",
            lambda it: {**it, "OptionSet": {"Options": [{"Value": 1}]}},
            "option column/msdyn_channel/option/1",
        ),
        (
            "choices",
            lambda it: {"GlobalOptionSet": {"Options": [{"Value": 192300000}, 7]}},
            "option column/msdyn_channel/option/None",
        ),
        ("many_to_one", lambda it: (*it, {"SchemaName": "up"}), "relationship relationship/up"),
        ("one_to_many", lambda it: (*it, {"SchemaName": "down"}), "relationship relationship/down"),
        (
            "one_to_many",
            lambda it: (
                *it,
                {**MENU, "AssociatedMenuConfiguration": {"Colour": 1, "Order": 1, "Order@odata": ""}},
            ),
            "property AssociatedMenuConfiguration/Colour",
        ),
        (
            "many_to_one",
            lambda it: (*it, {**it[0], "CascadeConfiguration": {"Delete": "Cascade", "Undo": "None"}}),
            "property CascadeConfiguration/Undo",
        ),
    ],
    ids=["option", "strange option", "parent", "child", "menu", "cascade"],
)
def test_each_place_is_looked_at_alone(name: str, change: Any, found: str) -> None:
    """One thing more in one reading is one extension more."""
    listed = {*extensions(with_content(name, change), SUITE.catalogue)} - USUAL

    assert listed == {tuple(found.split(" "))}


def test_messages_of_other_tables_and_unbound_ones_are_no_extensions() -> None:
    """Only what is bound to the table under test is."""
    operations = [Operation(name, "Action", bound, False, (), None) for name, bound in (("A", "task"), ("B", None))]
    readings = with_content("csdl", lambda it: replace(it, operations=(*it.operations, *operations)))

    assert set(extensions(readings, SUITE.catalogue)) == USUAL
