"""Where a call is: read through the implementation's own reader, in the kit's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dataverse_tck.acts.calls import request
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.scene import CallNote
from dataverse_tck.conformance.call_states import PARTICIPANTS, REGIONS
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.profile.calls import Effect, meets

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Scene

State = Mapping[str, Json]  # region -> the kit's word; participants -> a number
VERSION = "versionnumber"
CALL = "call"  # the region that says where the call itself is
UNMAPPED = " (not in the profile)"  # behind a word that no map has


def read_state(scene: Scene, role: str) -> State:
    """Return the state of a call; *not observable* without a reader, *not testable* when it does not tell.

    Wrong when the conversation is gone.
    """
    reader = scene.stage.declared.state_reader
    if reader is None:
        raise UnfitError(Outcome.NOT_OBSERVABLE, "the profile names no message that tells the state of a call")
    answer = request.send(scene, scene.rows[role], reader.message)
    if answer.status != 200:
        if answer.status < 500:
            version_of(scene, role)
        raise UnfitError(Outcome.NOT_TESTABLE, f"the state of the call cannot be read: {answer.summary()}")
    body = answer.json()
    if not isinstance(body, dict):
        raise UnfitError(Outcome.NOT_TESTABLE, f"{reader.message} does not answer with an object")
    told = [*(region.property for region in reader.regions.values()), *filter(None, [reader.participants])]
    if (missing := next((name for name in told if name not in body), None)) is not None:
        raise UnfitError(
            Outcome.NOT_TESTABLE, f"the state of the call cannot be read: {reader.message} answers without {missing}"
        )
    state: dict[str, Json] = {
        name: region.map.get(str(body[region.property]), f"{body[region.property]}{UNMAPPED}")
        for name, region in reader.regions.items()
    }
    return state if reader.participants is None else {**state, PARTICIPANTS: body[reader.participants]}


def version_of(scene: Scene, role: str) -> Json:
    """Return the version of a conversation, None where the table has none; wrong when the conversation is gone."""
    table = scene.stage.tables.of(scene.stage.conversation)
    row = scene.read(role, VERSION if VERSION in table.columns else table.primary_id)
    if row is None:
        raise WrongError("The conversation is gone.", observed="gone")
    return row.get(VERSION)


def note(scene: Scene, role: str, state: State | None = None) -> None:
    """Note what a call is like; ``state``: it was just read.

    The version is read last here and first in ``change``: asking may not disturb it.
    """
    state = state or read_state(scene, role)
    scene.calls[role] = CallNote(state, version_of(scene, role))


def noted(scene: Scene, role: str) -> State:
    """Return the state that was noted; *not testable* where there is none to go by."""
    asks_twice = scene.answers is not None  # the scenario that finds a reader out
    if scene.stage.distrusted and not asks_twice:
        raise UnfitError(Outcome.NOT_TESTABLE, scene.stage.distrusted)
    if role not in scene.calls:
        untold = scene.untold[role]
        raise UnfitError(untold.outcome, untold.reason)
    return scene.calls[role].state


def stays(before: State, now: State, effect: Effect) -> str | None:
    """Return which region has changed that an effect does not name, in words; None: none."""
    named = {*effect.states, *([PARTICIPANTS] if effect.participants is not None else [])}
    other = next((name for name in before if name not in named and now.get(name) != before[name]), None)
    return None if other is None else f"{other} was {before[other]}, and is now {now.get(other)}"


def change(scene: Scene, role: str) -> str | None:
    """Return what has changed of a call since it was noted, in words; None: nothing."""
    before, version = noted(scene, role), version_of(scene, role)
    state = read_state(scene, role)
    if state != before:
        return f"it was {told(before)} and is now {told(state)}"
    if version != scene.calls[role].version:
        return "its conversation was written to (versionnumber)"
    return None


def shows(state: State, effect: Effect, before: State) -> bool:
    """Whether a state shows an effect, seen from the state before; an effect of nothing leaves everything."""
    if not effect.states and effect.participants is None:
        return state == before
    if effect.participants is not None:
        now, then = state.get(PARTICIPANTS), before.get(PARTICIPANTS)
        if not (isinstance(now, int) and isinstance(then, int) and now - then == effect.participants):
            return False
    return meets(state, effect.states)


def usual(scene: Scene, message: str, aspect: str) -> Mapping[str, Json] | None:
    """Return what practice expects of a message, None where it expects nothing."""
    requirement = scene.stage.catalogue.by_id.get(f"advisory/message/{message}/{aspect}")
    return None if requirement is None else requirement.expected


def usual_effect(scene: Scene, message: str) -> Effect | None:
    """Return what practice expects a message to bring about."""
    expected = usual(scene, message, "effect")
    return None if expected is None else effect_of(expected)


def effect_of(expected: Mapping[str, Json]) -> Effect:
    """Return the effect that an advisory requirement expects."""
    states = {name: tuple(words) for name, words in expected.items() if name in REGIONS}
    more = expected.get(PARTICIPANTS)
    return Effect(states, None if more is None else int(more))


def told_effect(effect: Effect) -> str:
    """Return an effect in words: ``Connected, participants +1``."""
    more = {} if effect.participants is None else {PARTICIPANTS: f"{effect.participants:+d}"}
    return told({**effect.states, **more}) if effect.states or more else "as it was"


def brought_about(effect: Effect, before: State) -> dict[str, Json]:
    """Return what a reader should tell after an effect; of several words that are right, all with "or" between."""
    if not effect.states and effect.participants is None:
        return dict(before)
    then = before.get(PARTICIPANTS)
    wanted: dict[str, Json] = {name: _words(words) for name, words in effect.states.items()}
    if effect.participants is not None and isinstance(then, int):
        wanted[PARTICIPANTS] = then + effect.participants
    return wanted


def told(state: Mapping[str, Json]) -> str:
    """Return a state in words, first where the call is: ``Held, recording paused``."""
    words = (_words(value) if name == CALL else f"{name} {_words(value)}" for name, value in state.items())
    return ", ".join(words) or "nothing in particular"


def _words(value: Json) -> str:
    return " or ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
