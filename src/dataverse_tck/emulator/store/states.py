"""State and status of a row belong together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dataverse_tck.emulator.organisation.model import EMPTY_GUID, Option, Organisation, Table
from dataverse_tck.emulator.protocol.errors import invalid_status


def complete_status(organisation: Organisation, table: Table, cells: dict[str, Any], row: Mapping[str, Any]) -> None:
    """Complete ``cells``, which are written over ``row`` (empty for a new one): a state alone brings its default
    status. Raises 400 for a status that does not belong to the state."""
    written = cells.keys() & {"statecode", "statuscode"}
    if "statecode" not in table.column or (row and not written):
        return
    states, reasons = _options(organisation, table, "statecode"), _options(organisation, table, "statuscode")
    status: int | None = cells.get("statuscode")
    state = _state(cells, row, None if status is None else reasons[status])
    cells["statecode"] = state
    if status is None:
        kept = row and row["statecode"] == state
        cells["statuscode"] = row["statuscode"] if kept else states[state].default_status
    elif reasons[status].state != state and status != states[state].default_status:
        identifier = row.get(table.primary_id) or cells.get(table.primary_id) or EMPTY_GUID
        raise invalid_status(status, states[state].invariant_name or "", table.logical_name, identifier)


def _state(cells: Mapping[str, Any], row: Mapping[str, Any], reason: Option | None) -> int:
    """The state that is written, or the present one, or for a new row that of its status."""
    if cells.get("statecode") is not None:
        return int(cells["statecode"])
    if row:
        return int(row["statecode"])
    return 0 if reason is None or reason.state is None else reason.state


def _options(organisation: Organisation, table: Table, column: str) -> dict[int, Option]:
    choice = organisation.choice[table.column[column].choice or ""]
    return {option.value: option for option in choice.options}
