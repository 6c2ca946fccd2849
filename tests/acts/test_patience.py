"""How long effects are waited for once their kind has never shown."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dataverse_tck.acts.patience import ENOUGH, SHORT_S, Kinds, Patience, kinds_of

LINK, OTHER = kinds_of(("link",), "one"), kinds_of(("link",), "other")
SHARE = kinds_of(("link", "share"), "one")
VAIN = [LINK] * ENOUGH


@pytest.mark.parametrize(
    ("in_vain", "seen", "asked", "short"),
    [
        ([], [], LINK, False),
        (VAIN[1:], [], LINK, False),
        (VAIN, [], LINK, True),
        (VAIN, [], OTHER, True),  # a kind of any relationship
        (VAIN, [], SHARE, True),  # what hangs on it
        ([SHARE] * ENOUGH, [], LINK, False),  # what hangs on it says nothing of it
        (VAIN, [SHARE], LINK, True),
        (VAIN, [SHARE], SHARE, True),
        ([SHARE] * ENOUGH, [LINK], SHARE, True),
        ([SHARE] * ENOUGH, [LINK], kinds_of(("link", "assignment"), "one"), False),
        (VAIN, [OTHER], OTHER, False),  # seen somewhere ...
        (VAIN, [OTHER], LINK, True),  # ... but never here
        (VAIN, [LINK], LINK, False),
    ],
)
def test_what_was_never_seen_is_given_up_early(
    in_vain: Sequence[Kinds], seen: Sequence[Kinds], asked: Kinds, *, short: bool
) -> None:
    """After some whole deadlines in vain."""
    patience = Patience()
    for kinds in in_vain:
        patience.in_vain(kinds)
    for kinds in seen:
        patience.saw(kinds)

    assert patience.within(asked, 10) == (SHORT_S if short else 10)
    assert patience.within(asked, SHORT_S / 2) == SHORT_S / 2
