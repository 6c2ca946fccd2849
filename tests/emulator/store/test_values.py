"""Single values on their way into the database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dataverse_tck.emulator.organisation.model import Column, Kind, Organisation, Required, label
from dataverse_tck.emulator.organisation.platform import ACCOUNT
from dataverse_tck.emulator.protocol.errors import ODataError
from dataverse_tck.emulator.store.values import cell, guid

NONE = label("x")


def column(kind: Kind, **fields: Any) -> Column:
    """A column of that kind."""
    return Column("x", "X", kind, NONE, **fields)


TEXT = column(Kind.STRING, max_length=3)
WHOLE = column(Kind.INTEGER, minimum=0, maximum=10)
LONG = column(Kind.BIG_INT)
AMOUNT = column(Kind.DECIMAL, minimum=-5, maximum=5, precision=2)
FLAG = column(Kind.BOOLEAN)
MOMENT = column(Kind.DATE_TIME)
GUID = column(Kind.UNIQUE_IDENTIFIER)
ONE = column(Kind.PICKLIST, choice="msdyn_ocliveworkitem_msdyn_routingtype")
MANY = column(Kind.MULTI_SELECT, choice="msdyn_streamsource")


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        (TEXT, "äöü", "äöü"),
        (TEXT, "", ""),
        (WHOLE, 0, 0),
        (WHOLE, 10, 10),
        (LONG, 2**63 - 1, 2**63 - 1),
        (AMOUNT, -5, -5.0),
        (AMOUNT, 1.239, 1.24),
        (FLAG, False, False),
        (MOMENT, "2026-01-31", "2026-01-31T00:00:00Z"),
        (MOMENT, "2026-01-31T09:00:59.9+02:00", "2026-01-31T07:00:59Z"),
        (MOMENT, "1753-01-01T00:00:00Z", "1753-01-01T00:00:00Z"),
        (GUID, "0A0A0A0A-0000-0000-0000-00000000000F", "0a0a0a0a-0000-0000-0000-00000000000f"),
        (ONE, 1, 1),
        (MANY, "192370000, 192360000,192370000", ",192370000,192360000,"),
        (MANY, "", None),
        *((kind, None, None) for kind in (TEXT, WHOLE, MOMENT, ONE, MANY)),
    ],
)
def test_fitting_values_are_kept(organisation: Organisation, kind: Column, value: object, kept: object) -> None:
    """A value that fits its column becomes a cell in one form."""
    found = cell(organisation, ACCOUNT, kind, value)

    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (TEXT, 5),
        (TEXT, ["a"]),
        (WHOLE, "5"),
        (WHOLE, 5.0),
        (WHOLE, True),
        (WHOLE, 2**31),
        (LONG, 2**63),
        (AMOUNT, "1"),
        (AMOUNT, False),
        (FLAG, 1),
        (FLAG, "true"),
        (MOMENT, 20260131),
        (MOMENT, "31.01.2026"),
        (MOMENT, "2026-02-30"),
        (MOMENT, "20260131"),
        (MOMENT, "1752-12-31"),
        (MOMENT, "9999-12-31T23:59:59-01:00"),
        (GUID, "0a"),
        (GUID, 5),
        (ONE, "1"),
        (ONE, True),
        (MANY, 192360000),
        (MANY, "a"),
        (MANY, "1,,2"),
        (MANY, {"a": 1}),
    ],
)
def test_values_of_another_type_are_refused(organisation: Organisation, kind: Column, value: object) -> None:
    """The refusal names the value and the Edm type that was expected."""
    with pytest.raises(ODataError) as refusal:
        cell(organisation, ACCOUNT, kind, value)

    assert (refusal.value.status, refusal.value.code) == (400, "0x80048d19")
    assert f"to the expected type '{kind.kind.edm_type}'." in refusal.value.message
    assert "Entity :'accounts'" in refusal.value.message


@pytest.mark.parametrize(
    ("kind", "value", "code", "part"),
    [
        (TEXT, "abcd", "0x80044331", "length of the 'x' attribute of the 'account' entity exceeded"),
        (WHOLE, -1, "0x8004432f", "The value -1 of 'x' on record of type 'account'"),
        (WHOLE, 11, "0x8004432f", "Accepted Values: 0 to 10"),
        (AMOUNT, 5.01, "0x80044330", "outside the valid range"),
        (AMOUNT, float("inf"), "0x80044330", "outside the valid range"),
        (ONE, 5, "0x8004431A", "The value 5 of 'x' on record of type 'account' is outside the valid range."),
        (ONE, 5, "0x8004431A", "Accepted Values: 0,1"),
        (MANY, "192360000,5", "0x8004431A", "The value 5 of 'x'"),
    ],
)
def test_values_out_of_range_are_refused(
    organisation: Organisation, kind: Column, value: object, code: str, part: str
) -> None:
    """Lengths, limits and options have the documented codes and texts."""
    with pytest.raises(ODataError) as refusal:
        cell(organisation, ACCOUNT, kind, value)

    assert (refusal.value.status, refusal.value.code) == (400, code)
    assert part in refusal.value.message


def test_required_column_is_not_emptied(organisation: Organisation) -> None:
    """Only what the system requires is enforced."""
    with pytest.raises(ODataError, match="cannot be set to NULL"):
        cell(organisation, ACCOUNT, replace(TEXT, required=Required.SYSTEM), None)

    assert cell(organisation, ACCOUNT, replace(TEXT, required=Required.APPLICATION), None) is None


def test_guid_in_braces_is_read() -> None:
    """A GUID is recognised in the forms that clients write."""
    plain = "0a0a0a0a-0000-0000-0000-00000000000f"

    assert guid("{" + plain.upper() + "}") == plain
    assert guid(plain + "0") is None
