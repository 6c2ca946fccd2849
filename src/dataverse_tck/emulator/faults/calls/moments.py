"""The moments at which a message can come: the states that a call can be in, as far as the message tells them apart.

No list of them is kept: they are what the transitions can make of an offered call.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from dataverse_tck.emulator.operations.call_states import (
    NOT_STARTED,
    OFFERED,
    TRANSITIONS,
    Call,
    Context,
    Transition,
    state_outputs,
)
from dataverse_tck.emulator.organisation.customer_service import MESSAGES
from dataverse_tck.jsontypes import Json

_REGIONS = ("recording", "transcription")


@dataclass(frozen=True)
class Moment:
    """A message and a state: the values of the regions that the message depends on, joined by ``+``."""

    message: str
    state: str
    call: Call  # of the calls in that state the barest one
    is_possible: bool

    @property
    def shows(self) -> bool:
        """Whether a message that is done in spite of the state changes what is said of the call."""
        transition = TRANSITIONS[self.message]
        moved = _moved(transition, as_if_possible(transition, self.call))
        return state_outputs(moved) != state_outputs(self.call)


@cache
def moments() -> tuple[Moment, ...]:
    """All of them, by message; those that change nothing are possible in every state."""
    found = []
    for message in MESSAGES:
        calls = defaultdict(list)
        for call in reachable_calls():
            calls[state_name(message, call)].append(call)
        for state, alike in calls.items():
            is_possible = any(_is_possible(message, call) for call in alike)
            found.append(Moment(message, state, min(alike, key=_bareness), is_possible))
    return tuple(found)


@cache
def reachable_calls() -> tuple[Call, ...]:
    """An offered call, and all that the actions can make of it."""
    calls = [Call(OFFERED)]
    for call in calls:  # which grows meanwhile
        for after in _following(call):
            if after not in calls:
                calls.append(after)
    return tuple(calls)


def state_name(message: str, call: Call) -> str:
    """The state of a call, as far as it matters to a message."""
    return "+".join((call.state, *(getattr(call, region) for region in _regions(message))))


def as_if_possible(transition: Transition, call: Call) -> Call:
    """A call for an action that its state should refuse: taken for one in the first state that would not."""
    return call if call.state in transition.states else replace(call, state=transition.states[0])


@cache
def keeps_recording(message: str) -> bool:
    """Whether a message is possible while a call is recorded, and leaves that as it is."""
    recorded = [call for call in reachable_calls() if call.recording != NOT_STARTED and _is_possible(message, call)]
    kept = message in TRANSITIONS and all(
        _moved(TRANSITIONS[message], call).recording == call.recording for call in recorded
    )
    return kept and bool(recorded)


def _following(call: Call) -> Iterator[Call]:
    for transition in TRANSITIONS.values():
        if transition.refusal("", call) is None:
            yield _moved(transition, call)


def _moved(transition: Transition, call: Call) -> Call:
    """What an action makes of a call; who sends it to which conversation is no matter."""
    conversation: defaultdict[str, Json] = defaultdict(lambda: None)
    moved, _ = transition.effect(Context("caller", "", conversation, call, {"Destination": "outside"}))
    return moved


def _is_possible(message: str, call: Call) -> bool:
    return message not in TRANSITIONS or TRANSITIONS[message].refusal(message, call) is None


@cache
def _regions(message: str) -> tuple[str, ...]:
    """The regions beside that of the call by which alone a message is possible or not."""
    return tuple(region for region in _REGIONS if _matters(message, region))


def _matters(message: str, region: str) -> bool:
    answers = defaultdict(set)
    for call in reachable_calls():
        others = tuple(value for name, value in vars(call).items() if name != region)
        answers[others].add(_is_possible(message, call))
    return any(len(found) > 1 for found in answers.values())


def _bareness(call: Call) -> tuple[bool, bool, int]:
    return call.recording != NOT_STARTED, call.transcription != NOT_STARTED, call.participants
