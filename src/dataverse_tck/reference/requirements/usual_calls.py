"""What telephony systems agree on for the messages that control calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dataverse_tck.conformance.call_states import CALL, CAPTURE

States = Mapping[str, tuple[str, ...]]  # region -> any of these; see conformance.call_states


@dataclass(frozen=True)
class Usual:
    """What a message usually does to a call; None where systems differ or nothing is known of it.

    ``wrong`` is a state in which it usually has no effect: ``refused_only`` where even an answer of success that
    changes nothing would be unusual.
    """

    effect: States | None = None
    participants: str | None = None  # the difference, with its sign
    inverse: str | None = None  # the message that takes the effect back
    back: States | None = None  # the state after the inverse
    wrong: States | None = None
    refused_only: bool = False


_ENDED: States = {"call": ("Ended",)}
_CONNECTED: States = {"call": ("Connected",)}
_NOT_PENDING: States = {"call": tuple(state for state in CALL if state != "TransferPending")}
_RECORDING: States = {"recording": ("in-progress",)}
_TRANSCRIBING: States = {"transcription": ("in-progress",)}
_NOT_TRANSCRIBING: States = {"transcription": tuple(state for state in CAPTURE if state != "in-progress")}

# Common to the call models of TAPI, CSTA, Microsoft Graph, Azure Communication Services, Salesforce Voice and Finesse;
# that recording and transcribing exclude each other is the rule of Microsoft's Contact Center SDK.
USUAL: Mapping[str, Usual] = {
    "CCaaS_AcceptCall": Usual(_CONNECTED, wrong=_ENDED),
    "CCaaS_AcceptPhoneCall": Usual(_CONNECTED, wrong=_ENDED),
    "CCaaS_BargeInToCall": Usual(_CONNECTED, participants="+1", wrong=_ENDED),
    "CCaaS_EndCall": Usual(_ENDED, wrong=_ENDED),
    "CCaaS_EndPhoneCall": Usual(_ENDED, wrong=_ENDED),
    "CCaaS_ExternalCallReject": Usual(wrong=_ENDED),
    "CCaaS_ExternalCallTransfer": Usual(wrong=_ENDED),
    "CCaaS_HoldCall": Usual({"call": ("Held",)}, inverse="CCaaS_UnholdCall", back=_CONNECTED, wrong=_ENDED),
    "CCaaS_InitiateExternalTransfer": Usual(
        {"call": ("TransferPending",)}, inverse="CCaaS_RejectExternalTransfer", back=_NOT_PENDING, wrong=_ENDED
    ),
    "CCaaS_PauseRecordingAndTranscription": Usual(
        {"recording": ("paused",)}, inverse="CCaaS_ResumeRecordingAndTranscription", back=_RECORDING, wrong=_ENDED
    ),
    "CCaaS_RejectExternalTransfer": Usual(_NOT_PENDING, wrong=_ENDED),
    "CCaaS_ResumeRecordingAndTranscription": Usual(_RECORDING, wrong=_ENDED),
    "CCaaS_StartRecordingAndTranscription": Usual(_RECORDING, wrong=_TRANSCRIBING, refused_only=True),
    "CCaaS_StartTranscription": Usual(
        _TRANSCRIBING,
        inverse="CCaaS_StopTranscription",
        back=_NOT_TRANSCRIBING,
        wrong=_RECORDING,
        refused_only=True,
    ),
    "CCaaS_StopTranscription": Usual(_NOT_TRANSCRIBING, wrong=_ENDED),
    "CCaaS_UnholdCall": Usual(_CONNECTED, wrong=_CONNECTED),
}
