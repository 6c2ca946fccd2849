"""What the facts mean in practice: the requirements of the data level, each with the fact it derives from.

Merge, RollupView and Archive have none: no client of the Web API can see them at work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from dataverse_tck.conformance.requirement import Requirement
from dataverse_tck.jsontypes import Json
from dataverse_tck.reference.requirements.cascade_effects import ALL_ALIKE, ENDS, TableNoun, table_noun
from dataverse_tck.reference.requirements.statements import column_noun, indefinite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataverse_tck.reference.page.facts import Choice, Facts, Lookup, Relationship

UNLISTED = {  # sorts of numbers that are not listed, in words
    "neighbour": "next to a listed one",
    "gap": "between two listed ones",
    "shorter": "a listed one with a digit less",
    "longer": "a listed one with a digit more",
    "other-choice": "listed for another column",
    "beyond-32-bits": "a listed one beyond 32 bits",
}
ACTS = ("Delete", "Assign", "Share", "Unshare", "Reparent")  # members of a cascade that can be seen at work


class _Fact(Protocol):
    @property
    def section(self) -> str: ...
    @property
    def line(self) -> int: ...


def data_requirements(facts: Facts) -> tuple[Requirement, ...]:
    """The derived requirements of a page: of its columns, of its many-to-one, of its one-to-many relationships."""
    return (*_choices(facts), *_lookups(facts), *_many_to_one(facts), *_one_to_many(facts))


def _require(
    identifier: str, statement: str, expected: Json, source: str, fact: _Fact, *blocked_by: str
) -> Requirement:
    node, _, leaf = identifier.rpartition("/")
    return Requirement(
        id=identifier,
        statement=statement[0].upper() + statement[1:],
        level="data",
        obligation="derived",
        family="derived",
        node=node,
        path=(leaf,),
        expected=expected,
        section=fact.section,
        line=fact.line,
        blocked_by=blocked_by,
        derived_from=source,
    )


def _choices(facts: Facts) -> Iterator[Requirement]:
    for choice in facts.columns.choices:
        yield from _choice(table_noun(facts.table.display_name), choice)


def _choice(table: TableNoun, choice: Choice) -> Iterator[Requirement]:
    source, called = f"column/{choice.name}/option", column_noun(choice.name)
    for option in choice.options:
        value, node = option.value, f"derived/{source}/{option.value}"
        says = f"{table.a_noun} that is given the {called} {value} keeps it ({choice.name})."
        yield _require(f"{node}/stored", says, value, f"{source}/{value}/exists", option)
        says = f'{table.a_noun} with the {called} {value} shows it as "{option.label}" ({choice.name}).'
        yield _require(f"{node}/named", says, option.label, f"{source}/{value}/label", option, f"{node}/stored")
    says = (
        f"{indefinite(called)} that is not listed is refused, and the {table.noun} keeps what it had ({choice.name})."
    )
    identifier = f"derived/column/{choice.name}/unlisted-refused"
    yield _require(identifier, says, "refused", f"{source}/*/exists", choice.options[0])
    for sort, words in UNLISTED.items():
        node = f"derived/column/{choice.name}/unlisted/{sort}"
        says = f"A number that is not listed, and is {words}, is refused as the {called} ({choice.name})."
        yield _require(f"{node}/refused", says, "refused", f"{source}/*/exists", choice.options[0])
        says = f"Such a number ({sort}) is refused beside a listed one as well, and neither is kept ({choice.name})."
        gate = f"{node}/refused"
        yield _require(f"{node}/beside-refused", says, "refused", f"{source}/*/exists", choice.options[0], gate)


def _lookups(facts: Facts) -> Iterator[Requirement]:
    for lookup in facts.columns.lookups:
        yield from _lookup(table_noun(facts.table.display_name), lookup)


def _lookup(table: TableNoun, lookup: Lookup) -> Iterator[Requirement]:
    node, name, first = f"column/{lookup.name}", lookup.name, lookup.targets[0]
    for target in lookup.targets:
        says = f"{table.a_noun} can be made to refer to a record of {target.table}, and says rightly which ({name})."
        source = f"{node}/target/{target.table}"
        yield _require(f"derived/{source}/accepted", says, target.table, source, target)
    source = f"{node}/target/*"
    says = f"A record of a table that is not listed is refused in {name}, and the {table.noun} keeps what it had."
    yield _require(f"derived/{node}/non-target-refused", says, "refused", source, first)
    says = f"{table.a_noun} that refers to a record in {name} can be made to refer to none."
    yield _require(f"derived/{node}/cleared", says, None, source, first)
    says = f"{table.a_noun} that refers to a record in {name} is found nowhere any more once it is deleted."
    yield _require(f"derived/{node}/deleted", says, "gone", source, first)
    if len(lookup.targets) > 1:
        says = f"{table.a_noun} that is made to refer to another record in {name} refers to that one only."
        yield _require(f"derived/{node}/replaced", says, "one", source, first)
        says = f"By the name that leads to records of one table, {name} does not come to refer to one of another table."
        yield _require(f"derived/{node}/other-target-refused", says, "refused", source, first)
    says = f"By a name that is not declared, {name} does not come to refer to any record: the attempt is refused."
    yield _require(f"derived/{node}/undeclared-refused", says, "refused", source, first)
    says = f"A record that does not exist is refused in {name}, and the {table.noun} keeps what it had."
    yield _require(f"derived/{node}/nobody-refused", says, "refused", source, first)


def _many_to_one(facts: Facts) -> Iterator[Requirement]:
    documented = {
        f"column/{lookup.name}/target/{target.table}" for lookup in facts.columns.lookups for target in lookup.targets
    }
    for relationship in facts.many_to_one:
        target = f"column/{relationship['ReferencingAttribute']}/target/{relationship['ReferencedEntity']}"
        gate = (f"derived/{target}/accepted",) if target in documented else ()
        yield from _parent(table_noun(facts.table.display_name), relationship, gate)


def _parent(table: TableNoun, relationship: Relationship, gate: tuple[str, ...]) -> Iterator[Requirement]:
    name, other = relationship.schema_name, relationship["ReferencedEntity"]
    source, node = f"relationship/{name}", f"derived/relationship/{name}"
    fact = relationship.properties["CascadeConfiguration"]
    inherits = fact.value["Share"] == "Cascade"
    for act in ACTS:
        value = fact.value[act]
        says = f"{table.cascade_effect(act, value, other)} ({name}, {act}: {value})."
        also = (f"{node}/share",) if act == "Unshare" and inherits else ()
        yield _require(f"{node}/{act.lower()}", says, value, f"{source}/cascade/{act}", fact, *gate, *also)
    if inherits:
        says = (
            f"{table.a_noun} that comes to refer to a shared record of {other} is shared along with it "
            f"({name}, Share: Cascade)."
        )
        yield _require(f"{node}/share-of-new", says, "Cascade", f"{source}/cascade/Share", fact, *gate)
    yield from _without_exception(table, relationship, gate)
    member = "ReferencingEntityNavigationPropertyName"
    fact = relationship.properties[member]
    says = f"{table.a_noun} leads by the name {fact.value} to its record of {other}, and that record leads back to it."
    navigation = _require(f"{node}/navigation", says, fact.value, f"{source}/{member}", fact, *gate)
    yield from _with_expanded(table, navigation, other)
    yield from _ways_to_parent(table, relationship, gate)


def _ways_to_parent(table: TableNoun, relationship: Relationship, gate: tuple[str, ...]) -> Iterator[Requirement]:
    """Every other way to the same link, and that nothing of a deleted record is left on any."""
    name, other = relationship.schema_name, relationship["ReferencedEntity"]
    source, node = f"relationship/{name}", f"derived/relationship/{name}"
    member = "ReferencingEntityNavigationPropertyName"
    way, column = relationship.properties[member], relationship.properties["ReferencingAttribute"]
    # Whoever cannot free a conversation in the usual way is told so once.
    freed = (*gate, f"derived/column/{column.value}/cleared") if gate else ()
    says = f"{table.a_noun} that refers to a record of {other} says that {way.value} leads there."
    yield _require(f"{node}/annotated", says, way.value, f"{source}/{member}", way, *gate)
    says = f"{table.a_noun} can be pointed to a record of {other} by its address in {way.value}, and freed of it."
    yield _require(f"{node}/reference", says, way.value, f"{source}/{member}", way, *freed)
    says = f"A record of {other} can take {table.a_noun} by its address at its own end, and let it go ({name})."
    yield _require(f"{node}/reference-back", says, way.value, f"{source}/{member}", way, *freed, f"{node}/navigation")
    says = f"{table.a_noun} is found by its record of {other} ({column.value}, {way.value}), and no other is."
    yield _require(f"{node}/filter", says, column.value, f"{source}/ReferencingAttribute", column, *gate)
    says = f"A record of {other} that is deleted, and what became of it, is found in no other way either ({name})."
    fact = relationship.properties["CascadeConfiguration"]
    effect, gates = fact.value["Delete"], (f"{node}/delete", f"{node}/filter")
    yield _require(f"{node}/delete-everywhere", says, effect, f"{source}/cascade/Delete", fact, *gates)


def _without_exception(table: TableNoun, relationship: Relationship, gate: tuple[str, ...]) -> Iterator[Requirement]:
    """Cascade makes no exception, goes from the record to its rows alone, and ends with the link."""
    name, other = relationship.schema_name, relationship["ReferencedEntity"]
    source, node = f"relationship/{name}/cascade", f"derived/relationship/{name}"
    fact = relationship.properties["CascadeConfiguration"]
    for act in (act for act in ACTS if act != "Reparent" and fact.value[act] == "Cascade"):
        for kind in ALL_ALIKE:
            says = f"{table.alike_effect(act, kind, other)} ({name}, {act}: Cascade)."
            also = (f"{node}/share-of-{kind}",) if act == "Unshare" and fact.value["Share"] == "Cascade" else ()
            needed = (f"{node}/{act.lower()}", *also)
            yield _require(f"{node}/{act.lower()}-of-{kind}", says, "Cascade", f"{source}/{act}", fact, *needed)
    if fact.value["Reparent"] == "Cascade":
        for end in ENDS:
            says = f"{table.end_of_access(end, other)} ({name}, Reparent: Cascade)."
            also = (
                (f"derived/column/{relationship['ReferencingAttribute']}/cleared",) if gate and end == "cleared" else ()
            )
            needed = (f"{node}/reparent", *also)
            yield _require(f"{node}/reparent-{end}", says, "Cascade", f"{source}/Reparent", fact, *needed)
    says = f"{table.one_direction(other)} ({name})."
    # What cannot be seen to be deleted cannot be seen to leave its record alone.
    seen = (*gate, f"derived/column/{relationship['ReferencingAttribute']}/deleted") if gate else ()
    yield _require(f"{node}/one-direction", says, "as it was", f"{source}/*", fact, *seen)


def _one_to_many(facts: Facts) -> Iterator[Requirement]:
    table = table_noun(facts.table.display_name)
    for relationship in facts.one_to_many:
        name, other = relationship.schema_name, relationship["ReferencingEntity"]
        source, node = f"relationship/{name}", f"derived/relationship/{name}"
        member = "ReferencingAttribute"
        fact = relationship.properties[member]
        says = f"A record of {other} can be made for {table.a_noun}, and says in {fact.value} for which ({name})."
        yield _require(f"{node}/related-row", says, fact.value, f"{source}/{member}", fact)
        member = "ReferencedEntityNavigationPropertyName"
        fact = relationship.properties[member]
        says = f"{table.a_noun} lists by the name {fact.value} its own records of {other}, and no others."
        gate = f"{node}/related-row"
        navigation = _require(f"{node}/navigation", says, fact.value, f"{source}/{member}", fact, gate)
        yield from _with_expanded(table, navigation, other)
        says = f"{table.a_noun} lets its record of {other} go by its address in {fact.value}, and takes it again."
        yield _require(f"{node}/reference", says, fact.value, f"{source}/{member}", fact, f"{node}/related-row")
        member = "ReferencingAttribute"
        fact = relationship.properties[member]
        says = f"A record of {other} is found by {fact.value}, which names its {table.noun}, and no other is ({name})."
        yield _require(f"{node}/filter", says, fact.value, f"{source}/{member}", fact, f"{node}/related-row")


def _with_expanded(table: TableNoun, navigation: Requirement, other: str) -> Iterator[Requirement]:
    """Yield what says that a navigation property can be followed, and that it can be expanded."""
    yield navigation
    says = f"{table.a_noun} and its records of {other} can be looked up together by the name {navigation.expected}."
    source = navigation.derived_from or ""
    yield _require(f"{navigation.node}/expanded", says, navigation.expected, source, navigation, navigation.id)
