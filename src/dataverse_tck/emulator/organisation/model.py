"""What an organisation is made of: tables, relationships, choices, operations and messages, as plain data.

The names are Dataverse's. One ``Organisation`` feeds the metadata answers, ``$metadata`` and the database, so that they
cannot disagree. It is never changed: what is to be otherwise is another organisation.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, StrEnum
from functools import cache, cached_property
from uuid import UUID, uuid5

ENGLISH = 1033
ITALIAN = 1040
EMPTY_GUID = "00000000-0000-0000-0000-000000000000"
_NAMESPACE = UUID("6d64796e-6f63-4c69-b765-776f726b6974")


@cache
def metadata_id(*names: str) -> str:
    """The MetadataId of a definition: the same in every start, as it is in a real organisation."""
    return str(uuid5(_NAMESPACE, "/".join(names)))


@dataclass(frozen=True)
class Label:
    """Texts by language (LCID); without any it is what Dataverse serves for a blank label."""

    texts: tuple[tuple[int, str], ...] = ()

    def with_text(self, language: int, text: str) -> Label:
        """The same label with another text in one language."""
        return Label((*((code, old) for code, old in self.texts if code != language), (language, text)))


def label(english: str, italian: str | None = None) -> Label:
    """A label in English and, where a translation is installed, in Italian."""
    return Label(((ENGLISH, english),) if italian is None else ((ENGLISH, english), (ITALIAN, italian)))


class Kind(Enum):
    """The kind of a column: AttributeType, metadata type, AttributeTypeName and Edm type."""

    STRING = ("String", "StringAttributeMetadata", "StringType", "Edm.String")
    MEMO = ("Memo", "MemoAttributeMetadata", "MemoType", "Edm.String")
    INTEGER = ("Integer", "IntegerAttributeMetadata", "IntegerType", "Edm.Int32")
    BIG_INT = ("BigInt", "BigIntAttributeMetadata", "BigIntType", "Edm.Int64")
    DECIMAL = ("Decimal", "DecimalAttributeMetadata", "DecimalType", "Edm.Decimal")
    DATE_TIME = ("DateTime", "DateTimeAttributeMetadata", "DateTimeType", "Edm.DateTimeOffset")
    BOOLEAN = ("Boolean", "BooleanAttributeMetadata", "BooleanType", "Edm.Boolean")
    PICKLIST = ("Picklist", "PicklistAttributeMetadata", "PicklistType", "Edm.Int32")
    MULTI_SELECT = (
        "Virtual",
        "MultiSelectPicklistAttributeMetadata",
        "MultiSelectPicklistType",
        "Edm.String",
    )
    STATE = ("State", "StateAttributeMetadata", "StateType", "Edm.Int32")
    STATUS = ("Status", "StatusAttributeMetadata", "StatusType", "Edm.Int32")
    LOOKUP = ("Lookup", "LookupAttributeMetadata", "LookupType", "Edm.Guid")
    CUSTOMER = ("Customer", "LookupAttributeMetadata", "CustomerType", "Edm.Guid")
    OWNER = ("Owner", "LookupAttributeMetadata", "OwnerType", "Edm.Guid")
    UNIQUE_IDENTIFIER = (
        "Uniqueidentifier",
        "UniqueIdentifierAttributeMetadata",
        "UniqueidentifierType",
        "Edm.Guid",
    )
    ENTITY_NAME = ("EntityName", "EntityNameAttributeMetadata", "EntityNameType", "Edm.String")

    def __init__(self, attribute_type: str, metadata_type: str, type_name: str, edm_type: str) -> None:
        self.attribute_type = attribute_type
        self.metadata_type = metadata_type
        self.type_name = type_name
        self.edm_type = edm_type

    @property
    def is_lookup(self) -> bool:
        """Whether its value is the id of a row of another table."""
        return self in (Kind.LOOKUP, Kind.CUSTOMER, Kind.OWNER)


class Required(StrEnum):
    """AttributeRequiredLevel; the API enforces SystemRequired only."""

    NONE = "None"
    SYSTEM = "SystemRequired"
    APPLICATION = "ApplicationRequired"
    RECOMMENDED = "Recommended"


class CascadeType(StrEnum):
    """What an action on a referenced row does to the rows that refer to it."""

    NO_CASCADE = "NoCascade"
    CASCADE = "Cascade"
    ACTIVE = "Active"
    USER_OWNED = "UserOwned"
    REMOVE_LINK = "RemoveLink"
    RESTRICT = "Restrict"


class Binding(StrEnum):
    """What an operation is bound to."""

    ENTITY = "entity"
    COLLECTION = "collection"
    UNBOUND = "unbound"


@dataclass(frozen=True)
class Option:
    """A choice of a choice column; the last three are set on options of states and statuses."""

    value: int
    label: Label
    state: int | None = None
    default_status: int | None = None
    invariant_name: str | None = None


@dataclass(frozen=True)
class Choice:
    """An option set; ``kind`` is its OptionSetType."""

    name: str
    label: Label
    options: tuple[Option, ...]
    kind: str = "Picklist"
    is_global: bool = False


@dataclass(frozen=True)
class Column:
    """A column. Lengths are in characters; limits bound the values of numbers, both ends included."""

    logical_name: str
    schema_name: str
    kind: Kind
    label: Label
    required: Required = Required.NONE
    max_length: int | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    precision: int | None = None
    choice: str | None = None  # name of its Choice
    default: int | bool | None = None
    writable: bool = True


@dataclass(frozen=True)
class Table:
    """A table; ``edm_type`` and ``edm_base`` are the local names of its CSDL type and of that one's base."""

    logical_name: str
    entity_set: str
    label: Label
    collection_label: Label
    primary_id: str
    primary_name: str | None
    columns: tuple[Column, ...]
    object_type_code: int
    schema_name: str = ""
    collection_name: str = ""  # LogicalCollectionName
    ownership: str = "UserOwned"
    is_activity: bool = False
    is_custom: bool = True
    edm_type: str = ""
    edm_base: str = "crmbaseentity"
    private_columns: tuple[str, ...] = ()  # SQL columns with JSON that is kept with a row and shown to nobody
    alternate_key: tuple[str, ...] = ()  # columns whose values, together, no two rows share
    is_virtual: bool = False  # its rows are told from the description, and kept in no database

    def __post_init__(self) -> None:
        for name, default in (
            ("schema_name", self.logical_name),
            ("collection_name", self.entity_set),
            ("edm_type", self.logical_name),
        ):
            if not getattr(self, name):
                object.__setattr__(self, name, default)

    @cached_property
    def column(self) -> dict[str, Column]:
        """Columns by LogicalName."""
        return {column.logical_name: column for column in self.columns}

    def with_columns(self, *columns: Column) -> Table:
        """The table with further columns, those that it already has left as they are."""
        new = tuple(column for column in columns if column.logical_name not in self.column)
        return replace(self, columns=self.columns + new)


