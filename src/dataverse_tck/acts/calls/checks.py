"""Calls: brought where a message may be sent, asked rightly and wrongly, and looked at afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dataverse_tck.acts import unchanged
from dataverse_tck.acts.calls.readiness import UNDECLARED
from dataverse_tck.acts.calls.sending import counterpart
from dataverse_tck.acts.calls.state import (
    brought_about,
    change,
    effect_of,
    noted,
    read_state,
    shows,
    stays,
    told,
    told_effect,
    usual,
    usual_effect,
)
from dataverse_tck.acts.cost import costs
from dataverse_tck.acts.errors import OthersChangedError, UnfitError, WrongError, expecting
from dataverse_tck.conformance.call_states import REGIONS
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.profile.calls import meets
from dataverse_tck.profile.coverage import Fate, Tried
from dataverse_tck.webapi.http.errors import Malformed

if TYPE_CHECKING:
    from dataverse_tck.acts.calls.state import State
    from dataverse_tck.acts.scene import Scene
    from dataverse_tck.profile.calls import Effect


EITHER = ("refused", "unchanged")
_REFUSED = frozenset({400, 403, 409, 412, 422})
"""Statuses that say that this is not possible, here and now."""


@costs(1)
def same_answers(scene: Scene) -> Json:
    """The two answers were the same."""
    first, *more = scene.answers or (None,)
    if any(other != first for other in more):
        raise WrongError(f"The second answer is another one: {more[0]} after {first}.", observed=more[0])
    return "unchanged"


@costs(1)
def accepted(scene: Scene) -> Json:
    """The message was accepted, and its answer is no error in disguise."""
    try:
        return expect_accepted(scene)
    except WrongError as problem:
        tell(scene, Fate.WRONG, str(problem))
        raise


def expect_accepted(scene: Scene) -> Json:
    """Fail where the message was not accepted, or is answered with what is no JSON."""
    assert scene.answer is not None
    expect_done(scene, f"Sending {scene.message}")
    try:
        if scene.answer.content:
            scene.answer.json()
    except Malformed as problem:
        raise WrongError(str(problem), observed="no JSON") from problem
    return "accepted"


def tell(scene: Scene, fate: Fate, reason: str = "") -> None:
    """Note what came of the message in the state that was noted, in which it is possible."""
    declared = scene.stage.declared.messages[scene.message]
    known = scene.calls.get("conversation")
    seen = known.state if known else dict(scene.stage.map.end_of(scene.way) or ())
    if seen and declared.begins:
        state = {region: seen.get(region) for region in REGIONS if region in declared.begins}
        exchange = scene.answer.exchange if scene.answer else None
        scene.tried.append(Tried(scene.message, state, True, fate, reason, exchange))


def expect_done(scene: Scene, what: str) -> None:
    """Fail where a message is refused that is claimed, and declared to be possible: whatever it is refused with.

    Only credentials that are not taken (401) say nothing of it. Of a message without ``from`` nobody knows where it is
    possible: there only what is not served, or breaks, is a contradiction.
    """
    assert scene.answer is not None
    if scene.answer.status == 401:
        scene.expect_allowed(what)
    if scene.answer.is_error_in_disguise():
        raise WrongError(
            f"{what} is answered {scene.answer.status}, but with an error: {scene.answer.summary()}.", "error"
        )
    if 200 <= scene.answer.status < 300:
        return
    if not scene.stage.declared.messages[scene.message].begins and scene.answer.status in _REFUSED:
        raise UnfitError(
            Outcome.NOT_TESTABLE,
            f"{what} is refused: {scene.answer.summary()}, and the profile does not say in which state it is possible "
            "(from)",
            again=False,
        )
    raise WrongError(f"{what} is refused: {scene.answer.summary()}", observed=scene.answer.status)


@costs(1)
def becomes_as_declared(scene: Scene) -> Json:
    """The call comes into the state that the profile declares."""
    declared, before = scene.stage.declared.messages[scene.message], noted(scene, "conversation")
    wanted = declared.effect_in(before)
    if wanted is None:
        tell(scene, Fate.ACCEPTED)
        return UNDECLARED
    try:
        seen = becomes(scene, wanted)
    except WrongError as problem:
        tell(scene, Fate.WRONG, str(problem))
        raise
    tell(scene, Fate.RIGHT)
    return seen


@costs(1)
def becomes_as_usual(scene: Scene) -> Json:
    """The call comes into the state that practice suggests; a message that is not even accepted tells nothing."""
    assert scene.answer is not None
    scene.expect_done(scene.answer, f"Sending {scene.message}")
    wanted = usual_effect(scene, scene.message)
    assert wanted is not None
    _expect_usual_way(scene)
    return _becomes(scene, wanted)


def _expect_usual_way(scene: Scene) -> None:
    """Leave what is advisory, as *not testable*, when a preparation did not do what is usual."""
    if scene.astray is not None:
        raise UnfitError(Outcome.NOT_TESTABLE, scene.astray)


def becomes(scene: Scene, wanted: Effect) -> Json:
    """Return the state once it shows what is declared, and where that is declared no other change."""
    strict = scene.stage.declared.messages[scene.message].others_unchanged
    return _becomes(scene, wanted, strict=strict)


def _becomes(scene: Scene, wanted: Effect, *, strict: bool = False) -> Json:
    before, message = noted(scene, "conversation"), scene.message
    with expecting(brought_about(wanted, before)):
        state = scene.eventually(
            lambda: read_state(scene, "conversation"),
            lambda seen: shows(seen, wanted, before) and not (strict and stays(before, seen, wanted)),
            within=scene.stage.deadline(message),
            effect=("call",),
        )
        if not shows(state, wanted, before):
            raise WrongError(
                f"It should be {told_effect(wanted)}: the call was {told(before)}, and is now {told(state)}.",
                observed=dict(state),
            )
        if strict and (other := stays(before, state, wanted)) is not None:
            raise WrongError(f"Nothing else should change than {told_effect(wanted)}: {other}.", observed=dict(state))
    return dict(state)


@costs(1)
def is_back_as_declared(scene: Scene) -> Json:
    """The counterpart has brought the call back to where it was before."""
    if scene.stage.declared.messages[scene.message].inverse is None:
        return UNDECLARED
    _expect_counterpart(scene)
    before = noted(scene, "conversation")
    with expecting(dict(before)):
        state = scene.eventually(
            lambda: read_state(scene, "conversation"),
            lambda seen: seen == before,
            within=scene.stage.deadline(scene.message),
            effect=("call",),
        )
        if state != before:
            _expect_own_effect(scene, state)
            raise WrongError(f"The call was {told(before)}, and is now {told(state)}.", observed=dict(state))
    return dict(state)


def _tells_itself(scene: Scene) -> bool:
    """Whether the counterpart has scenarios of its own that come the same way: then they tell what is wrong with it."""
    message, declared = scene.message, scene.stage.declared.messages
    return declared[counterpart(scene, message) or message].after == (*declared[message].after, message)


def _expect_counterpart(scene: Scene) -> None:
    what = f"Sending the counterpart of {scene.message}"
    assert scene.answer is not None
    if _tells_itself(scene):
        scene.expect_done(scene.answer, what)
    scene.expect_allowed(what)


def _expect_own_effect(scene: Scene, state: State) -> None:
    """Leave the scenario, as *not testable*, when the counterpart does not even do what it is for."""
    inverse = str(counterpart(scene, scene.message))
    own = scene.stage.declared.messages[inverse].to
    if _tells_itself(scene) and own is not None and not meets(state, own.states):
        raise UnfitError(
            Outcome.NOT_TESTABLE, f"{inverse} has no effect: the call is {told(state)}, not {told_effect(own)}"
        )


@costs(1)
def is_back_as_usual(scene: Scene) -> Json:
    """The usual counterpart has the usual effect."""
    practice = usual(scene, scene.message, "inverse")
    assert practice is not None
    _expect_usual_way(scene)
    _expect_counterpart(scene)
    return _becomes(scene, effect_of(practice))


@costs(2)
def wrong_state_as_declared(scene: Scene) -> Json:
    """In the wrong state the endpoint does what the profile declares: refuses, or changes nothing.

    Where the profile is silent of that state, practice knows both.
    """
    said = scene.stage.declared.messages[scene.message].wrong_in(noted(scene, "conversation"))
    return _harmless(scene, said or EITHER)


@costs(2)
def wrong_state_as_usual(scene: Scene) -> Json:
    """In a state that is usually wrong the endpoint does what practice suggests."""
    practice = usual(scene, scene.message, "wrong-state")
    assert practice is not None
    return _harmless(scene, practice["is"])


@costs(2)
def twice(scene: Scene) -> Json:
    """Sent a second time, it is refused or changes nothing: practice knows both."""
    return _harmless(scene, EITHER)


def _harmless(scene: Scene, allowed: Sequence[str]) -> Json:
    assert scene.answer is not None
    with expecting(" or ".join(allowed)):
        if scene.answer.is_error_in_disguise():
            raise WrongError(f"It answers {scene.answer.status}, but with an error: {scene.answer.summary()}.", "error")
        done = 200 <= scene.answer.status < 300
        if not done:
            unchanged.refused(scene)
        as_it_was(scene, "conversation")
        seen = "unchanged" if done else "refused"
        if seen not in allowed:
            raise WrongError(
                "The endpoint says yes and changes nothing, where it is declared to refuse."
                if done
                else f"It is refused, where it is declared to change nothing: {scene.answer.summary()}.",
                observed=seen,
            )
    return seen


@costs(1)
def not_carried_out(scene: Scene) -> Json:
    """The reading was not answered as if the message had been sent."""
    assert scene.answer is not None
    status = scene.answer.status
    if 200 <= status < 300:
        raise WrongError(f"Reading is answered with {status}, as if the message had been sent.", observed=status)
    if status >= 500 and status != 501:
        raise WrongError(f"Reading is not refused but breaks: {scene.answer.summary()}.", observed=status)
    if scene.answer.is_html():
        raise WrongError(f"Reading is answered with a web page ({status}), not with an error.", observed="web page")
    return "not executed"


@costs(1)
def other_as_declared(scene: Scene) -> Json:
    """The effect that the profile declares has not come to another call."""
    if scene.stage.declared.messages[scene.message].effect_in(noted(scene, "conversation")) is None:
        return UNDECLARED
    return other_as_it_was(scene)


@costs(2)
def other_as_it_was(scene: Scene) -> Json:
    """The other call is in the state it was in."""
    return as_it_was(scene, "beside")


SEES_OTHER_CALLS = frozenset({other_as_declared, other_as_it_was})


@costs(2)
def as_it_was(scene: Scene, role: str) -> Json:
    """The call that plays this part is in the state it was in, and its conversation was not written to."""
    scene.let_settle()
    if (seen := change(scene, role)) is not None:
        if role == "beside":
            raise OthersChangedError(f"The other call is not as it was: {seen}.", seen, "the other call as it was")
        raise WrongError(f"The call is not as it was: {seen}.", observed=seen)
    return "as it was"
