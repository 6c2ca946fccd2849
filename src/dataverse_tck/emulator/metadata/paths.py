"""Where a path of metadata leads: keys, casts, navigation properties."""

from __future__ import annotations

from dataclasses import dataclass

from dataverse_tck.emulator.metadata.resource import Collection, Resource
from dataverse_tck.emulator.protocol.errors import bad_request, unknown_segment
from dataverse_tck.emulator.protocol.namespace import NAMESPACE, QUALIFIER
from dataverse_tck.emulator.protocol.paths import Segment


@dataclass(frozen=True)
class Location:
    """Where a path leads: a collection or a resource, its context, and the type declared there."""

    found: Collection | Resource
    context: str
    declared: str
    base_only: bool = False  # a relationship by key, without a cast: its base properties alone


def enter(location: Location, segment: Segment) -> Location:
    """Apply the key of a segment that has one to the collection that it names."""
    found = location.found
    if not isinstance(found, Collection):
        if segment.arguments is not None:
            raise unknown_segment(segment.text)
        return location
    if segment.arguments is None:
        return Location(found, location.context, found.type)
    key = segment.key
    name = key.name or (found.keys[-1] if not key.quoted else found.keys[0])
    if name not in found.keys:
        raise bad_request(f"The property '{name}' is no key of the type '{NAMESPACE}.{found.type}'.")
    for item in found.items:
        if item.values.get(name) == key.value:
            shown = f"'{key.value}'" if key.quoted else key.value
            base_only = found.type == "RelationshipMetadataBase"
            context = f"{location.context}({shown})" if found.definitions else location.context
            return Location(item, context, found.type, base_only=base_only)
    raise found.missing(name, key.value) if found.missing else unknown_segment(segment.text)


def step(location: Location, segment: Segment) -> Location:
    """Follow one more segment: a cast, a navigation property or a property."""
    found = location.found
    if segment.name.startswith(QUALIFIER) and segment.arguments is None:
        return _cast(location, segment.name.removeprefix(QUALIFIER))
    if isinstance(found, Resource) and segment.name in found.links:
        linked = found.links[segment.name]()
        if linked is None:
            raise unknown_segment(segment.name)
        inner = Location(linked, f"{location.context}/{segment.name}", linked.type)
        return enter(inner, segment)
    raise unknown_segment(segment.text)


def _cast(location: Location, type_name: str) -> Location:
    """Keep what is of that type: a resource of another kind is not found, a collection loses it."""
    found, context = location.found, f"{location.context}/{NAMESPACE}.{type_name}"
    if isinstance(found, Resource):
        if found.type != type_name:
            raise unknown_segment(QUALIFIER + type_name)
        return Location(found, context, type_name)
    if not type_name.endswith(("AttributeMetadata", "RelationshipMetadata", "OptionSetMetadata")):
        raise unknown_segment(QUALIFIER + type_name)
    items = tuple(item for item in found.items if item.type == type_name)
    if not items and type_name == "EnumAttributeMetadata":
        raise unknown_segment(QUALIFIER + type_name)
    narrowed = Collection(
        type_name,
        items,
        frozenset(items[0].values) if items else found.properties,
        frozenset(items[0].links) if items else frozenset({"OptionSet", "GlobalOptionSet"}),
        found.keys,
        found.missing,
        found.definitions,
        found.filterable,
    )
    return Location(narrowed, context, type_name)
