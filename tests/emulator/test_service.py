"""The service document, functions, and what is answered beside the resources."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

Get = Callable[..., requests.Response]


def test_service_document_lists_the_entity_sets(get: Get, root: str) -> None:
    """The root lists sets, and nothing else."""
    document = get("/").json()

    assert document["@odata.context"] == f"{root}/$metadata"
    assert {"name": "msdyn_ocliveworkitems", "kind": "EntitySet", "url": "msdyn_ocliveworkitems"} in (document["value"])
    assert {item["kind"] for item in document["value"]} == {"EntitySet"}
    assert get("").json() == document


def test_caller_and_version_are_told(get: Get, root: str) -> None:
    """Both functions answer with and without parentheses."""
    for call in ("/WhoAmI", "/WhoAmI()"):
        document = get(call).json()
        assert document.pop("@odata.context") == f"{root}/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse"
        assert set(document) == {"BusinessUnitId", "UserId", "OrganizationId"}
    assert get("/RetrieveVersion()").json()["Version"].startswith("9.2.")


def test_function_is_not_posted_to(root: str, session: requests.Session) -> None:
    """A function called with POST is not found, rather than not allowed."""
    answer = session.post(f"{root}/WhoAmI", json={}, timeout=10)

    assert answer.status_code == 404
    assert answer.json()["error"] == {
        "code": "",
        "message": f"No HTTP resource was found that matches the request URI '{root}/WhoAmI'.",
    }


@pytest.mark.parametrize("path", ["/nothing", "/nothing(1)", "/WhoAmI/x", "/WhoAmI(x)", "/entitydefinitions"])
def test_unknown_segments_are_not_found(get: Get, path: str) -> None:
    """Names are case-sensitive, and what is unknown answers 404."""
    answer = get(path)

    assert answer.status_code == 404
    assert "Resource not found for the segment" in answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/api/data/v8.2/WhoAmI", "/api/data/v9.2x", "/api/data", "/", "/favicon.ico"])
def test_other_roots_are_not_found(root: str, session: requests.Session, path: str) -> None:
    """Only the versions 9.0 to 9.2 are served, and nothing beside the service root."""
    answer = session.get(root.removesuffix("/api/data/v9.2") + path, timeout=10)

    assert answer.status_code == 404
    assert "error" in answer.json()


def test_older_version_speaks_of_itself(root: str, session: requests.Session) -> None:
    """A context names the version that was asked."""
    older = root.replace("v9.2", "v9.1")

    assert session.get(f"{older}/", timeout=10).json()["@odata.context"] == f"{older}/$metadata"


def test_json_is_the_only_format_of_resources(get: Get) -> None:
    """Resources refuse a caller who accepts XML only."""
    assert get("/EntityDefinitions", Accept="application/atom+xml").status_code == 415
    assert get("/WhoAmI", Accept="text/html,application/xhtml+xml,*/*;q=0.8").status_code == 200
    assert get("/WhoAmI", Accept="application/json;odata.metadata=none").status_code == 200


def test_service_document_is_only_read(root: str, session: requests.Session) -> None:
    """The service document and the metadata document take no other method."""
    assert session.post(root, json={}, timeout=10).status_code == 405
    assert session.post(f"{root}/$metadata", json={}, timeout=10).status_code == 405


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PROPFIND"])
def test_methods_that_nobody_uses_are_refused(root: str, session: requests.Session, method: str) -> None:
    """Whatever the method, the answer is that it is not allowed."""
    assert session.request(method, f"{root}/EntityDefinitions", timeout=10).status_code == 405


def test_collection_options_need_a_collection(get: Get) -> None:
    """One resource cannot be filtered, ordered, cut off or counted."""
    table = "/EntityDefinitions(LogicalName='account')"
    for option in ("$filter=IsActivity eq true", "$top=1", "$orderby=LogicalName", "$count=true"):
        assert get(f"{table}?{option}").status_code == 400
    assert get(f"{table}/$count").status_code == 404
