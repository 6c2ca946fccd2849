"""Messages as they are sent: where to, with what, as whom; and spoilt in one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.acts.calls import request, sending
from dataverse_tck.profile.calls import Calls, Message
from dataverse_tck.profile.signatures import Signature
from dataverse_tck.readings import Parameter
from tests.support.scripted import CONVERSATION, Play, answer, declare, judged, playing, refusal

BOUND = f"{CONVERSATION}s(conversation)/Microsoft.Dynamics.CRM."
CALLER = {"MSCRMCallerID": "u1"}


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    """A scene at an endpoint that declares a message of each kind."""
    messages = {
        "Plain": Message("Plain", supported=True),
        "Full": Message("Full", supported=True, actor="agent", parameters={"To": "x", "Count": 2}),
        "Free": Message("Free", supported=True),
        "All": Message("All", supported=True),
        "Needy": Message("Needy", supported=True),
        "Unknown": Message("Unknown", supported=True),
    }
    with playing(tmp_path, monkeypatch, Calls(messages=messages, actors={"agent": "u1"})) as made:
        text, number = Parameter("To", "Edm.String", nullable=True), Parameter("Count", "Edm.Int32", nullable=False)
        by_id = Parameter("Id", "Edm.Guid", nullable=False)
        by_row = Parameter("Row", "mscrm.msdyn_ocliveworkitem", nullable=False)
        made.stage.signatures = {
            "Plain": Signature("Plain", "entity", (), None, None, "$metadata"),
            "Full": Signature("Full", "entity", (text, number), None, None, "$metadata"),
            "Free": Signature("Free", "unbound", (by_id,), None, "Id", "profile"),
            "All": Signature("All", "collection", (by_row,), None, "Row", "$metadata"),
            "Needy": Signature("Needy", "unbound", (number,), None, None, "$metadata"),
        }
        made.part("conversation")
        made.message = "Full"
        yield made


ROW_VALUE = {f"{CONVERSATION}id": "conversation-id", "@odata.type": f"Microsoft.Dynamics.CRM.{CONVERSATION}"}


@pytest.mark.parametrize(
    ("message", "sent"),
    [
        ("Plain", ("POST", f"{BOUND}Plain", {})),
        ("Full", ("POST", f"{BOUND}Full", {"To": "x", "Count": 2}, CALLER)),
        ("Free", ("POST", "Free", {"Id": "conversation-id"})),
        ("All", ("POST", f"{CONVERSATION}s/Microsoft.Dynamics.CRM.All", {"Row": ROW_VALUE})),
    ],
)
def test_a_message_is_sent_as_it_is_declared(play: Play, message: str, sent: Any) -> None:
    """Bound to a row, to the table, or to nothing; the conversation is then a parameter."""
    told = answer(200)
    play.script.answers = [told, told]

    assert request.send(play, play.rows["conversation"], message) is told
    sending.send(play, message)

    assert play.script.log == [sent, sent]
    assert play.answer is told


def test_a_parameter_that_is_not_declared_takes_the_id(play: Play) -> None:
    """Where the signature names the conversation's parameter without its type."""
    play.stage.signatures = {"Free": Signature("Free", "unbound", (), None, "Who", "profile")}

    assert request.body(play, play.rows["conversation"], "Free") == {"Who": "conversation-id"}


@pytest.mark.parametrize(
    ("act", "message", "words"),
    [
        (request.body, "Needy", "the profile gives no value for Count, which Needy needs"),
        (request.address, "Unknown", "neither the endpoint nor the profile declares how Unknown is called"),
    ],
)
def test_what_is_not_declared_cannot_be_sent(play: Play, act: Any, message: str, words: str) -> None:
    """The reason names the message and the parameter."""
    assert judged(act, play, play.rows["conversation"], message) == ("not testable", None, words)


@pytest.mark.parametrize(
    ("act", "sent"),
    [
        (sending.send_with_unknown, {"To": "x", "Count": 2, "TckParameterThatNobodyKnows": "TCK 00000001"}),
        (sending.send_without, {"To": "x"}),
        (sending.send_of_wrong_kind, {"To": 4711, "Count": 2}),
    ],
)
def test_a_message_is_spoilt_in_one_thing(play: Play, act: Any, sent: Any) -> None:
    """Everything else is as it is declared, the caller too; the answer is what the scenario is about."""
    told = refusal()
    play.script.answers = [told]
    act(play, "Full")

    assert play.script.log == [("POST", f"{BOUND}Full", sent, CALLER)]
    assert play.answer is told


