"""States, options and rows that are there: how each is asked for, once, and where it is told that there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dataverse_tck.webapi.http.errors import Broken, NotMade
from dataverse_tck.webapi.rows.tables import Column, RowState, Table
from tests.support.canned_server import Canned, Request, reply
from tests.support.offline import Told, described, fails, tables_of
from tests.support.stub_server import error

PLAIN = Table("t", "ts", "tid", None, "", {"statecode": Column("statecode", "State")}, {}, {})
T = "EntityDefinitions(LogicalName='t')"
CAST = f"{T}/Attributes(LogicalName='{{}}')/Microsoft.Dynamics.CRM.{{}}AttributeMetadata"
OPTIONS = "?$select=LogicalName&$expand=OptionSet,GlobalOptionSet"


def choice(**sets: Any) -> Callable[[Request], Canned]:
    """A choice column with these sets."""
    return lambda request: reply({"LogicalName": request.path.split("'")[3], **sets})


STATES = {"Options": [{"Value": 0, "DefaultStatus": 1}, {"Value": 1, "DefaultStatus": "2"}, {"Value": "x"}, 7]}


def test_states_come_with_their_status() -> None:
    """Asked by the cast for states, once for each table."""
    known, session = tables_of(choice(OptionSet=STATES))

    assert known.states(PLAIN) == known.states(PLAIN) == (RowState(0, 1), RowState(1, None))
    assert session.asked == [f"GET {CAST.format('statecode', 'State')}{OPTIONS}"]


def test_a_table_without_states_is_told() -> None:
    """Nothing is asked."""
    known, session = tables_of(choice())
    said = "Rows of t have no state: the endpoint declares no column statecode."

    assert fails(lambda: known.states(Table("t", "ts", "tid", None, "", {}, {}, {})), NotMade) == (said, None)
    assert session.asked == []


@pytest.mark.parametrize("kind", ["Picklist", "MultiSelectPicklist", "State", "Status"])
@pytest.mark.parametrize(("sets", "numbers"), [({"OptionSet": STATES}, (0, 1)), ({"GlobalOptionSet": STATES}, (0, 1))])
def test_options_are_asked_by_their_kind(kind: str, sets: Any, numbers: tuple[int, ...]) -> None:
    """Of either set; one of its own comes first."""
    known, session = tables_of(choice(**sets))

    assert known.options(PLAIN, Column("c", kind)) == numbers
    assert session.asked == [f"GET {CAST.format('c', kind)}{OPTIONS}"]
    both = {"OptionSet": {"Options": [{"Value": 5}]}, "GlobalOptionSet": STATES}
    assert tables_of(choice(**both))[0].options(PLAIN, Column("c", kind)) == (5,)


@pytest.mark.parametrize("status", [403, 404, 501])
@pytest.mark.parametrize("name", ["c", "statecode"])
def test_options_that_are_not_shown_say_where(status: int, name: str) -> None:
    """With the exchange, the second time too, though it is not asked again."""
    known, session = tables_of(lambda request: error(status))
    kind = "State" if name == "statecode" else "Picklist"
    where = f"{session.root}/{CAST.format(name, kind)} answers {status} (no)."
    said = f"A value of {name} is needed, and its options cannot be read: {where}"
    asks: dict[str, Callable[[], object]] = {
        "c": lambda: known.options(PLAIN, Column("c", "Picklist")),
        "statecode": lambda: known.states(PLAIN),
    }

    assert [fails(asks[name], NotMade), fails(asks[name], NotMade)] == [(said, "x0001")] * 2
    assert len(session.seen) == 1


def test_options_that_broke_say_where() -> None:
    """To everybody who asks, whoever is the first."""
    known, session = tables_of(lambda request: error(500))
    said = f"{session.root}/{CAST.format('c', 'Picklist')} answers 500 (no)."
    told = [fails(lambda: known.options(PLAIN, Column("c", "Picklist")), Broken) for _ in range(2)]

    assert told == [(said, "x0001")] * 2


def test_a_column_that_is_no_choice_has_no_options() -> None:
    """Nothing is asked."""
    known, session = tables_of(choice())
    why = "The column c is declared as String, which is no choice."

    assert fails(lambda: known.options(PLAIN, Column("c", "String")), NotMade) == (
        f"A value of c is needed, and its options cannot be read: {why}",
        None,
    )
    assert session.asked == []


def test_each_of_a_kind_is_read_apart() -> None:
    """Options of two columns, of two tables, and states; each once."""
    known, session = tables_of(choice(OptionSet=STATES))
    other = Table("u", "us", "uid", None, "", PLAIN.columns, {}, {})
    for _ in range(2):
        for table in (PLAIN, other):
            known.states(table)
            for name in ("statecode", "c"):
                known.options(table, Column(name, "State"))

    assert len(session.seen) == 6


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("systemuser", {"UserId": 7}),
        ("businessunit", {"UserId": "x"}),
        ("organization", {}),
        ("organization", None),
        ("team", None),
    ],
    ids=str,
)
def test_the_first_row_is_taken_where_whoami_says_nothing(name: str, who: object) -> None:
    """The first with an id; other tables are not asked of WhoAmI at all."""
    rows = {"value": [{}, {"id": 7}, {"id": "first"}, {"id": "second"}]}

    def answer(request: Request) -> Told:
        if request.path.endswith("WhoAmI"):
            return error(403) if who is None else reply(who)
        return (
            reply(rows)
            if "/rows?" in request.path
            else described(EntitySetName="rows", PrimaryIdAttribute="id")(request)
        )

    known, session = tables_of(answer)

    assert [known.existing(name), known.existing(name)] == ["first", "first"]
    assert session.asked[-1] == "GET rows?$select=id&$top=1"
    assert ("GET WhoAmI" in session.asked) is (name != "team")
    assert len(session.asked) == (4 if name == "team" else 5)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (reply({"value": []}), "ts is empty."),
        (reply({"value": [{"tid": 7}]}), "ts is empty."),
        (error(403), "http://127.0.0.1/api/data/v9.2/ts answers 403 (no)."),
    ],
    ids=["empty", "no id", "refused"],
)
def test_a_row_that_cannot_be_taken_is_told(rows: Canned, why: str) -> None:
    """With the exchange, the second time too."""
    right = described()
    known, session = tables_of(lambda request: rows if "/ts?" in request.path else right(request))
    said = f"A row of t is needed, and none can be taken: {why}"

    assert [fails(lambda: known.existing("t"), NotMade) for _ in range(2)] == [(said, "x0004")] * 2
    assert len(session.seen) == 4
