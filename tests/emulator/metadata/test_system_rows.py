"""``sdkmessages``, ``sdkmessagefilters`` and ``customapis`` over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

Get = Callable[..., requests.Response]


def rows(answer: requests.Response) -> list[dict[str, Any]]:
    """The rows of a right answer."""
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["value"]
    return found


def test_rows_have_etags_and_their_key(get: Get, root: str) -> None:
    """A selected row keeps its ETag and its primary key."""
    answer = get("/sdkmessages?$select=name&$filter=name eq 'CCaaS_HoldCall'")
    (row,) = rows(answer)

    assert answer.headers["Content-Type"] == ("application/json; odata.metadata=minimal; odata.streaming=true")
    assert answer.json()["@odata.context"] == f"{root}/$metadata#sdkmessages(name)"
    assert set(row) == {"@odata.etag", "name", "sdkmessageid"}
    assert row["@odata.etag"].startswith('W/"')
    by_key = get(f"/sdkmessages({row['sdkmessageid']})?$select=name").json()
    assert by_key["name"] == "CCaaS_HoldCall"
    assert by_key["@odata.context"] == f"{root}/$metadata#sdkmessages(name)/$entity"


def test_text_is_compared_without_case(get: Get) -> None:
    """A filter on text finds a name in any case."""
    assert rows(get("/sdkmessages?$filter=name eq 'ccaas_holdcall'&$select=name"))[0]["name"] == "CCaaS_HoldCall"


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("startswith(name,'CCaaS_')", 18),
        ("contains(name,'transcription')", 5),
        ("endswith(name,'PhoneCall')", 2),
        ("name in ('CCaaS_HoldCall','CCaaS_UnholdCall','Nothing')", 2),
        ("name in ('CCaaS_HoldCall')", 1),
        ("not startswith(name,'CCaaS_') and name eq 'Create'", 1),
        ("(name eq 'Create' or name eq 'Update') and not (name eq 'Update')", 1),
        ("name ne 'Create' and startswith(name,'Cr')", 1),
        ("name eq null", 0),
        ("isprivate eq false and name gt 'Upsert'", 2),
        ("name eq 'it''s'", 0),
    ],
)
def test_filters_find_what_they_say(get: Get, condition: str, count: int) -> None:
    """Comparisons, lists, string functions and their combinations select rows."""
    found = rows(get(f"/sdkmessages?$select=name&$filter={condition}"))

    assert len(found) == count, [row["name"] for row in found]


def test_plus_and_percent_are_decoded(get: Get) -> None:
    """A query may be written with ``+`` for blanks and ``%24`` for the dollar."""
    assert len(rows(get("/sdkmessages?%24select=name&%24filter=name+eq+%27Create%27+or+name+eq+'Update'"))) == 2


def test_count_order_and_top(get: Get) -> None:
    """The count ignores the page; the order is applied before it; the number alone is plain text."""
    document = get("/sdkmessages?$select=name&$filter=startswith(name,'CCaaS_')&$count=true&$orderby=name desc&$top=2")
    number = get("/sdkmessages/$count?$filter=startswith(name,'CCaaS_')")

    assert document.json()["@odata.count"] == 18
    assert [row["name"] for row in rows(document)] == ["CCaaS_UnholdCall", "CCaaS_StopTranscription"]
    assert (number.text, number.headers["Content-Type"]) == ("18", "text/plain")


def test_filter_row_tells_message_and_table(get: Get) -> None:
    """The 18 messages stand on the table, visible, and take no steps; Create does."""
    condition = "$filter=primaryobjecttypecode eq 'msdyn_ocliveworkitem'&$expand=sdkmessageid($select=name)"
    found = {row["sdkmessageid"]["name"]: row for row in rows(get(f"/sdkmessagefilters?{condition}"))}
    mine = [row for name, row in found.items() if name.startswith("CCaaS_")]

    assert len(mine) == 18
    assert {(row["iscustomprocessingstepallowed"], row["isvisible"]) for row in mine} == {(False, True)}
    assert found["Create"]["iscustomprocessingstepallowed"] is True
    assert found["GrantAccess"]["iscustomprocessingstepallowed"] is True
    assert found["Upsert"]["iscustomprocessingstepallowed"] is False
    assert found["Create"]["_sdkmessageid_value"] == found["Create"]["sdkmessageid"]["sdkmessageid"]


def test_filter_rows_are_found_through_the_message(get: Get) -> None:
    """A condition may go through the lookup to the message."""
    condition = "sdkmessageid/name eq 'CCaaS_HoldCall' or sdkmessageid/name eq 'Assign'"
    found = rows(get(f"/sdkmessagefilters?$select=primaryobjecttypecode&$filter={condition}"))

    assert [row["primaryobjecttypecode"] for row in found].count("msdyn_ocliveworkitem") == 2
    assert len(found) > 20


def test_messages_expand_their_filters(get: Get) -> None:
    """The rows of the other side come with a selection of their own."""
    expanded = "sdkmessageid_sdkmessagefilter($select=primaryobjecttypecode,isvisible)"
    (row,) = rows(get(f"/sdkmessages?$filter=name eq 'CCaaS_HoldCall'&$select=name&$expand={expanded}"))

    assert [item["primaryobjecttypecode"] for item in row["sdkmessageid_sdkmessagefilter"]] == ["msdyn_ocliveworkitem"]


def test_custom_api_tells_binding_kind_and_steps(get: Get) -> None:
    """Each action is an entity-bound custom API that takes no steps."""
    found = rows(get("/customapis?$filter=startswith(uniquename,'CCaaS_') and allowedcustomprocessingsteptype eq 0"))

    assert len(found) == 18
    assert {
        (row["bindingtype"], row["boundentitylogicalname"], row["isfunction"], row["isprivate"]) for row in found
    } == {(1, "msdyn_ocliveworkitem", False, False)}


def test_custom_api_has_its_parameters_and_properties(get: Get) -> None:
    """Inputs and outputs are rows of their own, also expanded."""
    condition = "$filter=uniquename eq 'CCaaS_ExternalCallTransfer'&$expand=CustomAPIRequestParameters"
    (row,) = rows(get(f"/customapis?{condition}"))
    outputs = rows(get("/customapiresponseproperties?$select=uniquename,type"))

    assert [(item["uniquename"], item["type"], item["isoptional"]) for item in row["CustomAPIRequestParameters"]] == [
        ("Destination", 10, False)
    ]
    assert {item["uniquename"] for item in outputs} == {
        "CallState",
        "RecordingState",
        "TranscriptionState",
        "ParticipantCount",
    }


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/customapis?$filter=nothing eq 1", 400, "Could not find a property named 'nothing'"),
        ("/customapis?$select=Name", 400, "Could not find a property named 'Name'"),
        ("/customapis?$orderby=nothing", 400, "Could not find a property named 'nothing'"),
        ("/customapis?$expand=nothing", 400, "Could not find a property named 'nothing'"),
        ("/customapis?$filter=name eq", 400, "Syntax error"),
        ("/customapis?$filter=name eq 'a' or", 400, "Syntax error"),
        ("/customapis?$filter=name = 'a'", 400, "Syntax error"),
        ("/customapis?$filter=nothing(name)", 400, "unknown function"),
        ("/customapis?$filter=contains(name)", 400, "not valid"),
        ("/customapis?$filter=contains(name,1)", 400, "No function signature"),
        ("/customapis?$filter=name add 1 eq 2", 400, "must be a property"),
        ("/customapis?$filter=1 eq 1", 400, "must be a property"),
        ("/customapis?$filter=name eq name", 400, "must be a literal"),
        ("/customapis?$filter=guid'x' eq name", 400, "Syntax error"),
        ("/customapis?$filter=", 400, "must not be empty"),
        ("/customapis?$skip=1", 400, "Skip Clause is not supported in CRM"),
        ("/customapis?$nothing=1", 400, "The query parameter $nothing is not supported"),
        ("/customapis?nothing=1", 400, "The query parameter nothing is not supported"),
        ("/customapis?$top=1&$top=1", 400, "more than once"),
        ("/customapis?$top=-1", 400, "$top"),
        ("/customapis?$count=maybe", 400, "$count"),
        ("/customapis(nothing)", 400, "expected"),
        (
            "/customapis(00000000-0000-0000-0000-000000000000)",
            404,
            "With Id = 00000000-0000-0000-0000-000000000000 Does Not Exist",
        ),
    ],
)
def test_bad_queries_get_the_documented_errors(get: Get, path: str, status: int, message: str) -> None:
    """Each mistake in a query is named in an OData error."""
    answer = get(path)

    assert answer.status_code == status, answer.text
    assert set(answer.json()["error"]) == {"code", "message"}
    assert message in answer.json()["error"]["message"]


def test_long_and_deep_filters_are_served_or_refused(get: Get) -> None:
    """Many conditions in a row are fine, deep nesting is refused, neither is a defect."""
    many = " or ".join(f"name eq 'n{number}'" for number in range(800))
    deep = "not (" * 200 + "name eq 'a'" + ")" * 200

    assert rows(get(f"/sdkmessages?$filter={many} or name eq 'Create'&$select=name"))[0]["name"] == "Create"
    refused = get(f"/sdkmessages?$filter={deep}")
    assert (refused.status_code, refused.json()["error"]["message"]) == (
        400,
        "The $filter expression is nested too deeply.",
    )
