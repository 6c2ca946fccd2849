"""The 18 messages of calls, carried out on conversations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import partial

from dataverse_tck.emulator.operations.call_effects import Effect, current_row, row_after_effects, schedule
from dataverse_tck.emulator.operations.call_states import TRANSITIONS, Context, call_of, state_outputs
from dataverse_tck.emulator.operations.outputs import Handlers
from dataverse_tck.emulator.protocol.errors import refused_by_message
from dataverse_tck.emulator.rows.records import Cells
from dataverse_tck.emulator.store.work import Reference, Work
from dataverse_tck.jsontypes import Json

STATE_READER = "CCaaS_GetCallState"


def carry_out(action: str, work: Work, target: Reference | None, parameters: Mapping[str, Json]) -> None:
    """Do an action to the conversation that it is bound to, else that a parameter names; raises its refusals."""
    work = replace(work, elevated=True)  # who may send the message needs no rights on what it writes
    row = current_row(work, conversation_of(target, parameters))
    schedule(work, row, effect_of(action, work, row, parameters), work.settings.effect_delay)


def get_state(work: Work, target: Reference | None, parameters: Mapping[str, Json]) -> dict[str, Json]:
    """What the reader of the state says of a conversation."""
    work = replace(work, elevated=True)
    return state_outputs(call_of(current_row(work, conversation_of(target, parameters))))


def conversation_of(target: Reference | None, parameters: Mapping[str, Json]) -> str:
    """The id of the conversation that a message is about."""
    return target.id if target else parameters["ConversationId"]


def effect_of(action: str, work: Work, row: Cells, parameters: Mapping[str, Json]) -> Effect:
    """What an action makes of a conversation as it will be by then; raises its refusal."""
    conversation = row_after_effects(row)
    call, transition = call_of(conversation), TRANSITIONS[action]
    refusal = transition.refusal(action, call)
    if refusal is not None:
        raise refused_by_message(refusal)
    moved, changes = transition.effect(Context(work.caller, work.moment, conversation, call, parameters))
    return Effect(asdict(replace(moved, last=action)), changes)


HANDLERS: Handlers = {**{action: partial(carry_out, action) for action in TRANSITIONS}, STATE_READER: get_state}
