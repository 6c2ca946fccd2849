"""Parameters of all types, as JSON and as literals of a URL."""

from __future__ import annotations

from typing import Any

import pytest

from dataverse_tck.emulator.operations.arguments import check_parameters, function_arguments
from dataverse_tck.emulator.organisation.model import Operation, Parameter
from dataverse_tck.emulator.protocol.errors import ODataError
from dataverse_tck.emulator.protocol.paths import Segment

GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def taking(type_name: str) -> Operation:
    """A function with one parameter of that type."""
    return Operation("F", "Function", parameters=(Parameter("P", type_name),))


@pytest.mark.parametrize(
    ("type_name", "value", "read"),
    [
        ("Edm.String", "", ""),
        ("Edm.Guid", GUID.upper(), GUID),
        ("Edm.Boolean", False, False),
        ("Edm.Int32", 0, 0),
        ("Edm.Int32", -(2**31), -(2**31)),
        ("Edm.Int32", 2**31 - 1, 2**31 - 1),
        ("mscrm.crmbaseentity", {"accountid": GUID}, {"accountid": GUID}),
        ("Edm.String", None, None),
    ],
)
def test_values_of_their_type_pass(type_name: str, value: Any, read: Any) -> None:
    """GUIDs come out in lower case, the rest as it came."""
    assert check_parameters(taking(type_name), {"P": value}) == {"P": read}


@pytest.mark.parametrize(
    ("type_name", "value", "shown"),
    [
        ("Edm.String", 1, "1"),
        ("Edm.Guid", "x", "x"),
        ("Edm.Guid", 1, "1"),
        ("Edm.Boolean", 1, "1"),
        ("Edm.Boolean", "true", "true"),
        ("Edm.Int32", True, "true"),
        ("Edm.Int32", 1.5, "1.5"),
        ("Edm.Int32", "1", "1"),
        ("Edm.Int32", 2**31, "2147483648"),
        ("mscrm.principal", ["é"], '["é"]'),
    ],
)
def test_values_of_another_type_are_shown(type_name: str, value: Any, shown: str) -> None:
    """The refusal names the value as JSON and the type that was expected."""
    with pytest.raises(ODataError) as refused:
        check_parameters(taking(type_name), {"P": value})

    assert refused.value.message.endswith(f"Cannot convert the literal '{shown}' to the expected type '{type_name}'.")


@pytest.mark.parametrize(
    ("type_name", "literal", "read"),
    [
        ("Edm.String", "'it''s'", "it's"),
        ("Edm.Guid", GUID, GUID),
        ("Edm.Boolean", "true", True),
        ("Edm.Boolean", "false", False),
        ("Edm.Int32", "-12", -12),
        ("Edm.String", "null", None),
        ("mscrm.crmbaseentity", "{'@odata.id':'accounts(1)'}", {"@odata.id": "accounts(1)"}),
        ("mscrm.crmbaseentity", "{'name':'it''s'}", {"name": "it's"}),
        ("mscrm.crmbaseentity", '{"@odata.id":"accounts(1)"}', {"@odata.id": "accounts(1)"}),
    ],
)
def test_literals_are_read_by_type(type_name: str, literal: str, read: Any) -> None:
    """In the parentheses and behind an alias alike."""
    operation = taking(type_name)

    assert function_arguments(operation, Segment("F", f"P={literal}"), {}) == {"P": read}
    assert function_arguments(operation, Segment("F", "P=@p"), {"@p": literal}) == {"P": read}


@pytest.mark.parametrize(
    ("type_name", "literal"),
    [
        ("Edm.String", "text"),
        ("Edm.String", GUID),
        ("Edm.String", "true"),
        ("Edm.String", "1"),
        ("Edm.Guid", "'x'"),
        ("Edm.Guid", f"'{GUID}'"),
        ("Edm.Guid", "true"),
        ("Edm.Boolean", "True"),
        ("Edm.Boolean", "1"),
        ("Edm.Int32", "'1'"),
        ("Edm.Int32", "1.5"),
        ("Edm.Int32", "99999999999"),
        ("mscrm.principal", "{'a'"),
        ("mscrm.principal", "[]"),
    ],
)
def test_literals_of_another_type_are_refused(type_name: str, literal: str) -> None:
    """What is quoted is text, and nothing else is."""
    with pytest.raises(ODataError) as refused:
        function_arguments(taking(type_name), Segment("F", "P=@p"), {"@p": literal})

    assert refused.value.status == 400
    assert literal in refused.value.message
