"""The faults of rows: which there are, and which were asked for. All that is declared stays right.

A fault is named by the requirement of the kit that it breaks, spelt here from the emulator's own description, and by
its kind, since some can be broken in more ways than one: ``ID#kind``; the plain ``ID`` is the first kind. What each
one does stands in ``faulty_rows``; docs/row-faults.md says it in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from dataverse_tck.emulator.faults.denial_kinds import denials
from dataverse_tck.emulator.faults.errors import UnknownFaultError, unknown
from dataverse_tck.emulator.faults.metadata_faults import known_metadata_faults
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.organisation.customer_service import CHANNELS, MANY_TO_ONE
from dataverse_tck.emulator.organisation.engagement import ONE_TO_MANY
from dataverse_tck.emulator.organisation.model import (
    Cascade,
    CascadeType,
    Column,
    Kind,
    Organisation,
    PrivateTable,
    Relationship,
    Table,
)

PREFIX = "derived/"
CHANNEL, REGARDING, ROUTABLE = "msdyn_channel", "regardingobjectid", "msdyn_routableobjectid"
WRONG_TABLE = "account"  # what a link is said to lead to when it is not said rightly
_CHANNEL_ID = f"{PREFIX}column/{CHANNEL}"
_COLUMN_ID, _RELATIONSHIP_ID = f"{PREFIX}column", f"{PREFIX}relationship"
_UPWARDS = {"one-direction": ("deletes", "assigns", "shares")}
# Sorts of numbers that are not offered, each taken wrongly by faults of its own: ``faults.unlisted`` tells them apart.
SORTS = ("neighbour", "gap", "shorter", "longer", "other-choice", "beyond-32-bits")
TARGETS = {
    column: frozenset(item.referenced_entity for item in MANY_TO_ONE if item.referencing_attribute == column)
    for column in (REGARDING, ROUTABLE)
}
LINK_KINDS = ("accepted", "ignored", "ignored-late")  # how links are taken that are to be refused
# Of the six relationships whose actions cascade, and of the one whose actions do not.
_CASCADING = {
    "delete": ("survives", "dangling", "others", "restricted"),
    "assign": ("unchanged", "others"),
    "share": ("missing", "rights", "others"),
    "unshare": ("leaves", "direct"),
    "reparent": ("missing",),
    "share-of-new": ("missing",),
    **{f"{action}-of-closed": ("active",) for action in ("delete", "assign", "share", "unshare")},
    **{f"{action}-of-others": ("user-owned",) for action in ("delete", "assign", "share", "unshare")},
    "reparent-cleared": ("kept", "direct"),
    "reparent-moved": ("kept", "direct"),
    **_UPWARDS,
}
_REFERENTIAL = {
    "delete": ("dangling", "cascades", "restricted"),
    "assign": ("cascades",),
    "share": ("cascades",),
    "unshare": ("direct",),
    "reparent": ("cascades",),
    **_UPWARDS,
}
# Of the ways to a many-to-one relationship beside its column, and to a one-to-many one.
_BY_ADDRESS = ("refused", "ignored", "kept")
_WAYS_TO_PARENT = {
    "navigation": ("conversation", "record"),
    "annotated": ("column",),
    "reference": _BY_ADDRESS,
    "reference-back": _BY_ADDRESS,
    "filter": ("column", "along", "nothing"),
    "delete-everywhere": ("lingers", "listed", "column", "below"),
}
_WAYS_TO_CHILD = {
    "related-row": ("refused", "ignored"),
    "navigation": ("empty", "others"),
    "reference": _BY_ADDRESS,
    "filter": ("column", "nothing"),
}
# Kinds that are no more than another setting of the relationship: (aspect, kind) -> the setting.
_SETTINGS = {
    ("delete", "survives"): Cascade(delete=CascadeType.REMOVE_LINK),
    ("delete", "dangling"): Cascade(),
    ("delete", "cascades"): Cascade(delete=CascadeType.CASCADE),
    ("delete", "restricted"): Cascade(delete=CascadeType.RESTRICT),
    ("assign", "unchanged"): Cascade(),
    ("assign", "cascades"): Cascade(assign=CascadeType.CASCADE),
    ("share", "cascades"): Cascade(share=CascadeType.CASCADE),
    ("reparent", "missing"): Cascade(),
    ("reparent", "cascades"): Cascade(reparent=CascadeType.CASCADE),
}

# What conversations were about before, for the fault that lists them there still.
REPLACED_LINKS = PrivateTable(
    "_replaced_links",
    (("childid", Kind.UNIQUE_IDENTIFIER), ("parentid", Kind.UNIQUE_IDENTIFIER), ("parenttype", Kind.ENTITY_NAME)),
)


@dataclass(frozen=True)
class RowFaults:
    """The faults that are on, as (id, kind); false, and quick to ask, when there are none."""

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
    """Whether it is the column of the conversation whose options can be wrong."""
    return column.logical_name == CHANNEL and table.logical_name == NAME


@cache
def known_row_faults() -> dict[str, tuple[str, ...]]:
    """The faults there are: id -> its kinds, the one that the plain id stands for first."""
    known: dict[str, tuple[str, ...]] = {f"{_CHANNEL_ID}/unlisted-refused": ("accepted", "ignored-late")}
    for sort in SORTS:
        more = ("wrapped",) if sort == "beyond-32-bits" else ()
        known[f"{_CHANNEL_ID}/unlisted/{sort}/refused"] = ("accepted", "ignored", "ignored-late", *more)
        known[f"{_CHANNEL_ID}/unlisted/{sort}/beside-refused"] = ("accepted", "dropped")
    for option in CHANNELS:
        known[f"{_CHANNEL_ID}/option/{option.value}/stored"] = ("refused", "ignored")
        known[f"{_CHANNEL_ID}/option/{option.value}/named"] = ("wrong", "missing")
    for column in (ROUTABLE, REGARDING):
        known[f"{_COLUMN_ID}/{column}/non-target-refused"] = ("accepted",)
        known[f"{_COLUMN_ID}/{column}/cleared"] = ("kept",)
        for aspect in ("undeclared-refused", "nobody-refused"):
            known[f"{_COLUMN_ID}/{column}/{aspect}"] = LINK_KINDS
        known[f"{_COLUMN_ID}/{column}/deleted"] = ("lingers", "listed", "below")
    known[f"{_COLUMN_ID}/{REGARDING}/other-target-refused"] = LINK_KINDS
    known[f"{_COLUMN_ID}/{REGARDING}/replaced"] = ("kept", "both")
    for item in MANY_TO_ONE:
        column = item.referencing_attribute
        known[f"{_COLUMN_ID}/{column}/target/{item.referenced_entity}/accepted"] = ("refused", "ignored", "kind")
        aspects = _CASCADING if column == REGARDING else _REFERENTIAL
        for aspect, kinds in (aspects | _WAYS_TO_PARENT).items():
            known[f"{_RELATIONSHIP_ID}/{item.schema_name}/{aspect}"] = kinds
    for item in ONE_TO_MANY:
        for aspect, kinds in _WAYS_TO_CHILD.items():
            known[f"{_RELATIONSHIP_ID}/{item.schema_name}/{aspect}"] = kinds
    return known | {key: (*known.get(key, ()), *kinds) for key, kinds in denials().items()}


def row_faults(ids: Iterable[str]) -> RowFaults:
    """The faults by those ids, each with or without ``#kind``; raises UnknownFaultError."""
    return RowFaults(frozenset(_resolve(fault) for fault in ids))


def with_row_faults(organisation: Organisation, faults: RowFaults) -> Organisation:
    """The organisation by which rows behave: its relationships with the settings that the faults are."""
    if not faults:
        return organisation
    relationships = tuple(_set(item, faults) for item in organisation.relationships)
    return replace(
        organisation, relationships=relationships, private_tables=(*organisation.private_tables, REPLACED_LINKS)
    )


def _set(relationship: Relationship, faults: RowFaults) -> Relationship:
    cascade = relationship.cascade
    for (aspect, kind), setting in _SETTINGS.items():
        if faults.relationship(relationship, aspect, kind):
            cascade = replace(cascade, **{aspect: getattr(setting, aspect)})
    return replace(relationship, cascade=cascade)


def _resolve(fault: str) -> tuple[str, str]:
    identifier, mark, kind = fault.partition("#")
    known = known_row_faults()
    if identifier not in known:
        raise unknown(fault, identifier, [*known, *known_metadata_faults()])
    if mark and kind not in known[identifier]:
        shown = ", ".join(known[identifier])
        raise UnknownFaultError(f"The fault {identifier!r} has no kind {kind!r}; it has: {shown}.")
    return identifier, kind or known[identifier][0]
