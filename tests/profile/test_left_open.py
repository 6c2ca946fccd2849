"""What a profile leaves open, told in a line for each kind."""

from __future__ import annotations

from dataverse_tck.conformance.call_states import CALL
from dataverse_tck.endpoint.embedded import PROFILE
from dataverse_tck.profile.calls import Calls, Effect, Message
from dataverse_tck.profile.left_open import left_open
from dataverse_tck.profile.profile import load_profile

EVERYWHERE, CONNECTED = {"call": CALL}, {"call": ("Connected",)}
ASK = Message("CCaaS_GetCallState", supported=True, begins=EVERYWHERE, to=Effect({}))
HOLD = Message(
    "CCaaS_HoldCall",
    supported=True,
    begins=CONNECTED,
    to=Effect({"call": ("Held",)}),
    inverse="CCaaS_UnholdCall",
    when_wrong_state=("refused",),
)
UNHOLD = Message("CCaaS_UnholdCall", supported=True, begins=CONNECTED)


def told(*messages: Message) -> list[str]:
    return list(left_open(Calls(messages={message.name: message for message in messages})))


def test_who_says_everything_is_told_nothing() -> None:
    """What is possible everywhere has no wrong state, and not every message has a counterpart."""
    calls = load_profile(PROFILE).calls

    assert calls
    assert list(left_open(calls)) == []
    assert told(ASK) == []


def test_each_kind_that_is_open_has_a_line() -> None:
    """How many say it, how it is written, and who does not."""
    begin = Message("CCaaS_StartTranscription", supported=True)
    stop = Message("CCaaS_StopTranscription", supported=True, to=Effect({}))

    effect, wrong_state, counterpart = told(ASK, HOLD, UNHOLD, begin, stop)

    assert effect == (
        "3 of 5 supported messages say what they bring (to); in this, nothing is required of CCaaS_UnholdCall, "
        "CCaaS_StartTranscription.\n"
    )
    assert wrong_state == (
        "1 of 4 supported messages say what happens in a wrong state (when_wrong_state); in this, nothing is required "
        "of CCaaS_UnholdCall, CCaaS_StartTranscription, CCaaS_StopTranscription.\n"
    )
    assert counterpart == (
        "1 of 2 supported messages with a counterpart name it (inverse); in this, nothing is required of "
        "CCaaS_StartTranscription (usually CCaaS_StopTranscription).\n"
    )


def test_what_is_not_claimed_is_not_missed() -> None:
    """Neither a message itself, nor as a counterpart."""
    hold = Message("CCaaS_HoldCall", supported=True, begins=EVERYWHERE, to=Effect({}))

    assert told(hold, Message("CCaaS_UnholdCall", supported=False)) == []
    assert told(hold) == []
