"""Values of new rows at their bounds: the random numbers are made up, so that both ends are seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from dataverse_tck.webapi.http.errors import NotMade, TableMissing
from dataverse_tck.webapi.rows.factory import NewRow, RequiredLookup, new_row
from dataverse_tck.webapi.rows.tables import Column, Table


def low(first: int, last: int) -> int:
    """The lower end of what may be drawn."""
    return first


def high(first: int, last: int) -> int:
    """The upper end of what may be drawn."""
    return last


def made_up(end: Callable[[int, int], int] = low, fraction: float = 0.5) -> Any:
    """A maker of values that draws one end."""
    random = SimpleNamespace(
        randint=end,
        random=lambda: fraction,
        choice=lambda items: items[0] if end is low else items[-1],
        getrandbits=lambda bits: (1 << bits) - 1 if end is high else 0,
    )
    words = "x" * 300
    return SimpleNamespace(
        random=random,
        sentence=lambda nb_words: " ".join(["word"] * nb_words) + ".",
        user_name=lambda: words,
        slug=lambda: words,
        numerify=lambda pattern: pattern.replace("#", "7").replace("%", "9"),
    )


def table(*columns: Column, navigation: dict[tuple[str, str], str] | None = None) -> Table:
    """A table whose primary name is ``name``."""
    return Table("t", "ts", "tid", "name", "UserOwned", {item.name: item for item in columns}, navigation or {}, {})


def shown(*names: str) -> Any:
    """Tables of these names."""

    def of(name: str) -> Table:
        if name not in names:
            raise TableMissing(f"There is no {name}.")
        return table()

    return SimpleNamespace(of=of)


def row(*columns: Column, fake: Any = None, mark: str = "TCK 3f ", numbers: Sequence[int] = (), **more: Any) -> NewRow:
    """What a row with these columns needs."""
    tables, navigation = more.pop("tables", shown()), more.pop("navigation", None)
    asked = table(*columns, navigation=navigation)

    def options(of: Table, column: Column) -> Sequence[int]:
        assert of is asked
        assert column in columns
        return numbers

    return new_row(asked, tables, fake or made_up(), mark, options, **more)


def value(kind: str, fake: Any = None, mark: str = "TCK 3f ", numbers: Sequence[int] = (), **members: Any) -> Any:
    """What a required column of a kind gets."""
    return row(Column("c", kind, "SystemRequired", **members), fake=fake, mark=mark, numbers=numbers).body["c"]


@pytest.mark.parametrize("kind", ["Integer", "BigInt", "Decimal", "Double", "Money"])
@pytest.mark.parametrize(
    ("minimum", "maximum", "ends"),
    [
        (None, None, (0, 1000)),
        (None, 5, (0, 5)),
        (None, 1e9, (0, 1000)),
        (None, -2, (-2, -2)),
        (5, None, (5, 1005)),
        (-5, None, (0, 995)),
        (0, 1, (0, 1)),
        (0, 0, (0, 0)),
        (-7, 0, (-7, 0)),
        (-7, 1, (0, 1)),
        (-100, 1e11, (0, 1000)),
        (-5, -2, (-5, -2)),
        (-5000, -2, (-5000, -4000)),
        (2000, 9000, (2000, 3000)),
        (2000, 3001, (2000, 3000)),
        (2000, 2999, (2000, 2999)),
        (1.5, 3.5, (2, 3)),
        (-3.5, -1.5, (-3, -2)),
        (0.25, 0.75, (0.25, 0.25)),  # no whole number lies there
        (1.25, 1.75, (1.25, 1.25)),
        (7, 7, (7, 7)),
    ],
)
def test_numbers_lie_between_their_limits(kind: str, minimum: Any, maximum: Any, ends: tuple[Any, Any]) -> None:
    """Small ones from nought on where it may be, a thousand of them at most; both limits are reached."""
    limits = {"minimum": minimum, "maximum": maximum}

    assert (value(kind, made_up(low), **limits), value(kind, made_up(high), **limits)) == ends


@pytest.mark.parametrize(
    ("form", "ends"),
    [
        ("DateOnly", ("2020-01-01", "2022-09-27")),
        ("DateAndTime", ("2020-01-01T09:00:00Z", "2022-09-27T16:59:00Z")),
        (None, ("2020-01-01T09:00:00Z", "2022-09-27T16:59:00Z")),
    ],
)
def test_moments_lie_in_hours_of_work(form: str | None, ends: tuple[str, str]) -> None:
    """From nine to five, so that the day is the same in most places; in the thousand days from 2020 on."""
    assert tuple(value("DateTime", made_up(end), format=form) for end in (low, high)) == ends


@pytest.mark.parametrize(
    ("default", "fraction", "expected"),
    [(True, 0.9, True), (False, 0.1, False), (None, 0.49, True), (None, 0.5, False), (1, 0.9, False)],
)
def test_a_boolean_is_its_default_or_drawn(default: object, fraction: float, *, expected: bool) -> None:
    """One as often as the other; a default that is no boolean is none."""
    assert value("Boolean", made_up(fraction=fraction), default=default) is expected


@pytest.mark.parametrize(
    ("kind", "default", "numbers", "expected"),
    [
        ("Picklist", None, (10, 20), 10),
        ("Picklist", 0, (10, 20), 0),
        ("Picklist", 20, (), 20),
        ("MultiSelectPicklist", None, (10, 20), "10"),
        ("MultiSelectPicklist", 0, (10, 20), "0"),
    ],
)
def test_a_choice_is_its_default_or_an_option(kind: str, default: Any, numbers: Any, expected: object) -> None:
    """Written as text where it may have several."""
    assert value(kind, default=default, numbers=numbers) == expected


@pytest.mark.parametrize("kind", ["Picklist", "MultiSelectPicklist", "File", "Image", "PartyList", "Virtual"])
def test_what_nothing_can_be_given_for_is_left_out(kind: str) -> None:
    """A choice without options, and kinds that no row needs."""
    assert row(Column("c", kind, "SystemRequired")).body == {}


def test_ids_are_drawn_from_all_of_them() -> None:
    """Of version 4."""
    assert value("Uniqueidentifier", made_up(low)) == str(UUID(int=0, version=4))
    assert value("Uniqueidentifier", made_up(high)) == str(UUID(int=(1 << 128) - 1, version=4))


@pytest.mark.parametrize(
    ("form", "longest", "mark", "text"),
    [
        (None, None, "TCK 3f ", "TCK 3f word word word."),
        (None, 11, "TCK 3f ", "TCK 3f word"),
        (None, 12, "TCK 3f ", "TCK 3f word"),
        (None, 7, "TCK 3f ", "TCK 3f"),
        (None, 1, "TCK", "T"),
        ("Text", 100, "TCK", "TCK word word word."),
        ("Email", 30, "TCK 3f ", f"tck-3f.{'x' * 11}@example.com"),
        ("Email", 18, "TCK 3f ", "tck-3f@example.com"),
        ("Email", 19, "TCK 3f ", "tck-3f@example.com"),
        ("Email", 16, "TCK 3f ", "tck@example.com"),
        ("Email", 3, "TCK 3f ", "t@example.com"),
        ("Url", 33, "TCK 3f ", "https://example.com/tck-3f/xxxxxx"),
        ("Url", 60, "- Ä++B_c - ", f"https://example.com/b-c/{'x' * 36}"),
        ("Phone", 50, "TCK", "+1 202 555 0177"),
        ("Phone", 6, "TCK", "+1 202"),
        ("VersionNumber", 50, "TCK", "1.7.0.9"),
        ("VersionNumber", 3, "TCK", "1.7"),
        ("Json", 50, "TCK", '{"mark": "TCK"}'),
    ],
)
@pytest.mark.parametrize("kind", ["String", "Memo"])
def test_texts_have_their_form_and_length(kind: str, form: str | None, longest: Any, mark: str, text: str) -> None:
    """The mark first, wherever the form has room for words."""
    assert value(kind, mark=mark, format=form, max_length=longest) == text


@pytest.mark.parametrize(("form", "length"), [("Email", 100), ("Url", 100)])
def test_texts_without_a_length_have_at_most_a_hundred(form: str, length: int) -> None:
    """It is the usual length of a text."""
    assert len(value("String", format=form)) == length


@pytest.mark.parametrize(
    ("members", "wanted"),
    [
        ({"required": "SystemRequired"}, True),
        ({"required": "ApplicationRequired"}, True),
        ({"required": "Recommended"}, False),
        ({"required": "None"}, False),
        ({"required": "SystemRequired", "creatable": False}, False),
        ({"required": "SystemRequired", "derived": True}, False),
        ({"required": "SystemRequired", "name": "tid"}, False),
        ({"required": "SystemRequired", "kind": "Owner"}, False),
        ({"required": "SystemRequired", "kind": "State"}, False),
        ({"required": "SystemRequired", "kind": "Status"}, False),
        ({"required": "SystemRequired", "kind": "EntityName"}, False),
        ({"name": "name"}, True),
        ({"name": "name", "kind": "Memo"}, True),
        ({"name": "name", "derived": True}, True),
        ({"name": "name", "creatable": False}, False),
        ({"name": "name", "kind": "Integer", "required": "SystemRequired"}, False),
    ],
    ids=str,
)
def test_what_has_to_be_given(members: dict[str, Any], *, wanted: bool) -> None:
    """What is required and not filled by the platform, and always a primary name that is a text."""
    column = Column(**{"name": "c", "kind": "String", **members})

    assert bool(row(column).body) is wanted


def test_platform_kinds_are_no_lookups_to_be_fulfilled() -> None:
    """An owner, say, is set by the platform."""
    assert row(Column("c", "Owner", "SystemRequired", targets=("systemuser",))).needs == ()


@pytest.mark.parametrize("kind", ["Lookup", "Customer"])
@pytest.mark.parametrize(("required", "enforced"), [("SystemRequired", True), ("ApplicationRequired", False)])
def test_a_lookup_needs_one_of_its_targets(kind: str, required: str, *, enforced: bool) -> None:
    """Those that are there and can be led to, in their order."""
    navigation = {("c", "a"): "c_a", ("c", "b"): "c_b", ("d", "x"): "d_x"}
    column = Column("c", kind, required, targets=("a", "x", "b", "gone"))
    found = row(column, navigation=navigation, tables=shown("a", "b", "x"))

    assert found == NewRow({}, (RequiredLookup("c", (("c_a", "a"), ("c_b", "b")), enforced),))


@pytest.mark.parametrize(
    ("given", "needed"),
    [([], True), (["c"], False), (["c_a@odata.bind"], False), (["d_x@odata.bind"], True), (["d"], True)],
)
def test_a_lookup_that_is_given_is_not_needed(given: list[str], *, needed: bool) -> None:
    """By its own name or its own navigation property."""
    navigation = {("c", "a"): "c_a", ("d", "x"): "d_x"}
    column = Column("c", "Lookup", "SystemRequired", targets=("a",))

    assert bool(row(column, navigation=navigation, tables=shown("a"), given=given).needs) is needed


@pytest.mark.parametrize(
    ("targets", "why"),
    [
        ((), "It has no targets."),
        (("a",), "No navigation property leads from c to a."),
        (("gone", "a"), "There is no gone. No navigation property leads from c to a."),
    ],
)
def test_an_enforced_lookup_that_leads_nowhere_says_why(targets: tuple[str, ...], why: str) -> None:
    """Every target with its reason."""
    column = Column("c", "Lookup", "SystemRequired", targets=targets)
    with pytest.raises(NotMade) as told:
        row(column, tables=shown("a"))

    assert told.value.cause == f"A row of t needs a c, which cannot be given. {why}"
