"""Records that belong to a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dataverse_tck.acts import preparations, stage
from dataverse_tck.acts.cost import RowOf, costs
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.refusals import along, expect_allowed
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Scene
    from dataverse_tck.acts.stage import Link
    from dataverse_tck.webapi.http.answer import Answer


@costs(1)
def give(scene: Scene, name: str) -> None:
    """Give the record to the conversation, through the documented column; the answer is kept."""
    scene.links["record"] = scene.stage.links[name]
    if scene.denied is None:
        scene.deed(_give(scene, scene.links["record"], "record", "conversation"))


@costs(6, RowOf.NAMED, RowOf.NAMED)
def make_of_each(scene: Scene, name: str) -> None:
    """Make a record of the conversation and one of the conversation beside it."""
    link = scene.links["record"] = scene.stage.links[name]
    if scene.denied is not None:
        raise UnfitError(Outcome.NOT_TESTABLE, scene.denied)
    for record, conversation in (("record", "conversation"), ("other record", "beside")):
        scene.rows[record] = preparations.make_apart(scene, link.table)
        scene.expect_done(
            scene.deed(_give(scene, link, record, conversation)), f"giving a record of {link.table} to a conversation"
        )
        if _holder(scene, link, record, conversation) != scene.rows[conversation].id:
            raise UnfitError(Outcome.NOT_TESTABLE, f"a record of {link.table} could not be given to a conversation")


@costs(1)
def belongs(scene: Scene, column: str) -> Json:
    """The record names its conversation in the documented column."""
    link = scene.links["record"]
    scene.expect_not_denied()
    record, conversation = scene.rows["record"], scene.rows["conversation"]
    expect_allowed(
        scene,
        f"Giving a record of {link.table} to a conversation",
        again=lambda: _give(scene, link, "record", "conversation"),
        control=lambda: _give(scene, link, "record", None),
        but="taking it from any conversation",
        link=(record, conversation),
    )
    seen = _holder(scene, link, "record", "conversation")
    if seen != scene.rows["conversation"].id:
        raise WrongError(
            f"The endpoint said yes, but the record of {link.table} names {seen!r} in {column}.", observed=seen
        )
    return column


@costs(1)
def open_list(scene: Scene) -> None:
    """Look the records of the conversation up."""
    target = f"{scene.rows['conversation'].path}/{scene.links['record'].navigation}"
    scene.deed(scene.records.send("GET", target))


@costs(1)
def lists_its_own(scene: Scene, name: str) -> Json:
    """The documented navigation property of the conversation lists its record, and not that of another one."""
    link = scene.stage.links[name]
    key = scene.stage.tables.of(link.table).primary_id
    wanted = {scene.rows["record"].id}
    seen = scene.eventually(
        lambda: {str(row.get(key)).lower() for row in _listed(scene, link, key)},
        lambda found: found == wanted,
        effect=("link",),
    )
    if seen != wanted:
        raise WrongError(
            f"{link.navigation} of the conversation lists {sorted(seen) or 'nothing'}, not its own record alone.",
            observed=sorted(seen),
        )
    return link.navigation


def _listed(scene: Scene, link: Link, key: str) -> Sequence[Mapping[str, Json]]:
    target = f"{scene.rows['conversation'].path}/{link.navigation}?$select={key}"
    what = f"{link.navigation} of the conversation"
    return along(scene, what, lambda: scene.listed(target), scene.rows["record"])


def _give(scene: Scene, link: Link, record: str, conversation: str | None) -> Answer:
    way = scene.stage.tables.of(link.table).navigation.get((link.column, scene.stage.conversation))
    if way is None:
        raise UnfitError(
            Outcome.NOT_TESTABLE, f"the endpoint declares no link from {link.table} to a conversation by {link.column}"
        )
    return scene.records.bind(scene.rows[record], way, scene.rows[conversation] if conversation else None)


def _holder(scene: Scene, link: Link, record: str, conversation: str) -> Json:
    name, wanted = stage.value_of(link.column), scene.rows[conversation].id
    row = scene.eventually(
        lambda: scene.read(record, name) or {}, lambda seen: str(seen.get(name)).lower() == wanted, effect=("link",)
    )
    value = row.get(name)
    return value.lower() if isinstance(value, str) else value
