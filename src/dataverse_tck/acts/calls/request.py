"""Sending a message the way the endpoint declares it: bound to a conversation, to the table, or to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from dataverse_tck.acts.errors import UnfitError
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.readings import NAMESPACE
from dataverse_tck.webapi.rows.records import Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataverse_tck.acts.scene import Scene
    from dataverse_tck.profile.signatures import Signature
    from dataverse_tck.readings import Parameter
    from dataverse_tck.webapi.http.answer import Answer

UNKNOWN = "TckParameterThatNobodyKnows"
# A JSON value that no reader takes for the type; text serves for every type but text.
_WRONG: Mapping[str, Json] = {"Edm.String": 4711, "Edm.Binary": 4711}
_WRONG_OTHERWISE = "neither a number nor a date nor an id"


def send(scene: Scene, row: Row, message: str) -> Answer:
    """Send a message rightly, as the actor that the profile names for it."""
    return scene.records.send("POST", address(scene, row, message), body(scene, row, message), actor(scene, message))


def address(scene: Scene, row: Row, message: str) -> str:
    """Return where a message is sent, below the service root."""
    match _signature(scene, message).binding:
        case "entity":
            return f"{row.path}/{NAMESPACE}.{message}"
        case "collection":
            return f"{scene.stage.tables.of(row.table).entity_set}/{NAMESPACE}.{message}"
        case _:
            return message


def body(scene: Scene, row: Row, message: str) -> dict[str, Json]:
    """Return the parameters of a message: the profile's values, and the conversation where it is a parameter."""
    signature = _signature(scene, message)
    given = dict(scene.stage.declared.messages[message].parameters)
    if signature.conversation is not None:
        given[signature.conversation] = _conversation(scene, row, message)
    missing = [item.name for item in signature.parameters if not item.nullable and item.name not in given]
    if missing:
        raise UnfitError(Outcome.NOT_TESTABLE, f"the profile gives no value for {missing[0]}, which {message} needs")
    return given


def _conversation(scene: Scene, row: Row, message: str) -> Json:
    signature = _signature(scene, message)
    kind = next((item.type for item in signature.parameters if item.name == signature.conversation), "Edm.Guid")
    if kind.startswith("Edm."):
        return row.id
    return {scene.stage.tables.of(row.table).primary_id: row.id, "@odata.type": f"{NAMESPACE}.{row.table}"}


def with_unknown(scene: Scene, row: Row, message: str) -> dict[str, Json]:
    """Return the parameters with one that the message does not have."""
    return {**body(scene, row, message), UNKNOWN: scene.stage.settings.mark}


def without(scene: Scene, row: Row, message: str) -> dict[str, Json]:
    """Return the parameters without one that is required; *not applicable* when none is."""
    needed = [item.name for item in _signature(scene, message).required()]
    if not needed:
        raise UnfitError(Outcome.NOT_APPLICABLE, f"{message} declares no parameter that it needs")
    return {name: value for name, value in body(scene, row, message).items() if name != needed[0]}


def of_wrong_kind(scene: Scene, row: Row, message: str) -> dict[str, Json]:
    """Return the parameters with one of another type than declared; *not applicable* without parameters."""
    parameters = _signature(scene, message).parameters
    if not parameters:
        raise UnfitError(Outcome.NOT_APPLICABLE, f"{message} declares no parameter")
    return {**body(scene, row, message), parameters[0].name: _wrong(parameters[0])}


def _wrong(parameter: Parameter) -> Json:
    return _WRONG.get(parameter.type, _WRONG_OTHERWISE)


def nobody(scene: Scene) -> Row:
    """Return a conversation that there is none of."""
    table = scene.stage.tables.of(scene.stage.conversation)
    identifier = str(UUID(int=scene.records.made_up.getrandbits(128), version=4))
    return Row(table.name, identifier, f"{table.entity_set}({identifier})")


def actor(scene: Scene, message: str) -> dict[str, str] | None:
    """Return the header by which a message is sent as somebody else, where the profile names an actor."""
    name = scene.stage.declared.messages[message].actor
    return None if name is None else {"MSCRMCallerID": scene.stage.declared.actors[name]}


def _signature(scene: Scene, message: str) -> Signature:
    signature = scene.stage.signatures.get(message)
    if signature is None:
        raise UnfitError(Outcome.NOT_TESTABLE, f"neither the endpoint nor the profile declares how {message} is called")
    return signature
