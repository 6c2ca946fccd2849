"""The kind of a column is taken from what says it most exactly."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dataverse_tck.readings import Reading, State
from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.metadata.columns import Columns, check_lookup, column_kind, read_choice

CRM = "#Microsoft.Dynamics.CRM"


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ({"@odata.type": f"{CRM}.MultiSelectPicklistAttributeMetadata"}, "MultiSelectPicklist"),
        ({"@odata.type": f"{CRM}.PicklistAttributeMetadata", "AttributeType": "Virtual"}, "Picklist"),
        ({"@odata.type": f"{CRM}.AttributeMetadata", "AttributeType": "State"}, "State"),
        ({"@odata.type": f"{CRM}.LookupAttributeMetadata", "AttributeType": "Customer"}, "Lookup"),
        (
            {"AttributeTypeName": {"Value": "MultiSelectPicklistType"}, "AttributeType": "Virtual"},
            "MultiSelectPicklist",
        ),
        ({"AttributeTypeName": "StatusType"}, "Status"),
        ({"AttributeTypeName": {"Value": None}, "AttributeType": "Picklist"}, "Picklist"),
        ({"AttributeTypeName": {"Value": "VirtualType"}, "AttributeType": "Virtual"}, None),
        ({"AttributeType": "Virtual"}, None),
        ({"@odata.type": 7, "AttributeTypeName": [], "AttributeType": {}}, None),
        ({}, None),
    ],
)
def test_the_most_exact_word_counts(column: dict[str, Any], kind: str | None) -> None:
    """@odata.type before AttributeTypeName before AttributeType; Virtual and odd values say nothing."""
    assert column_kind(column) == kind


KINDS = {"a": {"AttributeType": "String"}, "b": {}, "c": {"AttributeType": "Picklist"}}
READ_COLUMNS: Columns = Reading(State.READ, KINDS, "", ("x1",))
UNREAD: Columns = Reading(State.UNREADABLE, None, "no leave", ("x1",))
ASKED: Reading[Any] = Reading(State.READ, {"Targets": []}, "", ("x2",))
REFUSED: Reading[Any] = Reading(State.UNREADABLE, None, "404", ("x2",))
BROKE: Reading[Any] = Reading(State.BROKEN, None, "reset", ("x2",))
OTHER: Reading[Any] = Reading(State.READ, {"LogicalName": "z"}, "", ("x2",))


@pytest.mark.parametrize(
    ("name", "columns", "reading", "found"),
    [
        ("a", UNREAD, REFUSED, REFUSED),
        ("a", READ_COLUMNS, ASKED, ASKED),
        ("a", READ_COLUMNS, BROKE, BROKE),
        ("b", READ_COLUMNS, REFUSED, REFUSED),
        (
            "a",
            READ_COLUMNS,
            REFUSED,
            Reading(State.READ, None, "The column a is declared as String, which is no lookup.", ("x1", "x2")),
        ),
        ("d", READ_COLUMNS, REFUSED, Reading(State.READ, None, "The table has no column d.", ("x1", "x2"))),
        ("d", READ_COLUMNS, ASKED, Reading(State.READ, None, "The table has no column d.", ("x1", "x2"))),
        ("d", UNREAD, ASKED, ASKED),
        (
            "b",
            READ_COLUMNS,
            OTHER,
            Reading(State.BROKEN, None, "Asked for the column b, the endpoint answers with 'z'.", ("x2",)),
        ),
    ],
    ids=[
        "no list",
        "read",
        "broke",
        "no kind",
        "another kind",
        "gone",
        "gone, read",
        "read, no list",
        "another column",
    ],
)
def test_a_lookup_is_weighed_against_the_list(
    name: str, columns: Columns, reading: Reading[Any], found: Reading[Any]
) -> None:
    """What the list says counts where the cast was refused; both exchanges bear it out."""
    assert check_lookup(name, reading, columns) == found


def answering(*readings: Reading[Any]) -> tuple[Any, list[str]]:
    """A session whose objects are read like this, one after the other, and what it was asked."""
    left, asked = list(readings), []

    class Asked:
        def get(self, target: str) -> Answer:
            asked.append(target.partition("?")[0].rpartition(".")[2])
            reading = left.pop(0)
            status = 200 if reading.state is State.READ else 404 if reading.state is State.UNREADABLE else 500
            return Answer(status, {}, json.dumps(reading.content).encode(), "http://h/x", f"y{len(asked)}")

    return Asked(), asked


SHOWN: Reading[Any] = Reading(State.READ, {"OptionSet": {"Options": []}})
SHOWS_NONE: Reading[Any] = Reading(State.READ, {"LogicalName": "b"})
MULTI, SINGLE = "MultiSelectPicklistAttributeMetadata", "PicklistAttributeMetadata"


@pytest.mark.parametrize(
    ("name", "columns", "answers", "asked", "state", "exchanges"),
    [
        ("c", READ_COLUMNS, [SHOWN], [SINGLE], State.READ, ("y1",)),
        ("c", READ_COLUMNS, [SHOWS_NONE], [SINGLE], State.BROKEN, ("y1",)),
        ("c", READ_COLUMNS, [REFUSED], [SINGLE], State.UNREADABLE, ("y1",)),
        ("b", READ_COLUMNS, [SHOWN], [MULTI], State.READ, ("y1",)),
        ("b", READ_COLUMNS, [SHOWS_NONE, SHOWN], [MULTI, SINGLE], State.READ, ("y1", "y2")),
        ("b", READ_COLUMNS, [REFUSED, SHOWN], [MULTI, SINGLE], State.READ, ("y1", "y2")),
        ("b", UNREAD, [REFUSED, REFUSED], [MULTI, SINGLE], State.UNREADABLE, ("y1", "y2")),
        ("b", UNREAD, [REFUSED, BROKE], [MULTI, SINGLE], State.BROKEN, ("y1", "y2")),
        ("b", UNREAD, [BROKE, SHOWS_NONE], [MULTI, SINGLE], State.READ, ("y1", "y2")),
        ("a", READ_COLUMNS, [], [], State.READ, ("x1",)),
        ("d", READ_COLUMNS, [], [], State.READ, ("x1",)),
    ],
)
def test_a_choice_is_read_by_the_cast_of_its_kind(
    *, name: str, columns: Columns, answers: Any, asked: list[str], state: State, exchanges: tuple[str, ...]
) -> None:
    """Where the kind is not known both are tried; of two answers the plainest counts."""
    session, seen = answering(*answers)
    found = read_choice(session, "t", name, columns)

    assert seen == asked
    assert (found.state, found.exchanges) == (state, exchanges)
    if not asked:
        assert found.content is None
        assert found.reason in (
            "The column a is declared as String, which is no choice.",
            "The table has no column d.",
        )
