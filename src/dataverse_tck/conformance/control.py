"""What a control is: a proof that an endpoint can say no, and the requirements whose passes rest on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dataverse_tck.conformance.requirement import selects
from dataverse_tck.conformance.surfaces.surface import Surface
from dataverse_tck.readings import Readings

if TYPE_CHECKING:
    from dataverse_tck.conformance.requirement import Catalogue


@dataclass(frozen=True)
class Control:
    """One proof: what is looked for or sent, and what it guards."""

    id: str
    subject: str  # the made-up or well-known thing, as a node
    statement: str
    guards: tuple[str, ...]  # families of requirements, or globs of their ids
    expected: bool = False  # whether it must be seen
    seen: Mapping[Surface, Callable[[Readings, str], bool]] = field(default_factory=dict)
    """Of what is looked up: whether a surface shows the thing, (readings, table)."""
    level: str = "surface"
    said_yes: str = ""  # of what is sent: what an endpoint does that accepts it


def guarded_by(control: Control, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the ids of the requirements that a control guards."""
    return tuple(
        item.id
        for item in catalogue.requirements
        if item.family in control.guards or selects(control.guards, [item.id])
    )
