"""One real offer, to try a profile before a run: its state read once, and held to what a run takes for granted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataverse_tck.acts.calls.placing import place
from dataverse_tck.acts.calls.state import UNMAPPED, read_state, told
from dataverse_tck.acts.errors import UnfitError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.conformance.call_states import PARTICIPANTS
from dataverse_tck.webapi.http.errors import WebApiError

if TYPE_CHECKING:
    from dataverse_tck.acts.calls.state import State
    from dataverse_tck.acts.stage import Stage
    from dataverse_tck.profile.calls import StateReader


@dataclass(frozen=True)
class Trial:
    """What an offered call was like, in words; None where it could not be offered or read. ``wrong``: sentences."""

    seen: str | None
    wrong: tuple[str, ...] = ()


def try_offer(stage: Stage) -> Trial:
    """Have one call offered and read its state once; whoever opened the stage ends it."""
    scene, reader = Scene(stage, "one offer, to try the profile"), stage.declared.state_reader
    try:
        scene.rows["conversation"] = place(scene)
    except (UnfitError, WebApiError) as problem:
        return Trial(None, (f"no call was offered: {problem}",))
    try:
        state = read_state(scene, "conversation")
    except (UnfitError, WebApiError) as problem:
        return Trial(None, (f"a call was offered, but {problem}",))
    assert reader is not None  # nothing is read without
    return Trial(told(state), tuple(_wrong(state, reader)))


def _wrong(state: State, reader: StateReader) -> Iterator[str]:
    for name, region in reader.regions.items():
        word = str(state[name])
        if word.endswith(UNMAPPED):
            yield (
                f"calls.state_reader.{name}.map lacks {word.removesuffix(UNMAPPED)}, which {reader.message} answers in "
                f"{region.property}: say what it means."
            )
    if "call" not in reader.regions:
        yield "calls.state_reader.call is missing, so nothing tells that a call which was offered is Offered."
    elif state["call"] != "Offered" and not str(state["call"]).endswith(UNMAPPED):
        yield (
            f"a call that was just offered is {state['call']}, not Offered: mend fixtures.offer, or the words of "
            "calls.state_reader.call.map."
        )
    if reader.participants and not _is_number(state[PARTICIPANTS]):
        yield (
            f"calls.state_reader.participants.property is {reader.participants}, where {reader.message} answers "
            f"{state[PARTICIPANTS]!r}: it has to be a whole number."
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
