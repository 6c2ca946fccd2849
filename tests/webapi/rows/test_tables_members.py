"""Members of definitions one by one: what is absent, what has another shape, and where it is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dataverse_tck.webapi.http.errors import Broken, Malformed, TableMissing, Unreachable
from dataverse_tck.webapi.rows.tables import Column, Table, Tables
from tests.support.canned_server import Canned
from tests.support.offline import Offline, described, fails, tables_of
from tests.support.stub_server import error

PLAIN = Table("t", "ts", "tid", None, "", {"statecode": Column("statecode", "State")}, {}, {})
T = "EntityDefinitions(LogicalName='t')"
CAST = f"{T}/Attributes(LogicalName='{{}}')/Microsoft.Dynamics.CRM.{{}}AttributeMetadata"
OPTIONS = "?$select=LogicalName&$expand=OptionSet,GlobalOptionSet"


def column(**members: Any) -> Column:
    """How a column with these members is read."""
    return tables_of(described([{"LogicalName": "c", **members}]))[0].of("t").columns["c"]


def test_three_questions_tell_a_table() -> None:
    """The definition with what is needed of it, all columns, all relationships."""
    known, session = tables_of(described(PrimaryNameAttribute="name", OwnershipType="TeamOwned"))
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
    table = tables_of(described(OwnershipType=ownership))[0].of("t")

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
    table = tables_of(described(links=[link]))[0].of("t")

    assert (table.navigation, table.collections) == (navigation, collections)


def test_columns_without_a_name_are_left_out() -> None:
    """The others are kept."""
    known, _ = tables_of(described([{}, {"LogicalName": 7}, {"LogicalName": "c"}]))

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
    right = described()
    known, _ = tables_of(lambda it: Canned(200, body.encode()) if it.path.endswith("/Attributes") else right(it))
    found = known.of("t").columns["c"]

    assert (found.max_length, found.minimum, found.maximum) == (None, None, None)


@pytest.mark.parametrize("ending", ["", "/Attributes", "/ManyToOneRelationships"])
@pytest.mark.parametrize("status", [403, 404, 500])
def test_each_question_may_be_refused(ending: str, status: int) -> None:
    """What is not offered is missing, what broke is told as it broke; both with the exchange."""
    right = described()
    known, session = tables_of(
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
    """And is told again."""
    known, session = tables_of(lambda request: Unreachable("Nobody is there."))

    assert [fails(lambda: known.of("t"), Broken) for _ in range(2)] == [("Nobody is there.", None)] * 2
    assert len(session.seen) == 1


@pytest.mark.parametrize("member", ["EntitySetName", "PrimaryIdAttribute"])
@pytest.mark.parametrize("value", [None, 7, ["z" * 99]], ids=str)
def test_a_table_needs_two_names(member: str, value: object) -> None:
    """What stands there instead is told, at most 80 characters of it."""
    session: Any = Offline(described(**{member: value}))
    said = f"The definition of the table t has no {member}, but {repr(value)[:80]}."

    assert fails(lambda: Tables(session).of("t"), Malformed)[0] == said
