"""The judge: what passes, what fails, and everything in between."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dataverse_tck.conformance.extensions import extensions
from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.judge import judge
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.readings import Operation, Readings
from tests.support.perfect_readings import (
    TABLE,
    broken,
    csdl,
    custom_api,
    filter_row,
    label,
    many_to_one,
    perfect,
    read,
    unreadable,
)

SUITE = load_suite()
MESSAGE = "CCaaS_HoldCall"
PARENT = "relationship/msdyn_bookingrule_msdyn_ocliveworkitems"
CHILD = "relationship/msdyn_msdyn_ocliveworkitem_msdyn_ocvoicemail"
OPTION = "column/msdyn_channel/option/192300000"


def judged(readings: Readings) -> dict[str, Finding]:
    found = judge(readings, SUITE.catalogue, SUITE.schemas)
    return {**found.findings, **found.controls}


def outcomes(readings: Readings, outcome: Outcome) -> set[str]:
    return {key for key, finding in judged(readings).items() if finding.outcome is outcome}


def with_options(change: Callable[[list[Any]], None], member: str = "OptionSet") -> Readings:
    readings = perfect()
    column = copy.deepcopy(dict(readings.choices["msdyn_channel"].content or {}))
    change(column[member]["Options"])
    return replace(readings, choices={"msdyn_channel": read(column)})


def with_parent(**changes: Any) -> Readings:
    rows = [{**row, **changes} if row["ReferencedEntity"] == "msdyn_bookingrule" else row for row in many_to_one()]
    return replace(perfect(), many_to_one=read(tuple(rows)))


def test_an_endpoint_that_shows_everything_rightly_passes_everything() -> None:
    """All 399 requirements and the four controls pass."""
    found = judged(perfect())

    assert {finding.outcome for finding in found.values()} == {Outcome.PASS}
    assert len(found) == 399 + 4


def test_the_schemas_hold_exactly_the_requirements() -> None:
    """Every surface requirement has one branch in the schema of its node."""
    nodes = {item.node for item in SUITE.catalogue.of("surface")}

    in_schemas = [identifier for node in nodes for identifier in SUITE.schemas.requirements(node)]
    assert sorted(in_schemas) == sorted(item.id for item in SUITE.catalogue.of("surface"))


def test_one_surface_that_contradicts_outweighs_all_that_agree() -> None:
    """A message that $metadata lists and sdkmessages lacks fails, and names sdkmessages."""
    readings = perfect()
    rows = tuple(row for row in readings.sdkmessages.content or () if row["name"] != MESSAGE)
    found = judged(replace(readings, sdkmessages=read(rows)))[f"message/{MESSAGE}/exists"]

    assert (found.outcome, found.surface) == (Outcome.FAIL, "sdkmessages")


def test_no_custom_api_row_is_silence() -> None:
    """A process action has no row in customapis; that contradicts nothing."""
    assert outcomes(replace(perfect(), customapis=read(())), Outcome.FAIL) == set()


def test_a_name_in_another_case_is_another_name() -> None:
    """Names are compared exactly."""
    operations = tuple(
        replace(item, name=item.name.lower()) if item.name == MESSAGE else item for item in csdl().operations
    )
    found = outcomes(replace(perfect(), csdl=read(replace(csdl(), operations=operations))), Outcome.FAIL)

    assert found == {f"message/{MESSAGE}/exists"}


@pytest.mark.parametrize("to_collection", [False, True], ids=["row", "collection"])
def test_a_message_bound_to_the_table_or_to_its_rows_belongs_to_it(*, to_collection: bool) -> None:
    """Entity-bound and collection-bound messages both belong to the table."""
    operations = tuple(replace(item, to_collection=to_collection) for item in csdl().operations)
    readings = replace(perfect(), csdl=read(replace(csdl(), operations=operations)))

    assert outcomes(readings, Outcome.FAIL) == set()


def test_an_unbound_message_names_no_table() -> None:
    """An unbound action leaves it to the filters to say which table it belongs to; without them nobody says."""
    operations = tuple(replace(item, bound_to=None) for item in csdl().operations)
    readings = replace(perfect(), csdl=read(replace(csdl(), operations=operations)))
    assert outcomes(readings, Outcome.FAIL) == set()

    alone = replace(readings, sdkmessagefilters=unreadable(), customapis=unreadable())
    assert judged(alone)[f"message/{MESSAGE}/on-table"].outcome is Outcome.NOT_OBSERVABLE


def test_a_message_bound_to_a_base_type_belongs_to_the_table() -> None:
    """What is bound to activitypointer can be sent for every activity, the conversation included."""
    operations = tuple(replace(item, bound_to=item.bound_to and "activitypointer") for item in csdl().operations)
    types = {
        **csdl().entity_types,
        "activitypointer": replace(csdl().entity_types[TABLE], name="activitypointer", base=None),
    }
    readings = replace(perfect(), csdl=read(replace(csdl(), operations=operations, entity_types=types)))

    assert outcomes(readings, Outcome.FAIL) == set()


def test_a_function_of_that_name_contradicts_beside_an_action() -> None:
    """An action and a function under one name is not an action alone."""
    operations = (*csdl().operations, Operation(MESSAGE, "Function", TABLE, False, (), None))
    readings = replace(perfect(), csdl=read(replace(csdl(), operations=operations)))

    assert outcomes(readings, Outcome.FAIL) == {f"message/{MESSAGE}/is-action"}


def with_filters(*rows: Any, drop: bool = True) -> Readings:
    readings = perfect()
    kept = [
        row for row in readings.sdkmessagefilters.content or () if not drop or row["sdkmessageid"]["name"] != MESSAGE
    ]
    return replace(readings, sdkmessagefilters=read((*kept, *rows)))


@pytest.mark.parametrize(
    ("rows", "failed"),
    [
        ((filter_row(MESSAGE, "account"),), {"on-table"}),
        ((), {"on-table"}),
        ((filter_row(MESSAGE, event=True),), {"not-event"}),
        ((filter_row(MESSAGE), filter_row(MESSAGE, "account", event=True)), set()),
        (({**filter_row(MESSAGE, event=True), "isvisible": False},), set()),
    ],
    ids=["other table", "none", "event", "event of another table", "invisible"],
)
def test_filter_rows_say_where_a_message_belongs_and_whether_it_is_an_event(rows: tuple[Any], failed: set[str]) -> None:
    """A visible row of this table that allows steps makes an event; rows of other tables place a message there."""
    assert outcomes(with_filters(*rows), Outcome.FAIL) == {f"message/{MESSAGE}/{fact}" for fact in failed}


def test_options_are_numbers_and_labels_are_english() -> None:
    """A label of another language beside the English one changes nothing; a wrong English one fails."""

    def translate(options: list[Any]) -> None:
        options[1]["Label"] = {
            "LocalizedLabels": [{"Label": "Vosap", "LanguageCode": 1040}, {"Label": "WhatsApp", "LanguageCode": 1033}],
            "UserLocalizedLabel": {"Label": "Vosap", "LanguageCode": 1040},
        }

    assert outcomes(with_options(translate), Outcome.FAIL) == set()
    wrong = with_options(lambda options: options[1].update(Label=label("Whatsapp")))
    assert outcomes(wrong, Outcome.FAIL) == {f"{OPTION}/label"}


def test_no_english_label_is_not_observable() -> None:
    """Where no surface has an English label, nothing is said of it."""
    italian = label("WhatsApp", language=1040)
    readings = with_options(lambda options: options[1].update(Label=italian))
    column = dict(readings.choices["msdyn_channel"].content or {})
    readings = replace(readings, choices={"msdyn_channel": read({**column, "GlobalOptionSet": None})})
    found = judged(readings)[f"{OPTION}/label"]

    assert found.outcome is Outcome.NOT_OBSERVABLE
    assert "1033" in found.reason


@pytest.mark.parametrize("member", ["OptionSet", "GlobalOptionSet"])
def test_an_option_missing_from_either_set_fails_and_blocks_its_label(member: str) -> None:
    """Both sets are read; the label hangs on the option."""
    readings = with_options(lambda options: options.pop(1), member)

    assert outcomes(readings, Outcome.FAIL) == {f"{OPTION}/exists"}
    assert outcomes(readings, Outcome.NOT_TESTABLE) == {f"{OPTION}/label"}


@pytest.mark.parametrize("value", ["192300000", True, None, 192300000.5])
def test_a_number_of_another_kind_is_not_the_option(value: object) -> None:
    """A text that looks like the number is not the number."""
    readings = with_options(lambda options: options[1].update(Value=value))

    assert outcomes(readings, Outcome.FAIL) == {f"{OPTION}/exists"}


def test_a_column_that_is_missing_has_no_options() -> None:
    """The endpoint looked and has no such column: every option fails."""
    found = outcomes(replace(perfect(), choices={"msdyn_channel": read(None)}), Outcome.FAIL)

    assert found == {item.id for item in SUITE.catalogue.requirements if item.family == "option-exists"}


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


def test_what_cannot_be_read_takes_part_in_nothing() -> None:
    """Without relationship collections, $metadata still shows the ends; cascades and menus are not observable."""
    readings = replace(perfect(), many_to_one=unreadable(), one_to_many=unreadable())
    found = judged(readings)

    assert found[f"{PARENT}/ReferencedEntity"].outcome is Outcome.PASS
    assert found[f"{PARENT}/cascade/Delete"].outcome is Outcome.NOT_OBSERVABLE
    assert "403" in found[f"{PARENT}/cascade/Delete"].reason
    assert found[f"{CHILD}/menu/Order"].outcome is Outcome.NOT_OBSERVABLE


def test_a_broken_exchange_is_an_error_unless_another_surface_contradicts() -> None:
    """A surface that broke might have contradicted: no pass; a contradiction elsewhere still counts."""
    readings = replace(perfect(), csdl=broken())
    assert judged(readings)[f"message/{MESSAGE}/exists"].outcome is Outcome.ERROR
    assert judged(readings)[f"message/{MESSAGE}/exists"].exchanges == ("x0009",)

    rows = tuple(row for row in readings.sdkmessages.content or () if row["name"] != MESSAGE)
    assert judged(replace(readings, sdkmessages=read(rows)))[f"message/{MESSAGE}/exists"].outcome is Outcome.FAIL


def test_an_absent_table_blocks_what_hangs_on_it() -> None:
    """Where the table is gone, its facts are not testable, not wrong; messages are judged on their own."""
    readings = replace(perfect(), table=read(None))
    failed = outcomes(readings, Outcome.FAIL)

    assert failed == {f"table/{TABLE}/exists"}
    assert outcomes(readings, Outcome.PASS) >= {f"message/{MESSAGE}/exists"}
    assert f"{PARENT}/cascade/Delete" in outcomes(readings, Outcome.NOT_TESTABLE)


def test_a_relationship_under_another_name_leaves_the_target_alone() -> None:
    """The target is still shown by a relationship that joins it, whatever its name."""
    found = judged(with_parent(SchemaName="another"))

    assert found[f"{PARENT}/exists"].outcome is Outcome.FAIL
    assert found["column/regardingobjectid/target/msdyn_bookingrule"].outcome is Outcome.PASS
    assert found[f"{PARENT}/cascade/Delete"].outcome is Outcome.NOT_TESTABLE


def test_extra_things_raise_no_alarm() -> None:
    """Extra options, targets, relationships, properties and messages are no faults."""
    readings = with_options(lambda options: options.append({"Value": 192350000, "Label": label("Entity Records")}))
    lookups = {
        name: read({"Targets": [*(reading.content or {})["Targets"], "account"]})
        for name, reading in readings.lookups.items()
    }
    rows = (*many_to_one(), {"SchemaName": "extra", "ReferencingAttribute": "ownerid", "ReferencedEntity": "owner"})
    operations = (*csdl().operations, Operation("CCaaS_More", "Action", TABLE, False, (), None))
    readings = replace(
        readings, lookups=lookups, many_to_one=read(rows), csdl=read(replace(csdl(), operations=operations))
    )

    assert {finding.outcome for finding in judged(readings).values()} == {Outcome.PASS}


def test_an_endpoint_that_finds_everything_proves_nothing() -> None:
    """Where a made-up message is found, the other messages' passes are not observable, and so what hangs on them."""
    readings = perfect()
    rows = (*(readings.sdkmessages.content or ()), {"name": "CCaaS_NobodyDocumentsThisMessage"})
    found = judged(replace(readings, sdkmessages=read(rows)))

    assert found["control/made-up-message"].outcome is Outcome.FAIL
    assert found[f"message/{MESSAGE}/exists"].outcome is Outcome.NOT_OBSERVABLE
    assert "control/made-up-message" in found[f"message/{MESSAGE}/exists"].reason


