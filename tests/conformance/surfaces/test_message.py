"""Messages: what $metadata, sdkmessages, filter rows and customapis say of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.readings import Operation, Readings
from tests.support.judging import MESSAGE, judged, outcomes
from tests.support.perfect_readings import TABLE, csdl, custom_api, filter_row, perfect, read, unreadable


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


def test_a_filter_row_that_does_not_say_whether_it_is_visible_says_nothing() -> None:
    """Without isvisible, a row neither makes an event nor proves that there is none."""
    row = {key: value for key, value in filter_row(MESSAGE, event=True).items() if key != "isvisible"}
    found = judged(replace(with_filters(row), customapis=unreadable()))

    assert found[f"message/{MESSAGE}/not-event"].outcome is Outcome.NOT_OBSERVABLE


def hidden(*, sdkmessage: bool | None = None, custom_api: bool | None = None, seen: bool = True) -> Any:
    """Readings in which $metadata lacks one message, and rows say whether it is private."""
    readings = perfect()
    operations = tuple(item for item in csdl().operations if item.name != MESSAGE)
    messages = [
        {**row, "isprivate": sdkmessage} if row["name"] == MESSAGE else row
        for row in readings.sdkmessages.content or ()
        if seen or row["name"] != MESSAGE
    ]
    apis = [
        {**row, "isprivate": custom_api} if row["uniquename"] == MESSAGE else row
        for row in readings.customapis.content or ()
    ]
    return replace(
        readings,
        csdl=read(replace(csdl(), operations=operations)),
        sdkmessages=read(tuple(messages)),
        customapis=read(tuple(apis)),
    )


@pytest.mark.parametrize("said", [{"sdkmessage": True}, {"custom_api": True}], ids=["sdkmessages", "customapis"])
def test_a_private_message_may_be_absent_from_metadata(said: dict[str, bool]) -> None:
    """The platform hides private messages there: its absence is silence, and the other surfaces decide."""
    found = judged(hidden(**said))

    assert {
        found[f"message/{MESSAGE}/{fact}"].outcome for fact in ("exists", "is-action", "not-event", "on-table")
    } == {Outcome.PASS}


@pytest.mark.parametrize("said", [{}, {"sdkmessage": False, "custom_api": False}], ids=["unsaid", "not private"])
def test_a_message_that_is_not_private_may_not_be_absent(said: dict[str, bool]) -> None:
    """Absent and not said to be private contradicts."""
    assert judged(hidden(**said))[f"message/{MESSAGE}/exists"].outcome is Outcome.FAIL


def test_a_private_message_has_to_be_listed_all_the_same() -> None:
    """Hidden is not gone: sdkmessages lists private messages."""
    assert judged(hidden(custom_api=True, seen=False))[f"message/{MESSAGE}/exists"].outcome is Outcome.FAIL
