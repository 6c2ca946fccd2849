"""Calls: brought where a message may be sent, asked rightly and wrongly, and looked at afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dataverse_tck.acts import links
from dataverse_tck.acts.calls import sending
from dataverse_tck.acts.calls.placing import bring, carry_out, reach
from dataverse_tck.acts.calls.state import (
    effect_of,
    meets,
    note,
    noted,
    read_state,
    shows,
    told,
    told_effect,
    unchanged,
    usual,
    usual_effect,
)
from dataverse_tck.acts.stage import Aside, UnfitError, WrongError
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.webapi.http.errors import Malformed

if TYPE_CHECKING:
    from dataverse_tck.acts.calls.state import State
    from dataverse_tck.acts.scene import Scene
    from dataverse_tck.profile.calls import Effect, States

_UNDECLARED = Aside(Outcome.NOT_APPLICABLE, "the profile declares nothing of it: what is usual is advisory")
_DECLARED = Aside(Outcome.NOT_APPLICABLE, "the profile declares it")
_ENDED: States = {"call": ("Ended",)}
MOST_ROUTES = 5  # tried to find a state that is wrong for a message


def make_ready(scene: Scene, message: str) -> None:
    """Bring a call into a state that is declared for the message."""
    scene.words["message"] = message
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


def make_another(scene: Scene) -> None:
    """Bring another call into the same state."""
    with _tolerance(scene, "beside"):
        bring(scene, "beside", scene.stage.declared.messages[scene.words["message"]].after)
        note(scene, "conversation")  # its own state may have moved on meanwhile


@contextmanager
def _tolerance(scene: Scene, role: str) -> Iterator[None]:
    """Let a scenario of the state reader itself go on with a call whose state could not be read: it has to tell."""
    try:
        yield
    except UnfitError as problem:
        reader = scene.stage.declared.state_reader
        if reader is None or reader.message != scene.words["message"] or role not in scene.rows:
            raise
        scene.words.setdefault(f"state of {role}", problem)


def make_unready(scene: Scene, message: str) -> None:
    """Bring a call into a state that is not declared for the message, or where practice says it is refused."""
    scene.words["message"] = message
    declared, practice = scene.stage.declared.messages[message], usual(scene, message, "wrong-state")
    if not declared.when_wrong_state and practice is None:
        raise UnfitError(Outcome.NOT_APPLICABLE, f"the profile does not say what {message} does in another state")
    by_word = declared.when_wrong_state or practice is None
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


def make_done(scene: Scene, message: str) -> None:
    """Bring a call behind the message; *not applicable* when it may be sent again there."""
    make_ready(scene, message)
    declared = scene.stage.declared.messages[message]
    carry_out(scene, "conversation", message)
    note(scene, "conversation")
    if declared.begins and meets(noted(scene, "conversation"), declared.begins):
        raise UnfitError(Outcome.NOT_APPLICABLE, f"{message} may be sent again in the state that it leads to")


def send(scene: Scene, message: str) -> None:
    """Send the message rightly."""
    scene.deed(sending.send(scene, scene.rows["conversation"], message))


def send_and_take_back(scene: Scene, message: str) -> None:
    """Send the message, see its effect, send its counterpart."""
    inverse = _counterpart(scene, message)
    if inverse is None or not scene.stage.declared.messages[inverse].supported:
        raise UnfitError(Outcome.NOT_APPLICABLE, f"no counterpart of {message} is declared")
    carry_out(scene, "conversation", message)
    scene.deed(sending.send(scene, scene.rows["conversation"], inverse))


def send_for_nobody(scene: Scene, message: str) -> None:
    """Send the message for a conversation that there is none of."""
    nobody = sending.nobody(scene)
    _post(scene, sending.address(scene, nobody, message), sending.body(scene, nobody, message))


def send_with_unknown(scene: Scene, message: str) -> None:
    """Send the message with a parameter that it does not have."""
    row = scene.rows["conversation"]
    _post(scene, sending.address(scene, row, message), sending.with_unknown(scene, row, message))


def send_without(scene: Scene, message: str) -> None:
    """Send the message without a parameter that it needs."""
    row = scene.rows["conversation"]
    _post(scene, sending.address(scene, row, message), sending.without(scene, row, message))


def send_of_wrong_kind(scene: Scene, message: str) -> None:
    """Send the message with a value of another type than declared."""
    row = scene.rows["conversation"]
    _post(scene, sending.address(scene, row, message), sending.of_wrong_kind(scene, row, message))


def _post(scene: Scene, address: str, body: Mapping[str, Json]) -> None:
    scene.deed(scene.records.send("POST", address, body, sending.actor(scene, scene.words["message"])))


def read_only(scene: Scene, message: str) -> None:
    """Read the address of the message, as a crawler or a browser would."""
    address = sending.address(scene, scene.rows["conversation"], message)
    scene.deed(scene.records.send("GET", address, None, sending.actor(scene, message)))


def send_twice(scene: Scene, message: str) -> None:
    """Send the message twice in a row and keep both answers."""
    answers = [sending.send(scene, scene.rows["conversation"], message) for _ in range(2)]
    for answer in answers:
        scene.deed(answer)
        scene.expect_allowed(f"Sending {message}")
    scene.words["answers"] = [
        {name: value for name, value in answer.json().items() if not name.startswith("@odata.")}
        for answer in answers
        if answer.content
    ]


def same_answers(scene: Scene) -> Json:
    """The two answers were the same."""
    first, *more = scene.words["answers"] or [None]
    if any(other != first for other in more):
        raise WrongError(f"The second answer is another one: {more[0]} after {first}.", observed=more[0])
    return "unchanged"


def accepted(scene: Scene) -> Json:
    """The message was accepted, and its answer is no error in disguise."""
    assert scene.answer is not None
    scene.expect_allowed(f"Sending {scene.words['message']}")
    try:
        body = scene.answer.json() if scene.answer.content else None
    except Malformed as problem:
        raise WrongError(str(problem), observed="no JSON") from problem
    if isinstance(body, dict) and "error" in body:
        raise WrongError(
            f"It answers {scene.answer.status}, but with an error: {scene.answer.summary()}.", observed="error"
        )
    return "accepted"


def becomes_as_declared(scene: Scene) -> Json:
    """The call comes into the state that the profile declares."""
    wanted = scene.stage.declared.messages[scene.words["message"]].to
    return _UNDECLARED if wanted is None else _becomes(scene, wanted)


def becomes_as_usual(scene: Scene) -> Json:
    """Where the profile says nothing: the call comes into the state that practice suggests."""
    if scene.stage.declared.messages[scene.words["message"]].to is not None:
        return _DECLARED
    wanted = usual_effect(scene, scene.words["message"])
    if wanted is None:
        return _UNDECLARED
    _expect_usual_way(scene)
    return _becomes(scene, wanted)


def _expect_usual_way(scene: Scene) -> None:
    """Leave what is advisory, as *not testable*, when a preparation did not do what is usual."""
    if "astray" in scene.words:
        raise UnfitError(Outcome.NOT_TESTABLE, scene.words["astray"])


def _becomes(scene: Scene, wanted: Effect) -> Json:
    before, message = noted(scene, "conversation"), scene.words["message"]
    state = scene.eventually(
        lambda: read_state(scene, "conversation"),
        lambda seen: shows(seen, wanted, before),
        within=scene.stage.deadline(message),
    )
    if not shows(state, wanted, before):
        raise WrongError(
            f"It should be {told_effect(wanted)}: the call was {told(before)}, and is now {told(state)}.",
            observed=dict(state),
        )
    return dict(state)


def is_back_as_declared(scene: Scene) -> Json:
    """The counterpart has brought the call back to where it was before."""
    if scene.stage.declared.messages[scene.words["message"]].inverse is None:
        return _UNDECLARED
    _expect_counterpart(scene)
    before = noted(scene, "conversation")
    state = scene.eventually(
        lambda: read_state(scene, "conversation"),
        lambda seen: seen == before,
        within=scene.stage.deadline(scene.words["message"]),
    )
    if state != before:
        _expect_own_effect(scene, state)
        raise WrongError(f"The call was {told(before)}, and is now {told(state)}.", observed=dict(state))
    return dict(state)


def _counterpart(scene: Scene, message: str) -> str | None:
    practice = usual(scene, message, "inverse") or {}
    return scene.stage.declared.messages[message].inverse or practice.get("after")


def _tells_itself(scene: Scene) -> bool:
    """Whether the counterpart has scenarios of its own that come the same way: then they tell what is wrong with it."""
    message, declared = scene.words["message"], scene.stage.declared.messages
    return declared[_counterpart(scene, message) or message].after == (*declared[message].after, message)


def _expect_counterpart(scene: Scene) -> None:
    what = f"Sending the counterpart of {scene.words['message']}"
    assert scene.answer is not None
    if _tells_itself(scene):
        scene.expect_done(scene.answer, what)
    scene.expect_allowed(what)


def _expect_own_effect(scene: Scene, state: State) -> None:
    """Leave the scenario, as *not testable*, when the counterpart does not even do what it is for."""
    counterpart = str(_counterpart(scene, scene.words["message"]))
    own = scene.stage.declared.messages[counterpart].to
    if _tells_itself(scene) and own is not None and not meets(state, own.states):
        raise UnfitError(
            Outcome.NOT_TESTABLE, f"{counterpart} has no effect: the call is {told(state)}, not {told_effect(own)}"
        )


def is_back_as_usual(scene: Scene) -> Json:
    """Where the profile names no counterpart: the usual one has the usual effect."""
    practice = usual(scene, scene.words["message"], "inverse")
    if practice is None or scene.stage.declared.messages[scene.words["message"]].inverse is not None:
        return _DECLARED
    _expect_usual_way(scene)
    _expect_counterpart(scene)
    return _becomes(scene, effect_of(practice))


def wrong_state_as_declared(scene: Scene) -> Json:
    """In the wrong state the endpoint does what the profile declares: refuses, or changes nothing."""
    allowed = scene.stage.declared.messages[scene.words["message"]].when_wrong_state
    return _harmless(scene, allowed) if allowed else _UNDECLARED


def wrong_state_as_usual(scene: Scene) -> Json:
    """Where the profile says nothing: it is refused or changes nothing."""
    practice = usual(scene, scene.words["message"], "wrong-state")
    if practice is None or scene.stage.declared.messages[scene.words["message"]].when_wrong_state:
        return _DECLARED
    return _harmless(scene, practice["is"])


def twice_as_declared(scene: Scene) -> Json:
    """Sent a second time, it is refused or changes nothing: practice knows both."""
    allowed = scene.stage.declared.messages[scene.words["message"]].when_wrong_state
    return _harmless(scene, ("refused", "unchanged")) if allowed else _UNDECLARED


def twice_as_usual(scene: Scene) -> Json:
    """The same, where the profile does not say what happens in the wrong state."""
    if scene.stage.declared.messages[scene.words["message"]].when_wrong_state:
        return _DECLARED
    return _harmless(scene, ("refused", "unchanged"))


def _harmless(scene: Scene, allowed: Sequence[str]) -> Json:
    assert scene.answer is not None
    done = 200 <= scene.answer.status < 300
    if not done:
        links.refused(scene)
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


def not_carried_out(scene: Scene) -> Json:
    """The reading was not answered as if the message had been sent."""
    assert scene.answer is not None
    status = scene.answer.status
    if 200 <= status < 300:
        raise WrongError(f"Reading is answered with {status}, as if the message had been sent.", observed=status)
    if status >= 500 and status != 501:
        raise WrongError(f"Reading is not refused but breaks: {scene.answer.summary()}.", observed=status)
    return "not executed"


def other_as_declared(scene: Scene) -> Json:
    """The effect that the profile declares has not come to another call."""
    if scene.stage.declared.messages[scene.words["message"]].to is None:
        return _UNDECLARED
    return as_it_was(scene, "beside")


def other_as_usual(scene: Scene) -> Json:
    """The same of an effect that practice suggests."""
    if scene.stage.declared.messages[scene.words["message"]].to is not None:
        return _DECLARED
    return _UNDECLARED if usual(scene, scene.words["message"], "effect") is None else as_it_was(scene, "beside")


def as_it_was(scene: Scene, role: str) -> Json:
    """The call that plays this part is in the state it was in, and its conversation was not written to."""
    scene.let_settle()
    if (change := unchanged(scene, role)) is not None:
        which = "other call" if role == "beside" else "call"
        raise WrongError(f"The {which} is not as it was: {change}.", observed=change)
    return "as it was"
