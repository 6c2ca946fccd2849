"""Calls brought where a message may be sent, where it may not, and behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dataverse_tck.acts.calls.placing import bring, carry_out, reach
from dataverse_tck.acts.calls.state import (
    note,
    noted,
    told,
    usual,
    usual_effect,
)
from dataverse_tck.acts.cost import RowOf, costs
from dataverse_tck.acts.errors import Aside, UnfitError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.profile.calls import States, meets

_ENDED: States = {"call": ("Ended",)}


UNDECLARED = Aside(Outcome.NOT_APPLICABLE, "the profile declares nothing of it: what is usual is advisory")
MOST_ROUTES = 5  # tried to find a state that is wrong for a message


@costs(0)
def says_wrong_state(scene: Scene, message: str) -> None:
    """Leave the scenario, as *not applicable*, where the profile is silent about the message in another state."""
    if not scene.stage.declared.messages[message].says_wrong_state():
        known = usual(scene, message, "wrong-state") is not None
        silent = f"the profile does not say what {message} does in another state"
        raise UnfitError(Outcome.NOT_APPLICABLE, UNDECLARED.reason if known else silent)


@costs(0)
def says_counterpart(scene: Scene, message: str) -> None:
    """Leave the scenario, as *not applicable*, where the profile names no counterpart that is there to be sent."""
    declared = scene.stage.declared.messages
    inverse = declared[message].inverse
    if inverse is None or not declared[inverse].supported:
        known = inverse is None and usual(scene, message, "inverse") is not None
        raise UnfitError(
            Outcome.NOT_APPLICABLE, UNDECLARED.reason if known else f"no counterpart of {message} is declared"
        )


@costs(0)
def leaves_effect_open(scene: Scene, message: str) -> None:
    """Leave the scenario, as *not applicable*, where the profile says what becomes of the call."""
    _expect_open(said=scene.stage.declared.messages[message].says_effect())


@costs(0)
def leaves_counterpart_open(scene: Scene, message: str) -> None:
    """Leave the scenario, as *not applicable*, where the profile says what takes the message back."""
    _expect_open(said=scene.stage.declared.messages[message].inverse is not None)


@costs(0)
def leaves_wrong_state_open(scene: Scene, message: str) -> None:
    """Leave the scenario, as *not applicable*, where the profile says what happens in another state."""
    _expect_open(said=scene.stage.declared.messages[message].says_wrong_state())


def _expect_open(*, said: bool) -> None:
    if said:
        raise UnfitError(Outcome.NOT_APPLICABLE, "the profile declares it")


@costs(7, RowOf.CONVERSATION)
def make_ready(scene: Scene, message: str) -> None:
    """Bring a call into a state that is declared for the message."""
    scene.message = message
    declared = scene.stage.declared.messages[message]
    with _tolerance(scene, "conversation"):
        bring(scene, "conversation", declared.after)
        if not meets(noted(scene, "conversation"), declared.begins):
            reach(scene, "conversation", declared.begins, scene.stage.deadline(message))
            note(scene, "conversation")
        if not meets(state := noted(scene, "conversation"), declared.begins):
            raise UnfitError(
                Outcome.NOT_TESTABLE,
                f"the call could not be made ready for {message}: it is {told(state)}, not {told(declared.begins)}",
            )


@costs(9, RowOf.CONVERSATION)
def make_another(scene: Scene) -> None:
    """Bring another call into the same state."""
    with _tolerance(scene, "beside"):
        bring(scene, "beside", scene.stage.declared.messages[scene.message].after)
        note(scene, "conversation")  # its own state may have moved on meanwhile


@contextmanager
def _tolerance(scene: Scene, role: str) -> Iterator[None]:
    """Let a scenario of the state reader itself go on with a call whose state could not be read: it has to tell."""
    try:
        yield
    except UnfitError as problem:
        reader = scene.stage.declared.state_reader
        if reader is None or reader.message != scene.message or role not in scene.rows:
            raise
        scene.untold.setdefault(role, Aside(problem.outcome, str(problem)))


@costs(9, RowOf.CONVERSATION, RowOf.CONVERSATION)
def make_unready(scene: Scene, message: str) -> None:
    """Bring a call into a state that is not declared for the message, or where practice says it is refused."""
    scene.message = message
    declared, practice = scene.stage.declared.messages[message], usual(scene, message, "wrong-state")
    by_word = declared.says_wrong_state() or practice is None
    wrong: States = _ENDED if by_word or practice is None else practice["in"]
    unfit = UnfitError(Outcome.NOT_TESTABLE, f"the call could not be brought into a state that is wrong for {message}")
    for route in _routes(scene, message, wrong)[:MOST_ROUTES]:
        try:
            bring(scene, "conversation", route)
        except UnfitError as problem:
            unfit = problem
            continue
        state = noted(scene, "conversation")
        if (declared.begins and not meets(state, declared.begins)) if by_word else meets(state, wrong):
            return
    # What the profile is silent about must not keep the run from a verdict.
    raise unfit if by_word else UnfitError(Outcome.NOT_APPLICABLE, str(unfit))


def _routes(scene: Scene, message: str, wrong: States) -> list[tuple[str, ...]]:
    """Return ways to bring a call somewhere: as offered, after the message itself, after each that leads there."""
    declared = scene.stage.declared.messages
    there = [
        (*item.after, item.name)
        for item in declared.values()
        if item.supported and (effect := item.to or usual_effect(scene, item.name))
        if all(set(effect.states.get(name, ())) & set(words) for name, words in wrong.items())
    ]
    return list(dict.fromkeys([(), (*declared[message].after, message), *there]))


@costs(9, RowOf.CONVERSATION)
def make_done(scene: Scene, message: str) -> None:
    """Bring a call behind the message; *not applicable* when it may be sent again there."""
    make_ready(scene, message)
    declared = scene.stage.declared.messages[message]
    carry_out(scene, "conversation", message)
    note(scene, "conversation")
    if declared.begins and meets(noted(scene, "conversation"), declared.begins):
        raise UnfitError(Outcome.NOT_APPLICABLE, f"{message} may be sent again in the state that it leads to")
