"""What rows do wrongly where a fault is on, and rightly everywhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import sqlalchemy as sa

from dataverse_tck.emulator.faults import denials, faulty_cascades, faulty_links
from dataverse_tck.emulator.faults.denial_kinds import DISGUISE
from dataverse_tck.emulator.faults.faulty_links import misled
from dataverse_tck.emulator.faults.remains import Remains
from dataverse_tck.emulator.faults.row_faults import (
    LINK_KINDS,
    REGARDING,
    REPLACED_LINKS,
    TARGETS,
    WRONG_TABLE,
    RowFaults,
    is_channel,
)
from dataverse_tck.emulator.faults.table_faults import TableFaults
from dataverse_tck.emulator.faults.unlisted import sort_of, take
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.organisation.model import Column, Kind, Relationship, Table
from dataverse_tck.emulator.ownership import inheritance
from dataverse_tck.emulator.ownership.cascade_reach import Action, Rows, children
from dataverse_tck.emulator.protocol.errors import ODataError, bad_payload, unexpected_error, value_out_of_range
from dataverse_tck.emulator.protocol.namespace import NAMESPACE
from dataverse_tck.emulator.store.navigation import refers, source
from dataverse_tck.emulator.store.rendering import FORMATTED, LOOKUP_TABLE, NAVIGATION, reference_in
from dataverse_tck.emulator.store.sql_tables import TYPE_SUFFIX
from dataverse_tck.emulator.store.values import OUT_OF_RANGE, cell, numbers_in
from dataverse_tck.emulator.store.work import Reference, RowBehaviour, Work
from dataverse_tck.jsontypes import Json

_STOPPED = {Action.SHARE: "missing", Action.UNSHARE: "leaves"}  # the kinds by which an action does not go on


class FaultyRows(RowBehaviour):
    """Rows with faults, and tables with those of their own."""

    def __init__(self, rows: RowFaults, tables: TableFaults | None = None) -> None:
        self.faults = rows
        self.tables = tables or TableFaults()
        self._remains = Remains(rows)
        self._late: list[tuple[sa.Connection, ODataError]] = []  # refusals of what is kept all the same

    def before_enter(self, work: Work, table: Table) -> None:
        """Serve no rows of some tables."""
        denials.refuse_set(self.faults, table)

    def before_step(self, work: Work, table: Table, name: str) -> None:
        """Let some navigation properties not be followed."""
        denials.refuse_step(self.faults, table, name, work.caller)

    def expanded(self, table: Table, name: str, document: dict[str, Json]) -> None:
        """Let some navigation properties not be expanded."""
        denials.expanded(self.faults, table, name, document)

    def before_create(self, work: Work, table: Table) -> None:
        """Refuse the rows of tables that a fault forbids to create."""
        self.tables.refuse_creation(table, work.caller)

    def cells_of(self, work: Work, table: Table, column: Column, value: Json) -> dict[str, Any]:
        """Take or refuse channels wrongly; no cell where the write is ignored."""
        if not self.faults or value is None or not is_channel(table, column):
            return super().cells_of(work, table, column, value)
        unchecked = replace(column, choice=None)
        offered = [option.value for option in work.organisation.choice[column.choice or ""].options]
        given = numbers_in(cell(work.organisation, table, unchecked, value))
        is_wrong = partial(self.faults.column, column.logical_name)
        taken = take(work.organisation, is_wrong, given, offered)
        if taken.refused is not None:
            refusal = _out_of_range(table, column, taken.refused, offered)
            if sort_of(work.organisation, taken.refused, offered) is None:
                refusal = denials.in_form(self.faults, column.logical_name, "unlisted-refused", refusal)
            self._refuse(work, refusal, late=taken.late)
        self._refuse_offered(work, table, column, given, offered)
        if taken.ignored or any(self.faults.option(number, "stored", "ignored") for number in given):
            return {}
        if any(self.faults.option(number, "stored", DISGUISE) for number in given):
            self._late.append((work.connection, denials.in_disguise(unexpected_error())))
        numbers = taken.stored
        written = ",".join(map(str, numbers)) if column.kind is Kind.MULTI_SELECT else numbers[0]
        return {column.logical_name: cell(work.organisation, table, unchecked, written)}

    def _refuse_offered(
        self, work: Work, table: Table, column: Column, given: tuple[int, ...], offered: list[int]
    ) -> None:
        for number in given:
            denials.refuse_option(self.faults, table, number, work.caller)
            if self.faults.option(number, "stored", "refused"):
                raise _out_of_range(table, column, number, [other for other in offered if other != number])

    def _refuse(self, work: Work, refusal: ODataError, *, late: bool) -> None:
        """Refuse at once, or after the row was kept."""
        if not late:
            raise refusal
        self._late.append((work.connection, refusal))

    def after_commit(self, work: Work) -> None:
        """Refuse what is kept all the same."""
        late, self._late = self._late, []
        for connection, refusal in late:
            if connection is work.connection:
                raise refusal

    def bound(
        self, work: Work, table: Table, navigation: str, url: Json, right: Callable[[], dict[str, Reference | None]]
    ) -> dict[str, Reference | None]:
        """Take or ignore links of the conversation that are to be refused."""
        try:
            return right()
        except ODataError as refusal:
            wrong = misled(work, table, navigation, url) if self.faults else None
            kind = next(
                (kind for kind in LINK_KINDS if wrong and self.faults.column(wrong.column, wrong.aspect, kind)), ""
            )
            if wrong is None or not kind:
                raise
            if kind == "ignored-late":
                self._refuse(work, refusal, late=True)
            return {} if kind == "ignored" else {wrong.column: wrong.reference}

    def check_target(self, relationship: Relationship, reference: Reference, entity_set: str) -> None:
        """Let links of the conversation lead to tables that the column has no property for."""
        column = relationship.referencing_attribute
        is_alien = relationship.referencing_entity == NAME and reference.table not in TARGETS.get(column, ())
        if is_alien and self.faults.column(column, "non-target-refused", "accepted"):
            return
        try:
            super().check_target(relationship, reference, entity_set)
        except ODataError as refusal:
            if not is_alien:
                raise
            raise denials.in_form(self.faults, column, "non-target-refused", refusal) from refusal

    def before_write(self, work: Work, table: Table, cells: dict[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
        """Refuse links, or leave them as they are: of a new row, empty."""
        if not self.faults:
            return cells
        links = {name: cells[name] for name in cells if table.column[name].kind.is_lookup}
        for name, link in links.items():
            self._deny(work, table, name, reference_in(row, name), link)
        ignored = {
            name for name, link in links.items() if self._ignores(work, table, name, reference_in(row, name), link)
        }
        if not row:
            return cells | dict.fromkeys(ignored)
        return {name: value for name, value in cells.items() if name not in ignored}

    def _deny(self, work: Work, table: Table, column: str, before: Reference | None, link: Reference | None) -> None:
        """Refuse a link or its clearing where all that is like it is allowed; or say so, and do it."""
        key = (table.logical_name, column, link.table) if link else None
        relationship = work.organisation.relationship_over.get(key) if key else None
        if (link or before) and denials.is_disguised(self.faults, table, relationship, column):
            self._late.append((work.connection, denials.in_disguise(unexpected_error())))
        if link is not None:
            replaces, foreign = _is_replacement(column, before, link), _belongs_to_another(work, link)
            denials.refuse_link(self.faults, table, relationship, work.caller, replaces=replaces, foreign=foreign)
        elif before is not None:
            denials.refuse_clearing(self.faults, table, column, work.caller)

    def _ignores(self, work: Work, table: Table, column: str, before: Reference | None, link: Reference | None) -> bool:
        """Whether a lookup stays as it is; raises 400 where the link is refused."""
        faults, is_conversation = self.faults, table.logical_name == NAME
        if link is None:
            return is_conversation and faults.column(column, "cleared", "kept")
        relationship = work.organisation.relationship_over.get((table.logical_name, column, link.table))
        if faults.relationship(relationship, "related-row", "refused") or (
            is_conversation and faults.target(column, link.table, "refused")
        ):
            reason = f"The property '{column}' does not take rows of '{NAMESPACE}.{link.table}'."
            raise bad_payload(table.entity_set, reason)
        if faults.relationship(relationship, "related-row", "ignored"):
            return True
        if not is_conversation:
            return False
        kept = _is_replacement(column, before, link) and faults.column(column, "replaced", "kept")
        return kept or faults.target(column, link.table, "ignored")

    def after_link(self, work: Work, row: Reference, column: str, old: Reference | None, new: Reference | None) -> None:
        """Note what a conversation was about before, where its collection is to go on listing the conversation; take
        what was granted on the conversation itself as well."""
        over = None if old is None else work.organisation.relationship_over.get((row.table, column, old.table))
        if self.faults.relationship(over, faulty_cascades.end_of(new), "direct"):
            faulty_cascades.take_direct(work, row)
        if old is None or row.table != NAME or not self.faults.column(column, "replaced", "both"):
            return
        if _is_replacement(column, old, new):
            replaced = work.database.private_tables[REPLACED_LINKS.name]
            pair = {"childid": row.id, "parentid": old.id, "parenttype": old.table}
            if work.connection.execute(sa.select(replaced).filter_by(**pair)).first() is None:
                work.connection.execute(replaced.insert().values(pair))

    def rendered(
        self, work: Work, table: Table, cells: Mapping[str, Any], document: dict[str, Json]
    ) -> dict[str, Json]:
        """Name channels wrongly or not at all, and the tables that lookups of the conversation lead to."""
        if not self.faults or table.logical_name != NAME:
            return document
        for column in table.columns:
            if column.kind.is_lookup:
                key = f"_{column.logical_name}_value@{LOOKUP_TABLE}"
                if key in document and self.faults.target(column.logical_name, document[key], "kind"):
                    document[key] = WRONG_TABLE
                self._mislead(work, column, cells, document)
            elif is_channel(table, column) and f"{column.logical_name}@{FORMATTED}" in document:
                self._misname(column, cells[column.logical_name], document)
        return document

    def _mislead(self, work: Work, column: Column, cells: Mapping[str, Any], document: dict[str, Json]) -> None:
        """Name the column where the navigation property of a lookup is to be named."""
        key = f"_{column.logical_name}_value@{NAVIGATION}"
        link = reference_in(cells, column.logical_name) if key in document else None
        over = link and work.organisation.relationship_over.get((NAME, column.logical_name, link.table))
        if self.faults.relationship(over or None, "annotated", "column"):
            document[key] = column.logical_name

    def _misname(self, column: Column, stored: int | str, document: dict[str, Json]) -> None:
        key, numbers = f"{column.logical_name}@{FORMATTED}", numbers_in(stored)
        if any(self.faults.option(number, "named", "missing") for number in numbers):
            del document[key]
            return
        names = document[key].split("; ") if column.kind is Kind.MULTI_SELECT else [document[key]]
        document[key] = "; ".join(
            f"Channel {number}" if self.faults.option(number, "named", "wrong") else name
            for number, name in zip(numbers, names, strict=True)
        )

    def takes_address(self, work: Work, table: Table, navigation: str, *, linking: bool) -> bool:
        """Refuse or ignore what is linked or freed by address."""
        return faulty_links.takes_address(self.faults, work, table, navigation, linking=linking)

    def filtered(
        self, work: Work, table: Table, text: str, condition: sa.ColumnElement[bool]
    ) -> sa.ColumnElement[bool]:
        """Let everything through, or nothing."""
        return faulty_links.filtered(self.faults, work, table, text, condition) if self.faults else condition

    def before_delete(self, work: Work, row: Reference) -> None:
        """Keep something of it."""
        if self.faults:
            self._remains.before_delete(work, row)

    def remains(self, row: Reference, *, below: bool) -> dict[str, Any] | None:
        """What was kept."""
        return self._remains.of(row, below=below)

    def found(
        self, table: Table, rows: list[dict[str, Any]], parent: Reference | None, text: str | None
    ) -> list[dict[str, Any]]:
        """List what was kept as well."""
        return self._remains.found(table, rows, parent, text)

    def related(self, relationship: Relationship, reference: Reference | None) -> Reference | None:
        """Let navigation properties of the conversation lead nowhere."""
        return None if self.faults.relationship(relationship, "navigation", "conversation") else reference

    def lists(
        self, work: Work, relationship: Relationship, parent: sa.ColumnElement[Any], table: str, rows: sa.FromClause
    ) -> sa.ColumnElement[bool]:
        """Let collections be empty, list the rows of others, or those that were theirs before."""
        faults, column = self.faults, relationship.referencing_attribute
        if faults.relationship(relationship, "navigation", "record") or faults.relationship(
            relationship, "navigation", "empty"
        ):
            return sa.false()
        if faults.relationship(relationship, "navigation", "others"):
            return refers(work.database, rows, column, table)
        right = super().lists(work, relationship, parent, table, rows)
        if relationship.referencing_entity != NAME or not faults.column(column, "replaced", "both"):
            return right
        replaced = work.database.private_tables[REPLACED_LINKS.name].c
        key = rows.c[work.database.described[NAME].primary_id]
        before = sa.exists().where(replaced.childid == key, replaced.parentid == parent, replaced.parenttype == table)
        return sa.or_(right, before)

    def children(
        self, work: Work, relationship: Relationship, table: Table, rows: sa.FromClause, ids: Sequence[str]
    ) -> tuple[sa.FromClause, sa.ColumnElement[Any], sa.ColumnElement[bool]]:
        """As ``lists`` says of each of the parents."""
        if not self.faults:
            return super().children(work, relationship, table, rows, ids)
        parents = source(work.database, table.logical_name)
        key: sa.ColumnElement[Any] = parents.c[table.primary_id]
        listed = self.lists(work, relationship, key, table.logical_name, rows)
        return rows.join(parents, listed), key, key.in_(ids)

    def reached(self, work: Work, relationship: Relationship, action: str, found: set[str]) -> set[str]:
        """Let an action not go on, leave some rows out, or go on to the rows that refer to others."""
        if self.faults.relationship(relationship, action, _STOPPED.get(Action(action), "")):
            return set()
        if self.faults:
            found -= faulty_cascades.left_behind(work, self.faults, relationship, Action(action), found)
        if not self.faults.relationship(relationship, action, "others"):
            return found
        child = relationship.referencing_entity
        rows = work.database.tables[child]
        key = rows.c[work.database.described[child].primary_id]
        kind = rows.c[relationship.referencing_attribute + TYPE_SUFFIX]
        return set(work.connection.scalars(sa.select(key).where(kind == relationship.referenced_entity)))

    def starts(self, work: Work, action: str, row: Reference) -> Rows:
        """Let what is done to a conversation be done to its record as well."""
        if not self.faults:
            return super().starts(work, action, row)
        return faulty_cascades.with_parents(work, self.faults, Action(action), row)

    def is_kept(self, relationship: Relationship, action: str, new: Reference | None) -> bool:
        """Let the owner of the former record keep what came with the link."""
        return action == Action.REPARENT and self.faults.relationship(relationship, faulty_cascades.end_of(new), "kept")

    def is_inherited(self, relationship: Relationship, action: str) -> bool:
        """Let new children inherit nothing of what their parent was shared with."""
        return action != Action.SHARE or not self.faults.relationship(relationship, "share-of-new", "missing")

    def heirs(
        self, work: Work, target: str, heirs: dict[str, set[str]], right: dict[str, Any]
    ) -> list[tuple[dict[str, set[str]], list[dict[str, Any]]]]:
        """Let children inherit the lowest right alone."""
        rest, found = dict(heirs), []
        for relationship in work.organisation.relationships_to.get(target, ()):
            if self.faults.relationship(relationship, "share", "rights"):
                some = {relationship.referencing_entity: rest.pop(relationship.referencing_entity, set())}
                found.append((some, [{**right, "mask": right["mask"] & -right["mask"]}]))
        return [(rest, [right]), *found]

    def after_revoke(self, work: Work, target: Reference, principal: Reference) -> None:
        """Take the direct shares of children as well."""
        for relationship in work.organisation.relationships_to.get(target.table, ()):
            if self.faults.relationship(relationship, "unshare", "direct"):
                work.later(
                    Action.UNSHARE,
                    target.id,
                    partial(_revoke_below, relationship=relationship, target=target, principal=principal),
                )


def _revoke_below(work: Work, relationship: Relationship, target: Reference, principal: Reference) -> None:
    """Take the rights granted on the referring rows themselves: no cascade does that."""
    table = relationship.referencing_entity
    granted = ((Reference(table, row), principal) for row in children(work, relationship, {target.id}))
    inheritance.set_direct(work, granted, 0)


def _out_of_range(table: Table, column: Column, number: int, offered: list[int]) -> ODataError:
    accepted = ",".join(map(str, offered))
    return value_out_of_range(OUT_OF_RANGE, number, column.logical_name, table.logical_name, accepted)


def _belongs_to_another(work: Work, link: Reference) -> bool:
    """Whether a row has an owner, and that is not the caller."""
    rows = work.database.tables[link.table]
    if "ownerid" not in rows.c:
        return False
    key = rows.c[work.database.described[link.table].primary_id]
    owner = work.connection.execute(sa.select(rows.c.ownerid).where(key == link.id)).scalar()
    return owner is not None and owner != work.caller


def _is_replacement(column: str, before: Reference | None, link: Reference | None) -> bool:
    """Whether a link of another navigation property takes the place of the one there was."""
    return column == REGARDING and before is not None and link is not None and before.table != link.table
