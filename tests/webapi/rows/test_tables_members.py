"""Members of definitions one by one: what is absent, what has another shape, and where it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from dataverse_tck.webapi.http.errors import Broken, Malformed, NotMade, TableMissing, Unreachable, WebApiError
from dataverse_tck.webapi.rows.tables import Column, RowState, Table, Tables, read_table
from tests.support.canned_server import Canned, Request, reply
from tests.support.offline import Offline, Told
from tests.support.stub_server import error

DEFINITION = {"LogicalName": "t", "EntitySetName": "ts", "PrimaryIdAttribute": "tid"}
PLAIN = Table("t", "ts", "tid", None, "", {"statecode": Column("statecode", "State")}, {}, {})
T = "EntityDefinitions(LogicalName='t')"
CAST = f"{T}/Attributes(LogicalName='{{}}')/Microsoft.Dynamics.CRM.{{}}AttributeMetadata"
OPTIONS = "?$select=LogicalName&$expand=OptionSet,GlobalOptionSet"


def endpoint(
    columns: list[Any] | None = None, links: list[Any] | None = None, **definition: Any
) -> Callable[[Request], Told]:
    """An endpoint that has the table t."""

    def answer(request: Request) -> Told:
        for ending, rows in (("/Attributes", columns), ("/ManyToOneRelationships", links)):
            if request.path.endswith(ending):
                return reply({"value": rows or []})
        return reply({**DEFINITION, **definition})

    return answer


def tables(answer: Callable[[Request], Told]) -> tuple[Tables, Offline]:
    """Tables of an endpoint, and what it was asked."""
    session: Any = Offline(answer)
    return Tables(session), session


def column(**members: Any) -> Column:
    """How a column with these members is read."""
    return tables(endpoint([{"LogicalName": "c", **members}]))[0].of("t").columns["c"]


def fails(ask: Callable[[], object], kind: type[WebApiError]) -> tuple[str, str | None]:
    """The sentence and the exchange of what fails."""
    with pytest.raises(kind) as told:
        ask()
    assert type(told.value) is kind
    return str(told.value), told.value.exchange


def test_three_questions_tell_a_table() -> None:
    """The definition with what is needed of it, all columns, all relationships."""
    known, session = tables(endpoint(PrimaryNameAttribute="name", OwnershipType="TeamOwned"))
    table = known.of("t")

    assert table == Table("t", "ts", "tid", "name", "TeamOwned", {}, {}, {})
    assert session.asked == [
        f"GET {T}?$select=LogicalName,EntitySetName,PrimaryIdAttribute,PrimaryNameAttribute,OwnershipType",
        f"GET {T}/Attributes",
        f"GET {T}/ManyToOneRelationships",
    ]


@pytest.mark.parametrize(
    ("ownership", "owned"),
    [("UserOwned", True), ("TeamOwned", True), ("OrganizationOwned", False), ("BusinessOwned", False), (None, False)],
)
def test_rows_of_some_tables_have_owners(ownership: str | None, *, owned: bool) -> None:
    """Users or teams; where nothing is said, none."""
    table = tables(endpoint(OwnershipType=ownership))[0].of("t")

    assert (table.rows_have_owners, table.ownership) == (owned, ownership or "")


@pytest.mark.parametrize(
    ("link", "navigation", "collections"),
    [
        ({}, {}, {}),
        ({"ReferencingEntityNavigationPropertyName": "n"}, {("", ""): "n"}, {}),
        ({"ReferencingEntityNavigationPropertyName": "n", "ReferencingAttribute": "c"}, {("c", ""): "n"}, {}),
        ({"ReferencingEntityNavigationPropertyName": "n", "ReferencedEntity": "a"}, {("", "a"): "n"}, {}),
        ({"ReferencedEntityNavigationPropertyName": "n"}, {}, {"": "n"}),
        ({"ReferencedEntityNavigationPropertyName": "n", "SchemaName": "s"}, {}, {"s": "n"}),
        ({"ReferencingEntityNavigationPropertyName": "", "ReferencedEntityNavigationPropertyName": None}, {}, {}),
    ],
    ids=str,
)
def test_what_a_relationship_does_not_say_is_empty(link: Any, navigation: Any, collections: Any) -> None:
    """No name is made up for it; an end without a navigation property is none."""
    table = tables(endpoint(links=[link]))[0].of("t")

    assert (table.navigation, table.collections) == (navigation, collections)


def test_columns_without_a_name_are_left_out() -> None:
    """The others are kept."""
    known, _ = tables(endpoint([{}, {"LogicalName": 7}, {"LogicalName": "c"}]))

    assert list(known.of("t").columns) == ["c"]


def test_a_column_that_says_nothing() -> None:
    """Is of no kind that is known, is not required, and cannot be given."""
    assert column() == Column("c", "Virtual", "None", creatable=False)
    assert Column("c", "String") == Column(
        "c", "String", "None", True, None, None, None, (), None, None, False
    )  # as a column in the middle of nowhere


@pytest.mark.parametrize(
    ("members", "member", "value"),
    [
        ({"RequiredLevel": {"Value": "ApplicationRequired"}}, "required", "ApplicationRequired"),
        ({"RequiredLevel": "SystemRequired"}, "required", "SystemRequired"),
        ({"RequiredLevel": {"Value": 7}}, "required", "None"),
        ({"RequiredLevel": {}}, "required", "None"),
        ({"IsValidForCreate": True}, "creatable", True),
        ({"IsValidForCreate": 1}, "creatable", False),
        ({"IsValidForCreate": "true"}, "creatable", False),
        ({"MaxLength": 20}, "max_length", 20),
        ({"MaxLength": 20.0}, "max_length", 20),
        ({"MaxLength": "20"}, "max_length", None),
        ({"MaxLength": True}, "max_length", None),
        ({"MinValue": -2}, "minimum", -2.0),
        ({"MinValue": False}, "minimum", None),
        ({"MinValue": [1]}, "minimum", None),
        ({"MaxValue": 2.5}, "maximum", 2.5),
        ({"MaxValue": "2.5"}, "maximum", None),
        ({"Targets": ["a", 7, "b"]}, "targets", ("a", "b")),
        ({"Targets": "ab"}, "targets", ()),
        ({"AttributeOf": "other"}, "derived", True),
        ({"AttributeOf": ""}, "derived", False),
        ({"AutoNumberFormat": "A-{SEQNUM:4}"}, "derived", True),
        ({"AutoNumberFormat": ""}, "derived", False),
        ({"DefaultValue": True, "AttributeType": "Boolean"}, "default", True),
        ({"DefaultFormValue": 3, "AttributeType": "Integer"}, "default", None),
        ({"DefaultFormValue": 0, "AttributeType": "Picklist"}, "default", 0),
        ({"DefaultFormValue": -1, "AttributeType": "Picklist"}, "default", None),
        ({"DefaultFormValue": "3", "AttributeType": "Picklist"}, "default", None),
        ({"DefaultFormValue": 1, "AttributeType": "State"}, "default", 1),
        ({"DefaultFormValue": 1, "AttributeTypeName": {"Value": "MultiSelectPicklistType"}}, "default", 1),
        ({"FormatName": {"Value": "Email"}, "Format": "Text"}, "format", "Email"),
        ({"FormatName": "Url"}, "format", "Url"),
        ({"FormatName": {"Value": None}, "Format": "Text"}, "format", "Text"),
        ({"FormatName": {}, "Format": 7}, "format", None),
        ({"Format": "Text"}, "format", "Text"),
        ({"AttributeType": "DateTime"}, "format", "DateAndTime"),
        ({"AttributeType": "DateTime", "FormatName": {"Value": "DateOnly"}}, "format", "DateAndTime"),
        ({"AttributeType": "DateTime", "Format": "DateOnly"}, "format", "DateAndTime"),
        ({"AttributeType": "DateTime", "DateTimeBehavior": {"Value": "DateOnly"}}, "format", "DateOnly"),
        ({"AttributeType": "DateTime", "DateTimeBehavior": "DateOnly"}, "format", "DateOnly"),
        ({"AttributeType": "DateTime", "DateTimeBehavior": {"Value": "TimeZoneIndependent"}}, "format", "DateAndTime"),
        ({"AttributeTypeName": "StringType"}, "kind", "String"),
        ({"AttributeTypeName": {"Value": "String"}}, "kind", "String"),
        ({"AttributeTypeName": {"Value": ""}, "AttributeType": "Memo"}, "kind", "Memo"),
        ({"AttributeTypeName": {"Value": "UniqueIdentifierType"}}, "kind", "Uniqueidentifier"),
        ({"AttributeTypeName": {"Value": "OwnerType"}, "AttributeType": "Lookup"}, "kind", "Owner"),
    ],
    ids=str,
)
def test_what_a_member_says(members: dict[str, Any], member: str, value: object) -> None:
    """As the reference of AttributeMetadata has it; what has another shape says nothing."""
    found = getattr(column(**members), member)

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("value", ["1e999", "-1e999"])
@pytest.mark.parametrize("name", ["MaxLength", "MinValue", "MaxValue"])
def test_a_number_without_end_is_none(name: str, value: str) -> None:
    """JSON has room for it."""
    body = json.dumps({"value": [{"LogicalName": "c", name: 1}]}).replace("1", value)
    right = endpoint()
    known, _ = tables(lambda it: Canned(200, body.encode()) if it.path.endswith("/Attributes") else right(it))
    found = known.of("t").columns["c"]

    assert (found.max_length, found.minimum, found.maximum) == (None, None, None)


@pytest.mark.parametrize("ending", ["", "/Attributes", "/ManyToOneRelationships"])
@pytest.mark.parametrize("status", [403, 404, 500])
def test_each_question_may_be_refused(ending: str, status: int) -> None:
    """What is not offered is missing, what broke is told as it broke; both with the exchange."""
    right = endpoint()
    known, session = tables(
        lambda it: error(status) if it.path.partition("?")[0].endswith(f"'t'){ending}") else right(it)
    )
    reason = f"{session.root}/{T}{ending} answers {status} (no)."
    kind, said = (Broken, reason)
    if status != 500:
        kind, said = TableMissing, f"The endpoint has no table t, or does not show it to this caller: {reason}"

    told = fails(lambda: known.of("t"), kind)
    assert told == (said, f"x000{len(session.seen)}")
    if kind is TableMissing:
        assert fails(lambda: known.of("t"), kind) == told


def test_what_broke_before_it_was_sent_has_no_exchange() -> None:
    """And is asked again."""
    known, session = tables(lambda request: Unreachable("Nobody is there."))

    assert [fails(lambda: known.of("t"), Broken) for _ in range(2)] == [("Nobody is there.", None)] * 2
    assert len(session.seen) == 2


@pytest.mark.parametrize("member", ["EntitySetName", "PrimaryIdAttribute"])
@pytest.mark.parametrize("value", [None, 7, ["z" * 99]], ids=str)
def test_a_table_needs_two_names(member: str, value: object) -> None:
    """What stands there instead is told, at most 80 characters of it."""
    session: Any = Offline(endpoint(**{member: value}))
    said = f"The definition of the table t has no {member}, but {repr(value)[:80]}."

    assert fails(lambda: read_table(session, "t"), Malformed)[0] == said


# States, options and rows that are there


def choice(**sets: Any) -> Callable[[Request], Canned]:
    """A choice column with these sets."""
    return lambda request: reply({"LogicalName": request.path.split("'")[3], **sets})


STATES = {"Options": [{"Value": 0, "DefaultStatus": 1}, {"Value": 1, "DefaultStatus": "2"}, {"Value": "x"}, 7]}


def test_states_come_with_their_status() -> None:
    """Asked by the cast for states, once for each table."""
    known, session = tables(choice(OptionSet=STATES))

    assert known.states(PLAIN) == known.states(PLAIN) == (RowState(0, 1), RowState(1, None))
    assert session.asked == [f"GET {CAST.format('statecode', 'State')}{OPTIONS}"]


def test_a_table_without_states_is_told() -> None:
    """Nothing is asked."""
    known, session = tables(choice())
    said = "Rows of t have no state: the endpoint declares no column statecode."

    assert fails(lambda: known.states(Table("t", "ts", "tid", None, "", {}, {}, {})), NotMade) == (said, None)
    assert session.asked == []


@pytest.mark.parametrize("kind", ["Picklist", "MultiSelectPicklist", "State", "Status"])
@pytest.mark.parametrize(("sets", "numbers"), [({"OptionSet": STATES}, (0, 1)), ({"GlobalOptionSet": STATES}, (0, 1))])
def test_options_are_asked_by_their_kind(kind: str, sets: Any, numbers: tuple[int, ...]) -> None:
    """Of either set; one of its own comes first."""
    known, session = tables(choice(**sets))

    assert known.options(PLAIN, Column("c", kind)) == numbers
    assert session.asked == [f"GET {CAST.format('c', kind)}{OPTIONS}"]
    both = {"OptionSet": {"Options": [{"Value": 5}]}, "GlobalOptionSet": STATES}
    assert tables(choice(**both))[0].options(PLAIN, Column("c", kind)) == (5,)


@pytest.mark.parametrize("status", [403, 404, 501])
@pytest.mark.parametrize("name", ["c", "statecode"])
def test_options_that_are_not_shown_say_where(status: int, name: str) -> None:
    """With the exchange, the second time too, though it is not asked again."""
    known, session = tables(lambda request: error(status))
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
    """It is no property of the endpoint."""
    known, session = tables(lambda request: error(500))
    said = f"{session.root}/{CAST.format('c', 'Picklist')} answers 500 (no)."
    told = [fails(lambda: known.options(PLAIN, Column("c", "Picklist")), Broken) for _ in range(2)]

    assert told == [(said, "x0001"), (said, "x0002")]


def test_a_column_that_is_no_choice_has_no_options() -> None:
    """Nothing is asked."""
    known, session = tables(choice())
    why = "The column c is declared as String, which is no choice."

    assert fails(lambda: known.options(PLAIN, Column("c", "String")), NotMade) == (
        f"A value of c is needed, and its options cannot be read: {why}",
        None,
    )
    assert session.asked == []


def test_each_of_a_kind_is_read_apart() -> None:
    """Options of two columns, of two tables, and states; each once."""
    known, session = tables(choice(OptionSet=STATES))
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
            else endpoint(EntitySetName="rows", PrimaryIdAttribute="id")(request)
        )

    known, session = tables(answer)

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
    right = endpoint()
    known, session = tables(lambda request: rows if "/ts?" in request.path else right(request))
    said = f"A row of t is needed, and none can be taken: {why}"

    assert [fails(lambda: known.existing("t"), NotMade) for _ in range(2)] == [(said, "x0004")] * 2
    assert len(session.seen) == 4
