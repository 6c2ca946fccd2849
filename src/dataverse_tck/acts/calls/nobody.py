"""Messages that nobody knows, sent to see that the endpoint can say no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataverse_tck.acts.calls import request
from dataverse_tck.acts.calls.placing import bring
from dataverse_tck.acts.cost import RowOf, costs
from dataverse_tck.acts.errors import UnfitError
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.readings import NAMESPACE

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Scene


@costs(3, RowOf.CONVERSATION)
def make_offered(scene: Scene) -> None:
    """Have a call offered, and send nothing to it."""
    bring(scene, "conversation", ())


@costs(1)
def send_for_conversation(scene: Scene, message: str) -> None:
    """Send a message that nobody knows, bound to the conversation."""
    scene.deed(scene.records.send("POST", f"{scene.rows['conversation'].path}/{NAMESPACE}.{message}", {}))


@costs(1)
def send_for_nothing(scene: Scene, message: str) -> None:
    """Send a message that nobody knows, bound to nothing; the conversation is named where the profile says how."""
    parameter = scene.stage.declared.conversation_parameter
    given = {} if parameter is None else {parameter: scene.rows["conversation"].id}
    scene.deed(scene.records.send("POST", message, given))


@costs(1)
def send_in_small_letters(scene: Scene, message: str) -> None:
    """Send the message that the call is ready for, with all that it needs, under its name in another letter case."""
    real, row = scene.message, scene.rows["conversation"]
    assert message != real
    assert message == real.lower()
    if not scene.stage.declared.messages[real].supported:
        raise UnfitError(Outcome.NOT_APPLICABLE, f"the profile does not claim {real}")
    address = request.address(scene, row, real).removesuffix(real) + message
    scene.deed(scene.records.send("POST", address, request.body(scene, row, real), request.actor(scene, real)))
