"""``$metadata``: the organisation as CSDL, which Dataverse serves as XML only."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from dataverse_tck.emulator.organisation.model import Binding, Column, Kind
from dataverse_tck.emulator.organisation.security_tables import ACCESS_RIGHTS
from dataverse_tck.emulator.protocol.namespace import NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataverse_tck.emulator.organisation.model import Operation, Organisation, Relationship, Table

EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
EDM = "http://docs.oasis-open.org/odata/ns/edm"
DESCRIPTION = "Org.OData.Core.V1.Description"


def metadata_document(organisation: Organisation, *, annotations: bool = False) -> bytes:
    """The document; ``annotations`` adds the descriptions that ``?annotations=true`` asks for."""
    root = Element("edmx:Edmx", {"Version": "4.0", "xmlns:edmx": EDMX})
    services = SubElement(root, "edmx:DataServices")
    schema = SubElement(services, "Schema", {"Namespace": NAMESPACE, "Alias": "mscrm", "xmlns": EDM})
    _Document(organisation, schema, annotations=annotations).fill()
    document: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>' + document


class _Document:
    def __init__(self, organisation: Organisation, schema: Element, *, annotations: bool) -> None:
        self.organisation = organisation
        self.schema = schema
        self.annotations = annotations
        self.by_edm_type = {table.edm_type: table for table in organisation.tables}

    def fill(self) -> None:
        """Add types, operations and the container."""
        SubElement(self.schema, "EntityType", {"Name": "crmbaseentity", "Abstract": "true"})
        for table in self.organisation.tables:
            self._entity_type(table)
        self._complex_type("PrincipalAccess", (("Principal", "mscrm.principal"), ("AccessMask", "mscrm.AccessRights")))
        rights = SubElement(self.schema, "EnumType", {"Name": "AccessRights", "IsFlags": "true"})
        for name, value in ACCESS_RIGHTS.items():
            SubElement(rights, "Member", {"Name": name, "Value": str(value)})
        responses: set[str] = set()
        for operation in self.organisation.operations:
            if operation.outputs and operation.name not in responses:
                responses.add(operation.name)
                self._complex_type(
                    f"{operation.name}Response",
                    tuple((output.name, output.type) for output in operation.outputs),
                )
            self._operation(operation)
        self._container()

    def _entity_type(self, table: Table) -> None:
        element = SubElement(self.schema, "EntityType", {"Name": table.edm_type, "BaseType": f"mscrm.{table.edm_base}"})
        if table.edm_type == "principal":
            element.set("Abstract", "true")
        base = self.by_edm_type.get(table.edm_base)
        inherited = base.column if base is not None else {}
        if base is None:
            key = SubElement(element, "Key")
            SubElement(key, "PropertyRef", {"Name": table.primary_id})
        for column in table.columns:
            if column.logical_name not in inherited:
                self._property(element, column)
        self._navigation(element, table)
        if self.annotations:
            self._describe(element, dict(table.label.texts).get(1033, ""))

    def _navigation(self, element: Element, table: Table) -> None:
        for relationship in self.organisation.relationships:
            if relationship.referencing_entity == table.logical_name:
                self._single_valued(element, relationship)
            if relationship.referenced_entity == table.logical_name:
                self._collection_valued(element, relationship)
        for many in self.organisation.many_to_many:
            for (here, _), (there, _) in ((many.first, many.second), (many.second, many.first)):
                if here == table.logical_name:
                    attributes = {
                        "Name": many.schema_name,
                        "Type": f"Collection(mscrm.{there})",
                        "Partner": many.schema_name,
                    }
                    SubElement(element, "NavigationProperty", attributes)

    def _property(self, parent: Element, column: Column) -> None:
        name = f"_{column.logical_name}_value" if column.kind.is_lookup else column.logical_name
        attributes = {"Name": name, "Type": column.kind.edm_type}
        if column.kind in (Kind.STRING, Kind.MEMO):
            attributes["Unicode"] = "false"
        if column.kind is Kind.DECIMAL:
            attributes["Scale"] = "Variable"
        element = SubElement(parent, "Property", attributes)
        if self.annotations:
            self._describe(element, dict(column.label.texts).get(1033, ""))

    @staticmethod
    def _describe(parent: Element, text: str) -> None:
        SubElement(parent, "Annotation", {"Term": DESCRIPTION, "String": text})

    def _single_valued(self, parent: Element, relationship: Relationship) -> None:
        target = self.organisation.table.get(relationship.referenced_entity)
        if target is None:
            return
        attributes = {
            "Name": relationship.referencing_navigation,
            "Type": f"mscrm.{target.edm_type}",
            "Nullable": "false",
            "Partner": relationship.referenced_navigation,
        }
        element = SubElement(parent, "NavigationProperty", attributes)
        column = self.organisation.table[relationship.referencing_entity].column.get(relationship.referencing_attribute)
        name = relationship.referencing_attribute
        constraint = {
            "Property": f"_{name}_value" if column is None or column.kind.is_lookup else name,
            "ReferencedProperty": relationship.referenced_attribute,
        }
        SubElement(element, "ReferentialConstraint", constraint)

    def _collection_valued(self, parent: Element, relationship: Relationship) -> None:
        child = self.organisation.table.get(relationship.referencing_entity)
        if child is None:
            return
        attributes = {
            "Name": relationship.referenced_navigation,
            "Type": f"Collection(mscrm.{child.edm_type})",
            "Partner": relationship.referencing_navigation,
        }
        SubElement(parent, "NavigationProperty", attributes)

    def _complex_type(self, name: str, members: tuple[tuple[str, str], ...]) -> None:
        element = SubElement(self.schema, "ComplexType", {"Name": name})
        for member, type_name in members:
            kind = "NavigationProperty" if type_name == "mscrm.principal" else "Property"
            SubElement(element, kind, {"Name": member, "Type": type_name})

    def _operation(self, operation: Operation) -> None:
        element = SubElement(self.schema, operation.kind, {"Name": operation.name})
        for parameter in self._binding(operation):
            element.set("IsBound", "true")
            SubElement(element, "Parameter", _parameter(*parameter, nullable=False))
        for item in operation.parameters:
            SubElement(element, "Parameter", _parameter(item.name, item.type, nullable=item.nullable))
        returns = _returned(operation)
        if returns is not None:
            SubElement(element, "ReturnType", {"Type": returns, "Nullable": "false"})

    def _binding(self, operation: Operation) -> Iterator[tuple[str, str]]:
        if operation.binding is Binding.ENTITY:
            yield "entity", f"mscrm.{operation.bound_to}"
        elif operation.binding is Binding.COLLECTION:
            yield "entityset", f"Collection(mscrm.{operation.bound_to})"

    def _container(self) -> None:
        container = SubElement(self.schema, "EntityContainer", {"Name": "System"})
        for table in self.organisation.tables:
            attributes = {"Name": table.entity_set, "EntityType": f"{NAMESPACE}.{table.edm_type}"}
            SubElement(container, "EntitySet", attributes)
        for operation in self.organisation.operations:
            if operation.binding is Binding.UNBOUND:
                attributes = {"Name": operation.name, operation.kind: f"{NAMESPACE}.{operation.name}"}
                SubElement(container, f"{operation.kind}Import", attributes)


def _parameter(name: str, type_name: str, *, nullable: bool) -> dict[str, str]:
    attributes = {"Name": name, "Type": type_name}
    if not nullable:
        attributes["Nullable"] = "false"
    if type_name == "Edm.String":
        attributes["Unicode"] = "false"
    return attributes


def _returned(operation: Operation) -> str | None:
    """A function has to return something; an action without outputs returns nothing."""
    if operation.outputs:
        return f"mscrm.{operation.name}Response"
    return "Edm.Boolean" if operation.kind == "Function" else None
