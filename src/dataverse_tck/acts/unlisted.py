"""Numbers of several sorts that nobody lists: tried as a channel, alone and beside one that is listed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

from dataverse_tck.acts import channels, unchanged
from dataverse_tck.acts.cost import RowOf, costs
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.refusals import expect_refused
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.webapi.http.errors import NotMade

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Scene

ALONE, BESIDE = "alone", "beside"
MOST_PICKLISTS = 2  # that are asked for numbers of their own, before the status is
_FAR = 4  # numbers that a gap has at least, so that its middle is next to neither end


@costs(9, RowOf.CONVERSATION, RowOf.CONVERSATION)
def attempt(scene: Scene, column: str, sort: str, listed: str) -> None:
    """Set the conversation, which holds a listed number, and a new one to a number of that sort: alone, and beside it.

    What is not refused alone is not tried beside.
    """
    number = number_of(scene, column, sort, int(listed))
    _see_at_first(scene, column, int(listed))
    scene.unrefused |= _tried(scene, column, ALONE, [number])
    if scene.unrefused:
        return
    if channels.is_multiple(scene, column):
        scene.unrefused |= _tried(scene, column, BESIDE, [int(listed), number])
    else:
        scene.unrefused[BESIDE] = UnfitError(Outcome.NOT_APPLICABLE, f"{column} takes a single choice here")


@costs(0)
def is_refused(scene: Scene, way: str) -> Json:
    """The number was refused in that way, and nothing of it was stored."""
    if way in scene.unrefused:
        raise scene.unrefused[way]
    return "refused"


def number_of(scene: Scene, column: str, sort: str, listed: int) -> int:
    """Return a number of a sort, on the model of a listed one, that is neither documented nor offered."""
    reading = scene.stage.readings.choices.get(column)
    if reading is None or not reading.content:
        why = f": {reading.reason}" if reading and reading.reason else ""
        raise UnfitError(Outcome.NOT_OBSERVABLE, f"nobody can say which numbers the endpoint offers itself{why}")
    taken = {*map(int, scene.stage.documented[column]), *channels.offered(scene, column)}
    if sort not in _SORTS:
        return _of_another_choice(scene, column, taken)
    number = _SORTS[sort](listed, taken)
    if number is None:
        raise UnfitError(Outcome.NOT_APPLICABLE, f"{column} leaves no room for such a number ({sort})")
    return number


def _next_free(number: int, taken: Collection[int]) -> int:
    while number in taken:
        number += 1
    return number


def _between(listed: int, taken: Collection[int]) -> int | None:
    """Return the middle of the widest gap between numbers with as many digits as the listed one."""
    alike = sorted(number for number in taken if number >= 0 and len(str(number)) == len(str(listed)))
    low, high = max(pairwise(alike), key=lambda ends: ends[1] - ends[0], default=(0, 0))
    return (low + high) // 2 if high - low >= _FAR else None


_SORTS: Mapping[str, Callable[[int, Collection[int]], int | None]] = {
    "neighbour": lambda listed, taken: _next_free(listed + 1, taken),
    "gap": _between,
    "shorter": lambda listed, taken: _next_free(listed // 10, taken) if listed >= 10 else None,
    "longer": lambda listed, taken: _next_free(listed * 10, taken),
    "beyond-32-bits": lambda listed, taken: _next_free(listed + 2**32, taken),  # cut to 32 bits it is the listed one
}


def _of_another_choice(scene: Scene, column: str, taken: Collection[int]) -> int:
    """Return a number that another column of the conversation offers; above 0, as some stand for none."""
    table = scene.stage.tables.of(scene.stage.conversation)
    picklists = [one for one in table.columns.values() if one.kind == "Picklist" and one.name != column]
    reason = "it has no other choice"
    for other in (*picklists[:MOST_PICKLISTS], *(one for one in table.columns.values() if one.kind == "Status")):
        try:
            numbers = scene.stage.tables.options(table, other)
        except NotMade as problem:
            reason = str(problem)
            continue
        if (number := next((one for one in sorted(numbers) if one > 0 and one not in taken), None)) is not None:
            return number
        reason = f"{other.name} offers none that {column} does not offer"
    raise UnfitError(Outcome.NOT_OBSERVABLE, f"no number of another choice of {table.name} is known: {reason}")


def _see_at_first(scene: Scene, column: str, listed: int) -> None:
    """Note what the conversation is like, once it holds the number that it was made with."""

    def look() -> list[int]:
        unchanged.watch(scene, "conversation")
        return channels.numbers_in(scene.before["conversation"].get(column))

    scene.begin()
    if (seen := scene.eventually(look, lambda seen: seen == [listed], effect=("channel at first",))) != [listed]:
        said = f"a conversation that is made with channel {listed} holds {seen} in {column}"
        raise UnfitError(Outcome.NOT_TESTABLE, said)


def _tried(scene: Scene, column: str, way: str, numbers: list[int]) -> dict[str, WrongError | UnfitError]:
    """Set the conversation and a new one to some numbers; return how that was not refused, if it was not."""
    values = {column: channels.spelled(scene, column, numbers)}
    changed = scene.deed(scene.records.patch(scene.rows["conversation"], values))
    scene.rows["attempted"], made = scene.records.attempt(scene.stage.conversation, values)
    scene.deed(made)
    try:
        expect_refused(scene, changed, "changing a conversation so", lambda: _held(scene, "conversation", column))
        unchanged.as_it_was(scene, "conversation")
        expect_refused(scene, made, "making a conversation so", lambda: _held(scene, "attempted", column))
        unchanged.not_made(scene)
    except WrongError as problem:
        return {way: WrongError(f"{column} = {values[column]!r}: {problem}", problem.observed)}
    return {}


def _held(scene: Scene, role: str, column: str) -> str | None:
    """Say what a conversation holds; None when it is there no more than before, or holds what it held."""
    row = scene.read(role, column)
    before = scene.before.get(role, {}).get(column)
    return None if row is None or row.get(column) == before else f"it holds {row.get(column)!r}"
