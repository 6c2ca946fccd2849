"""Actions and functions: found by name and binding, their parameters checked, then done by their handlers.

The declaration in ``Organisation.operations``, which ``$metadata`` and ``customapis`` show, is what calls are held to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from dataverse_tck.emulator.operations import calls, sharing, wrong_calls
from dataverse_tck.emulator.operations.arguments import check_parameters, function_arguments
from dataverse_tck.emulator.organisation.model import Binding, Operation, Organisation, Table, metadata_id
from dataverse_tck.emulator.protocol.errors import (
    ODataError,
    function_posted_to,
    missing_row,
    not_implemented,
    unknown_key,
    unknown_segment,
    unresolved_parameters,
    unsupported_method,
    unsupported_option,
)
from dataverse_tck.emulator.protocol.exchange import Answer, Request, outputs_answer
from dataverse_tck.emulator.protocol.namespace import QUALIFIER
from dataverse_tck.emulator.protocol.options import query_options
from dataverse_tck.emulator.protocol.paths import Segment
from dataverse_tck.emulator.store.database import Reference, Work
from dataverse_tck.jsontypes import Json

# Work, the row that the operation is bound to, its parameters -> its outputs, None for an action without any.
Outputs = Mapping[str, Json] | None
Handler = Callable[[Work, Reference | None, Mapping[str, Json]], Outputs]
Target = Reference | str | None  # a row, a table (LogicalName) for its whole entity set, nothing


def _who_am_i(work: Work, target: Reference | None, parameters: Mapping[str, Json]) -> Mapping[str, Json]:
    users = work.database.tables["systemuser"]
    unit = work.connection.scalar(sa.select(users.c.businessunitid).where(users.c.systemuserid == work.caller))
    return {"BusinessUnitId": unit, "UserId": work.caller, "OrganizationId": metadata_id("row", "organization")}


def _retrieve_version(work: Work, target: Reference | None, parameters: Mapping[str, Json]) -> Mapping[str, Json]:
    return {"Version": work.organisation.version}


HANDLERS: dict[str, Handler] = {
    "WhoAmI": _who_am_i,
    "RetrieveVersion": _retrieve_version,
    **calls.HANDLERS,
    **sharing.HANDLERS,
}


def is_call(organisation: Organisation, segments: list[Segment]) -> bool:
    """Whether a path calls an operation, rightly or with an error that ``answer`` knows.

    That is ``Name`` of an unbound one, ``set(id)/Namespace.Name`` or ``set/Namespace.Name`` of a bound one; also
    ``set(id)/Name`` without the namespace, which Dataverse refuses in words of its own.
    """
    name = segments[-1].name
    if len(segments) == 1:
        return any(item.name == name and item.binding is Binding.UNBOUND for item in organisation.operations)
    bound = name.removeprefix(QUALIFIER)
    return len(segments) == 2 and any(
        item.name == bound and item.binding is not Binding.UNBOUND for item in organisation.operations
    )


def answer(work: Work, request: Request, segments: list[Segment]) -> Answer:
    """Answer a call at its path: 200 with the outputs, 204 where the operation has none."""
    call, bound = segments[-1], len(segments) > 1
    if bound and not call.name.startswith(QUALIFIER):
        raise unresolved_parameters()
    name = call.name.removeprefix(QUALIFIER)
    target = _target(work, segments[0]) if bound else None
    operation = _find(work.organisation, name, target, shown=call.name)
    wrong_calls.before(work, request, call, name)
    try:
        outputs = _done(work, operation, target, request, call)
    except ODataError as error:
        instead = wrong_calls.instead_of(error, work, operation, target, request)
        if instead is None:
            raise
        return instead
    return outputs_answer(work.root, name, outputs)


def _done(work: Work, operation: Operation, target: Target, request: Request, call: Segment) -> Outputs:
    options = query_options(request.query)
    parameters = (_of_function if operation.kind == "Function" else _of_action)(operation, request, call, options)
    for option in options:
        if not option.startswith("@"):
            raise unsupported_option(option)
    return _run(work, operation, target, parameters)


def _of_function(
    operation: Operation, request: Request, call: Segment, options: Mapping[str, str]
) -> Mapping[str, Json]:
    if request.method == "POST":
        raise function_posted_to(f"{request.root}/{request.path.strip('/')}")
    if request.method != "GET":
        raise unsupported_method(request.method, "GET")
    return function_arguments(operation, call, options)


def _of_action(operation: Operation, request: Request, call: Segment, options: Mapping[str, str]) -> Mapping[str, Json]:
    if request.method != "POST":
        raise unsupported_method(request.method, "POST")
    if call.arguments is not None:
        raise unknown_segment(call.text)
    return request.json(operation.name) if request.body else {}


def invoke(work: Work, name: str, target: Target, parameters: Mapping[str, Json]) -> Outputs:
    """Do an operation by its name, without namespace; returns its outputs, None where it has none."""
    return _run(work, _find(work.organisation, name, target, shown=name), target, parameters)


def _find(organisation: Organisation, name: str, target: Target, *, shown: str) -> Operation:
    """The operation of that name with that binding; there may be several of one name."""
    if target is None:
        wanted: tuple[Binding, str | None] = (Binding.UNBOUND, None)
    elif isinstance(target, Reference):
        wanted = (Binding.ENTITY, target.table)
    else:
        wanted = (Binding.COLLECTION, target)
    for operation in organisation.operations:
        if operation.name == name and (operation.binding, operation.bound_to) == wanted:
            return operation
    raise unknown_segment(shown)


def _target(work: Work, segment: Segment) -> Reference | str:
    """The row or the entity set before the name of a bound operation."""
    table = work.database.by_entity_set.get(segment.name)
    if table is None:
        raise unknown_segment(segment.text)
    return table.logical_name if segment.arguments is None else _row(table, segment)


def _row(table: Table, segment: Segment) -> Reference:
    key = segment.key
    if key.quoted or key.name not in (None, table.primary_id):
        raise unknown_key(table.edm_type)
    return Reference(table.logical_name, key.value)


def _run(work: Work, operation: Operation, target: Target, parameters: Mapping[str, Json]) -> Outputs:
    row = target if isinstance(target, Reference) else None
    if row is not None and work.connection.execute(work.database.by_id[row.table], {"id": row.id}).first() is None:
        raise missing_row(row.table, row.id)
    handler = HANDLERS.get(operation.name)
    if handler is None:
        raise not_implemented(operation.name)
    return handler(work, row, check_parameters(operation, parameters))
