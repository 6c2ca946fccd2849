"""The requirement list: what an endpoint is held to, and what of the page was left out, and why."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dataverse_tck.jsontypes import Json

if TYPE_CHECKING:
    from pathlib import Path

LEVELS = ("surface", "data", "calls")  # how far a run goes; each includes those before it


@dataclass(frozen=True)
class Requirement:
    """One statement that an endpoint can keep or break.

    ``node`` names the thing it is about (``relationship/<SchemaName>``) and with it, at the surface level, the
    ``$defs`` entry of the response schema; ``path`` leads from that node to the value that must equal ``expected``.
    ``derived_from`` is the id of a normative requirement, or a glob of several.
    """

    id: str
    statement: str
    level: str  # surface, data, calls
    obligation: str  # normative, derived, advisory
    family: str  # decides which surfaces show it: conformance.surfaces.surface
    node: str
    path: tuple[str, ...]
    expected: Json
    section: str  # anchor of the page where it has one, else the heading
    line: int  # line of the page's markdown source, 1-based
    blocked_by: tuple[str, ...] = ()
    derived_from: str | None = None


@dataclass(frozen=True)
class Exclusion:
    """A row, cell or block of the page that is no requirement, with the reason."""

    id: str
    reason: str
    section: str
    line: int


@dataclass(frozen=True)
class Catalogue:
    """The requirement list of one revision of the reference page."""

    title: str
    sha256: str
    requirements: tuple[Requirement, ...]
    exclusions: tuple[Exclusion, ...]

    @cached_property
    def by_id(self) -> dict[str, Requirement]:
        """The requirements by id."""
        return {item.id: item for item in self.requirements}

    def of(self, level: str) -> tuple[Requirement, ...]:
        """The requirements of one level."""
        return tuple(item for item in self.requirements if item.level == level)


def load_catalogue(path: Path) -> Catalogue:
    """Read ``reference/requirements.json``."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return Catalogue(
        title=document["reference"]["title"],
        sha256=document["reference"]["sha256"],
        requirements=tuple(
            Requirement(**{**item, "path": tuple(item["path"]), "blocked_by": tuple(item["blocked_by"])})
            for item in document["requirements"]
        ),
        exclusions=tuple(Exclusion(**item) for item in document["exclusions"]),
    )


def selects(only: Iterable[str], ids: Iterable[str]) -> bool:
    """Whether one of the ids matches one of the wanted ids or globs."""
    return any(fnmatch.fnmatchcase(identifier, wanted) for identifier in ids for wanted in only)
