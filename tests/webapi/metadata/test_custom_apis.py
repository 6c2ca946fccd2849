"""Rows of customapis with what hangs on them: read from the emulator, doubted where a list is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dataverse_tck.endpoint.embedded import emulator
from dataverse_tck.readings import State
from dataverse_tck.webapi.http.session import Session
from dataverse_tck.webapi.metadata.custom_apis import read_custom_apis
from tests.support.canned_server import Serve, reply

NAMES = ("CCaaS_InitiateExternalTransfer", "CCaaS_GetCallState", "CCaaS_NoSuchMessage")


def test_parameters_and_properties_come_with_their_message(session_at: Callable[..., Session]) -> None:
    """Both lists of each message that there is, in one request."""
    with emulator() as root:
        found = read_custom_apis(session_at(root), NAMES)

    assert found.state is State.READ
    assert len(found.exchanges) == 1
    rows = {row["uniquename"]: row for row in found.content or ()}
    assert set(rows) == set(NAMES[:2])
    transfer, state = rows[NAMES[0]], rows[NAMES[1]]
    assert [
        (item["uniquename"], item["type"], item["isoptional"]) for item in transfer["CustomAPIRequestParameters"]
    ] == [("Destination", 10, False)]
    assert transfer["CustomAPIResponseProperties"] == state["CustomAPIRequestParameters"] == []
    assert "CallState" in [item["uniquename"] for item in state["CustomAPIResponseProperties"]]


@pytest.mark.parametrize("items", [None, {}, ["x"], [{"type": 10}], [{"uniquename": None}]])
@pytest.mark.parametrize("name", ["CustomAPIRequestParameters", "CustomAPIResponseProperties"])
def test_a_list_of_another_shape_is_doubted(
    serve: Serve, session_at: Callable[..., Session], name: str, items: Any
) -> None:
    """A message without its lists would read as one without parameters."""
    lists = {"CustomAPIRequestParameters": [], "CustomAPIResponseProperties": [], name: items}
    server = serve(lambda _: reply({"value": [{"uniquename": "x", **lists}]}))

    found = read_custom_apis(session_at(server.root), ["x"])

    assert (found.state, found.content) == (State.BROKEN, None)
    assert f"x without a list {name}" in found.reason


def test_an_endpoint_that_does_not_offer_them_says_so(serve: Serve, session_at: Callable[..., Session]) -> None:
    """403 is an answer, no break."""
    server = serve(lambda _: reply({"error": {"code": "", "message": "no"}}, 403))

    assert read_custom_apis(session_at(server.root), ["x"]).state is State.UNREADABLE


def test_lists_that_are_paged_are_read_to_their_end(session_at: Callable[..., Session]) -> None:
    """Each along a link of its own: a message read with some of its parameters would be called wrongly."""
    with emulator("--page-size", "1") as paged, emulator() as whole:
        found, expected = (read_custom_apis(session_at(root), NAMES).content for root in (paged, whole))

    def names(rows: Any) -> dict[str, set[str]]:
        return {row["uniquename"]: {item["uniquename"] for item in row["CustomAPIResponseProperties"]} for row in rows}

    assert names(found) == names(expected)
    assert max(map(len, names(found).values())) > 1


def test_a_list_that_breaks_off_is_doubted(serve: Serve, session_at: Callable[..., Session]) -> None:
    lists = {"CustomAPIRequestParameters": [], "CustomAPIResponseProperties": []}
    link = {"CustomAPIResponseProperties@odata.nextLink": "more"}
    row = {"uniquename": "x", **lists, **link}
    server = serve(lambda seen: reply({"value": [row]}) if "customapis" in seen.path else reply({}, 500))

    found = read_custom_apis(session_at(server.root), ["x"])

    assert (found.state, found.content, len(found.exchanges)) == (State.BROKEN, None, 2)
