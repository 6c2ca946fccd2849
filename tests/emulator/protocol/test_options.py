"""Query options as they are read from a URL."""

from __future__ import annotations

import pytest

from dataverse_tck.emulator.protocol.errors import ODataError
from dataverse_tck.emulator.protocol.options import Query, parse_query, query_options, split_outside


def test_options_are_decoded() -> None:
    """Escapes and blanks are undone in names and values; an empty part is nothing."""
    assert query_options("%24select=a%2Cb&&$filter=c+eq+'x%26y%2B'") == {
        "$select": "a,b",
        "$filter": "c eq 'x&y+'",
    }


def test_nested_options_are_read() -> None:
    """An expansion has options of its own, separated by semicolons, also two deep."""
    query = parse_query({"$expand": "a($select=b,c;$expand=d($top=1)),e"})

    assert query == Query(
        expand=(
            ("a", Query(select=("b", "c"), expand=(("d", Query(top=1)),))),
            ("e", Query()),
        )
    )


def test_quoted_separators_do_not_split() -> None:
    """A comma or a semicolon inside quotes or parentheses belongs to the text."""
    assert split_outside("a,'b,c',d(e,f)", ",") == ["a", "'b,c'", "d(e,f)"]


def test_star_selects_everything() -> None:
    """``$select=*`` is no selection."""
    assert parse_query({"$select": "*"}) == Query()


def test_aliases_are_left_alone() -> None:
    """A parameter alias is no option."""
    assert parse_query({"@p1": "x"}) == Query()


@pytest.mark.parametrize(
    "options",
    [{"$select": "a,,b"}, {"$expand": "a("}, {"$expand": "(b)"}, {"$orderby": "a up"}, {"$top": "٣"}],
)
def test_broken_options_are_refused(options: dict[str, str]) -> None:
    """What cannot be read is a bad request."""
    with pytest.raises(ODataError) as caught:
        parse_query(options)

    assert caught.value.status == 400


def test_endless_nesting_is_refused() -> None:
    """Expansions in expansions end somewhere."""
    with pytest.raises(ODataError, match="nested too deeply"):
        parse_query({"$expand": "a($expand=" * 50 + "a" + ")" * 50})
