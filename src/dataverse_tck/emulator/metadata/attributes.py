"""The members of EntityMetadata and AttributeMetadata, and the shapes that all definitions share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataverse_tck.emulator.organisation.model import ENGLISH, Column, Kind, Label, Table, metadata_id
from dataverse_tck.jsontypes import Json

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = "9.0.0.0"


def managed_property(name: str, *, value: Json = True) -> dict[str, Json]:
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


def column_values(table: Table, column: Column, number: int, language: int) -> dict[str, Json]:
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
        "Description": label_json(Label(), language, key),
        "DisplayName": label_json(column.label, language, key),
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
        "RequiredLevel": managed_property("canmodifyrequirementlevelsettings", value=str(column.required)),
        "IsAuditEnabled": managed_property("canmodifyauditsettings"),
        "IsCustomizable": managed_property("iscustomizable"),
        "IsRenameable": managed_property("isrenameable"),
        "IsValidForAdvancedFind": managed_property("canmodifysearchsettings"),
        "CanModifyAdditionalSettings": managed_property("canmodifyadditionalsettings"),
        "Settings": [],
    }


_FORMULA = {"FormulaDefinition": ""}
_TEXT = {"ImeMode": "Auto", "IsLocalizable": False}


def _string(column: Column) -> dict[str, Json]:
    length = column.max_length or 0
    return {
        "MaxLength": length,
        "DatabaseLength": 2 * length,
        "Format": "Text",
        "FormatName": {"Value": "Text"},
        **_TEXT,
        **_FORMULA,
        "YomiOf": None,
    }


def _memo(column: Column) -> dict[str, Json]:
    return {
        "MaxLength": column.max_length,
        "Format": "TextArea",
        "FormatName": {"Value": "TextArea"},
        **_TEXT,
    }


def _limits(column: Column) -> dict[str, Json]:
    return {"MinValue": column.minimum, "MaxValue": column.maximum}


def _integer(column: Column) -> dict[str, Json]:
    return {**_limits(column), "Format": "None", **_FORMULA}


def _decimal(column: Column) -> dict[str, Json]:
    return {**_limits(column), "Precision": column.precision, "ImeMode": "Auto", **_FORMULA}


def _date_time(_: Column) -> dict[str, Json]:
    return {
        "Format": "DateAndTime",
        "DateTimeBehavior": {"Value": "UserLocal"},
        "CanChangeDateTimeBehavior": managed_property("canchangedatetimebehavior"),
        "ImeMode": "Auto",
        **_FORMULA,
    }


def _choice(column: Column) -> dict[str, Json]:
    return {
        "DefaultFormValue": -1 if column.default is None else column.default,
        "ParentPicklistLogicalName": None,
        "ChildPicklistLogicalNames": [],
    }


# The members that the kind of a column adds, but for the targets of a lookup.
KIND_VALUES: dict[Kind, Callable[[Column], dict[str, Json]]] = {
    Kind.STRING: _string,
    Kind.MEMO: _memo,
    Kind.INTEGER: _integer,
    Kind.BIG_INT: _limits,
    Kind.DECIMAL: _decimal,
    Kind.DATE_TIME: _date_time,
    Kind.BOOLEAN: lambda column: {"DefaultValue": column.default, **_FORMULA},
    Kind.PICKLIST: _choice,
    Kind.MULTI_SELECT: _choice,
    Kind.STATE: _choice,
    Kind.STATUS: _choice,
    Kind.LOOKUP: lambda _: {"Format": "None"},
    Kind.CUSTOMER: lambda _: {"Format": "None"},
    Kind.OWNER: lambda _: {"Format": "None"},
    Kind.ENTITY_NAME: lambda _: {"IsEntityReferenceStored": False},
    Kind.UNIQUE_IDENTIFIER: lambda _: {},
}


def table_values(table: Table, language: int) -> dict[str, Json]:
    """The members of EntityMetadata."""
    name = table.logical_name
    return {
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
        "IsCustomizable": managed_property("iscustomizable"),
        "IsRenameable": managed_property("isrenameable"),
        "IsAuditEnabled": managed_property("canmodifyauditsettings", value=False),
        "CanBeRelatedEntityInRelationship": managed_property("canberelatedentityinrelationship"),
        "CanBePrimaryEntityInRelationship": managed_property("canbeprimaryentityinrelationship"),
        "CanBeInManyToMany": managed_property("canbeinmanytomany"),
        "CanCreateAttributes": managed_property("cancreateattributes"),
        "CanCreateForms": managed_property("cancreateforms"),
        "CanCreateViews": managed_property("cancreateviews"),
        "Settings": [],
    }
