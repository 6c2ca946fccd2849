"""What an endpoint declares of the messages of calls, and whether a profile agrees.

The order of truth: $metadata, then the rows of customapis, then what the profile takes from a vendor's document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dataverse_tck.jsontypes import Json
from dataverse_tck.readings import NAMESPACE, Csdl, Parameter, Reading
from dataverse_tck.usage import nearest

if TYPE_CHECKING:
    from dataverse_tck.profile.calls import Calls, Message

Row = Mapping[str, Json]

TABLE = "msdyn_ocliveworkitem"
_BINDINGS = {0: "unbound", 1: "entity", 2: "collection"}  # customapi.bindingtype
# Column type of customapirequestparameter (learn.microsoft.com, customapi-table-columns), as $metadata writes it.
_TYPES = {
    0: "Edm.Boolean",
    1: "Edm.DateTimeOffset",
    2: "Edm.Decimal",
    3: f"{NAMESPACE}.crmbaseentity",
    4: f"Collection({NAMESPACE}.crmbaseentity)",
    5: f"{NAMESPACE}.crmbaseentity",
    6: "Edm.Double",
    7: "Edm.Int32",
    8: "Edm.Decimal",
    9: "Edm.Int32",
    10: "Edm.String",
    11: "Collection(Edm.String)",
    12: "Edm.Guid",
}
NUMBERS = ("Edm.Decimal", "Edm.Double", "Edm.Single")
INTEGERS = ("Edm.Byte", "Edm.SByte", "Edm.Int16", "Edm.Int32", "Edm.Int64")


@dataclass(frozen=True)
class Signature:
    """How a message is asked for. ``parameters`` hold the conversation as well where it is one of them."""

    name: str
    binding: str  # "entity", "collection", "unbound"
    parameters: tuple[Parameter, ...]  # without the binding parameter
    returns: str | None
    conversation: str | None  # the parameter that takes the conversation's id; None: bound to it, or not known
    source: str  # "$metadata", "customapis", "profile"

    def required(self) -> tuple[Parameter, ...]:
        """The parameters that cannot be left out, the conversation included."""
        return tuple(parameter for parameter in self.parameters if not parameter.nullable)


def signatures(csdl: Csdl | None, custom_apis: Reading[tuple[Row, ...]], calls: Calls) -> Mapping[str, Signature]:
    """Return the signature of each message that is declared anywhere, supported or not; None: $metadata was not read.

    ``custom_apis`` is as ``webapi.custom_apis`` reads it.
    """
    rows = {row.get("uniquename"): row for row in custom_apis.content or ()}
    found: dict[str, Signature] = {}
    for name, message in calls.messages.items():
        signature = _of_csdl(csdl, message) or _of_row(name, rows.get(name)) or _of_profile(message)
        if signature:
            found[name] = _with_conversation(signature, calls.conversation_parameter)
    return found


def _of_csdl(csdl: Csdl | None, message: Message) -> Signature | None:
    """An action of the table or its base types, or unbound; of several, the one that the profile means."""
    if csdl is None:
        return None
    types = {TABLE, *(entity.name for entity in csdl.lineage(TABLE))}
    found = {}
    for item in csdl.operations:
        if item.name == message.name and item.kind == "Action" and (item.bound_to is None or item.bound_to in types):
            binding = "unbound" if item.bound_to is None else "collection" if item.to_collection else "entity"
            found[binding] = Signature(item.name, binding, item.parameters, item.returns, None, "$metadata")
    order = (message.binding or "entity", "entity", "collection", "unbound")
    return next((found[binding] for binding in order if binding in found), None)


def _of_row(name: str, row: Row | None) -> Signature | None:
    if row is None or row.get("isfunction") is True:
        return None
    parameters = tuple(
        Parameter(item["uniquename"], _TYPES.get(item.get("type", 10), "Edm.String"), item.get("isoptional") is True)
        for item in row.get("CustomAPIRequestParameters") or ()
    )
    returns = f"{NAMESPACE}.{name}Response" if row.get("CustomAPIResponseProperties") else None
    return Signature(name, _BINDINGS.get(row.get("bindingtype", 0), "unbound"), parameters, returns, None, "customapis")


def _of_profile(message: Message) -> Signature | None:
    if message.source != "vendor-doc" or message.binding is None:
        return None
    parameters = tuple(Parameter(name, item.type, not item.required) for name, item in message.declared.items())
    return Signature(message.name, message.binding, parameters, None, None, "profile")


def _with_conversation(signature: Signature, parameter: str | None) -> Signature:
    named = parameter if parameter in {item.name for item in signature.parameters} else None
    conversation = None if signature.binding == "entity" else named
    return Signature(**{**vars(signature), "conversation": conversation})


def contradictions(csdl: Csdl | None, custom_apis: Reading[tuple[Row, ...]], calls: Calls) -> tuple[str, ...]:
    """Return what a profile says otherwise than the metadata, or leaves out that a call needs, each in a sentence."""
    found = signatures(csdl, custom_apis, calls)
    lost = [found[message.name] for message in calls.supported() if _is_lost(message, found.get(message.name))]
    likely = _likely(lost)
    told: list[str] = []
    for message in calls.supported():
        signature = found.get(message.name)
        if signature is None:
            told.append(_nowhere(message, csdl, custom_apis))
        else:
            told += _against(message, signature, likely if signature in lost else None)
    return (*_conversation(lost, likely, calls), *told, *_reader(custom_apis, calls))


def _is_lost(message: Message, signature: Signature | None) -> bool:
    """Whether nothing tells a message which conversation it is about."""
    if signature is None or (message.source == "vendor-doc" and signature.source != "profile"):
        return False
    return signature.binding != "entity" and signature.conversation is None


def _likely(lost: Sequence[Signature]) -> str | None:
    """The parameter that takes the conversation: an id that all of these messages need."""
    needed = [[item.name for item in one.required() if item.type == "Edm.Guid"] for one in lost]
    return next((name for name in needed[0] if all(name in names for names in needed)), None) if needed else None


def _conversation(lost: Sequence[Signature], likely: str | None, calls: Calls) -> Iterator[str]:
    """Say once what keeps any number of messages from being told their conversation."""
    if not lost:
        return
    said, names = calls.conversation_parameter, ", ".join(one.name for one in lost)
    number = f"{len(lost)} message{'s' if lost[1:] else ''}"
    what = "is missing" if said is None else f"is {said}, but they have no such parameter"
    way = (
        f'write conversation_parameter = "{likely}" under [calls], the Edm.Guid that all of them need'
        if likely
        else "write under [calls] which parameter takes it; no Edm.Guid is required by all of them"
    )
    yield (
        f"{number} not bound to one conversation cannot be told which one is meant ({names}): "
        f"calls.conversation_parameter {what}; {way}."
    )


def _nowhere(message: Message, csdl: Csdl | None, custom_apis: Reading[tuple[Row, ...]]) -> str:
    read = [name for name, there in (("$metadata", csdl), ("customapis", custom_apis.content)) if there is not None]
    seen = f"{' and '.join(read)} {'have' if read[1:] else 'has'} no such action" if read else "no metadata can be read"
    return (
        f"messages.{message.name} is supported, but {seen}: say supported = false, or declare it "
        'with source = "vendor-doc".'
    )


def _against(message: Message, signature: Signature, likely: str | None) -> Iterator[str]:
    """What is said otherwise of one message; that it lacks the ``likely`` parameter is told elsewhere."""
    where, source = f"messages.{message.name}", signature.source
    if message.source == "vendor-doc" and source != "profile":
        yield f'{where} has source = "vendor-doc", but {source} declares it: leave source and declared out.'
        return
    if message.binding not in (None, signature.binding):
        yield f"{where}.binding is {message.binding}, but by {source} it is {signature.binding}."
    by_name = {item.name: item for item in signature.parameters}
    for name, value in message.parameters.items():
        if name not in by_name:
            yield f"{where}.parameters has {name}, which {source} does not declare.{nearest(name, by_name)}"
        elif not _fits(by_name[name].type, value):
            yield f"{where}.parameters.{name} is {value!r}, but {source} declares {by_name[name].type}."
    for parameter in signature.required():
        if parameter.name not in {*message.parameters, signature.conversation, likely}:
            yield f"{where}.parameters lacks {parameter.name} ({parameter.type}), which {source} requires."


def _fits(declared: str, value: Json) -> bool:
    """Whether a value of a profile can be one of a declared type; types that are not Edm's are taken as they come."""
    if declared.startswith("Collection("):
        return isinstance(value, list) and all(_fits(declared[11:-1], item) for item in value)
    if declared == "Edm.Boolean":
        return isinstance(value, bool)
    if declared in INTEGERS:
        return isinstance(value, int) and not isinstance(value, bool)
    if declared in NUMBERS:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str) if declared.startswith("Edm.") else True


def _reader(custom_apis: Reading[tuple[Row, ...]], calls: Calls) -> Iterator[str]:
    """The state reader reads properties that its answer has, where customapis tells which."""
    reader = calls.state_reader
    row = next((row for row in custom_apis.content or () if reader and row.get("uniquename") == reader.message), None)
    known = [item["uniquename"] for item in (row or {}).get("CustomAPIResponseProperties") or ()]
    if reader is None or not known:
        return
    wanted = {name: region.property for name, region in reader.regions.items()}
    if reader.participants:
        wanted["participants"] = reader.participants
    for name, member in wanted.items():
        if member not in known:
            yield (
                f"calls.state_reader.{name}.property is {member}, but by customapis {reader.message} "
                f"answers {', '.join(known)}.{nearest(member, known)}"
            )
