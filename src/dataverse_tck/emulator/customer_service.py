"""What the Customer Service solution adds to Conversation: messages, channels, parents and children.

Everything that a fault can be put into is listed here (``faults`` walks these constants).
"""

from __future__ import annotations

from dataclasses import replace

from dataverse_tck.emulator.activity import activity_table, regarding
from dataverse_tck.emulator.columns import (
    APPLICATION,
    ARCHIVED_REFERENTIAL,
    NONE,
    REFERENTIAL,
    integer,
    lookup,
    memo,
    moment,
    options,
    reference,
    text,
)
from dataverse_tck.emulator.conversation import CONVERSATION, NAME
from dataverse_tck.emulator.model import (
    Binding,
    CascadeType,
    Column,
    CustomApi,
    Label,
    Operation,
    Parameter,
    Relationship,
    Required,
    Table,
    label,
)
from dataverse_tck.emulator.ordinary import standard_table
from dataverse_tck.emulator.platform import ACCOUNT, BOOKABLERESOURCE, SYSTEMUSER

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


def _parent(
    name: str,
    entity_set: str,
    names: tuple[Label, Label],
    columns: tuple[Column, ...],
    code: int,
    collection_name: str = "",
) -> Table:
    return standard_table(name, entity_set, names, columns, code, collection_name=collection_name)


BOOKINGALERT = activity_table(
    "msdyn_bookingalert",
    "msdyn_bookingalerts",
    (label("Booking Alert", "Avviso prenotazione"), label("Booking Alerts", "Avvisi prenotazione")),
    (),
    10401,
)
_NAME = text("msdyn_name", label("Name", "Nome"), 100, APPLICATION)
_OPTIONAL_NAME = replace(_NAME, required=NONE)

BOOKINGALERTSTATUS = _parent(
    "msdyn_bookingalertstatus",
    "msdyn_bookingalertstatuses",
    (label("Booking Alert Status"), label("Booking Alert Statuses")),
    (
        _OPTIONAL_NAME,
        lookup("msdyn_BookingAlert", label("Booking Alert", "Avviso prenotazione"), required=APPLICATION),
    ),
    10402,
)
BOOKINGRULE = _parent(
    "msdyn_bookingrule",
    "msdyn_bookingrules",
    (label("Booking Rule", "Regola prenotazione"), label("Booking Rules", "Regole prenotazione")),
    (
        _NAME,
        text("msdyn_MethodName", "Method Name", 100, APPLICATION),
        text("msdyn_WebResource", "Web Resource", 100, APPLICATION),
    ),
    10403,
)
TIMEGROUP = _parent(
    "msdyn_timegroup",
    "msdyn_timegroups",
    (label("Fulfillment Preference"), label("Fulfillment Preferences")),
    (_NAME,),
    10405,
)
TIMEGROUPDETAIL = _parent(
    "msdyn_timegroupdetail",
    "msdyn_timegroupdetails",
    (label("Time Group Detail"), label("Time Group Details")),
    (
        _OPTIONAL_NAME,
        lookup("msdyn_TimeGroupId", label("Fulfillment Preference"), required=APPLICATION),
        moment("msdyn_StartTime", label("Start Time", "Ora di inizio")),
        moment("msdyn_EndTime", label("End Time", "Ora di fine")),
    ),
    10406,
)
RESOURCETERRITORY = _parent(
    "msdyn_resourceterritory",
    "msdyn_resourceterritories",
    (label("Resource Territory", "Area risorsa"), label("Resource Territories", "Aree risorsa")),
    (_OPTIONAL_NAME, lookup("msdyn_Resource", label("Resource", "Risorsa"), required=APPLICATION)),
    10404,
)
# The entity set ends in "settinges", the collection name in "settings": so it is served.
SCHEDULERSETTING = _parent(
    "msdyn_systemuserschedulersetting",
    "msdyn_systemuserschedulersettinges",
    (label("System User Scheduler Setting"), label("System User Scheduler Settings")),
    (_NAME, lookup("msdyn_User", label("User", "Utente"), required=APPLICATION)),
    10407,
    "msdyn_systemuserschedulersettings",
)
VOICEMAIL = activity_table(
    "msdyn_ocvoicemail",
    "msdyn_ocvoicemails",
    (label("Voicemail", "Messaggio vocale"), label("Voicemails", "Messaggi vocali")),
    (lookup("msdyn_missedconversationid", label("Missed conversation", "Conversazione persa")),),
    10408,
)

