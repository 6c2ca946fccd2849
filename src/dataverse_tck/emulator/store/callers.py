"""On whose behalf a request works: the seeded user, or the one that an impersonation header names."""

from __future__ import annotations

import sqlalchemy as sa

from dataverse_tck.emulator.organisation.seed_ids import CALLER
from dataverse_tck.emulator.protocol.errors import bad_request, disabled_user, missing_row, no_member
from dataverse_tck.emulator.protocol.exchange import ENTRA_OBJECT, SYSTEM_USER, Request
from dataverse_tck.emulator.store.database import Database
from dataverse_tck.emulator.store.settings import Settings
from dataverse_tck.emulator.store.values import guid
from dataverse_tck.emulator.store.work import RowBehaviour, Work


def work_for(
    database: Database, connection: sa.Connection, request: Request, settings: Settings, behaviour: RowBehaviour
) -> Work:
    """Return what a request works with; raises the documented errors for a caller who cannot be acted for."""
    caller = _impersonated(database, connection, request) or CALLER
    return Work(
        database,
        connection,
        caller,
        request.root,
        on_behalf_of=None if caller == CALLER else CALLER,
        deferred=[] if settings.cascade_delays else None,
        settings=settings,
        behaviour=behaviour,
    )


def _impersonated(database: Database, connection: sa.Connection, request: Request) -> str | None:
    users = database.tables["systemuser"].c
    for header, column in ((SYSTEM_USER, users.systemuserid), (ENTRA_OBJECT, users.azureactivedirectoryobjectid)):
        given = request.header(header)
        if given is None:
            continue
        identifier = guid(given)
        if identifier is None:
            raise bad_request(f"Invalid value '{given}' for the header {header}: it has to be a GUID.")
        user = connection.execute(sa.select(users.systemuserid, users.isdisabled).where(column == identifier)).first()
        if user is None:
            raise missing_row("systemuser", identifier) if header == SYSTEM_USER else no_member()
        if user.isdisabled:
            raise disabled_user(user.systemuserid)
        return str(user.systemuserid)
    return None
