"""What follows from the statements of the page for rows and calls, in full."""

from __future__ import annotations

import pytest

from dataverse_tck.reference.page.reader import read_page
from dataverse_tck.reference.requirements.derive import derive
from tests.support.made_up_page import MOOD, PERSON, QUEUE, RATING, ROUTE

PERSONS = "column/desk_askerid/target"


# id: expected, line, blocked by, derived from
_DERIVED = {
    f"{MOOD}/-1/stored": (-1, 51, (), f"{MOOD}/-1/exists"),
    f"{MOOD}/0/named": ("Calm", 52, (f"derived/{MOOD}/0/stored",), f"{MOOD}/0/label"),
    "column/desk_mood/unlisted-refused": ("refused", 51, (), f"{MOOD}/*/exists"),
    "column/desk_mood/unlisted/gap/refused": ("refused", 51, (), f"{MOOD}/*/exists"),
    "column/desk_mood/unlisted/gap/beside-refused": (
        *("refused", 51, ("derived/column/desk_mood/unlisted/gap/refused",)),
        f"{MOOD}/*/exists",
    ),
    "column/desk_askerid/other-target-refused": ("refused", 41, (), f"{PERSONS}/*"),
    "column/desk_askerid/undeclared-refused": ("refused", 41, (), f"{PERSONS}/*"),
    "column/desk_askerid/nobody-refused": ("refused", 41, (), f"{PERSONS}/*"),
    f"{PERSONS}/account/accepted": ("account", 41, (), f"{PERSONS}/account"),
    "column/desk_askerid/non-target-refused": ("refused", 41, (), f"{PERSONS}/*"),
    "column/desk_askerid/cleared": (None, 41, (), f"{PERSONS}/*"),
    "column/desk_askerid/replaced": ("one", 41, (), f"{PERSONS}/*"),
    f"{PERSON}/delete": ("Restrict", 83, (f"derived/{PERSONS}/desk_person/accepted",), f"{PERSON}/cascade/Delete"),
    f"{PERSON}/unshare": (
        *("NoCascade", 83, (f"derived/{PERSONS}/desk_person/accepted", f"derived/{PERSON}/share")),
        f"{PERSON}/cascade/Unshare",
    ),
    f"{PERSON}/share-of-new": ("Cascade", 83, (f"derived/{PERSONS}/desk_person/accepted",), f"{PERSON}/cascade/Share"),
    f"{QUEUE}/unshare": ("NoCascade", 96, (), f"{QUEUE}/cascade/Unshare"),  # no target of its column is listed
    f"{QUEUE}/navigation": ("desk_QueueId", 94, (), f"{QUEUE}/ReferencingEntityNavigationPropertyName"),
    f"{RATING}/related-row": ("desk_about", 125, (), f"{RATING}/ReferencingAttribute"),
    f"{RATING}/navigation": (
        *("desk_Ratings", 126, (f"derived/{RATING}/related-row",)),
        f"{RATING}/ReferencedEntityNavigationPropertyName",
    ),
    f"{RATING}/expanded": (
        *("desk_Ratings", 126, (f"derived/{RATING}/navigation",)),
        f"{RATING}/ReferencedEntityNavigationPropertyName",
    ),
    f"{QUEUE}/expanded": (
        *("desk_QueueId", 94, (f"derived/{QUEUE}/navigation",)),
        f"{QUEUE}/ReferencingEntityNavigationPropertyName",
    ),
    f"{ROUTE}/callable": ("accepted", 25, (), f"{ROUTE}/exists"),
    f"{ROUTE}/not-by-get": ("not executed", 25, (f"derived/{ROUTE}/callable",), f"{ROUTE}/is-action"),
    f"{ROUTE}/inverse": (
        *("as declared", 25, (f"derived/{ROUTE}/callable", f"derived/{ROUTE}/effect")),
        f"{ROUTE}/is-action",
    ),
}


@pytest.mark.parametrize("identifier", _DERIVED)
def test_a_derived_requirement_says_all_that_is_needed(derivation, identifier):
    """One of each kind, in full."""
    found = next(item for item in derivation.derived if item.id == f"derived/{identifier}")
    assert (found.expected, found.line, found.blocked_by, found.derived_from) == _DERIVED[identifier]
    level = "calls" if identifier.startswith("message/") else "data"
    assert (found.level, found.obligation, found.family) == (level, "derived", "derived")


def test_a_lookup_with_one_target_has_nothing_to_replace_it_with(markdown):
    """Only a lookup with several targets is held to have one record at a time."""
    page = read_page(markdown.replace("desk_person, desk_team, account", "desk_person").encode())
    several = ("/replaced", "/other-target-refused")
    assert [item.id for item in derive(*page).derived if item.id.endswith(several)] == []
