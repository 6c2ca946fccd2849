"""What each surface shows of the table itself."""

from __future__ import annotations

from dataverse_tck.conformance.surfaces.labels import NO_ENGLISH_LABEL, with_english_label
from dataverse_tck.conformance.surfaces.observation import Observation, Observer, not_read, observed
from dataverse_tck.conformance.surfaces.subject import Subject
from dataverse_tck.conformance.surfaces.surface import Surface
from dataverse_tck.readings import Readings, State


def _in_entity_definition(readings: Readings, _: Subject) -> Observation | None:
    reading = readings.table
    if reading.state is not State.READ:
        return not_read(reading)
    if reading.content is None:
        return observed(reading, None)
    node, silent = with_english_label(reading.content, "DisplayName")
    return observed(reading, node, silent, NO_ENGLISH_LABEL)


def _in_csdl(readings: Readings, subject: Subject) -> Observation | None:
    reading = readings.csdl
    if reading.content is None:
        return not_read(reading)
    present = subject.table in reading.content.entity_types
    return observed(reading, {"LogicalName": subject.table} if present else None)


OBSERVERS: dict[Surface, Observer] = {
    Surface.ENTITYDEFINITIONS: _in_entity_definition,
    Surface.CSDL: _in_csdl,
}
