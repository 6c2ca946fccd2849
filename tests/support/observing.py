"""A small table, conversation, with one parent, one child, a lookup, an option and a message, as surfaces show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from dataverse_tck.conformance.surfaces.observation import Observation
from dataverse_tck.conformance.surfaces.observe import observe
from dataverse_tck.conformance.surfaces.subject import Subject
from dataverse_tck.conformance.surfaces.surface import Surface
from dataverse_tck.readings import Csdl, EntityType, NavigationProperty, Operation, Readings, State
from tests.support.changed_readings import broke, refused, told_apart

HOST = "conversation"
UP = Subject(
    "relationship/host_parent",
    HOST,
    {
        ("SchemaName",): "host_parent",
        ("ReferencingEntityNavigationPropertyName",): "parent_up",
        ("ReferencedEntity",): "parent",
        ("ReferencedAttribute",): "parentid",
        ("ReferencingAttribute",): "parentcolumn",
        ("CascadeConfiguration", "Delete"): "Cascade",
    },
)
DOWN = Subject(
    "relationship/host_child",
    HOST,
    {
        ("SchemaName",): "host_child",
        ("ReferencedEntityNavigationPropertyName",): "children_down",
        ("ReferencingEntity",): "child",
        ("ReferencingAttribute",): "hostcolumn",
        ("IsCustomizable", "Value"): True,
    },
)
HOLD = Subject("message/Hold", HOST, {})
LOOKUP = Subject("column/owner", HOST, {})
OPTION = Subject("column/channel/option/7", HOST, {("Value",): 7})
TABLE = Subject(f"table/{HOST}", HOST, {})


def reading(name: str, content: Any) -> Readings:
    """Readings of which one has this content; its exchange is called like it."""
    readings = told_apart()
    if name in ("choices", "lookups"):
        column = {"choices": "channel", "lookups": "owner"}[name]
        one = replace(next(iter(getattr(readings, name).values())), content=content)
        return replace(readings, **{name: {column: one}})
    return replace(readings, **{name: replace(getattr(readings, name), content=content)})


def seen(name: str, value: Any, *silent: tuple[str, ...], why: str = "", others: Iterable[Any] = ()) -> Observation:
    """An observation of that reading."""
    return Observation(State.READ, value, tuple(others), frozenset(silent), why, (name,))


def link(name: str, type_: str, *, many: bool = False, partner: str | None = None, by: Any = ()) -> NavigationProperty:
    """A navigation property; ``by`` is its only constraint, if it has one."""
    return NavigationProperty(name, type_, many, partner, (by,) if by else ())


def declared(*links: NavigationProperty, operations: Iterable[Operation] = (), **others: Any) -> Csdl:
    """A $metadata with the table, its links and further entity types."""
    types = {HOST: EntityType(HOST, "base", links), "base": EntityType("base", None, ())}
    for name, navigation in others.items():
        types[name] = EntityType(name, None, navigation)
    return Csdl(types, tuple(operations))


def operation(kind: str = "Action", bound: str | None = HOST, name: str = "Hold") -> Operation:
    """An operation."""
    return Operation(name, kind, bound, False, (), None)


Case = tuple[str, Any, Any]  # what it is, the content of the reading, what is observed (or the value alone)


def check(subject: Subject, surface: Surface, name: str, case: Case) -> None:
    """Hold one case to what is wanted; where the value says it all, nothing is silent."""
    _, content, wanted = case
    observed = observe(reading(name, content), surface, subject)
    assert observed == (seen(name, wanted) if isinstance(wanted, dict) else wanted)


def check_not_read(subject: Subject, surface: Surface, name: str) -> None:
    """A refused reading is unreadable, one that broke is broken; the reason and the exchange are its own."""
    readings = reading(name, None)

    assert observe(refused(name, readings=readings), surface, subject) == Observation(
        State.UNREADABLE, reason=f"no leave for {name}", exchanges=(name,)
    )
    assert observe(broke(name, readings=readings), surface, subject) == Observation(
        State.BROKEN, reason=f"{name} timed out", exchanges=(name,)
    )
