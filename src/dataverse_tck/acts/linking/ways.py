"""The other ways to a link and to a row: by address, by filter, by annotation; and none to what is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from dataverse_tck.acts.cost import costs
from dataverse_tck.acts.errors import Aside, WrongError
from dataverse_tck.acts.linking.links import KIND, no_way_back
from dataverse_tck.acts.scene import expect_decided
from dataverse_tck.acts.stage import lowered, value_of
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.readings import NAMESPACE
from dataverse_tck.webapi.http.answer import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataverse_tck.acts.scene import Scene
    from dataverse_tck.webapi.rows.records import Row

FOUND = ("link", "filter")
GONE = ("link", "deletion", "end in lists")  # what is waited for, after what it hangs on
WAY = f"{NAMESPACE}.associatednavigationproperty"


@costs(1)
def says_the_way(scene: Scene) -> Json | Aside:
    """Where annotations come with the link, they name the documented navigation property; where not, nobody can see."""
    link, wanted = scene.links["conversation"], scene.rows["record"].id
    name = value_of(link.column)
    row: Mapping[str, Json] = scene.eventually(
        lambda: scene.read("conversation", name) or {}, lambda seen: lowered(seen.get(name)) == wanted, effect=("link",)
    )
    if lowered(row.get(name)) != wanted:
        raise WrongError(f"The conversation has lost its record of {link.table}.", observed=row.get(name))
    said = row.get(f"{name}@{WAY}")
    if said not in (None, link.navigation):
        raise WrongError(
            f"The conversation says that {said} leads to its record of {link.table}, not {link.navigation}.",
            observed=said,
        )
    absent = [term for term in (KIND, WAY) if f"{name}@{term}" not in row]
    if absent:
        return Aside(Outcome.NOT_OBSERVABLE, f"{name} was read with annotations and comes without {', '.join(absent)}")
    return link.navigation


@costs(1)
def refer(scene: Scene, name: str) -> None:
    """Link the conversation to the record by a reference in the documented navigation property; the answer is kept."""
    link = scene.links["record"] = scene.links["conversation"] = scene.stage.links[name]
    target = f"{scene.rows['conversation'].path}/{link.navigation}/$ref"
    scene.deed(scene.records.send("PUT", target, _reference(scene, scene.rows["record"])))


@costs(3)
def refers_until_freed(scene: Scene) -> Json:
    """The conversation names the record; freed of the reference in the same property, it names nothing."""
    link = scene.links["record"]
    scene.expect_allowed(f"Linking a conversation to a record of {link.table} by a reference in {link.navigation}")
    _expect_named(scene, "conversation", link.column, scene.rows["record"].id)
    scene.deed(scene.records.send("DELETE", f"{scene.rows['conversation'].path}/{link.navigation}/$ref"))
    scene.expect_allowed(f"Taking the reference out of {link.navigation} of a conversation")
    _expect_named(scene, "conversation", link.column, None)
    return link.navigation


@costs(4)
def can_be_taken(scene: Scene) -> Json | Aside:
    """The collection at the other end takes the conversation by reference, and lets it go."""
    link = scene.links["record"]
    way = scene.stage.tables.of(scene.stage.conversation).collections.get(link.name)
    if way is None:
        return no_way_back(link)
    _take(scene, "record", way, "conversation", link.column)
    _let_go(scene, "record", way, "conversation", link.column)
    return link.navigation


@costs(4)
def can_be_let_go(scene: Scene) -> Json:
    """The documented collection of the conversation lets its record go by reference, and takes it again."""
    link = scene.links["record"]
    _let_go(scene, "conversation", link.navigation, "record", link.column)
    _take(scene, "conversation", link.navigation, "record", link.column)
    return link.navigation


def _take(scene: Scene, holder: str, way: str, member: str, column: str) -> None:
    scene.deed(
        scene.records.send("POST", f"{scene.rows[holder].path}/{way}/$ref", _reference(scene, scene.rows[member]))
    )
    scene.expect_allowed(f"Putting a reference into {way} of the {holder}")
    _expect_named(scene, member, column, scene.rows[holder].id)


def _let_go(scene: Scene, holder: str, way: str, member: str, column: str) -> None:
    scene.deed(scene.records.send("DELETE", f"{scene.rows[holder].path}/{way}({scene.rows[member].id})/$ref"))
    scene.expect_allowed(f"Taking a reference out of {way} of the {holder}")
    _expect_named(scene, member, column, None)


def _reference(scene: Scene, row: Row) -> dict[str, Json]:
    return {"@odata.id": scene.records.session.url(row.path)}


def _expect_named(scene: Scene, role: str, column: str, wanted: str | None) -> None:
    """Expect what the last deed said yes to: that a row names another one, or nothing."""
    name = value_of(column)

    def look() -> str | None:
        row = scene.read(role, name)
        return "a row that is gone" if row is None else lowered(row.get(name))

    if (seen := scene.eventually(look, lambda found: found == wanted, effect=("link", "reference"))) != wanted:
        raise WrongError(
            f"The endpoint said yes, but the {role} names {seen or 'nothing'} in {column}, not {wanted or 'nothing'}.",
            observed=seen,
        )


@costs(2)
def is_found_by_its_record(scene: Scene) -> Json:
    """Among all conversations it is found by the column, and along the navigation property, and no other is."""
    link, record = scene.links["record"], scene.rows["record"].id
    for name in (value_of(link.column), f"{link.navigation}/{link.stated['ReferencedAttribute',]}"):
        _expect_alone(scene, "conversation", f"{name} eq {record}")
    return link.column


@costs(1)
def is_found_by_its_conversation(scene: Scene) -> Json:
    """Among all records of its table it is found by the column, and no other is."""
    column = scene.links["record"].column
    _expect_alone(scene, "record", f"{value_of(column)} eq {scene.rows['conversation'].id}")
    return column


def _expect_alone(scene: Scene, role: str, condition: str) -> None:
    """Expect that a filter finds this row alone; others beside it are no effect that comes late."""
    mine = scene.rows[role].id
    try:
        seen = scene.eventually(
            lambda: _search(scene, scene.rows[role].table, condition),
            lambda found: mine in found,
            effect=("link", "filter"),
        )
    except Refused as problem:
        if not problem.is_of_what_was_asked():
            raise
        raise WrongError(f"Looking for {condition} is refused: {problem}", observed="refused") from problem
    if seen != {mine}:
        told = f"{len(seen - {mine})} others{' and not' if mine not in seen else ' beside'} the {role} itself"
        raise WrongError(f"Looking for {condition} finds {told}.", observed=len(seen))


@costs(4)
def is_gone_everywhere(scene: Scene) -> Json:
    """The deleted record is found neither by its address nor in a list, and no conversation by it or through it."""
    link, mine = scene.links["record"], scene.rows["conversation"].id
    _expect_gone(scene, "record")
    condition = f"{value_of(link.column)} eq {scene.rows['record'].id}"
    if mine in scene.eventually(
        lambda: _search(scene, scene.stage.conversation, condition),
        lambda seen: mine not in seen,
        effect=GONE,
    ):
        raise WrongError(f"Looking for {condition} still finds the conversation.", observed="found by its column")
    _expect_not_listed(scene)
    return str(link.stated["CascadeConfiguration", "Delete"])


def _expect_not_listed(scene: Scene) -> None:
    """Expect that the record does not list the conversation; one that is gone itself need not answer at all."""
    table, mine = scene.stage.tables.of(scene.stage.conversation), scene.rows["conversation"].id
    way = table.collections.get(scene.links["record"].name)

    def look() -> set[str]:
        try:
            return _ids(scene, f"{scene.rows['record'].path}/{way}?$select={table.primary_id}", table.primary_id)
        except Refused as problem:  # judged where that way is the matter
            expect_decided(problem.answer)
            return set()

    if way and mine in scene.eventually(look, lambda seen: mine not in seen, effect=GONE):
        raise WrongError(f"{way} of the record still lists the conversation.", observed="listed by its record")


@costs(1)
def delete_conversation(scene: Scene) -> None:
    """Delete the conversation itself."""
    scene.expect_done(scene.deed(scene.records.delete(scene.rows["conversation"])), "deleting a conversation")


@costs(3)
def is_nowhere(scene: Scene) -> Json:
    """The deleted conversation is found neither by its address nor in a list, nor through its record."""
    _expect_gone(scene, "conversation")
    _expect_not_listed(scene)
    return "gone"


def _expect_gone(scene: Scene, role: str) -> None:
    """Expect that a deleted row is found neither by its address nor in a list that asks for it."""
    row = scene.rows[role]
    key = scene.stage.tables.of(row.table).primary_id
    if scene.eventually(lambda: scene.read(role, key), lambda seen: seen is None) is not None:
        raise WrongError(f"The deleted {role} is still there by its address.", observed="there by its address")
    if row.id in scene.eventually(
        lambda: _search(scene, row.table, f"{key} eq {row.id}"), lambda seen: row.id not in seen
    ):
        raise WrongError(f"The deleted {role} is still in the list of {row.table}.", observed="listed")


def _search(scene: Scene, name: str, condition: str) -> set[str]:
    """Return the ids of the rows of a table that meet a condition."""
    table = scene.stage.tables.of(name)
    return _ids(
        scene,
        f"{table.entity_set}?$select={table.primary_id}&$filter={quote(condition, safe='/')}",
        table.primary_id,
    )


def _ids(scene: Scene, target: str, key: str) -> set[str]:
    return {str(row.get(key)).lower() for row in scene.listed(target)}