def test_an_endpoint_that_knows_no_event_proves_nothing_about_events() -> None:
    """Where Create is not seen as an event, 'no event' is not observable."""
    readings = perfect()
    rows = tuple(row for row in readings.sdkmessagefilters.content or () if row["sdkmessageid"]["name"] != "Create")
    found = judged(replace(readings, sdkmessagefilters=read(rows)))

    assert found[f"message/{MESSAGE}/not-event"].outcome is Outcome.NOT_OBSERVABLE
    assert found[f"message/{MESSAGE}/on-table"].outcome is Outcome.PASS


def test_an_endpoint_that_knows_no_function_proves_nothing_about_actions() -> None:
    """Where no function is seen, 'an action' is not observable."""
    operations = tuple(item for item in csdl().operations if item.kind == "Action")
    found = judged(replace(perfect(), csdl=read(replace(csdl(), operations=operations))))

    assert found[f"message/{MESSAGE}/is-action"].outcome is Outcome.NOT_OBSERVABLE


def test_an_endpoint_that_offers_every_number_proves_nothing_about_channels() -> None:
    """Where a made-up number is on offer, the channels' passes are not observable."""
    readings = with_options(
        lambda options: options.append({"Value": 192999999, "Label": label("?")}), "GlobalOptionSet"
    )

    assert judged(readings)[f"{OPTION}/exists"].outcome is Outcome.NOT_OBSERVABLE