@dataclass(frozen=True)
class Cascade:
    """CascadeConfiguration of a relationship."""

    archive: CascadeType = CascadeType.NO_CASCADE
    assign: CascadeType = CascadeType.NO_CASCADE
    delete: CascadeType = CascadeType.NO_CASCADE
    merge: CascadeType = CascadeType.NO_CASCADE
    reparent: CascadeType = CascadeType.NO_CASCADE
    rollup_view: CascadeType = CascadeType.NO_CASCADE
    share: CascadeType = CascadeType.NO_CASCADE
    unshare: CascadeType = CascadeType.NO_CASCADE


@dataclass(frozen=True)
class Menu:
    """AssociatedMenuConfiguration: how related rows stand in the menu of a form."""

    behavior: str = "UseCollectionName"
    group: str = "Details"
    label: Label = field(default_factory=Label)
    order: int | None = 10000
    available_offline: bool = True
    menu_id: str | None = None
    query_api: str | None = None
    view_id: str = EMPTY_GUID
    icon: str | None = None
    is_customizable: bool = True


CASCADE_MEMBERS = {
    "Assign": "assign",
    "Delete": "delete",
    "Archive": "archive",
    "Merge": "merge",
    "Reparent": "reparent",
    "Share": "share",
    "Unshare": "unshare",
    "RollupView": "rollup_view",
}
MENU_MEMBERS = {
    "Behavior": "behavior",
    "Group": "group",
    "Label": "label",
    "Order": "order",
    "IsCustomizable": "is_customizable",
    "Icon": "icon",
    "ViewId": "view_id",
    "AvailableOffline": "available_offline",
    "MenuId": "menu_id",
    "QueryApi": "query_api",
}


