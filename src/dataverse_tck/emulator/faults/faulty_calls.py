"""What the messages of calls do wrongly where a fault is on; which faults there are stands in ``call_faults``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from urllib.parse import parse_qsl

from dataverse_tck.emulator.faults.call_faults import CallFaults
from dataverse_tck.emulator.faults.denials import PAGE
from dataverse_tck.emulator.operations.arguments import is_of_type
from dataverse_tck.emulator.operations.call_effects import Effect, current_row, row_after_effects, schedule
from dataverse_tck.emulator.operations.call_states import (
    ACTIVE,
    CONNECTED,
    HELD,
    NONE,
    OPEN,
    PAUSED,
    TRANSITIONS,
    Call,
    Context,
    call_of,
    state_outputs,
)
from dataverse_tck.emulator.operations.calls import STATE_READER, conversation_of
from dataverse_tck.emulator.operations.dispatch import Operations, Target
from dataverse_tck.emulator.operations.handlers import HANDLERS
from dataverse_tck.emulator.operations.outputs import Outputs
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.organisation.model import Operation, Parameter
from dataverse_tck.emulator.protocol.errors import (
    ODataError,
    refused_by_message,
    unexpected_error,
    unknown_segment,
)
from dataverse_tck.emulator.protocol.exchange import Answer, Request, error_answer, json_answer, outputs_answer
from dataverse_tck.emulator.protocol.paths import Segment, split_path
from dataverse_tck.emulator.rows.records import Cells, update
from dataverse_tck.emulator.store.work import Reference, Work
from dataverse_tck.jsontypes import Json

LATE_S = 30.0  # seconds that the effect of ``effect#late`` comes after the answer
_WHICH = "ConversationId"
_STAND_INS = {"Destination": "+15550199"}  # for a required text that is missing
# What a message and then its inverse leave wrong beside what the inverse itself declares.
_INVERSES = {
    "CCaaS_HoldCall": "CCaaS_UnholdCall",
    "CCaaS_InitiateExternalTransfer": "CCaaS_RejectExternalTransfer",
    "CCaaS_PauseRecordingAndTranscription": "CCaaS_ResumeRecordingAndTranscription",
    "CCaaS_StartTranscription": "CCaaS_StopTranscription",
}
_UNRESTORED: dict[str, Callable[[Call], Call]] = {
    "CCaaS_HoldCall": lambda call: replace(call, recording=PAUSED),
    "CCaaS_InitiateExternalTransfer": lambda call: replace(call, state=CONNECTED if call.state == HELD else HELD),
    "CCaaS_PauseRecordingAndTranscription": lambda call: replace(call, transcription=PAUSED),
    "CCaaS_StartTranscription": lambda call: replace(call, recording=PAUSED),
}
# What makes an effect show that should have been refused: the columns of a conversation in wrap-up, or not accepted,
# would say otherwise.
_LIVE_COLUMNS = {"statecode": OPEN, "statuscode": ACTIVE, "msdyn_isagentaccepted": True}


class FaultyOperations(Operations):
    """Operations among which the messages of calls have faults."""

    def __init__(self, faults: CallFaults) -> None:
        self.faults = faults
        self.has_late_effects = "late" in faults.values()
        self.handlers = {
            **HANDLERS,
            **{action: partial(self._carry_out, action) for action in TRANSITIONS},
            STATE_READER: self._get_state,
        }
        # Conversation -> how often its state was asked for, one asking right after the other. Not kept in the row: a
        # refused action takes its transaction back, and yet it stands between two askings.
        self._asked: dict[str, int] = {}

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
        if kind == "500":
            raise unexpected_error() from error
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
        given = _in_url(request) if aspect == "not-by-get" else json.loads(request.body or b"{}")
        parameters = {item.name: _understood(item, given.get(item.name)) for item in operation.parameters}
        row = target if isinstance(target, Reference) else None
        if row is None and parameters[_WHICH] is None:
            found = _newest(work, lambda other: self._is_possible(operation.name, work, other, parameters))
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
            self._effect(action, work, row, parameters, forced=False)
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
        effect = self._effect(action, work, row, parameters, forced=forced)
        if (action, "callable") in self.faults:
            raise unexpected_error("callable")
        kind, delay_s = self.faults.get((action, "effect")), work.settings.effect_delay
        if kind == "late":
            delay_s = max(delay_s, LATE_S)
        if kind not in ("missing", "elsewhere"):
            schedule(work, row, effect, delay_s)
        if kind in ("elsewhere", "also"):
            other = _newest(work, lambda other: _is_like(row, other))
            if other is not None:
                schedule(work, other, self._effect(action, work, other, parameters, forced=forced), delay_s)

    def _effect(self, action: str, work: Work, row: Cells, parameters: Mapping[str, Json], *, forced: bool) -> Effect:
        """What an action makes of a conversation as it will be by then; raises its refusal.

        ``forced``: in a state that should refuse it, the call is taken for one in the first state that would not.
        """
        conversation = row_after_effects(row)
        call, transition = call_of(conversation), TRANSITIONS[action]
        refusal = transition.refusal(action, call)
        if refusal is not None and not forced:
            raise refused_by_message(refusal)
        if call.state not in transition.states:
            call = replace(call, state=transition.states[0])
        moved, changes = transition.effect(Context(work.caller, work.moment, conversation, call, parameters))
        if _INVERSES.get(call.last) == action and (call.last, "inverse") in self.faults:
            moved = _UNRESTORED[call.last](moved)
        return Effect(asdict(replace(moved, last=action)), {**_LIVE_COLUMNS, **changes} if forced else changes)

    def _get_state(self, work: Work, target: Reference | None, parameters: Mapping[str, Json]) -> dict[str, Json]:
        """What the reader of the state says, changing the conversation, or saying otherwise at the second asking."""
        work = replace(work, elevated=True)
        row = current_row(work, conversation_of(target, parameters))
        if (STATE_READER, "callable") in self.faults:
            raise unexpected_error("callable")
        call = call_of(row)
        kind = self.faults.get((STATE_READER, "read-only"))
        if kind == "version":
            update(work, work.database.described[NAME], row["activityid"], {})
        elif kind == "state":
            askings = self._asked[row["activityid"]] = self._asked.get(row["activityid"], 0) + 1
            if askings == 2:
                call = replace(call, state=HELD if call.state == CONNECTED else CONNECTED)
        return state_outputs(call)


def _newest(work: Work, wanted: Callable[[Cells], bool]) -> Cells | None:
    """The conversation that changed last among those that are wanted."""
    table = work.database.tables[NAME]
    rows = work.connection.execute(table.select().order_by(table.c.versionnumber.desc())).mappings()
    return next((dict(row) for row in rows if wanted(dict(row))), None)


def _is_like(row: Cells, other: Cells) -> bool:
    """Whether another conversation's call shows the same state as that of a row."""
    same = state_outputs(call_of(row_after_effects(other))) == state_outputs(call_of(row_after_effects(row)))
    return same and other["activityid"] != row["activityid"]


def _in_url(request: Request) -> dict[str, Json]:
    """Parameters as a client that takes an action for a function writes them: in parentheses, or in the query."""
    arguments = split_path(request.path.strip("/"))[-1].arguments or ""
    pairs = [part.partition("=")[::2] for part in arguments.split(",")]
    return {name.strip("@ "): value.strip("' ") for name, value in (*pairs, *parse_qsl(request.query))}


def _understood(parameter: Parameter, value: Json) -> Json:
    """A value as the type of a parameter, None where it makes no sense as such."""
    if value is not None and is_of_type(parameter, value):
        return value.lower() if parameter.type == "Edm.Guid" else value
    if parameter.type != "Edm.String":
        return None
    return _STAND_INS.get(parameter.name) if value is None else json.dumps(value)
