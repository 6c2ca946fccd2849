"""What the tables that are activities share: the columns of ``activitypointer``."""

from __future__ import annotations

from dataverse_tck.emulator.organisation.builders import (
    APPLICATION,
    PARENTAL,
    SYSTEM,
    boolean_choice,
    choice,
    entity_name,
    identifier,
    integer,
    lookup,
    memo,
    moment,
    options,
    read_only,
    reference,
    text,
    yes_no,
)
from dataverse_tck.emulator.organisation.model import Cascade, Choice, Column, Label, Relationship, Table, label
from dataverse_tck.emulator.organisation.standard_tables import AUDIT_COLUMNS, OWNER_COLUMNS, PRIORITIES, state_columns

SUBJECT = text("Subject", label("Subject", "Oggetto"), 200, APPLICATION)


def activity_columns(table: str) -> tuple[Column, ...]:
    """The columns that each activity has; its choices are named after its own table."""
    return (
        identifier("ActivityId", label("Activity", "Impegno"), SYSTEM),
        SUBJECT,
        memo("Description", label("Description", "Descrizione")),
        read_only(entity_name("ActivityTypeCode", label("Activity Type", "Tipo impegno"), SYSTEM)),
        memo("ActivityAdditionalParams", "Additional Parameters", 8192),
        integer("ActualDurationMinutes", "Actual Duration"),
        moment("ActualEnd", label("Actual End", "Fine effettiva")),
        moment("ActualStart", label("Actual Start", "Inizio effettivo")),
        text("Community", "Social Channel"),
        choice("DeliveryPriorityCode", "Delivery Priority", "activitypointer_deliveryprioritycode", 1),
        read_only(moment("DeliveryLastAttemptedOn", "Date Delivery Last Attempted")),
        text("ExchangeItemId", "Exchange Item ID", 200),
        text("ExchangeWebLink", "Exchange WebLink", 1250),
        yes_no("IsBilled", "Is Billed", f"{table}_isbilled"),
        yes_no("IsMapiPrivate", "Is Private", f"{table}_ismapiprivate"),
        read_only(
            yes_no(
                "IsRegularActivity",
                "Is Regular Activity",
                "activitypointer_isregularactivity",
                default=True,
            )
        ),
        yes_no("IsWorkflowCreated", "Is Workflow Created", f"{table}_isworkflowcreated"),
        read_only(choice("InstanceTypeCode", "Recurring Instance Type", f"{table}_instancetypecode", 0)),
        moment("LastOnHoldTime", "Last On Hold Time"),
        yes_no("LeftVoiceMail", "Left Voice Mail", f"{table}_leftvoicemail"),
        read_only(integer("OnHoldTime", "On Hold Time (Minutes)", minimum=-2147483648)),
        read_only(moment("PostponeActivityProcessingUntil", "Delay activity processing until")),
        choice("PriorityCode", label("Priority", "Priorità"), f"{table}_prioritycode", 1),
        identifier("ProcessId", "Process"),
        lookup("RegardingObjectId", label("Regarding", "Tema")),
        read_only(entity_name("RegardingObjectTypeCode")),
        integer("ScheduledDurationMinutes", "Scheduled Duration"),
        moment("ScheduledEnd", label("Due Date", "Data scadenza")),
        moment("ScheduledStart", label("Start Date", "Data inizio")),
        read_only(moment("SentOn", label("Date Sent", "Data invio"))),
        read_only(identifier("SeriesId", "Series Id")),
        moment("SortDate", "Sort Date"),
        identifier("StageId", "Process Stage"),
        text("TraversedPath", "Traversed Path", 1250),
        *OWNER_COLUMNS,
        *AUDIT_COLUMNS,
    )


def activity_choices(table: str) -> tuple[Choice, ...]:
    """The choices of those columns, but for the states."""
    recurring = options(
        (0, "Not Recurring"),
        (1, "Recurring Master"),
        (2, "Recurring Instance"),
        (3, "Recurring Exception"),
        (4, "Recurring Future Exception"),
    )
    return (
        Choice(f"{table}_prioritycode", label("Priority", "Priorità"), PRIORITIES),
        Choice(f"{table}_instancetypecode", label("Recurring Instance Type"), recurring),
        boolean_choice(f"{table}_isbilled", "Is Billed"),
        boolean_choice(f"{table}_ismapiprivate", "Is Private"),
        boolean_choice(f"{table}_isworkflowcreated", "Is Workflow Created"),
        boolean_choice(f"{table}_leftvoicemail", "Left Voice Mail"),
    )


SHARED_CHOICES = (
    Choice("activitypointer_deliveryprioritycode", label("Delivery Priority"), PRIORITIES, is_global=True),
    boolean_choice("activitypointer_isregularactivity", "Is Regular Activity"),
)


def activity_table(
    name: str,
    entity_set: str,
    names: tuple[Label, Label],
    columns: tuple[Column, ...],
    code: int,
    *,
    edm_base: str = "activitypointer",
    schema_name: str = "",
    is_custom: bool = True,
) -> Table:
    """An activity: keyed by ``activityid``, named by ``subject``, derived from ``activitypointer``."""
    return Table(
        logical_name=name,
        schema_name=schema_name,
        entity_set=entity_set,
        label=names[0],
        collection_label=names[1],
        primary_id="activityid",
        primary_name="subject",
        columns=(*activity_columns(name), *state_columns(name), *columns),
        object_type_code=code,
        is_activity=True,
        is_custom=is_custom,
        edm_base=edm_base,
    )


def regarding(activity: Table, parent: Table, cascade: Cascade = PARENTAL) -> Relationship:
    """The relationship that makes ``parent`` something that an activity can be about."""
    name = activity.logical_name
    return reference(
        f"{parent.logical_name}_{name}s",
        (activity, "regardingobjectid"),
        parent,
        f"regardingobjectid_{parent.logical_name}_{name}",
        cascade,
    )
