"""Rows as the wire shows them, with the annotations that were asked for."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.seed_ids import CALLER
from dataverse_tck.emulator.store.rendering import Annotations
from tests.support.asker import Asker

FORMATTED = "OData.Community.Display.V1.FormattedValue"
LOOKUP = "Microsoft.Dynamics.CRM.lookuplogicalname"
NAVIGATION = "Microsoft.Dynamics.CRM.associatednavigationproperty"
EVERYTHING = 'odata.include-annotations="*"'


def test_lookup_is_annotated_before_its_value(ask: Asker) -> None:
    """Name, table and navigation property of what is referred to stand before the id."""
    identifier = ask.create("accounts", name="A")
    row = ask.read(f"accounts({identifier})?$select=_ownerid_value", Prefer=EVERYTHING)

    assert list(row.items())[2:] == [
        (f"_ownerid_value@{NAVIGATION}", "ownerid"),
        (f"_ownerid_value@{LOOKUP}", "systemuser"),
        (f"_ownerid_value@{FORMATTED}", "Emulator Administrator"),
        ("_ownerid_value", CALLER),
        ("accountid", identifier),
    ]


def test_polymorphic_lookup_tells_where_it_leads(ask: Asker) -> None:
    """Table and navigation property are those of the row that is referred to; without a row there are none."""
    group = ask.create("msdyn_timegroups", msdyn_name="Group")
    navigation = "regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem"
    bound = ask.create("msdyn_ocliveworkitems", **{f"{navigation}__bind": f"/msdyn_timegroups({group})"})
    free = ask.create("msdyn_ocliveworkitems")
    query = "$select=_regardingobjectid_value"
    rows = [ask.read(f"msdyn_ocliveworkitems({row})?{query}", Prefer=EVERYTHING) for row in (bound, free)]

    assert rows[0][f"_regardingobjectid_value@{NAVIGATION}"] == navigation
    assert rows[0][f"_regardingobjectid_value@{LOOKUP}"] == "msdyn_timegroup"
    assert rows[0][f"_regardingobjectid_value@{FORMATTED}"] == "Group"
    assert set(rows[1]) == {"@odata.context", "@odata.etag", "_regardingobjectid_value", "activityid"}


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        (
            1033,
            {
                "statecode": "Open",
                "msdyn_channel": "Live chat; Voice",
                "msdyn_isabandoned": "No",
                "msdyn_transfercount": "1,234",
                "msdyn_firstresponsetimeinmsadjforoh": "1,234.50",
                "msdyn_closedon": "1/31/2026 9:05 PM",
                "prioritycode": "Normal",
            },
        ),
        (
            1040,
            {
                "msdyn_channel": "Chat dal vivo; Voce",
                "msdyn_isabandoned": "No",
                "msdyn_transfercount": "1.234",
                "msdyn_firstresponsetimeinmsadjforoh": "1.234,50",
                "msdyn_closedon": "31/01/2026 21:05",
                "prioritycode": "Normale",
            },
        ),
    ],
)
def test_values_are_formatted_in_the_language_of_the_user(language: int, shown: dict[str, str]) -> None:
    """Choices have their labels, numbers and times the user's form, text has none."""
    ask = Asker(create_organisation(user_language=language))
    identifier = ask.create(
        "msdyn_ocliveworkitems",
        subject="Hello",
        msdyn_channel="192360000,192370000",
        msdyn_transfercount=1234,
        msdyn_firstresponsetimeinmsadjforoh=1234.5,
        msdyn_closedon="2026-01-31T21:05:59Z",
    )
    row = ask.read(f"msdyn_ocliveworkitems({identifier})", Prefer=f'odata.include-annotations="{FORMATTED}"')

    assert {name: row[f"{name}@{FORMATTED}"] for name in shown} == shown
    assert row["msdyn_channel"] == "192360000,192370000"
    assert row["msdyn_firstresponsetimeinmsadjforoh"] == 1234.5
    assert f"subject@{FORMATTED}" not in row
    assert f"activityid@{FORMATTED}" not in row
    assert not [name for name in row if LOOKUP in name]


@pytest.mark.parametrize(
    ("prefer", "wanted"),
    [
        (None, ()),
        ("return=representation", ()),
        ('odata.include-annotations="*"', ("formatted", "lookup_table", "navigation", "totals")),
        ("odata.include-annotations=*", ("formatted", "lookup_table", "navigation", "totals")),
        ('odata.include-annotations="Microsoft.Dynamics.CRM.*"', ("lookup_table", "navigation", "totals")),
        (f'odata.maxpagesize=3, odata.include-annotations="{FORMATTED},{LOOKUP}"', ("formatted", "lookup_table")),
        (f'odata.include-annotations="*,-{FORMATTED}"', ("lookup_table", "navigation", "totals")),
        ('odata.include-annotations=""', ()),
    ],
)
def test_preference_names_annotations(prefer: str | None, wanted: tuple[str, ...]) -> None:
    """Annotations are wanted by name, by prefix, all of them, or all but some."""
    annotations = Annotations.from_prefer(prefer)
    names = ("formatted", "lookup_table", "navigation", "totals")

    assert tuple(name for name in names if getattr(annotations, name)) == wanted


def test_names_of_related_rows_are_read_at_once(ask: Asker) -> None:
    """The names that a page shows cost one query for each table, however many rows there are."""
    for number in range(20):
        parent = ask.create("accounts", name=f"P{number}")
        ask.create("accounts", name=f"C{number}", parentaccountid__bind=f"/accounts({parent})")
    statements: list[str] = []
    engine = ask.service.database.engine
    sa.event.listen(engine, "before_cursor_execute", lambda *event: statements.append(event[2]))
    target = "accounts?$select=_parentaccountid_value,_ownerid_value&$filter=startswith(name,'C')"
    rows = ask.read(target, Prefer=EVERYTHING)["value"]

    assert {row[f"_parentaccountid_value@{FORMATTED}"] for row in rows} == {f"P{number}" for number in range(20)}
    assert len(statements) <= 3
