"""What each surface shows of an option of a choice column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dataverse_tck.conformance.surfaces.labels import NO_ENGLISH_LABEL, with_english_label
from dataverse_tck.conformance.surfaces.observation import Observation, Observer, not_read, observed
from dataverse_tck.conformance.surfaces.subject import Subject
from dataverse_tck.conformance.surfaces.surface import Surface
from dataverse_tck.jsontypes import Json
from dataverse_tck.readings import Readings, State


def _in_set(member: str) -> Observer:
    other = "GlobalOptionSet" if member == "OptionSet" else "OptionSet"

    def observe(readings: Readings, subject: Subject) -> Observation | None:
        reading = readings.choices[subject.column]
        if reading.state is not State.READ:
            return not_read(reading)
        column = reading.content or {}
        if not column.get(member):
            # One of the two may be left empty; a column that shows neither offers nothing.
            return None if member == "GlobalOptionSet" or column.get(other) else observed(reading, None)
        options = column[member].get("Options") if isinstance(column[member], Mapping) else None
        if not isinstance(options, list):
            return Observation(State.BROKEN, reason=f"{member} has no list of Options", exchanges=reading.exchanges)
        number = subject.stated[("Value",)]
        found = [with_english_label(item, "Label") for item in options if is_number(item.get("Value"), number)]
        if not found:
            return observed(reading, None)
        (node, silent), *others = found
        observation = observed(reading, node, silent, NO_ENGLISH_LABEL)
        return replace(observation, others=tuple(other for other, _ in others))

    return observe


def is_number(value: Json, number: int) -> bool:
    """Whether a JSON value is that number (``true`` is not 1)."""
    return not isinstance(value, bool) and isinstance(value, int | float) and value == number


OBSERVERS: dict[Surface, Observer] = {
    Surface.OPTIONSET: _in_set("OptionSet"),
    Surface.GLOBALOPTIONSET: _in_set("GlobalOptionSet"),
}
