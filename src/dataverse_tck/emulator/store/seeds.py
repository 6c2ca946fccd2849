"""The rows that an organisation has before anybody wrote one: itself, its business unit, users, teams and a queue."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from dataverse_tck.emulator.organisation.seed_ids import BUSINESS_UNIT, CALLER, ORGANIZATION, seeded
from dataverse_tck.emulator.store.database import Database
from dataverse_tck.emulator.store.sql_tables import TYPE_SUFFIX
from dataverse_tck.emulator.store.work import Reference, now

USERS = {  # key -> (first name, last name, disabled)
    "caller": ("Emulator", "Administrator", False),
    "ada": ("Ada", "Lovelace", False),
    "grace": ("Grace", "Hopper", False),
    "alan": ("Alan", "Turing", False),
    "edsger": ("Edsger", "Dijkstra", False),
    "former": ("Former", "Employee", True),
}
TEAMS = {"support": "Support", "escalation": "Escalation"}
QUEUE = "Conversations"


def seed(database: Database) -> None:
    """Add the rows, unless the database has an organization already."""
    with database.transaction() as connection:
        organization = database.tables["organization"]
        if connection.scalar(sa.select(sa.func.count()).select_from(organization)):
            return
        versions = database.versions
        version = int(connection.scalar(sa.select(versions.c.last)) or 0)
        for table, cells in _rows(database.organisation.user_language):
            version += 1
            connection.execute(database.tables[table].insert().values(**cells, **_audit(version)))
        connection.execute(versions.update().values(last=version))


def _audit(version: int) -> dict[str, Any]:
    moment = now()
    return {
        "createdon": moment,
        "modifiedon": moment,
        **_lookup("createdby", Reference("systemuser", CALLER)),
        **_lookup("modifiedby", Reference("systemuser", CALLER)),
        "versionnumber": version,
    }


def _lookup(column: str, reference: Reference) -> dict[str, str]:
    return {column: reference.id, column + TYPE_SUFFIX: reference.table}


def _rows(language: int) -> list[tuple[str, dict[str, Any]]]:
    unit = Reference("businessunit", BUSINESS_UNIT)
    caller = Reference("systemuser", CALLER)
    rows: list[tuple[str, dict[str, Any]]] = [
        (
            "organization",
            {
                "organizationid": ORGANIZATION,
                "name": "dataverse-tck",
                "languagecode": language,
                "sharetopreviousowneronassign": False,
            },
        ),
        ("businessunit", {"businessunitid": BUSINESS_UNIT, "name": "dataverse-tck", "isdisabled": False}),
    ]
    for key, (first, last, disabled) in USERS.items():
        user = {
            "systemuserid": seeded("systemuser", key),
            "azureactivedirectoryobjectid": seeded("azureactivedirectoryobject", key),
            "firstname": first,
            "lastname": last,
            "fullname": f"{first} {last}",
            "domainname": f"{key}@example.com",
            "internalemailaddress": f"{key}@example.com",
            "isdisabled": disabled,
            **_lookup("businessunitid", unit),
        }
        rows.append(("systemuser", user))
    for key, name in TEAMS.items():
        team = {
            "teamid": seeded("team", key),
            "name": name,
            "teamtype": 0,
            "isdefault": False,
            **_lookup("administratorid", caller),
            **_lookup("businessunitid", unit),
        }
        rows.append(("team", team))
    queue = {
        "queueid": seeded("queue", "conversations"),
        "name": QUEUE,
        "statecode": 0,
        "statuscode": 1,
        **_lookup("ownerid", caller),
        **_lookup("owninguser", caller),
        **_lookup("owningbusinessunit", unit),
    }
    rows.append(("queue", queue))
    return rows
