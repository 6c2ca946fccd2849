"""Which subjects a catalogue is about, and the requirements that hang on each."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from dataverse_tck.conformance.surfaces.subject import Subject

if TYPE_CHECKING:
    from dataverse_tck.conformance.requirement import Catalogue, Requirement


def table_name(catalogue: Catalogue) -> str:
    """Return the LogicalName of the table that the catalogue is about."""
    return next(str(item.expected) for item in catalogue.requirements if item.family == "table-exists")


def subjects(catalogue: Catalogue) -> tuple[Subject, ...]:
    """Return what the surface requirements of a catalogue are about, in page order."""
    return tuple(subject for subject, _ in with_requirements(catalogue))


def with_requirements(catalogue: Catalogue) -> tuple[tuple[Subject, tuple[Requirement, ...]], ...]:
    """Return the subjects in page order, each with all surface requirements about it."""
    grouped: dict[str, list[Requirement]] = defaultdict(list)
    for item in catalogue.of("surface"):
        grouped[item.node].append(item)
    table = table_name(catalogue)
    return tuple(
        (Subject(node, table, {item.path: item.expected for item in items}), tuple(items))
        for node, items in grouped.items()
    )
