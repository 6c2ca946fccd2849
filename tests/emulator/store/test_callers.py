"""On whose behalf a request works."""

from __future__ import annotations

from uuid import uuid4

import pytest

from dataverse_tck.emulator.organisation.seed_ids import CALLER, seeded
from tests.support.asker import Asker

ADA = seeded("systemuser", "ada")
ADAS_OBJECT = seeded("azureactivedirectoryobject", "ada")


@pytest.mark.parametrize("headers", [{"MSCRMCallerID": ADA}, {"CallerObjectId": ADAS_OBJECT.upper()}])
def test_another_user_acts(ask: Asker, headers: dict[str, str]) -> None:
    """Rows belong to the user that is acted for, and tell who did it."""
    reply = ask("POST", "accounts", {"name": "A"}, **headers, Prefer="return=representation")

    assert (reply.json["_ownerid_value"], reply.json["_createdby_value"]) == (ADA, ADA)
    assert reply.json["_createdonbehalfby_value"] == CALLER
    assert ask("GET", "WhoAmI", **headers).json["UserId"] == ADA
    assert ask("GET", "WhoAmI").json["UserId"] == CALLER


@pytest.mark.parametrize(
    ("headers", "refusal"),
    [
        ({"MSCRMCallerID": str(uuid4())}, (404, "0x80040217")),
        ({"CallerObjectId": str(uuid4())}, (403, "0x80072560")),
        ({"CallerObjectId": ADA}, (403, "0x80072560")),
        ({"MSCRMCallerID": "x"}, (400, "0x80060888")),
        ({"MSCRMCallerID": seeded("systemuser", "former")}, (403, "0x80040225")),
    ],
)
def test_nobody_acts_for_strangers(ask: Asker, headers: dict[str, str], refusal: tuple[int, str]) -> None:
    """Unknown, misspelt and disabled users are refused, and nothing is done."""
    name = str(uuid4())

    assert ask("POST", "accounts", {"name": name}, **headers).error[:2] == refusal
    assert ask.read(f"accounts?$filter=name eq '{name}'")["value"] == []


def test_acting_for_oneself_is_no_delegation(ask: Asker) -> None:
    """The user that sends the request may name itself."""
    reply = ask("POST", "accounts", {}, MSCRMCallerID=CALLER, Prefer="return=representation")

    assert reply.json["_createdonbehalfby_value"] is None
