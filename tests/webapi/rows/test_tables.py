"""Tables from metadata: read once, by documented requests, and honest about what is missing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dataverse_tck.webapi.http.errors import Broken, Malformed, NotMade, TableMissing
from dataverse_tck.webapi.rows.tables import PLATFORM, Column, Table, Tables
from tests.support.canned_server import Canned, Open, Request, Serve, reply
from tests.support.row_kit import Emulator

CRM = "#Microsoft.Dynamics.CRM."
DEFINITION = {"LogicalName": "t", "EntitySetName": "ts", "PrimaryIdAttribute": "tid", "OwnershipType": "UserOwned"}


def attribute(name: str, **members: Any) -> dict[str, Any]:
    """A column as metadata has it."""
    return {"LogicalName": name, "IsValidForCreate": True, "RequiredLevel": {"Value": "None"}, **members}


def endpoint(columns: list[dict[str, Any]]) -> Callable[[Request], Canned]:
    """An endpoint that has the table t."""

    def answer(request: Request) -> Canned:
        if request.path.endswith("/Attributes"):
            return reply({"value": columns})
        if request.path.endswith("/ManyToOneRelationships"):
            return reply({"value": []})
        return reply(DEFINITION)

    return answer


def test_a_table_of_the_emulator(emulator: Emulator, session_at: Open) -> None:
    """Names, kinds and both ends of its relationships, in three requests."""
    session = session_at(emulator.root)
    table = Tables(session).of("msdyn_ocliveworkitem")
    assert (table.entity_set, table.primary_id, table.primary_name) == (
        "msdyn_ocliveworkitems",
        "activityid",
        "subject",
    )
    assert (table.ownership, table.rows_have_owners) == ("UserOwned", True)
    kinds = {name: table.columns[name].kind for name in ("ownerid", "activityid", "msdyn_channel", "statecode")}
    assert kinds == {
        "ownerid": "Owner",
        "activityid": "Uniqueidentifier",
        "msdyn_channel": "MultiSelectPicklist",
        "statecode": "State",
    }
    subject = table.columns["subject"]
    assert (subject.kind, subject.max_length, subject.required, subject.creatable) == (
        "String",
        200,
        "ApplicationRequired",
        True,
    )
    assert not table.columns["createdon"].creatable
    assert "msdyn_timegroup" in table.columns["regardingobjectid"].targets
    navigation = "regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem"
    assert table.navigation["regardingobjectid", "msdyn_timegroup"] == navigation
    schema_name = "msdyn_timegroup_msdyn_ocliveworkitems"
    assert table.collections[schema_name] == schema_name
    assert session.tally.requests == 3


def test_options_of_a_choice(emulator: Emulator, session_at: Open) -> None:
    """By the cast for its kind, once."""
    session = session_at(emulator.root)
    tables = Tables(session)
    table = tables.of("msdyn_ocliveworkitem")
    options = tables.options(table, table.columns["msdyn_channel"])
    before = session.tally.requests
    assert tables.options(table, table.columns["msdyn_channel"]) == options
    assert 192360000 in options
    assert session.tally.requests == before


def test_threads_read_a_table_once(serve: Serve, session_at: Open) -> None:
    """All of them get the same."""
    server = serve(endpoint([]))
    tables = Tables(session_at(server.root))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: tables.of("t"), range(40)))
    assert len({id(table) for table in found}) == 1
    assert len(server.seen) == 3


@pytest.mark.parametrize("status", [403, 404, 501])
def test_a_table_that_is_not_shown_is_missing(serve: Serve, session_at: Open, status: int) -> None:
    """Asked once; the sentence names the table and the answer."""
    server = serve(lambda request: reply({"error": {"message": "no such thing"}}, status))
    tables = Tables(session_at(server.root))
    for _ in range(2):
        with pytest.raises(TableMissing, match=rf"no table t, or does not show it .* {status} \(no such") as caught:
            tables.of("t")
        assert caught.value.exchange == "x0001"
    assert len(server.seen) == 1


def test_what_broke_is_the_same_for_everybody(serve: Serve, session_at: Open) -> None:
    """Who came first decides nothing; only what was read ahead of need is asked again."""
    right = endpoint([])
    failures = iter([reply({}, 500)] * 2)
    server = serve(lambda request: next(failures, None) or right(request))
    ahead, needed = (Tables(session_at(server.root)) for _ in range(2))
    with pytest.raises(Broken, match="500"):
        ahead.of("t", ahead=True)
    for _ in range(2):
        with pytest.raises(Broken, match="500"):
            needed.of("t")
    assert ahead.of("t").entity_set == "ts"


def test_a_definition_without_its_names_is_malformed(serve: Serve, session_at: Open) -> None:
    """Nothing can be asked of such a table."""
    server = serve(lambda request: reply({"LogicalName": "t", "value": []}))
    with pytest.raises(Malformed, match="has no EntitySetName"):
        Tables(session_at(server.root)).of("t")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"@odata.type": CRM + "LookupAttributeMetadata", "AttributeTypeName": {"Value": "CustomerType"}}, "Customer"),
        (
            {"@odata.type": CRM + "MultiSelectPicklistAttributeMetadata", "AttributeType": "Virtual"},
            "MultiSelectPicklist",
        ),
        ({"@odata.type": CRM + "FileAttributeMetadata", "AttributeType": "Virtual"}, "File"),
        (
            {
                "@odata.type": CRM + "MultiSelectPicklistAttributeMetadata",
                "AttributeTypeName": {"Value": "VirtualType"},
            },
            "MultiSelectPicklist",
        ),
        ({"AttributeType": "Uniqueidentifier"}, "Uniqueidentifier"),
        ({"@odata.type": CRM + "UniqueIdentifierAttributeMetadata"}, "Uniqueidentifier"),
        ({"AttributeTypeName": {"Value": "VirtualType"}, "AttributeType": "Virtual"}, "Virtual"),
        ({}, "Virtual"),
    ],
)
def test_kinds(serve: Serve, session_at: Open, members: dict[str, Any], expected: str) -> None:
    """The most telling member decides."""
    server = serve(endpoint([attribute("c", **members)]))
    assert Tables(session_at(server.root)).of("t").columns["c"].kind == expected


def test_members_of_columns(serve: Serve, session_at: Open) -> None:
    """Lengths, limits, formats, defaults, and what the platform fills."""
    string, moment = {"AttributeTypeName": {"Value": "StringType"}}, {"AttributeTypeName": {"Value": "DateTimeType"}}
    server = serve(
        endpoint(
            [
                attribute("mail", **string, MaxLength=50, FormatName={"Value": "Email"}, Format="Text"),
                attribute("old", **string, Format="Url", AutoNumberFormat="A-{SEQNUM:4}"),
                attribute("yomi", **string, AttributeOf="mail", IsValidForCreate=None),
                attribute("day", **moment, Format="DateOnly", DateTimeBehavior={"Value": "DateOnly"}),
                attribute("noon", **moment, Format="DateOnly", DateTimeBehavior={"Value": "UserLocal"}),
                attribute("rate", AttributeType="Decimal", MinValue=-1.5, MaxValue=2),
                attribute("flag", AttributeType="Boolean", DefaultValue=False),
                attribute(
                    "one", AttributeType="Picklist", DefaultFormValue=3, RequiredLevel={"Value": "SystemRequired"}
                ),
                attribute("none", AttributeType="Picklist", DefaultFormValue=-1),
            ]
        )
    )
    found = Tables(session_at(server.root)).of("t").columns
    assert [found[name] for name in ["mail", "old", "yomi", "day", "noon", "rate", "flag", "one", "none"]] == [
        Column("mail", "String", max_length=50, format="Email"),
        Column("old", "String", format="Url", derived=True),
        Column("yomi", "String", creatable=False, derived=True),
        Column("day", "DateTime", format="DateOnly"),
        Column("noon", "DateTime", format="DateAndTime"),
        Column("rate", "Decimal", minimum=-1.5, maximum=2),
        Column("flag", "Boolean", default=False),
        Column("one", "Picklist", "SystemRequired", default=3),
        Column("none", "Picklist"),
    ]


def test_existing_rows_of_the_emulator(emulator: Emulator, session_at: Open) -> None:
    """The caller and their business unit; of other tables the first that can be read."""
    session = session_at(emulator.root)
    who, tables = session.get("WhoAmI").json(), Tables(session)
    assert tables.existing("systemuser") == who["UserId"]
    assert tables.existing("businessunit") == who["BusinessUnitId"]
    teams = session.get("teams").json()["value"]
    assert tables.existing("team") in {team["teamid"] for team in teams}


def test_a_table_without_rows_has_none_to_take(serve: Serve, session_at: Open) -> None:
    """Told once, as it stays so."""
    right = endpoint([])
    server = serve(lambda request: reply({"value": []}) if "/ts?" in request.path else right(request))
    tables = Tables(session_at(server.root))
    for _ in range(2):
        with pytest.raises(NotMade, match="A row of t is needed, and none can be taken: ts is empty"):
            tables.existing("t")
    assert len(server.seen) == 4


@pytest.mark.parametrize("status", [403, 404])
def test_options_that_are_not_shown_are_told(serve: Serve, session_at: Open, status: int) -> None:
    """With the name of the column."""
    right = endpoint([attribute("c", AttributeTypeName={"Value": "PicklistType"})])
    server = serve(lambda request: reply({}, status) if "PicklistAttribute" in request.path else right(request))
    tables = Tables(session_at(server.root))
    with pytest.raises(NotMade, match=f"A value of c is needed, and its options cannot be read: .* answers {status}"):
        tables.options(tables.of("t"), tables.of("t").columns["c"])


@pytest.mark.parametrize(
    ("definition", "row", "link"),
    [
        ({"OwnershipType": []}, {}, {}),
        ({}, {"MaxLength": 1e999, "MinValue": -1e999, "MaxValue": True}, {}),
        ({}, {"RequiredLevel": [], "Targets": {}, "AttributeTypeName": 7, "FormatName": []}, {}),
        ({}, {}, {"ReferencingAttribute": [], "ReferencedEntity": {}, "ReferencingEntityNavigationPropertyName": [1]}),
        ({}, {}, {"SchemaName": {}, "ReferencedEntityNavigationPropertyName": 7}),
    ],
    ids=["owner", "numbers", "members", "one end", "other end"],
)
def test_a_table_of_any_shape_is_read(serve: Serve, session_at: Open, definition: Any, row: Any, link: Any) -> None:
    """What makes no sense is left out or taken as text; nothing breaks over it."""

    def answer(request: Request) -> Canned:
        if request.path.endswith("/Attributes"):
            told = reply({"value": [attribute("a", **row)]})
            return Canned(200, told.body.replace(b"Infinity", b"1e999"), told.headers)
        if request.path.endswith("/ManyToOneRelationships"):
            return reply({"value": [link]})
        return reply({**DEFINITION, **definition})

    table = Tables(session_at(serve(answer).root)).of("t")

    assert table.rows_have_owners is ("OwnershipType" not in definition)
    column = table.columns["a"]
    assert (column.max_length, column.minimum, column.maximum, column.targets) == (None, None, None, ())


@pytest.mark.parametrize(
    "shown",
    [
        {"OptionSet": "x"},
        {"GlobalOptionSet": [1]},
        {"OptionSet": {"Options": 7}},
        {"OptionSet": {"Options": [None, {}]}},
    ],
    ids=str,
)
def test_options_of_any_shape_are_none(serve: Serve, session_at: Open, shown: Any) -> None:
    """There is nothing to choose from then."""
    tables = Tables(session_at(serve(lambda request: reply({"LogicalName": "c", **shown})).root))
    table = Table("t", "ts", "tid", None, "", {}, {}, {})

    assert list(tables.options(table, Column("c", "Picklist"))) == []


@pytest.mark.parametrize("member", ["OptionSet", "GlobalOptionSet"])
def test_options_are_those_of_either_set(serve: Serve, session_at: Open, member: str) -> None:
    """As numbers; asked by the cast of the column's kind."""
    shown = {"LogicalName": "c", member: {"Options": [{"Value": 7}, {"Value": "8"}, {"Value": 9}]}}
    server = serve(lambda request: reply(shown))
    table = Table("t", "ts", "tid", None, "", {}, {}, {})

    assert Tables(session_at(server.root)).options(table, Column("c", "Picklist")) == (7, 9)
    assert ".PicklistAttributeMetadata?" in server.paths[0]


