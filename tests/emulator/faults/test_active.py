"""A service chooses once: what is right, or what has the faults that are on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataverse_tck.emulator.faults.active import ActiveFaults
from dataverse_tck.emulator.faults.call_faults import call_faults
from dataverse_tck.emulator.faults.faulty_calls import FaultyOperations
from dataverse_tck.emulator.faults.faulty_rows import FaultyRows
from dataverse_tck.emulator.faults.row_faults import known_row_faults, row_faults
from dataverse_tck.emulator.faults.table_faults import table_faults
from dataverse_tck.emulator.operations.dispatch import Operations
from dataverse_tck.emulator.store.work import RowBehaviour

if TYPE_CHECKING:
    from dataverse_tck.emulator.organisation.model import Organisation


def test_without_faults_nothing_is_in_the_way(organisation: Organisation) -> None:
    """Right rows, right operations, and the organisation as it is described."""
    none = ActiveFaults()

    assert type(none.row_behaviour()) is RowBehaviour
    assert type(none.operations()) is Operations
    assert none.in_rows(organisation) is organisation


def test_each_kind_of_fault_changes_its_own_alone(organisation: Organisation) -> None:
    """A fault of rows or tables leaves operations right, one of calls leaves rows right."""
    of_rows = ActiveFaults(rows=row_faults([next(iter(known_row_faults()))]))
    of_tables = ActiveFaults(tables=table_faults(organisation, ["forbidden:account"]))
    of_calls = ActiveFaults(calls=call_faults(["derived/message/CCaaS_HoldCall/effect"], organisation.operations))

    for faults in (of_rows, of_tables):
        assert type(faults.row_behaviour()) is FaultyRows
        assert type(faults.operations()) is Operations
    assert type(of_calls.row_behaviour()) is RowBehaviour
    assert type(of_calls.operations()) is FaultyOperations
