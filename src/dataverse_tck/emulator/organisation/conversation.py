"""The Conversation table as the base product has it, before Customer Service adds its part."""

from __future__ import annotations

from dataclasses import replace

from dataverse_tck.emulator.organisation.activity import activity_table, regarding
from dataverse_tck.emulator.organisation.builders import (
    PARENTAL,
    REFERENTIAL,
    boolean_choice,
    choice,
    decimal,
    entity_name,
    integer,
    lookup,
    memo,
    moment,
    options,
    read_only,
    reference,
    text,
    yes_no,
)
from dataverse_tck.emulator.organisation.model import CascadeType, Choice, Kind, Menu, label
from dataverse_tck.emulator.organisation.platform import (
    ACCOUNT,
    ACTIVITYPOINTER,
    ANNOTATION,
    CONTACT,
    INCIDENT,
    QUEUE,
    SYSTEMUSER,
    TASK,
)
from dataverse_tck.emulator.organisation.standard_tables import states

NAME = "msdyn_ocliveworkitem"
CALL = "__call"  # private column: what the others do not say of the call, as ``operations.calls`` writes it
CHANNELS = "msdyn_streamsource"  # the global choice of msdyn_channel

_DURATIONS = {
    "activechattime": "Active Chat Time",
    "activewrapuptime": "Active Wrap Up Time",
    "firstwaittime": "First Wait Time",
    "handletime": "Handle Time",
    "holdtime": "Hold Time",
    "talktime": "Talk Time",
    "wrapuptime": "Wrap Up Time",
}
_FLAGS = {
    "copilotengaged": "Copilot Engaged",
    "isabandoned": "Is Abandoned",
    "isagentaccepted": "Is Agent Accepted",
    "isagentsession": "Is Agent Session",
    "isoutbound": "Outbound Conversation",
    "thirdpartyconversation": "Third Party Conversation",
}
CONVERSATION = replace(
    activity_table(
        NAME,
        "msdyn_ocliveworkitems",
        (label("Conversation", "Conversazione"), label("Conversations", "Conversazioni")),
        (
            choice("msdyn_channel", label("Channel", "Canale"), CHANNELS, kind=Kind.MULTI_SELECT),
            text("msdyn_ocliveworkitemid", "ConversationId"),
            text("msdyn_title", label("Title", "Titolo"), 4000),
            lookup("msdyn_customer", label("Customer", "Cliente"), Kind.CUSTOMER),
            read_only(text("msdyn_customerName", "", 4000)),
            read_only(text("msdyn_customerYomiName", "", 4000)),
            entity_name("msdyn_customerIdType"),
            lookup("msdyn_activeagentid", label("Active Agent", "Agente attivo")),
            moment("msdyn_activeagentassignedon", "Active Agent Assigned On"),
            text("msdyn_activeintentstring", "Active Intent String"),
            decimal("msdyn_averageresponsetimeinmsadjforoh", "Conversation average response time"),
            replace(
                memo("msdyn_casefieldsupdatedbyAI", "Case Updated Fields by AI", 8192),
                logical_name="msdyn_casefieldsupdatedbyAI",
            ),
            lookup("msdyn_cdsqueueid", label("Queue", "Coda")),
            text("msdyn_channelconnectionid", "Channel Connection Id", 500),
            replace(
                memo("msdyn_channelproviderName", "Channel Provider Name", 200),
                logical_name="msdyn_channelproviderName",
            ),
            moment("msdyn_closedon", "Closed On"),
            *(
                integer(f"msdyn_conversation{name}inseconds", f"Conversation {words} In Seconds")
                for name, words in _DURATIONS.items()
            ),
            choice(
                "msdyn_conversationactivitystate",
                "Conversation activity state",
                f"{NAME}_msdyn_conversationactivitystate",
                -1,
            ),
            text("msdyn_ConversationSummaryField", "Conversation summary field", 4000),
            moment("msdyn_createdon", "Created On"),
            text("msdyn_customerlocale", "Customer Locale"),
            choice(
                "msdyn_customersentimentlabel",
                "Customer Sentiment",
                f"{NAME}_msdyn_customersentimentlabel",
                -1,
            ),
            integer("msdyn_escalationcount", "Escalation Count"),
            decimal("msdyn_firstresponsetimeinmsadjforoh", "Conversation first response time"),
            moment("msdyn_firstwaitstartedon", "First Wait Started On"),
            text("msdyn_infracreatedby", "Infra Created By"),
            moment("msdyn_initiatedon", "Initiated On"),
            text("msdyn_intent", "Intent  of Conversation", 500),
            *(
                yes_no(f"msdyn_{name}", words, f"{NAME}_msdyn_{name}", default=name == "isagentsession")
                for name, words in _FLAGS.items()
            ),
            lookup("msdyn_IssueId", label("Issue", "Problema")),
            lookup("msdyn_lastsessionid", "Last Session"),
            memo("msdyn_liveworkstreamnotificationdata", "LiveWorkStream Notification Data", 8192),
            moment("msdyn_modifiedon", "Modified On"),
            integer("msdyn_overflowtransfercount", "Overflow Transfer Count"),
            lookup("msdyn_routableobjectid", "Routed record"),
            entity_name("msdyn_routableobjectidIdType"),
            text("msdyn_routableobjectlogicalname", "Record routing routable object type", 500),
            choice("msdyn_routingtype", "Routing Type", f"{NAME}_msdyn_routingtype", 0),
            moment("msdyn_startedon", "Started On"),
            text("msdyn_statereason", "State Reason", 4000),
            choice("msdyn_statuschangereason", "Status change reason", f"{NAME}_msdyn_statuschangereason", -1),
            moment("msdyn_statusupdatedon", "Status Updated On"),
            memo("msdyn_TimelineControlField", "Timeline Control Field"),
            text("msdyn_TranscriptControl", "Chat Transcript"),
            integer("msdyn_transfercount", "Transfer Count"),
            text("msdyn_urcustomersentimentkeywords", "UR Customer Sentiment Keywords", 4000),
            choice(
                "msdyn_urcustomersentimentlabel",
                "Sentiment Category",
                f"{NAME}_msdyn_urcustomersentimentlabel",
                -1,
            ),
            integer("msdyn_urcustomersentimentscore", "UR Customer Sentiment Score", maximum=100),
            choice(
                "msdyn_workstreamworkdistributionmode",
                "Work distribution mode",
                "msdyn_workdistributionmode",
                -1,
            ),
            moment("msdyn_wrapupinitiatedon", "Wrap-up Status Intiated On"),
        ),
        10412,
    ),
    private_columns=(CALL,),
)
SESSION = activity_table(
    "msdyn_ocsession",
    "msdyn_ocsessions",
    (label("Session", "Sessione"), label("Sessions", "Sessioni")),
    (
        lookup("msdyn_liveworkitemid", label("Conversation", "Conversazione")),
        text("msdyn_sessionid", "Session Id"),
        moment("msdyn_sessioncreatedon", "Session Created On"),
        moment("msdyn_sessionclosedon", "Session Closed On"),
    ),
    10413,
)
TABLES = (CONVERSATION, SESSION)

