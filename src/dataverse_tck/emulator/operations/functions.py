"""The functions that speak of the service and of whoever asks: WhoAmI and RetrieveVersion.

They are the only ones that can be answered without opening the database, which is what clients begin with.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dataverse_tck.emulator.organisation.seed_ids import BUSINESS_UNIT, CALLER, ORGANIZATION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dataverse_tck.emulator.operations.outputs import Handlers
    from dataverse_tck.emulator.organisation.model import Organisation
    from dataverse_tck.emulator.store.work import Reference, Work
    from dataverse_tck.jsontypes import Json


def who_am_i(organisation: Organisation, work: Work | None = None) -> dict[str, Json]:
    """The caller of a request; without ``work``, the user that requests come from."""
    caller, unit = CALLER, BUSINESS_UNIT
    if work is not None:
        caller = work.caller
        user = work.connection.execute(work.database.by_id["systemuser"], {"id": caller}).mappings().one()
        unit = user["businessunitid"]
    return {"BusinessUnitId": unit, "UserId": caller, "OrganizationId": ORGANIZATION}


def retrieve_version(organisation: Organisation, work: Work | None = None) -> dict[str, Json]:
    """The version of the service."""
    return {"Version": organisation.version}


FUNCTIONS: dict[str, Callable[[Organisation, Work | None], dict[str, Json]]] = {
    "WhoAmI": who_am_i,
    "RetrieveVersion": retrieve_version,
}


def _handle(
    function: Callable[[Organisation, Work | None], dict[str, Json]],
    work: Work,
    target: Reference | None,
    parameters: Mapping[str, Json],
) -> dict[str, Json]:
    return function(work.organisation, work)


HANDLERS: Handlers = {name: partial(_handle, function) for name, function in FUNCTIONS.items()}
