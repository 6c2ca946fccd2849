"""What an endpoint offers beyond the reference: listed, never judged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dataverse_tck.conformance.subjects import subjects, table_name

if TYPE_CHECKING:
    from dataverse_tck.conformance.requirement import Catalogue
    from dataverse_tck.readings import Readings


def extensions(readings: Readings, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """Return (kind, name) of every extra option, target, relationship, property and message, sorted."""
    known = {subject.node for subject in subjects(catalogue)}
    known |= {item.id for item in catalogue.requirements if item.family == "target"}
    return tuple(
        sorted(
            {
                *_options(readings, known),
                *_targets(readings, known),
                *_relationships(readings, known),
                *_properties(readings, catalogue),
                *_messages(readings, known, table_name(catalogue)),
            }
        )
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _options(readings: Readings, known: set[str]) -> Iterator[tuple[str, str]]:
    for column, reading in readings.choices.items():
        for member in ("OptionSet", "GlobalOptionSet"):
            for option in _list(_dict(_dict(reading.content).get(member)).get("Options")):
                node = f"column/{column}/option/{_dict(option).get('Value')}"
                if node not in known:
                    yield "option", node


def _targets(readings: Readings, known: set[str]) -> Iterator[tuple[str, str]]:
    for column, reading in readings.lookups.items():
        for target in _list(_dict(reading.content).get("Targets")):
            if (identifier := f"column/{column}/target/{target}") not in known:
                yield "target", identifier


def _relationships(readings: Readings, known: set[str]) -> Iterator[tuple[str, str]]:
    for reading in (readings.many_to_one, readings.one_to_many):
        for row in reading.content or ():
            if (node := f"relationship/{_dict(row).get('SchemaName')}") not in known:
                yield "relationship", node


def _properties(readings: Readings, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield the members of cascades and menus that the page does not print."""
    stated = {item.path for item in catalogue.requirements if item.family in ("cascade", "menu")}
    for reading in (readings.many_to_one, readings.one_to_many):
        for row in reading.content or ():
            for owner in ("CascadeConfiguration", "AssociatedMenuConfiguration"):
                for member in _dict(_dict(row).get(owner)):
                    if (owner, member) not in stated and "@" not in member:
                        yield "property", f"{owner}/{member}"


def _messages(readings: Readings, known: set[str], table: str) -> Iterator[tuple[str, str]]:
    for operation in readings.csdl.content.operations if readings.csdl.content else ():
        if operation.bound_to == table and (node := f"message/{operation.name}") not in known:
            yield "message", node
