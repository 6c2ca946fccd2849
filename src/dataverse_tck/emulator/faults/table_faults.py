"""Faults of whole tables: nobody can create rows of them, or they are not there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dataverse_tck.emulator.faults.errors import UnknownFaultError, nearest
from dataverse_tck.emulator.organisation import standard_tables
from dataverse_tck.emulator.organisation.builders import APPLICATION, SYSTEM, lookup, reference, text
from dataverse_tck.emulator.organisation.model import Organisation, Table, label
from dataverse_tck.emulator.protocol.errors import ODataError, missing_privilege, refused_by_message

KINDS = ("forbidden", "plugin", "missing", "unsatisfiable")
# Of these the organisation has rows from the start, or other tables are made of them.
_KEPT = frozenset(
    {"activitypointer", "businessunit", "organization", "owner", "principalobjectaccess", "queue", "systemuser", "team"}
)
_LINK = lookup("new_PrerequisiteId", label("Prerequisite"), required=SYSTEM)
PREREQUISITE = standard_tables.standard_table(
    "new_prerequisite",
    "new_prerequisites",
    (label("Prerequisite"), label("Prerequisites")),
    (text("new_name", label("Name"), required=APPLICATION),),
    10900,
    primary_name="new_name",
)


@dataclass(frozen=True)
class TableFaults:
    """The tables (LogicalNames) that have each kind of fault."""

    forbidden: frozenset[str] = frozenset()
    plugin: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    unsatisfiable: frozenset[str] = frozenset()

    def refuse_creation(self, table: Table, caller: str) -> None:
        """Raise the error that creating a row of the table meets, if any; ``caller`` is a systemuserid."""
        refusal = self._refusal(table, caller)
        if refusal is not None:
            raise refusal

    def _refusal(self, table: Table, caller: str) -> ODataError | None:
        name = table.logical_name
        if name in self.forbidden or (self.unsatisfiable and name == PREREQUISITE.logical_name):
            return missing_privilege(caller, f"prvCreate{table.schema_name}", name, table.object_type_code)
        if name in self.plugin:
            return refused_by_message(f"Rows of the table {name} are created by routing alone.")
        return None


def table_faults(organisation: Organisation, given: Iterable[str]) -> TableFaults:
    """The faults written as ``KIND:TABLE``; raises UnknownFaultError."""
    found: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for item in given:
        kind, _, name = item.partition(":")
        if kind not in found:
            raise UnknownFaultError(f"Unknown trouble {item!r}. Write KIND:TABLE with one of: {', '.join(KINDS)}.")
        if name not in organisation.table:
            raise UnknownFaultError(
                f"Unknown table {name!r} in the trouble {item!r}.{nearest(name, organisation.table)}"
            )
        if kind == "missing" and name in _KEPT:
            raise UnknownFaultError(f"The table {name!r} cannot be missing: the organisation is made with it.")
        found[kind].add(name)
    return TableFaults(**{kind: frozenset(names) for kind, names in found.items()})


def with_table_faults(organisation: Organisation, wanted: TableFaults) -> Organisation:
    """The organisation without the tables that are missing, and with what cannot be satisfied."""
    if wanted.missing:
        organisation = _without(organisation, wanted.missing)
    if wanted.unsatisfiable:
        organisation = _demanding(organisation, wanted.unsatisfiable)
    return organisation


def _without(organisation: Organisation, names: frozenset[str]) -> Organisation:
    return replace(
        organisation,
        tables=tuple(table for table in organisation.tables if table.logical_name not in names),
        relationships=tuple(
            item
            for item in organisation.relationships
            if names.isdisjoint((item.referenced_entity, item.referencing_entity))
        ),
        many_to_many=tuple(
            item for item in organisation.many_to_many if names.isdisjoint((item.first[0], item.second[0]))
        ),
        operations=tuple(item for item in organisation.operations if item.bound_to not in names),
        message_filters=tuple(item for item in organisation.message_filters if item.table not in names),
        custom_apis=tuple(item for item in organisation.custom_apis if item.operation.bound_to not in names),
    )


def _demanding(organisation: Organisation, names: frozenset[str]) -> Organisation:
    tables = tuple(table.with_columns(_LINK) if table.logical_name in names else table for table in organisation.tables)
    links = tuple(
        reference(
            f"new_prerequisite_{table.logical_name}", (table, _LINK.logical_name), PREREQUISITE, _LINK.schema_name
        )
        for table in tables
        if table.logical_name in names
    )
    own = standard_tables.system_relationships(PREREQUISITE, organisation.table)
    return replace(
        organisation,
        tables=(*tables, PREREQUISITE),
        relationships=(*organisation.relationships, *links, *own),
        choices=(*organisation.choices, *standard_tables.default_states(PREREQUISITE)),
        message_filters=(*organisation.message_filters, *standard_tables.message_filters(PREREQUISITE)),
    )
