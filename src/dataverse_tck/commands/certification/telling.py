"""What the commands about bundles and folders tell of refusals, made safe for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from rich.markup import escape

if TYPE_CHECKING:
    from rich.console import Console

    from dataverse_tck.evidence.record import Refusal

SHOWN = 10
LONGEST = 300  # characters of what was expected and found


def tell_refusals(out: Console, refusals: Sequence[Refusal]) -> None:
    """Print the first refusals, each with what, where, expected and found."""
    for refusal in islice(refusals, SHOWN):
        out.print(f"REFUSED {escaped(refusal.what)}")
        out.print(f"  where      {escaped(refusal.where)}")
        if refusal.expected:
            out.print(f"  expected   {escaped(short(refusal.expected))}")
        if refusal.found:
            out.print(f"  found      {escaped(short(refusal.found))}")
        out.print()
    if len(refusals) > SHOWN:
        out.print(f"... and {len(refusals) - SHOWN:,} more\n")


def short(text: str) -> str:
    """Return the beginning of a text that may be long."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def escaped(text: str) -> str:
    """Return a text of a stranger as it can be printed."""
    return escape(plain(text))


def plain(text: str) -> str:
    """Return a text of a stranger as a terminal can be trusted with it: what is not to be seen stands as its code."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)
