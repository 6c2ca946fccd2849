"""What the relationship collections and ``$metadata`` say of one relationship."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from dataverse_tck.conformance.surfaces.labels import english_text
from dataverse_tck.conformance.surfaces.observation import (
    FOREIGN_SHAPE,
    Observation,
    Observer,
    Path,
    not_read,
    observed,
)
from dataverse_tck.conformance.surfaces.surface import Surface
from dataverse_tck.jsontypes import Json

if TYPE_CHECKING:
    from dataverse_tck.conformance.surfaces.subject import Subject
    from dataverse_tck.readings import Readings


def _in_relationships(readings: Readings, subject: Subject) -> Observation | None:
    reading = readings.many_to_one if subject.many_to_one else readings.one_to_many
    if reading.content is None:
        return not_read(reading)
    own_end = "ReferencingEntity" if subject.many_to_one else "ReferencedEntity"
    rows = [
        row
        for row in reading.content
        if row.get("SchemaName") == subject.name and row.get(own_end, subject.table) == subject.table
    ]
    if not rows:
        return observed(reading, None)
    (node, silent), *others = [_judged(row) for row in rows]
    observation = observed(
        reading, node, silent, "it has no such member (older servers lack Archive), or no English text for it"
    )
    return replace(observation, others=tuple(other for other, _ in others))


def instead(readings: Readings, subject: Subject) -> str:
    """Return in words where a many-to-one relationship leads on this endpoint."""
    try:
        return _leads_to(readings, subject)
    except FOREIGN_SHAPE:
        return f"what {subject.name} says cannot be read"


def _leads_to(readings: Readings, subject: Subject) -> str:
    rows = [row for row in readings.many_to_one.content or () if row.get("SchemaName") == subject.name]
    if rows:
        ends = " and ".join(f"{row.get('ReferencedEntity')} by {row.get('ReferencingAttribute')}" for row in rows)
        return f"{subject.name} leads to {ends}"
    seen = _many_to_one_in_csdl(readings, subject) if readings.csdl.content else None
    if seen:
        return f"{subject.name} leads to {seen['ReferencedEntity']} by {seen.get('ReferencingAttribute')}"
    return f"there is no {subject.name}"


def _judged(row: Mapping[str, Json]) -> tuple[dict[str, Json], list[Path]]:
    """Return a relationship as the schemas judge it, and what it says nothing about."""
    silent: list[Path] = []
    node = dict(row)
    cascade, menu = row.get("CascadeConfiguration"), row.get("AssociatedMenuConfiguration")
    if isinstance(cascade, Mapping) and "Archive" not in cascade:
        silent.append(("CascadeConfiguration", "Archive"))
    if isinstance(menu, Mapping) and "Label" in menu:
        text, spoken = english_text(menu["Label"])
        node["AssociatedMenuConfiguration"] = {**menu, "Label": text or None}
        if not spoken and _has_any(menu["Label"]):
            silent.append(("AssociatedMenuConfiguration", "Label"))
    return node, silent


def _has_any(label: Json) -> bool:
    return isinstance(label, Mapping) and bool(label.get("LocalizedLabels") or label.get("UserLocalizedLabel"))


def _in_csdl(readings: Readings, subject: Subject) -> Observation | None:
    reading = readings.csdl
    if reading.content is None:
        return not_read(reading)
    if subject.table not in reading.content.entity_types:
        return observed(reading, None)
    find = _many_to_one_in_csdl if subject.many_to_one else _one_to_many_in_csdl
    value = find(readings, subject)
    if value is None:
        return observed(reading, None)
    node = {"SchemaName": subject.name, **value}
    silent = [path for path in subject.stated if path[0] not in node]
    return observed(reading, node, silent, "$metadata does not say")


def _lookup_column(constraints: tuple[tuple[str, str], ...]) -> str | None:
    """Return the LogicalName of the column behind ``_<column>_value``, the property of a constraint."""
    return constraints[0][0].removeprefix("_").removesuffix("_value") if constraints else None


def _many_to_one_in_csdl(readings: Readings, subject: Subject) -> dict[str, Json] | None:
    """Find the navigation property by its documented name, else by its Partner: the parent's collection."""
    assert readings.csdl.content is not None
    declared = readings.csdl.content.navigation(subject.table)
    name = subject.stated.get(("ReferencingEntityNavigationPropertyName",))
    rows = (row for row in readings.many_to_one.content or () if row.get("SchemaName") == subject.name)
    partners = {subject.name, *(row.get("ReferencedEntityNavigationPropertyName") for row in rows)}
    single = {key: item for key, item in declared.items() if not item.collection}
    found = single.get(str(name)) or next((item for item in single.values() if item.partner in partners), None)
    if found is None:
        return None
    value: dict[str, Json] = {
        "ReferencingEntityNavigationPropertyName": found.name,
        "ReferencedEntity": found.type,
    }
    if found.constraints:
        value["ReferencingAttribute"] = _lookup_column(found.constraints)
        value["ReferencedAttribute"] = found.constraints[0][1]
    return value


def _one_to_many_in_csdl(readings: Readings, subject: Subject) -> dict[str, Json] | None:
    """Find the collection by its documented name, else by the child's column: Partner leads to it."""
    assert readings.csdl.content is not None
    csdl = readings.csdl.content
    declared = {key: item for key, item in csdl.navigation(subject.table).items() if item.collection}
    child, column = subject.stated.get(("ReferencingEntity",)), subject.stated.get(("ReferencingAttribute",))

    def column_of(type_: str, partner: str | None) -> str | None:
        back = csdl.navigation(type_).get(partner or "")
        return _lookup_column(back.constraints) if back else None

    found = declared.get(str(subject.stated.get(("ReferencedEntityNavigationPropertyName",)))) or next(
        (item for item in declared.values() if item.type == child and column_of(item.type, item.partner) == column),
        None,
    )
    if found is None:
        return None
    value: dict[str, Json] = {
        "ReferencedEntityNavigationPropertyName": found.name,
        "ReferencingEntity": found.type,
    }
    behind = column_of(found.type, found.partner)
    return value if behind is None else {**value, "ReferencingAttribute": behind}


OBSERVERS: dict[Surface, Observer] = {
    Surface.RELATIONSHIPS: _in_relationships,
    Surface.CSDL: _in_csdl,
}
