"""Bodies of new rows: valid for every table, repeatable, marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest
from faker import Faker

from dataverse_tck.emulator.organisation.model import Organisation
from dataverse_tck.webapi.http.errors import NotMade, TableMissing
from dataverse_tck.webapi.rows.factory import NewRow, RequiredLookup, new_row
from dataverse_tck.webapi.rows.tables import Column, Table, Tables
from tests.support.canned_server import Open
from tests.support.row_kit import MARK, Emulator

SERVICE_OWN = {  # tables whose rows nobody writes: abstract ones, the sharing table, descriptions of messages
    "activitypointer", "owner", "principalobjectaccess", "sdkmessage", "sdkmessagefilter", "customapi",
    "customapirequestparameter", "customapiresponseproperty",
}  # fmt: skip


class Known(Tables):
    """Tables without an endpoint: those of which there are names."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def of(self, name: str) -> Table:
        if name not in self.names:
            raise TableMissing(f"There is no {name}.")
        return table()


def table(*columns: Column, navigation: dict[tuple[str, str], str] | None = None) -> Table:
    """A table whose primary name is ``name``."""
    return Table("t", "ts", "tid", "name", "UserOwned", {item.name: item for item in columns}, navigation or {}, {})


def fake(seed: int = 1) -> Faker:
    """Made-up values of a seed."""
    made = Faker("en_US")
    made.seed_instance(seed)
    return made


def options(_: Table, column: Column) -> Sequence[int]:
    """The same three for each choice."""
    return [10, 20, 30]


def row(*columns: Column, seed: int = 1, mark: str = MARK, **more: Any) -> NewRow:
    """What a row of a table with these columns needs."""
    navigation = more.pop("navigation", None)
    known = more.pop("tables", Known())
    return new_row(table(*columns, navigation=navigation), known, fake(seed), mark, options, **more)


def required(kind: str, **members: Any) -> Column:
    """A column c that has to be given."""
    return Column("c", kind, "SystemRequired", **members)


def value(kind: str, seed: int = 1, mark: str = MARK, **members: Any) -> Any:
    """What a required column of a kind gets."""
    return row(required(kind, **members), seed=seed, mark=mark).body["c"]


def test_every_table_of_the_emulator_takes_its_row(
    emulator: Emulator, organisation: Organisation, session_at: Open
) -> None:
    """Bodies are sent as they are, with the lookups that they need led to rows that were made in the same way."""
    session = session_at(emulator.root)
    tables, made = Tables(session), fake()

    def make(name: str) -> str:
        described = tables.of(name)
        wanted = new_row(described, tables, made, MARK, tables.options)
        binds = {f"{need.targets[0][0]}@odata.bind": make(need.targets[0][1]) for need in wanted.needs}
        answer = session.send("POST", described.entity_set, content={**wanted.body, **binds})
        assert answer.status == 204, (name, wanted, answer.summary())
        path = answer.headers["OData-EntityId"].rpartition("/")[2]
        stored = session.get(path).json()
        assert all(stored[column] == given for column, given in wanted.body.items()), name
        return f"/{path}"

    names = {item.logical_name for item in organisation.tables} - SERVICE_OWN
    assert len(names) > 30
    for name in sorted(names):
        make(name)


def test_a_seed_repeats_every_value() -> None:
    """And another seed gives others."""
    columns = [
        Column(kind, kind, "SystemRequired") for kind in ("String", "Integer", "DateTime", "Uniqueidentifier", "Money")
    ]
    assert row(*columns, seed=5) == row(*columns, seed=5)
    assert row(*columns, seed=5) != row(*columns, seed=6)


def test_only_what_has_to_be_given_is_given() -> None:
    """The primary name always; nothing that the platform fills."""
    assert row(
        Column("name", "String"),
        Column("tid", "Uniqueidentifier", "SystemRequired"),
        Column("optional", "String", "Recommended"),
        Column("readonly", "String", "SystemRequired", creatable=False),
        Column("ownerid", "Owner", "SystemRequired", targets=("systemuser",)),
        Column("statecode", "State", "SystemRequired"),
        Column("statuscode", "Status", "SystemRequired"),
        Column("kind", "EntityName", "SystemRequired"),
        Column("number", "String", "ApplicationRequired", derived=True),
        Column("file", "File", "ApplicationRequired"),
    ).body.keys() == {"name"}
    assert row(Column("name", "String", creatable=False)).body == {}


