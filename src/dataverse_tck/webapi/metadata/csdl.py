"""Reads ``$metadata`` (CSDL 4.0 XML) piece by piece, as it arrives: 10 MB and more are never held at once."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from dataverse_tck.readings import NAMESPACE, Csdl, EntityType, NavigationProperty, Operation, Parameter
from dataverse_tck.webapi.http.errors import Malformed

if TYPE_CHECKING:
    from xml.sax.xmlreader import AttributesImpl


# An encoding that nobody knows, or that expat cannot take, is not told as an error of XML.
_BAD_XML = (SAXException, DefusedXmlException, LookupError, ValueError)


class CsdlReader:
    """Takes pieces of a document with ``feed`` and gives the Csdl on ``close``; both raise Malformed."""

    def __init__(self) -> None:
        self._handler = _Handler()
        self._parser = defusedxml.sax.make_parser()
        self._parser.forbid_dtd = True
        self._parser.setContentHandler(self._handler)

    def feed(self, piece: bytes) -> None:
        """Take in the next piece."""
        try:
            self._parser.feed(piece)
        except _BAD_XML as problem:
            raise _malformed(problem) from problem

    def close(self) -> Csdl:
        """Return what the document says, now that it has arrived whole."""
        try:
            self._parser.close()
        except _BAD_XML as problem:
            raise _malformed(problem) from problem
        return self._handler.csdl()


def _malformed(problem: Exception) -> Malformed:
    if isinstance(problem, DefusedXmlException):
        return Malformed("$metadata declares a DTD or an entity, which CSDL never needs; it is not read.")
    if isinstance(problem, SAXParseException):
        where = f"line {problem.getLineNumber()}, column {problem.getColumnNumber()}"
        return Malformed(f"$metadata is not well-formed XML: {problem.getMessage()} ({where}).")
    return Malformed(f"$metadata is not well-formed XML: {problem}.")


@dataclass
class _Entity:
    name: str
    base: str | None
    navigation: list[NavigationProperty] = field(default_factory=list)


@dataclass
class _Navigation:
    name: str
    type: str
    partner: str | None
    constraints: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class _Operation:
    name: str
    kind: str
    bound: bool
    parameters: list[Parameter] = field(default_factory=list)
    returns: str | None = None


class _Handler(ContentHandler):
    """Keeps what readings.Csdl has room for and lets everything else go by."""

    def __init__(self) -> None:
        super().__init__()
        self._root: str | None = None
        self._schemas = 0
        self._namespace = ""
        self._aliases: dict[str, str] = {}
        self._types: dict[str, EntityType] = {}
        self._operations: list[_Operation] = []
        self._entity: _Entity | None = None
        self._navigation: _Navigation | None = None
        self._operation: _Operation | None = None

    def startElement(self, name: str, attrs: AttributesImpl[str]) -> None:  # noqa: N802 - SAX's name
        """Open an element; those without a method below mean nothing to us."""
        local = name.rpartition(":")[2]
        if self._root is None:
            self._root = local
            if local != "Edmx":
                raise Malformed(f"$metadata is not CSDL: its root element is <{name[:80]}>, not <edmx:Edmx>.")
        if start := self._START.get(local):
            start(self, attrs)

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX's name
        """Close an element."""
        if end := self._END.get(name.rpartition(":")[2]):
            end(self)

    def csdl(self) -> Csdl:
        """Return what was kept, with aliases resolved now that all of them are known."""
        if not self._schemas:
            raise Malformed("$metadata is not CSDL: it holds no Schema.")
        return Csdl(self._types, tuple(map(self._finished, self._operations)))

    def _finished(self, operation: _Operation) -> Operation:
        parameters = [Parameter(item.name, self._qualified(item.type), item.nullable) for item in operation.parameters]
        binding = parameters.pop(0) if operation.bound and parameters else None
        return Operation(
            name=operation.name,
            kind=operation.kind,
            bound_to=_local(binding.type) if binding else None,
            to_collection=binding is not None and _is_collection(binding.type),
            parameters=tuple(parameters),
            returns=self._qualified(operation.returns) if operation.returns else None,
        )

    def _qualified(self, written: str) -> str:
        """Replace the alias in a type name by the namespace that it stands for."""
        inner = written[11:-1] if _is_collection(written) else written
        prefix, dot, name = inner.rpartition(".")
        inner = f"{self._aliases.get(prefix, prefix)}{dot}{name}"
        return f"Collection({inner})" if _is_collection(written) else inner

    def _start_schema(self, attrs: AttributesImpl[str]) -> None:
        self._schemas += 1
        self._namespace = attrs.get("Namespace", "")
        self._alias(attrs)

    def _alias(self, attrs: AttributesImpl[str]) -> None:
        if "Alias" in attrs:
            self._aliases[attrs["Alias"]] = attrs.get("Namespace", "")

    def _start_entity(self, attrs: AttributesImpl[str]) -> None:
        base = attrs.get("BaseType")
        self._entity = _Entity(attrs.get("Name", ""), _local(base) if base else None)

    def _end_entity(self) -> None:
        entity, self._entity = self._entity, None
        # Local names are unique in a Dataverse document; if they clash, the platform's own namespace wins.
        if entity and (entity.name not in self._types or self._namespace == NAMESPACE):
            self._types[entity.name] = EntityType(entity.name, entity.base, tuple(entity.navigation))

    def _start_navigation(self, attrs: AttributesImpl[str]) -> None:
        self._navigation = _Navigation(attrs.get("Name", ""), attrs.get("Type", ""), attrs.get("Partner"))

    def _constrain(self, attrs: AttributesImpl[str]) -> None:
        if self._navigation:
            pair = attrs.get("Property", ""), attrs.get("ReferencedProperty", "")
            self._navigation.constraints.append(pair)

    def _end_navigation(self) -> None:
        found, self._navigation = self._navigation, None
        if self._entity and found:  # complex types have navigation properties as well
            self._entity.navigation.append(
                NavigationProperty(
                    name=found.name,
                    type=sys.intern(_local(found.type)),
                    collection=_is_collection(found.type),
                    partner=found.partner,
                    constraints=tuple(found.constraints),
                )
            )

    def _start_action(self, attrs: AttributesImpl[str]) -> None:
        self._operation = _Operation(attrs.get("Name", ""), "Action", attrs.get("IsBound") in {"true", "1"})

    def _start_function(self, attrs: AttributesImpl[str]) -> None:
        self._start_action(attrs)
        if self._operation:
            self._operation.kind = "Function"

    def _parameter(self, attrs: AttributesImpl[str]) -> None:
        if self._operation:
            nullable = attrs.get("Nullable", "true") in {"true", "1"}
            self._operation.parameters.append(Parameter(attrs.get("Name", ""), attrs.get("Type", ""), nullable))

    def _return(self, attrs: AttributesImpl[str]) -> None:
        if self._operation:
            self._operation.returns = attrs.get("Type")

    def _end_operation(self) -> None:
        if self._operation:
            self._operations.append(self._operation)
        self._operation = None

    _START: ClassVar = {
        "Schema": _start_schema,
        "Include": _alias,
        "EntityType": _start_entity,
        "NavigationProperty": _start_navigation,
        "ReferentialConstraint": _constrain,
        "Action": _start_action,
        "Function": _start_function,
        "Parameter": _parameter,
        "ReturnType": _return,
    }
    _END: ClassVar = {
        "EntityType": _end_entity,
        "NavigationProperty": _end_navigation,
        "Action": _end_operation,
        "Function": _end_operation,
    }


def _is_collection(type_name: str) -> bool:
    return type_name.startswith("Collection(") and type_name.endswith(")")


def _local(type_name: str) -> str:
    """Return the name of a type without namespace or alias and without ``Collection()``."""
    return (type_name[11:-1] if _is_collection(type_name) else type_name).rpartition(".")[2]