def test_a_control_without_its_surface_guards_nothing() -> None:
    """Where filters cannot be read, customapis alone shows that a message is no event."""
    found = judged(replace(perfect(), sdkmessagefilters=unreadable()))

    assert found["control/known-event"].outcome is Outcome.NOT_APPLICABLE
    assert found[f"message/{MESSAGE}/not-event"].outcome is Outcome.PASS


def test_custom_api_rows_are_heard() -> None:
    """A row that says function, event or another table contradicts."""
    wrong = {**custom_api(MESSAGE), "isfunction": True, "boundentitylogicalname": "account"}
    readings = perfect()
    rows = tuple(
        {**wrong, "allowedcustomprocessingsteptype": 2} if row["uniquename"] == MESSAGE else row
        for row in readings.customapis.content or ()
    )

    assert outcomes(replace(readings, customapis=read(rows)), Outcome.FAIL) == {
        f"message/{MESSAGE}/{fact}" for fact in ("is-action", "not-event", "on-table")
    }


def spoilt(name: str) -> Readings:
    """Readings in which one thing has a shape that nobody expects."""
    readings = perfect()
    column = copy.deepcopy(dict(readings.choices["msdyn_channel"].content or {}))
    options = column["OptionSet"]["Options"]
    if name == "options with null":
        options.append(None)
    elif name == "labels a number":
        options[1]["Label"] = {"LocalizedLabels": 1}
    elif name == "set a text":
        column["GlobalOptionSet"] = "x"
    elif name == "targets true":
        return replace(readings, lookups={**readings.lookups, "regardingobjectid": read({"Targets": True})})
    elif name == "rows of text":
        return replace(readings, many_to_one=read(("x", 1)))
    return replace(readings, choices={"msdyn_channel": read(column)})


