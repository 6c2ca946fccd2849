"""The ids of the rows that an organisation has before anybody wrote one: the same in each start."""

from __future__ import annotations

from dataverse_tck.emulator.organisation.model import metadata_id


def seeded(table: str, name: str) -> str:
    """Return the id of a seeded row."""
    return metadata_id("row", table, name)


CALLER = seeded("systemuser", "caller")  # the UserId of WhoAmI
BUSINESS_UNIT = seeded("businessunit", "root")
ORGANIZATION = metadata_id("row", "organization")
