"""What Customer Service adds to Conversation: messages, channels, and what it can be about and routed to."""

from __future__ import annotations

from dataverse_tck.emulator.organisation.activity import regarding
from dataverse_tck.emulator.organisation.builders import ARCHIVED_REFERENTIAL, options, reference
from dataverse_tck.emulator.organisation.conversation import CONVERSATION, NAME
from dataverse_tck.emulator.organisation.engagement import VOICEMAIL
from dataverse_tck.emulator.organisation.model import Binding, CustomApi, Operation, Parameter, label
from dataverse_tck.emulator.organisation.scheduling import PARENTS

CHANNELS = options(
    (19241000, "Microsoft Teams", "Microsoft Teams"),
    (192300000, "WhatsApp", "WhatsApp"),
    (192310000, "LINE", "LINE"),
    (192320000, "WeChat", "WeChat"),
    (192330000, "Facebook", "Facebook"),
    (192340000, "SMS", "SMS"),
    (192350001, "Twitter", "Twitter"),
    (192350002, "Custom", "Personalizzato"),
    (192360000, "Live chat", "Chat dal vivo"),
    (192370000, "Voice", "Voce"),
    (192380000, "Video", "Video"),
    (192390000, "Co-browse", "Esplorazione condivisa"),
    (192400000, "Screen sharing", "Condivisione dello schermo"),
    (192440000, "Voice call", "Chiamata vocale"),
    (192450000, "Apple Messages for Business", "Apple Messages for Business"),
    (192450001, "Google's Business Messages", "Messaggi aziendali di Google"),
)

_CALL_STATE = (
    Parameter("CallState", "Edm.String", nullable=False),
    Parameter("RecordingState", "Edm.String", nullable=False),
    Parameter("TranscriptionState", "Edm.String", nullable=False),
    Parameter("ParticipantCount", "Edm.Int32", nullable=False),
)
_DESTINATION = (Parameter("Destination", "Edm.String", nullable=False),)
_REASON = (Parameter("Reason", "Edm.String"),)
# Name -> (inputs, outputs). Neither is documented: these are the emulator's own.
_ACTIONS: dict[str, tuple[tuple[Parameter, ...], tuple[Parameter, ...]]] = {
    "CCaaS_AcceptCall": ((), ()),
    "CCaaS_AcceptPhoneCall": ((), ()),
    "CCaaS_BargeInToCall": ((), ()),
    "CCaaS_CloseExternalSession": ((), ()),
    "CCaaS_EndCall": ((), ()),
    "CCaaS_EndPhoneCall": ((), ()),
    "CCaaS_ExternalCallReject": (_REASON, ()),
    "CCaaS_ExternalCallTransfer": (_DESTINATION, ()),
    "CCaaS_GetCallState": ((), _CALL_STATE),
    "CCaaS_HoldCall": ((), ()),
    "CCaaS_InitiateExternalTransfer": (_DESTINATION, ()),
    "CCaaS_PauseRecordingAndTranscription": ((), ()),
    "CCaaS_RejectExternalTransfer": (_REASON, ()),
    "CCaaS_ResumeRecordingAndTranscription": ((), ()),
    "CCaaS_StartRecordingAndTranscription": ((), ()),
    "CCaaS_StartTranscription": ((), ()),
    "CCaaS_StopTranscription": ((), ()),
    "CCaaS_UnholdCall": ((), ()),
}
MESSAGES = tuple(_ACTIONS)


def actions(binding: Binding) -> tuple[Operation, ...]:
    """The actions of the table. What is not bound to a row has to be told which conversation is meant."""
    which = () if binding is Binding.ENTITY else (Parameter("ConversationId", "Edm.Guid", nullable=False),)
    return tuple(
        Operation(
            name,
            binding=binding,
            bound_to=None if binding is Binding.UNBOUND else NAME,
            parameters=which + inputs,
            outputs=outputs,
        )
        for name, (inputs, outputs) in _ACTIONS.items()
    )


def custom_apis(operations: tuple[Operation, ...]) -> tuple[CustomApi, ...]:
    """The custom APIs behind the actions; none of them takes plug-in steps, so none is an event."""
    return tuple(CustomApi(operation, label(operation.name)) for operation in operations)


# The relationships from Conversation to its parents: many-to-one.
MANY_TO_ONE = (
    *(regarding(CONVERSATION, parent) for parent in PARENTS),
    reference(
        "msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid",
        (CONVERSATION, "msdyn_routableobjectid"),
        VOICEMAIL,
        "msdyn_routableobjectid_msdyn_ocvoicemail_msdyn_ocliveworkitem_msdyn_ocvoicemail",
        ARCHIVED_REFERENTIAL,
    ),
)