@pytest.mark.parametrize(
    ("type_", "wrong"),
    [
        ("Edm.String", 4711),
        ("Edm.Binary", 4711),
        ("Edm.Int32", "neither a number nor a date nor an id"),
        ("Edm.Guid", "neither a number nor a date nor an id"),
    ],
)
def test_a_value_of_another_kind_is_wrong_for_its_type(play: Play, type_: str, wrong: object) -> None:
    """Text is wrong for every type but text."""
    play.stage.signatures = {
        "Full": Signature("Full", "entity", (Parameter("P", type_, nullable=True),), None, None, "")
    }

    assert request.of_wrong_kind(play, play.rows["conversation"], "Full")["P"] == wrong


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (request.without, "Plain declares no parameter that it needs"),
        (request.of_wrong_kind, "Plain declares no parameter"),
    ],
)
def test_without_a_parameter_nothing_is_spoilt(play: Play, act: Any, words: str) -> None:
    """Not applicable."""
    assert judged(act, play, play.rows["conversation"], "Plain") == ("not applicable", None, words)


def test_nobody_is_another_conversation_each_time(play: Play) -> None:
    """Its id is one that a server takes."""
    first, second = request.nobody(play), request.nobody(play)

    assert first.table == CONVERSATION
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first.id)
    assert first.path == f"{CONVERSATION}s({first.id})"
    assert first != second


def test_a_message_for_nobody_names_nobody(play: Play) -> None:
    """In the address, or in the parameter."""
    play.message = "Free"
    sending.send_for_nobody(play, "Free")
    sending.send_for_nobody(play, "Plain")
    (_, to, body), (_, address, _) = play.script.log

    assert (to, list(body)) == ("Free", ["Id"])
    assert body["Id"] not in ("conversation-id", "")
    assert address.endswith(".Plain")
    assert "(conversation)" not in address


def test_a_message_is_read_at_its_address(play: Play) -> None:
    """As the same caller, without a body."""
    sending.read_only(play, "Full")

    assert play.script.log == [("GET", f"{BOUND}Full", None, CALLER)]


@pytest.mark.parametrize(
    ("bodies", "kept"),
    [
        ((b'{"@odata.context": "1", "a": 1}', b'{"@odata.context": "2", "a": 2}'), ({"a": 1}, {"a": 2})),
        ((b"", b'{"a": 2}'), ({"a": 2},)),
        ((b"[1]", b"2"), ([1], 2)),
        ((b"", b""), ()),
    ],
    ids=["both", "one", "others", "none"],
)
def test_a_message_sent_twice_keeps_both_answers(play: Play, bodies: tuple[bytes, bytes], kept: Any) -> None:
    """Without what belongs to the answer and not to the call."""
    play.script.answers = [answer(200, body) for body in bodies]
    sending.send_twice(play, "Plain")

    assert play.answers == kept
    assert len(play.script.log) == 2


@pytest.mark.parametrize("refused", [0, 1])
def test_a_message_that_is_refused_one_of_two_times_is_wrong(play: Play, refused: int) -> None:
    """The first time or the second."""
    play.script.answers = [refusal() if number == refused else answer() for number in range(2)]

    assert judged(sending.send_twice, play, "Plain") == ("wrong", 400, "Sending Plain is refused: 400 (no)")


@pytest.mark.parametrize(
    ("message", "inverse", "found"),
    [
        ("Plain", None, None),
        ("Plain", "Free", "Free"),
        ("CCaaS_HoldCall", None, "CCaaS_UnholdCall"),
        ("CCaaS_HoldCall", "Free", "Free"),
    ],
)
def test_the_counterpart_is_the_declared_one_else_the_usual_one(
    play: Play, message: str, inverse: str | None, found: str | None
) -> None:
    """What the profile says goes first."""
    declare(play, messages={message: Message(message, supported=True, inverse=inverse)})

    assert sending.counterpart(play, message) == found


@pytest.mark.parametrize(
    ("inverse", "supported"), [(None, True), ("Free", False)], ids=["none is declared", "it is not offered"]
)
def test_without_a_counterpart_nothing_is_taken_back(play: Play, inverse: str | None, *, supported: bool) -> None:
    """Not applicable, and nothing is sent."""
    messages = {
        "Plain": Message("Plain", supported=True, inverse=inverse),
        "Free": Message("Free", supported=supported),
    }
    declare(play, messages=messages)
    words = "no counterpart of Plain is declared"

    assert judged(sending.send_and_take_back, play, "Plain") == ("not applicable", None, words)
    assert play.script.log == []
