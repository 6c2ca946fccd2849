"""Text of an endpoint, or of whoever made a folder: shown as text, whatever it is, and as much of it as can be read."""

from __future__ import annotations

from typing import Any

LONGEST = 600
"""Characters of one text; where more is shown, the place that shows it says how much."""

_LAYOUT = "\n\t"


class Shown(str):
    """A text that is harmless already, and as long as it may be."""

    __slots__ = ()


def harmless(value: object, longest: int = LONGEST) -> Shown:
    """Return a text without characters that are not to be seen, or turn others round: those stand as their codes."""
    text = str(value)
    cut = f"{text[:longest]}... ({len(text):,} characters)" if len(text) > longest else text
    if cut.isprintable():
        return Shown(cut)
    return Shown("".join(one if one.isprintable() or one in _LAYOUT else _code(one) for one in cut))


def _code(one: str) -> str:
    return one.encode("unicode_escape").decode("ascii")


def finalized(value: Any) -> Any:
    """Return what a template may print: texts harmless, markup of its own and everything else as it is."""
    if not isinstance(value, str) or isinstance(value, Shown) or hasattr(value, "__html__"):
        return value
    return harmless(value)