_REGARDING_PARENTS = (
    BOOKINGALERTSTATUS,
    BOOKINGRULE,
    RESOURCETERRITORY,
    SCHEDULERSETTING,
    TIMEGROUP,
    TIMEGROUPDETAIL,
)
MANY_TO_ONE = (
    *(regarding(CONVERSATION, parent) for parent in _REGARDING_PARENTS),
    reference(
        "msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid",
        CONVERSATION,
        "msdyn_routableobjectid",
        VOICEMAIL,
        "msdyn_routableobjectid_msdyn_ocvoicemail_msdyn_ocliveworkitem_msdyn_ocvoicemail",
        ARCHIVED_REFERENTIAL,
    ),
)


def _text(name: str, length: int = 100, required: Required = APPLICATION) -> Column:
    return text(f"msdyn_{name}", name, length, required)


_CUSTOMER_NAME = text("msdyn_customername", label("Customer Name", "Nome cliente"), 100)
_CALLER_NAME = text("msdyn_callername", label("Caller Name", "Nome chiamante"), 100)
_LINK = lookup("msdyn_liveworkitemid", label("Conversation", "Conversazione"))
_REQUIRED_LINK = replace(_LINK, required=APPLICATION)
# Children that are no activities: name, label, customizable relationship, primary name, columns.
_CONTEXTS: tuple[tuple[str, Label, bool, str, tuple[Column, ...]], ...] = (
    (
        "customengagementctx",
        label("Custom Messaging Engagement Context"),
        True,
        "msdyn_name",
        (
            _NAME,
            _text("customerfirstname"),
            _text("customerlastname"),
            _text("customsenderid"),
            _REQUIRED_LINK,
        ),
    ),
    (
        "facebookengagementctx",
        label("Facebook Engagement Context"),
        False,
        "msdyn_customername",
        (_NAME, _CUSTOMER_NAME, _LINK),
    ),
    (
        "lineengagementctx",
        label("LINE Engagement Context"),
        False,
        "msdyn_customername",
        (_NAME, _CUSTOMER_NAME, _LINK),
    ),
    (
        "livechatengagementctx",
        label("Live Chat Engagement Context"),
        False,
        "msdyn_name",
        (_OPTIONAL_NAME, _LINK),
    ),
    (
        "ocapplemessagesforbusinessengagementctx",
        label("Apple Messages for Business Engagement Context"),
        True,
        "msdyn_name",
        (
            _NAME,
            _text("capabilitylist", 500),
            _text("groupid"),
            _text("intentid"),
            _REQUIRED_LINK,
            _text("locale"),
            _text("sourceid", 300),
        ),
    ),
    (
        "ocgatekeeperengagementctx",
        label("Gatekeeper Engagement Context"),
        True,
        "msdyn_gatekeeperpersonid",
        (_text("gatekeeperpersonid"), _LINK),
    ),
    (
        "ocgooglebusinessmessagesengagementctx",
        label("Google's Business Messages Engagement Context"),
        False,
        "msdyn_name",
        (_NAME, _LINK),
    ),
    (
        "ocphonecallengagementctx",
        label("Phone Call Engagement Context", "Contesto di coinvolgimento telefonata"),
        True,
        "msdyn_callername",
        (
            _CALLER_NAME,
            _text("callsid", required=NONE),
            _text("fromphone", required=NONE),
            _LINK,
        ),
    ),
    ("smsengagementctx", label("SMS Engagement Context"), False, "msdyn_name", (_NAME, _LINK)),
    (
        "teamschannelengagementctx",
        label("Teams Engagement Context"),
        True,
        "msdyn_customername",
        (_NAME, _CUSTOMER_NAME, _LINK),
    ),
    ("twitterengagementctx", label("Twitter Engagement Context"), False, "msdyn_name", (_NAME, _LINK)),
    (
        "wechatengagementctx",
        label("WeChat Engagement Context"),
        False,
        "msdyn_customername",
        (_NAME, _CUSTOMER_NAME, _LINK),
    ),
    ("whatsappengagementctx", label("WhatsApp Engagement Context"), False, "msdyn_name", (_NAME, _LINK)),
)
_CONTEXT_TABLES = {
    name: standard_table(
        f"msdyn_{name}",
        f"msdyn_{name}es",
        (text_, text_),
        columns,
        10420 + index,
        primary_name=primary_name,
    )
    for index, (name, text_, _, primary_name, columns) in enumerate(_CONTEXTS)
}
QUESTIONNAIRE = standard_table(
    "msdyn_chatquestionnaireresponse",
    "msdyn_chatquestionnaireresponses",
    (label("Chat Questionnaire Response"), label("Chat Questionnaire Responses")),
    (
        _NAME,
        lookup("msdyn_ocliveworkitemid", label("Conversation", "Conversazione")),
        memo("msdyn_Answer", label("Answer", "Risposta")),
        integer("msdyn_Order", label("Order", "Ordine")),
    ),
    10419,
)


