"""The link to a record ends: what its owner had on the conversation by it goes, what was given directly stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataverse_tck.acts.cascading import cascades, shares
from dataverse_tck.acts.cost import RowOf, costs
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.linking import links
from dataverse_tck.acts.scene import Rights
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.webapi.rows import sharing
from dataverse_tck.webapi.rows.factory import BIND

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Scene
    from dataverse_tck.webapi.rows.sharing import AccessRights

_WANTED = Rights(shares.DIRECT, 0, shares.DIRECT)


@costs(4, RowOf.NAMED, RowOf.CONVERSATION)
def make_open_to_colleague(scene: Scene, name: str) -> None:
    """Make a record of the colleague and a conversation about it that opens up to them, and share it directly too."""
    colleague, link = scene.stage.colleague(), scene.stage.links[name]
    scene.links["record"] = scene.links["conversation"] = link
    cascades.make_owned(scene, "record", link.table)
    scene.rows["conversation"] = scene.records.make(
        scene.stage.conversation, {f"{link.navigation}{BIND}": f"/{scene.rows['record'].path}"}
    )
    scene.begin()
    seen = scene.eventually(lambda: shares.rights(scene, "conversation"), _is_open, effect=("link", "access"))
    if not _is_open(seen):
        said = f"the owner of the record, {colleague.name}, got no right to read the conversation by the link"
        raise UnfitError(Outcome.NOT_TESTABLE, said)
    if seen.inherited is None and not (seen.together or 0) & ~shares.DIRECT:
        raise UnfitError(Outcome.NOT_OBSERVABLE, f"in {seen.surface} a share would hide what the link gives")
    answer = shares.grant(scene, scene.rows["conversation"], shares.OF_ITSELF)
    scene.expect_done(scene.deed(answer), "sharing a conversation")


@costs(1)
def clear(scene: Scene) -> None:
    """Let the conversation be about nothing."""
    links.clear(scene)
    _expect_done(scene, "clearing the link of a conversation")


@costs(2, RowOf.AS_BEFORE)
def move(scene: Scene) -> None:
    """Let the conversation be about another record of the same kind, which belongs to the caller."""
    scene.rows["former record"] = scene.rows["record"]
    scene.rows["record"] = scene.records.make(scene.rows["record"].table)
    links.link_to(scene, scene.links["record"].name)
    _expect_done(scene, "linking a conversation to another record")


@costs(1)
def keeps_own_share(scene: Scene) -> Json:
    """The owner of the former record has on the conversation what was given directly, no more and no less."""
    seen = scene.eventually(
        lambda: shares.apart(shares.rights(scene, "conversation")),
        lambda found: found == _WANTED,
        effect=("link", "end of access"),
    )
    if seen != _WANTED:
        _expect_ended(scene)
        has = sharing.words_of(seen.together)
        said = "keeps what came with the link" if seen.inherited else "does not have what was given directly"
        raise WrongError(
            f"The owner of the former record {said}: they have {has} on the conversation, not {shares.OF_ITSELF}.", has
        )
    return "Cascade"


def _expect_ended(scene: Scene) -> None:
    """Leave the scenario, as *not testable*, where the link is what it was: then the rights have to be, too."""
    column = scene.links["record"].column
    left, former = links.linked_id(scene, "conversation", column), scene.rows.get("former record", scene.rows["record"])
    if left == former.id:
        raise UnfitError(Outcome.NOT_TESTABLE, f"the conversation still names the former record in {column}")


def _expect_done(scene: Scene, what: str) -> None:
    assert scene.answer is not None
    scene.expect_done(scene.answer, what)


def _is_open(seen: AccessRights) -> bool:
    return bool(shares.apart(seen).inherited & shares.READ)
