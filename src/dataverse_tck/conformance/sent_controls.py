"""Controls of the calls level: messages that nobody knows are sent, and have to be refused.

An endpoint that says yes to whatever is sent says yes to the documented messages as well, and nothing follows from it.
"""

from __future__ import annotations

from dataverse_tck.conformance.control import Control

MADE_UP_MESSAGE = "CCaaS_NobodyDocumentsThisMessage"
_GUARDS = ("derived/message/*/callable",)

SENT = (
    Control(
        "control/made-up-message-sent",
        f"message/{MADE_UP_MESSAGE}",
        f"A message that nobody documents ({MADE_UP_MESSAGE}) is refused when it is sent, and changes nothing.",
        _GUARDS,
        level="calls",
        said_yes="also accepts a message that nobody knows",
    ),
    Control(
        "control/letter-case",
        "message/ccaas_acceptcall",
        "A message whose name is written in small letters (ccaas_acceptcall) is refused, and changes nothing.",
        _GUARDS,
        level="calls",
        said_yes="also accepts a message whose name is written otherwise",
    ),
)
