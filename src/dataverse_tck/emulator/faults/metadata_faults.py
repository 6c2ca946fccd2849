"""Faults of the metadata: organisations that are wrong in exactly the places that were asked for.

A fault is a requirement id of the kit, spelt here from the emulator's own description. On each surface that
shows the requirement it is a pure function from an organisation to an organisation; every surface is rendered
from its own copy, so a fault can be put into one of them alone. Faults compose: each one finds what it
changes by an identity that no other fault changes (a MetadataId, a message, an option's value), and they are
applied in the order of ``_faults``, not of the asking.

Where a broken fact would take another one with it, a stand-in relationship keeps the other one true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from dataverse_tck.emulator.faults.errors import UnknownFaultError, unknown
from dataverse_tck.emulator.organisation import engagement, platform, scheduling
from dataverse_tck.emulator.organisation.conversation import CHANNELS as CHANNEL_CHOICE
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.organisation.customer_service import CHANNELS, MANY_TO_ONE, MESSAGES
from dataverse_tck.emulator.organisation.engagement import ONE_TO_MANY
from dataverse_tck.emulator.organisation.model import (
    CASCADE_MEMBERS,
    EMPTY_GUID,
    ENGLISH,
    MENU_MEMBERS,
    Binding,
    CascadeType,
    Label,
    Operation,
    Option,
    Organisation,
    Relationship,
    label,
    metadata_id,
)

Break = Callable[[Organisation], Organisation]
Faults = dict[str, dict[str, Break]]  # requirement id -> surface -> what is done to its organisation
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
WRONG_COLUMN = "createdby"  # and another lookup column, which every table has
WRONG_MENU: dict[str, Any] = {
    "AvailableOffline": False,
    "Behavior": "DoNotDisplay",
    "Group": "Service",
    "Label": label("Related"),
    "MenuId": "navRelated",
    "Order": 20000,
    "QueryApi": "CRMAPI.Query",
    "ViewId": EMPTY_GUID[:-1] + "1",
}
_TABLES = {table.logical_name: table for table in (*platform.TABLES, *scheduling.TABLES, *engagement.TABLES)}
# A child of its own for each one-to-many relationship that is moved: no two share navigation properties.
_OTHER_CHILDREN = tuple(
    name
    for name in _TABLES
    if name not in {"activitypointer", "owner", *(item.referencing_entity for item in ONE_TO_MANY)}
)


@cache
def known_metadata_faults() -> dict[str, tuple[str, ...]]:
    """The faults there are: requirement id -> the surfaces on which it can be broken.

    Some can be broken in a second way, ``ID#kind``: these are ``known_second_ways``.
    """
    return {identifier: tuple(breaks) for identifier, breaks in _faults().items() if "#" not in identifier}


@cache
def known_second_ways() -> dict[str, tuple[str, ...]]:
    """Further kinds of faults, ``ID#kind`` -> the surfaces: ``#empty`` labels are there and say nothing."""
    return {identifier: tuple(breaks) for identifier, breaks in _faults().items() if "#" in identifier}


def with_metadata_faults(organisation: Organisation, ids: Iterable[str]) -> Mapping[str, Organisation]:
    """The organisation as each surface shows it, wrong in the given faults: ``ID`` or ``ID@SURFACE``."""
    wanted = {pair for fault in ids for pair in _resolve(fault)}
    surfaces = dict.fromkeys(SURFACES, organisation)
    if wanted:
        for identifier, breaks in _faults().items():
            for surface, apply in breaks.items():
                if (identifier, surface) in wanted:
                    surfaces[surface] = apply(surfaces[surface])
    return surfaces


def _resolve(fault: str) -> list[tuple[str, str]]:
    identifier, at, surface = fault.partition("@")
    known = {**known_metadata_faults(), **known_second_ways()}
    if identifier not in known:
        raise unknown(identifier, identifier, known)
    if at and surface not in known[identifier]:
        shown = ", ".join(known[identifier])
        raise UnknownFaultError(f"The fault {identifier!r} has no surface {surface!r}; it has: {shown}.")
    return [(identifier, one) for one in ([surface] if at else known[identifier])]


