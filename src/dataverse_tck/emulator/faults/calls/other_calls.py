"""The calls that nobody named, and that an effect comes to all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dataverse_tck.emulator.operations.call_effects import row_after_effects
from dataverse_tck.emulator.operations.call_states import call_of, state_outputs
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.rows.records import Cells
from dataverse_tck.emulator.store.work import Work


def newest_first(work: Work, wanted: Callable[[Cells], bool]) -> Iterator[Cells]:
    """The conversations that are wanted, from the one that changed last on."""
    table = work.database.tables[NAME]
    rows = work.connection.execute(table.select().order_by(table.c.versionnumber.desc())).mappings()
    return (dict(row) for row in rows if wanted(dict(row)))


def are_alike(row: Cells, other: Cells) -> bool:
    """Whether the calls of two conversations show the same state."""
    same = state_outputs(call_of(row_after_effects(other))) == state_outputs(call_of(row_after_effects(row)))
    return same and other["activityid"] != row["activityid"]
