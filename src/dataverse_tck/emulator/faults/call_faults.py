"""The faults of the 18 messages: what each one can do wrongly while its declaration stays right.

A fault is ``derived/message/<message>/<aspect>``, with ``#kind`` where an aspect can be wrong in several ways; the
plain id is the first kind. docs/calls.md says what each kind does. Those in one state alone, those that reach further
and those of messages that there are none of are in the room ``calls``; they are asked for in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dataverse_tck.emulator.faults.calls.further_faults import known_control_faults, known_further_faults
from dataverse_tck.emulator.faults.calls.state_faults import (
    PREFIX,
    Kinds,
    kind_in,
    known_idle_faults,
    known_state_faults,
)
from dataverse_tck.emulator.faults.errors import UnknownFaultError, unknown
from dataverse_tck.emulator.operations.call_states import Call
from dataverse_tck.emulator.organisation.customer_service import MESSAGES, actions
from dataverse_tck.emulator.organisation.model import Binding, Operation

_READER = "CCaaS_GetCallState"  # the one that changes nothing, and is possible in all states
_WITH_INVERSE = (
    "CCaaS_HoldCall",
    "CCaaS_PauseRecordingAndTranscription",
    "CCaaS_StartTranscription",
    "CCaaS_InitiateExternalTransfer",
)


@dataclass(frozen=True)
class CallFaults:
    """The faults of calls that a service has; without any it is false."""

    kinds: Mapping[tuple[str, str], str] = field(default_factory=dict)  # message and aspect -> kind, in all states
    in_states: frozenset[tuple[str, str]] = frozenset()  # message and kind with its state
    of_names: frozenset[str] = frozenset()  # ids of those of messages that nobody declares

    def __bool__(self) -> bool:
        return bool(self.kinds or self.in_states or self.of_names)

    def has(self, message: str, kind: str, call: Call) -> bool:
        """Whether a message has such a fault in the state that a call is in."""
        return bool(self.in_states) and (message, kind_in(kind, message, call)) in self.in_states


def known_call_faults(operations: Iterable[Operation] = actions(Binding.ENTITY)) -> dict[str, Kinds]:
    """The faults there are: id -> its kinds, the first one being that of the plain id.

    They follow from how the messages among ``operations`` are declared: what takes no parameter cannot do without one.
    """
    return {
        f"{PREFIX}{operation.name}/{aspect}": kinds
        for operation in operations
        if operation.name in MESSAGES
        for aspect, kinds in _aspects(operation).items()
    }


def is_call_fault(fault: str) -> bool:
    """Whether the name of a fault speaks of a message's behaviour, whether there is such a fault or not."""
    return fault.startswith((PREFIX, "control/"))


def call_faults(ids: Iterable[str], operations: Iterable[Operation]) -> CallFaults:
    """The faults of those ids; raises UnknownFaultError, also for two kinds of one id that are not of single states."""
    asked = tuple(ids)
    if not asked:
        return CallFaults()
    whole = {**known_call_faults(operations), **known_control_faults()}
    kinds: dict[tuple[str, str], str] = {}
    in_states: set[tuple[str, str]] = set()
    of_names: set[str] = set()
    for fault in asked:
        identifier, kind = _resolved(fault, whole)
        _, _, *message_and_aspect = identifier.split("/")
        if not message_and_aspect:
            of_names.add(identifier)
            continue
        message, aspect = message_and_aspect
        if kind in _of_states(identifier):
            in_states.add((message, kind))
        elif kinds.setdefault((message, aspect), kind) != kind:
            raise UnknownFaultError(f"The fault {identifier!r} cannot be of two kinds at once; ask for one of them.")
    return CallFaults(kinds, frozenset(in_states), frozenset(of_names))


def _resolved(fault: str, whole: Mapping[str, Kinds]) -> tuple[str, str]:
    """Id and kind of a fault; ``whole`` are those by whose first kind a plain id can be meant."""
    identifier, hash_, kind = fault.partition("#")
    if identifier not in whole:
        raise unknown(fault, identifier, whole)
    if not hash_:
        return identifier, whole[identifier][0]
    everywhere = (*whole[identifier], *known_further_faults().get(identifier, ()))
    if kind not in (*everywhere, *_of_states(identifier)):
        single = f" In one state alone: {', '.join(_of_states(identifier))}." if _of_states(identifier) else ""
        kinds = ", ".join(everywhere)
        raise UnknownFaultError(f"The fault {identifier!r} has no kind {kind!r}; it has: {kinds}.{single}")
    return identifier, kind


def _of_states(identifier: str) -> Kinds:
    return known_state_faults().get(identifier, ()) + known_idle_faults().get(identifier, ())


def _aspects(operation: Operation) -> dict[str, Kinds]:
    """What a message can get wrong; what nobody could see, such as reading in spite of a refusal, is left out."""
    reads = operation.name == _READER
    executes: Kinds = () if reads else ("executes",)
    aspects: dict[str, Kinds] = {"callable": ("404", "error-body", "500")}
    if any(not parameter.nullable for parameter in operation.parameters):
        aspects["missing-parameter"] = ("accepted", "500", "html", *executes)
    if operation.parameters:
        aspects["wrong-type"] = ("accepted", "500", *executes)
    aspects["unknown-parameter"] = ("accepted", "500", *executes)
    aspects["unknown-conversation"] = ("accepted", "500", "html", "error-body")
    aspects["not-by-get"] = ("executes", "html") if reads else ("executes", "html", "hidden")
    if reads:
        return {**aspects, "read-only": ("version", "state")}
    aspects["effect"] = ("missing", "elsewhere", "also", "late")
    if operation.name in _WITH_INVERSE:
        aspects["inverse"] = ("kept",)
    return {**aspects, "wrong-state": ("accepted", "500", "html", "error-body", "executes")}