@dataclass(frozen=True)
class Relationship:
    """A one-to-many relationship, seen from either end; ``id`` is its MetadataId and survives a renaming."""

    id: str
    schema_name: str
    referenced_entity: str
    referenced_attribute: str
    referencing_entity: str
    referencing_attribute: str
    referencing_navigation: str  # on the many side: ReferencingEntityNavigationPropertyName
    referenced_navigation: str  # on the one side: ReferencedEntityNavigationPropertyName
    cascade: Cascade = field(default_factory=Cascade)
    menu: Menu = field(default_factory=Menu)
    is_customizable: bool = True


@dataclass(frozen=True)
class ManyToMany:
    """A many-to-many relationship with its intersect table."""

    schema_name: str
    intersect_entity: str
    first: tuple[str, str]  # table, column of the intersect table
    second: tuple[str, str]


@dataclass(frozen=True)
class PrivateTable:
    """A table that is kept beside the rows and shown to nobody: columns by name, each with the kind of its values."""

    name: str
    key: tuple[tuple[str, Kind], ...]
    cells: tuple[tuple[str, Kind], ...] = ()  # the columns outside the key
    indexed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """A parameter or an output of an operation; ``type`` as in the CSDL."""

    name: str
    type: str
    nullable: bool = True


@dataclass(frozen=True)
class Operation:
    """An action or a function; ``outputs`` make up its complex type ``<name>Response``."""

    name: str
    kind: str = "Action"  # or "Function"
    binding: Binding = Binding.UNBOUND
    bound_to: str | None = None  # LogicalName of a table
    parameters: tuple[Parameter, ...] = ()
    outputs: tuple[Parameter, ...] = ()


@dataclass(frozen=True)
class Message:
    """A row of ``sdkmessages``; a private message is not in ``$metadata``."""

    name: str
    private: bool = False


@dataclass(frozen=True)
class MessageFilter:
    """A row of ``sdkmessagefilters``: a message on a table, and whether steps can be registered for it."""

    message: str
    table: str
    custom_step_allowed: bool
    visible: bool = True


@dataclass(frozen=True)
class CustomApi:
    """A row of ``customapis``; ``step_type`` 0: no steps (so no event), 1: asynchronous, 2: both kinds."""

    operation: Operation
    label: Label
    step_type: int = 0


@dataclass(frozen=True)
class Organisation:
    """All that one surface of the service is rendered from."""

    tables: tuple[Table, ...]
    relationships: tuple[Relationship, ...]
    many_to_many: tuple[ManyToMany, ...]
    choices: tuple[Choice, ...]
    operations: tuple[Operation, ...]
    messages: tuple[Message, ...]
    message_filters: tuple[MessageFilter, ...]
    custom_apis: tuple[CustomApi, ...]
    private_tables: tuple[PrivateTable, ...] = ()
    user_language: int = ENGLISH
    version: str = "9.2.25093.00168"

    @cached_property
    def table(self) -> dict[str, Table]:
        """Tables by LogicalName."""
        return {table.logical_name: table for table in self.tables}

    @cached_property
    def choice(self) -> dict[str, Choice]:
        """Choices by name."""
        return {choice.name: choice for choice in self.choices}

    @cached_property
    def relationships_to(self) -> dict[str, tuple[Relationship, ...]]:
        """Relationships by the table that they refer to."""
        found: dict[str, tuple[Relationship, ...]] = {}
        for relationship in self.relationships:
            found[relationship.referenced_entity] = (*found.get(relationship.referenced_entity, ()), relationship)
        return found

    @cached_property
    def relationship_over(self) -> dict[tuple[str, str, str], Relationship]:
        """Relationships by the table that refers, its column, and the table referred to."""
        return {
            (item.referencing_entity, item.referencing_attribute, item.referenced_entity): item
            for item in self.relationships
        }

    def targets(self, table: str, column: str) -> tuple[str, ...]:
        """The tables that a lookup column can refer to: what the relationships over it reference."""
        if self.table[table].column[column].kind is Kind.OWNER:
            return ("systemuser", "team")
        return tuple(
            dict.fromkeys(
                relationship.referenced_entity
                for relationship in self.relationships
                if (relationship.referencing_entity, relationship.referencing_attribute) == (table, column)
            )
        )
