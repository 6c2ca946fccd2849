"""Rows and links: what a scenario starts from, and that its other rows stayed as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataverse_tck.acts.cost import costs
from dataverse_tck.acts.errors import Aside, WrongError
from dataverse_tck.acts.refusals import along, expect_allowed, expect_way
from dataverse_tck.acts.stage import lowered, value_of
from dataverse_tck.acts.unchanged import _called
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.readings import NAMESPACE
from dataverse_tck.webapi.http.answer import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataverse_tck.acts.scene import Scene
    from dataverse_tck.acts.stage import Link
    from dataverse_tck.webapi.rows.records import Row

KIND = f"{NAMESPACE}.lookuplogicalname"


def linked_id(scene: Scene, role: str, column: str) -> str | None:
    """Return the id that a conversation holds in a lookup column; raises WrongError when the row is gone."""
    row = scene.read(role, value_of(column))
    if row is None:
        raise WrongError(f"the {_called(role)} is gone", observed="gone")
    return lowered(row.get(value_of(column)))


@costs(1)
def link_to(scene: Scene, name: str, target: str = "record") -> None:
    """Link the conversation to a record, by the documented navigation property; the answer is kept."""
    link = scene.stage.links[name]
    scene.links.setdefault("record", link)
    scene.links["conversation"] = link
    if scene.denied is None:
        scene.deed(scene.records.bind(scene.rows["conversation"], link.navigation, scene.rows[target]))


@costs(1)
def link_to_alien(scene: Scene) -> None:
    """Try to link the conversation to a record of another kind in the same way."""
    link_to(scene, scene.links["record"].name, "alien")


@costs(1)
def clear(scene: Scene) -> None:
    """Clear the link of the conversation."""
    scene.deed(scene.records.bind(scene.rows["conversation"], scene.links["record"].navigation, None))


@costs(1)
def names_it(scene: Scene, column: str, table: str) -> Json:
    """The conversation names the record, of the right kind."""
    seen, wanted = _named(scene, column), scene.rows["record"].id
    kind = seen.get(f"{value_of(column)}@{KIND}")
    if kind is None:  # annotations are a wish; the documented way to the record tells its kind as well
        follow(scene, scene.links["conversation"].navigation, wanted)
    elif kind != table:
        raise WrongError(f"The conversation calls the record of {table} a record of {kind!r}.", observed=kind)
    return table


def _named(scene: Scene, column: str) -> Mapping[str, Json]:
    """Return the conversation once it names the record."""
    scene.expect_not_denied()
    record, conversation, way = scene.rows["record"], scene.rows["conversation"], scene.links["conversation"].navigation
    table, wanted = record.table, record.id
    expect_allowed(
        scene,
        f"Linking a conversation to a record of {table}",
        again=lambda: scene.records.bind(conversation, way, record),
        control=lambda: scene.records.bind(conversation, way, None),
        but="linking it to nothing",
        link=(conversation, record),
    )
    seen = scene.eventually(
        lambda: scene.read("conversation", value_of(column)) or {},
        lambda row: lowered(row.get(value_of(column))) == wanted,
        effect=("link",),
    )
    if lowered(seen.get(value_of(column))) != wanted:
        raise WrongError(
            f"The endpoint said yes, but the conversation names {seen.get(value_of(column))!r} in {column}, "
            f"not the record of {table}.",
            observed=seen.get(value_of(column)),
        )
    return seen


@costs(1)
def names_nothing(scene: Scene) -> None:
    """The conversation names nothing in the column any more."""
    conversation, link = scene.rows["conversation"], scene.links["record"]
    expect_allowed(
        scene,
        "Clearing the link of a conversation",
        again=lambda: scene.records.bind(conversation, link.navigation, None),
        control=lambda: scene.records.bind(conversation, link.navigation, scene.rows["record"]),
        but="linking it to its record again",
    )
    column = link.column
    seen = scene.eventually(
        lambda: linked_id(scene, "conversation", column), lambda found: found is None, effect=("link", "clearing")
    )
    if seen is not None:
        raise WrongError(f"The endpoint said yes, but the conversation still names {seen} in {column}.", observed=seen)


@costs(2)
def names_only_it(scene: Scene, column: str, table: str) -> Json:
    """The conversation names the new record, and the old one does not lead to it any more."""
    _named(scene, column)
    old = scene.rows["old record"]
    way = scene.stage.tables.of(scene.stage.conversation).collections.get(scene.links["old record"].name)
    if way:
        mine = scene.rows["conversation"].id
        try:
            seen = scene.eventually(
                lambda: _listed(scene, old, way), lambda found: mine not in found, effect=("link", "clearing")
            )
        except Refused:  # judged where that way is the matter
            return "one"
        if mine in seen:
            said = (
                f"It names the record of {table}, but that of {old.table}, which it was about before, still lists it."
            )
            raise WrongError(said, observed="both")
    return "one"


@costs(1)
def go_there(scene: Scene) -> None:
    """Take the way between the two as the scenario's deed; what is found there is checked after."""
    scene.deed(scene.records.send("GET", f"{scene.rows['conversation'].path}/{scene.links['record'].navigation}"))


@costs(1)
def arrives(scene: Scene, name: str) -> Json:
    """The documented navigation property of the conversation leads to the record."""
    follow(scene, name, scene.rows["record"].id)
    return name


def follow(scene: Scene, navigation: str, wanted: str) -> None:
    """Follow a single-valued navigation property of the conversation; it must lead to the wanted id."""
    table = scene.stage.tables.of(scene.links["conversation"].table)
    path = f"{scene.rows['conversation'].path}/{navigation}?$select={table.primary_id}"
    answer = scene.records.send("GET", path)
    if answer.status >= 300:
        expect_way(scene, f"{navigation} of the conversation", answer, scene.rows["record"])
    document = answer.json() if answer.status == 200 else None
    found = document.get(table.primary_id) if isinstance(document, dict) else None
    if lowered(found) != wanted:
        seen = f"to {found!r}" if answer.status == 200 else f"nowhere ({answer.summary()})"
        raise WrongError(f"{navigation} of the conversation leads {seen}, not to its record.", observed=found)


@costs(1)
def leads_back(scene: Scene) -> Json | Aside:
    """The record lists its conversation, and not the one of the other record."""
    link = scene.links["record"]
    way = scene.stage.tables.of(scene.stage.conversation).collections.get(link.name)
    if way is None:
        return no_way_back(link)
    mine = scene.rows["conversation"].id
    seen = scene.eventually(
        lambda: _ids(scene, scene.rows["record"], way), lambda found: found == {mine}, effect=("link",)
    )
    if seen != {mine}:
        raise WrongError(
            f"{way} of the record lists {sorted(seen) or 'nothing'}, not its conversation alone.", sorted(seen)
        )
    return link.navigation


def no_way_back(link: Link) -> Aside:
    """What is said of the collection at the other end, whose name the reference does not state."""
    return Aside(Outcome.NOT_OBSERVABLE, f"the endpoint declares no way back from {link.table} ({link.name})")


def _ids(scene: Scene, record: Row, way: str) -> set[str]:
    what, mine = f"{way} of a record of {record.table}", scene.rows["conversation"]
    return along(scene, what, lambda: _listed(scene, record, way), mine)


def _listed(scene: Scene, record: Row, way: str) -> set[str]:
    key = scene.stage.tables.of(scene.stage.conversation).primary_id
    return {str(row.get(key)).lower() for row in scene.listed(f"{record.path}/{way}?$select={key}")}
