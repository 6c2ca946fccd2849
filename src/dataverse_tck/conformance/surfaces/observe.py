"""Looks at one surface for one subject: which module does so is decided by the noun of the subject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dataverse_tck.conformance.surfaces import lookup, message, option, relationship, table
from dataverse_tck.conformance.surfaces.observation import FOREIGN_SHAPE, Observation, Observer
from dataverse_tck.conformance.surfaces.surface import Surface
from dataverse_tck.readings import Readings, State

if TYPE_CHECKING:
    from dataverse_tck.conformance.surfaces.subject import Subject

_OBSERVERS: Mapping[str, Mapping[Surface, Observer]] = {
    "table": table.OBSERVERS,
    "message": message.OBSERVERS,
    "option": option.OBSERVERS,
    "lookup": lookup.OBSERVERS,
    "relationship": relationship.OBSERVERS,
}


def observe(readings: Readings, surface: Surface, subject: Subject) -> Observation | None:
    """Return what a surface shows of a subject, or None when it says nothing of it."""
    try:
        return _OBSERVERS[subject.noun][surface](readings, subject)
    except FOREIGN_SHAPE as problem:
        return Observation(State.BROKEN, reason=f"its answer has a shape that cannot be read ({problem})")
