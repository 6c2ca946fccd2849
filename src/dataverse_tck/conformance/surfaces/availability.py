"""What could be read of an endpoint, surface by surface."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dataverse_tck.conformance.surfaces.surface import Surface
from dataverse_tck.readings import Reading, Readings, State

_WORST = (State.BROKEN, State.UNREADABLE, State.READ)


@dataclass(frozen=True)
class Availability:
    """Whether a surface took part in the judgement, and if not, why."""

    surface: str
    state: str  # read, unreadable, broken
    reason: str
    exchanges: tuple[str, ...]


def availability_of_surfaces(readings: Readings) -> tuple[Availability, ...]:
    """Return one Availability for every surface; of several readings, the worst counts."""
    return tuple(_availability(surface, readings_of(readings, surface)) for surface in Surface)


def readings_of(readings: Readings, surface: Surface) -> tuple[Reading[Any], ...]:
    """Return the readings that a surface rests on."""
    sources: dict[Surface, Iterable[Reading[Any]]] = {
        Surface.ENTITYDEFINITIONS: [readings.table],
        Surface.OPTIONSET: readings.choices.values(),
        Surface.GLOBALOPTIONSET: readings.choices.values(),
        Surface.TARGETS: readings.lookups.values(),
        Surface.RELATIONSHIPS: [readings.many_to_one, readings.one_to_many],
        Surface.CSDL: [readings.csdl],
        Surface.SDKMESSAGES: [readings.sdkmessages],
        Surface.SDKMESSAGEFILTERS: [readings.sdkmessagefilters],
        Surface.CUSTOMAPIS: [readings.customapis],
    }
    return tuple(sources[surface])


def _availability(surface: Surface, found: tuple[Reading[Any], ...]) -> Availability:
    worst = min(found, key=lambda reading: _WORST.index(reading.state))
    exchanges = tuple(dict.fromkeys(exchange for reading in found for exchange in reading.exchanges))
    return Availability(str(surface), str(worst.state), worst.reason, exchanges)
