"""Perfect readings in which one reading is refused, breaks, stands alone, or shows something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from dataverse_tck.conformance.requirement import Requirement
from dataverse_tck.readings import Reading, Readings, State
from tests.support.perfect_readings import many_to_one, perfect

NAMES = tuple(field.name for field in fields(Readings))
PARENTS = {f"relationship/{row['SchemaName']}" for row in many_to_one()}


def told_apart(readings: Readings | None = None) -> Readings:
    """Readings that went well, each with an exchange that is called like it."""
    return with_every(NAMES, lambda reading, name: replace(reading, exchanges=(name,)), readings)


def refused(*names: str, readings: Readings | None = None) -> Readings:
    """Readings of which some are not offered."""
    return with_every(names, lambda _, name: Reading(State.UNREADABLE, None, f"no leave for {name}", (name,)), readings)


def broke(*names: str, readings: Readings | None = None) -> Readings:
    """Readings of which some broke."""
    return with_every(names, lambda _, name: Reading(State.BROKEN, None, f"{name} timed out", (name,)), readings)


def alone(*names: str, readings: Readings | None = None) -> Readings:
    """Readings of which only some are offered."""
    return refused(*(name for name in NAMES if name not in names), readings=readings)


def with_content(name: str, change: Callable[[Any], Any], readings: Readings | None = None) -> Readings:
    """Readings of which one has another content, made of the right one."""
    return with_every([name], lambda reading, _: replace(reading, content=change(reading.content)), readings)


def with_every(
    names: Any, change: Callable[[Reading[Any], str], Reading[Any]], readings: Readings | None = None
) -> Readings:
    """Readings of which some are changed; those of columns all at once."""
    before = readings or (perfect() if names is NAMES else told_apart())
    changes: dict[str, Any] = {}
    for name in names:
        reading = getattr(before, name)
        if isinstance(reading, Mapping):
            changes[name] = {column: change(one, name) for column, one in reading.items()}
        else:
            changes[name] = change(reading, name)
    return replace(before, **changes)


def kind(requirement: Requirement) -> str:
    """The family of a requirement; those of relationships are told apart by the end that the table is."""
    if not requirement.node.startswith("relationship/"):
        return requirement.family
    return f"{requirement.family} of {'parents' if requirement.node in PARENTS else 'children'}"
