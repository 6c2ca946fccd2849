"""Channels: stored on a conversation, coming back under their names, refused when nobody offers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dataverse_tck.acts import unchanged
from dataverse_tck.acts.cost import RowOf, costs
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.refusals import expect_allowed
from dataverse_tck.conformance.controls import MADE_UP_OPTION
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Scene
    from dataverse_tck.webapi.http.answer import Answer

ENGLISH = 1033
FORMATTED = "OData.Community.Display.V1.FormattedValue"


def is_multiple(scene: Scene, column: str) -> bool:
    """Whether the column takes several numbers, by the endpoint's own declaration."""
    described = scene.stage.tables.of(scene.stage.conversation).columns.get(column)
    if described is None:
        raise UnfitError(Outcome.NOT_TESTABLE, f"the conversation has no column {column}")
    return described.kind == "MultiSelectPicklist"


@costs(4)
def each_alone(scene: Scene, column: str, numbers: str) -> None:
    """Try each number alone: a pair is only refused for being a pair when both are taken alone.

    Where one is not taken, or not named, that is judged of this one; it takes the premise of the pair away, and says
    nothing of the other.
    """
    if scene.denied is not None:
        return
    alone = _numbers(numbers)
    if len(alone) > 1 and not is_multiple(scene, column):
        raise UnfitError(Outcome.NOT_APPLICABLE, f"{column} takes a single choice here")
    for number in alone:
        answer = scene.deed(_write(scene, "conversation", column, [number]))
        done = 200 <= answer.status < 300 and not answer.is_error_in_disguise()
        seen, row = _see(scene, column, [number]) if done else (set(), {})
        if seen != {number}:
            outcome = Outcome.NOT_TESTABLE if len(alone) == 1 else Outcome.NOT_APPLICABLE
            raise UnfitError(outcome, f"channel {number} is not stored, though it stands alone: {answer.summary()}")
        if len(alone) > 1 and row.get(f"{column}@{FORMATTED}") != _declared_label(scene, column, number):
            raise UnfitError(
                Outcome.NOT_APPLICABLE, f"channel {number} has another name, or none, though it stands alone"
            )


@costs(5)
def is_set(scene: Scene, column: str, numbers: str) -> None:
    """Set the channel as a preparation that is seen to succeed."""
    if scene.denied is not None:
        raise UnfitError(Outcome.NOT_TESTABLE, scene.denied)
    each_alone(scene, column, numbers)
    unchanged.watch(scene, "conversation")


@costs(1)
def set_to(scene: Scene, column: str, numbers: str) -> None:
    """Set the channel; the answer is kept."""
    scene.numbers = tuple(_numbers(numbers))
    if scene.denied is None:
        scene.deed(_write(scene, "conversation", column, _numbers(numbers)))


@costs(1)
def set_to_unlisted(scene: Scene, column: str) -> None:
    """Set the channel to a number that is neither documented nor offered."""
    scene.deed(_write(scene, "conversation", column, [unlisted(scene, column)]))


@costs(1, RowOf.CONVERSATION)
def make_with(scene: Scene, column: str, number: str) -> None:
    """Make a conversation with a channel that is offered: the same as what follows but for the number."""
    values = {column: spelled(scene, column, [int(number)])}
    scene.rows["conversation"] = scene.records.make(scene.stage.conversation, values)


@costs(1, RowOf.CONVERSATION)
def make_with_unlisted(scene: Scene, column: str) -> None:
    """Try to make a conversation with a number that nobody offers."""
    values = {column: spelled(scene, column, [unlisted(scene, column)])}
    row, answer = scene.records.attempt(scene.stage.conversation, values)
    scene.rows["attempted"] = row
    scene.deed(answer)


