"""The states of calls, and what each of the actions makes of one: pure functions on rows of conversations.

None of this is documented by Microsoft but the names of the actions and, for recording and transcription, of the three
states; docs/calls.md says what was decided and why. What the columns of a conversation say of its call is read from
them; the rest is kept in its row, in the private column ``CALL``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace

from dataverse_tck.emulator.organisation.conversation import CALL, NAME
from dataverse_tck.jsontypes import Json

NONE, OFFERED, CONNECTED, HELD = "None", "Offered", "Connected", "Held"
TRANSFER_PENDING, ENDED = "TransferPending", "Ended"
NOT_STARTED, IN_PROGRESS, PAUSED = "not-started", "in-progress", "paused"

_CALL_CHANNELS = {"192370000", "192380000", "192440000"}  # Voice, Video, Voice call
_ACTIVE_AGENT = f"msdyn_activeagentid_{NAME}"  # the navigation property to the representative
OPEN, _CLOSED, _RESOLVED = 0, 1, 2  # statecode
_STATUS_OPEN, ACTIVE, _WRAP_UP = 1, 2, 5  # statuscode
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
class Context:
    """What an action works with: who sent it and when, the call as it stands, its conversation and the parameters."""

    caller: str  # systemuserid
    moment: str
    conversation: Mapping[str, Json]
    call: Call
    parameters: Mapping[str, Json]


# The call as it becomes, and what is updated in its conversation.
_Effect = Callable[[Context], tuple[Call, dict[str, Json]]]


@dataclass(frozen=True)
class Transition:
    """An action: the states in which it is possible, what it does, and what else can be in its way."""

    states: tuple[str, ...]
    effect: _Effect
    obstacle: Callable[[Call], str | None] = lambda call: None

    def refusal(self, action: str, call: Call) -> str | None:
        """Why the action is not possible on a call; None where it is."""
        if call.state in self.states:
            return self.obstacle(call)
        wanted = " or ".join(self.states)
        return f"{action} is not possible: the call is in the state {call.state}, and has to be {wanted}."


_FIELDS = {item.name for item in fields(Call)}


def call_of(conversation: Mapping[str, Json]) -> Call:
    """The call of a conversation, from its row (cells by column).

    Channels without calls have none. A conversation in wrap-up, closed or resolved had one. One that is Active has one:
    offered as long as ``msdyn_isagentaccepted`` is not set.
    """
    if _CALL_CHANNELS.isdisjoint(str(conversation["msdyn_channel"]).split(",")):
        return Call(NONE)
    if conversation["statecode"] in (_CLOSED, _RESOLVED) or conversation["statuscode"] == _WRAP_UP:
        return Call(ENDED)
    if (conversation["statecode"], conversation["statuscode"]) != (OPEN, ACTIVE):
        return Call(NONE)
    if not conversation["msdyn_isagentaccepted"]:
        return Call(OFFERED)
    kept = {name: value for name, value in (conversation[CALL] or {}).items() if name in _FIELDS}
    return replace(Call(CONNECTED), **{**kept, "supervisors": tuple(kept.get("supervisors", ()))})


def state_outputs(call: Call) -> dict[str, Json]:
    """What ``CCaaS_GetCallState`` says of a call."""
    return {
        "CallState": call.state,
        "RecordingState": call.recording,
        "TranscriptionState": call.transcription,
        "ParticipantCount": call.participants,
    }


def _accept(context: Context) -> tuple[Call, dict[str, Json]]:
    moment = context.moment
    return Call(CONNECTED), {
        "msdyn_isagentaccepted": True,
        f"{_ACTIVE_AGENT}@odata.bind": f"systemusers({context.caller})",
        "msdyn_activeagentassignedon": context.conversation["msdyn_activeagentassignedon"] or moment,
        "msdyn_startedon": context.conversation["msdyn_startedon"] or moment,
        "msdyn_conversationactivitystate": _TALK,
        "msdyn_statuschangereason": _IN_CONVERSATION,
    }


def _end(context: Context) -> tuple[Call, dict[str, Json]]:
    return Call(ENDED), {
        "statecode": OPEN,
        "statuscode": _WRAP_UP,
        "msdyn_conversationactivitystate": _TALK_ENDED,
        "msdyn_statuschangereason": _MOVED_TO_WRAP_UP,
        "msdyn_statusupdatedon": context.moment,
        "msdyn_wrapupinitiatedon": context.moment,
    }


def _hold(context: Context) -> tuple[Call, dict[str, Json]]:
    return replace(context.call, state=HELD), {"msdyn_conversationactivitystate": _HOLD}


def _unhold(context: Context) -> tuple[Call, dict[str, Json]]:
    return replace(context.call, state=CONNECTED), {"msdyn_conversationactivitystate": _TALK}


def _barge_in(context: Context) -> tuple[Call, dict[str, Json]]:
    supervisors = tuple(dict.fromkeys((*context.call.supervisors, context.caller)))
    return replace(context.call, supervisors=supervisors), {}


def _initiate_transfer(context: Context) -> tuple[Call, dict[str, Json]]:
    return replace(context.call, state=TRANSFER_PENDING, before=context.call.state), {}


def _reject_transfer(context: Context) -> tuple[Call, dict[str, Json]]:
    return replace(context.call, state=context.call.before), {}


def _transfer(context: Context) -> tuple[Call, dict[str, Json]]:
    """The representative is out; the conversation stays Active, and the outside party has a session."""
    count = (context.conversation["msdyn_transfercount"] or 0) + 1
    return Call(ENDED, outside=context.parameters["Destination"]), {"msdyn_transfercount": count}


def _reject_offer(context: Context) -> tuple[Call, dict[str, Json]]:
    """Whoever was rung says no: a pending transfer comes back, an offered call goes back to routing."""
    if context.call.state == TRANSFER_PENDING:
        return _reject_transfer(context)
    return Call(NONE), {
        "statecode": OPEN,
        "statuscode": _STATUS_OPEN,
        "msdyn_statuschangereason": _AWAITING_ASSIGNMENT,
        "msdyn_statusupdatedon": context.moment,
    }


def _close_outside(context: Context) -> tuple[Call, dict[str, Json]]:
    return replace(context.call, outside=None), {}


def _start_recording(context: Context) -> tuple[Call, dict[str, Json]]:
    return replace(context.call, recording=IN_PROGRESS, transcription=IN_PROGRESS), {}


def _pause_recording(context: Context) -> tuple[Call, dict[str, Json]]:
    transcription = PAUSED if context.call.transcription == IN_PROGRESS else context.call.transcription
    return replace(context.call, recording=PAUSED, transcription=transcription), {}


def _resume_recording(context: Context) -> tuple[Call, dict[str, Json]]:
    """Also the first start: a recording that never started is resumed in manual mode."""
    if context.call.recording == NOT_STARTED:
        return _start_recording(context)
    transcription = IN_PROGRESS if context.call.transcription == PAUSED else context.call.transcription
    return replace(context.call, recording=IN_PROGRESS, transcription=transcription), {}


def _start_transcription(context: Context) -> tuple[Call, dict[str, Json]]:
    return replace(context.call, transcription=IN_PROGRESS), {}


def _stop_transcription(context: Context) -> tuple[Call, dict[str, Json]]:
    return replace(context.call, transcription=NOT_STARTED), {}


# What has to hold of a call beside its state: each returns the refusal, None where nothing speaks against it.


def _has_outside(call: Call) -> str | None:
    return None if call.outside else "The conversation has no open session of an external representative."


def _regions(is_allowed: Callable[[Call], bool]) -> Callable[[Call], str | None]:
    def refusal(call: Call) -> str | None:
        if is_allowed(call):
            return None
        return f"This is not possible while recording is {call.recording} and transcription is {call.transcription}."

    return refusal


def _is_recorded(call: Call) -> bool:
    return call.recording == IN_PROGRESS


def _is_transcribed(call: Call) -> bool:
    return call.transcription == IN_PROGRESS


def _can_resume(call: Call) -> bool:
    return call.recording == PAUSED or _is_silent(call)


def _is_silent(call: Call) -> bool:
    return call.recording == NOT_STARTED and call.transcription == NOT_STARTED


_LIVE = (CONNECTED, HELD, TRANSFER_PENDING)
TRANSITIONS: dict[str, Transition] = {
    "CCaaS_AcceptCall": Transition((OFFERED,), _accept),
    "CCaaS_AcceptPhoneCall": Transition((OFFERED,), _accept),
    "CCaaS_BargeInToCall": Transition((CONNECTED,), _barge_in),
    "CCaaS_CloseExternalSession": Transition((ENDED,), _close_outside, _has_outside),
    "CCaaS_EndCall": Transition(_LIVE, _end),
    "CCaaS_EndPhoneCall": Transition(_LIVE, _end),
    "CCaaS_ExternalCallReject": Transition((OFFERED, TRANSFER_PENDING), _reject_offer),
    "CCaaS_ExternalCallTransfer": Transition((CONNECTED, TRANSFER_PENDING), _transfer),
    "CCaaS_HoldCall": Transition((CONNECTED,), _hold),
    "CCaaS_InitiateExternalTransfer": Transition((CONNECTED, HELD), _initiate_transfer),
    "CCaaS_PauseRecordingAndTranscription": Transition(_LIVE, _pause_recording, _regions(_is_recorded)),
    "CCaaS_RejectExternalTransfer": Transition((TRANSFER_PENDING,), _reject_transfer),
    "CCaaS_ResumeRecordingAndTranscription": Transition(_LIVE, _resume_recording, _regions(_can_resume)),
    "CCaaS_StartRecordingAndTranscription": Transition((CONNECTED,), _start_recording, _regions(_is_silent)),
    "CCaaS_StartTranscription": Transition((CONNECTED,), _start_transcription, _regions(_is_silent)),
    "CCaaS_StopTranscription": Transition(_LIVE, _stop_transcription, _regions(_is_transcribed)),
    "CCaaS_UnholdCall": Transition((HELD,), _unhold),
}
