"""What an action makes of a call where a fault is on: too much, or in a state that should refuse it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace

from dataverse_tck.emulator.faults.calls.moments import as_if_possible
from dataverse_tck.emulator.operations.call_effects import Effect, row_after_effects
from dataverse_tck.emulator.operations.call_states import (
    ACTIVE,
    CONNECTED,
    HELD,
    NOT_STARTED,
    OPEN,
    PAUSED,
    TRANSITIONS,
    Call,
    Context,
    call_of,
)
from dataverse_tck.emulator.protocol.errors import refused_by_message
from dataverse_tck.emulator.rows.records import Cells
from dataverse_tck.emulator.store.work import Work
from dataverse_tck.jsontypes import Json

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


def context_of(work: Work, row: Cells, parameters: Mapping[str, Json]) -> Context:
    """What an action on a conversation works with, which is as it will be by then."""
    conversation = row_after_effects(row)
    return Context(work.caller, work.moment, conversation, call_of(conversation), parameters)


def faulty_effect(
    kinds: Mapping[tuple[str, str], str], context: Context, action: str, *, forced: bool = False
) -> Effect:
    """What an action makes of a conversation, by the kinds of its faults; raises its refusal.

    ``forced``: in a state that should refuse it, the call is taken for one in the first state that would not.
    """
    transition = TRANSITIONS[action]
    refusal = transition.refusal(action, context.call)
    if refusal is not None and not forced:
        raise refused_by_message(refusal)
    call = as_if_possible(transition, context.call)
    moved, changes = transition.effect(replace(context, call=call))
    if _INVERSES.get(call.last) == action and (call.last, "inverse") in kinds:
        moved = _UNRESTORED[call.last](moved)
    if kinds.get((action, "effect")) == "erases-recording":
        moved = replace(moved, recording=NOT_STARTED, transcription=NOT_STARTED)
    return Effect(asdict(replace(moved, last=action)), {**_LIVE_COLUMNS, **changes} if forced else changes)
