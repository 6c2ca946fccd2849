"""What the messages of calls do wrongly where a fault is on; which faults there are stands in ``call_faults``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice

from dataverse_tck.emulator.faults.call_faults import CallFaults
from dataverse_tck.emulator.faults.calls.faulty_effects import context_of, faulty_effect
from dataverse_tck.emulator.faults.calls.further_faults import LETTER_CASE, MADE_UP
from dataverse_tck.emulator.faults.calls.loose_names import is_made_up, respelt
from dataverse_tck.emulator.faults.calls.other_calls import are_alike, newest_first
from dataverse_tck.emulator.faults.calls.state_faults import ACCEPTED, MISSING, REFUSED
from dataverse_tck.emulator.faults.calls.understood import in_url, understood
from dataverse_tck.emulator.faults.denials import PAGE
from dataverse_tck.emulator.operations.call_effects import current_row, schedule
from dataverse_tck.emulator.operations.call_states import (
    CONNECTED,
    HELD,
    NONE,
    TRANSITIONS,
    Call,
    call_of,
    state_outputs,
)
from dataverse_tck.emulator.operations.calls import STATE_READER, conversation_of
from dataverse_tck.emulator.operations.dispatch import Operations, Target, is_operation
from dataverse_tck.emulator.operations.handlers import HANDLERS
from dataverse_tck.emulator.operations.outputs import Outputs
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.organisation.model import Operation, Organisation
from dataverse_tck.emulator.protocol.errors import (
    ODataError,
    missing_privilege,
    refused_by_message,
    unavailable,
    unexpected_error,
    unknown_segment,
    unsupported_method,
)
from dataverse_tck.emulator.protocol.exchange import (
    Answer,
    Request,
    empty_answer,
    error_answer,
    json_answer,
    outputs_answer,
)
from dataverse_tck.emulator.protocol.paths import Segment
from dataverse_tck.emulator.rows.records import Cells, remove, update
from dataverse_tck.emulator.store.work import Reference, Work
from dataverse_tck.jsontypes import Json

LATE_S = 30.0  # seconds that the effect of ``effect#late`` comes after the answer
_WHICH = "ConversationId"
_FAILURES: dict[str, Callable[[Work, str], ODataError]] = {
    "500": lambda work, message: unexpected_error(),
    "503": lambda work, message: unavailable(),
    "plug-in": lambda work, message: refused_by_message(f"{message} is for routing alone."),
    "403": lambda work, message: missing_privilege(
        work.caller, f"prv{message}", NAME, work.database.described[NAME].object_type_code
    ),
}


class FaultyOperations(Operations):
    """Operations among which the messages of calls have faults."""

    def __init__(self, faults: CallFaults) -> None:
        self.all = faults
        self.faults = faults.kinds
        self.has_late_effects = "late" in self.faults.values()
        self.handlers = {
            **HANDLERS,
            **{action: partial(self._carry_out, action) for action in TRANSITIONS},
            STATE_READER: self._get_state,
        }
        # Conversation -> how often its state was asked for, one asking right after the other. Not kept in the row: a
        # refused action takes its transaction back, and yet it stands between two askings.
        self._asked: dict[str, int] = {}

    def finds(self, organisation: Organisation, segments: list[Segment]) -> bool:
        """Whether a path calls an operation, or what a fault takes for one."""
        of_names = self.all.of_names
        return (
            super().finds(organisation, segments)
            or (LETTER_CASE in of_names and is_operation(organisation, respelt(segments)))
            or (MADE_UP in of_names and is_made_up(organisation, segments))
        )

    def answer(self, work: Work, request: Request, segments: list[Segment]) -> Answer:
        """Answer a call at its path; one of a message that there is none of says yes, and does nothing."""
        if MADE_UP in self.all.of_names and is_made_up(work.organisation, segments):
            if request.method != "POST":
                raise unsupported_method(request.method, "POST")
            return empty_answer()
        return super().answer(work, request, respelt(segments) if LETTER_CASE in self.all.of_names else segments)

    def answer_call(self, work: Work, request: Request, call: Segment, operation: Operation, target: Target) -> Answer:
        """Answer as the faults say; raises 404 where one lets the message be found by nobody."""
        if self.faults.get((operation.name, "callable")) == "404":
            raise unknown_segment(call.text)
        self._forget_askings(request, operation.name)
        try:
            return super().answer_call(work, request, call, operation, target)
        except ODataError as error:
            kind = self.faults.get((operation.name, error.aspect))
            if kind is None:
                raise
            return self._instead_of(error, kind, work, request, operation, target)

    def _forget_askings(self, request: Request, message: str) -> None:
        if self._asked and message != STATE_READER:
            said = request.path.lower() + request.body.decode("utf-8", "replace").lower()
            for identifier in [item for item in self._asked if item in said]:
                del self._asked[identifier]

    def _instead_of(  # noqa: PLR0917 - a call with all that was found of it
        self, error: ODataError, kind: str, work: Work, request: Request, operation: Operation, target: Target
    ) -> Answer:
        """What a fault answers instead of an error.

        Every error comes before the first change, so that the call can still be done all the same.
        """
        if kind in _FAILURES:
            raise _FAILURES[kind](work, operation.name) from error
        if kind == "html":
            return Answer(400, PAGE, "text/html; charset=utf-8")
        if kind == "error-body":
            return json_answer({"error": {"code": error.code, "message": error.message}})
        outputs = self._do_all_the_same(error.aspect, work, request, operation, target)
        by_get = error.aspect == "not-by-get"
        if kind == "hidden" or (kind == "executes" and not by_get):
            return error_answer(error)
        return outputs_answer(work.root, operation.name, outputs)

    def _do_all_the_same(
        self, aspect: str, work: Work, request: Request, operation: Operation, target: Target
    ) -> Outputs:
        """Do what is asked as far as it is understood; a conversation that nobody named is the one changed last."""
        nothing = state_outputs(Call(NONE)) if operation.outputs else None
        if aspect == "unknown-conversation":
            return nothing
        given = in_url(request) if aspect == "not-by-get" else json.loads(request.body or b"{}")
        parameters = {item.name: understood(item, given.get(item.name)) for item in operation.parameters}
        row = target if isinstance(target, Reference) else None
        if row is None and parameters[_WHICH] is None:
            possible = newest_first(work, lambda other: self._is_possible(operation.name, work, other, parameters))
            found = next(possible, None)
            if found is None:
                return nothing
            parameters[_WHICH] = found["activityid"]
        if aspect == "wrong-state":
            self._carry_out(operation.name, work, row, parameters, forced=True)
            return None
        return self.handlers[operation.name](work, row, parameters)

    def _is_possible(self, action: str, work: Work, row: Cells, parameters: Mapping[str, Json]) -> bool:
        """Whether a message is possible in the state that a conversation is in."""
        if action not in TRANSITIONS:
            return True
        try:
            faulty_effect(self.faults, context_of(work, row, parameters), action)
        except ODataError:
            return False
        return True

    def _carry_out(
        self,
        action: str,
        work: Work,
        target: Reference | None,
        parameters: Mapping[str, Json],
        *,
        forced: bool = False,
    ) -> None:
        """Do an action, ``forced`` in a state that should refuse it, as far as the faults let it."""
        work = replace(work, elevated=True)
        row = current_row(work, conversation_of(target, parameters))
        context = context_of(work, row, parameters)
        if self.all.has(action, REFUSED, context.call):
            raise _refused_here(action, context.call)
        forced = forced or self.all.has(action, ACCEPTED, context.call)
        effect = faulty_effect(self.faults, context, action, forced=forced)
        if (action, "callable") in self.faults:
            raise unexpected_error("callable")
        kind, delay_s = self.faults.get((action, "effect")), work.settings.effect_delay
        if self.all.has(action, MISSING, context.call):
            kind = "missing"
        if kind == "late":
            delay_s = max(delay_s, LATE_S)
        others = self._others(kind, action, work, row, parameters)
        if kind == "deletes":
            remove(work, work.database.described[NAME], row["activityid"])
        elif kind not in ("missing", "elsewhere"):
            schedule(work, row, effect, delay_s)
        forced = forced and kind != "everywhere"  # there all the others are in a right state
        for other in others:
            context = context_of(work, other, parameters)
            schedule(work, other, faulty_effect(self.faults, context, action, forced=forced), delay_s)

    def _others(
        self, kind: str | None, action: str, work: Work, row: Cells, parameters: Mapping[str, Json]
    ) -> list[Cells]:
        """The other conversations that an effect comes to, as they are before it."""
        if kind in ("elsewhere", "also"):
            return list(islice(newest_first(work, lambda other: are_alike(row, other)), 1))
        if kind == "everywhere":
            wanted = newest_first(work, lambda other: self._is_possible(action, work, other, parameters))
            return [other for other in wanted if other["activityid"] != row["activityid"]]
        return []

    def _get_state(self, work: Work, target: Reference | None, parameters: Mapping[str, Json]) -> dict[str, Json]:
        """What the reader of the state says, changing the conversation, or saying otherwise at the second asking."""
        work = replace(work, elevated=True)
        row = current_row(work, conversation_of(target, parameters))
        if (STATE_READER, "callable") in self.faults:
            raise unexpected_error("callable")
        call = call_of(row)
        if self.all.has(STATE_READER, REFUSED, call):
            raise _refused_here(STATE_READER, call)
        kind = self.faults.get((STATE_READER, "read-only"))
        if kind == "version":
            update(work, work.database.described[NAME], row["activityid"], {})
        elif kind == "state":
            askings = self._asked[row["activityid"]] = self._asked.get(row["activityid"], 0) + 1
            if askings == 2:
                call = replace(call, state=HELD if call.state == CONNECTED else CONNECTED)
        return state_outputs(call)


def _refused_here(message: str, call: Call) -> ODataError:
    """The refusal of a message in a state in which it is possible: none that other faults take for one to be given."""
    return refused_by_message(f"{message} is not possible: the call is in the state {call.state}.", aspect="")
