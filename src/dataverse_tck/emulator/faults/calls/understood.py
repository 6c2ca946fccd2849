"""What is made of parameters that should have been refused: as much as can be understood."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from dataverse_tck.emulator.operations.arguments import is_of_type
from dataverse_tck.emulator.organisation.model import Parameter
from dataverse_tck.emulator.protocol.exchange import Request
from dataverse_tck.emulator.protocol.paths import split_path
from dataverse_tck.jsontypes import Json

_STAND_INS = {"Destination": "+15550199"}  # for a required text that is missing


def in_url(request: Request) -> dict[str, Json]:
    """Parameters as a client that takes an action for a function writes them: in parentheses, or in the query."""
    arguments = split_path(request.path.strip("/"))[-1].arguments or ""
    pairs = [part.partition("=")[::2] for part in arguments.split(",")]
    return {name.strip("@ "): value.strip("' ") for name, value in (*pairs, *parse_qsl(request.query))}


def understood(parameter: Parameter, value: Json) -> Json:
    """A value as the type of a parameter, None where it makes no sense as such."""
    if value is not None and is_of_type(parameter, value):
        return value.lower() if parameter.type == "Edm.Guid" else value
    if parameter.type != "Edm.String":
        return None
    return _STAND_INS.get(parameter.name) if value is None else json.dumps(value)
