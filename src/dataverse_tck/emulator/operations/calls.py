"""The calls of conversations: the state that each one is in, and what the 18 actions make of it.

None of this is documented by Microsoft but the names of the actions and, for recording and transcription, of the three
states; docs/calls.md says what was decided and why. What the columns of a conversation say of its call is read from
them; the rest is kept in its row, in ``database.CALL``. So a call is offered by plain writes, goes away with its row,
and changes in the transaction of the request. Where a fault of ``call_faults`` is wanted, the effect is that of the
fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import partial

from dataverse_tck.emulator.faults.calling import LATE_S
from dataverse_tck.emulator.operations.call_effects import Effect, current, expected, put
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.protocol.errors import ODataError, refused_by_message, unexpected_error
from dataverse_tck.emulator.rows.records import Cells, update
from dataverse_tck.emulator.store.database import CALL, Reference, Work
from dataverse_tck.jsontypes import Json

STATE_READER = "CCaaS_GetCallState"
NONE, OFFERED, CONNECTED, HELD = "None", "Offered", "Connected", "Held"
TRANSFER_PENDING, ENDED = "TransferPending", "Ended"
NOT_STARTED, IN_PROGRESS, PAUSED = "not-started", "in-progress", "paused"

_CALL_CHANNELS = {"192370000", "192380000", "192440000"}  # Voice, Video, Voice call
_ACTIVE_AGENT = f"msdyn_activeagentid_{NAME}"  # the navigation property to the representative
_OPEN, _CLOSED, _RESOLVED = 0, 1, 2  # statecode
_STATUS_OPEN, _ACTIVE, _WRAP_UP = 1, 2, 5  # statuscode
_TALK, _HOLD, _TALK_ENDED = 1, 2, 3  # msdyn_conversationactivitystate
_AWAITING_ASSIGNMENT, _IN_CONVERSATION, _MOVED_TO_WRAP_UP = 192350001, 192350003, 192350005  # msdyn_statuschangereason


@dataclass(frozen=True)
class Call:
    """A call: its state, that of its two regions, and who takes part besides the customer and the representative."""

    state: str
    before: str = CONNECTED  # the state that a pending transfer goes back to
    recording: str = NOT_STARTED
    transcription: str = NOT_STARTED
    supervisors: tuple[str, ...] = ()  # systemuserids of those who barged in
    outside: str | None = None  # whom the call was transferred to, while their session is open
    last: str = ""  # the action that made it so

    @property
    def participants(self) -> int:
        """How many take part; while it is offered, the customer alone."""
        if self.state in (CONNECTED, HELD, TRANSFER_PENDING):
            return 2 + len(self.supervisors)
        return 2 if self.outside else int(self.state == OFFERED)


@dataclass(frozen=True)
class _Step:
    """What an action works with: the call as it stands, its conversation and the parameters."""

    work: Work
    conversation: Mapping[str, Json]
    call: Call
    parameters: Mapping[str, Json]
    forced: bool = False  # it happens in a state that should refuse it


_FIELDS = {item.name for item in fields(Call)}
_Move = Callable[
    [_Step], tuple[Call, dict[str, Json]]
]  # the call as it becomes, and what is updated in its conversation


def call_of(conversation: Mapping[str, Json]) -> Call:
    """The call of a conversation, from its row (cells by column).

    Channels without calls have none. A conversation in wrap-up, closed or resolved had one. One that is Active has one:
    offered as long as ``msdyn_isagentaccepted`` is not set.
    """
    if _CALL_CHANNELS.isdisjoint(str(conversation["msdyn_channel"]).split(",")):
        return Call(NONE)
    if conversation["statecode"] in (_CLOSED, _RESOLVED) or conversation["statuscode"] == _WRAP_UP:
        return Call(ENDED)
    if (conversation["statecode"], conversation["statuscode"]) != (_OPEN, _ACTIVE):
        return Call(NONE)
    if not conversation["msdyn_isagentaccepted"]:
        return Call(OFFERED)
    kept = {name: value for name, value in (conversation[CALL] or {}).items() if name in _FIELDS}
    return replace(Call(CONNECTED), **{**kept, "supervisors": tuple(kept.get("supervisors", ()))})


def _accept(step: _Step) -> tuple[Call, dict[str, Json]]:
    moment = step.work.moment
    return Call(CONNECTED), {
        "msdyn_isagentaccepted": True,
        f"{_ACTIVE_AGENT}@odata.bind": f"systemusers({step.work.caller})",
        "msdyn_activeagentassignedon": step.conversation["msdyn_activeagentassignedon"] or moment,
        "msdyn_startedon": step.conversation["msdyn_startedon"] or moment,
        "msdyn_conversationactivitystate": _TALK,
        "msdyn_statuschangereason": _IN_CONVERSATION,
    }


def _end(step: _Step) -> tuple[Call, dict[str, Json]]:
    return Call(ENDED), {
        "statecode": _OPEN,
        "statuscode": _WRAP_UP,
        "msdyn_conversationactivitystate": _TALK_ENDED,
        "msdyn_statuschangereason": _MOVED_TO_WRAP_UP,
        "msdyn_statusupdatedon": step.work.moment,
        "msdyn_wrapupinitiatedon": step.work.moment,
    }


def _hold(step: _Step) -> tuple[Call, dict[str, Json]]:
    return replace(step.call, state=HELD), {"msdyn_conversationactivitystate": _HOLD}


def _unhold(step: _Step) -> tuple[Call, dict[str, Json]]:
    return replace(step.call, state=CONNECTED), {"msdyn_conversationactivitystate": _TALK}


def _barge_in(step: _Step) -> tuple[Call, dict[str, Json]]:
    supervisors = tuple(dict.fromkeys((*step.call.supervisors, step.work.caller)))
    return replace(step.call, supervisors=supervisors), {}


def _initiate_transfer(step: _Step) -> tuple[Call, dict[str, Json]]:
    return replace(step.call, state=TRANSFER_PENDING, before=step.call.state), {}


def _reject_transfer(step: _Step) -> tuple[Call, dict[str, Json]]:
    return replace(step.call, state=step.call.before), {}


def _transfer(step: _Step) -> tuple[Call, dict[str, Json]]:
    """The representative is out; the conversation stays Active, and the outside party has a session."""
    count = (step.conversation["msdyn_transfercount"] or 0) + 1
    return Call(ENDED, outside=step.parameters["Destination"]), {"msdyn_transfercount": count}


def _reject_offer(step: _Step) -> tuple[Call, dict[str, Json]]:
    """Whoever was rung says no: a pending transfer comes back, an offered call goes back to routing."""
    if step.call.state == TRANSFER_PENDING:
        return _reject_transfer(step)
    return Call(NONE), {
        "statecode": _OPEN,
        "statuscode": _STATUS_OPEN,
        "msdyn_statuschangereason": _AWAITING_ASSIGNMENT,
        "msdyn_statusupdatedon": step.work.moment,
    }


def _close_outside(step: _Step) -> tuple[Call, dict[str, Json]]:
    if step.call.outside is None and not step.forced:
        raise refused_by_message("The conversation has no open session of an external representative.")
    return replace(step.call, outside=None), {}


def _regions(step: _Step, *, allowed: bool, **regions: str) -> tuple[Call, dict[str, Json]]:
    call = step.call
    if not allowed and not step.forced:
        raise refused_by_message(
            f"This is not possible while recording is {call.recording} and transcription is {call.transcription}."
        )
    return replace(call, **regions), {}  # type: ignore[arg-type] # mypy takes the names for any of the fields


def _start_recording(step: _Step) -> tuple[Call, dict[str, Json]]:
    allowed = step.call.recording == NOT_STARTED and step.call.transcription == NOT_STARTED
    return _regions(step, allowed=allowed, recording=IN_PROGRESS, transcription=IN_PROGRESS)


def _pause_recording(step: _Step) -> tuple[Call, dict[str, Json]]:
    transcription = PAUSED if step.call.transcription == IN_PROGRESS else step.call.transcription
    return _regions(step, allowed=step.call.recording == IN_PROGRESS, recording=PAUSED, transcription=transcription)


def _resume_recording(step: _Step) -> tuple[Call, dict[str, Json]]:
    """Also the first start: a recording that never started is resumed in manual mode."""
    if step.call.recording == NOT_STARTED:
        return _start_recording(step)
    transcription = IN_PROGRESS if step.call.transcription == PAUSED else step.call.transcription
    return _regions(step, allowed=step.call.recording == PAUSED, recording=IN_PROGRESS, transcription=transcription)


def _start_transcription(step: _Step) -> tuple[Call, dict[str, Json]]:
    allowed = step.call.recording == NOT_STARTED and step.call.transcription == NOT_STARTED
    return _regions(step, allowed=allowed, transcription=IN_PROGRESS)


def _stop_transcription(step: _Step) -> tuple[Call, dict[str, Json]]:
    return _regions(step, allowed=step.call.transcription == IN_PROGRESS, transcription=NOT_STARTED)


_LIVE = (CONNECTED, HELD, TRANSFER_PENDING)
# Action -> the states in which it is possible, and what it does.
_MOVES: dict[str, tuple[tuple[str, ...], _Move]] = {
    "CCaaS_AcceptCall": ((OFFERED,), _accept),
    "CCaaS_AcceptPhoneCall": ((OFFERED,), _accept),
    "CCaaS_BargeInToCall": ((CONNECTED,), _barge_in),
    "CCaaS_CloseExternalSession": ((ENDED,), _close_outside),
    "CCaaS_EndCall": (_LIVE, _end),
    "CCaaS_EndPhoneCall": (_LIVE, _end),
    "CCaaS_ExternalCallReject": ((OFFERED, TRANSFER_PENDING), _reject_offer),
    "CCaaS_ExternalCallTransfer": ((CONNECTED, TRANSFER_PENDING), _transfer),
    "CCaaS_HoldCall": ((CONNECTED,), _hold),
    "CCaaS_InitiateExternalTransfer": ((CONNECTED, HELD), _initiate_transfer),
    "CCaaS_PauseRecordingAndTranscription": (_LIVE, _pause_recording),
    "CCaaS_RejectExternalTransfer": ((TRANSFER_PENDING,), _reject_transfer),
    "CCaaS_ResumeRecordingAndTranscription": (_LIVE, _resume_recording),
    "CCaaS_StartRecordingAndTranscription": ((CONNECTED,), _start_recording),
    "CCaaS_StartTranscription": ((CONNECTED,), _start_transcription),
    "CCaaS_StopTranscription": (_LIVE, _stop_transcription),
    "CCaaS_UnholdCall": ((HELD,), _unhold),
}


# Where a fault says so, what a message and then its inverse leave wrong beside what the inverse itself declares.
INVERSES = {
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
# What makes a forced effect show: the columns of a conversation in wrap-up, or not accepted, would say otherwise.
_LIVE_COLUMNS = {"statecode": _OPEN, "statuscode": _ACTIVE, "msdyn_isagentaccepted": True}


def shown(call: Call) -> dict[str, Json]:
    """What ``CCaaS_GetCallState`` says of a call."""
    return {
        "CallState": call.state,
        "RecordingState": call.recording,
        "TranscriptionState": call.transcription,
        "ParticipantCount": call.participants,
    }


def carry_out(
    action: str, work: Work, target: Reference | None, parameters: Mapping[str, Json], *, forced: bool = False
) -> None:
    """Do an action to the conversation that it is bound to, else that a parameter names; raises its refusals.

    ``forced``: in a state that should refuse it, the call is taken for one in the first state that would not.
    """
    work = replace(work, elevated=True)  # who may send the message needs no rights on what it writes
    calling = work.organisation.calling
    row = current(work, _identifier(target, parameters))
    effect = _effect(action, work, row, parameters, forced=forced)
    if (action, "callable") in calling.faults:
        raise unexpected_error("callable")
    wrong = calling.faults.get((action, "effect"))
    delay_s = max(calling.delay_s, LATE_S) if wrong == "late" else calling.delay_s
    if wrong not in ("missing", "elsewhere"):
        put(work, row, effect, delay_s)
    if wrong in ("elsewhere", "also"):
        other = newest(work, lambda other: _is_like(row, other))
        if other is not None:
            put(work, other, _effect(action, work, other, parameters, forced=forced), delay_s)


def newest(work: Work, wanted: Callable[[Cells], bool]) -> Cells | None:
    """The conversation that changed last among those that are wanted."""
    table = work.database.tables[NAME]
    rows = work.connection.execute(table.select().order_by(table.c.versionnumber.desc())).mappings()
    return next((dict(row) for row in rows if wanted(dict(row))), None)


def is_possible(action: str, work: Work, row: Cells, parameters: Mapping[str, Json]) -> bool:
    """Whether a message is possible in the state that a conversation is in."""
    if action not in _MOVES:
        return True
    try:
        _effect(action, work, row, parameters, forced=False)
    except ODataError:
        return False
    return True


def _is_like(row: Cells, other: Cells) -> bool:
    """Whether another conversation's call shows the same state as that of a row."""
    same = shown(call_of(expected(other))) == shown(call_of(expected(row)))
    return same and other["activityid"] != row["activityid"]


