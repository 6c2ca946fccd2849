"""Faults that reach beyond one call, those of messages that there are none of, and several faults together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import requests

from dataverse_tck.emulator.faults.calls.further_faults import known_control_faults, known_further_faults
from dataverse_tck.emulator.faults.errors import UnknownFaultError
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.model import Binding
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from tests.support.asker import ROOT
from tests.support.caller import CRM, MESSAGES, PROFILE, READER, SET, Caller

ACCEPT, HOLD, END, RECORD, TRANSFER = (
    f"CCaaS_{name}"
    for name in ("AcceptCall", "HoldCall", "EndCall", "StartRecordingAndTranscription", "InitiateExternalTransfer")
)
STOP, UNHOLD = "CCaaS_StopTranscription", "CCaaS_UnholdCall"
MADE_UP = "CCaaS_MadeUp"
ACTIONS = [message for message in MESSAGES if message != READER]
# Ways to a call that is recorded, and on which these messages leave that alone.
RECORDED = {
    HOLD: (ACCEPT, RECORD),
    UNHOLD: (ACCEPT, RECORD, HOLD),
    "CCaaS_BargeInToCall": (ACCEPT, RECORD),
    TRANSFER: (ACCEPT, RECORD),
    "CCaaS_RejectExternalTransfer": (ACCEPT, RECORD, TRANSFER),
    "CCaaS_ExternalCallReject": (ACCEPT, RECORD, TRANSFER),
    STOP: (ACCEPT, RECORD),
}


@pytest.fixture(scope="module")
def caller() -> Caller:
    """One service for all faults of messages."""
    return Caller(Binding.ENTITY)


@pytest.fixture
def calls(caller: Caller) -> Caller:
    """It, without calls and faults."""
    caller.start()
    return caller


def test_each_message_can_reach_too_far() -> None:
    """All can be refused in further forms; those that do something can do it everywhere, or delete."""
    known = known_further_faults()

    assert {key.split("/")[2] for key in known if key.endswith("/callable")} == set(MESSAGES)
    assert {key.split("/")[2] for key in known if key.endswith("/effect")} == set(ACTIONS)
    assert {key.split("/")[2] for key, kinds in known.items() if "erases-recording" in kinds} == set(RECORDED)
    assert sum(map(len, known.values())) == 95


@pytest.mark.parametrize("message", MESSAGES)
@pytest.mark.parametrize(
    ("kind", "error"), [("403", (403, "0x80040220")), ("plug-in", (400, "0x80040265")), ("503", (503, ""))]
)
def test_a_message_that_is_possible_is_refused(calls: Caller, message: str, kind: str, error: tuple[int, str]) -> None:
    """Nothing happens, no time is named at which it would, and a wrong state is refused as ever."""
    call, wrong = calls.prepared(message), calls.misplaced(message)
    before, version = calls.state(call), calls.version(call)
    calls.behave(f"derived/message/{message}/callable#{kind}")
    reply = calls.send(message, call)

    assert reply.error[:2] == error
    assert not {name for name in reply.headers if name.lower() == "retry-after"}
    assert (calls.state(call), calls.version(call)) == (before, version)
    if message != READER:
        assert "is not possible" in calls.send(message, wrong).error[2]


@pytest.mark.parametrize("message", ACTIONS)
def test_a_message_deletes_its_conversation(calls: Caller, message: str) -> None:
    """It says yes; that conversation alone is gone, and where the message is not possible none goes."""
    call, other, wrong = calls.prepared(message), calls.prepared(message), calls.misplaced(message)
    calls.behave(f"derived/message/{message}/effect#deletes")

    assert (calls.send(message, call).status, calls.send(message, wrong).status) == (204, 400)
    assert calls.send(READER, call).status == 404
    assert {row["activityid"] for row in calls.ask.read(SET)["value"]} == {other, wrong}


@pytest.mark.parametrize("message", ACTIONS)
def test_an_effect_comes_to_all_calls(calls: Caller, message: str) -> None:
    """To each in which the message is possible, and to no other."""
    done, wrong = calls.done(message), calls.misplaced(message)
    before = calls.state(wrong)
    at, *others = (calls.prepared(message) for _ in range(4))
    calls.behave(f"derived/message/{message}/effect#everywhere")

    assert calls.send(message, at).status == 204
    assert [calls.state(call) for call in (at, *others)] == [done] * 4
    assert calls.state(wrong) == before


@pytest.mark.parametrize("message", RECORDED)
def test_a_message_erases_the_recording(calls: Caller, message: str) -> None:
    """It does what it is to do besides; without the fault the recording goes on."""
    spoilt, kept = calls.after(*RECORDED[message]), calls.after(*RECORDED[message])
    calls.send(message, kept)
    calls.behave(f"derived/message/{message}/effect#erases-recording")

    assert calls.send(message, spoilt).status == 204
    assert calls.state(kept)["RecordingState"] == "in-progress"
    erased = {"RecordingState": "not-started", "TranscriptionState": "not-started"}
    assert calls.state(spoilt) == {**calls.state(kept), **erased}


class Client:
    """A client over HTTP of a service with faults."""

    def __init__(self, root: str, session: requests.Session) -> None:
        self.root = root
        self.session = session

    def send(self, path: str, body: object = None, method: str = "POST") -> requests.Response:
        return self.session.request(method, f"{self.root}/{path}", json=body, timeout=30)

    def call(self, *messages: str) -> str:
        """The path of a new call, after some messages."""
        made = self.send(SET, {"subject": "A call", **PROFILE["fixtures"]["offer"]["values"]})
        path = f"{SET}({made.headers['OData-EntityId'].rpartition('(')[2]}"
        for message in messages:
            assert self.status(path, message) == 204, message
        return path

    def status(self, path: str, message: str) -> int:
        return self.send(f"{path}/{CRM}.{message}", MESSAGES.get(message, {}).get("parameters", {})).status_code

    def state(self, path: str) -> tuple[str, str, str]:
        said = self.send(f"{path}/{CRM}.{READER}").json()
        return said["CallState"], said["RecordingState"], said["TranscriptionState"]


@pytest.fixture
def served(session: requests.Session) -> Iterator[Callable[..., Client]]:
    """Serve with faults, as ``--fault`` does."""
    open_servers = []

    def serve(*faults: str, binding: Binding = Binding.ENTITY) -> Client:
        server = running(create_app(create_organisation(binding=binding), faults=faults))
        open_servers.append(server)
        return Client(server.__enter__(), session)

    yield serve
    for server in open_servers:
        server.__exit__(None, None, None)


def test_five_mistakes_of_one_implementation_go_together(served: Callable[..., Client]) -> None:
    """Each is where it was put; what stands beside it is right."""
    node = "derived/message/CCaaS"
    recorded = [f"Connected+{regions}" for regions in ("in-progress+in-progress", "in-progress+not-started")]
    client = served(
        f"{node}_AcceptCall/wrong-state#accepted-in-Ended",
        f"{node}_HoldCall/wrong-state#accepted-in-TransferPending",
        f"{node}_HoldCall/effect#erases-recording",
        f"{node}_EndCall/callable#refused-in-Held",
        *(f"{node}_StartRecordingAndTranscription/wrong-state#accepted-in-{state}" for state in recorded),
    )

    ended = client.call(ACCEPT, END, ACCEPT)
    assert client.state(ended)[0] == "Connected"
    assert client.status(ended, ACCEPT) == 400
    pending = client.call(ACCEPT, TRANSFER, HOLD)
    assert client.state(pending)[0] == "Held"
    assert [client.status(pending, message) for message in (HOLD, END, UNHOLD, END)] == [400, 400, 204, 204]
    erased = client.call(ACCEPT, RECORD, HOLD)
    assert client.state(erased) == ("Held", "not-started", "not-started")
    again = client.call(ACCEPT, RECORD, RECORD, STOP, RECORD)
    assert client.state(again) == ("Connected", "in-progress", "in-progress")
    assert client.status(client.call(ACCEPT, RECORD, "CCaaS_PauseRecordingAndTranscription"), RECORD) == 400


def tried(client: Client, call: str, binding: Binding, *names: str) -> list[int]:
    """The status of messages, sent as they are bound; one that is unbound is told the conversation."""
    if binding is Binding.ENTITY:
        return [client.status(call, name) for name in names]
    which = {"ConversationId": call.partition("(")[2].removesuffix(")")}
    front = f"{SET}/{CRM}." if binding is Binding.COLLECTION else ""
    return [client.send(f"{front}{name}", which).status_code for name in names]


@pytest.mark.parametrize("binding", Binding)
def test_a_message_that_there_is_none_of_is_accepted(served: Callable[..., Client], binding: Binding) -> None:
    """In whatever way it is bound, and nothing happens; what there is, is as ever."""
    client = served("control/made-up-message-sent", binding=binding)
    call = client.call()
    row = client.send(call, method="GET").json()

    assert client.status(call, MADE_UP) == 204
    assert client.send(f"{SET}/{CRM}.{MADE_UP}", {"x": 1}).status_code == 204
    assert client.send(MADE_UP).status_code == 204
    assert client.send(call, method="GET").json() == row
    assert [client.send(path, method="GET").status_code for path in (MADE_UP, f"{call}/{CRM}.{MADE_UP}")] == [405] * 2
    assert client.send(f"accounts/{CRM}.{MADE_UP}").status_code == 404
    assert [client.send(f"{path}{MADE_UP}").status_code for path in (f"{call}/", f"{SET}/", "x/")] == [404, 404, 404]
    assert tried(client, call, binding, "ccaas_acceptcall", ACCEPT, ACCEPT) == [404, 204, 400]
    assert client.send("accounts", {"name": "A"}).status_code == 204
    assert client.send("WhoAmI", method="GET").status_code == 200


@pytest.mark.parametrize("binding", Binding)
def test_a_message_is_found_in_another_letter_case(served: Callable[..., Client], binding: Binding) -> None:
    """And done; one that there is none of in any letter case is not found."""
    client = served("control/letter-case#accepted", binding=binding)
    call = client.call()

    names = ("ccaas_acceptcall", "CCAAS_HOLDCALL", HOLD, MADE_UP, "ccaas_UnholdCall")
    assert tried(client, call, binding, *names) == [204, 204, 400, 404, 204]
    assert client.send("whoami", method="GET").status_code == 404


@pytest.mark.parametrize("binding", Binding)
def test_names_are_exact_without_a_fault(served: Callable[..., Client], binding: Binding) -> None:
    """Neither what is made up nor another letter case is found, also where other faults are on."""
    client = served(f"derived/message/{END}/effect", binding=binding)

    assert tried(client, client.call(), binding, MADE_UP, "ccaas_acceptcall", ACCEPT) == [404, 404, 204]


def test_in_a_batch_a_made_up_message_is_accepted_as_well(served: Callable[..., Client]) -> None:
    """What a change set holds goes the same way."""
    client = served("control/made-up-message-sent")
    part = f"POST {ROOT.partition('test')[2]}/{MADE_UP} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{{}}\r\n"
    lines = f"--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n{part}--b--\r\n"
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    answer = client.session.post(f"{client.root}/$batch", data=lines.encode(), headers=headers, timeout=30)

    assert answer.status_code == 200
    assert "204 No Content" in answer.text


@pytest.mark.parametrize("fault", ["control/made-up-message", "control/letter-case#x", "control/letter-case@csdl"])
def test_a_fault_of_no_control_is_refused(fault: str) -> None:
    """The message names those that there are."""
    assert known_control_faults() == {
        "control/made-up-message-sent": ("accepted",),
        "control/letter-case": ("accepted",),
    }
    with pytest.raises(UnknownFaultError, match=r"control/(made-up-message-sent|letter-case)|it has: accepted"):
        create_app(create_organisation(), faults=[fault])
