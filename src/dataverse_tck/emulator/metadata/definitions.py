"""``EntityDefinitions``, ``RelationshipDefinitions``, ``GlobalOptionSetDefinitions``, and all below them."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from dataverse_tck.emulator.metadata.attributes import KIND_VALUES, column_values, table_values
from dataverse_tck.emulator.metadata.choices import choice_resource
from dataverse_tck.emulator.metadata.relationships import (
    RELATIONSHIP_BASE,
    RELATIONSHIP_MEMBERS,
    many_to_many_resource,
    relationship_resource,
)
from dataverse_tck.emulator.metadata.resource import Collection, Resource
from dataverse_tck.emulator.protocol.errors import unknown_column, unknown_definition, unknown_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataverse_tck.emulator.organisation.model import Column, Organisation, Table


class Definitions:
    """The metadata resources, each rendered from the organisation of the surface that it belongs to."""

    def __init__(self, surfaces: Mapping[str, Organisation]) -> None:
        self.surfaces = surfaces
        self.organisation = surfaces["entitydefinitions"]

    @cached_property
    def tables(self) -> Collection:
        """``EntityDefinitions``."""
        items = tuple(self._table(table) for table in self.organisation.tables)
        return Collection(
            "EntityMetadata",
            items,
            frozenset(items[0].values),
            frozenset(items[0].links),
            keys=("LogicalName", "MetadataId"),
            missing=lambda name, key: unknown_table("", key) if name == "MetadataId" else unknown_table(key),
        )

    def _table(self, table: Table) -> Resource:
        name = table.logical_name
        return Resource(
            "EntityMetadata",
            table_values(table, self.organisation.user_language),
            {
                "Attributes": partial(self._columns, table),
                "Keys": partial(Collection, "EntityKeyMetadata", (), frozenset({"MetadataId"})),
                "ManyToOneRelationships": partial(self._one_to_many, name, "referencing_entity"),
                "OneToManyRelationships": partial(self._one_to_many, name, "referenced_entity"),
                "ManyToManyRelationships": partial(self._many_to_many, name),
            },
        )

    def _columns(self, table: Table) -> Collection:
        items = tuple(self._column(table, column, number) for number, column in enumerate(table.columns, start=1))
        base = column_values(table, table.columns[0], 0, self.organisation.user_language)
        return Collection(
            "AttributeMetadata",
            items,
            frozenset(base),
            keys=("LogicalName", "MetadataId"),
            missing=lambda _, key: unknown_column(key),
        )

    def _column(self, table: Table, column: Column, number: int) -> Resource:
        values = column_values(table, column, number, self.organisation.user_language) | KIND_VALUES[column.kind](
            column
        )
        if column.kind.is_lookup:
            values["Targets"] = list(self.surfaces["targets"].targets(table.logical_name, column.logical_name))
        links = {}
        if column.choice is not None:
            links = {
                "OptionSet": partial(self._choice, "optionset", column.choice),
                "GlobalOptionSet": partial(self._choice, "globaloptionset", column.choice),
            }
        return Resource(column.kind.metadata_type, values, links)

    def _choice(self, surface: str, name: str) -> Resource:
        organisation = self.surfaces[surface]
        return choice_resource(organisation.choice[name], organisation.user_language)

    def _one_to_many(self, table: str, end: str) -> Collection:
        organisation = self.surfaces["relationships"]
        return self._relationships(
            "OneToManyRelationshipMetadata",
            tuple(
                relationship_resource(relationship, organisation.user_language)
                for relationship in organisation.relationships
                if getattr(relationship, end) == table
            ),
        )

    def _many_to_many(self, table: str) -> Collection:
        return self._relationships(
            "ManyToManyRelationshipMetadata",
            tuple(
                many_to_many_resource(relationship)
                for relationship in self.surfaces["relationships"].many_to_many
                if table in (relationship.first[0], relationship.second[0])
            ),
        )

    @staticmethod
    def _relationships(type_name: str, items: tuple[Resource, ...]) -> Collection:
        return Collection(
            type_name,
            items,
            RELATIONSHIP_MEMBERS[type_name],
            keys=("SchemaName", "MetadataId"),
            missing=lambda name, key: unknown_definition("a relationship", f"{name}={key}"),
        )

    @cached_property
    def relationships(self) -> Collection:
        """``RelationshipDefinitions``: relationships of both kinds."""
        organisation = self.surfaces["relationships"]
        items = (
            *(relationship_resource(item, organisation.user_language) for item in organisation.relationships),
            *(many_to_many_resource(item) for item in organisation.many_to_many),
        )
        return Collection(
            "RelationshipMetadataBase",
            items,
            RELATIONSHIP_BASE,
            keys=("SchemaName", "MetadataId"),
            missing=lambda name, key: unknown_definition("a relationship", f"{name}={key}"),
        )

    @cached_property
    def global_choices(self) -> Collection:
        """``GlobalOptionSetDefinitions``; the service filters this set by nothing."""
        organisation = self.surfaces["globaloptionset"]
        items = tuple(
            choice_resource(choice, organisation.user_language) for choice in organisation.choices if choice.is_global
        )
        return Collection(
            "OptionSetMetadataBase",
            items,
            frozenset(items[0].values) - {"Options"},
            keys=("Name", "MetadataId"),
            missing=lambda name, key: unknown_definition("a global option set", f"{name}={key}"),
            filterable=False,
        )
