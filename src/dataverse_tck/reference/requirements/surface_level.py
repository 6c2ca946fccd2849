"""From each fact the requirements that it makes, and the exclusions; each traced to its part of the page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import getitem
from typing import TYPE_CHECKING, Protocol

from dataverse_tck.conformance.requirement import Exclusion, Requirement
from dataverse_tck.jsontypes import Json
from dataverse_tck.reference.requirements import statements

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from dataverse_tck.reference.page.blocks import Piece
    from dataverse_tck.reference.page.facts import Facts, Relationship

_BLANK = "A blank cell of a table states nothing."
_SDK = "Says how to call the message from .NET: not a matter of the Web API."


@dataclass(frozen=True)
class TracedItem:
    """A requirement or exclusion with the (cell, part) places of its line that it answers for."""

    item: Requirement | Exclusion
    places: tuple[tuple[int, int], ...]

    def pieces(self) -> set[Piece]:
        return {(self.item.line, *place) for place in self.places}


class _Fact(Protocol):
    @property
    def section(self) -> str: ...
    @property
    def line(self) -> int: ...


@dataclass(frozen=True)
class _Node:
    """A thing that requirements are about, as an endpoint shows it that keeps them all."""

    id: str
    shown: Mapping[str, Json]
    fact: _Fact

    def require(
        self,
        leaf: str,
        family: str,
        path: str,
        statement: str,
        *places: tuple[int, int],
        at: _Fact | None = None,
        blocked_by: tuple[str, ...] | None = None,
    ) -> TracedItem:
        """The requirement that the node shows what stands at ``path``, its members joined by a slash.

        It stands ``at`` a line of its own, or that of the node; unless told, the node's existence blocks it.
        """
        members, fact = tuple(path.split("/")), at or self.fact
        requirement = Requirement(
            id=f"{self.id}/{leaf}",
            statement=statement[0].upper() + statement[1:],
            level="surface",
            obligation="normative",
            family=family,
            node=self.id,
            path=members,
            expected=reduce(getitem, members, self.shown),
            section=fact.section,
            line=fact.line,
            blocked_by=(f"{self.id}/exists",) if blocked_by is None else blocked_by,
        )
        return TracedItem(requirement, places)

    def exclude(self, leaf: str, reason: str, *places: tuple[int, int], at: _Fact | None = None) -> TracedItem:
        """The exclusion of something that the page says of the node."""
        fact = at or self.fact
        return TracedItem(Exclusion(f"exclusion/{self.id}/{leaf}", reason, fact.section, fact.line), places)


def _noun(facts: Facts) -> str:
    return facts.table.display_name.lower()


def _table_exists(facts: Facts) -> tuple[str, ...]:
    return (f"table/{facts.table.name}/exists",)


def _table(facts: Facts) -> Iterator[TracedItem]:
    table = facts.table
    name, label = table.name, table.display_name
    node = _Node(f"table/{name}", {"LogicalName": name, "DisplayName": label}, table)
    says = f"There is a table {name}."
    yield node.require("exists", "table-exists", "LogicalName", says, (0, 0), blocked_by=())
    says = f'The table {name} is called "{label}" in English.'
    yield node.require("display-name", "table-display-name", "DisplayName", says, (0, 0))


def _messages(facts: Facts) -> Iterator[TracedItem]:
    table = facts.table.name
    for message in facts.messages:
        name = message.name
        shown = {"name": name, "kind": message.kind, "event": message.event, "table": table}
        node = _Node(f"message/{name}", shown, message)
        says = f"There is a message {name}."
        yield node.require("exists", "message-exists", "name", says, (0, 0), blocked_by=())
        says = f"The message {name} is an action, not a function."
        yield node.require("is-action", "message-is-action", "kind", says, (1, 0))
        says = f"The message {name} is no event: nothing else can be hooked to it."
        yield node.require("not-event", "message-not-event", "event", says, (0, 1))
        says = f"The message {name} belongs to the {_noun(facts)} ({table})."
        yield node.require("on-table", "message-on-table", "table", says, (0, 0))
        yield node.exclude("sdk-for-net", _SDK, (2, 0))


def _options(facts: Facts) -> Iterator[TracedItem]:
    a_noun, gate = statements.indefinite(_noun(facts)), _table_exists(facts)
    for choice in facts.columns.choices:
        named = statements.column_noun(choice.name)
        for option in choice.options:
            value, label = option.value, option.label
            node = _Node(f"column/{choice.name}/option/{value}", {"Value": value, "Label": label}, option)
            says = f"{a_noun} can have the {named} {value} ({choice.name})."
            yield node.require("exists", "option-exists", "Value", says, (0, 0), blocked_by=gate)
            says = f'{named} {value} of {a_noun} is called "{label}" in English ({choice.name}).'
            yield node.require("label", "option-label", "Label", says, (1, 0))


def _targets(facts: Facts) -> Iterator[TracedItem]:
    a_noun, gate = statements.indefinite(_noun(facts)), _table_exists(facts)
    for lookup in facts.columns.lookups:
        for target in lookup.targets:
            node = _Node(f"column/{lookup.name}", {"Targets": target.table}, target)
            says = f"{a_noun} can refer to a record of {target.table} in {lookup.name}."
            leaf = f"target/{target.table}"
            yield node.require(leaf, "target", "Targets", says, (0, 0), (1, 0), blocked_by=gate)


def _many_to_one(facts: Facts) -> Iterator[TracedItem]:
    documented = {
        f"column/{lookup.name}/target/{target.table}" for lookup in facts.columns.lookups for target in lookup.targets
    }
    for relationship in facts.many_to_one:
        name, other = relationship.schema_name, relationship["ReferencedEntity"]
        node = _relationship(relationship)
        target = f"column/{relationship['ReferencingAttribute']}/target/{other}"
        yield from _ends(facts, node, relationship, other, also=documented & {target})
        hierarchical = relationship.properties["IsHierarchical"]
        yield node.exclude("IsHierarchical", _BLANK, (0, 0), (1, 0), at=hierarchical)
        cascade = relationship.properties["CascadeConfiguration"]
        for part, (member, value) in enumerate(cascade.value.items()):
            says = statements.cascade(_noun(facts), other, name, member, value)
            leaf, path = f"cascade/{member}", f"CascadeConfiguration/{member}"
            yield node.require(leaf, "cascade", path, says, (0, 0), (1, part), at=cascade)


def _one_to_many(facts: Facts) -> Iterator[TracedItem]:
    for relationship in facts.one_to_many:
        name, other = relationship.schema_name, relationship["ReferencingEntity"]
        node = _relationship(relationship)
        yield from _ends(facts, node, relationship, other)
        customizable = relationship.properties["IsCustomizable"]
        can = "can" if customizable.value else "cannot"
        says = f"The relationship {name} {can} be customized by an administrator."
        path = "IsCustomizable/Value"
        yield node.require("IsCustomizable", "customizable", path, says, (0, 0), (1, 0), at=customizable)
        menu = relationship.properties["AssociatedMenuConfiguration"]
        for part, (member, value) in enumerate(menu.value.items()):
            says = statements.menu(_noun(facts), other, name, member, value)
            leaf, path = f"menu/{member}", f"AssociatedMenuConfiguration/{member}"
            yield node.require(leaf, "menu", path, says, (0, 0), (1, part), at=menu)


def _relationship(relationship: Relationship) -> _Node:
    shown = {name: found.value for name, found in relationship.properties.items()}
    if "IsCustomizable" in shown:  # a managed property of the Web API: an object with a Value
        shown["IsCustomizable"] = {"Value": shown["IsCustomizable"]}
    name = relationship.schema_name
    return _Node(f"relationship/{name}", {"SchemaName": name, **shown}, relationship)


def _ends(
    facts: Facts, node: _Node, relationship: Relationship, other: str, also: Collection[str] = ()
) -> Iterator[TracedItem]:
    """Existence, and the properties that hold a name; ``also`` blocks the one that repeats a target."""
    noun, name = _noun(facts), relationship.schema_name
    says = f"There is a relationship {name} between the {noun} and {other}."
    gate = _table_exists(facts)
    yield node.require("exists", "relationship-exists", "SchemaName", says, (0, 0), blocked_by=gate)
    many_to_one = "ReferencedEntity" in relationship.properties
    templates = statements.MANY_TO_ONE_ENDS if many_to_one else statements.ONE_TO_MANY_ENDS
    for end, template in templates.items():
        found = relationship.properties[end]
        says = template.format(noun=noun, a_noun=statements.indefinite(noun), name=name, other=other, value=found.value)
        gate = (f"{node.id}/exists", *(also if end == "ReferencedEntity" else ()))
        yield node.require(end, "relationship-end", end, says, (0, 0), (1, 0), at=found, blocked_by=gate)


# The nouns of the responses: each has its own file of schemas.
TRACED_BY_NOUN: dict[str, Callable[[Facts], Iterator[TracedItem]]] = {
    "table": _table,
    "messages": _messages,
    "options": _options,
    "targets": _targets,
    "many-to-one": _many_to_one,
    "one-to-many": _one_to_many,
}
