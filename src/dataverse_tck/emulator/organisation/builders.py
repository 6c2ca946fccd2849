"""Short spellings for the columns and relationships that the description of the tables is written in."""

from __future__ import annotations

from dataclasses import replace

from dataverse_tck.emulator.organisation.model import (
    Cascade,
    CascadeType,
    Choice,
    Column,
    Kind,
    Label,
    Option,
    Relationship,
    Required,
    Table,
    label,
    metadata_id,
)

NONE, SYSTEM, APPLICATION = Required.NONE, Required.SYSTEM, Required.APPLICATION
INT_MAX = 2147483647
DECIMAL_MAX = 100000000000

# A row goes with its parent, or merely forgets it, or the parent has to stay.
PARENTAL = Cascade(
    assign=CascadeType.CASCADE,
    delete=CascadeType.CASCADE,
    reparent=CascadeType.CASCADE,
    share=CascadeType.CASCADE,
    unshare=CascadeType.CASCADE,
)
REFERENTIAL = Cascade(delete=CascadeType.REMOVE_LINK)
ARCHIVED_REFERENTIAL = Cascade(archive=CascadeType.REMOVE_LINK, delete=CascadeType.REMOVE_LINK)


def _column(kind: Kind, schema_name: str, text: str | Label, required: Required = NONE) -> Column:
    named = text if isinstance(text, Label) else label(text)
    return Column(schema_name.lower(), schema_name, kind, named, required)


def text(schema_name: str, name: str | Label, length: int = 100, required: Required = NONE) -> Column:
    """A single line of text."""
    return replace(_column(Kind.STRING, schema_name, name, required), max_length=length)


def memo(schema_name: str, name: str | Label, length: int = 2000) -> Column:
    """Several lines of text."""
    return replace(_column(Kind.MEMO, schema_name, name), max_length=length)


def integer(schema_name: str, name: str | Label, minimum: int = 0, maximum: int = INT_MAX) -> Column:
    """A whole number."""
    return replace(_column(Kind.INTEGER, schema_name, name), minimum=minimum, maximum=maximum)


def decimal(schema_name: str, name: str | Label, precision: int = 2) -> Column:
    """A decimal number."""
    return replace(
        _column(Kind.DECIMAL, schema_name, name),
        precision=precision,
        minimum=-DECIMAL_MAX,
        maximum=DECIMAL_MAX,
    )


def moment(schema_name: str, name: str | Label) -> Column:
    """A date with its time."""
    return _column(Kind.DATE_TIME, schema_name, name)


def identifier(schema_name: str, name: str | Label, required: Required = NONE) -> Column:
    """A GUID; the primary id of a table is SystemRequired."""
    return _column(Kind.UNIQUE_IDENTIFIER, schema_name, name, required)


def lookup(schema_name: str, name: str | Label, kind: Kind = Kind.LOOKUP, required: Required = NONE) -> Column:
    """A reference; the relationships over the column say to which tables."""
    return _column(kind, schema_name, name, required)


def entity_name(schema_name: str, name: str | Label = "", required: Required = NONE) -> Column:
    """The LogicalName of a table."""
    return _column(Kind.ENTITY_NAME, schema_name, name or Label(), required)


def choice(
    schema_name: str,
    name: str | Label,
    choice_name: str,
    default: int | None = None,
    kind: Kind = Kind.PICKLIST,
) -> Column:
    """A choice column."""
    return replace(_column(kind, schema_name, name), choice=choice_name, default=default)


def yes_no(schema_name: str, name: str | Label, choice_name: str, *, default: bool = False) -> Column:
    """A Boolean column."""
    return replace(_column(Kind.BOOLEAN, schema_name, name), choice=choice_name, default=default)


def read_only(column: Column) -> Column:
    """The column, but neither for create nor for update."""
    return replace(column, writable=False)


def options(*pairs: tuple[int, str] | tuple[int, str, str]) -> tuple[Option, ...]:
    """Options from (value, English[, Italian])."""
    return tuple(Option(value, label(*texts)) for value, *texts in pairs)


def boolean_choice(name: str, text: str) -> Choice:
    """The two options of a Boolean column."""
    return Choice(name, label(text), options((1, "Yes", "Sì"), (0, "No", "No")), kind="Boolean")


def reference(
    schema_name: str, many: tuple[Table, str], parent: Table, navigation: str, cascade: Cascade = REFERENTIAL
) -> Relationship:
    """The relationship over a column of a table; the collection on the parent bears the SchemaName."""
    child, column = many
    return Relationship(
        id=metadata_id("relationship", schema_name),
        schema_name=schema_name,
        referenced_entity=parent.logical_name,
        referenced_attribute=parent.primary_id,
        referencing_entity=child.logical_name,
        referencing_attribute=column,
        referencing_navigation=navigation,
        referenced_navigation=schema_name,
        cascade=cascade,
    )
