"""Refusals: one that has to be, and one that may be no fault (a privilege that is missing, the code behind a message).

A refusal is an excuse only while the same thing without the one point in question is refused as well. Seen twice, and
gone when that point is taken away, it is the finding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from dataverse_tck.acts import unchanged
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.scene import PLUG_IN_REFUSED, expect_decided
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.webapi.http.answer import Refused
from dataverse_tck.webapi.http.errors import NotServed
from dataverse_tck.webapi.rows import sharing

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Scene
    from dataverse_tck.webapi.http.answer import Answer
    from dataverse_tck.webapi.rows.records import Row

T = TypeVar("T")

SECURED_COLUMN = "0x8004f507"  # only some may write the column, whatever the value


def may_be_excused(answer: Answer) -> bool:
    """Whether a refusal may have a reason that says nothing of the requirement."""
    return answer.status in (401, 403) or PLUG_IN_REFUSED in answer.content.decode("utf-8", "replace").lower()


def expect_allowed(
    scene: Scene,
    what: str,
    again: Callable[[], Answer],
    control: Callable[[], Answer],
    but: str,
    *,
    link: tuple[Row, Row] | None = None,
) -> None:
    """Fail where the deed was refused, unless its control, which is called ``but``, is refused as well.

    ``link`` is a row and the one that it was to refer to: where the endpoint itself says that the caller may not do
    that with such rows, it is an excuse.
    """
    scene.expect_not_denied()
    try:
        scene.expect_allowed(what)
    except UnfitError:
        answer = scene.deed(again())
        if 200 <= answer.status < 300 and not answer.is_error_in_disguise():
            return  # the first time was chance
        if answer.error_code() == SECURED_COLUMN or (link and not _may_link(scene, *link)):
            raise
        allowed = control()
        expect_decided(allowed)
        if 200 <= allowed.status < 300 and not allowed.is_error_in_disguise():
            raise WrongError(f"{what} is refused twice: {answer.summary()}; {but} is not.", answer.status) from None
        raise


def _may_link(scene: Scene, row: Row, other: Row) -> bool:
    """Whether the endpoint lets the caller link these rows, by its own words; silence is no excuse."""
    for end, right in ((row, "AppendAccess"), (other, "AppendToAccess")):
        rights = sharing.rights_of_caller(scene.records, end)
        if rights is not None and right not in rights:
            return False
    return True


def expect_way(scene: Scene, what: str, answer: Answer, behind: Row) -> None:
    """Fail where a way that is declared is refused; *not testable* where what is behind it cannot be read either."""
    expect_decided(answer)
    if may_be_excused(answer) and scene.records.send("GET", behind.path).status != 200:
        raise UnfitError(Outcome.NOT_TESTABLE, f"{what} cannot be read here, nor what is behind it: {answer.summary()}")
    raise WrongError(f"{what} is declared, and cannot be read: {answer.summary()}.", observed=answer.status)


def along(scene: Scene, what: str, look: Callable[[], T], behind: Row) -> T:
    """Return what is seen along a way that is declared."""
    try:
        return look()
    except Refused as problem:
        answer = problem.answer
    expect_way(scene, what, answer, behind)
    raise AssertionError(what)  # never reached: a way that is refused has been told


def make_or_deny(scene: Scene, role: str, make: Callable[[], Row]) -> None:
    """Make a row; where its table is declared, and twice answered as if it were not there, that is the finding."""
    for seen_before in (False, True):
        try:
            scene.rows[role] = make()
        except NotServed as problem:
            if seen_before:
                scene.denied = str(problem)
        else:
            return


def expect_refused(scene: Scene, answer: Answer, what: str, came_of_it: Callable[[], str | None]) -> None:
    """Raise WrongError unless ``what`` is refused; ``came_of_it`` says what is stored of it, None: nothing."""
    scene.answer = answer
    try:
        unchanged.refused(scene)
    except WrongError as problem:
        if not 200 <= answer.status < 300 or answer.is_error_in_disguise():
            raise WrongError(f"{what}: {problem}", problem.observed) from problem
        scene.let_settle()
        stored = came_of_it()
        if stored is None:
            said = f"{what} is ignored, not refused: the answer is {answer.summary()}, and what there was is as it was."
            raise WrongError(said, observed="ignored") from problem
        raise WrongError(f"{what} is accepted ({answer.summary()}): {stored}.", observed="accepted") from problem