_SENTIMENTS = options(
    (0, "N/A", "N/D"),
    (7, "Very negative", "Molto negativo"),
    (8, "Negative", "Negativo"),
    (9, "Slightly negative", "Leggermente negativo"),
    (10, "Neutral", "Neutro"),
    (11, "Slightly positive", "Leggermente positivo"),
    (12, "Positive", "Positivo"),
    (13, "Very positive", "Molto positivo"),
)
_CHANGE_REASONS = (
    "AwaitingAgentAssignment",
    "AwaitingAgentAcceptance",
    "InConversation",
    "AwaitingCustomerResponse",
    "AgentMovedToWrapUp",
    "CustomerDisconnectedOrLeftActiveConversation",
    "CutomerMovedToWrapUp",
    "ConversationEndedByAgent",
    "AutoClosedFromWaitingState",
    "AutoClosedBySystem",
    "ClosedDueToOverflow",
    "CustomerDisconnectedOrLeftOpenConversation",
    "ConversationEndedByBot",
    "ClosedDueToFailure",
    "ForceClosedBySupervisor",
    "ClosedInDataverseDirectlyByAdmin",
    "AssignedBySupervisor",
)
CHOICES = (
    # State 4 names status 5 as its default although status 5 belongs to state 0: so it is served.
    *states(
        NAME,
        {
            0: ("Open", 1),
            1: ("Closed", 4),
            2: ("Resolved", 6),
            3: ("Scheduled", 7),
            4: ("Wrap-up (Deprecated)", 5),
        },
        {
            1: ("Open", 0),
            2: ("Active", 0),
            3: ("Waiting", 0),
            4: ("Closed", 1),
            5: ("Wrap-up", 0),
            6: ("Resolved", 2),
            7: ("Scheduled", 3),
        },
    ),
    Choice(
        f"{NAME}_msdyn_conversationactivitystate",
        label("Conversation activity state"),
        options((0, "Default"), (1, "Talk"), (2, "Hold"), (3, "Ended")),
    ),
    Choice(f"{NAME}_msdyn_customersentimentlabel", label("Customer Sentiment"), _SENTIMENTS),
    Choice(f"{NAME}_msdyn_urcustomersentimentlabel", label("Sentiment Category"), _SENTIMENTS),
    Choice(f"{NAME}_msdyn_routingtype", label("Routing Type"), options((0, "Rule Based"), (1, "Intent Based"))),
    Choice(
        f"{NAME}_msdyn_statuschangereason",
        label("Status change reason"),
        options(*enumerate(_CHANGE_REASONS, 192350001)),
    ),
    Choice(
        "msdyn_workdistributionmode",
        label("Work distribution mode"),
        options((192350000, "Push"), (192350001, "Pick")),
        is_global=True,
    ),
    *(boolean_choice(f"{NAME}_msdyn_{name}", words) for name, words in _FLAGS.items()),
)
# The option that the base product brings into the choice of channels.
ENTITY_RECORDS = options((192350000, "Entity Records", "Record di entità"))

