"""Each fault refuses what its id says, in the way its kind says, and its closest neighbour is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dataverse_tck.emulator.faults.denial_kinds import denials
from dataverse_tck.emulator.organisation.model import Organisation
from tests.emulator.faults.test_row_faults import (
    ADA,
    OBSERVE,
    SETS,
    TO_MANY,
    TO_ONE,
    Wrong,
    neighbour,
    parts,
    right,
)

pytestmark = pytest.mark.proof  # a tenth of the cases, unless all is proved

PAIRS = [(identifier, kind) for identifier, kinds in denials().items() for kind in kinds]
ERROR = {"code": "0x80040216", "message": "An unexpected error occurred."}


@pytest.fixture(scope="module")
def service(organisation: Organisation) -> Wrong:
    """One service for all: what is wrong is changed as the tests go."""
    return Wrong(organisation)


@pytest.fixture
def wrong(service: Wrong) -> Iterator[Wrong]:
    """It, right again afterwards."""
    yield service
    service.be()


def made(wrong: Wrong, name: str) -> tuple[str, str, str]:
    """A conversation and a record linked to it over a relationship, with the way from the one to the other."""
    if name in TO_ONE:
        item = TO_ONE[name]
        record = wrong.url(item.referenced_entity, wrong.row(item.referenced_entity)).strip("/")
        row = wrong.conversation(**{f"{item.referencing_navigation}__bind": f"/{record}"})["activityid"]
        return row, record, item.referencing_navigation
    item, row = TO_MANY[name], wrong.conversation()["activityid"]
    child = wrong.row(item.referencing_entity, **{f"{item.referencing_navigation}__bind": f"/{SETS}({row})"})
    return row, wrong.url(item.referencing_entity, child).strip("/"), name


def walked(wrong: Wrong, name: str) -> tuple[Any, ...]:
    """Statuses of the way from a conversation to its records and of the way back, and whether it can be expanded."""
    row, record, way = made(wrong, name)
    there = wrong.ask("GET", f"{SETS}({row})/{way}").status
    back = wrong.ask("GET", f"{record}/{name}").status if name in TO_ONE else None
    expanded = wrong.ask("GET", f"{SETS}({row})?$expand={way}")
    shown = expanded.json.get(way, "absent") if expanded.status == 200 else expanded.status
    return there, back, shown if isinstance(shown, (str, int)) else "shown" if shown else "empty"


def cleared(wrong: Wrong, column: str) -> tuple[int, bool]:
    """The status of clearing a link, and whether it is there still."""
    name = next(name for name, item in TO_ONE.items() if item.referencing_attribute == column)
    row, _, way = made(wrong, name)
    status = wrong.ask("PATCH", f"{SETS}({row})", {f"{way}@odata.bind": None}).status
    return status, wrong.read(row)[f"_{column}_value"] is not None


def replaced(wrong: Wrong, _: str) -> tuple[int, int]:
    """The statuses of linking to a record of another kind, and to another one of the same kind."""
    row, _, way = made(wrong, "msdyn_timegroup_msdyn_ocliveworkitems")
    other = TO_ONE["msdyn_bookingrule_msdyn_ocliveworkitems"]
    same = {f"{way}@odata.bind": wrong.url("msdyn_timegroup", wrong.row("msdyn_timegroup"))}
    alike = wrong.ask("PATCH", f"{SETS}({row})", same).status
    body = {
        f"{other.referencing_navigation}@odata.bind": wrong.url("msdyn_bookingrule", wrong.row("msdyn_bookingrule"))
    }
    return wrong.ask("PATCH", f"{SETS}({row})", body).status, alike


def reparent(wrong: Wrong, name: str) -> tuple[int, int]:
    """The statuses of linking a conversation to a record of Ada, and to one of the caller."""
    item, row = TO_ONE[name], wrong.conversation()["activityid"]
    records = (wrong.row(item.referenced_entity, **owner) for owner in ({"ownerid__bind": f"/systemusers({ADA})"}, {}))
    statuses = [
        wrong.ask(
            "PATCH",
            f"{SETS}({row})",
            {f"{item.referencing_navigation}@odata.bind": wrong.url(item.referenced_entity, record)},
        ).status
        for record in records
    ]
    return statuses[0], statuses[1]


def served(wrong: Wrong, table: str) -> tuple[int, int]:
    """The statuses of making a row of a table, and of reading its rows."""
    name = wrong.organisation.table[table].entity_set
    return wrong.ask("POST", name, {}).status, wrong.ask("GET", name).status


WRONG: dict[tuple[str, str], Any] = {
    ("stored", "forbidden"): (403, 403, False),
    ("stored", "error-body"): (200, 200, True),
    ("unlisted-refused", "500"): (500, 0),
    ("unlisted-refused", "html"): (400, 0),
    ("unlisted-refused", "error-body"): (200, 0),
    ("non-target-refused", "500"): (500, 500, None),
    ("non-target-refused", "html"): (400, 400, None),
    ("non-target-refused", "error-body"): (200, 200, None),
    ("accepted", "forbidden"): (403, 403, False, None),
    ("accepted", "plugin"): (400, 400, False, None),
    ("related-row", "forbidden"): (403, 403, False),
    ("related-row", "plugin"): (400, 400, False),
    ("related-row", "error-body"): (200, 200, True),
    ("cleared", "forbidden"): (403, True),
    ("cleared", "error-body"): (200, False),
    ("replaced", "forbidden"): (403, 204),
    ("reparent", "refused"): (400, 204),
}
WALKED = {  # to a record, and to a related record
    "record-unserved": ((200, 404, "shown"), None),
    "record-forbidden": ((200, 403, "shown"), None),
    "unserved": (None, (404, None, "shown")),
    "forbidden": (None, (403, None, "shown")),
    "ignored": ((200, 200, "absent"), (200, None, "absent")),
    "refused": ((200, 200, 400), (200, None, 400)),
    "empty": ((200, 200, "empty"), (200, None, "empty")),
}
OWN = {"cleared": cleared, "replaced": replaced, "reparent": reparent}


@pytest.mark.parametrize(("identifier", "kind"), PAIRS, ids=[f"{one}#{kind}" for one, kind in PAIRS])
def test_a_fault_denies_what_it_names_and_nothing_like_it(wrong: Wrong, identifier: str, kind: str) -> None:
    """Seen as a client sees it; and one other of the same kind is right."""
    wrong.be(f"{identifier}#{kind}")
    aspect, subject = parts(identifier)
    aspect = "navigation" if aspect == "listing" else aspect

    if aspect in ("navigation", "expanded"):
        assert walked(wrong, subject) == WALKED[kind][subject in TO_MANY]
        other = next(name for name in (TO_MANY if subject in TO_MANY else TO_ONE) if name != subject)
        assert walked(wrong, other) == (200, None if subject in TO_MANY else 200, "shown")
    elif kind == "unserved":
        item = TO_MANY[subject].referencing_entity if subject in TO_MANY else TO_ONE[subject].referenced_entity
        assert served(wrong, item) == (404, 404)
        assert served(wrong, "account")[1] == 200
    elif (aspect, kind) == ("accepted", "error-body"):
        assert OBSERVE[aspect](wrong, subject) == (200, 200, True, TO_ONE[subject].referenced_entity)
    else:
        assert OWN.get(aspect, OBSERVE[aspect])(wrong, subject) == WRONG[aspect, kind]
        near_aspect, near = parts(neighbour(identifier))
        if near != subject:
            assert OBSERVE[near_aspect](wrong, near) == right(near_aspect, near)


def test_a_refusal_has_the_form_that_its_kind_says(wrong: Wrong) -> None:
    """A page of HTML, an error in a yes; and a yes to what is done that says it broke."""
    identifier = "derived/column/msdyn_channel/unlisted-refused"
    wrong.be(f"{identifier}#html")
    assert wrong.ask("POST", SETS, {"msdyn_channel": "5"}).body.startswith(b"<!DOCTYPE html>")
    wrong.be(f"{identifier}#error-body")
    assert wrong.ask("POST", SETS, {"msdyn_channel": "5"}).json["error"]["code"] == "0x8004431A"
    wrong.be("derived/column/msdyn_channel/option/192360000/stored#error-body")
    assert wrong.ask("POST", SETS, {"msdyn_channel": "192360000"}).json == {"error": ERROR}
    wrong.be("derived/column/regardingobjectid/target/msdyn_timegroup/accepted#plugin")
    body = {
        "regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem@odata.bind": wrong.url(
            "msdyn_timegroup", wrong.row("msdyn_timegroup")
        )
    }
    assert wrong.ask("POST", SETS, body).json["error"]["code"] == "0x80040265"
