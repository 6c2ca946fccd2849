"""The tables whose rows belong to a conversation: engagement contexts, questionnaires, voicemails."""

from __future__ import annotations

from dataclasses import replace

from dataverse_tck.emulator.organisation.activity import activity_table, regarding
from dataverse_tck.emulator.organisation.builders import (
    APPLICATION,
    NONE,
    REFERENTIAL,
    integer,
    lookup,
    memo,
    reference,
    text,
)
from dataverse_tck.emulator.organisation.conversation import CONVERSATION
from dataverse_tck.emulator.organisation.model import CascadeType, Column, Relationship, Required, Table, label
from dataverse_tck.emulator.organisation.platform import ACCOUNT
from dataverse_tck.emulator.organisation.standard_tables import standard_table

VOICEMAIL = activity_table(
    "msdyn_ocvoicemail",
    "msdyn_ocvoicemails",
    (label("Voicemail", "Messaggio vocale"), label("Voicemails", "Messaggi vocali")),
    (lookup("msdyn_missedconversationid", label("Missed conversation", "Conversazione persa")),),
    10408,
)
QUESTIONNAIRE = standard_table(
    "msdyn_chatquestionnaireresponse",
    "msdyn_chatquestionnaireresponses",
    (label("Chat Questionnaire Response"), label("Chat Questionnaire Responses")),
    (
        text("msdyn_name", label("Name", "Nome"), required=APPLICATION),
        lookup("msdyn_ocliveworkitemid", label("Conversation", "Conversazione")),
        memo("msdyn_Answer", label("Answer", "Risposta")),
        integer("msdyn_Order", label("Order", "Ordine")),
    ),
    10419,
)


def _text(name: str, length: int = 100, required: Required = APPLICATION) -> Column:
    return text(f"msdyn_{name}", name, length, required)


_NAME = text("msdyn_name", label("Name", "Nome"), 100, APPLICATION)
_CUSTOMER = text("msdyn_customername", label("Customer Name", "Nome cliente"))
_CALLER = text("msdyn_callername", label("Caller Name", "Nome chiamante"))
_LINK = lookup("msdyn_liveworkitemid", label("Conversation", "Conversazione"))
_REQUIRED_LINK = replace(_LINK, required=APPLICATION)


def _context(name: str, title: str, *columns: Column, primary_name: str = "msdyn_name") -> Table:
    """An engagement context: what a channel knows of a conversation. Its entity set ends in "es"."""
    title += " Engagement Context"
    return standard_table(
        f"msdyn_{name}ctx",
        f"msdyn_{name}ctxes",
        (label(title), label(f"{title}s")),
        columns,
        10420,
        primary_name=primary_name,
    )


_CONTEXTS = (
    _context(
        "customengagement",
        "Custom Messaging",
        _NAME,
        _text("customerfirstname"),
        _text("customerlastname"),
        _text("customsenderid"),
        _REQUIRED_LINK,
    ),
    _context("facebookengagement", "Facebook", _NAME, _CUSTOMER, _LINK, primary_name="msdyn_customername"),
    _context("lineengagement", "LINE", _NAME, _CUSTOMER, _LINK, primary_name="msdyn_customername"),
    _context("livechatengagement", "Live Chat", replace(_NAME, required=NONE), _LINK),
    _context(
        "ocapplemessagesforbusinessengagement",
        "Apple Messages for Business",
        _NAME,
        _text("capabilitylist", 500),
        _text("groupid"),
        _text("intentid"),
        _REQUIRED_LINK,
        _text("locale"),
        _text("sourceid", 300),
    ),
    _context(
        "ocgatekeeperengagement",
        "Gatekeeper",
        _text("gatekeeperpersonid"),
        _LINK,
        primary_name="msdyn_gatekeeperpersonid",
    ),
    _context("ocgooglebusinessmessagesengagement", "Google's Business Messages", _NAME, _LINK),
    _context(
        "ocphonecallengagement",
        "Phone Call",
        _CALLER,
        _text("callsid", required=NONE),
        _text("fromphone", required=NONE),
        _LINK,
        primary_name="msdyn_callername",
    ),
    _context("smsengagement", "SMS", _NAME, _LINK),
    _context("teamschannelengagement", "Teams", _NAME, _CUSTOMER, _LINK, primary_name="msdyn_customername"),
    _context("twitterengagement", "Twitter", _NAME, _LINK),
    _context("wechatengagement", "WeChat", _NAME, _CUSTOMER, _LINK, primary_name="msdyn_customername"),
    _context("whatsappengagement", "WhatsApp", _NAME, _LINK),
)
TABLES = (
    VOICEMAIL,
    QUESTIONNAIRE,
    *(replace(table, object_type_code=code) for code, table in enumerate(_CONTEXTS, 10420)),
)
_NOT_CUSTOMIZABLE = {
    "msdyn_chatquestionnaireresponse",
    "msdyn_facebookengagementctx",
    "msdyn_lineengagementctx",
    "msdyn_livechatengagementctx",
    "msdyn_ocgooglebusinessmessagesengagementctx",
    "msdyn_smsengagementctx",
    "msdyn_twitterengagementctx",
    "msdyn_wechatengagementctx",
    "msdyn_whatsappengagementctx",
}
_DELETED_WITH_CONVERSATION = {"msdyn_ocgatekeeperengagementctx"}


def _child(table: Table, column: str, suffix: str, navigation: str) -> Relationship:
    name = table.logical_name
    deleted = replace(REFERENTIAL, delete=CascadeType.CASCADE)
    made = reference(
        f"msdyn_msdyn_ocliveworkitem_{name}{suffix}",
        (table, column),
        CONVERSATION,
        navigation,
        deleted if name in _DELETED_WITH_CONVERSATION else REFERENTIAL,
    )
    return replace(made, is_customizable=name not in _NOT_CUSTOMIZABLE)


# The relationships from Conversation to its children, seen from Conversation: one-to-many.
ONE_TO_MANY = (
    _child(QUESTIONNAIRE, "msdyn_ocliveworkitemid", "", "msdyn_ocliveworkitemid"),
    *(_child(table, "msdyn_liveworkitemid", "_liveworkitemid", "msdyn_liveworkitemid") for table in _CONTEXTS),
    _child(VOICEMAIL, "msdyn_missedconversationid", "", "msdyn_missedconversationid_msdyn_ocvoicemail"),
)
RELATIONSHIPS = (regarding(VOICEMAIL, ACCOUNT),)