@costs(1)
def stored(scene: Scene, column: str, number: str) -> Json:
    """The number is kept on the conversation, and nothing that was not asked for."""
    scene.expect_not_denied()
    wanted = set(scene.numbers)
    expect_allowed(
        scene,
        f"Channel {number}",
        again=lambda: _write(scene, "conversation", column, list(scene.numbers)),
        control=lambda: _write_another(scene, column),
        but="another channel",
    )
    seen, _ = _see(scene, column, sorted(wanted))
    if int(number) not in seen or seen - wanted:
        raise WrongError(
            f"The endpoint said yes, but {column} of the conversation holds {sorted(seen)}.", observed=sorted(seen)
        )
    return int(number)


@costs(1)
def named(scene: Scene, column: str, number: str, label: str) -> Json:
    """The number comes back under its name: the documented one, or its own in the language of the user."""
    row = scene.read("conversation", column) or {}
    numbers, formatted = numbers_in(row.get(column)), row.get(f"{column}@{FORMATTED}")
    if not isinstance(formatted, str):
        raise WrongError(f"The endpoint gives no name for {column} = {row.get(column)!r}.", observed=formatted)
    names = formatted.split("; ") if len(numbers) > 1 else [formatted]
    name = dict(zip(numbers, names, strict=False)).get(int(number))
    expected = _declared_label(scene, column, int(number), but=ENGLISH) or label
    if name != expected:
        raise WrongError(f'Channel {number} comes back as "{name}", not as "{expected}".', observed=name)
    return label


def unlisted(scene: Scene, column: str) -> int:
    """Return a number that is neither documented nor offered."""
    taken = {*scene.stage.documented[column], *map(str, offered(scene, column))}
    return next(number for number in range(MADE_UP_OPTION, 0, -1) if str(number) not in taken)


def offered(scene: Scene, column: str) -> dict[int, Mapping[str, Json]]:
    reading = scene.stage.readings.choices.get(column)
    content = (reading.content if reading else None) or {}
    options: dict[int, Mapping[str, Json]] = {}
    for member in ("GlobalOptionSet", "OptionSet"):
        shown = content.get(member)
        listed = shown.get("Options") if isinstance(shown, Mapping) else None
        for option in listed if isinstance(listed, list) else ():
            if isinstance(option, Mapping) and isinstance(option.get("Value"), int):
                options[option["Value"]] = option
    return options


def _declared_label(scene: Scene, column: str, number: int, *, but: int | None = None) -> str | None:
    """Return what the user calls an option, by its declaration; None in the language ``but``."""
    label = offered(scene, column).get(number, {}).get("Label")
    own = label.get("UserLocalizedLabel") if isinstance(label, Mapping) else None
    if not isinstance(own, Mapping) or own.get("LanguageCode") == but:
        return None
    text = own.get("Label")
    return text if isinstance(text, str) else None


def _see(scene: Scene, column: str, wanted: list[int]) -> tuple[set[int], Json]:
    row = scene.eventually(
        lambda: scene.read("conversation", column) or {},
        lambda seen: set(numbers_in(seen.get(column))) == set(wanted),
        effect=("channel",),
    )
    return set(numbers_in(row.get(column))), row


def _write(scene: Scene, role: str, column: str, numbers: list[int]) -> Answer:
    return scene.records.patch(scene.rows[role], {column: spelled(scene, column, numbers)})


def _write_another(scene: Scene, column: str) -> Answer:
    """Set one other channel after the other, until one is taken; return the last answer."""
    others = sorted(int(number) for number in scene.stage.documented[column] if int(number) not in scene.numbers)
    for number in others:
        answer = _write(scene, "conversation", column, [number])
        if answer.status < 300 and not answer.is_error_in_disguise():
            break
    return answer


def spelled(scene: Scene, column: str, numbers: list[int]) -> Json:
    return ",".join(map(str, numbers)) if is_multiple(scene, column) else numbers[0]


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.replace(",", " ").split()]


def numbers_in(value: Json) -> list[int]:
    """Return the numbers in a stored value: a number, or text such as ``192360000,192370000``."""
    if isinstance(value, int):
        return [value]
    return [int(word) for word in str(value or "").split(",") if word.strip().isdigit()]
