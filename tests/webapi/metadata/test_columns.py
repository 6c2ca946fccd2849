"""The kind of a column is taken from what says it most exactly."""

from __future__ import annotations

from typing import Any

import pytest

from dataverse_tck.webapi.metadata.columns import column_kind

CRM = "#Microsoft.Dynamics.CRM"


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ({"@odata.type": f"{CRM}.MultiSelectPicklistAttributeMetadata"}, "MultiSelectPicklist"),
        ({"@odata.type": f"{CRM}.PicklistAttributeMetadata", "AttributeType": "Virtual"}, "Picklist"),
        ({"@odata.type": f"{CRM}.AttributeMetadata", "AttributeType": "State"}, "State"),
        ({"@odata.type": f"{CRM}.LookupAttributeMetadata", "AttributeType": "Customer"}, "Lookup"),
        (
            {"AttributeTypeName": {"Value": "MultiSelectPicklistType"}, "AttributeType": "Virtual"},
            "MultiSelectPicklist",
        ),
        ({"AttributeTypeName": "StatusType"}, "Status"),
        ({"AttributeTypeName": {"Value": None}, "AttributeType": "Picklist"}, "Picklist"),
        ({"AttributeTypeName": {"Value": "VirtualType"}, "AttributeType": "Virtual"}, None),
        ({"AttributeType": "Virtual"}, None),
        ({"@odata.type": 7, "AttributeTypeName": [], "AttributeType": {}}, None),
        ({}, None),
    ],
)
def test_the_most_exact_word_counts(column: dict[str, Any], kind: str | None) -> None:
    """@odata.type before AttributeTypeName before AttributeType; Virtual and odd values say nothing."""
    assert column_kind(column) == kind
