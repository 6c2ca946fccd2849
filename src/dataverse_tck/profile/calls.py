"""What a profile says of calls: who acts, how a call is offered and its state read, and what each message does.

The reference names the messages and says no more of them; an endpoint's metadata tells their parameters, and the
implementer tells the rest here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dataverse_tck.conformance.call_states import REGIONS
from dataverse_tck.jsontypes import Json

# Region -> any of these; the words are in conformance.call_states. Participants have numbers.
States = Mapping[str, tuple[Json, ...]]

TIMEOUT_S = 30.0  # of a fixture's command, unless told
PARTS = ("calls", "fixtures", "messages")  # tables of a profile that are about calls


@dataclass(frozen=True)
class Region:
    """Where the state reader's answer tells one region, and what its own words mean in those of the kit."""

    property: str
    map: Mapping[str, str]


@dataclass(frozen=True)
class StateReader:
    """The message that tells the state of a call, and how its answer is read."""

    message: str
    regions: Mapping[str, Region]
    participants: str | None = None  # the property that counts them


@dataclass(frozen=True)
class Fixture:
    """What the kit cannot do by the messages: a command, columns of a row to write, or a message to ask for."""

    name: str
    run: tuple[str, ...] = ()  # without a shell; "{conversation}" in an argument stands for the id
    timeout_s: float = TIMEOUT_S
    yields: str | None = None  # the member of the JSON object on stdout that holds the conversation's id
    values: Mapping[str, Json] | None = None  # column -> value
    message: str | None = None


@dataclass(frozen=True)
class Declared:
    """A parameter of a message that the metadata does not show."""

    type: str  # as in $metadata: Edm.String
    required: bool


@dataclass(frozen=True)
class Effect:
    """What a message brings about: no region and no difference of participants means that it changes nothing."""

    states: States
    participants: int | None = None  # how many more, or fewer


@dataclass(frozen=True)
class InState:
    """What is otherwise of a message in some states; None and empty where it is as everywhere."""

    within: States
    after: tuple[str, ...] | None = None
    to: Effect | None = None
    when_wrong_state: tuple[str, ...] = ()


def meets(state: Mapping[str, Json], wanted: States) -> bool:
    """Whether a state (region -> word) is among the wanted ones, region by region."""
    return all(state.get(region) in words for region, words in wanted.items())


@dataclass(frozen=True)
class Message:
    """What the implementer says of one message; None and empty where nothing is said."""

    name: str
    supported: bool
    reason: str = ""  # why it is not claimed
    source: str = "metadata"  # or "vendor-doc": declared here alone
    binding: str | None = None  # "entity", "collection", "unbound"
    actor: str | None = None  # None: the caller of the run
    after: tuple[str, ...] = ()  # messages and fixtures that bring an offered call to where this is possible
    begins: States = field(default_factory=dict)  # `from`: the states in which it is possible
    to: Effect | None = None
    within_s: float | None = None
    parameters: Mapping[str, Json] = field(default_factory=dict)  # values
    declared: Mapping[str, Declared] = field(default_factory=dict)
    inverse: str | None = None
    when_wrong_state: tuple[str, ...] = ()  # any of "refused", "unchanged"
    others_unchanged: bool = False  # regions that ``to`` does not name stay as they were
    states: tuple[InState, ...] = ()  # the first that says something of a state holds there

    def effect_in(self, state: Mapping[str, Json]) -> Effect | None:
        """What it brings about in a state in which it is possible, None where nothing is said."""
        return next((row.to for row in self.states if row.to is not None and meets(state, row.within)), self.to)

    def wrong_in(self, state: Mapping[str, Json]) -> tuple[str, ...]:
        """What is right of it in a state in which it is not possible: any of these; empty where nothing is said."""
        said = (row.when_wrong_state for row in self.states if meets(state, row.within))
        return next(filter(None, said), self.when_wrong_state)

    def says_effect(self) -> bool:
        """Whether it is said, of any state, what it brings about."""
        return self.to is not None or any(row.to is not None for row in self.states)

    def says_wrong_state(self) -> bool:
        """Whether it is said, of any state in which it is not possible, what happens there."""
        return bool(self.when_wrong_state) or any(row.when_wrong_state for row in self.states)

    def is_possible_everywhere(self) -> bool:
        """Whether no state is wrong for it; one without ``from`` says nothing of that."""
        return bool(self.begins) and all(
            set(REGIONS.get(region, (None,))) <= set(words) for region, words in self.begins.items()
        )

    def silent_of(self) -> tuple[str, ...]:
        """What nothing is said of, and the kit can therefore not hold the implementation to."""
        effect = () if self.says_effect() else ("what it brings",)
        return (
            effect
            if self.says_wrong_state() or self.is_possible_everywhere()
            else (*effect, "what it does in another state")
        )


