"""Organisations that are wrong in exactly the places that were asked for.

A fault is a requirement id of the kit, spelt here from the emulator's own description. On each surface that shows
the requirement it is a pure function from an organisation to an organisation; every surface is rendered from its
own copy, so a fault can be put into one of them alone. Faults compose: each one finds what it changes by an
identity that no other fault changes (a MetadataId, a message, an option value), and they are applied in the order
of ``known_faults``, not of the asking.

Where a broken fact would take another one with it, a stand-in relationship keeps the other one true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cache, partial
from typing import Any

from dataverse_tck.emulator.conversation import CHANNELS as CHANNEL_CHOICE
from dataverse_tck.emulator.conversation import NAME
from dataverse_tck.emulator.conversation import TABLES as BASE_TABLES
from dataverse_tck.emulator.customer_service import CHANNELS, MANY_TO_ONE, MESSAGES, ONE_TO_MANY
from dataverse_tck.emulator.customer_service import TABLES as ADDED_TABLES
from dataverse_tck.emulator.model import (
    CASCADE_MEMBERS,
    EMPTY_GUID,
    ENGLISH,
    MENU_MEMBERS,
    Binding,
    CascadeType,
    Message,
    MessageFilter,
    Operation,
    Organisation,
    Relationship,
    label,
    metadata_id,
)
from dataverse_tck.emulator.platform import TABLES as PLATFORM_TABLES

Break = Callable[[Organisation], Organisation]
SURFACES = (
    "entitydefinitions",
    "optionset",
    "globaloptionset",
    "targets",
    "relationships",
    "csdl",
    "sdkmessages",
    "sdkmessagefilters",
    "customapis",
)
WRONG_TABLE = "account"  # where a fault needs another table of the organisation
WRONG_COLUMN = "createdby"  # and another lookup column: every table has this one
PRINTED_MENU = tuple(name for name in MENU_MEMBERS if name not in ("Icon", "IsCustomizable"))


class UnknownFaultError(ValueError):
    """A fault or a surface that there is none of; the message names the nearest ones."""


@cache
def known_faults() -> dict[str, tuple[str, ...]]:
    """The faults there are: requirement id -> the surfaces on which it can be broken."""
    return {identifier: tuple(breaks) for identifier, breaks in _faults().items()}


def break_(organisation: Organisation, faults: Iterable[str]) -> Mapping[str, Organisation]:
    """The organisation as each surface shows it, wrong in the given faults: ``ID`` or ``ID@SURFACE``."""
    wanted = {pair for fault in faults for pair in _resolve(fault)}
    surfaces = dict.fromkeys(SURFACES, organisation)
    if wanted:
        for identifier, breaks in _faults().items():
            for surface, apply in breaks.items():
                if (identifier, surface) in wanted:
                    surfaces[surface] = apply(surfaces[surface])
    return surfaces


def _resolve(fault: str) -> list[tuple[str, str]]:
    identifier, at, surface = fault.partition("@")
    known = known_faults()
    if identifier not in known:
        raise UnknownFaultError(f"Unknown fault {identifier!r}.{_nearest(identifier, known)}")
    if at and surface not in known[identifier]:
        shown = ", ".join(known[identifier])
        raise UnknownFaultError(f"The fault {identifier!r} has no surface {surface!r}; it has: {shown}.")
    return [(identifier, one) for one in ([surface] if at else known[identifier])]


def _nearest(identifier: str, known: Iterable[str]) -> str:
    close = get_close_matches(identifier, known, n=3)
    return f" The nearest ones are: {', '.join(close)}." if close else ""


@cache
def _faults() -> dict[str, dict[str, Break]]:
    """All faults in the order in which they are applied: requirement id -> surface -> what to do."""
    faults: dict[str, dict[str, Break]] = {
        f"table/{NAME}/exists": {"entitydefinitions": _without_table, "csdl": _without_table},
        f"table/{NAME}/display-name": {"entitydefinitions": _renamed_table},
    }
    for message in MESSAGES:
        faults |= _message_faults(message)
    for value in (option.value for option in CHANNELS):
        option = f"column/msdyn_channel/option/{value}"
        for name, apply in (("exists", _without_option), ("label", _relabelled_option)):
            surfaces = ("optionset", "globaloptionset")
            faults[f"{option}/{name}"] = dict.fromkeys(surfaces, partial(apply, value=value))
    for relationship in MANY_TO_ONE:
        faults |= _many_to_one_faults(relationship)
    for index, relationship in enumerate(ONE_TO_MANY):
        faults |= _one_to_many_faults(relationship, _OTHER_CHILDREN[index])
    # After the faults that add stand-ins, so that a missing target is missing from those as well.
    for relationship in MANY_TO_ONE:
        wrong = partial(_without_target, relationship=relationship)
        identifier = f"column/{relationship.referencing_attribute}/target/{relationship.referenced_entity}"
        faults[identifier] = dict.fromkeys(("targets", "relationships", "csdl"), wrong)
    return faults


# --- the table -------------------------------------------------------------------------------------------------


def _without_table(organisation: Organisation) -> Organisation:
    tables = tuple(table for table in organisation.tables if table.logical_name != NAME)
    return replace(organisation, tables=tables)


def _renamed_table(organisation: Organisation) -> Organisation:
    tables = tuple(
        replace(table, label=table.label.with_text(ENGLISH, "Dialogue"))
        if table.logical_name == NAME
        else table
        for table in organisation.tables
    )
    return replace(organisation, tables=tables)


# --- messages --------------------------------------------------------------------------------------------------


def _message_faults(message: str) -> dict[str, dict[str, Break]]:
    def operation(**changes: Any) -> Break:
        return partial(_operations, message=message, changes=changes)

    def api(**changes: Any) -> Break:
        return partial(_custom_apis, message=message, changes=changes)

    def filters(**changes: Any) -> Break:
        return partial(_filters, message=message, changes=changes)

    absent = {
        "csdl": partial(_without_operation, message=message),
        "sdkmessages": partial(_without_message, message=message),
    }
    name = f"message/{message}"
    return {
        f"{name}/exists": absent,
        f"{name}/is-action": {"csdl": operation(kind="Function"), "customapis": api(kind="Function")},
        f"{name}/not-event": {
            "sdkmessagefilters": filters(custom_step_allowed=True, visible=True),
            "customapis": partial(_steps_allowed, message=message),
        },
        f"{name}/on-table": {
            "csdl": operation(bound_to=WRONG_TABLE),
            "sdkmessagefilters": filters(table=WRONG_TABLE),
            "customapis": api(bound_to=WRONG_TABLE),
        },
    }


def _changed_operation(operation: Operation, changes: Mapping[str, Any]) -> Operation:
    changed = replace(operation, **changes)
    if "bound_to" in changes and changed.binding is Binding.UNBOUND:
        changed = replace(changed, binding=Binding.ENTITY)
    return changed


def _operations(organisation: Organisation, message: str, changes: Mapping[str, Any]) -> Organisation:
    operations = tuple(
        _changed_operation(item, changes) if item.name == message else item
        for item in organisation.operations
    )
    return replace(organisation, operations=operations)


def _custom_apis(organisation: Organisation, message: str, changes: Mapping[str, Any]) -> Organisation:
    apis = tuple(
        replace(api, operation=_changed_operation(api.operation, changes))
        if api.operation.name == message
        else api
        for api in organisation.custom_apis
    )
    return replace(organisation, custom_apis=apis)


def _steps_allowed(organisation: Organisation, message: str) -> Organisation:
    apis = tuple(
        replace(api, step_type=2) if api.operation.name == message else api
        for api in organisation.custom_apis
    )
    return replace(organisation, custom_apis=apis)


def _filters(organisation: Organisation, message: str, changes: Mapping[str, Any]) -> Organisation:
    def changed(item: MessageFilter) -> MessageFilter:
        return replace(item, **changes) if item.message == message else item

    return replace(organisation, message_filters=tuple(map(changed, organisation.message_filters)))


def _without_operation(organisation: Organisation, message: str) -> Organisation:
    operations = tuple(item for item in organisation.operations if item.name != message)
    return replace(organisation, operations=operations)


def _without_message(organisation: Organisation, message: str) -> Organisation:
    return replace(organisation, messages=tuple(m for m in organisation.messages if m != Message(message)))


# --- options ---------------------------------------------------------------------------------------------------


def _without_option(organisation: Organisation, value: int) -> Organisation:
    choices = tuple(
        replace(choice, options=tuple(option for option in choice.options if option.value != value))
        if choice.name == CHANNEL_CHOICE
        else choice
        for choice in organisation.choices
    )
    return replace(organisation, choices=choices)


def _relabelled_option(organisation: Organisation, value: int) -> Organisation:
    choices = tuple(
        replace(
            choice,
            options=tuple(
                replace(option, label=option.label.with_text(ENGLISH, f"Channel {value}"))
                if option.value == value
                else option
                for option in choice.options
            ),
        )
        if choice.name == CHANNEL_CHOICE
        else choice
        for choice in organisation.choices
    )
    return replace(organisation, choices=choices)


# --- relationships ---------------------------------------------------------------------------------------------


def _many_to_one_faults(relationship: Relationship) -> dict[str, dict[str, Break]]:
    changed = partial(partial, _changed_relationship, relationship)
    other = f"{relationship.schema_name}_other"
    navigation = f"{relationship.referencing_navigation}_other"
    parent = {table.logical_name: table for table in (*PLATFORM_TABLES, *BASE_TABLES, *ADDED_TABLES)}[
        relationship.referenced_entity
    ]
    replaced = {
        "ReferencedEntity": changed(stand_in=True, referenced_entity=WRONG_TABLE),
        "ReferencedAttribute": changed(referenced_attribute=parent.primary_name),
        "ReferencingAttribute": changed(stand_in=True, referencing_attribute=WRONG_COLUMN),
        "ReferencingEntityNavigationPropertyName": changed(referencing_navigation=navigation),
    }
    name = f"relationship/{relationship.schema_name}"
    faults: dict[str, dict[str, Break]] = {
        f"{name}/exists": {
            "relationships": changed(schema_name=other),
            "csdl": changed(referencing_navigation=navigation, referenced_navigation=other),
        }
    }
    for property_, apply in replaced.items():
        faults[f"{name}/{property_}"] = dict.fromkeys(("relationships", "csdl"), apply)
    for member, attribute in CASCADE_MEMBERS.items():
        right = getattr(relationship.cascade, attribute)
        wrong = CascadeType.CASCADE if right is CascadeType.NO_CASCADE else CascadeType.NO_CASCADE
        cascade = partial(_changed_part, relationship, "cascade", {attribute: wrong})
        faults[f"{name}/cascade/{member}"] = {"relationships": cascade}
    return faults


def _one_to_many_faults(relationship: Relationship, other_child: str) -> dict[str, dict[str, Break]]:
    changed = partial(partial, _changed_relationship, relationship)
    collection = f"{relationship.referenced_navigation}_other"
    replaced = {
        "exists": partial(_without_relationship, relationship),
        "ReferencingEntity": partial(_moved_to_child, relationship, other_child),
        "ReferencingAttribute": changed(referencing_attribute=WRONG_COLUMN),
        "ReferencedEntityNavigationPropertyName": changed(referenced_navigation=collection),
    }
    name = f"relationship/{relationship.schema_name}"
    faults: dict[str, dict[str, Break]] = {
        f"{name}/{property_}": dict.fromkeys(("relationships", "csdl"), apply)
        for property_, apply in replaced.items()
    }
    faults[f"{name}/IsCustomizable"] = {
        "relationships": changed(is_customizable=not relationship.is_customizable)
    }
    for member in PRINTED_MENU:
        wrong = partial(_changed_part, relationship, "menu", {MENU_MEMBERS[member]: _WRONG_MENU[member]})
        faults[f"{name}/menu/{member}"] = {"relationships": wrong}
    return faults


_WRONG_MENU: dict[str, Any] = {
    "AvailableOffline": False,
    "Behavior": "DoNotDisplay",
    "Group": "Service",
    "Label": label("Related"),
    "MenuId": "navRelated",
    "Order": 20000,
    "QueryApi": "CRMAPI.Query",
    "ViewId": EMPTY_GUID[:-1] + "1",
}
# A child of its own for each one-to-many relationship that is moved: no two share navigation properties.
_OTHER_CHILDREN = tuple(
    table.logical_name
    for table in (*PLATFORM_TABLES, *ADDED_TABLES)
    if table.logical_name not in {"activitypointer", "owner", *(r.referencing_entity for r in ONE_TO_MANY)}
)


def _changed_relationship(
    relationship: Relationship, organisation: Organisation, *, stand_in: bool = False, **changes: Any
) -> Organisation:
    """Change the relationship that is served under the identity of this one."""
    relationships = tuple(
        replace(item, **changes) if item.id == relationship.id else item
        for item in organisation.relationships
    )
    if stand_in:
        standing = _stand_in(relationship)
        if standing.id not in {item.id for item in relationships}:
            relationships = (*relationships, standing)
    return replace(organisation, relationships=relationships)


def _stand_in(relationship: Relationship) -> Relationship:
    """Another relationship over the same column to the same table: what Targets says stays true."""
    schema_name = f"{relationship.schema_name}_standin"
    return replace(
        relationship,
        id=metadata_id("relationship", schema_name),
        schema_name=schema_name,
        referencing_navigation=f"{relationship.referencing_navigation}_standin",
        referenced_navigation=schema_name,
    )


def _changed_part(
    relationship: Relationship, part: str, changes: Mapping[str, Any], organisation: Organisation
) -> Organisation:
    relationships = tuple(
        replace(item, **{part: replace(getattr(item, part), **changes)})
        if item.id == relationship.id
        else item
        for item in organisation.relationships
    )
    return replace(organisation, relationships=relationships)


def _without_relationship(relationship: Relationship, organisation: Organisation) -> Organisation:
    relationships = tuple(item for item in organisation.relationships if item.id != relationship.id)
    return replace(organisation, relationships=relationships)


def _moved_to_child(relationship: Relationship, child: str, organisation: Organisation) -> Organisation:
    """Let another table refer to the conversation, through a lookup column of the documented name."""
    right = organisation.table.get(relationship.referencing_entity)
    column = right.column[relationship.referencing_attribute] if right else None
    tables = tuple(
        table.with_columns(column) if table.logical_name == child and column else table
        for table in organisation.tables
    )
    moved = _changed_relationship(relationship, organisation, referencing_entity=child)
    return replace(moved, tables=tables)


def _without_target(organisation: Organisation, relationship: Relationship) -> Organisation:
    """Point every relationship from the column to this target at another table."""
    joined = (relationship.referencing_attribute, relationship.referenced_entity)
    relationships = tuple(
        replace(item, referenced_entity=WRONG_TABLE)
        if item.id == relationship.id
        or (
            item.referencing_entity == NAME and (item.referencing_attribute, item.referenced_entity) == joined
        )
        else item
        for item in organisation.relationships
    )
    return replace(organisation, relationships=relationships)
