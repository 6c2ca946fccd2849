"""What every table of an organisation has: system columns, their relationships, states, standard messages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dataverse_tck.emulator.organisation.builders import (
    SYSTEM,
    choice,
    entity_name,
    identifier,
    integer,
    lookup,
    moment,
    options,
    read_only,
    reference,
)
from dataverse_tck.emulator.organisation.model import (
    Cascade,
    Choice,
    Column,
    Kind,
    Label,
    MessageFilter,
    Option,
    Relationship,
    Table,
    label,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

AUDIT_COLUMNS = (
    read_only(moment("CreatedOn", label("Created On", "Data creazione"))),
    read_only(lookup("CreatedBy", label("Created By", "Autore"))),
    read_only(lookup("CreatedOnBehalfBy", label("Created By (Delegate)", "Autore (delegato)"))),
    read_only(moment("ModifiedOn", label("Modified On", "Data modifica"))),
    read_only(lookup("ModifiedBy", label("Modified By", "Autore modifica"))),
    read_only(lookup("ModifiedOnBehalfBy", label("Modified By (Delegate)", "Autore modifica (delegato)"))),
    read_only(
        Column(
            "versionnumber",
            "VersionNumber",
            Kind.BIG_INT,
            label("Version Number"),
            minimum=-9223372036854775808,
            maximum=9223372036854775807,
        )
    ),
    moment("OverriddenCreatedOn", "Record Created On"),
    integer("ImportSequenceNumber", "Import Sequence Number", minimum=-2147483648),
    integer("TimeZoneRuleVersionNumber", "Time Zone Rule Version Number", minimum=-1),
    integer("UTCConversionTimeZoneCode", "UTC Conversion Time Zone Code", minimum=-1),
)
OWNER_COLUMNS = (
    lookup("OwnerId", label("Owner", "Proprietario"), Kind.OWNER, SYSTEM),
    read_only(entity_name("OwnerIdType", required=SYSTEM)),
    read_only(lookup("OwningBusinessUnit", label("Owning Business Unit", "Business Unit proprietaria"))),
    read_only(lookup("OwningTeam", label("Owning Team", "Team proprietario"))),
    read_only(lookup("OwningUser", label("Owning User", "Utente proprietario"))),
)


def state_columns(table: str) -> tuple[Column, Column]:
    """``statecode`` and ``statuscode`` of a table."""
    return (
        replace(choice("statecode", label("Status", "Stato"), f"{table}_statecode", 0, Kind.STATE), required=SYSTEM),
        choice("statuscode", label("Status Reason", "Motivo stato"), f"{table}_statuscode", kind=Kind.STATUS),
    )


def states(
    table: str, codes: Mapping[int, tuple[str, int]], reasons: Mapping[int, tuple[str, int]]
) -> tuple[Choice, Choice]:
    """The two choices of a table: state -> (label, default status), status -> (label, state)."""
    return (
        Choice(
            f"{table}_statecode",
            label("Status", "Stato"),
            tuple(
                Option(value, label(name), default_status=status, invariant_name=name)
                for value, (name, status) in codes.items()
            ),
            kind="State",
        ),
        Choice(
            f"{table}_statuscode",
            label("Status Reason", "Motivo stato"),
            tuple(Option(value, label(name), state=state) for value, (name, state) in reasons.items()),
            kind="Status",
        ),
    )


def default_states(table: Table) -> tuple[Choice, ...]:
    """Active and inactive for a custom table; open, completed and canceled for an activity."""
    if "statecode" not in table.column:
        return ()
    if table.is_activity:
        return states(
            table.logical_name,
            {0: ("Open", 1), 1: ("Completed", 2), 2: ("Canceled", 3)},
            {1: ("Open", 0), 2: ("Completed", 1), 3: ("Canceled", 2)},
        )
    return states(table.logical_name, {0: ("Active", 1), 1: ("Inactive", 2)}, {1: ("Active", 0), 2: ("Inactive", 1)})


def standard_table(
    name: str,
    entity_set: str,
    names: tuple[Label, Label],
    columns: tuple[Column, ...],
    code: int,
    *,
    primary_name: str = "msdyn_name",
    ownership: str = "UserOwned",
    collection_name: str = "",
    schema_name: str = "",
    is_custom: bool = True,
) -> Table:
    """A table that is no activity; user-owned ones come with owner and state columns."""
    owned = (*OWNER_COLUMNS, *state_columns(name)) if ownership == "UserOwned" else ()
    return Table(
        logical_name=name,
        schema_name=schema_name,
        entity_set=entity_set,
        collection_name=collection_name,
        label=names[0],
        collection_label=names[1],
        primary_id=f"{name}id",
        primary_name=primary_name,
        columns=(identifier(f"{name}id", names[0], SYSTEM), *columns, *owned, *AUDIT_COLUMNS),
        object_type_code=code,
        ownership=ownership,
        is_custom=is_custom,
    )


def system_relationships(table: Table, tables: Mapping[str, Table]) -> Iterator[Relationship]:
    """The relationships over the owner and audit columns of a table, named as the platform names them."""
    name, user = table.logical_name, tables["systemuser"]
    plain = {
        "owner": ("owner", "ownerid"),
        "team": ("team", "owningteam"),
        "user": ("systemuser", "owninguser"),
        "business_unit": ("businessunit", "owningbusinessunit"),
    }
    for prefix, (parent, column) in plain.items():
        if column in table.column and table.column[column].kind.is_lookup:
            schema_name = f"{name}_{parent}_{column}" if table.is_activity else f"{prefix}_{name}"
            navigation = f"{column}_{name}" if table.is_activity else column
            yield reference(schema_name, (table, column), tables[parent], navigation, Cascade())
    for column in ("createdby", "createdonbehalfby", "modifiedby", "modifiedonbehalfby"):
        if column in table.column:
            schema_name = f"{name}_systemuser_{column}" if table.is_activity else f"lk_{name}_{column}"
            navigation = f"{column}_{name}" if table.is_activity else column
            yield reference(schema_name, (table, column), user, navigation, Cascade())


# Messages that any table takes, and whether steps can be registered for them.
TABLE_MESSAGES = {
    "Associate": True,
    "Create": True,
    "CreateMultiple": True,
    "Delete": True,
    "Disassociate": True,
    "Retrieve": True,
    "RetrieveMultiple": True,
    "SetState": True,
    "Update": True,
    "UpdateMultiple": True,
    "IsValidStateTransition": False,
    "Upsert": False,
    "UpsertMultiple": False,
}
# Messages that only tables with owners take.
OWNED_MESSAGES = {
    "Assign": True,
    "GrantAccess": True,
    "ModifyAccess": True,
    "RetrievePrincipalAccess": True,
    "RetrieveSharedPrincipalsAndAccess": True,
    "RevokeAccess": True,
}
# Messages that belong to no table.
GLOBAL_MESSAGES = ("RetrieveAccessOrigin", "RetrieveVersion", "WhoAmI")


def message_filters(table: Table) -> tuple[MessageFilter, ...]:
    """The rows of ``sdkmessagefilters`` for the standard messages on a table."""
    messages = {**TABLE_MESSAGES, **(OWNED_MESSAGES if table.ownership == "UserOwned" else {})}
    return tuple(MessageFilter(name, table.logical_name, allowed) for name, allowed in messages.items())


PRIORITIES = options((0, "Low", "Bassa"), (1, "Normal", "Normale"), (2, "High", "Alta"))
