"""How long a filter may be, to the character, and which signs stay as they are."""

from __future__ import annotations

import pytest

from dataverse_tck.webapi.http.odata import FILTER_CHARACTERS, column_path, equals_any, table_path

TERM = "n%20eq%20'a'"
OR = "%20or%20"


@pytest.mark.parametrize(
    ("longest", "chains"),
    [
        (len(TERM + OR + TERM), [TERM + OR + TERM, TERM]),
        (len(TERM + OR + TERM) - 1, [TERM, TERM, TERM]),
        (len(TERM + OR + TERM + OR + TERM), [TERM + OR + TERM + OR + TERM]),
        (1, [TERM, TERM, TERM]),
    ],
)
def test_a_filter_is_filled_to_its_end(longest: int, chains: list[str]) -> None:
    """And not beyond; one value alone is a filter, however long."""
    assert list(equals_any("n", ["a"] * 3, longest)) == chains


def test_a_filter_has_six_thousand_characters_unless_it_is_told() -> None:
    """As many values as fit."""
    per_chain = 1 + (6000 - len(TERM)) // len(OR + TERM)
    first, second = equals_any("n", ["a"] * (per_chain + 1))

    assert (FILTER_CHARACTERS, first.count(TERM), second) == (6000, per_chain, TERM)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a(b)$,/=", "a(b)$,/="),
        ("a'b", "a''b"),
        ("a b", "a%20b"),
        ("a&b#c?d+e%", "a%26b%23c%3Fd%2Be%25"),
        ("é", "%C3%A9"),
    ],
)
def test_signs_of_paths_and_filters_stay(name: str, written: str) -> None:
    """Whatever would end the path or the query is encoded."""
    assert table_path(name) == f"EntityDefinitions(LogicalName='{written}')"
    assert column_path("t", name, "State") == (
        f"EntityDefinitions(LogicalName='t')/Attributes(LogicalName='{written}')"
        "/Microsoft.Dynamics.CRM.StateAttributeMetadata"
    )
    assert list(equals_any("n", [name])) == [f"n%20eq%20'{written}'"]
