"""What an endpoint declares, as it was read: the plain data between the network and the judge.

``webapi.metadata`` fills these, ``conformance.judge`` weighs them; neither needs the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from dataverse_tck.jsontypes import Json

T = TypeVar("T")

NAMESPACE = "Microsoft.Dynamics.CRM"
"""The namespace of the platform: of types in ``$metadata``, of casts and bound operations in paths, of annotations."""


class State(StrEnum):
    """Whether a reading can take part in the judgement."""

    READ = "read"
    UNREADABLE = "unreadable"  # 403, 404, 501: the endpoint does not offer it (to this caller)
    BROKEN = "broken"  # the exchange itself failed: time-out, reset, 5xx, garbage, throttled to the end


@dataclass(frozen=True)
class Reading(Generic[T]):
    """One question to the endpoint and its answer; ``content`` is set only when it was read."""

    state: State
    content: T | None = None
    reason: str = ""  # one sentence, when it was not read
    exchanges: tuple[str, ...] = ()  # ids of lines in exchanges.ndjson


@dataclass(frozen=True)
class NavigationProperty:
    """A navigation property of the CSDL; ``type`` is the local name of the entity type."""

    name: str
    type: str
    collection: bool
    partner: str | None
    constraints: tuple[tuple[str, str], ...]  # (Property, ReferencedProperty)


@dataclass(frozen=True)
class EntityType:
    """An entity type of the CSDL with what it declares itself; ``base`` is a local name."""

    name: str
    base: str | None
    navigation: tuple[NavigationProperty, ...]


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation; ``type`` as written, but with aliases replaced by the namespace."""

    name: str
    type: str
    nullable: bool


@dataclass(frozen=True)
class Operation:
    """An ``<Action>`` or ``<Function>`` of the CSDL; a name may occur once for each binding."""

    name: str
    kind: str  # "Action" or "Function"
    bound_to: str | None  # local name of the entity type it is bound to, None: unbound
    to_collection: bool
    parameters: tuple[Parameter, ...]  # without the binding parameter
    returns: str | None


@dataclass(frozen=True)
class Csdl:
    """What ``$metadata`` says of entity types and operations."""

    entity_types: Mapping[str, EntityType]
    operations: tuple[Operation, ...]
    sha256: str = ""  # of the document

    def lineage(self, name: str) -> Iterator[EntityType]:
        """Yield the entity type and its base types, nearest first; nothing when it is not declared."""
        seen: set[str] = set()
        current: str | None = name
        while current and current in self.entity_types and current not in seen:
            seen.add(current)
            entity = self.entity_types[current]
            yield entity
            current = entity.base

    def navigation(self, name: str) -> dict[str, NavigationProperty]:
        """All navigation properties of an entity type by name, inherited ones included."""
        found: dict[str, NavigationProperty] = {}
        for entity in self.lineage(name):
            for item in entity.navigation:
                found.setdefault(item.name, item)
        return found


@dataclass(frozen=True)
class Readings:
    """Everything the surface level reads, once per run.

    A content of ``None`` in a reading that was READ means: the endpoint looked, and has no such thing.
    """

    table: Reading[Mapping[str, Json]]  # the EntityMetadata object
    columns: Reading[Mapping[str, Mapping[str, Json]]]  # AttributeMetadata by LogicalName
    choices: Mapping[str, Reading[Mapping[str, Json]]]  # column -> cast attribute with OptionSet, GlobalOptionSet
    lookups: Mapping[str, Reading[Mapping[str, Json]]]  # column -> cast attribute with Targets
    many_to_one: Reading[tuple[Mapping[str, Json], ...]]
    one_to_many: Reading[tuple[Mapping[str, Json], ...]]
    csdl: Reading[Csdl]
    sdkmessages: Reading[tuple[Mapping[str, Json], ...]]  # rows: name
    sdkmessagefilters: Reading[tuple[Mapping[str, Json], ...]]  # rows with sdkmessageid expanded
    customapis: Reading[tuple[Mapping[str, Json], ...]]
    made_up_table: Reading[Mapping[str, Json]]  # the control: what is said of a table that nobody has


def digest_of(readings: Readings) -> str:
    """Return a SHA-256 of all that was declared, in whatever order it came: another one has something else in it."""
    told = {
        "table": readings.table.content,
        "columns": readings.columns.content,
        "choices": {name: one.content for name, one in readings.choices.items()},
        "lookups": {name: one.content for name, one in readings.lookups.items()},
        "csdl": readings.csdl.content.sha256 if readings.csdl.content else None,
    }
    several = (
        readings.many_to_one,
        readings.one_to_many,
        readings.sdkmessages,
        readings.sdkmessagefilters,
        readings.customapis,
    )
    rows = [sorted(json.dumps(_declared(row), sort_keys=True) for row in one.content or ()) for one in several]
    return hashlib.sha256(json.dumps([_declared(told), rows], sort_keys=True).encode()).hexdigest()


def _declared(value: Json) -> Json:
    """Return a value without OData's control information, which names the address that was asked."""
    if isinstance(value, Mapping):
        return {name: _declared(one) for name, one in value.items() if "@odata." not in name}
    return [_declared(one) for one in value] if isinstance(value, list | tuple) else value


@dataclass(frozen=True)
class Questions:
    """What the surface level wants to know: the names that the readings ask for."""

    table: str
    choices: tuple[str, ...]  # LogicalNames of choice columns
    lookups: tuple[str, ...]  # LogicalNames of lookup columns
    messages: tuple[str, ...]  # message names, controls included
    made_up_table: str  # LogicalName of a table that nobody has