_HIDDEN = Menu(behavior="DoNotDisplay", order=None)
_MERGED = replace(PARENTAL, merge=CascadeType.CASCADE)
_CUSTOMER = replace(REFERENTIAL, merge=CascadeType.CASCADE)


RELATIONSHIPS = (
    regarding(CONVERSATION, ACCOUNT, _MERGED),
    regarding(CONVERSATION, CONTACT, _MERGED),
    regarding(CONVERSATION, INCIDENT, _MERGED),
    regarding(SESSION, ACCOUNT),
    regarding(SESSION, CONTACT),
    reference(
        "activity_pointer_msdyn_ocliveworkitem",
        (CONVERSATION, "activityid"),
        ACTIVITYPOINTER,
        f"activityid_{NAME}",
        replace(REFERENTIAL, delete=CascadeType.NO_CASCADE),
    ),
    reference(
        "msdyn_account_msdyn_ocliveworkitem_Customer",
        (CONVERSATION, "msdyn_customer"),
        ACCOUNT,
        f"msdyn_customer_{NAME}_account",
        _CUSTOMER,
    ),
    reference(
        "msdyn_contact_msdyn_ocliveworkitem_Customer",
        (CONVERSATION, "msdyn_customer"),
        CONTACT,
        f"msdyn_customer_{NAME}_contact",
        _CUSTOMER,
    ),
    reference(
        "msdyn_incident_msdyn_ocliveworkitem",
        (CONVERSATION, "msdyn_issueid"),
        INCIDENT,
        f"msdyn_IssueId_{NAME}",
    ),
    reference(
        "msdyn_queue_msdyn_ocliveworkitem_queueid",
        (CONVERSATION, "msdyn_cdsqueueid"),
        QUEUE,
        f"msdyn_cdsqueueid_{NAME}",
    ),
    reference(
        "msdyn_systemuser_msdyn_ocliveworkitem_activeagentid",
        (CONVERSATION, "msdyn_activeagentid"),
        SYSTEMUSER,
        f"msdyn_activeagentid_{NAME}",
    ),
    reference(
        "msdyn_msdyn_ocliveworkitem_task_msdyn_routableobjectid",
        (CONVERSATION, "msdyn_routableobjectid"),
        TASK,
        f"msdyn_msdyn_routableobjectid_{NAME}_task",
    ),
    reference(
        "msdyn_msdyn_ocsession_msdyn_ocliveworkitem_lastsessionid",
        (CONVERSATION, "msdyn_lastsessionid"),
        SESSION,
        f"msdyn_lastsessionid_{NAME}",
    ),
    replace(
        reference(
            "msdyn_msdyn_ocliveworkitem_msdyn_ocsession_liveworkstreamid",
            (SESSION, "msdyn_liveworkitemid"),
            CONVERSATION,
            "msdyn_liveworkitemid_msdyn_ocsession",
        ),
        is_customizable=False,
    ),
    replace(
        reference(
            "msdyn_ocliveworkitem_Annotations",
            (ANNOTATION, "objectid"),
            CONVERSATION,
            f"objectid_{NAME}",
            PARENTAL,
        ),
        menu=_HIDDEN,
    ),
)
