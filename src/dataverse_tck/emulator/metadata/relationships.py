"""Relationships as metadata resources."""

from __future__ import annotations

from dataverse_tck.emulator.metadata.attributes import VERSION, label_json, managed_property
from dataverse_tck.emulator.metadata.resource import Resource
from dataverse_tck.emulator.organisation.model import (
    CASCADE_MEMBERS,
    ENGLISH,
    MENU_MEMBERS,
    ManyToMany,
    Relationship,
    metadata_id,
)
from dataverse_tck.jsontypes import Json


def relationship_resource(relationship: Relationship, user_language: int) -> Resource:
    """A one-to-many relationship with all its members, newer ones included."""
    menu = {
        name: label_json(relationship.menu.label, user_language, relationship.id)
        if name == "Label"
        else getattr(relationship.menu, attribute)
        for name, attribute in MENU_MEMBERS.items()
    }
    cascade = {name: str(getattr(relationship.cascade, member)) for name, member in CASCADE_MEMBERS.items()}
    return Resource(
        "OneToManyRelationshipMetadata",
        {
            **_relationship_base(relationship.id, relationship.schema_name, "OneToManyRelationship"),
            "IsCustomizable": managed_property("iscustomizable", value=relationship.is_customizable),
            "ReferencedEntity": relationship.referenced_entity,
            "ReferencedAttribute": relationship.referenced_attribute,
            "ReferencedEntityNavigationPropertyName": relationship.referenced_navigation,
            "ReferencingEntity": relationship.referencing_entity,
            "ReferencingAttribute": relationship.referencing_attribute,
            "ReferencingEntityNavigationPropertyName": relationship.referencing_navigation,
            "IsHierarchical": False,
            "EntityKey": None,
            "IsRelationshipAttributeDenormalized": False,
            "RelationshipAttributes": [],
            "RelationshipBehavior": 1,
            "IsDenormalizedLookup": False,
            "DenormalizedAttributeName": None,
            "AssociatedMenuConfiguration": menu,
            "CascadeConfiguration": cascade,
        },
    )


def many_to_many_resource(relationship: ManyToMany) -> Resource:
    """A many-to-many relationship."""
    identifier = metadata_id("relationship", relationship.schema_name)
    sides: dict[str, Json] = {}
    for number, (table, column) in ((1, relationship.first), (2, relationship.second)):
        sides[f"Entity{number}LogicalName"] = table
        sides[f"Entity{number}IntersectAttribute"] = column
        sides[f"Entity{number}NavigationPropertyName"] = relationship.schema_name
    return Resource(
        "ManyToManyRelationshipMetadata",
        {
            **_relationship_base(identifier, relationship.schema_name, "ManyToManyRelationship"),
            "IsCustomizable": managed_property("iscustomizable", value=False),
            "IntersectEntityName": relationship.intersect_entity,
            **sides,
        },
    )


def _relationship_base(identifier: str, schema_name: str, kind: str) -> dict[str, Json]:
    return {
        "MetadataId": identifier,
        "HasChanged": None,
        "SchemaName": schema_name,
        "RelationshipType": kind,
        "SecurityTypes": "Append",
        "IntroducedVersion": VERSION,
        "IsManaged": True,
        "IsCustomRelationship": True,
        "IsValidForAdvancedFind": True,
    }


RELATIONSHIP_BASE = frozenset(_relationship_base("", "", "")) | {"IsCustomizable"}

RELATIONSHIP_MEMBERS = {
    "OneToManyRelationshipMetadata": frozenset(
        relationship_resource(Relationship("", "", "", "", "", "", "", ""), ENGLISH).values
    ),
    "ManyToManyRelationshipMetadata": frozenset(many_to_many_resource(ManyToMany("", "", ("", ""), ("", ""))).values),
}