@pytest.mark.parametrize("longest", [1, 4, 11, 12, 20, 100])
def test_texts_begin_with_the_mark_and_keep_their_length(longest: int) -> None:
    """As far as there is room for it."""
    for kind in ("String", "Memo"):
        text = value(kind, max_length=longest)
        assert 0 < len(text) <= longest
        assert text.startswith(MARK[:longest].strip())
        assert text == text.strip()


@pytest.mark.parametrize(
    ("form", "longest", "pattern"),
    [
        ("Email", 100, r"tck-3f9a21\.[\w.]+@example\.com"),
        ("Email", 20, r"tck-3f9a@example\.com"),
        ("Url", 200, r"https://example\.com/tck-3f9a21/[a-z0-9-]+"),
        ("Phone", 50, r"\+1 202 555 01\d\d"),
        ("VersionNumber", 50, r"1\.\d\.0\.\d"),
        ("Json", 100, r'\{"mark": "TCK 3f9a21 "\}'),
        ("TextArea", 200, r"TCK 3f9a21 .+"),
    ],
)
def test_formats_are_respected(form: str, longest: int, pattern: str) -> None:
    """Marked wherever the format has room for words."""
    for seed in range(20):
        text = value("String", seed, format=form, max_length=longest)
        assert re.fullmatch(pattern, text), text
        assert len(text) <= longest


@pytest.mark.parametrize("kind", ["Integer", "BigInt", "Decimal", "Double", "Money"])
@pytest.mark.parametrize(
    ("minimum", "maximum"),
    [(None, None), (0, 5), (-5, -2), (7, 7), (-(2**63), 2**63 - 1), (0.25, 0.75), (1.5, 3.5), (-100, 1e11), (5, None)],
)
def test_numbers_keep_their_limits(kind: str, minimum: float | None, maximum: float | None) -> None:
    """Both ends included."""
    for seed in range(20):
        number = value(kind, seed, minimum=minimum, maximum=maximum)
        assert minimum is None or minimum <= number
        assert maximum is None or number <= maximum


def test_days_and_moments() -> None:
    """A day without time where the column has none."""
    day, moment = value("DateTime", format="DateOnly"), value("DateTime", format="DateAndTime")
    assert re.fullmatch(r"[\d-]{10}T[\d:]{8}Z", moment)
    assert date.fromisoformat(day).year in range(2020, 2024)
    assert datetime.fromisoformat(moment).year in range(2020, 2024)


def test_choices_booleans_and_ids() -> None:
    """The default where one is declared, else one of the options."""
    assert {value("Picklist", seed) for seed in range(40)} == {10, 20, 30}
    assert {value("MultiSelectPicklist", seed) for seed in range(40)} == {"10", "20", "30"}
    assert value("Picklist", default=20) == 20
    assert {value("Boolean", seed) for seed in range(40)} == {True, False}
    assert {value("Boolean", seed, default=False) for seed in range(40)} == {False}
    assert UUID(value("Uniqueidentifier")).version == 4


def test_what_is_given_is_left_alone() -> None:
    """A column by its name, a lookup by any of its navigation properties."""
    columns = [Column("name", "String"), Column("look", "Lookup", "SystemRequired", targets=("a", "b"))]
    navigation = {("look", "a"): "look_a", ("look", "b"): "look_b"}
    more: dict[str, Any] = {"navigation": navigation, "tables": Known("a", "b")}
    assert row(*columns, **more).needs == (RequiredLookup("look", (("look_a", "a"), ("look_b", "b")), enforced=True),)
    assert row(*columns, **more, given=["name", "look_b@odata.bind"]) == NewRow({}, ())


def test_a_target_that_is_not_there_is_no_choice() -> None:
    """One that is there is enough; without one, an enforced lookup cannot be given, and the sentence says why."""
    navigation = {("c", "a"): "c_a", ("c", "b"): "c_b"}
    customer = required("Customer", targets=("a", "b", "d"))
    assert row(customer, navigation=navigation, tables=Known("b", "d")).needs[0].targets == (("c_b", "b"),)
    with pytest.raises(
        NotMade, match=r"A row of t needs a c, which cannot be given\. There is no a\. There is no b\."
    ) as e:
        row(customer, navigation=navigation, tables=Known("d"))
    assert "No navigation property leads from c to d." in e.value.cause
    softer = Column("c", "Lookup", "ApplicationRequired", targets=("a",))
    assert row(softer, navigation=navigation).needs == (RequiredLookup("c", (), enforced=False),)
