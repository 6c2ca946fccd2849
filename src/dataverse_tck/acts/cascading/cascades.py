"""What happens to a record, and what has to happen to its conversation then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from dataverse_tck.acts import refusals, stage, unchanged
from dataverse_tck.acts.cascading import shares
from dataverse_tck.acts.cost import RowOf, costs
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.linking import links
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.webapi.rows import sharing
from dataverse_tck.webapi.rows.factory import BIND
from dataverse_tck.webapi.rows.records import NotMade

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Scene
    from dataverse_tck.webapi.http.answer import Answer
    from dataverse_tck.webapi.rows.records import Row

OWNER = "_ownerid_value"


def _delete(scene: Scene, record: Row) -> Answer:
    return scene.records.delete(record)


def _assign(scene: Scene, record: Row) -> Answer:
    return sharing.assign(scene.records, record, scene.stage.colleague())


def _share(scene: Scene, record: Row) -> Answer:
    return shares.grant(scene, record, shares.OF_THE_RECORD)


def _unshare(scene: Scene, record: Row) -> Answer:
    return shares.revoke(scene, record)


DEEDS: Mapping[str, Callable[[Scene, Row], Answer]] = {
    "Delete": _delete,
    "Assign": _assign,
    "Share": _share,
    "Unshare": _unshare,
}


@costs(3)
def happens(scene: Scene, action: str) -> None:
    """Let something happen to the record; where a clock stands beside it, to the record of the clock as well."""
    if action in ("Share", "Unshare"):  # who owns a row is seen where shares are not
        shares.note_rights(scene)
    if scene.links["record"].stated[("CascadeConfiguration", action)] != "Cascade":
        unchanged.watch(scene, "conversation")  # it has to stay as it is, or nearly so
    for role in ("record", "clock record"):
        if role in scene.rows:
            answer = scene.deed(DEEDS[action](scene, scene.rows[role]))
            if role == "record" and answer.status >= 400 and (denied := _denied(scene, action)) is not None:
                scene.denied = denied
                return
            scene.expect_done(scene.answer or answer, f"the deed itself ({action})")
    scene.ticks = TICKS.get(action)


def _denied(scene: Scene, action: str) -> str | None:
    """Say that the conversation alone keeps the deed from being done; None where it is refused without one as well.

    A refusal is an excuse only while its control is refused too. Seen once it may have been chance: it is tried again.
    """
    table = scene.rows["record"].table
    control = DEEDS[action](scene, scene.records.make(table))
    again = scene.deed(DEEDS[action](scene, scene.rows["record"]))
    if control.status >= 400 or again.status < 400:
        return None
    return (
        f"{action} of the record of {table} is refused while a conversation refers to it ({again.summary()}); "
        "of a record without conversations it is accepted."
    )


def _clock_is_assigned(scene: Scene) -> bool:
    return _owner(scene, "clock") == scene.stage.colleague().id


TICKS: Mapping[str, Callable[[Scene], bool]] = {
    "Assign": _clock_is_assigned,
    "Share": shares.clock_is_shared,
    "Unshare": shares.clock_is_not_shared,
}


@costs(1)
def is_gone(scene: Scene) -> Json:
    """The conversation was deleted along."""
    scene.expect_not_denied()
    if (
        scene.eventually(lambda: scene.read("conversation"), lambda row: row is None, effect=("link", "deletion"))
        is not None
    ):
        raise WrongError("The conversation is still there.", observed="still there")
    return "Cascade"


@costs(1)
def loses_its_link(scene: Scene) -> Json:
    """The conversation stays, and names the record no more."""
    scene.expect_not_denied()
    column = scene.links["record"].column
    left = scene.eventually(
        lambda: links.linked_id(scene, "conversation", column), lambda seen: seen is None, effect=("link", "deletion")
    )
    if left is not None:
        raise WrongError(f"The conversation still names the deleted record in {column}.", observed="link kept")
    unchanged.as_it_was(scene, "conversation", but=stage.value_of(column))
    return "RemoveLink"


@costs(1)
def follows_to_colleague(scene: Scene) -> Json:
    """The conversation was assigned along."""
    scene.expect_not_denied()
    wanted = scene.stage.colleague().id
    owner = scene.eventually(
        lambda: _owner(scene, "conversation"), lambda seen: seen == wanted, effect=("link", "assignment")
    )
    if owner != wanted:
        raise WrongError("The conversation still belongs to somebody else than the colleague.", observed=owner)
    return "Cascade"


@costs(1)
def keeps_its_owner(scene: Scene) -> Json:
    """The conversation was not assigned along."""
    scene.expect_not_denied()
    scene.tick()
    owner, before = _owner(scene, "conversation"), scene.before["conversation"].get(OWNER)
    if owner != before:
        raise WrongError(f"The conversation belonged to {before} and now belongs to {owner}.", observed=owner)
    return "NoCascade"


def _owner(scene: Scene, role: str) -> str | None:
    row = scene.read(role, OWNER)
    if row is None:
        raise WrongError("The conversation is gone.", observed="gone")
    value = row.get(OWNER)
    return value.lower() if isinstance(value, str) else None


@costs(2, RowOf.NAMED)
def make_of_colleague(scene: Scene, table: str) -> None:
    """Make a record that belongs to the colleague."""
    make_owned(scene, "record", table)


@costs(3, RowOf.NAMED, RowOf.CONVERSATION)
def make_clock_of_colleague(scene: Scene, name: str) -> None:
    """Make what the clock of a new link needs: a record of the colleague and a conversation, not linked yet."""
    link = scene.links["clock"] = scene.stage.links[name]
    scene.rows["clock"] = scene.records.make(scene.stage.conversation)
    make_owned(scene, "clock record", link.table)


def make_owned(scene: Scene, role: str, table: str) -> None:
    """Make a record for the colleague: one that had another owner before could go on being assigned, late.

    Where the endpoint takes no owner for a new row, it is assigned, which is over when a conversation has followed.
    """
    colleague = scene.stage.colleague()
    try:
        scene.rows[role] = scene.records.make(table, {f"ownerid{BIND}": f"/{colleague.path}"})
    except NotMade:
        scene.rows[role] = scene.records.make(table)
    if _owner(scene, role) == colleague.id:
        scene.begin()
        return
    follower = _make_follower(scene, role, table)
    answer = scene.deed(sharing.assign(scene.records, scene.rows[role], colleague))
    scene.expect_done(answer, f"assigning a record to {colleague.name}")
    if (
        scene.eventually(lambda: _owner(scene, role), lambda owner: owner == colleague.id, effect=("assignment",))
        != colleague.id
    ):
        raise UnfitError(Outcome.NOT_TESTABLE, f"the record could not be assigned to {colleague.name}")
    if follower is not None:
        scene.eventually(lambda: _owner(scene, follower), lambda owner: owner == colleague.id)
    scene.let_settle()


def _make_follower(scene: Scene, role: str, table: str) -> str | None:
    """Link a conversation to a record where conversations follow its owner; return its role, None where they do not."""
    ways = [link for link in scene.stage.links.values() if link.many_to_one and link.table == table]
    link = next((one for one in ways if one.stated[("CascadeConfiguration", "Assign")] == "Cascade"), None)
    if link is None:
        return None
    follower = f"follower of the {role}"
    scene.rows[follower] = scene.records.make(scene.stage.conversation)
    answer = scene.deed(scene.records.bind(scene.rows[follower], link.navigation, scene.rows[role]))
    return follower if 200 <= answer.status < 300 else None


@costs(4)
def links_to_owned(scene: Scene, name: str) -> None:
    """Link the conversation to the record of the colleague, and the one of the clock to its record."""
    shares.note_rights(scene)
    links.link_to(scene, name)
    assert scene.answer is not None
    if scene.answer.status >= 400 and not refusals.may_be_excused(scene.answer):
        links.link_to(scene, name)  # once may be chance
        if scene.answer.status >= 400:
            scene.denied = f"Linking a conversation to a record of somebody else is refused: {scene.answer.summary()}"
            return
    scene.expect_done(scene.answer, "linking the conversation to the record")
    if "clock" in scene.rows:
        link = scene.links["clock"]
        scene.deed(scene.records.bind(scene.rows["clock"], link.navigation, scene.rows["clock record"]))
        scene.ticks = shares.clock_opened_up


@costs(2)
def others_as_they_were(scene: Scene) -> Json:
    """Every conversation that nothing should happen to is as it was, shares included where shares are the matter."""
    unchanged.others_as_they_were(scene)
    if scene.rights:
        shares.others_are_not_shared(scene)
    return "as it was"
