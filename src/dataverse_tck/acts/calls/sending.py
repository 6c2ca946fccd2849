"""Messages sent: rightly, wrongly, twice, to nobody, and only looked at."""

from __future__ import annotations

from collections.abc import Mapping

from dataverse_tck.acts.calls import request
from dataverse_tck.acts.calls.placing import carry_out
from dataverse_tck.acts.calls.state import (
    usual,
)
from dataverse_tck.acts.cost import costs
from dataverse_tck.acts.errors import UnfitError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json


@costs(1)
def send(scene: Scene, message: str) -> None:
    """Send the message rightly."""
    scene.deed(request.send(scene, scene.rows["conversation"], message))


@costs(3)
def send_and_take_back(scene: Scene, message: str) -> None:
    """Send the message, see its effect, send its counterpart."""
    inverse = counterpart(scene, message)
    if inverse is None or not scene.stage.declared.messages[inverse].supported:
        raise UnfitError(Outcome.NOT_APPLICABLE, f"no counterpart of {message} is declared")
    carry_out(scene, "conversation", message)
    scene.deed(request.send(scene, scene.rows["conversation"], inverse))


@costs(1)
def send_for_nobody(scene: Scene, message: str) -> None:
    """Send the message for a conversation that there is none of."""
    nobody = request.nobody(scene)
    _post(scene, request.address(scene, nobody, message), request.body(scene, nobody, message))


@costs(1)
def send_with_unknown(scene: Scene, message: str) -> None:
    """Send the message with a parameter that it does not have."""
    row = scene.rows["conversation"]
    _post(scene, request.address(scene, row, message), request.with_unknown(scene, row, message))


@costs(1)
def send_without(scene: Scene, message: str) -> None:
    """Send the message without a parameter that it needs."""
    row = scene.rows["conversation"]
    _post(scene, request.address(scene, row, message), request.without(scene, row, message))


@costs(1)
def send_of_wrong_kind(scene: Scene, message: str) -> None:
    """Send the message with a value of another type than declared."""
    row = scene.rows["conversation"]
    _post(scene, request.address(scene, row, message), request.of_wrong_kind(scene, row, message))


def _post(scene: Scene, address: str, body: Mapping[str, Json]) -> None:
    scene.deed(scene.records.send("POST", address, body, request.actor(scene, scene.message)))


@costs(1)
def read_only(scene: Scene, message: str) -> None:
    """Read the address of the message, as a crawler or a browser would."""
    address = request.address(scene, scene.rows["conversation"], message)
    scene.deed(scene.records.send("GET", address, None, request.actor(scene, message)))


@costs(2)
def send_twice(scene: Scene, message: str) -> None:
    """Send the message twice in a row and keep both answers."""
    answers = [request.send(scene, scene.rows["conversation"], message) for _ in range(2)]
    for answer in answers:
        scene.deed(answer)
        scene.expect_allowed(f"Sending {message}")
    scene.answers = tuple(_said(answer.json()) for answer in answers if answer.content)


def _said(document: Json) -> Json:
    """Return an answer without what changes from one to the next whatever is asked."""
    if not isinstance(document, dict):
        return document
    return {name: value for name, value in document.items() if not name.startswith("@odata.")}


def counterpart(scene: Scene, message: str) -> str | None:
    practice = usual(scene, message, "inverse") or {}
    return scene.stage.declared.messages[message].inverse or practice.get("after")
