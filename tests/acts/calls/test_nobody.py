"""Messages that nobody knows, as they are sent, and what an endpoint has to say to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.acts import unchanged
from dataverse_tck.acts.calls import nobody
from dataverse_tck.profile.calls import Calls, Fixture, Message
from dataverse_tck.profile.signatures import Signature
from dataverse_tck.readings import Parameter
from dataverse_tck.webapi.http.answer import Answer
from tests.support.scripted import CONVERSATION, ERROR, Play, answer, declare, judged, playing, refusal
from tests.support.told_calls import CONNECTED, Told

MADE_UP = "CCaaS_NobodyDocumentsThisMessage"
ACCEPT, SMALL = "CCaaS_AcceptCall", "ccaas_acceptcall"
BOUND = f"{CONVERSATION}s(conversation)/Microsoft.Dynamics.CRM."


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    """A scene with a call that is ready to be accepted."""
    accept = Message(ACCEPT, supported=True, actor="agent", parameters={"To": "x"})
    calls = Calls(
        messages={ACCEPT: accept}, actors={"agent": "u1"}, fixtures={"offer": Fixture("offer", values={"subject": "x"})}
    )
    with playing(tmp_path, monkeypatch, calls) as made:
        text = Parameter("To", "Edm.String", nullable=True)
        made.stage.signatures = {ACCEPT: Signature(ACCEPT, "entity", (text,), None, None, "$metadata")}
        made.stage.calibrated = True
        made.part("conversation")
        made.message = ACCEPT
        yield made


def test_a_call_is_offered_and_nothing_is_sent_to_it(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noted as it was offered."""
    told = Told(play, monkeypatch)
    nobody.make_offered(play)

    assert play.script.log == [("make", CONVERSATION, {"subject": "x"}, [])]
    assert told.sent == []
    assert play.calls["conversation"].state == CONNECTED


def test_a_made_up_message_is_sent_for_the_conversation(play: Play) -> None:
    """Bound to it, with nothing that could be a reason to refuse it."""
    nobody.send_for_conversation(play, MADE_UP)

    assert play.script.log == [("POST", f"{BOUND}{MADE_UP}", {})]
    assert play.answer is not None


@pytest.mark.parametrize(("parameter", "given"), [(None, {}), ("Who", {"Who": "conversation-id"})])
def test_a_made_up_message_is_sent_for_nothing(play: Play, parameter: str | None, given: Any) -> None:
    """With the conversation where the profile says which parameter takes it."""
    declare(play, conversation_parameter=parameter)
    nobody.send_for_nothing(play, MADE_UP)

    assert play.script.log == [("POST", MADE_UP, given)]


def test_a_real_one_is_sent_in_small_letters(play: Play) -> None:
    """Where, with what and as whom the real one is sent: only its name is another."""
    nobody.send_in_small_letters(play, SMALL)

    assert play.script.log == [("POST", f"{BOUND}{SMALL}", {"To": "x"}, {"MSCRMCallerID": "u1"})]


def test_one_that_is_not_claimed_is_not_sent_in_small_letters(play: Play) -> None:
    """Nobody knows how, then: that proves nothing, and takes nothing back."""
    declare(play, messages={ACCEPT: Message(ACCEPT, supported=False)})

    assert judged(nobody.send_in_small_letters, play, SMALL) == (
        "not applicable",
        None,
        f"the profile does not claim {ACCEPT}",
    )
    assert play.script.log == []


def test_without_an_offer_nothing_is_sent(play: Play) -> None:
    """Where the profile offers no call, nothing can be seen to stay as it was."""
    declare(play, fixtures={})

    assert judged(nobody.make_offered, play)[0] == "not testable"


HTML = answer(404, b"<html>not found</html>")
ANSWERS: list[tuple[Answer, str, Any]] = [
    (refusal(404), "passed", "refused"),
    (refusal(400), "passed", "refused"),
    (refusal(501), "wrong", 501),
    (answer(204), "wrong", "accepted"),
    (answer(200, b"{}"), "wrong", "accepted"),
    (answer(200, ERROR), "wrong", "error"),
    (HTML, "wrong", "no OData error"),
    (refusal(500), "wrong", 500),
]


@pytest.mark.parametrize(("told", "verdict", "observed"), ANSWERS)
@pytest.mark.parametrize("send", [nobody.send_for_conversation, nobody.send_for_nothing])
def test_only_a_refusal_proves_that_the_endpoint_can_say_no(
    play: Play, told: Answer, verdict: str, observed: Any, send: Any
) -> None:
    """No yes, no web page, no breakdown."""
    play.script.answers = [told]
    send(play, MADE_UP)

    assert judged(unchanged.refused, play)[:2] == (verdict, observed)
