"""Links of the conversation that are to be refused: what is wrong with one, and where it would lead."""

from __future__ import annotations

from dataclasses import dataclass

from dataverse_tck.emulator.faults.row_faults import REGARDING, ROUTABLE
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.organisation.model import Table
from dataverse_tck.emulator.protocol.errors import ODataError
from dataverse_tck.emulator.rows.payload import named_row
from dataverse_tck.emulator.store.work import Reference, Work
from dataverse_tck.jsontypes import Json


@dataclass(frozen=True)
class Misled:
    """A link that is refused: the aspect of the requirement that says so, the lookup column, and the row it names."""

    aspect: str
    column: str
    reference: Reference


def misled(work: Work, table: Table, navigation: str, url: Json) -> Misled | None:
    """What is wrong with a link that was refused; None when it is no matter of a fault."""
    try:
        reference = named_row(work, url, table.entity_set)
    except ODataError:
        return None
    relationship = work.database.single_valued[table.logical_name].get(navigation)
    if table.logical_name != NAME:
        return None
    if relationship is None:
        column = next((name for name in (REGARDING, ROUTABLE) if f"{navigation}_".startswith(f"{name}_")), None)
        return Misled("undeclared-refused", column, reference) if column else None
    column = relationship.referencing_attribute
    if reference.table not in work.organisation.targets(NAME, column):
        return None
    aspect = "nobody-refused" if reference.table == relationship.referenced_entity else "other-target-refused"
    return Misled(aspect, column, reference)
