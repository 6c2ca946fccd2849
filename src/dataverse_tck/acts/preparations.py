"""What a scenario starts from: rows made, and seen to be linked."""

from __future__ import annotations

from dataverse_tck.acts.cost import RowOf, costs
from dataverse_tck.acts.errors import UnfitError
from dataverse_tck.acts.linking.links import linked_id
from dataverse_tck.acts.refusals import make_or_deny
from dataverse_tck.acts.scene import Scene
from dataverse_tck.acts.unchanged import watch
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.webapi.rows.records import NotMade, Row


@costs(3, RowOf.CONVERSATION, RowOf.CONVERSATION)
def make_conversations(scene: Scene) -> None:
    """Make the conversation of the scenario and one beside it."""
    for role in ("conversation", "beside"):
        make_or_deny(scene, role, lambda: scene.records.make(scene.stage.conversation))
    if scene.denied is None:
        watch(scene, "beside")


@costs(1, RowOf.NAMED)
def make_record(scene: Scene, table: str) -> None:
    """Make a record of a table, which belongs to no conversation yet."""
    make_or_deny(scene, "record", lambda: make_apart(scene, table))


def make_apart(scene: Scene, table: str) -> Row:
    """Make a record that belongs to no conversation, or where that cannot be, to one of its own.

    Forms demand the conversation of most related records, the Web API does not; made with one, a record that no
    conversation takes could not be told from a record that cannot be made.
    """
    columns = {link.column for link in scene.stage.links.values() if not link.many_to_one and link.table == table}
    try:
        return scene.records.make(table, without=columns)
    except NotMade:
        if not columns:
            raise
        return scene.records.make(table)


@costs(4, RowOf.NAMED, RowOf.CONVERSATION)
def make_linked(scene: Scene, link: str) -> None:
    """Make a record and a conversation linked to it, as the reference says; it is seen to be linked."""
    _make_pair(scene, link, "record", "conversation")


@costs(5, RowOf.AS_BEFORE, RowOf.CONVERSATION)
def make_other(scene: Scene) -> None:
    """Make another record of the same kind, with a conversation linked to it."""
    _make_pair(scene, scene.links["record"].name, "other record", "other")
    watch(scene, "other")


@costs(2, RowOf.CONVERSATION)
def make_loose(scene: Scene) -> None:
    """Make a conversation that is linked to nothing."""
    scene.rows["loose"] = scene.records.make(scene.stage.conversation)
    watch(scene, "loose")


@costs(4, RowOf.NAMED, RowOf.CONVERSATION)
def make_clock(scene: Scene, link: str) -> None:
    """Make a pair that effects are known to show on, to tell when they would have shown elsewhere."""
    _make_pair(scene, link, "clock record", "clock")


@costs(2, RowOf.ANOTHER_KIND)
def make_alien(scene: Scene) -> None:
    """Make a record of a kind that the conversation's column does not take, by reference and by declaration."""
    link, stage = scene.links["record"], scene.stage
    watch(scene, "conversation")
    lookup = stage.readings.lookups.get(link.column)
    declared = (lookup.content or {}).get("Targets") if lookup else None
    taken = {*stage.documented[link.column], *map(str, declared if isinstance(declared, list) else ())}
    reason = "every kind of record that is known is taken"
    for table in dict.fromkeys(item.table for item in stage.links.values() if item.table not in taken):
        try:
            scene.rows["alien"] = scene.records.make(table)
        except NotMade as problem:
            reason = str(problem)
        else:
            return
    raise UnfitError(Outcome.NOT_TESTABLE, f"there is no record of a kind that is not taken: {reason}")


def _make_pair(scene: Scene, name: str, record: str, conversation: str) -> None:
    link = scene.stage.links[name]
    scene.links[record] = scene.links[conversation] = link
    scene.rows[record] = scene.records.make(link.table)
    scene.rows[conversation] = scene.records.make(scene.stage.conversation)
    answer = scene.deed(scene.records.bind(scene.rows[conversation], link.navigation, scene.rows[record]))
    scene.expect_done(answer, f"linking a conversation to a record of {link.table}")
    wanted = scene.rows[record].id
    if (
        scene.eventually(
            lambda: linked_id(scene, conversation, link.column), lambda seen: seen == wanted, effect=("link",)
        )
        != wanted
    ):
        raise UnfitError(Outcome.NOT_TESTABLE, f"a conversation could not be linked to a record of {link.table}")


@costs(4, RowOf.NAMED, RowOf.CONVERSATION)
def set_aside(scene: Scene, table: str) -> None:
    """Make a record of another kind, seen to take another conversation; the one that there was becomes the old one."""
    scene.rows["old record"], scene.links["old record"] = scene.rows["record"], scene.links["record"]
    column = scene.links["old record"].column
    link = next(
        one for one in scene.stage.links.values() if one.many_to_one and (one.table, one.column) == (table, column)
    )
    _make_pair(scene, link.name, "record", "control")
