"""The faults that a service has, by what they are faults of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dataverse_tck.emulator.faults.call_faults import CallFaults
from dataverse_tck.emulator.faults.row_faults import RowFaults, with_row_faults
from dataverse_tck.emulator.faults.table_faults import TableFaults

if TYPE_CHECKING:
    from dataverse_tck.emulator.operations.dispatch import Operations
    from dataverse_tck.emulator.organisation.model import Organisation
    from dataverse_tck.emulator.store.work import RowBehaviour


@dataclass(frozen=True)
class ActiveFaults:
    """The faults of rows, tables and calls: none, unless told otherwise. Those of metadata are in the surfaces.

    What takes the place of right rows and right operations is imported, and with it SQLAlchemy, when it is asked for.
    """

    rows: RowFaults = field(default_factory=RowFaults)
    tables: TableFaults = field(default_factory=TableFaults)
    calls: CallFaults = field(default_factory=CallFaults)

    def in_rows(self, organisation: Organisation) -> Organisation:
        """The organisation by which rows behave."""
        return with_row_faults(organisation, self.rows)

    def row_behaviour(self) -> RowBehaviour:
        """What rows do: right where no fault is on."""
        from dataverse_tck.emulator.store.work import RowBehaviour

        if not self.rows and self.tables == TableFaults():
            return RowBehaviour()
        from dataverse_tck.emulator.faults.faulty_rows import FaultyRows

        return FaultyRows(self.rows, self.tables)

    def operations(self) -> Operations:
        """What carries out operations: rightly where no fault is on."""
        from dataverse_tck.emulator.operations.dispatch import Operations

        if not self.calls:
            return Operations()
        from dataverse_tck.emulator.faults.faulty_calls import FaultyOperations

        return FaultyOperations(self.calls)
