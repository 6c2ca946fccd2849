"""Faults of calls: each one shows in what it speaks of, and all the rest behaves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from uuid import uuid4

import pytest

from dataverse_tck.emulator.faults.call_faults import call_faults, known_call_faults
from dataverse_tck.emulator.faults.errors import UnknownFaultError
from dataverse_tck.emulator.faults.faulty_calls import LATE_S
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.customer_service import actions
from dataverse_tck.emulator.organisation.model import Binding
from dataverse_tck.emulator.serving.app import create_app
from tests.support.asker import Reply
from tests.support.caller import MESSAGES, READER, SET, Caller, in_profile_terms, leads_to

pytestmark = pytest.mark.proof  # a tenth of the cases, unless all is proved

HOLD, ACCEPT, UNHOLD = "CCaaS_HoldCall", "CCaaS_AcceptCall", "CCaaS_UnholdCall"
NAMES = tuple(MESSAGES)
TRANSFER = "CCaaS_InitiateExternalTransfer"  # it has a parameter, an inverse, and two states to start from
# All of them with the binding to a row; elsewhere what has to do with parameters, which all messages have there.
FAULTS = [
    pytest.param(binding, identifier, kind, id=f"{binding}-{identifier}#{kind}")
    for binding in Binding
    for identifier, kinds in known_call_faults(actions(binding)).items()
    for kind in kinds
    if binding is Binding.ENTITY
    or (binding is Binding.UNBOUND and identifier.endswith(("missing-parameter", "wrong-type")))
    or (binding is Binding.COLLECTION and TRANSFER in identifier)
]


@cache
def caller_of(binding: Binding) -> Caller:
    return Caller(binding)


@pytest.fixture(params=[Binding.ENTITY])
def calls(request: pytest.FixtureRequest) -> Iterator[Caller]:
    """The calls of a service; what was wrong is right again afterwards."""
    caller = caller_of(request.param)
    caller.start()
    yield caller
    caller.start()


def aspects(calls: Caller, message: str) -> list[str]:
    known = known_call_faults(calls.operations.values())
    return [identifier.split("/")[3] for identifier in known if identifier.split("/")[2] == message]


def is_error(reply: Reply, *statuses: int) -> bool:
    return reply.status in statuses and set(reply.json["error"]) == {"code", "message"}


def check_kind(kind: str, aspect: str, reply: Reply) -> None:
    """The answer is the one of this kind of fault."""
    match kind:
        case "404":
            assert is_error(reply, 404)
            assert "Resource not found for the segment" in reply.error[2]
        case "500":
            assert is_error(reply, 500)
        case "html":
            assert (reply.status, reply.body[:15]) == (400, b"<!DOCTYPE html>")
        case "error-body":
            assert is_error(reply, 200)
        case "hidden":
            assert is_error(reply, 404, 405)
        case "executes" if aspect != "not-by-get":
            assert is_error(reply, 400)
        case _:
            assert reply.status in (200, 204)


@pytest.mark.parametrize(("calls", "identifier", "kind"), FAULTS, indirect=["calls"])
def test_a_fault_shows(calls: Caller, identifier: str, kind: str) -> None:
    """The answer and the state are as the kind says, and the call beside it is as it was."""
    _, _, message, aspect = identifier.split("/")
    done = calls.done(message)
    other = calls.prepared(message)
    call = calls.misplaced(message) if aspect == "wrong-state" else calls.prepared(message)
    before, beside = calls.state(call), calls.state(other)
    version = calls.version(call)
    calls.behave(f"{identifier}#{kind}")

    reply = calls.wrongly(aspect, message, call)
    check_kind(kind, aspect, reply)
    state, others = calls.state(call), calls.state(other)
    if aspect == "effect":
        assert state == (done if kind == "also" else before)
        assert others == (done if kind in ("also", "elsewhere") else beside)
    elif aspect == "inverse":
        calls.send(MESSAGES[message]["inverse"], call)
        assert calls.state(call) != before
    elif aspect == "read-only":
        assert (kind == "version") == (calls.version(call) != version)
        again = calls.send(READER, call).json
        assert (kind == "state") == (again != reply.json)
    elif kind in ("accepted", "executes", "hidden") and aspect != "unknown-conversation":
        assert state != before if aspect == "wrong-state" else state == done
        assert others == beside
    else:
        assert (state, others, calls.version(call)) == (before, beside, version)
    if message == READER and kind in ("accepted", "executes"):
        assert reply.json["CallState"] == ("None" if aspect == "unknown-conversation" else "Connected")


def check_right(calls: Caller, message: str, aspect: str) -> None:
    """A message is right in an aspect, as far as a client can see."""
    call = calls.misplaced(message) if aspect == "wrong-state" else calls.prepared(message)
    before, version = calls.state(call), calls.version(call)
    reply = calls.wrongly(aspect, message, call)
    if aspect in ("callable", "effect", "inverse", "read-only"):
        assert reply.status in (200, 204)
        assert leads_to(message, in_profile_terms(before), in_profile_terms(calls.state(call)))
        if aspect == "inverse":
            assert calls.send(MESSAGES[message]["inverse"], call).status == 204
            assert calls.state(call) == before
        elif aspect == "read-only":
            assert calls.send(message, call).json == reply.json
            assert calls.version(call) == version
    else:
        assert is_error(reply, {"unknown-conversation": 404, "not-by-get": 405}.get(aspect, 400))
        assert (calls.state(call), calls.version(call)) == (before, version)


@pytest.mark.parametrize(("calls", "identifier", "kind"), FAULTS, indirect=["calls"])
def test_only_what_a_fault_speaks_of_is_wrong(calls: Caller, identifier: str, kind: str) -> None:
    """The message beside it is right, its inverse or else the next by name, and so are its own other aspects."""
    _, _, message, aspect = identifier.split("/")
    beside = MESSAGES[message].get("inverse", NAMES[(NAMES.index(message) + 1) % len(NAMES)])
    hanging = {"callable": {"effect", "inverse", "read-only"}, "effect": {"callable", "inverse"}}.get(aspect, set())
    calls.behave(f"{identifier}#{kind}")

    for known in aspects(calls, message) if message == TRANSFER and kind != "404" else ():
        if known != aspect and known not in hanging:
            check_right(calls, message, known)
    # What an inverse leaves wrong is something else than its own effect names, which has to leave that alone.
    shared = {"read-only"} if aspect == "inverse" else {"effect", "read-only"}
    for known in aspects(calls, beside):
        if known in shared or known == aspect:
            check_right(calls, beside, known)


@pytest.mark.parametrize("message", NAMES)
def test_without_a_fault_all_is_right(calls: Caller, message: str) -> None:
    """What proves that faults show does not find any."""
    for aspect in aspects(calls, message):
        check_right(calls, message, aspect)


def test_each_message_has_its_aspects() -> None:
    """Which requirements can be broken follows from the declaration of the messages."""
    of_rows, unbound = known_call_faults(), known_call_faults(actions(Binding.UNBOUND))
    count = {}
    for name, known in (("entity", of_rows), ("unbound", unbound)):
        for identifier in known:
            aspect = identifier.split("/")[3]
            count[name, aspect] = count.get((name, aspect), 0) + 1

    of_all = {"callable": 18, "unknown-parameter": 18, "unknown-conversation": 18, "not-by-get": 18}
    of_all |= {"effect": 17, "wrong-state": 17, "inverse": 4, "read-only": 1}
    expected = {("entity", aspect): number for aspect, number in of_all.items()}
    expected |= {("unbound", aspect): number for aspect, number in of_all.items()}
    expected |= {("entity", "missing-parameter"): 2, ("entity", "wrong-type"): 4}
    expected |= {("unbound", "missing-parameter"): 18, ("unbound", "wrong-type"): 18}
    assert count == expected
    assert of_rows[f"derived/message/{HOLD}/effect"] == ("missing", "elsewhere", "also", "late")


def test_the_plain_id_is_the_first_kind() -> None:
    """Without a kind a fault is that of the first one."""
    operations = create_organisation().operations

    assert call_faults([f"derived/message/{HOLD}/effect"], operations).kinds == {(HOLD, "effect"): "missing"}
    hidden = call_faults([f"derived/message/{HOLD}/not-by-get#hidden"], operations)
    assert hidden.kinds == {(HOLD, "not-by-get"): "hidden"}


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ([f"derived/message/{HOLD}/efect"], f"derived/message/{HOLD}/effect"),
        ([f"derived/message/{HOLD}/missing-parameter"], "Unknown fault"),
        ([f"derived/message/{READER}/effect"], "Unknown fault"),
        ([f"derived/message/{HOLD}/effect@csdl"], "Unknown fault"),
        (
            [f"derived/message/{HOLD}/effect#lat"],
            "has no kind 'lat'; it has: missing, elsewhere, also, late, deletes, everywhere, erases-recording.",
        ),
        ([f"derived/message/{HOLD}/effect#"], "has no kind ''"),
        ([f"derived/message/{HOLD}/effect#late", f"derived/message/{HOLD}/effect"], "two kinds at once"),
    ],
)
def test_what_is_no_fault_is_refused(faults: list[str], said: str) -> None:
    """The message names what there is; a message without a required parameter cannot do without one."""
    with pytest.raises(UnknownFaultError, match=r"^.*fault '") as refused:
        create_app(create_organisation(), faults=faults)

    assert said in str(refused.value)


def test_a_late_effect_comes_after_half_a_minute(calls: Caller) -> None:
    """Nothing shows before, in the row neither, and then all of it, with the time at which it came."""
    call = calls.after()
    version = calls.version(call)
    calls.behave(f"derived/message/{ACCEPT}/effect#late")
    assert calls.send(ACCEPT, call).status == 204

    calls.seconds += LATE_S - 0.5
    assert calls.send(READER, call).json["CallState"] == "Offered"
    row = calls.ask.read(f"{SET}({call})")
    assert (row["versionnumber"], row["modifiedon"], row["msdyn_isagentaccepted"]) == (*version, False)
    calls.seconds += 1
    row = calls.ask.read(f"{SET}({call})")
    assert row["msdyn_isagentaccepted"] is True
    assert row["versionnumber"] > version[0]
    assert calls.send(READER, call).json["CallState"] == "Connected"


def test_an_inverse_is_spoilt_right_after_its_message_alone(calls: Caller) -> None:
    """With another action between them the inverse is what it declares to be, and no more is wrong."""
    calls.behave(f"derived/message/{HOLD}/inverse")
    at_once, later = calls.after(ACCEPT), calls.after(ACCEPT)
    for message in (HOLD, UNHOLD):
        calls.send(message, at_once)
    for message in (HOLD, "CCaaS_InitiateExternalTransfer", "CCaaS_RejectExternalTransfer", UNHOLD):
        calls.send(message, later)

    assert calls.state(at_once) == {**calls.state(later), "RecordingState": "paused"}
    assert (calls.state(later)["CallState"], calls.state(later)["RecordingState"]) == ("Connected", "not-started")


@pytest.mark.parametrize("calls", [Binding.UNBOUND, Binding.COLLECTION], indirect=True)
@pytest.mark.parametrize("name", ["ConversationId", "Destination"])
@pytest.mark.parametrize("kind", ["accepted", "executes"])
def test_each_required_parameter_can_be_missing(calls: Caller, name: str, kind: str) -> None:
    """Without its destination the call is transferred somewhere, without an id the call that changed last."""
    call = calls.prepared("CCaaS_ExternalCallTransfer")
    calls.behave(f"derived/message/CCaaS_ExternalCallTransfer/missing-parameter#{kind}")
    reply = calls.send("CCaaS_ExternalCallTransfer", call, without=name)

    assert reply.status == (204 if kind == "accepted" else 400)
    assert calls.state(call) == calls.done("CCaaS_ExternalCallTransfer")


@pytest.mark.parametrize("calls", [Binding.UNBOUND], indirect=True)
def test_a_message_for_nobody_does_nothing(calls: Caller) -> None:
    """Where no conversation is named and none can be meant, it is accepted all the same."""
    calls.behave(f"derived/message/{HOLD}/missing-parameter")

    assert calls.send(HOLD, None, without="ConversationId").status == 204


def test_the_second_asking_alone_shows_another_state(calls: Caller) -> None:
    """Any action that names the call stands between two askings, be it refused."""
    call = calls.after(ACCEPT)
    calls.behave(f"derived/message/{READER}/read-only#state")

    def asked() -> str:
        return str(calls.send(READER, call).json["CallState"])

    assert [asked(), asked(), asked()] == ["Connected", "Held", "Connected"]
    assert calls.send(ACCEPT, call).status == 400
    assert asked() == "Connected"
    assert calls.send(HOLD, str(uuid4())).status == 404
    assert asked() == "Held"
