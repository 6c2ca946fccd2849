"""What the faults of calls answer: instead of a refusal, or of the answer that is right.

What a fault does to the effect of an action stands in ``calls``; which faults there are, in ``call_faults``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from dataverse_tck.emulator.operations import calls
from dataverse_tck.emulator.operations.arguments import fits
from dataverse_tck.emulator.organisation.model import Operation, Parameter
from dataverse_tck.emulator.protocol.errors import ODataError, unexpected_error, unknown_segment
from dataverse_tck.emulator.protocol.exchange import Answer, Request, error_answer, json_answer, outputs_answer
from dataverse_tck.emulator.protocol.paths import Segment, split_path
from dataverse_tck.emulator.store.database import Reference, Work
from dataverse_tck.jsontypes import Json

_WHICH = "ConversationId"
_STAND_INS = {"Destination": "+15550199"}  # for a required text that is missing
_PAGE = b"<!DOCTYPE html>\n<html><head><title>Bad Request</title></head><body><h1>Bad Request</h1></body></html>\n"


def before(work: Work, request: Request, call: Segment, message: str) -> None:
    """What comes before a call is looked at: raises 404 where a fault lets the message be found by nobody."""
    calling = work.organisation.calling
    if calling.faults.get((message, "callable")) == "404":
        raise unknown_segment(call.text)
    if calling.asked and message != calls.STATE_READER:
        said = request.path.lower() + request.body.decode("utf-8", "replace").lower()
        for identifier in [item for item in calling.asked if item in said]:
            del calling.asked[identifier]


def instead_of(
    error: ODataError, work: Work, operation: Operation, target: Reference | str | None, request: Request
) -> Answer | None:
    """What a fault answers instead of an error; None where none was asked for, and the error is right.

    Every error comes before the first change, so that the call can still be done all the same.
    """
    kind = work.organisation.calling.faults.get((operation.name, error.aspect))
    if kind is None:
        return None
    if kind == "500":
        raise unexpected_error() from error
    if kind == "html":
        return Answer(400, _PAGE, "text/html; charset=utf-8")
    if kind == "error-body":
        return json_answer({"error": {"code": error.code, "message": error.message}})
    outputs = _do_all_the_same(error.aspect, work, operation, target, request)
    by_get = error.aspect == "not-by-get"
    if kind == "hidden" or (kind == "executes" and not by_get):
        return error_answer(error)
    return outputs_answer(work.root, operation.name, outputs)


def _do_all_the_same(
    aspect: str, work: Work, operation: Operation, target: Reference | str | None, request: Request
) -> Mapping[str, Json] | None:
    """Do what is asked as far as it is understood; a conversation that nobody named is the one that changed last."""
    nothing = calls.shown(calls.Call(calls.NONE)) if operation.outputs else None
    if aspect == "unknown-conversation":
        return nothing
    given = _in_url(request) if aspect == "not-by-get" else json.loads(request.body or b"{}")
    parameters = {item.name: _understood(item, given.get(item.name)) for item in operation.parameters}
    row = target if isinstance(target, Reference) else None
    if row is None and parameters[_WHICH] is None:
        found = calls.newest(work, lambda other: calls.is_possible(operation.name, work, other, parameters))
        if found is None:
            return nothing
        parameters[_WHICH] = found["activityid"]
    if aspect == "wrong-state":
        calls.carry_out(operation.name, work, row, parameters, forced=True)
        return None
    return calls.HANDLERS[operation.name](work, row, parameters)


def _in_url(request: Request) -> dict[str, Json]:
    """Parameters as a client that takes an action for a function writes them: in parentheses, or in the query."""
    arguments = split_path(request.path.strip("/"))[-1].arguments or ""
    pairs = [part.partition("=")[::2] for part in arguments.split(",")]
    return {name.strip("@ "): value.strip("' ") for name, value in (*pairs, *parse_qsl(request.query))}


def _understood(parameter: Parameter, value: Json) -> Json:
    """A value as the type of a parameter, None where it makes no sense as such."""
    if value is not None and fits(parameter, value):
        return value.lower() if parameter.type == "Edm.Guid" else value
    if parameter.type != "Edm.String":
        return None
    return _STAND_INS.get(parameter.name) if value is None else json.dumps(value)
