"""Faults that there are none of, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class UnknownFaultError(ValueError):
    """A fault, or a surface, kind or table for one, that there is none of; the message names what there is."""


def unknown(fault: str, identifier: str, known: Iterable[str]) -> UnknownFaultError:
    """The error for a fault that there is none of: it names the nearest ones, else where all of them stand."""
    where = (
        " Those that there are: `dataverse-tck requirements` lists what can be broken, docs/row-faults.md and "
        "docs/calls.md tell in which ways."
    )
    return UnknownFaultError(f"Unknown fault {fault!r}.{nearest(identifier, known) or where}")


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence, after a blank, with the known names that are most like the given one; empty when none is."""
    close = get_close_matches(name, list(known), n=3)
    return f" The nearest ones are: {', '.join(close)}." if close else ""