@pytest.mark.parametrize(
    ("table", "member"),
    [("systemuser", "UserId"), ("businessunit", "BusinessUnitId"), ("organization", "OrganizationId")],
)
def test_the_caller_knows_three_rows_of_the_organisation(
    serve: Serve, session_at: Open, table: str, member: str
) -> None:
    """By WhoAmI, asked once; nothing else is."""
    server = serve(lambda request: reply({member: "an id"}))
    tables = Tables(session_at(server.root))

    assert [tables.existing(table), tables.existing(table)] == ["an id", "an id"]
    assert server.paths == ["WhoAmI"]
    assert table in PLATFORM


def test_rows_of_the_platform_are_these() -> None:
    """They are the organisation itself."""
    assert {"businessunit", "organization", "owner", "principal", "systemuser", "team"} == PLATFORM


@pytest.mark.parametrize("ending", ["", "/Attributes", "/ManyToOneRelationships"])
def test_what_broke_says_where(serve: Serve, session_at: Open, ending: str) -> None:
    """Each of the three requests, with its exchange."""
    right = endpoint([])

    def answer(request: Request) -> Canned:
        return reply({}, 500) if request.path.partition("?")[0].endswith(f"'t'){ending}") else right(request)

    server = serve(answer)
    session = session_at(server.root, tries=1)
    with pytest.raises(Broken) as told:
        Tables(session).of("t")

    assert told.value.exchange == f"x000{len(server.seen)}"
    assert str(told.value).startswith(f"{server.root}/EntityDefinitions(LogicalName='t'){ending} answers 500")


@pytest.mark.parametrize("member", ["EntitySetName", "PrimaryIdAttribute"])
def test_a_name_that_is_no_text_is_told(serve: Serve, session_at: Open, member: str) -> None:
    """With what is there instead."""
    right = endpoint([])
    wrong = reply({**DEFINITION, member: 7})
    server = serve(lambda request: right(request) if request.path.count("/") > 4 else wrong)
    with pytest.raises(Malformed) as told:
        Tables(session_at(server.root)).of("t")

    assert str(told.value) == f"The definition of the table t has no {member}, but 7."


def test_the_order_in_which_columns_are_listed_says_nothing(serve: Serve, session_at: Open) -> None:
    """What is drawn for one column hangs on those before it."""
    listed = [{"LogicalName": name} for name in "bca"]
    tables = [Tables(session_at(serve(endpoint(columns)).root)).of("t") for columns in (listed, listed[::-1])]

    assert [[*table.columns] for table in tables] == [["a", "b", "c"]] * 2
