"""The parameters of operations as JSON: from the arguments of a function, and held to their declaration.

A parameter that is a row (``mscrm.crmbaseentity``, ``mscrm.principal``) stays the JSON object that came:
``{"accountid": "…", "@odata.type": "Microsoft.Dynamics.CRM.account"}`` or ``{"@odata.id": "accounts(…)"}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress

from dataverse_tck.emulator.organisation.model import Operation, Parameter
from dataverse_tck.emulator.protocol.errors import missing_parameters, unknown_parameter, unknown_segment, wrong_literal
from dataverse_tck.emulator.protocol.options import split_outside
from dataverse_tck.emulator.protocol.paths import Segment
from dataverse_tck.jsontypes import Json

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d{1,10}", re.ASCII)
_STRING = re.compile(r"'((?:[^']|'')*)'", re.DOTALL)
_INT32 = range(-(2**31), 2**31)
_FITS: dict[str, Callable[[Json], bool]] = {
    "Edm.String": lambda value: isinstance(value, str),
    "Edm.Guid": lambda value: isinstance(value, str) and _GUID.fullmatch(value) is not None,
    "Edm.Boolean": lambda value: isinstance(value, bool),
    "Edm.Int32": lambda value: isinstance(value, int) and not isinstance(value, bool) and value in _INT32,
}


def check_parameters(operation: Operation, given: Mapping[str, Json]) -> dict[str, Json]:
    """The parameters that an operation declares, each with its value or None; anything else is refused.

    Annotations, which have an ``@`` in their names, are passed over as everywhere in OData.
    """
    declared = {parameter.name for parameter in operation.parameters}
    for name in given:
        if name not in declared and "@" not in name:
            raise unknown_parameter(name, operation.name)
    missing = [item.name for item in operation.parameters if not item.nullable and given.get(item.name) is None]
    if missing:
        raise missing_parameters(missing, operation.name)
    return {item.name: _checked(operation, item, given.get(item.name)) for item in operation.parameters}


def _checked(operation: Operation, parameter: Parameter, value: Json) -> Json:
    if value is None:
        return None
    if not is_of_type(parameter, value):
        literal = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        raise wrong_literal(operation.name, literal, parameter.type)
    return value.lower() if parameter.type == "Edm.Guid" else value


def is_of_type(parameter: Parameter, value: Json) -> bool:
    """Whether a value is of the type of a parameter."""
    return _FITS.get(parameter.type, lambda value: isinstance(value, dict))(value)


def function_arguments(operation: Operation, call: Segment, options: Mapping[str, str]) -> dict[str, Json]:
    """The arguments of a function, from its parentheses and from the parameter aliases among the query options.

    Functions are told apart by the names of their parameters: with others, there is no such function.
    """
    given: dict[str, str] = {}
    for part in split_outside(call.arguments or "", ","):
        if not part.strip():
            continue
        name, equals, literal = part.partition("=")
        if not equals or name.strip() in given:
            raise unknown_segment(call.text)
        given[name.strip()] = literal.strip()
    types = {parameter.name: parameter.type for parameter in operation.parameters}
    if given.keys() != types.keys():
        raise unknown_segment(call.text)
    return {
        name: _value(operation, types[name], options.get(literal, "null") if literal.startswith("@") else literal)
        for name, literal in given.items()
    }


def _value(operation: Operation, type_name: str, literal: str) -> Json:
    """A literal of a URL: text in single quotes, GUIDs and numbers bare, rows as JSON that may have single quotes."""
    text = literal.strip()
    if text == "null":
        return None
    string = _STRING.fullmatch(text)
    if type_name == "Edm.String" and string:
        return string[1].replace("''", "'")
    if type_name == "Edm.Guid" and _GUID.fullmatch(text):
        return text
    if type_name == "Edm.Boolean" and text in ("true", "false"):
        return text == "true"
    if type_name == "Edm.Int32" and _NUMBER.fullmatch(text):
        return int(text)
    if text.startswith("{"):
        for candidate in (text, _STRING.sub(lambda match: json.dumps(match[1].replace("''", "'")), text)):
            with suppress(ValueError, RecursionError):
                document = json.loads(candidate)
                json.dumps(document, ensure_ascii=False).encode()  # half of a surrogate pair is no text
                return document
    raise wrong_literal(operation.name, text, type_name)
