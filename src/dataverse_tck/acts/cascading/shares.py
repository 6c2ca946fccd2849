"""Sharing: who has which rights on a conversation, from the sharing table or what else the endpoint offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataverse_tck.acts.cost import costs
from dataverse_tck.acts.errors import OthersChangedError, UnfitError, WrongError
from dataverse_tck.acts.scene import Rights
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.webapi.rows import sharing

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Scene
    from dataverse_tck.webapi.http.answer import Answer
    from dataverse_tck.webapi.rows.records import Row
    from dataverse_tck.webapi.rows.sharing import AccessRights

OF_THE_RECORD = "ReadAccess, WriteAccess"
OF_ITSELF = "ReadAccess, AppendAccess"
# Each of the two holds a right that the other lacks: so they are told apart where only their sum is shown.
INHERITED = sharing.mask_of(OF_THE_RECORD)
DIRECT = sharing.mask_of(OF_ITSELF)
READ = sharing.mask_of("ReadAccess")


def grant(scene: Scene, row: Row, rights: str) -> Answer:
    """Share a row with the colleague."""
    return sharing.grant(scene.records, row, scene.stage.tables.of(row.table), scene.stage.colleague(), rights)


def revoke(scene: Scene, row: Row) -> Answer:
    """Share a row with the colleague no more."""
    return sharing.revoke(scene.records, row, scene.stage.tables.of(row.table), scene.stage.colleague())


def rights(scene: Scene, role: str) -> AccessRights:
    """Return the rights of the colleague on a conversation; *not observable* where the endpoint shows none."""
    row = scene.rows[role]
    try:
        seen = scene.stage.observer.rights_of(scene.records, row, scene.stage.colleague())
    except sharing.NotObservable as problem:
        raise UnfitError(Outcome.NOT_OBSERVABLE, str(problem)) from problem
    scene.surface = seen.surface
    if seen.surface == sharing.SHOWS_DIRECT:
        reason = f"the endpoint shows rights in {seen.surface} alone, which need not tell of inherited ones"
        raise UnfitError(Outcome.NOT_OBSERVABLE, reason)
    return seen


def note_rights(scene: Scene) -> None:
    """Note, before the deed, what the colleague may do with the conversations, and whether they can open this one."""
    scene.rights = {role: _known(rights(scene, role)) for role in _controls(scene)}
    if scene.shared_itself:
        return
    scene.could_open = scene.stage.observer.sees(scene.records, scene.rows["conversation"], scene.stage.colleague())
    if scene.rights["conversation"].together & READ:
        raise UnfitError(
            Outcome.NOT_OBSERVABLE,
            f"{scene.stage.colleague().name} may read the conversation anyway, so a share would not show",
            again=True,
        )


@costs(3)
def share_record(scene: Scene, itself: str) -> None:
    """Share the record with the colleague; ``itself``: the conversation too, for other rights, seen to be inherited."""
    if itself:
        scene.expect_done(grant(scene, scene.rows["conversation"], OF_ITSELF), "sharing a conversation")
    for record, conversation in (("record", "conversation"), ("clock record", "clock")):
        if record in scene.rows:
            scene.expect_done(scene.deed(grant(scene, scene.rows[record], OF_THE_RECORD)), "sharing a record")
            link = scene.links.get(record)
            if itself and link is not None and _follows(link.stated):
                _await_inherited(scene, conversation)
    if itself:
        scene.shared_itself = True
    else:
        note_rights(scene)


def _follows(stated: Json) -> bool:
    return bool(stated[("CascadeConfiguration", "Share")] == "Cascade")


def _await_inherited(scene: Scene, role: str) -> None:
    seen = scene.eventually(
        lambda: _known(rights(scene, role)), lambda found: found.inherited == INHERITED, effect=("link", "share")
    )
    if seen.inherited != INHERITED and role != "clock":  # a clock that stands still is judged where its own record is
        raise UnfitError(Outcome.NOT_TESTABLE, "the share of the record did not extend to the conversation")


@costs(2)
def is_shared_alike(scene: Scene) -> Json:
    """The colleague has the rights of the record on the conversation, by inheritance."""
    scene.expect_not_denied()
    seen = scene.eventually(
        lambda: _known(rights(scene, "conversation")),
        lambda found: found.inherited == INHERITED,
        effect=("link", "share"),
    )
    if seen.inherited != INHERITED:
        has = sharing.words_of(seen.together)
        raise WrongError(f"The colleague has {has} on the conversation, not {OF_THE_RECORD} as on the record.", has)
    _opens(scene)
    return "Cascade"


@costs(1)
def keeps_own_share(scene: Scene) -> Json:
    """What was shared of the record is gone from the conversation, what was shared of itself is left.

    Where neither sharing nor unsharing carries over, unsharing changes nothing, even where sharing did too much.
    """
    scene.expect_not_denied()
    link = scene.links["record"]
    wanted = Rights(DIRECT, 0, DIRECT) if _follows(link.stated) else scene.rights["conversation"]
    scene.tick()
    seen = scene.eventually(
        lambda: _known(rights(scene, "conversation")), lambda found: found == wanted, effect=("link", "unshare")
    )
    if seen != wanted:
        has = sharing.words_of(seen.together)
        raise WrongError(f"The colleague has {has} on the conversation, not just its own share, {OF_ITSELF}.", has)
    return link.stated[("CascadeConfiguration", "Unshare")]


@costs(1)
def is_not_shared(scene: Scene) -> Json:
    """The colleague has no more rights on the conversation than before."""
    scene.expect_not_denied()
    scene.tick()
    seen = _known(rights(scene, "conversation"))
    if seen != scene.rights["conversation"]:
        has = sharing.words_of(seen.together)
        raise WrongError(f"The colleague now has {has} on the conversation.", has)
    return "NoCascade"


@costs(2)
def opens_up(scene: Scene) -> Json:
    """The owner of the record may at least read the conversation."""
    scene.expect_not_denied()
    seen = scene.eventually(
        lambda: _known(rights(scene, "conversation")),
        lambda found: bool(found.inherited & READ),
        effect=("link", "access"),
    )
    if not seen.inherited & READ:
        has = sharing.words_of(seen.together)
        raise WrongError(f"The owner of the record has {has} on the conversation.", has)
    _opens(scene)
    return "Cascade"


def others_are_not_shared(scene: Scene) -> Json:
    """On no other conversation of the scenario has the colleague more rights than before."""
    for role, before in scene.rights.items():
        if role not in ("conversation", "clock") and (seen := _known(rights(scene, role))) != before:
            raise OthersChangedError(
                f"The colleague now has {sharing.words_of(seen.together)} on another conversation.",
                sharing.words_of(seen.together),
            )
    return "as it was"


def clock_is_shared(scene: Scene) -> bool:
    """The share has reached the conversation of the clock."""
    return _known(rights(scene, "clock")).inherited == INHERITED


def clock_is_not_shared(scene: Scene) -> bool:
    """The share has left the conversation of the clock."""
    return _known(rights(scene, "clock")).inherited == 0


def clock_opened_up(scene: Scene) -> bool:
    """The owner of the clock's record may read the conversation of the clock."""
    return bool(_known(rights(scene, "clock")).inherited & READ)


def _opens(scene: Scene) -> None:
    """Where the colleague's eyes can be borrowed and could not see the conversation before: they see it now."""
    if scene.could_open is not False:
        return
    row, colleague = scene.rows["conversation"], scene.stage.colleague()
    observer = scene.stage.observer
    if scene.eventually(lambda: observer.sees(scene.records, row, colleague), lambda seen: seen is not False) is False:
        raise WrongError("The colleague has rights on the conversation, but cannot open it.", observed="not seen")


def _controls(scene: Scene) -> tuple[str, ...]:
    return tuple(role for role in ("conversation", "beside", "other", "loose") if role in scene.rows)


def _known(seen: AccessRights) -> Rights:
    """Return direct and inherited rights; from their sum alone, by what only one of the shares grants."""
    if seen.direct is not None and seen.inherited is not None:
        return Rights(seen.direct, seen.inherited, seen.direct | seen.inherited)
    together = seen.together or 0
    direct = DIRECT if together & DIRECT & ~INHERITED else 0
    inherited = together & ~(direct & ~INHERITED) if together & ~direct else 0
    return Rights(direct, inherited, together)


def apart(seen: AccessRights) -> Rights:
    """Return direct and inherited rights, told apart where only their sum is shown."""
    return _known(seen)
