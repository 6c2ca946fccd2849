"""What an action leaves behind in the row of a conversation: at once, or as much later as ``Settings`` says.

Effects that are still to come wait in the row itself, in the private column ``CALL``, in the order of their actions: so
they go when the row goes, and a change set that fails takes them back. They are written by the first request that finds
them due, and ``modifiedon`` is then the moment at which they were; columns that tell when something was done tell when
the action was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import sqlalchemy as sa

from dataverse_tck.emulator.organisation.conversation import CALL, NAME
from dataverse_tck.emulator.protocol.errors import ODataError
from dataverse_tck.emulator.rows.records import Cells, fetch, update
from dataverse_tck.emulator.store.work import Work
from dataverse_tck.jsontypes import Json

_PENDING, _DUE = "pending", "due"  # in the cell CALL: effects to come, and when the first one does


@dataclass(frozen=True)
class Effect:
    """The call as it becomes (``call_states.Call`` as a dictionary), and what is updated in its conversation."""

    call: Mapping[str, Json]
    changes: Mapping[str, Json]


def current_row(work: Work, identifier: str) -> Cells:
    """The row of a conversation after all effects that are due by now; raises the documented 404."""
    row = fetch(work, work.database.described[NAME], identifier)
    now = work.settings.clock()
    while (pending := _pending(row)) and pending[0][_DUE] <= now:
        _carry_out(work, row, pending)
        row = fetch(work, work.database.described[NAME], identifier)
    return row


def carry_out_due(work: Work) -> None:
    """Bring every conversation up to date, so that whoever reads rows finds the effects that are due."""
    work = replace(work, elevated=True)  # whoever comes first may have no rights on what others did
    table = work.database.tables[NAME]
    due = table.c[CALL][_DUE].as_float()
    found = sa.select(table.c.activityid).where(due <= work.settings.clock()).order_by(due)
    for identifier in work.connection.scalars(found).all():
        current_row(work, identifier)


def row_after_effects(row: Cells) -> Cells:
    """A row as it will be after all effects to come."""
    for effect in _pending(row):
        row = {**row, **effect["changes"], CALL: effect["call"]}
    return row


def schedule(work: Work, row: Cells, effect: Effect, delay_s: float) -> None:
    """Let an action take effect on a row after so many seconds, and not before the effects that wait already."""
    pending = _pending(row)
    if not delay_s and not pending:
        update(work, work.database.described[NAME], row["activityid"], effect.changes)
        _keep(work, row, effect.call, [])
        return
    due = max([work.settings.clock() + delay_s, *(item[_DUE] for item in pending)])
    waiting = {
        _DUE: due,
        "call": effect.call,
        "changes": effect.changes,
        "caller": work.caller,
        "on_behalf_of": work.on_behalf_of,
    }
    kept = {name: value for name, value in (row[CALL] or {}).items() if name not in (_PENDING, _DUE)}
    _keep(work, row, kept, [*pending, waiting])


def _pending(row: Mapping[str, Json]) -> list[dict[str, Json]]:
    return list((row[CALL] or {}).get(_PENDING, ()))


def _carry_out(work: Work, row: Cells, pending: list[dict[str, Json]]) -> None:
    """Write the first effect to come, as its caller and at its moment."""
    effect, *rest = pending
    moment = datetime.fromtimestamp(effect[_DUE], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    then = replace(work, caller=effect["caller"], on_behalf_of=effect["on_behalf_of"], moment=moment, elevated=True)
    with suppress(ODataError):  # what it refers to may be gone by now
        update(then, work.database.described[NAME], row["activityid"], effect["changes"])
    _keep(work, row, effect["call"], rest)


def _keep(work: Work, row: Cells, call: Mapping[str, Json], pending: list[dict[str, Json]]) -> None:
    table = work.database.tables[NAME]
    cell = {**call, _PENDING: pending, _DUE: pending[0][_DUE]} if pending else (dict(call) or None)
    work.connection.execute(table.update().where(table.c.activityid == row["activityid"]).values({CALL: cell}))
