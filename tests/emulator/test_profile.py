"""The emulator's own profile does not lie: every entry is driven through the emulator over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.customer_service import MESSAGES as NAMES
from dataverse_tck.emulator.organisation.model import Binding
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from tests.support.caller import CRM, MESSAGES, PROFILE, READER, SET, in_profile_terms, leads_to

pytestmark = pytest.mark.proof  # a tenth of the cases, unless all is proved

CALLS = PROFILE["calls"]
# A way into each state, by messages of the profile.
WAYS = [
    ("CCaaS_ExternalCallReject",),
    (),
    ("CCaaS_AcceptCall",),
    ("CCaaS_AcceptCall", "CCaaS_StartRecordingAndTranscription"),
    ("CCaaS_AcceptCall", "CCaaS_StartTranscription"),
    ("CCaaS_AcceptCall", "CCaaS_HoldCall"),
    ("CCaaS_AcceptCall", "CCaaS_StartRecordingAndTranscription", "CCaaS_HoldCall"),
    ("CCaaS_AcceptCall", "CCaaS_InitiateExternalTransfer"),
    ("CCaaS_AcceptCall", "CCaaS_HoldCall", "CCaaS_InitiateExternalTransfer"),
    ("CCaaS_AcceptCall", "CCaaS_ExternalCallTransfer"),
    ("CCaaS_AcceptCall", "CCaaS_EndCall"),
]


@dataclass(frozen=True)
class Client:
    """Does what a profile says, with a binding, at an endpoint."""

    binding: Binding
    root: str
    session: requests.Session

    def offer(self) -> str:
        body = {"subject": "A call", **PROFILE["fixtures"]["offer"]["values"]}
        made = self.session.post(f"{self.root}/{SET}", json=body, timeout=60)
        assert made.status_code == 204
        return made.headers["OData-EntityId"].rpartition("(")[2].removesuffix(")")

    def send(self, message: str, call: str) -> requests.Response:
        parameters = dict(MESSAGES[message]["parameters"])
        name = f"{CRM}.{message}"
        path = {
            Binding.ENTITY: f"{SET}({call})/{name}",
            Binding.COLLECTION: f"{SET}/{name}",
            Binding.UNBOUND: message,
        }[self.binding]
        if self.binding is not Binding.ENTITY:
            parameters[CALLS["conversation_parameter"]] = call
        return self.session.post(f"{self.root}/{path}", json=parameters, timeout=60)

    def state(self, call: str) -> dict[str, Any]:
        return in_profile_terms(self.send(CALLS["state_reader"]["message"], call).json())

    def after(self, messages: tuple[str, ...] | list[str]) -> str:
        call = self.offer()
        for message in messages:
            assert self.send(message, call).status_code == 204
        return call


@pytest.fixture(scope="module", params=Binding)
def client(request: pytest.FixtureRequest, session: requests.Session) -> Iterator[Client]:
    """A client of an emulator whose messages are bound in one of the three ways."""
    with running(create_app(create_organisation(binding=request.param))) as root:
        yield Client(request.param, root, session)


def is_from(message: str, state: dict[str, Any]) -> bool:
    return all(state[region] in states for region, states in MESSAGES[message]["from"].items())


def test_it_speaks_of_each_message() -> None:
    """All eighteen are there, in a format that names itself, and each name that an entry uses is one of them."""
    assert PROFILE["format"] == "dataverse-tck/profile/1"
    assert sorted(MESSAGES) == sorted(NAMES)
    named = {name for entry in MESSAGES.values() for name in (*entry["after"], *filter(None, [entry.get("inverse")]))}
    assert named <= set(NAMES)
    assert CALLS["state_reader"]["message"] == READER


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_does_what_the_profile_says(client: Client, message: str) -> None:
    """From an offered call, over what comes before, to what it becomes; and back, where it has an inverse."""
    entry = MESSAGES[message]
    call = client.after(entry["after"])
    before = client.state(call)
    assert is_from(message, before)

    assert client.send(message, call).status_code == (200 if message == READER else 204)
    state = client.state(call)
    assert leads_to(message, before, state)
    if entry.get("to") == {}:
        assert state == before
    if "inverse" in entry:
        assert client.send(entry["inverse"], call).status_code == 204
        assert client.state(call) == before


@pytest.mark.parametrize("client", [Binding.ENTITY], indirect=True)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(way) or "offered")
@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_is_possible_where_the_profile_says(client: Client, message: str, way: tuple[str, ...]) -> None:
    """In every state of ``from`` it leads to ``to``; in every other one it does what ``when_wrong_state`` says."""
    call = client.after(way)
    before = client.state(call)
    answer = client.send(message, call)
    state = client.state(call)
    if message == "CCaaS_CloseExternalSession" and way[-1:] == ("CCaaS_EndCall",):
        assert (answer.status_code, state) == (400, before)  # a call that ended without a session outside
    elif is_from(message, before):
        assert answer.status_code in (200, 204)
        assert leads_to(message, before, state)
    else:
        assert MESSAGES[message]["when_wrong_state"] == ["refused"]
        assert (answer.status_code, state) == (400, before)


@pytest.mark.parametrize("client", [Binding.ENTITY], indirect=True)
def test_the_ways_lead_to_all_states(client: Client) -> None:
    """What is proved of all states is proved of those that the reader knows."""
    seen = [client.state(client.after(way)) for way in WAYS]

    assert {state["call"] for state in seen} == set(CALLS["state_reader"]["call"]["map"].values())
