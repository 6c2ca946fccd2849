"""What is said of choices and lookups in full, and by which question they are read."""

from __future__ import annotations

from typing import Any

import pytest

from dataverse_tck.readings import Reading, State
from dataverse_tck.webapi.metadata.columns import CHOICES, LOOKUPS, Columns, check_lookup, column_kind, read_choice
from tests.support.canned_server import reply
from tests.support.offline import ROOT, Offline, Told
from tests.support.stub_server import error

OPTIONS = {"Options": []}
QUERY = "$select=LogicalName&$expand=OptionSet,GlobalOptionSet"
CAST = "EntityDefinitions(LogicalName='t')/Attributes(LogicalName='c')/Microsoft.Dynamics.CRM.{}AttributeMetadata"
UNREAD: Columns = Reading(State.BROKEN, None, "reset", ("x1",))


def listed(**kinds: str) -> Columns:
    """A list of columns and their kinds."""
    return Reading(State.READ, {name: {"AttributeType": kind} for name, kind in kinds.items()}, "", ("x1",))


def read(columns: Columns, *answers: Told) -> tuple[Reading[Any], list[str]]:
    """What is read of the choice c, and what was asked."""
    left = list(answers)
    session: Any = Offline(lambda request: left.pop(0))
    return read_choice(session, "t", "c", columns), session.asked


@pytest.mark.parametrize("kind", ["MultiSelectPicklist", "Picklist", "State", "Status"])
def test_each_kind_is_read_by_its_own_cast(kind: str) -> None:
    """With both sets of options; one answer is enough, whatever it shows."""
    found, asked = read(listed(c=kind), reply({"LogicalName": "c"}))

    assert found == Reading(State.READ, {"LogicalName": "c"}, "", ("x0001",))
    assert asked == [f"GET {CAST.format(kind)}?{QUERY}"]
    assert kind in CHOICES
    assert len(CHOICES) == 4


@pytest.mark.parametrize("kind", ["Lookup", "Customer", "Owner", "PartyList", "Integer", "File"])
def test_another_kind_is_no_choice(kind: str) -> None:
    """Nothing is asked; the list bears it out."""
    reason = f"The column c is declared as {kind}, which is no choice."

    assert read(listed(c=kind)) == (Reading(State.READ, None, reason, ("x1",)), [])


@pytest.mark.parametrize("kind", ["Lookup", "Customer", "Owner", "PartyList"])
def test_kinds_of_lookups_may_be_refused(kind: str) -> None:
    """The cast ought to have answered then."""
    refused: Reading[Any] = Reading(State.UNREADABLE, None, "404", ("x2",))

    assert check_lookup("c", refused, listed(c=kind)) == refused
    assert kind in LOOKUPS
    assert len(LOOKUPS) == 4


@pytest.mark.parametrize("kind", ["Picklist", "String", "Uniqueidentifier"])
def test_another_kind_is_no_lookup(kind: str) -> None:
    """Where the cast is refused; one that is read or broke counts as it is."""
    reason = f"The column c is declared as {kind}, which is no lookup."
    refused: Reading[Any] = Reading(State.UNREADABLE, None, "404", ("x2", "x3"))
    assert check_lookup("c", refused, listed(c=kind)) == Reading(State.READ, None, reason, ("x1", "x2", "x3"))
    for state in (State.READ, State.BROKEN):
        reading: Reading[Any] = Reading(state, None, "", ("x2",))
        assert check_lookup("c", reading, listed(c=kind)) == reading


@pytest.mark.parametrize("answered", ["d", 7, None, ["z" * 99]], ids=str)
def test_an_answer_of_another_column_is_doubted(answered: object) -> None:
    """What it names is told, at most 80 characters of it, with the exchange."""
    document = {"LogicalName": answered, "OptionSet": OPTIONS}
    reason = f"Asked for the column c, the endpoint answers with {repr(answered)[:80]}."

    assert read(listed(c="State"), reply(document))[0] == Reading(State.BROKEN, None, reason, ("x0001",))
    asked: Reading[Any] = Reading(State.READ, document, "", ("x2",))
    assert check_lookup("c", asked, UNREAD) == Reading(State.BROKEN, None, reason, ("x2",))


MULTI, SINGLE = (f"GET {CAST.format(kind)}?{QUERY}" for kind in ("MultiSelectPicklist", "Picklist"))
NONE, SOME, GLOBAL = {"LogicalName": "c"}, {"OptionSet": OPTIONS}, {"GlobalOptionSet": OPTIONS}


@pytest.mark.parametrize(
    ("answers", "content"),
    [([reply(SOME)], SOME), ([reply(GLOBAL)], GLOBAL), ([reply(NONE), reply(GLOBAL)], GLOBAL)],
)
def test_without_a_kind_the_first_that_shows_options_counts(answers: list[Told], content: object) -> None:
    """Several choices first."""
    found, asked = read(UNREAD, *answers)

    assert found == Reading(State.READ, content, "", ("x0001", "x0002")[: len(answers)])
    assert asked == [MULTI, SINGLE][: len(answers)]


@pytest.mark.parametrize(
    ("first", "second", "state", "of"),
    [
        (reply(NONE), error(404), State.READ, None),
        (error(404), reply(NONE), State.READ, None),
        (error(500), reply(NONE), State.READ, None),
        (error(404), error(500), State.BROKEN, "Picklist"),
        (error(500), error(404), State.BROKEN, "MultiSelectPicklist"),
        (error(404, "a"), error(403, "b"), State.UNREADABLE, "MultiSelectPicklist"),
    ],
    ids=["none, 404", "404, none", "500, none", "404, 500", "500, 404", "404, 403"],
)
def test_without_options_the_plainest_answer_counts(first: Told, second: Told, state: State, of: str | None) -> None:
    """One that was read before one that broke before one that was refused; both exchanges are named."""
    found, asked = read(UNREAD, first, second)

    assert (found.state, found.content, found.exchanges) == (state, None if of else NONE, ("x0001", "x0002"))
    assert found.reason.startswith(f"{ROOT}/{CAST.format(of)} answers " if of else "")
    assert bool(found.reason) is bool(of)
    assert asked == [MULTI, SINGLE]


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ({"@odata.type": "PicklistAttributeMetadata"}, "Picklist"),
        ({"@odata.type": "#X.Y.StateAttributeMetadata", "AttributeTypeName": {"Value": "StatusType"}}, "State"),
        ({"@odata.type": "#X.VirtualAttributeMetadata", "AttributeTypeName": "FileType"}, "File"),
        ({"AttributeTypeName": {"Value": "StatusType"}, "AttributeType": "State"}, "Status"),
        ({"AttributeTypeName": {"Name": "StatusType"}, "AttributeType": "State"}, "State"),
        ({"AttributeTypeName": "Type", "AttributeType": "Virtual"}, None),
    ],
    ids=str,
)
def test_kinds_by_their_endings(column: dict[str, Any], kind: str | None) -> None:
    """Without namespace, and without what every name ends with."""
    assert column_kind(column) == kind
