"""A client of the 18 messages, without sockets: prepares calls rightly, whatever fault is on, and sends messages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from uuid import uuid4

import sqlalchemy as sa

from dataverse_tck.emulator.faults.call_faults import call_faults
from dataverse_tck.emulator.faults.faulty_calls import FaultyOperations
from dataverse_tck.emulator.operations.dispatch import Operations
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.model import Binding, Operation
from dataverse_tck.emulator.store.settings import Settings
from dataverse_tck.jsontypes import Json
from tests.support.asker import Asker, Reply

PROFILE = tomllib.loads(files("dataverse_tck.emulator").joinpath("profile.toml").read_text(encoding="utf-8"))
MESSAGES: dict[str, dict[str, Json]] = PROFILE["messages"]
READER = "CCaaS_GetCallState"
SET, CRM = "msdyn_ocliveworkitems", "Microsoft.Dynamics.CRM"


def in_profile_terms(said: Mapping[str, Json]) -> dict[str, Json]:
    """What the reader of the state said, in the words of the profile: call, recording, transcription, participants."""
    readers = {name: item for name, item in PROFILE["calls"]["state_reader"].items() if name != "message"}
    values = {name: said[reader["property"]] for name, reader in readers.items()}
    return {name: readers[name].get("map", {}).get(value, value) for name, value in values.items()}


def effect_of(message: str, before: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return what the profile says that a message brings about from a state."""
    for row in MESSAGES[message].get("states", ()):
        if "to" in row and all(before[region] in words_of(said) for region, said in row["in"].items()):
            effect: Mapping[str, Json] = row["to"]
            return effect
    plain: Mapping[str, Json] = MESSAGES[message]["to"]
    return plain


def words_of(said: Json) -> list[Json]:
    """Return one word or several as a list."""
    return said if isinstance(said, list) else [said]


def leads_to(message: str, before: Mapping[str, Json], after: Mapping[str, Json]) -> bool:
    """Whether a state is one that the profile says a message leads to from the other; both ``in_profile_terms``."""
    effect = effect_of(message, before)
    if MESSAGES[message].get("others") and any(after[name] != before[name] for name in before if name not in effect):
        return False
    for region, declared in effect.items():
        if region == "participants":
            if after[region] - before[region] != int(declared):
                return False
        elif after[region] not in words_of(declared):
            return False
    return True


class Caller:
    """Drives the calls of a service of its own; ``seconds`` is what its clock shows."""

    def __init__(self, binding: Binding, url: str = "sqlite://") -> None:
        self.binding = binding
        self.ask = Asker(create_organisation(binding=binding), url)
        self.service = self.ask.service
        self.database = self.service.database
        self.seconds = 1_700_000_000.0
        self.right = (Operations(), Settings(clock=lambda: self.seconds))
        self.service.operations, self.service.settings = self.right
        self.operations: dict[str, Operation] = {item.name: item for item in self.service.organisation.operations}
        self._done: dict[str, dict[str, Json]] = {}

    def start(self) -> None:
        """Forget all calls, and everything that was wrong."""
        self.behave()
        with self.database.engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM msdyn_ocliveworkitem"))

    def behave(self, *faults: str, delay_s: float = 0) -> None:
        """Let the service be wrong in these faults alone."""
        self.service.operations = FaultyOperations(call_faults(faults, self.operations.values()))
        self.service.settings = Settings(effect_delay=delay_s, clock=lambda: self.seconds)

    @contextmanager
    def rightly(self) -> Iterator[None]:
        """Nothing is wrong for a while."""
        now = self.service.operations, self.service.settings
        self.service.operations, self.service.settings = self.right
        yield
        self.service.operations, self.service.settings = now

    def offered(self) -> str:
        """A call that nobody took yet; returns the id of its conversation."""
        return self.ask.create(SET, subject="A call", **PROFILE["fixtures"]["offer"]["values"])

    def prepared(self, message: str) -> str:
        """A call that a message may be sent to."""
        return self.after(*MESSAGES[message]["after"])

    def after(self, *messages: str) -> str:
        """A call to which these messages were sent."""
        with self.rightly():
            call = self.offered()
            for message in messages:
                assert self.send(message, call).status == 204
        return call

    def misplaced(self, message: str) -> str:
        """A call in a state that refuses a message, and in which its effect would show."""
        offered = "Offered" in MESSAGES[message]["from"]["call"]
        return self.after("CCaaS_AcceptCall", "CCaaS_HoldCall") if offered else self.after()

    def send(self, message: str, call: str | None, *, without: str = "", method: str = "POST", **given: Json) -> Reply:
        """Send a message to a call, as the binding wants it, with what the profile says and what is given."""
        parameters = {**MESSAGES[message]["parameters"], **given}
        if self.binding is Binding.ENTITY:
            target = f"{SET}({call})/{CRM}.{message}"
        else:
            target = message if self.binding is Binding.UNBOUND else f"{SET}/{CRM}.{message}"
            parameters = {"ConversationId": call, **parameters}
        parameters.pop(without, None)
        if method == "GET":
            query = "&".join(f"{name}={value}" for name, value in parameters.items())
            return self.ask("GET", f"{target}?{query}" if query else target)
        return self.ask(method, target, parameters)

    def wrongly(self, aspect: str, message: str, call: str) -> Reply:
        """Send a message in the way that an aspect speaks of."""
        parameters = self.operations[message].parameters
        match aspect:
            case "missing-parameter":
                return self.send(message, call, without=next(item.name for item in parameters if not item.nullable))
            case "wrong-type":
                return self.send(message, call, **{parameters[0].name: 17})
            case "unknown-parameter":
                return self.send(message, call, Nonsense="x")
            case "unknown-conversation":
                return self.send(message, str(uuid4()))
            case "not-by-get":
                return self.send(message, call, method="GET")
        return self.send(message, call)

    def state(self, call: str) -> dict[str, Json]:
        """What the state of a call is in truth."""
        with self.rightly():
            said = self.send(READER, call).json
        return {name: value for name, value in said.items() if "@" not in name}

    def version(self, call: str) -> tuple[int, str]:
        """Version and time of the last change of a conversation."""
        with self.rightly():
            row = self.ask.read(f"{SET}({call})?$select=versionnumber,modifiedon")
        return row["versionnumber"], row["modifiedon"]

    def done(self, message: str) -> dict[str, Json]:
        """The state that a prepared call becomes by a message."""
        if message not in self._done:
            with self.rightly():
                call = self.prepared(message)
                assert self.send(message, call).status in (200, 204)
                self._done[message] = self.state(call)
        return self._done[message]
