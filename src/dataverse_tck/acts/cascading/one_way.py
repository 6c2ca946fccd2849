"""What happens to a conversation, and that nothing of it happens to the record that it is linked to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataverse_tck.acts.cascading import alike, cascades, shares
from dataverse_tck.acts.cost import RowOf, costs
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.scene import Rights
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.webapi.rows import sharing

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Scene

OWNER = cascades.OWNER


@costs(3, RowOf.AS_BEFORE, RowOf.CONVERSATION)
def make_clock_alike(scene: Scene) -> None:
    """Make another record of the same kind with a conversation that follows it, to tell when effects show."""
    linked = alike.make_linked_at_once(scene, scene.links["record"].name, "clock record", "clock")
    if not scene.eventually(lambda: (scene.read("clock", linked) or {}).get(linked), bool, effect=("link",)):
        raise UnfitError(Outcome.NOT_TESTABLE, "the conversation made for comparison could not be linked")


@costs(8)
def happens(scene: Scene) -> None:
    """Share the conversation with the colleague, assign it to them, delete it: each seen to be done."""
    colleague, row = scene.stage.colleague(), scene.rows["conversation"]
    _note_record(scene)
    scene.expect_done(scene.deed(shares.grant(scene, row, shares.OF_ITSELF)), "sharing a conversation")
    scene.expect_done(scene.deed(sharing.assign(scene.records, row, colleague)), "assigning a conversation")
    owner = scene.eventually(lambda: _owner(scene), lambda seen: seen == colleague.id)
    if owner != colleague.id:
        said = f"the conversation was assigned to {colleague.name} and belongs to {owner}"
        raise UnfitError(Outcome.NOT_TESTABLE, said)
    scene.expect_done(scene.deed(scene.records.delete(row)), "deleting a conversation")
    if scene.eventually(lambda: scene.read("conversation", OWNER), lambda seen: seen is None) is not None:
        raise UnfitError(Outcome.NOT_TESTABLE, "the conversation was deleted and is still there")
    scene.expect_done(
        scene.deed(sharing.assign(scene.records, scene.rows["clock record"], colleague)),
        "assigning the record that stands beside it for comparison",
    )
    scene.ticks = cascades.TICKS["Assign"]


def _owner(scene: Scene) -> Json:
    owner = (scene.read("conversation", OWNER) or {}).get(OWNER)
    return owner.lower() if isinstance(owner, str) else owner


def _note_record(scene: Scene) -> None:
    """Note whose the record is, and what the colleague may do with it."""
    row = scene.read("record", OWNER)
    if row is None:
        raise UnfitError(Outcome.NOT_TESTABLE, "the record that was just made cannot be read")
    scene.before["record"] = row
    try:
        seen = shares.rights(scene, "record")
    except UnfitError as problem:  # whether it is shared cannot be told; whether it is deleted or assigned can
        scene.unseen = problem
        return
    scene.rights["record"] = shares.apart(seen)
    if seen.direct is None and not shares.DIRECT & ~scene.rights["record"].together:
        said = f"{scene.stage.colleague().name} may read the record anyway, so a share would not show"
        scene.unseen = UnfitError(Outcome.NOT_OBSERVABLE, said)


@costs(3)
def record_as_it_was(scene: Scene) -> Json:
    """The record is there, belongs to whom it did, and is not shared with the colleague."""
    scene.tick()
    row = scene.read("record", OWNER)
    if row is None:
        raise WrongError("The record was deleted with its conversation.", observed="deleted")
    before = scene.before["record"].get(OWNER)
    if row.get(OWNER) != before:
        said = (
            f"The record was assigned with its conversation: it belonged to {before} and belongs to {row.get(OWNER)}."
        )
        raise WrongError(said, observed="assigned")
    if scene.unseen is not None:
        raise scene.unseen
    if (seen := shares.apart(shares.rights(scene, "record"))) != scene.rights["record"]:
        said = f"The record was shared with its conversation: the colleague had {_words(scene.rights['record'])} on it"
        raise WrongError(f"{said} and has {_words(seen)}.", observed="shared")
    return "as it was"


def _words(rights: Rights) -> str:
    return sharing.words_of(rights.together)
