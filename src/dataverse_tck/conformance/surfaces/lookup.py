"""What each surface shows of the targets of a lookup column."""

from __future__ import annotations

from dataverse_tck.conformance.surfaces.observation import Observation, Observer, not_read, observed
from dataverse_tck.conformance.surfaces.subject import Subject
from dataverse_tck.conformance.surfaces.surface import Surface
from dataverse_tck.readings import Readings, State


def _in_targets(readings: Readings, subject: Subject) -> Observation | None:
    reading = readings.lookups[subject.column]
    return not_read(reading) if reading.state is not State.READ else observed(reading, reading.content)


def _in_relationships(readings: Readings, subject: Subject) -> Observation | None:
    reading = readings.many_to_one
    if reading.content is None:
        return not_read(reading)
    rows = [row for row in reading.content if row.get("ReferencingAttribute") == subject.column]
    return observed(reading, {"Targets": [row.get("ReferencedEntity") for row in rows]})


def _in_csdl(readings: Readings, subject: Subject) -> Observation | None:
    reading = readings.csdl
    if reading.content is None:
        return not_read(reading)
    types = [
        item.type
        for item in reading.content.navigation(subject.table).values()
        if any(constrained == f"_{subject.column}_value" for constrained, _ in item.constraints)
    ]
    return observed(reading, {"Targets": types}) if types else None


OBSERVERS: dict[Surface, Observer] = {
    Surface.TARGETS: _in_targets,
    Surface.RELATIONSHIPS: _in_relationships,
    Surface.CSDL: _in_csdl,
}
