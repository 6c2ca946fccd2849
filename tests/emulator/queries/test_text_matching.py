"""Text as SQL Server compares it."""

from __future__ import annotations

import pytest

from dataverse_tck.emulator.queries.text_matching import choices, fold, like

PATTERNS = [
    ("Hello", "hELLO", True),
    ("Hello", "%ell%", True),
    ("Hello", "ell", False),
    ("Hello", "h_llo", True),
    ("Hello", "h_lo", False),
    ("Hello", "h[a-f]llo", True),
    ("Hello", "h[^a-f]llo", False),
    ("Hello", "h[xe]llo", True),
    ("Hello", "h[b-d]llo", False),
    ("50%", "%[%]", True),
    ("50", "%[%]", False),
    ("a_b", "a[_]b", True),
    ("axb", "a[_]b", False),
    ("a-b", "a[x-]b", True),
    ("a]b", "a[]]b", True),
    ("a[b", "%[b", True),
    ("b", "[c-a]", False),
    ("b", "[^c-a]", True),
    ("", "%", True),
    ("a", "a%a", False),
    ("abcabc", "%b%b%", True),
    ("abc", "%b%b%", False),
    ("two\nlines", "two%s", True),
    ("STRASSE", "straße", True),
]


@pytest.mark.parametrize(("text", "pattern", "matches"), PATTERNS)
def test_wildcards(text: str, pattern: str, matches: bool) -> None:  # noqa: FBT001
    """Percent, underscore and brackets are wildcards, in brackets they are themselves, case does not count."""
    assert like(text, pattern) is matches


def test_null_stays_null() -> None:
    """No text neither matches nor fails to match."""
    assert (like(None, "%"), fold(None), choices(None)) == (None, None, None)


def test_almost_matching_text_is_not_tried_again_and_again() -> None:
    """Thousands of wildcards over a text that fails at its end: one expression for all would never come back."""
    assert like("a" * 5_000 + "b", "%a" * 2_000 + "%c") is False


def test_choices_have_one_order() -> None:
    """A list of choices is a set, however it is written."""
    assert choices(",2,10,") == choices("10, 2") == "10,2"
