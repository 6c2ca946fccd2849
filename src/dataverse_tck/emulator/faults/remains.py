"""What is left of deleted rows, where a fault is on, until they are deleted once more.

Lists show it to those who ask for it alone, so that whoever clears up is not kept waiting.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from dataverse_tck.emulator.faults.faulty_links import ids_in
from dataverse_tck.emulator.faults.row_faults import REGARDING, ROUTABLE, RowFaults
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.organisation.model import Table
from dataverse_tck.emulator.store.rendering import reference_in
from dataverse_tck.emulator.store.sql_tables import TYPE_SUFFIX
from dataverse_tck.emulator.store.work import Reference

if TYPE_CHECKING:
    from dataverse_tck.emulator.organisation.model import Relationship
    from dataverse_tck.emulator.store.work import Work

Cells = dict[str, Any]


@dataclass
class _Left:
    """What a deletion left, by where it still shows."""

    at_address: Cells | None = None
    below: Cells | None = None  # lets the list of a row be asked for that is gone itself
    by_id: list[tuple[str, str, Cells]] = field(default_factory=list)  # table, the id that is asked for, the row
    by_parent: list[tuple[Reference, Cells]] = field(default_factory=list)


class Remains:
    """What one service keeps of deleted rows."""

    def __init__(self, faults: RowFaults) -> None:
        self.faults = faults
        self._left: dict[Reference, _Left] = {}

    def before_delete(self, work: Work, row: Reference) -> None:
        """Keep what the faults say of a row; what was kept of it before goes."""
        if self._left.pop(row, None) is not None:
            return
        found = work.connection.execute(work.database.by_id[row.table], {"id": row.id}).mappings().first()
        if found is None:
            return
        if row.table == NAME:
            self._of_conversation(row, dict(found))
        for relationship in work.organisation.relationships_to.get(row.table, ()):
            self._of_record(work, relationship, row, dict(found))

    def _of_record(self, work: Work, relationship: Relationship, row: Reference, cells: Cells) -> None:
        """Of a record that a conversation refers to."""
        if relationship.referencing_entity != NAME:
            return
        rows, column = work.database.tables[NAME], relationship.referencing_attribute
        refers = sa.and_(rows.c[column] == row.id, rows.c[column + TYPE_SUFFIX] == row.table)
        conversations = [dict(one) for one in work.connection.execute(sa.select(rows).where(refers)).mappings()]
        if not conversations:
            return
        left = self._left.setdefault(row, _Left())
        if self._is(relationship, "lingers"):
            left.at_address = cells
        if self._is(relationship, "listed"):
            left.by_id.append((row.table, row.id, cells))
        if self._is(relationship, "column"):
            left.by_id += [(NAME, row.id, one) for one in conversations]
        if self._is(relationship, "below"):
            left.below = cells
            left.by_parent += [(row, one) for one in conversations]

    def _of_conversation(self, row: Reference, cells: Cells) -> None:
        """Of a conversation that refers to a record itself."""
        for column in (REGARDING, ROUTABLE):
            parent = reference_in(cells, column)
            if parent is None:
                continue
            left = self._left.setdefault(row, _Left())
            if self.faults.column(column, "deleted", "lingers"):
                left.at_address = cells
            if self.faults.column(column, "deleted", "listed"):
                left.by_id.append((NAME, row.id, cells))
            if self.faults.column(column, "deleted", "below"):
                left.by_parent.append((parent, cells))

    def _is(self, relationship: Relationship, kind: str) -> bool:
        return self.faults.relationship(relationship, "delete-everywhere", kind)

    def of(self, row: Reference, *, below: bool) -> Cells | None:
        """What is left of a row, at its address or for what is listed below it."""
        left = self._left.get(row)
        return None if left is None else left.below if below else left.at_address

    def found(self, table: Table, rows: list[Cells], parent: Reference | None, text: str | None) -> list[Cells]:
        """The rows of a list, with what is left of others."""
        asked, more = ids_in(text), list[Cells]()
        for left in self._left.values():
            if parent is None:
                more += [cells for name, one, cells in left.by_id if name == table.logical_name and asked == {one}]
            elif table.logical_name == NAME:
                more += [cells for holder, cells in left.by_parent if holder == parent]
        there = {row[table.primary_id] for row in rows}
        return [*rows, *(cells for cells in more if cells[table.primary_id] not in there)]