@cache
def _faults() -> Faults:
    """All faults in the order in which they are applied."""
    conversation = _is("logical_name", NAME)
    faults: Faults = {
        f"table/{NAME}/exists": _on(_drop("tables", conversation), "entitydefinitions", "csdl"),
        f"table/{NAME}/display-name": _on(
            _edit("tables", conversation, lambda table: replace(table, label=_reworded(table, "Dialogue"))),
            "entitydefinitions",
        ),
        f"table/{NAME}/display-name#empty": _on(
            _edit("tables", conversation, lambda table: replace(table, label=Label())), "entitydefinitions"
        ),
    }
    for message in MESSAGES:
        faults |= _message(message)
    for option in CHANNELS:
        faults |= _option(option.value)
    for relationship in MANY_TO_ONE:
        faults |= _many_to_one(relationship)
    for relationship, other_child in zip(ONE_TO_MANY, _OTHER_CHILDREN, strict=False):
        faults |= _one_to_many(relationship, other_child)
    # After the faults that add stand-ins, so that a missing target is missing from those as well.
    for relationship in MANY_TO_ONE:
        faults |= _target(relationship)
    return faults


# How an organisation is changed


def _on(apply: Break, *surfaces: str) -> dict[str, Break]:
    return dict.fromkeys(surfaces, apply)


def _is(attribute: str, value: object) -> Callable[[Any], bool]:
    return lambda item: getattr(item, attribute) == value


def _edit(part: str, where: Callable[[Any], bool], change: Callable[[Any], Any]) -> Break:
    """Change those members of a part of the organisation."""

    def apply(organisation: Organisation) -> Organisation:
        changed = (change(item) if where(item) else item for item in getattr(organisation, part))
        return _with(organisation, part, changed)

    return apply


def _drop(part: str, where: Callable[[Any], bool]) -> Break:
    """Leave those members of a part of the organisation out."""

    def apply(organisation: Organisation) -> Organisation:
        return _with(organisation, part, (item for item in getattr(organisation, part) if not where(item)))

    return apply


def _with(organisation: Organisation, part: str, items: Iterable[Any]) -> Organisation:
    changes: dict[str, Any] = {part: tuple(items)}
    return replace(organisation, **changes)


def _then(first: Break, second: Break) -> Break:
    return lambda organisation: second(first(organisation))


def _reworded(item: Any, text: str) -> Any:
    """The label of an item with another English text; other languages stay."""
    return item.label.with_text(ENGLISH, text)


# Messages


def _message(message: str) -> Faults:
    operation, row = _is("name", message), _is("message", message)

    def api(item: Any) -> bool:
        return operation(item.operation)

    def elsewhere(item: Operation) -> Operation:
        binding = Binding.ENTITY if item.binding is Binding.UNBOUND else item.binding
        return replace(item, binding=binding, bound_to=WRONG_TABLE)

    def function(item: Operation) -> Operation:
        return replace(item, kind="Function")

    name = f"message/{message}"
    return {
        f"{name}/exists": {
            "csdl": _drop("operations", operation),
            "sdkmessages": _drop("messages", operation),
        },
        f"{name}/is-action": {
            "csdl": _edit("operations", operation, function),
            "customapis": _edit("custom_apis", api, lambda item: replace(item, operation=function(item.operation))),
        },
        f"{name}/not-event": {
            "sdkmessagefilters": _edit(
                "message_filters", row, lambda item: replace(item, custom_step_allowed=True, visible=True)
            ),
            "customapis": _edit("custom_apis", api, lambda item: replace(item, step_type=2)),
        },
        f"{name}/on-table": {
            "csdl": _edit("operations", operation, elsewhere),
            "sdkmessagefilters": _edit("message_filters", row, lambda item: replace(item, table=WRONG_TABLE)),
            "customapis": _edit("custom_apis", api, lambda item: replace(item, operation=elsewhere(item.operation))),
        },
    }


# Options


def _option(value: int) -> Faults:
    def options(change: Callable[[Option], tuple[Option, ...]]) -> Break:
        return _edit(
            "choices",
            _is("name", CHANNEL_CHOICE),
            lambda choice: replace(
                choice,
                options=tuple(
                    changed
                    for option in choice.options
                    for changed in (change(option) if option.value == value else (option,))
                ),
            ),
        )

    absent = options(lambda _: ())
    reworded = options(lambda option: (replace(option, label=_reworded(option, f"Channel {value}")),))
    emptied = options(lambda option: (replace(option, label=Label()),))
    name = f"column/msdyn_channel/option/{value}"
    return {
        f"{name}/exists": _on(absent, "optionset", "globaloptionset"),
        f"{name}/label": _on(reworded, "optionset", "globaloptionset"),
        f"{name}/label#empty": _on(emptied, "optionset", "globaloptionset"),
    }


# Relationships