@pytest.mark.parametrize("name", ["options with null", "labels a number", "set a text", "rows of text"])
def test_an_answer_of_an_unheard_of_shape_is_an_error_of_its_surface_alone(name: str) -> None:
    """The kit does not break; what other surfaces say still counts; extensions are listed as far as can be."""
    found = judged(spoilt(name))
    extensions(spoilt(name), SUITE.catalogue)

    assert Outcome.ERROR in {finding.outcome for finding in found.values()}
    assert found[f"message/{MESSAGE}/exists"].outcome is Outcome.PASS


def test_targets_that_are_no_list_contradict() -> None:
    """A member of the wrong JSON type passes nothing."""
    assert "column/regardingobjectid/target/msdyn_bookingrule" in outcomes(spoilt("targets true"), Outcome.FAIL)
    extensions(spoilt("targets true"), SUITE.catalogue)


def test_an_answer_that_contradicts_itself_fails() -> None:
    """The same option twice with two labels, two English labels, the same relationship twice: one of them is wrong."""
    twice = with_options(lambda options: options.append({"Value": 192300000, "Label": label("Other")}))
    assert outcomes(twice, Outcome.FAIL) == {f"{OPTION}/label"}

    def disagree(options: list[Any]) -> None:
        options[1]["Label"]["UserLocalizedLabel"] = {"Label": "Other", "LanguageCode": 1033}

    assert outcomes(with_options(disagree), Outcome.FAIL) == {f"{OPTION}/label"}
    row = next(row for row in many_to_one() if row["ReferencedEntity"] == "msdyn_bookingrule")
    other = {**row, "CascadeConfiguration": {**row["CascadeConfiguration"], "Delete": "Restrict"}}
    readings = replace(perfect(), many_to_one=read((*many_to_one(), other)))
    assert outcomes(readings, Outcome.FAIL) == {f"{PARENT}/cascade/Delete"}


