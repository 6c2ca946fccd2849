"""Conversations that could be thought an exception, and that Cascade reaches all the same: closed, of somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from dataverse_tck.acts.cascading import cascades, shares
from dataverse_tck.acts.cost import RowOf, costs
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.stage import lowered, value_of
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.webapi.rows import sharing
from dataverse_tck.webapi.rows.factory import BIND
from dataverse_tck.webapi.rows.records import NotMade, Row

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Rights, Scene
    from dataverse_tck.acts.stage import Stage
    from dataverse_tck.webapi.rows.principals import Principal

STATE, STATUS, OWNER = "statecode", "statuscode", value_of("ownerid")
OPEN = 0  # what Active means in every table of its own, whatever the state is called


@costs(4, RowOf.NAMED, RowOf.CONVERSATION)
def make_closed(scene: Scene, name: str) -> None:
    """Make a record and a conversation linked to it, closed afterwards."""
    linked = make_linked_at_once(scene, name, "record", "conversation")
    told = scene.deed(scene.records.patch(scene.rows["conversation"], closing(scene.stage)))
    scene.expect_done(told, "closing a conversation")
    seen = scene.eventually(lambda: scene.read("conversation", STATE, linked) or {}, _is_closed)
    if not _is_closed(seen):
        raise UnfitError(Outcome.NOT_TESTABLE, f"a conversation that was closed shows {seen.get(STATE)!r} as its state")
    _expect_linked(scene, seen, linked)


@costs(3, RowOf.NAMED, RowOf.CONVERSATION)
def make_of_other(scene: Scene, name: str) -> None:
    """Make a record and a conversation linked to it that belongs to neither its owner nor the colleague."""
    other = scene.stage.third()
    linked = make_linked_at_once(scene, name, "record", "conversation", other)
    seen = scene.eventually(
        lambda: scene.read("conversation", OWNER, linked) or {}, lambda row: lowered(row.get(OWNER)) == other.id
    )
    if lowered(seen.get(OWNER)) != other.id:
        said = f"a conversation that was given to {other.name} belongs to {seen.get(OWNER)!r}"
        raise UnfitError(Outcome.NOT_TESTABLE, said)
    _expect_linked(scene, seen, linked)


@costs(5)
def share_for_a_while(scene: Scene) -> None:
    """Share the record with the colleague, look what they have on the conversation, and share the record no more."""
    cascades.happens(scene, "Share")
    if scene.denied is None:
        scene.meanwhile = scene.eventually(
            lambda: _rights(scene), lambda seen: seen.inherited == shares.INHERITED, effect=("link", "share")
        )
        answer = scene.deed(shares.revoke(scene, scene.rows["record"]))
        scene.expect_done(answer, "ending the share of a record")


@costs(0)
def was_shared_alike(scene: Scene) -> Json:
    """While the record was shared, the colleague had the same rights on the conversation, by inheritance."""
    scene.expect_not_denied()
    assert scene.meanwhile is not None
    if scene.meanwhile.inherited != shares.INHERITED:
        had = sharing.words_of(scene.meanwhile.together)
        said = f"The colleague had {had} on the conversation, not {shares.OF_THE_RECORD} as on the record."
        raise WrongError(said, had)
    return "Cascade"


@costs(1)
def is_shared_no_longer(scene: Scene) -> Json:
    """The colleague has on the conversation what they had before the record was shared."""
    before = scene.rights["conversation"]
    seen = scene.eventually(lambda: _rights(scene), lambda found: found == before, effect=("link", "unshare"))
    if seen != before:
        has = sharing.words_of(seen.together)
        raise WrongError(f"The record is no longer shared, and the colleague has {has} on the conversation.", has)
    return "Cascade"


def _rights(scene: Scene) -> Rights:
    return shares.apart(shares.rights(scene, "conversation"))


def make_linked_at_once(scene: Scene, name: str, record: str, conversation: str, owner: Principal | None = None) -> str:
    """Make a record and a conversation that is linked to it from the start; return the property with the link."""
    link = scene.stage.links[name]
    scene.links[record] = scene.links[conversation] = link
    scene.rows[record] = scene.records.make(link.table)
    bound = {f"{link.navigation}{BIND}": f"/{scene.rows[record].path}"}
    scene.rows[conversation] = make_for(scene, scene.stage.conversation, owner, bound)
    scene.begin()
    return value_of(link.column)


def make_for(scene: Scene, table: str, owner: Principal | None, values: Mapping[str, Json]) -> Row:
    """Make a row for its owner; assigned afterwards where it cannot be made so. None: whoever makes it owns it."""
    if owner is None:
        return scene.records.make(table, values)
    try:
        return scene.records.make(table, {**values, f"ownerid{BIND}": f"/{owner.path}"})
    except NotMade:
        row = scene.records.make(table, values)
        scene.expect_done(sharing.assign(scene.records, row, owner), f"assigning a row of {table} to {owner.name}")
        return row


def _is_closed(row: Mapping[str, Json]) -> bool:
    return row.get(STATE) not in (None, OPEN)


def _expect_linked(scene: Scene, seen: Mapping[str, Json], linked: str) -> None:
    if lowered(seen.get(linked)) != scene.rows["record"].id:
        table = scene.rows["record"].table
        raise UnfitError(Outcome.NOT_TESTABLE, f"a conversation could not be linked to a record of {table}")


def closing(stage: Stage) -> Mapping[str, Json]:
    """Return what is written to close a conversation, tried once for all in a scene of its own."""
    return stage.closing.get(partial(_find_closing, stage))


def _find_closing(stage: Stage) -> Mapping[str, Json]:
    """Return the first way that is accepted; where nothing closes, the last one, for each scenario to see itself."""
    ways = _ways(stage)
    if not ways:
        reason = f"{stage.conversation} declares no other state than the one that is open"
        raise UnfitError(Outcome.NOT_TESTABLE, reason)
    records = stage.records("how a conversation is closed")
    row = records.make(stage.conversation)
    return next((way for way in ways if records.patch(row, way).status < 300), ways[-1])


def _ways(stage: Stage) -> list[Mapping[str, Json]]:
    """Return what can be written to close a conversation: each state that is not open, with its status and alone."""
    ways: list[Mapping[str, Json]] = []
    for state in stage.tables.states(stage.tables.of(stage.conversation)):
        if state.number != OPEN:
            if state.status is not None:
                ways.append({STATE: state.number, STATUS: state.status})
            ways.append({STATE: state.number})
    return ways