def _changed(relationship: Relationship, **changes: Any) -> Break:
    """Change the relationship that is served under the identity of this one."""
    return _edit("relationships", _is("id", relationship.id), lambda item: replace(item, **changes))


def _part(relationship: Relationship, part: str, **changes: Any) -> Break:
    """Change members of its cascade or menu."""
    return _edit(
        "relationships",
        _is("id", relationship.id),
        lambda item: replace(item, **{part: replace(getattr(item, part), **changes)}),
    )


def _stand_in(relationship: Relationship) -> Break:
    """Add another relationship over the same column to the same table: what is a target stays one."""
    schema_name = f"{relationship.schema_name}_standin"
    added = replace(
        relationship,
        id=metadata_id("relationship", schema_name),
        schema_name=schema_name,
        referencing_navigation=f"{relationship.referencing_navigation}_standin",
        referenced_navigation=schema_name,
    )
    return lambda organisation: replace(
        organisation,
        relationships=(*(item for item in organisation.relationships if item.id != added.id), added),
    )


def _many_to_one(relationship: Relationship) -> Faults:
    other = f"{relationship.schema_name}_other"
    navigation = f"{relationship.referencing_navigation}_other"
    wrong_key = _TABLES[relationship.referenced_entity].primary_name
    stand_in = _stand_in(relationship)
    both = ("relationships", "csdl")
    name = f"relationship/{relationship.schema_name}"
    faults: Faults = {
        f"{name}/exists": {
            "relationships": _changed(relationship, schema_name=other),
            "csdl": _changed(relationship, referencing_navigation=navigation, referenced_navigation=other),
        },
        f"{name}/ReferencedEntity": _on(_then(_changed(relationship, referenced_entity=WRONG_TABLE), stand_in), *both),
        f"{name}/ReferencedAttribute": _on(_changed(relationship, referenced_attribute=wrong_key), *both),
        f"{name}/ReferencingAttribute": _on(
            _then(_changed(relationship, referencing_attribute=WRONG_COLUMN), stand_in), *both
        ),
        f"{name}/ReferencingEntityNavigationPropertyName": _on(
            _changed(relationship, referencing_navigation=navigation), *both
        ),
    }
    for member, attribute in CASCADE_MEMBERS.items():
        right = getattr(relationship.cascade, attribute)
        wrong = CascadeType.CASCADE if right is CascadeType.NO_CASCADE else CascadeType.NO_CASCADE
        faults[f"{name}/cascade/{member}"] = _on(_part(relationship, "cascade", **{attribute: wrong}), "relationships")
    return faults


def _one_to_many(relationship: Relationship, other_child: str) -> Faults:
    collection = f"{relationship.referenced_navigation}_other"
    both = ("relationships", "csdl")
    name = f"relationship/{relationship.schema_name}"
    faults: Faults = {
        f"{name}/exists": _on(_drop("relationships", _is("id", relationship.id)), *both),
        f"{name}/ReferencingEntity": _on(_moved(relationship, other_child), *both),
        f"{name}/ReferencingAttribute": _on(_changed(relationship, referencing_attribute=WRONG_COLUMN), *both),
        f"{name}/ReferencedEntityNavigationPropertyName": _on(
            _changed(relationship, referenced_navigation=collection), *both
        ),
        f"{name}/IsCustomizable": _on(
            _changed(relationship, is_customizable=not relationship.is_customizable), "relationships"
        ),
    }
    for member, wrong in WRONG_MENU.items():
        faults[f"{name}/menu/{member}"] = _on(
            _part(relationship, "menu", **{MENU_MEMBERS[member]: wrong}), "relationships"
        )
    return faults


def _moved(relationship: Relationship, child: str) -> Break:
    """Let another table refer to the conversation, through a lookup column of the documented name."""
    documented = _TABLES[relationship.referencing_entity]
    column = documented.column[relationship.referencing_attribute]
    return _then(
        _edit("tables", _is("logical_name", child), lambda table: table.with_columns(column)),
        _changed(relationship, referencing_entity=child),
    )


def _target(relationship: Relationship) -> Faults:
    """Point every relationship from the column to the target at another table."""
    column, target = relationship.referencing_attribute, relationship.referenced_entity

    def joins(item: Relationship) -> bool:
        ends = (item.referencing_entity, item.referencing_attribute, item.referenced_entity)
        return item.id == relationship.id or ends == (NAME, column, target)

    elsewhere = _edit("relationships", joins, lambda item: replace(item, referenced_entity=WRONG_TABLE))
    return {f"column/{column}/target/{target}": _on(elsewhere, "targets", "relationships", "csdl")}
