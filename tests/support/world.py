"""A small organisation with rows, whose cascade settings a test can change as it goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import sqlalchemy as sa

from dataverse_tck.emulator.organisation.security_tables import SHARING
from dataverse_tck.emulator.organisation.seed_ids import CALLER, seeded
from dataverse_tck.emulator.ownership import cascades
from dataverse_tck.emulator.store.database import Database
from dataverse_tck.emulator.store.seeds import TEAMS, USERS, seed
from dataverse_tck.emulator.store.sql_tables import TYPE_SUFFIX
from dataverse_tck.emulator.store.work import Reference, Work

if TYPE_CHECKING:
    from dataverse_tck.emulator.organisation.model import CascadeType, Organisation

USER = {key: Reference("systemuser", seeded("systemuser", key)) for key in USERS}
TEAM = {key: Reference("team", seeded("team", key)) for key in TEAMS}
CONVERSATION, TIMEGROUP = "msdyn_ocliveworkitem", "msdyn_timegroup"
REGARDING = "msdyn_timegroup_msdyn_ocliveworkitems"


def seeded_database(organisation: Organisation) -> Database:
    """A database in memory with the rows that an organisation starts with."""
    database = Database(organisation)
    seed(database)
    return database


class World:
    """The rows of a database within one transaction, which ``close`` takes back."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.served = database.organisation
        self.connection = self.database.engine.connect()
        self.work = Work(self.database, self.connection, CALLER, "http://127.0.0.1/api/data/v9.2")

    def close(self) -> None:
        """Leave everything as it was."""
        self.connection.rollback()
        self.connection.close()
        self.database.organisation = self.served

    def setting(self, schema_name: str, **cascade: CascadeType) -> None:
        """Change the cascade settings of a relationship."""
        organisation = self.database.organisation
        assert any(item.schema_name == schema_name for item in organisation.relationships)
        self.database.organisation = replace(
            organisation,
            relationships=tuple(
                replace(item, cascade=replace(item.cascade, **cascade)) if item.schema_name == schema_name else item
                for item in organisation.relationships
            ),
        )

    def add(
        self,
        table: str,
        owner: Reference = USER["caller"],
        state: int = 0,
        chosen: str | None = None,
        **lookups: Reference,
    ) -> Reference:
        """Add a row, as a request to create it would; ``chosen`` is its id."""
        described = self.database.described[table]
        row = Reference(table, chosen or str(uuid4()))
        cells: dict[str, Any] = {described.primary_id: row.id, "versionnumber": self.work.next_version()}
        if "ownerid" in described.column:
            cells |= {"statecode": state, **_flat(cascades.ownership(self.work, owner))}
        self.connection.execute(self.database.tables[table].insert().values(cells | _flat(lookups)))
        for column, reference in lookups.items():
            cascades.lookup_changed(self.work, described, row.id, column, None, reference)
        return row

    def bind(self, row: Reference, column: str, new: Reference | None) -> None:
        """Set a lookup, as a request to change the row would."""
        described = self.database.described[row.table]
        old = self.lookup(row, column)
        rows = self.database.tables[row.table]
        changed = rows.update().where(rows.c[described.primary_id] == row.id).values(_flat({column: new}))
        self.connection.execute(changed)
        cascades.lookup_changed(self.work, described, row.id, column, old, new)

    def cells(self, row: Reference) -> dict[str, Any] | None:
        """All cells of a row, None when it is gone."""
        found = self.connection.execute(self.database.by_id[row.table], {"id": row.id}).mappings().first()
        return None if found is None else dict(found)

    def lookup(self, row: Reference, column: str) -> Reference | None:
        """What a lookup of a row refers to."""
        cells = self.cells(row)
        assert cells is not None
        return Reference(cells[column + TYPE_SUFFIX], cells[column]) if cells[column] else None

    def owner(self, row: Reference) -> Reference | None:
        """The owner of a row."""
        return self.lookup(row, "ownerid")

    def delete(self, row: Reference) -> None:
        """Delete a row."""
        cascades.delete(self.work, self.database.described[row.table], row.id)

    def assign(self, row: Reference, owner: Reference) -> None:
        """Assign a row."""
        cascades.assign(self.work, self.database.described[row.table], row.id, owner)

    def masks(self, row: Reference, principal: Reference) -> tuple[int, int]:
        """Direct and inherited rights of a principal on a row; two zeros when there is no share."""
        shares = self.database.tables[SHARING.logical_name]
        found = self.connection.execute(
            sa.select(shares.c.accessrightsmask, shares.c.inheritedaccessrightsmask).where(
                (shares.c.objectid == row.id) & (shares.c.principalid == principal.id)
            )
        ).one_or_none()
        return (0, 0) if found is None else (found[0], found[1])

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of all tables, to be compared."""
        names = sa.inspect(self.connection).get_table_names()
        return {
            name: sorted((tuple(row) for row in self.connection.execute(sa.text(f'SELECT * FROM "{name}"'))), key=repr)
            for name in names
        }


def _flat(references: dict[str, Reference | None]) -> dict[str, Any]:
    return {
        name: cell
        for column, reference in references.items()
        for name, cell in (
            (column, reference and reference.id),
            (column + TYPE_SUFFIX, reference and reference.table),
        )
    }