@dataclass(frozen=True)
class Calls:
    """The part of a profile that is about calls."""

    allow_live_effects: bool = False
    settle_s: float | None = None
    conversation_parameter: str | None = None  # takes the conversation's id where a message is not bound to one
    actors: Mapping[str, str] = field(default_factory=dict)  # name -> systemuserid
    settings: Mapping[str, Json] = field(default_factory=dict)
    state_reader: StateReader | None = None
    fixtures: Mapping[str, Fixture] = field(default_factory=dict)
    messages: Mapping[str, Message] = field(default_factory=dict)  # all of them, also those that are not claimed

    def supported(self) -> tuple[Message, ...]:
        """The messages that are claimed."""
        return tuple(message for message in self.messages.values() if message.supported)

    def not_claimed(self) -> tuple[Message, ...]:
        """The messages that are not."""
        return tuple(message for message in self.messages.values() if not message.supported)

    def declared(self) -> dict[str, int]:
        """How many messages are claimed, and of how many of these something is said that can be tried."""
        claimed = self.supported()
        return {
            "claimed": len(claimed),
            "with_effect": sum(message.says_effect() for message in claimed),
            "with_wrong_state": sum(message.says_wrong_state() for message in claimed),
            "with_counterpart": sum(message.inverse is not None for message in claimed),
        }


def read_calls(document: Mapping[str, Json]) -> Calls | None:
    """Return what a profile that keeps its schema says of calls; None when it does not speak of them."""
    if not any(part in document for part in PARTS):
        return None
    said = document.get("calls", {})
    return Calls(
        allow_live_effects=said.get("allow_live_effects", False),
        settle_s=said.get("settle_s"),
        conversation_parameter=said.get("conversation_parameter"),
        actors={name: identifier.lower() for name, identifier in said.get("actors", {}).items()},
        settings=said.get("settings", {}),
        state_reader=_state_reader(said.get("state_reader")),
        fixtures={name: _fixture(name, table) for name, table in document.get("fixtures", {}).items()},
        messages={name: _message(name, table) for name, table in document.get("messages", {}).items()},
    )


def _state_reader(said: Mapping[str, Json] | None) -> StateReader | None:
    if said is None:
        return None
    regions = {name: Region(**table) for name, table in said.items() if name not in ("message", "participants")}
    return StateReader(said["message"], regions, said.get("participants", {}).get("property"))


def _fixture(name: str, said: Mapping[str, Json]) -> Fixture:
    return Fixture(name, **{**said, "run": tuple(said.get("run", ()))})


def _message(name: str, said: Mapping[str, Json]) -> Message:
    effect = said.get("to")
    plain = {key: said[key] for key in ("supported", "reason", "source", "binding", "actor", "within_s") if key in said}
    return Message(
        name,
        **plain,
        after=tuple(said.get("after", ())),
        begins=_states(said.get("from", {})),
        to=None if effect is None else _effect(effect),
        parameters=said.get("parameters", {}),
        declared={key: Declared(**table) for key, table in said.get("declared", {}).items()},
        inverse=said.get("inverse"),
        when_wrong_state=tuple(said.get("when_wrong_state", ())),
        others_unchanged=said.get("others") == "unchanged",
        states=tuple(_in_state(row) for row in said.get("states", ())),
    )


def _in_state(said: Mapping[str, Json]) -> InState:
    return InState(
        _states(said["in"]),
        tuple(said["after"]) if "after" in said else None,
        _effect(said["to"]) if "to" in said else None,
        tuple(said.get("when_wrong_state", ())),
    )


def _effect(said: Mapping[str, Json]) -> Effect:
    states = _states({region: words for region, words in said.items() if region != "participants"})
    return Effect(states, int(said["participants"]) if "participants" in said else None)


def _states(said: Mapping[str, Json]) -> States:
    return {region: tuple(words) if isinstance(words, list) else (words,) for region, words in said.items()}
