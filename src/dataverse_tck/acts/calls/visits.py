"""A message in every state that is declared for it, and in every other one to which the profile's messages lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from dataverse_tck.acts.calls import checks, request
from dataverse_tck.acts.calls.placing import bring, go_on, offer, reach
from dataverse_tck.acts.calls.readiness import UNDECLARED, make_unready
from dataverse_tck.acts.calls.state import note, noted, told
from dataverse_tck.acts.cost import RowOf, costs
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.scene import Visit
from dataverse_tck.conformance.call_states import REGIONS
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.profile.calls import meets
from dataverse_tck.profile.coverage import Fate, Tried

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Scene
    from dataverse_tck.acts.stage import Stage
    from dataverse_tck.profile.calls import Message
    from dataverse_tck.profile.routes import Leg, Place, Route, State, Step

CALL = "conversation"
EACH = 6  # requests in a state, with the way there


@costs(0)
def say_further_states(scene: Scene, message: str) -> None:
    """Leave the scenario, as *not applicable*, where the message is declared for one state alone."""
    scene.message = message
    if not _further(scene, message):
        reason = f"{message} is declared for the one state in which it is tried elsewhere"
        if not scene.stage.declared.messages[message].says_effect():
            reason += ", and what it brings is not declared"
        raise UnfitError(Outcome.NOT_APPLICABLE, reason)
    # What keeps calls from coming to further states is told where it is tried, and takes nothing from the first state.
    scene.unvisited_is = Outcome.NOT_APPLICABLE


def _visited(stage: Stage, message: str) -> int:
    """Return how many requests it takes to try a message wherever its profile says something of it, about."""
    places = stage.map.places(stage.declared.messages[message]) if message in stage.declared.messages else ()
    return EACH * len(places)


@costs(10, RowOf.CONVERSATION, usual=_visited)
def send_in_further_states(scene: Scene, message: str) -> None:
    """Send the message in each further state that is declared for it, each time for a call of its own."""
    for there, route, is_first in _further(scene, message):
        _visit(scene, message, there, route, is_first=is_first)


@costs(0)
def say_wrong_states(scene: Scene, message: str) -> None:
    """Begin with the message in states that are not declared for it."""
    scene.message = message


@costs(11, RowOf.CONVERSATION, usual=_visited)
def send_in_wrong_states(scene: Scene, message: str) -> None:
    """Send the message in each wrong state that calls can be brought to; what changes nothing spares a new call."""
    declared, known = scene.stage.declared.messages[message], scene.stage.map
    wrong = (there.state for there in known.places(declared) if not there.possible)
    left = [part for part in wrong if declared.wrong_in(dict(part))]
    while left:
        _walk(scene, declared, known.walk(left)[0], left)
    if not scene.visits:  # what nobody declares may lead to such a state all the same
        make_unready(scene, message)
        _try(scene, declared, noted(scene, CALL))


@costs(0)
def accepted_in_each(scene: Scene) -> Json:
    """The message was accepted wherever its declared way leads."""
    return _each(scene, lambda visit: visit.refusal, "accepted")


@costs(0)
def becomes_in_each(scene: Scene) -> Json:
    """The call came into the declared state everywhere."""
    if scene.visits and not any(visit.is_declared for visit in scene.visits):
        return UNDECLARED
    return _each(scene, lambda visit: visit.problem, "as declared")


@costs(0)
def harmless_in_each(scene: Scene) -> Json:
    """The message did what is declared of wrong states in each, and how many that were where it is not all."""
    seen = _each(scene, lambda visit: visit.problem, "as declared")
    declared, known = scene.stage.declared.messages[scene.message], scene.stage.map
    wrong = [place for place in known.places(declared) if not place.possible and declared.wrong_in(dict(place.state))]
    return seen if len(scene.visits) >= len(wrong) else f"{seen}, in {len(scene.visits)} of {len(wrong)} wrong states"


def _each(scene: Scene, wrong: Callable[[Visit], WrongError | None], right: str) -> Json:
    """Return what was seen everywhere, or raise the first that was wrong, with the states of all that were."""
    if not scene.visits:
        raise UnfitError(scene.unvisited_is, f"no call came to any of the states: {scene.unvisited}", again=True)
    found = [(visit, problem) for visit in scene.visits if (problem := wrong(visit)) is not None]
    if not found:
        return right
    first, problem = found[0]
    scene.missed = first.missed
    more = "; ".join(f"{told(visit.state)} ({visit.exchange})" for visit, _ in found[1:])
    others = f" Likewise in {more}." if more else ""
    said = f"In {told(first.state)} ({first.exchange}): {problem}{others}"
    raise WrongError(said, problem.observed, problem.expected)


def _further(scene: Scene, message: str) -> list[tuple[Place, Route, bool]]:
    """Return the states of ``from`` that no other scenario tries, each with a way there; True: it has to be right."""
    declared = scene.stage.declared.messages[message]
    return [
        (there, route, at == 0 and there.sure)
        for there in scene.stage.map.places(declared)
        if there.possible
        for at, route in enumerate(there.routes)
        if route != declared.after
    ]


def _visit(scene: Scene, message: str, there: Place, route: Route, *, is_first: bool) -> None:
    """Bring a call to a state that is declared for the message, send it there, and look at what it brings."""
    declared, state = scene.stage.declared.messages[message], dict(there.state)
    try:
        bring(scene, CALL, route)
        _expect(scene, declared, state)
    except UnfitError as problem:
        scene.unvisited = str(problem)
        if not _refuses_to_tell(scene, message, state, route) and is_first:
            _tell(scene, message, state, Fate.UNREACHED, str(problem), possible=True)
        return
    before = noted(scene, CALL)
    answer = scene.deed(request.send(scene, scene.rows[CALL], message))
    refusal = _caught(lambda: checks.expect_accepted(scene))
    if refusal is not None and not is_first:
        _tell(scene, message, state, Fate.REFUSED, str(refusal), possible=True)
        return
    effect = declared.effect_in(before)
    otherwise = None if refusal or effect is None else _caught(lambda: checks.becomes(scene, effect))
    scene.visits.append(
        Visit(before, refusal, otherwise, scene.missed if otherwise else None, answer.exchange, effect is not None)
    )
    wrong = refusal or otherwise
    fate = Fate.WRONG if wrong else Fate.ACCEPTED if effect is None else Fate.RIGHT
    _tell(scene, message, state, fate, str(wrong or ""), possible=True)


def _refuses_to_tell(scene: Scene, message: str, state: Mapping[str, Json], route: Route) -> bool:
    """Whether it is the reader of the state that refuses, at the end of a way: it is declared to tell there."""
    reader = scene.stage.declared.state_reader
    if reader is None or reader.message != message or CALL not in scene.rows or scene.way != route:
        return False
    answer = scene.deed(request.send(scene, scene.rows[CALL], message))
    refusal = _caught(lambda: checks.expect_accepted(scene))
    if refusal is not None:
        scene.visits.append(Visit(state, refusal, None, None, answer.exchange))
        _tell(scene, message, state, Fate.WRONG, str(refusal), possible=True)
    return refusal is not None


def _expect(scene: Scene, declared: Message, state: Mapping[str, Json]) -> None:
    """Leave a state, as *not testable*, where the way there has led elsewhere; a slow endpoint has its time."""
    wanted = {**declared.begins, **{region: (word,) for region, word in state.items()}}
    if not meets(noted(scene, CALL), wanted):
        reach(scene, CALL, wanted, scene.stage.deadline(declared.name))
        note(scene, CALL)
    if not meets(seen := noted(scene, CALL), wanted):
        raise UnfitError(Outcome.NOT_TESTABLE, f"the way there leads to {told(seen)}, not {told(wanted)}")


def _walk(scene: Scene, declared: Message, leg: Leg, left: list[State]) -> None:
    """Take one call along, and try the message in each state that is left; at least one of these is so no more."""
    here: Mapping[str, Json] | None = None
    for at, step in enumerate(leg):
        try:
            here = _arrive(scene, declared, leg, at, here)
        except UnfitError as problem:
            _give_up(scene, declared, leg[at:], left, problem)
            return
        fitting = [part for part in left if set(part) <= set(here.items())]
        if fitting and not meets(here, declared.begins):
            for part in fitting:
                left.remove(part)
            if not _try(scene, declared, here):
                return
        if step.state is not None and any(here.get(region) != word for region, word in step.state):
            elsewhere = f"the way there leads to {told(here)}, not {told(dict(step.state))}"
            _give_up(scene, declared, leg[at:], left, UnfitError(Outcome.NOT_TESTABLE, elsewhere))
            return


def _arrive(scene: Scene, declared: Message, leg: Leg, at: int, here: Mapping[str, Json] | None) -> Mapping[str, Json]:
    """Take the call one step along; return where it is."""
    step = leg[at]
    if step.name is None:
        offer(scene, CALL)
        seen = None
    else:
        seen = go_on(scene, CALL, step.name, here)
    if seen is None:
        wanted = {region: (word,) for region, word in step.state or ()}
        seen = reach(scene, CALL, wanted, scene.stage.deadline(step.name or declared.name))
    return seen


def _give_up(scene: Scene, declared: Message, rest: Sequence[Step], left: list[State], problem: UnfitError) -> None:
    """Give up the next state that was to be tried."""
    scene.unvisited = str(problem)
    planned = next((step.state for step in rest if step.stop and step.state is not None), ())
    for part in [part for part in left if set(part) <= set(planned)]:
        left.remove(part)
        _tell(scene, declared.name, dict(part), Fate.UNREACHED, str(problem), possible=False)


def _try(scene: Scene, declared: Message, here: Mapping[str, Json]) -> bool:
    """Send the message in a wrong state; return whether the call can be used on."""
    note(scene, CALL, here)
    answer = scene.deed(request.send(scene, scene.rows[CALL], declared.name))
    problem = _caught(lambda: checks.wrong_state_as_declared(scene))
    scene.visits.append(Visit(here, None, problem, None, answer.exchange))
    state = {region: here.get(region) for region in declared.begins if region in REGIONS}
    _tell(scene, declared.name, state, Fate.WRONG if problem else Fate.RIGHT, str(problem or ""), possible=False)
    return problem is None


def _caught(look: Callable[[], Json]) -> WrongError | None:
    try:
        look()
    except WrongError as problem:
        return problem
    return None


def _tell(
    scene: Scene, message: str, state: Mapping[str, Json], fate: Fate, reason: str = "", *, possible: bool
) -> None:
    exchange = scene.answer.exchange if scene.answer is not None and fate is not Fate.UNREACHED else None
    scene.tried.append(Tried(message, dict(state), possible, fate, reason, exchange))
