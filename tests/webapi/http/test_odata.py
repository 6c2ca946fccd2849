"""Literals, paths and filters are spelled so that every server reads them alike."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataverse_tck.webapi.http.odata import FILTER_CHARACTERS, column_path, equals_any, literal, table_path


def test_quotes_are_doubled() -> None:
    """A single quote inside of a literal is written twice."""
    assert literal("O'Neil") == "'O''Neil'"


def test_paths_name_the_key_and_the_cast() -> None:
    """The key is a quoted LogicalName, the cast carries the full namespace."""
    assert table_path("msdyn_x") == "EntityDefinitions(LogicalName='msdyn_x')"
    assert column_path("t", "c", "Picklist") == (
        "EntityDefinitions(LogicalName='t')/Attributes(LogicalName='c')"
        "/Microsoft.Dynamics.CRM.PicklistAttributeMetadata"
    )


def test_names_with_signs_of_their_own_are_encoded() -> None:
    """A name cannot break out of the path or the filter."""
    assert "#" not in table_path("a#b")
    assert "&" not in next(equals_any("name", ["a&b=c"]))
    assert unquote(next(equals_any("name", ["a+b"]))) == "name eq 'a+b'"
    assert "+" not in next(equals_any("name", ["a+b"]))


def test_few_names_make_one_filter() -> None:
    """The terms are joined by or."""
    chains = list(equals_any("sdkmessageid/name", ["Create", "It's"]))
    assert [unquote(chain) for chain in chains] == ["sdkmessageid/name eq 'Create' or sdkmessageid/name eq 'It''s'"]


def test_no_names_make_no_filter() -> None:
    """Without a name there is nothing to ask."""
    assert list(equals_any("name", [])) == []


@given(st.lists(st.text("ab' é&", min_size=1, max_size=40)), st.integers(20, 300))
def test_many_names_are_split(names: list[str], longest: int) -> None:
    """No chain is too long, unless one name alone is, and every name is asked exactly once and in order."""
    chains = list(equals_any("name", names, longest))
    terms = [term for chain in chains for term in unquote(chain).split(" or ")]
    assert terms == [f"name eq {literal(name)}" for name in names]
    assert all(len(chain) <= longest or " or " not in unquote(chain) for chain in chains)


@pytest.mark.parametrize("count", [18, 200, 1000])
def test_the_filter_fits_into_a_url(count: int) -> None:
    """Also a thousand message names stay below what servers accept."""
    names = [f"CCaaS_SomeRatherLongMessageName{number}" for number in range(count)]
    assert all(len(chain) <= FILTER_CHARACTERS for chain in equals_any("sdkmessageid/name", names))
