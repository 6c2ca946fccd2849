"""What is usual in practice: what becomes of conversations when something is done to the records that they refer to, a
sentence for each case; and what telephony systems agree on for the messages that control calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dataverse_tck.conformance.call_states import CALL, CAPTURE
from dataverse_tck.reference.requirements.statements import indefinite

_ACTS = {
    "Delete": ("Deleting a record of {table}", "deletes {reached}, and no other"),
    "Assign": ("Giving a record of {table} to another owner", "hands over {reached}, and no other"),
    "Share": ("Sharing a record of {table}", "gives the same rights to {reached}, and to no other"),
    "Unshare": ("Ending the share of a record of {table}", "ends what {reached} inherited from it, and nothing else"),
    "Reparent": ("Owning a record of {table}", "gives rights to {reached}, and to no other"),
}
_REACHED = {
    "Cascade": "every {noun} that refers to it",
    "Active": "every active {noun} that refers to it",
    "UserOwned": "every {noun} of the same owner that refers to it",
}
_OTHERWISE = {
    "NoCascade": "changes nothing for {a_noun} that refers to it",
    "RemoveLink": "keeps every {noun} that referred to it, and takes its reference away",
    "Restrict": "is refused while {a_noun} refers to it, and both stay as they are",
}


@dataclass(frozen=True)
class Words:
    """The display name of the table in lower case, and with its article."""

    noun: str
    a_noun: str

    def cascade(self, act: str, value: str, table: str) -> str:
        """What an act (a member of CascadeConfiguration) on a record of ``table`` does by a CascadeType."""
        subject, effect = _ACTS[act]
        told = effect.format(reached=_REACHED[value]) if value in _REACHED else _OTHERWISE[value]
        return f"{subject} {told}".format(table=table, noun=self.noun, a_noun=self.a_noun)


def words(display_name: str) -> Words:
    """The words for the records of a table, from its display name."""
    noun = display_name.lower()
    return Words(noun, indefinite(noun))


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
