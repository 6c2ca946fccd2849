"""Rows that behave wrongly in exactly the places that were asked for, while all that is declared stays right.

A misbehaviour is named by the requirement of the kit that it breaks, spelt here from the emulator's own description,
and by its kind, since some can be broken in more ways than one: ``ID#kind``; the plain ``ID`` is the first kind. Where
rows behave, they ask ``Misbehaviours`` whether they are to behave otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache

from dataverse_tck.emulator.faults.declared import UnknownFaultError, known_faults
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.organisation.customer_service import CHANNELS, MANY_TO_ONE
from dataverse_tck.emulator.organisation.engagement import ONE_TO_MANY
from dataverse_tck.emulator.organisation.model import Cascade, CascadeType, Column, Organisation, Relationship, Table

PREFIX = "derived/"
CHANNEL, REGARDING, ROUTABLE = "msdyn_channel", "regardingobjectid", "msdyn_routableobjectid"
WRONG_TABLE = "account"  # what a link is said to lead to when it is not said rightly
_CHANNEL_ID = f"{PREFIX}column/{CHANNEL}"
_COLUMN_ID, _RELATIONSHIP_ID = f"{PREFIX}column", f"{PREFIX}relationship"
# Of the six relationships whose actions cascade, and of the one whose actions do not.
_CASCADING = {
    "delete": ("survives", "dangling", "others"),
    "assign": ("unchanged", "others"),
    "share": ("missing", "rights", "others"),
    "unshare": ("leaves", "direct"),
    "reparent": ("missing",),
    "share-of-new": ("missing",),
}
_REFERENTIAL = {
    "delete": ("dangling", "cascades"),
    "assign": ("cascades",),
    "share": ("cascades",),
    "unshare": ("direct",),
    "reparent": ("cascades",),
}
# Kinds that are no more than another setting of the relationship: (aspect, kind) -> the setting.
_SETTINGS = {
    ("delete", "survives"): Cascade(delete=CascadeType.REMOVE_LINK),
    ("delete", "dangling"): Cascade(),
    ("delete", "cascades"): Cascade(delete=CascadeType.CASCADE),
    ("assign", "unchanged"): Cascade(),
    ("assign", "cascades"): Cascade(assign=CascadeType.CASCADE),
    ("share", "cascades"): Cascade(share=CascadeType.CASCADE),
    ("reparent", "missing"): Cascade(),
    ("reparent", "cascades"): Cascade(reparent=CascadeType.CASCADE),
}


@dataclass(frozen=True)
class Misbehaviours:
    """The misbehaviours that are wanted, as (id, kind); false, and quick to ask, when there are none."""

    wanted: frozenset[tuple[str, str]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.wanted)

    def option(self, value: int, aspect: str, kind: str) -> bool:
        """Whether this option of the channel column is to be wrong in that."""
        return bool(self.wanted) and (f"{_CHANNEL_ID}/option/{value}/{aspect}", kind) in self.wanted

    def column(self, column: str, aspect: str, kind: str) -> bool:
        """Whether this column of the conversation is to be wrong in that."""
        return bool(self.wanted) and (f"{_COLUMN_ID}/{column}/{aspect}", kind) in self.wanted

    def target(self, column: str, table: str, kind: str) -> bool:
        """Whether this lookup column of the conversation is to be wrong with rows of that table."""
        return bool(self.wanted) and (f"{_COLUMN_ID}/{column}/target/{table}/accepted", kind) in self.wanted

    def relationship(self, relationship: Relationship | None, aspect: str, kind: str) -> bool:
        """Whether this relationship is to be wrong in that; there may be none."""
        if not self.wanted or relationship is None:
            return False
        return (f"{_RELATIONSHIP_ID}/{relationship.schema_name}/{aspect}", kind) in self.wanted


def is_channel(table: Table, column: Column) -> bool:
    """Whether it is the column of the conversation whose options can misbehave."""
    return column.logical_name == CHANNEL and table.logical_name == NAME


@cache
def known_misbehaviours() -> dict[str, tuple[str, ...]]:
    """The misbehaviours there are: id -> its kinds, the one that the plain id stands for first."""
    known: dict[str, tuple[str, ...]] = {f"{_CHANNEL_ID}/unlisted-refused": ("accepted", "ignored-late")}
    for option in CHANNELS:
        known[f"{_CHANNEL_ID}/option/{option.value}/stored"] = ("refused", "ignored")
        known[f"{_CHANNEL_ID}/option/{option.value}/named"] = ("wrong", "missing")
    for column in (ROUTABLE, REGARDING):
        known[f"{_COLUMN_ID}/{column}/non-target-refused"] = ("accepted",)
        known[f"{_COLUMN_ID}/{column}/cleared"] = ("kept",)
    known[f"{_COLUMN_ID}/{REGARDING}/replaced"] = ("kept", "both")
    for item in MANY_TO_ONE:
        column = item.referencing_attribute
        known[f"{_COLUMN_ID}/{column}/target/{item.referenced_entity}/accepted"] = ("refused", "ignored", "kind")
        aspects = _CASCADING if column == REGARDING else _REFERENTIAL
        for aspect, kinds in aspects.items():
            known[f"{_RELATIONSHIP_ID}/{item.schema_name}/{aspect}"] = kinds
        known[f"{_RELATIONSHIP_ID}/{item.schema_name}/navigation"] = ("conversation", "record")
    for item in ONE_TO_MANY:
        known[f"{_RELATIONSHIP_ID}/{item.schema_name}/related-row"] = ("refused", "ignored")
        known[f"{_RELATIONSHIP_ID}/{item.schema_name}/navigation"] = ("empty", "others")
    return known


def misbehaviours(ids: Iterable[str]) -> Misbehaviours:
    """The misbehaviours by those ids, each with or without ``#kind``; raises UnknownFaultError."""
    return Misbehaviours(frozenset(_resolve(fault) for fault in ids))


def behaving(organisation: Organisation, wrong: Misbehaviours) -> Organisation:
    """The organisation by which rows behave: its relationships with the settings that are wanted."""
    if not wrong:
        return organisation
    return replace(organisation, relationships=tuple(_set(item, wrong) for item in organisation.relationships))


def _set(relationship: Relationship, wrong: Misbehaviours) -> Relationship:
    cascade = relationship.cascade
    for (aspect, kind), setting in _SETTINGS.items():
        if wrong.relationship(relationship, aspect, kind):
            cascade = replace(cascade, **{aspect: getattr(setting, aspect)})
    return replace(relationship, cascade=cascade)


def _resolve(fault: str) -> tuple[str, str]:
    identifier, mark, kind = fault.partition("#")
    known = known_misbehaviours()
    if identifier not in known:
        close = get_close_matches(identifier, [*known, *known_faults()], n=3)
        nearest = f" The nearest ones are: {', '.join(close)}." if close else ""
        raise UnknownFaultError(f"Unknown fault {fault!r}.{nearest}")
    if mark and kind not in known[identifier]:
        shown = ", ".join(known[identifier])
        raise UnknownFaultError(f"The fault {identifier!r} has no kind {kind!r}; it has: {shown}.")
    return identifier, kind or known[identifier][0]
