"""The faults of the 18 messages: what each one can do wrongly while its declaration stays right.

A fault is ``derived/message/<message>/<aspect>``, with ``#kind`` where an aspect can be wrong in several ways; the
plain id is the first kind. docs/calls.md says what each kind does.
"""

from __future__ import annotations

from collections.abc import Iterable

from dataverse_tck.emulator.faults.errors import UnknownFaultError, unknown
from dataverse_tck.emulator.organisation.customer_service import MESSAGES, actions
from dataverse_tck.emulator.organisation.model import Binding, Operation

PREFIX = "derived/message/"
Kinds = tuple[str, ...]
CallFaults = dict[tuple[str, str], str]  # message and aspect -> kind
_READER = "CCaaS_GetCallState"  # the one that changes nothing, and is possible in all states
_WITH_INVERSE = (
    "CCaaS_HoldCall",
    "CCaaS_PauseRecordingAndTranscription",
    "CCaaS_StartTranscription",
    "CCaaS_InitiateExternalTransfer",
)


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
    return fault.startswith(PREFIX)


def call_faults(ids: Iterable[str], operations: Iterable[Operation]) -> CallFaults:
    """The kinds of the faults by message and aspect; raises UnknownFaultError, also for two kinds of one id."""
    known = known_call_faults(operations)
    found: CallFaults = {}
    for fault in ids:
        identifier, hash_, kind = fault.partition("#")
        if identifier not in known:
            raise unknown(fault, identifier, known)
        if hash_ and kind not in known[identifier]:
            kinds = ", ".join(known[identifier])
            raise UnknownFaultError(f"The fault {identifier!r} has no kind {kind!r}; it has: {kinds}.")
        message, aspect = identifier.removeprefix(PREFIX).split("/")
        kind = kind or known[identifier][0]
        if found.setdefault((message, aspect), kind) != kind:
            raise UnknownFaultError(f"The fault {identifier!r} cannot be of two kinds at once; ask for one of them.")
    return found


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