def _context(name: str, *, customizable: bool) -> Relationship:
    cascade = REFERENTIAL
    if name == "ocgatekeeperengagementctx":
        cascade = replace(REFERENTIAL, delete=CascadeType.CASCADE)
    made = reference(
        f"msdyn_msdyn_ocliveworkitem_msdyn_{name}_liveworkitemid",
        _CONTEXT_TABLES[name],
        "msdyn_liveworkitemid",
        CONVERSATION,
        "msdyn_liveworkitemid",
        cascade,
    )
    return replace(made, is_customizable=customizable)


ONE_TO_MANY = (
    replace(
        reference(
            "msdyn_msdyn_ocliveworkitem_msdyn_chatquestionnaireresponse",
            QUESTIONNAIRE,
            "msdyn_ocliveworkitemid",
            CONVERSATION,
            "msdyn_ocliveworkitemid",
        ),
        is_customizable=False,
    ),
    *(_context(name, customizable=customizable) for name, _, customizable, _, _ in _CONTEXTS),
    reference(
        "msdyn_msdyn_ocliveworkitem_msdyn_ocvoicemail",
        VOICEMAIL,
        "msdyn_missedconversationid",
        CONVERSATION,
        "msdyn_missedconversationid_msdyn_ocvoicemail",
    ),
)
TABLES = (*_REGARDING_PARENTS, VOICEMAIL, BOOKINGALERT, QUESTIONNAIRE, *_CONTEXT_TABLES.values())
# What the parents need to be created.
RELATIONSHIPS = (
    regarding(VOICEMAIL, ACCOUNT),
    regarding(BOOKINGALERT, ACCOUNT),
    reference(
        "msdyn_msdyn_bookingalert_msdyn_bookingalertstatus_BookingAlert",
        BOOKINGALERTSTATUS,
        "msdyn_bookingalert",
        BOOKINGALERT,
        "msdyn_BookingAlert",
    ),
    reference(
        "msdyn_bookableresource_msdyn_resourceterritory_Resource",
        RESOURCETERRITORY,
        "msdyn_resource",
        BOOKABLERESOURCE,
        "msdyn_Resource",
    ),
    reference(
        "msdyn_systemuser_msdyn_systemuserschedulersetting_User",
        SCHEDULERSETTING,
        "msdyn_user",
        SYSTEMUSER,
        "msdyn_User",
    ),
    reference(
        "msdyn_msdyn_timegroup_msdyn_timegroupdetail_TimeGroup",
        TIMEGROUPDETAIL,
        "msdyn_timegroupid",
        TIMEGROUP,
        "msdyn_TimeGroupId",
    ),
)
