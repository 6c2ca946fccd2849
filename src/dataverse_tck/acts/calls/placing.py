"""Placing calls and bringing them somewhere, by the fixtures and the messages that the profile names; ending them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from dataverse_tck.acts.calls import request
from dataverse_tck.acts.calls.state import note, read_state, shows, told, told_effect, usual_effect
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.evidence.purpose import serving
from dataverse_tck.profile import fixture_commands
from dataverse_tck.profile.calls import meets
from dataverse_tck.usage import UsageError
from dataverse_tck.webapi.http.errors import NotMade, TableMissing, WebApiError
from dataverse_tck.webapi.rows.records import Row

if TYPE_CHECKING:
    from dataverse_tck.acts.calls.state import State
    from dataverse_tck.acts.stage import Stage
    from dataverse_tck.profile.calls import States


def bring(scene: Scene, role: str, route: Sequence[str]) -> None:
    """Place a call, take it along a route of messages and fixtures, and note what it is like then."""
    offer(scene, role)
    for name in route:
        go_on(scene, role, name)
    note(scene, role)


def offer(scene: Scene, role: str) -> None:
    """Place a call that plays a part."""
    _calibrate(scene.stage)
    scene.rows.pop(role, None)
    scene.rows[role] = place(scene)
    scene.way = ()


def go_on(scene: Scene, role: str, name: str, before: State | None = None) -> State | None:
    """Take a call along by a message or a fixture; return where it came to by a message."""
    if name in scene.stage.declared.messages:
        return carry_out(scene, role, name, before)
    if said := fixture_commands.ended(_run(scene, name, scene.rows[role].id)):
        raise UnfitError(Outcome.NOT_TESTABLE, f"the fixture {name} {said}")
    scene.way = (*scene.way, name)
    scene.begin()
    return None


def carry_out(scene: Scene, role: str, message: str, before: State | None = None) -> State | None:
    """Send a message as a preparation, and wait until its effect shows; one that is not declared need not show.

    ``before``: what the call was last seen in. Return what was seen after the message, None where nothing is expected.
    """
    declared, deadline = scene.stage.declared.messages[message], scene.stage.deadline(message)
    try:
        before = before or reach(scene, role, declared.begins, deadline)
        wanted = declared.effect_in(before) or usual_effect(scene, message)
        answer = scene.deed(request.send(scene, scene.rows[role], message))
        scene.expect_done(answer, f"{message}, on the way there,")
        scene.way = (*scene.way, message)
        if wanted is None:
            scene.let_settle()
            return None
        seen = scene.eventually(
            lambda: read_state(scene, role),
            lambda state: shows(state, wanted, before),
            within=deadline,
            effect=("call",),
        )
    except WrongError as problem:
        raise UnfitError(Outcome.NOT_TESTABLE, f"{message}, on the way there: {problem}") from problem
    if not shows(seen, wanted, before):
        said = f"{message}, on the way there, had no effect: the call is {told(seen)}, not {told_effect(wanted)}"
        if declared.effect_in(before) is not None:
            raise UnfitError(Outcome.NOT_TESTABLE, said)
        scene.astray = scene.astray or said
    return seen


def reach(scene: Scene, role: str, wanted: States, deadline: float) -> State:
    """Wait until a call is in one of the wanted states, or the deadline has passed; return what it was like last."""
    return scene.eventually(
        lambda: read_state(scene, role), lambda state: meets(state, wanted), within=deadline, effect=("call",)
    )


def place(scene: Scene) -> Row:
    """Have a call offered as the profile says, its conversation known to the ledger; *not testable* where it is not."""
    if scene.stage.unoffered is not None:
        raise UnfitError(Outcome.NOT_TESTABLE, scene.stage.unoffered, again=False)
    offer = scene.stage.declared.fixtures.get("offer")
    if offer is None:
        raise UnfitError(Outcome.NOT_TESTABLE, "the profile has no [fixtures.offer], so no call can be placed")
    if offer.values is not None:
        row = scene.records.make(scene.stage.conversation, offer.values)
    else:
        result = _run(scene, "offer", None)
        try:
            identifier = fixture_commands.conversation_of(offer, result)
        except fixture_commands.FixtureError as problem:
            raise UnfitError(Outcome.NOT_TESTABLE, str(problem)) from problem
        table = scene.stage.tables.of(scene.stage.conversation)
        try:
            scene.stage.plan_placed(table.name, table.entity_set, identifier, scene.records)
        except ValueError:
            reason = f"fixtures.offer yields the conversation {identifier} again: each call needs one of its own"
            raise UnfitError(Outcome.NOT_TESTABLE, reason) from None
        row = Row(table.name, identifier, f"{table.entity_set}({identifier})")
    scene.stage.placed.append(row)
    scene.begin()  # a call may need a moment before it rings
    return row


def _run(scene: Scene, name: str, conversation: str | None) -> fixture_commands.FixtureResult:
    """Run the command of a fixture, and keep what became of it; *not testable* where it cannot be started."""
    try:
        with serving(scene.records.purpose):
            result, exchange = scene.stage.run_command(scene.stage.declared.fixtures[name], conversation)
    except UsageError as problem:
        raise UnfitError(Outcome.NOT_TESTABLE, str(problem)) from problem
    scene.records.exchanges.append(exchange)
    return result


def _calibrate(stage: Stage) -> None:
    """Before the first scenario: see whether the state reader can be believed, and one effect of a message.

    So a slow endpoint is known to be slow before anyone looks for no effect, and no scenario has a call beside its own.
    """
    with stage.calibrating:
        if stage.calibrated:
            return
        stage.calibrated = True
        scene = Scene(stage, "how long an effect takes")
        with suppress(UnfitError, WrongError, WebApiError):  # the scenarios tell
            scene.rows["clock"] = _first(scene)
            asked = [read_state(scene, "clock") for _ in range(3)]
            if asked[0] == asked[2] != asked[1]:  # nothing that happens to a call looks like this
                stage.distrusted = (
                    f"the state of calls cannot be believed: asked three times, it was {told(asked[0])}, then "
                    f"{told(asked[1])}, then as before"
                )
            effects = {
                item.name: item.to or usual_effect(scene, item.name)
                for item in stage.declared.supported()
                if not item.after
            }
            first = next((name for name, effect in effects.items() if effect and effect.states), None)
            if first is not None:
                carry_out(scene, "clock", first)


def _first(scene: Scene) -> Row:
    """Place the first call of the run; where that is refused, so it would be for every scenario: none is tried again.

    Other troubles of the exchange may pass, and leave each scenario to see for itself.
    """
    try:
        return place(scene)
    except (UnfitError, NotMade, TableMissing) as problem:
        scene.stage.unoffered = f"no call can be offered, as the first was not: {problem}"
        raise


def end_all(stage: Stage) -> tuple[str, ...]:
    """End every call that was placed, then run the command for cleaning up; return what went wrong, in words.

    Each attempt is made, whatever became of the one before.
    """
    scene, troubles = Scene(stage, "ending the calls"), list[str]()
    hang_up = stage.declared.fixtures.get("hang_up")
    for row in sorted(stage.placed, key=attrgetter("path")) if hang_up is not None else ():
        _try(troubles, f"hanging up {row.path}", partial(_hang_up, scene, row))
    if "cleanup" in stage.declared.fixtures:
        _try(troubles, "cleaning up", lambda: fixture_commands.ended(_run(scene, "cleanup", None)))
    return tuple(troubles)


def _hang_up(scene: Scene, row: Row) -> str:
    hang_up = scene.stage.declared.fixtures["hang_up"]
    if hang_up.message is None:
        return fixture_commands.ended(_run(scene, "hang_up", row.id))
    request.send(scene, row, hang_up.message)  # refused where the call has ended already
    return ""


def _try(troubles: list[str], what: str, do: Callable[[], str]) -> None:
    try:
        said = do()
    except (UnfitError, WebApiError) as problem:
        said = str(problem)
    if said:
        troubles.append(f"{what} went wrong: {said}")
