"""Templates of pages: whatever they print of foreign text is made harmless on its way."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dataverse_tck.reporting.harmless import finalized, harmless

_TEMPLATES = Path(__file__).parent
_LONG = 20_000  # characters of a command line
_BRIEF = 160  # characters of a text of which many stand on one sheet


def own(name: str) -> Markup:
    """Return a style sheet or a script of ours, to stand in a page as it is."""
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704


def environment() -> Environment:
    """Return what all pages are made in; the filters say how much of a text is shown."""
    found = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        finalize=finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    found.filters |= {
        "css": _css,
        "long": lambda text: harmless(text, _LONG),
        "brief": lambda text: harmless(text, _BRIEF),
    }
    return found


def _css(text: str) -> Markup:
    """Return a text for a string of a style sheet: letters, numbers and a few signs, everything else left out."""
    return Markup(re.sub(r"[^A-Za-z0-9 .:+_-]", "", text[:_BRIEF]))  # noqa: S704
