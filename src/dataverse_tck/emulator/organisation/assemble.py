"""The organisation that the emulator is: the platform, the base product and Customer Service put together."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from dataverse_tck.emulator.organisation import (
    activity,
    conversation,
    customer_service,
    engagement,
    operations,
    platform,
    scheduling,
    security_tables,
    standard_tables,
    system_tables,
)
from dataverse_tck.emulator.organisation.model import (
    ENGLISH,
    Binding,
    Choice,
    Kind,
    Message,
    MessageFilter,
    Organisation,
    Table,
    label,
)

# An abstract base, the sharing table and the tables that describe messages have no messages to be listed.
_WITHOUT_MESSAGES = (platform.OWNER, *security_tables.TABLES, *system_tables.TABLES)


def _conversation(*, multi_select: bool) -> Table:
    table = conversation.CONVERSATION
    if multi_select:
        return table
    single = replace(table.column["msdyn_channel"], kind=Kind.PICKLIST)
    return replace(
        table,
        columns=tuple(single if column.logical_name == single.logical_name else column for column in table.columns),
    )


def _choices(tables: tuple[Table, ...]) -> tuple[Choice, ...]:
    own = {choice.name for choice in conversation.CHOICES}
    channels = Choice(
        conversation.CHANNELS,
        label("Channel", "Canale"),
        conversation.ENTITY_RECORDS + customer_service.CHANNELS,
        is_global=True,
    )
    of_tables = chain.from_iterable(
        chain(
            standard_tables.default_states(table),
            activity.activity_choices(table.logical_name) if table.is_activity else (),
        )
        for table in tables
    )
    return (
        channels,
        *activity.SHARED_CHOICES,
        *platform.CHOICES,
        *system_tables.CHOICES,
        *conversation.CHOICES,
        *(choice for choice in of_tables if choice.name not in own),
    )


def create_organisation(
    *,
    user_language: int = ENGLISH,
    multi_select_channel: bool = True,
    binding: Binding = Binding.ENTITY,
) -> Organisation:
    """The organisation as a user with that language sees it."""
    base = (
        *platform.TABLES,
        *conversation.TABLES,
        *scheduling.TABLES,
        *engagement.TABLES,
        *security_tables.TABLES,
        *system_tables.TABLES,
    )
    tables = tuple(
        _conversation(multi_select=multi_select_channel) if table.logical_name == conversation.NAME else table
        for table in base
    )
    by_name = {table.logical_name: table for table in tables}
    actions = customer_service.actions(binding)
    filters = (
        *chain.from_iterable(
            standard_tables.message_filters(table) for table in tables if table not in _WITHOUT_MESSAGES
        ),
        *(MessageFilter(name, conversation.NAME, custom_step_allowed=False) for name in customer_service.MESSAGES),
    )
    names = dict.fromkeys((*(row.message for row in filters), *standard_tables.GLOBAL_MESSAGES))
    return Organisation(
        tables=tables,
        relationships=(
            *customer_service.MANY_TO_ONE,
            *engagement.ONE_TO_MANY,
            *conversation.RELATIONSHIPS,
            *scheduling.RELATIONSHIPS,
            *engagement.RELATIONSHIPS,
            *platform.RELATIONSHIPS,
            *system_tables.RELATIONSHIPS,
            *chain.from_iterable(standard_tables.system_relationships(table, by_name) for table in tables),
        ),
        many_to_many=platform.MANY_TO_MANY,
        choices=_choices(tables),
        operations=(*actions, *operations.OPERATIONS),
        messages=tuple(Message(name) for name in names),
        message_filters=filters,
        custom_apis=customer_service.custom_apis(actions),
        private_tables=(security_tables.INHERITANCE,),
        user_language=user_language,
    )
