"""Placing calls and bringing them somewhere, by the fixtures and the messages that the profile names; ending them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from dataverse_tck import fixtures
from dataverse_tck.acts import messages
from dataverse_tck.acts.call_states import note, read_state, shows
from dataverse_tck.acts.scene import Scene
from dataverse_tck.acts.stage import UnfitError
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.usage import UsageError
from dataverse_tck.webapi.errors import WebApiError
from dataverse_tck.webapi.records import Row

if TYPE_CHECKING:
    from dataverse_tck.acts.stage import Stage

Json = Any


def bring(scene: Scene, role: str, route: Sequence[str]) -> None:
    """Place a call, take it along a route of messages and fixtures, and note what it is like then."""
    scene.rows[role] = _place(scene)
    for name in route:
        if name in scene.stage.declared.messages:
            carry_out(scene, role, name)
        elif (result := _run(scene, name, scene.rows[role].id)).code != 0:
            raise UnfitError(
                Outcome.NOT_TESTABLE, f"the fixture {name} ended with {result.code}: {result.stderr.strip()[-200:]}"
            )
    note(scene, role)


def carry_out(scene: Scene, role: str, message: str) -> None:
    """Send a message as a preparation, and wait until its declared effect shows."""
    wanted = scene.stage.declared.messages[message].to
    before = {} if wanted is None else read_state(scene, role)
    answer = scene.deed(messages.send(scene, scene.rows[role], message))
    scene.expect_done(answer, f"{message}, on the way there,")
    if wanted is not None:
        seen = scene.eventually(
            lambda: read_state(scene, role),
            lambda state: shows(state, wanted, before),
            within=scene.stage.deadline(message),
        )
        if not shows(seen, wanted, before):
            raise UnfitError(Outcome.NOT_TESTABLE, f"{message}, on the way there, had no effect")


def _place(scene: Scene) -> Row:
    offer = scene.stage.declared.fixtures.get("offer")
    if offer is None:
        raise UnfitError(Outcome.NOT_TESTABLE, "the profile has no [fixtures.offer], so no call can be placed")
    if offer.values is not None:
        row = scene.records.make(scene.stage.conversation, offer.values)
    else:
        result = _run(scene, "offer", None)
        try:
            identifier = fixtures.conversation_of(offer, result)
        except fixtures.FixtureError as problem:
            raise UnfitError(Outcome.NOT_TESTABLE, str(problem)) from problem
        table = scene.stage.tables.of(scene.stage.conversation)
        try:
            scene.stage.ledger.plan(table.name, table.entity_set, identifier, scene.records.scene)
        except ValueError:
            reason = f"fixtures.offer yields the conversation {identifier} again: each call needs one of its own"
            raise UnfitError(Outcome.NOT_TESTABLE, reason) from None
        row = Row(table.name, identifier, f"{table.entity_set}({identifier})")
    scene.stage.placed.append(row)
    return row


def _run(scene: Scene, name: str, conversation: str | None) -> fixtures.FixtureResult:
    """Run the command of a fixture, and keep what became of it; *not testable* where it cannot be started."""
    started = datetime.now(UTC)
    try:
        result = fixtures.run(scene.stage.declared.fixtures[name], conversation)
    except UsageError as problem:
        raise UnfitError(Outcome.NOT_TESTABLE, str(problem)) from problem
    scene.records.exchanges.append(scene.stage.session.recorder.fixture(started, result.document()))
    return result


def calibrate(scene: Scene) -> None:
    """See one effect of a message before the first look for none: so a slow endpoint is known to be slow."""
    with scene.stage.calibrating:
        if scene.stage.calibrated:
            return
        scene.stage.calibrated = True
        first = next(
            (
                item
                for item in scene.stage.declared.messages.values()
                if item.supported and item.to and item.to.states and not item.after
            ),
            None,
        )
        if first is not None:
            other = Scene(scene.stage, "how long an effect takes")
            other.rows["clock"] = _place(other)
            try:
                carry_out(other, "clock", first.name)
            except UnfitError:
                return  # its own scenario tells


def end_all(stage: Stage) -> tuple[str, ...]:
    """End every call that was placed, then run the command for cleaning up; return what went wrong, in words.

    Each attempt is made, whatever became of the one before.
    """
    scene, troubles = Scene(stage, "ending the calls"), list[str]()
    hang_up = stage.declared.fixtures.get("hang_up")
    for row in stage.placed if hang_up is not None else ():
        _try(troubles, f"hanging up {row.path}", partial(_hang_up, scene, row))
    if "cleanup" in stage.declared.fixtures:
        _try(troubles, "cleaning up", lambda: _code(_run(scene, "cleanup", None)))
    return tuple(troubles)


def _hang_up(scene: Scene, row: Row) -> str:
    hang_up = scene.stage.declared.fixtures["hang_up"]
    if hang_up.message is None:
        return _code(_run(scene, "hang_up", row.id))
    messages.send(scene, row, hang_up.message)  # refused where the call has ended already
    return ""


def _code(result: fixtures.FixtureResult) -> str:
    return "" if result.code == 0 else f"its command ended with {result.code}: {result.stderr.strip()[-200:]}"


def _try(troubles: list[str], what: str, do: Callable[[], str]) -> None:
    try:
        said = do()
    except (UnfitError, UsageError, WebApiError) as problem:
        said = str(problem)
    if said:
        troubles.append(f"{what} went wrong: {said}")