def _identifier(target: Reference | None, parameters: Mapping[str, Json]) -> str:
    return target.id if target else parameters["ConversationId"]


def _effect(action: str, work: Work, row: Cells, parameters: Mapping[str, Json], *, forced: bool) -> Effect:
    """What an action makes of a conversation as it will be by then; raises its refusal."""
    conversation = expected(row)
    call = call_of(conversation)
    states, move = _MOVES[action]
    if call.state not in states:
        if not forced:
            raise refused_by_message(
                f"{action} is not possible: the call is in the state {call.state}, and has to be {' or '.join(states)}."
            )
        call = replace(call, state=states[0])
    moved, changes = move(_Step(work, conversation, call, parameters, forced))
    if INVERSES.get(call.last) == action and (call.last, "inverse") in work.organisation.calling.faults:
        moved = _UNRESTORED[call.last](moved)
    return Effect(asdict(replace(moved, last=action)), {**_LIVE_COLUMNS, **changes} if forced else changes)


def _get_state(work: Work, target: Reference | None, parameters: Mapping[str, Json]) -> dict[str, Json]:
    work = replace(work, elevated=True)
    calling = work.organisation.calling
    row = current(work, _identifier(target, parameters))
    if (STATE_READER, "callable") in calling.faults:
        raise unexpected_error("callable")
    call = call_of(row)
    wrong = calling.faults.get((STATE_READER, "read-only"))
    if wrong == "version":
        update(work, work.database.described[NAME], row["activityid"], {})
    elif wrong == "state":
        askings = calling.asked[row["activityid"]] = calling.asked.get(row["activityid"], 0) + 1
        if askings == 2:
            call = replace(call, state=HELD if call.state == CONNECTED else CONNECTED)
    return shown(call)


HANDLERS: dict[str, Callable[[Work, Reference | None, Mapping[str, Json]], dict[str, Json] | None]] = {
    **{action: partial(carry_out, action) for action in _MOVES},
    STATE_READER: _get_state,
}
