"""Tables that nobody can create rows of, and tables that are not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from dataverse_tck.emulator.faults.errors import UnknownFaultError
from dataverse_tck.emulator.faults.table_faults import table_faults
from dataverse_tck.emulator.organisation.model import Organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running

GROUPS = "msdyn_timegroups"


@contextmanager
def served_with(organisation: Organisation, *given: str) -> Iterator[str]:
    """An emulator with faults of tables."""
    with running(create_app(organisation, troubles=given)) as root:
        yield root


@pytest.mark.parametrize(
    ("kind", "refusal", "said"),
    [
        ("forbidden", (403, "0x80040220"), "prvCreatemsdyn_timegroup"),
        ("plugin", (400, "0x80040265"), "msdyn_timegroup"),
    ],
)
def test_rows_of_a_table_cannot_be_created(
    organisation: Organisation, session: requests.Session, kind: str, refusal: tuple[int, str], said: str
) -> None:
    """By POST, by upsert, by CreateMultiple; rows of other tables can."""
    row = {"@odata.type": "Microsoft.Dynamics.CRM.msdyn_timegroup", "msdyn_name": "x"}
    with served_with(organisation, f"{kind}:msdyn_timegroup") as root:
        multiple = f"{root}/{GROUPS}/Microsoft.Dynamics.CRM.CreateMultiple"
        answers = [
            session.post(f"{root}/{GROUPS}", json={"msdyn_name": "x"}, timeout=10),
            session.patch(f"{root}/{GROUPS}(11111111-2222-4333-8444-555555555555)", json={}, timeout=10),
            session.post(multiple, json={"Targets": [row]}, timeout=10),
        ]
        assert session.get(f"{root}/{GROUPS}/$count", timeout=10).text == "0"
        assert session.post(f"{root}/msdyn_bookingrules", json={}, timeout=10).status_code == 204

    for answer in answers:
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == refusal
        assert said in error["message"]


@pytest.mark.parametrize("table", ["msdyn_timegroup", "msdyn_ocvoicemail", "msdyn_ocliveworkitem", "account"])
def test_a_table_is_missing(organisation: Organisation, session: requests.Session, table: str) -> None:
    """Its set, its definition, its relationships and its messages; the others are there and can be written."""
    entity_set = organisation.table[table].entity_set
    with served_with(organisation, f"missing:{table}") as root:

        def get(path: str) -> requests.Response:
            return session.get(f"{root}/{path}", timeout=10)

        assert get(entity_set).status_code == get(f"EntityDefinitions(LogicalName='{table}')").status_code == 404
        assert f'EntitySet Name="{entity_set}"' not in get("$metadata").text
        named = ("ReferencedEntity", "ReferencingEntity", "Entity1LogicalName", "Entity2LogicalName")
        related = get("RelationshipDefinitions").json()["value"]
        assert related
        assert not [item for item in related if table in map(item.get, named)]
        filters = get(f"sdkmessagefilters?$filter=primaryobjecttypecode eq '{table}'").json()["value"]
        assert (filters, entity_set in get("").text) == ([], False)
        row = session.post(f"{root}/msdyn_bookingrules", json={"msdyn_name": "x"}, timeout=10)
        assert row.status_code == 204
        assert session.delete(row.headers["OData-EntityId"], timeout=10).status_code == 204


def test_what_a_table_needs_cannot_be_had(organisation: Organisation, session: requests.Session) -> None:
    """A SystemRequired lookup, declared as such, to a table without rows that gets none."""
    with served_with(organisation, "unsatisfiable:msdyn_timegroup") as root:
        attribute = "EntityDefinitions(LogicalName='msdyn_timegroup')/Attributes(LogicalName='new_prerequisiteid')"
        declared = session.get(
            f"{root}/{attribute}/Microsoft.Dynamics.CRM.LookupAttributeMetadata?$select=Targets,RequiredLevel",
            timeout=10,
        ).json()
        missing: Any = session.post(f"{root}/{GROUPS}", json={"msdyn_name": "x"}, timeout=10)
        needed = session.post(f"{root}/new_prerequisites", json={"new_name": "x"}, timeout=10)
        rows = session.get(f"{root}/new_prerequisites", timeout=10).json()["value"]
        text = session.get(f"{root}/$metadata", timeout=10).text

    assert (declared["Targets"], declared["RequiredLevel"]["Value"]) == (["new_prerequisite"], "SystemRequired")
    assert (missing.status_code, missing.json()["error"]["code"]) == (400, "0x80040203")
    assert "new_prerequisiteid" in missing.json()["error"]["message"]
    assert (needed.status_code, needed.json()["error"]["code"], rows) == (403, "0x80040220", [])
    assert 'EntitySet Name="new_prerequisites"' in text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("odd:account", "Unknown trouble 'odd:account'. Write KIND:TABLE with one of: forbidden, plugin"),
        ("forbidden", "Unknown table ''"),
        ("missing:accounts", "Unknown table 'accounts' .* nearest ones are: account"),
        ("missing:systemuser", "'systemuser' cannot be missing"),
    ],
)
def test_unknown_faults_of_tables_get_a_hint(organisation: Organisation, given: str, said: str) -> None:
    """The kind, the table, and what cannot be."""
    with pytest.raises(UnknownFaultError, match=said):
        table_faults(organisation, [given])
