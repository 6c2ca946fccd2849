"""Actions and functions: found by name and binding, their parameters checked, then done by their handlers.

The declaration in ``Organisation.operations``, which ``$metadata`` and ``customapis`` show, is what calls are held to.
"""

from __future__ import annotations

from collections.abc import Mapping

from dataverse_tck.emulator.operations.arguments import check_parameters, function_arguments
from dataverse_tck.emulator.operations.handlers import HANDLERS
from dataverse_tck.emulator.operations.outputs import Handlers, Outputs
from dataverse_tck.emulator.organisation.model import Binding, Operation, Organisation
from dataverse_tck.emulator.protocol.errors import (
    function_posted_to,
    missing_row,
    not_implemented,
    unknown_segment,
    unresolved_parameters,
    unsupported_method,
    unsupported_option,
)
from dataverse_tck.emulator.protocol.exchange import Answer, Request, outputs_answer
from dataverse_tck.emulator.protocol.namespace import QUALIFIER
from dataverse_tck.emulator.protocol.options import query_options
from dataverse_tck.emulator.protocol.paths import Segment
from dataverse_tck.emulator.rows.paths import row_id
from dataverse_tck.emulator.store.work import Reference, Work
from dataverse_tck.jsontypes import Json

Target = Reference | str | None  # a row, a table (LogicalName) for its whole entity set, nothing


def is_operation(organisation: Organisation, segments: list[Segment]) -> bool:
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


class Operations:
    """Carries out the operations of a service, each by its handler."""

    handlers: Handlers = HANDLERS
    has_late_effects = False  # whether effects may come later than the settings of the service say

    def finds(self, organisation: Organisation, segments: list[Segment]) -> bool:
        """Whether a path calls an operation."""
        return is_operation(organisation, segments)

    def answer(self, work: Work, request: Request, segments: list[Segment]) -> Answer:
        """Answer a call at its path: 200 with the outputs, 204 where the operation has none."""
        call, bound = segments[-1], len(segments) > 1
        if bound and not call.name.startswith(QUALIFIER):
            raise unresolved_parameters()
        name = call.name.removeprefix(QUALIFIER)
        target = _target(work, segments[0]) if bound else None
        operation = _find(work.organisation, name, target, shown=call.name)
        return self.answer_call(work, request, call, operation, target)

    def answer_call(self, work: Work, request: Request, call: Segment, operation: Operation, target: Target) -> Answer:
        """Answer a call of an operation that there is; raises the documented refusals before anything is changed."""
        options = query_options(request.query)
        read = _of_function if operation.kind == "Function" else _of_action
        parameters = read(operation, request, call, options)
        for option in options:
            if not option.startswith("@"):
                raise unsupported_option(option)
        return outputs_answer(work.root, operation.name, self.carry_out(work, operation, target, parameters))

    def carry_out(self, work: Work, operation: Operation, target: Target, parameters: Mapping[str, Json]) -> Outputs:
        """Check the parameters, and do the operation; returns its outputs, None where it has none."""
        row = target if isinstance(target, Reference) else None
        if row is not None and work.connection.execute(work.database.by_id[row.table], {"id": row.id}).first() is None:
            raise missing_row(row.table, row.id)
        handler = self.handlers.get(operation.name)
        if handler is None:
            raise not_implemented(operation.name)
        return handler(work, row, check_parameters(operation, parameters))

    def invoke(self, work: Work, name: str, target: Target, parameters: Mapping[str, Json]) -> Outputs:
        """Do an operation by its name, without namespace; returns its outputs, None where it has none."""
        operation = _find(work.organisation, name, target, shown=name)
        return self.carry_out(work, operation, target, parameters)


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
    if segment.arguments is None:
        return table.logical_name
    return Reference(table.logical_name, row_id(table, segment))