def test_a_relationship_of_another_table_is_not_ours() -> None:
    """A row of that name whose own end is another table is not the documented relationship."""
    assert f"{PARENT}/exists" in outcomes(with_parent(ReferencingEntity="task"), Outcome.FAIL)


def test_a_filter_row_that_does_not_say_whether_it_is_visible_says_nothing() -> None:
    """Without isvisible, a row neither makes an event nor proves that there is none."""
    row = {key: value for key, value in filter_row(MESSAGE, event=True).items() if key != "isvisible"}
    found = judged(replace(with_filters(row), customapis=unreadable()))

    assert found[f"message/{MESSAGE}/not-event"].outcome is Outcome.NOT_OBSERVABLE


def test_a_surface_that_broke_blocks_nothing_that_another_one_showed() -> None:
    """A $metadata that timed out is an error of what it shows; cascades are judged where they are shown."""
    found = judged(replace(perfect(), csdl=broken()))

    assert found[f"{PARENT}/exists"].outcome is Outcome.ERROR
    assert found[f"{PARENT}/cascade/Delete"].outcome is Outcome.PASS


def test_what_hangs_on_something_names_the_root() -> None:
    """A cascade of a table that is not there names the table, not the relationship in between."""
    reason = judged(replace(perfect(), table=read(None)))[f"{PARENT}/cascade/Delete"].reason

    assert f"table/{TABLE}/exists" in reason


def test_a_control_that_cannot_be_read_says_so() -> None:
    """Options of an unheard-of shape do not count as a made-up number that was found."""
    readings = perfect()
    column = {**dict(readings.choices["msdyn_channel"].content or {}), "GlobalOptionSet": {"Options": 1}}
    found = judged(replace(readings, choices={"msdyn_channel": read(column)}))["control/made-up-option"]

    assert found.outcome is Outcome.FAIL
    assert "shape that cannot be read" in found.reason
