"""Tables, columns, choices and relationships as the metadata resources of the Web API."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from dataverse_tck.emulator.errors import unknown_column, unknown_definition, unknown_table
from dataverse_tck.emulator.model import (
    CASCADE_MEMBERS,
    ENGLISH,
    MENU_MEMBERS,
    Choice,
    Column,
    Kind,
    Label,
    ManyToMany,
    Option,
    Organisation,
    Relationship,
    Table,
    metadata_id,
)
from dataverse_tck.emulator.resource import Collection, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = Any
VERSION = "9.0.0.0"


def managed(name: str, *, value: Json = True) -> dict[str, Json]:
    """A managed property."""
    return {"Value": value, "CanBeChanged": True, "ManagedPropertyLogicalName": name}


def label_json(label: Label, user_language: int, key: str) -> dict[str, Json]:
    """A Label: every installed text, and the one for the user, who falls back to English."""
    texts = [
        {
            "Label": text,
            "LanguageCode": code,
            "IsManaged": True,
            "MetadataId": metadata_id("label", key, str(code)),
            "HasChanged": None,
        }
        for code, text in label.texts
    ]
    by_language = {text["LanguageCode"]: text for text in texts}
    return {
        "LocalizedLabels": texts,
        "UserLocalizedLabel": by_language.get(user_language, by_language.get(ENGLISH)),
    }


def column_values(table: Table, column: Column, number: int, organisation: Organisation) -> dict[str, Json]:
    """The members of AttributeMetadata itself, which each kind of column has."""
    key = f"{table.logical_name}/{column.logical_name}"
    is_primary_id = column.logical_name == table.primary_id
    return {
        "MetadataId": metadata_id("column", key),
        "HasChanged": None,
        "AttributeOf": None,
        "AttributeType": column.kind.attribute_type,
        "AttributeTypeName": {"Value": column.kind.type_name},
        "ColumnNumber": number,
        "Description": label_json(Label(), organisation.user_language, key),
        "DisplayName": label_json(column.label, organisation.user_language, key),
        "DeprecatedVersion": None,
        "IntroducedVersion": VERSION,
        "EntityLogicalName": table.logical_name,
        "LogicalName": column.logical_name,
        "SchemaName": column.schema_name,
        "ExternalName": None,
        "IsCustomAttribute": table.is_custom and column.schema_name.startswith("msdyn_"),
        "IsPrimaryId": is_primary_id,
        "IsPrimaryName": column.logical_name == table.primary_name,
        "IsValidForCreate": column.writable,
        "IsValidForRead": True,
        "IsValidForUpdate": column.writable and not is_primary_id,
        "IsValidODataAttribute": True,
        "IsLogical": False,
        "IsManaged": True,
        "IsSecured": False,
        "IsRetrievable": True,
        "IsFilterable": True,
        "IsSearchable": False,
        "LinkedAttributeId": None,
        "InheritsFrom": None,
        "SourceType": 0 if column.kind in (Kind.DECIMAL, Kind.DATE_TIME) else None,
        "AutoNumberFormat": "",
        "RequiredLevel": managed("canmodifyrequirementlevelsettings", value=str(column.required)),
        "IsAuditEnabled": managed("canmodifyauditsettings"),
        "IsCustomizable": managed("iscustomizable"),
        "IsRenameable": managed("isrenameable"),
        "IsValidForAdvancedFind": managed("canmodifysearchsettings"),
        "CanModifyAdditionalSettings": managed("canmodifyadditionalsettings"),
        "Settings": [],
    }


def kind_values(column: Column) -> dict[str, Json]:
    """The members that the kind of a column adds, but for the targets of a lookup."""
    match column.kind:
        case Kind.STRING:
            return {
                "MaxLength": column.max_length,
                "DatabaseLength": 2 * (column.max_length or 0),
                "Format": "Text",
                "FormatName": {"Value": "Text"},
                "ImeMode": "Auto",
                "IsLocalizable": False,
                "FormulaDefinition": "",
                "YomiOf": None,
            }
        case Kind.MEMO:
            return {
                "MaxLength": column.max_length,
                "Format": "TextArea",
                "FormatName": {"Value": "TextArea"},
                "ImeMode": "Auto",
                "IsLocalizable": False,
            }
        case Kind.INTEGER:
            return {
                "MinValue": column.minimum,
                "MaxValue": column.maximum,
                "Format": "None",
                "FormulaDefinition": "",
            }
        case Kind.BIG_INT:
            return {"MinValue": column.minimum, "MaxValue": column.maximum}
        case Kind.DECIMAL:
            return {
                "MinValue": column.minimum,
                "MaxValue": column.maximum,
                "Precision": column.precision,
                "ImeMode": "Auto",
                "FormulaDefinition": "",
            }
        case Kind.DATE_TIME:
            return {
                "Format": "DateAndTime",
                "DateTimeBehavior": {"Value": "UserLocal"},
                "CanChangeDateTimeBehavior": managed("canchangedatetimebehavior"),
                "ImeMode": "Auto",
                "FormulaDefinition": "",
            }
        case Kind.BOOLEAN:
            return {"DefaultValue": column.default, "FormulaDefinition": ""}
        case Kind.PICKLIST | Kind.MULTI_SELECT | Kind.STATE | Kind.STATUS:
            default = -1 if column.default is None else column.default
            return {
                "DefaultFormValue": default,
                "ParentPicklistLogicalName": None,
                "ChildPicklistLogicalNames": [],
            }
        case Kind.LOOKUP | Kind.CUSTOMER | Kind.OWNER:
            return {"Format": "None"}
        case Kind.ENTITY_NAME:
            return {"IsEntityReferenceStored": False}
        case Kind.UNIQUE_IDENTIFIER:
            return {}


def option_json(option: Option, choice: Choice, user_language: int) -> dict[str, Json]:
    """An option; those of states and statuses have a type and members of their own."""
    key = f"{choice.name}/{option.value}"
    common = {
        "Value": option.value,
        "Color": None,
        "IsManaged": True,
        "ExternalValue": None,
        "ParentValues": [],
        "Tag": None,
        "IsHidden": False,
        "MetadataId": None,
        "HasChanged": None,
        "Label": label_json(option.label, user_language, key),
        "Description": label_json(Label(), user_language, key),
    }
    if choice.kind == "State":
        return {
            "@odata.type": "#Microsoft.Dynamics.CRM.StateOptionMetadata",
            **common,
            "DefaultStatus": option.default_status,
            "InvariantName": option.invariant_name,
        }
    if choice.kind == "Status":
        return {
            "@odata.type": "#Microsoft.Dynamics.CRM.StatusOptionMetadata",
            **common,
            "State": option.state,
            "TransitionData": None,
        }
    return common


def choice_resource(choice: Choice, user_language: int) -> Resource:
    """An option set, with ``TrueOption`` and ``FalseOption`` when it is the one of a Boolean column."""
    values = {
        "MetadataId": metadata_id("choice", choice.name),
        "HasChanged": None,
        "Name": choice.name,
        "DisplayName": label_json(choice.label, user_language, choice.name),
        "Description": label_json(Label(), user_language, choice.name),
        "OptionSetType": choice.kind,
        "IsGlobal": choice.is_global,
        "IsCustomOptionSet": choice.name.startswith("msdyn_"),
        "IsManaged": True,
        "IsCustomizable": managed("iscustomizable"),
        "ExternalTypeName": None,
        "ParentOptionSetName": None,
        "IntroducedVersion": VERSION,
    }
    options = [option_json(option, choice, user_language) for option in choice.options]
    if choice.kind == "Boolean":
        by_value = {option["Value"]: option for option in options}
        values |= {"TrueOption": by_value.get(1), "FalseOption": by_value.get(0)}
        return Resource("BooleanOptionSetMetadata", values)
    return Resource("OptionSetMetadata", {**values, "Options": options})


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
            "IsCustomizable": managed("iscustomizable", value=relationship.is_customizable),
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
            "IsCustomizable": managed("iscustomizable", value=False),
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
    "ManyToManyRelationshipMetadata": frozenset(
        many_to_many_resource(ManyToMany("", "", ("", ""), ("", ""))).values
    ),
}


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
        language = self.organisation.user_language
        name = table.logical_name
        return Resource(
            "EntityMetadata",
            {
                "MetadataId": metadata_id("table", name),
                "HasChanged": None,
                "LogicalName": name,
                "SchemaName": table.schema_name,
                "LogicalCollectionName": table.collection_name,
                "CollectionSchemaName": table.collection_name,
                "EntitySetName": table.entity_set,
                "ObjectTypeCode": table.object_type_code,
                "PrimaryIdAttribute": table.primary_id,
                "PrimaryNameAttribute": table.primary_name,
                "PrimaryImageAttribute": None,
                "OwnershipType": table.ownership,
                "TableType": "Standard",
                "IsActivity": table.is_activity,
                "IsActivityParty": False,
                "ActivityTypeMask": 1 if table.is_activity else 0,
                "IsCustomEntity": table.is_custom,
                "IsManaged": True,
                "IsIntersect": False,
                "IsPrivate": False,
                "IsLogicalEntity": False,
                "IsOptimisticConcurrencyEnabled": True,
                "ChangeTrackingEnabled": False,
                "HasNotes": table.is_activity,
                "HasActivities": False,
                "IntroducedVersion": VERSION,
                "DisplayName": label_json(table.label, language, name),
                "DisplayCollectionName": label_json(table.collection_label, language, f"{name}/collection"),
                "Description": label_json(Label(), language, name),
                "IsCustomizable": managed("iscustomizable"),
                "IsRenameable": managed("isrenameable"),
                "IsAuditEnabled": managed("canmodifyauditsettings", value=False),
                "CanBeRelatedEntityInRelationship": managed("canberelatedentityinrelationship"),
                "CanBePrimaryEntityInRelationship": managed("canbeprimaryentityinrelationship"),
                "CanBeInManyToMany": managed("canbeinmanytomany"),
                "CanCreateAttributes": managed("cancreateattributes"),
                "CanCreateForms": managed("cancreateforms"),
                "CanCreateViews": managed("cancreateviews"),
                "Settings": [],
            },
            {
                "Attributes": partial(self._columns, table),
                "Keys": partial(Collection, "EntityKeyMetadata", (), frozenset({"MetadataId"})),
                "ManyToOneRelationships": partial(self._one_to_many, name, "referencing_entity"),
                "OneToManyRelationships": partial(self._one_to_many, name, "referenced_entity"),
                "ManyToManyRelationships": partial(self._many_to_many, name),
            },
        )

    def _columns(self, table: Table) -> Collection:
        items = tuple(
            self._column(table, column, number) for number, column in enumerate(table.columns, start=1)
        )
        base = column_values(table, table.columns[0], 0, self.organisation)
        return Collection(
            "AttributeMetadata",
            items,
            frozenset(base),
            keys=("LogicalName", "MetadataId"),
            missing=lambda _, key: unknown_column(key),
        )

    def _column(self, table: Table, column: Column, number: int) -> Resource:
        values = column_values(table, column, number, self.organisation) | kind_values(column)
        if column.kind.is_lookup:
            values["Targets"] = list(
                self.surfaces["targets"].targets(table.logical_name, column.logical_name)
            )
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
            choice_resource(choice, organisation.user_language)
            for choice in organisation.choices
            if choice.is_global
        )
        return Collection(
            "OptionSetMetadataBase",
            items,
            frozenset(items[0].values) - {"Options"},
            keys=("Name", "MetadataId"),
            missing=lambda name, key: unknown_definition("a global option set", f"{name}={key}"),
            filterable=False,
        )
