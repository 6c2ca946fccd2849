"""Collections that are cut, whatever the client prefers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dataverse_tck.emulator.organisation.model import Organisation
from tests.support.asker import ROOT, Asker

CONTEXTS = "msdyn_msdyn_ocliveworkitem_msdyn_smsengagementctx_liveworkitemid"


@pytest.fixture(scope="module")
def ask(organisation: Organisation) -> Asker:
    """A service whose pages have two members, with seven accounts."""
    made = Asker(organisation, page_size=2)
    for number in range(7):
        made.create("accounts", name=f"Account {number}")
    return made


def pages(ask: Asker, target: str, **headers: str) -> Iterator[list[Any]]:
    """The pages of a collection, as its links lead from one to the next."""
    following: str | None = target
    while following is not None:
        path, _, query = following.removeprefix(f"{ROOT}/").partition("?")
        document = ask.read_raw(path, query, **headers)
        yield document["value"]
        following = document.get("@odata.nextLink")


@pytest.mark.parametrize("prefer", ["", "odata.maxpagesize=5000"])
def test_rows_come_in_pages(ask: Asker, prefer: str) -> None:
    """Seven accounts in four pages, each once."""
    found = list(pages(ask, "accounts?$select=name&$orderby=name", Prefer=prefer))

    assert [len(page) for page in found] == [2, 2, 2, 1]
    assert [row["name"] for page in found for row in page] == [f"Account {number}" for number in range(7)]


def test_a_client_may_want_smaller_pages(ask: Asker) -> None:
    """The preference counts where it is less."""
    assert {len(page) for page in pages(ask, "accounts", Prefer="odata.maxpagesize=1")} == {1}


@pytest.mark.parametrize(("top", "sizes"), [(1, [1]), (2, [2]), (3, [2, 1]), (5, [2, 2, 1]), (9, [2, 2, 2, 1])])
def test_top_holds_for_all_pages_together(ask: Asker, top: int, sizes: list[int]) -> None:
    """As many rows as were asked for, in pages."""
    assert [len(page) for page in pages(ask, f"accounts?$top={top}")] == sizes


def test_expanded_rows_come_in_pages(ask: Asker) -> None:
    """What does not fit stands behind the link, without what was shown."""
    row = ask.create("msdyn_ocliveworkitems", subject="Parent")
    names = ["a", "b", "c", "d", "e"]
    for name in names:
        ask.create(
            "msdyn_smsengagementctxes", msdyn_name=name, msdyn_liveworkitemid__bind=f"/msdyn_ocliveworkitems({row})"
        )
    for options in ("$select=msdyn_name;$orderby=msdyn_name", "$orderby=msdyn_name;$top=3"):
        document = ask.read(f"msdyn_ocliveworkitems({row})?$expand={CONTEXTS}({options})")
        rest = list(pages(ask, document[f"{CONTEXTS}@odata.nextLink"]))
        shown = [one["msdyn_name"] for page in (document[CONTEXTS], *rest) for one in page]
        assert len(document[CONTEXTS]) == 2
        assert shown == (names[:3] if "$top" in options else names)
    two = ask.read(f"msdyn_ocliveworkitems({row})?$expand={CONTEXTS}($top=2)")
    assert (len(two[CONTEXTS]), f"{CONTEXTS}@odata.nextLink" in two) == (2, False)


@pytest.mark.parametrize(
    ("target", "key"),
    [
        ("EntityDefinitions?$select=LogicalName", "LogicalName"),
        ("EntityDefinitions(LogicalName='account')/Attributes?$select=LogicalName", "LogicalName"),
        ("customapis?$select=uniquename", "uniquename"),
        ("EntityDefinitions?$select=LogicalName&$top=5", "LogicalName"),
    ],
)
def test_definitions_and_system_rows_come_in_pages(
    ask: Asker, organisation: Organisation, target: str, key: str
) -> None:
    """Together they are what comes in one answer elsewhere."""
    whole = [item[key] for item in Asker(organisation).read(target)["value"]]
    found = list(pages(ask, target))

    assert {len(page) for page in found[:-1]} == {2}
    assert [item[key] for page in found for item in page] == whole
    assert len(whole) > 2


def test_expanded_definitions_come_in_pages(ask: Asker, organisation: Organisation) -> None:
    """Of one definition, and of each in a list."""
    one = "EntityDefinitions(LogicalName='account')?$select=LogicalName&$expand=Attributes($select=LogicalName)"
    whole = [item["LogicalName"] for item in Asker(organisation).read(one)["Attributes"]]
    listed = "EntityDefinitions?$select=LogicalName&$expand=Attributes($select=LogicalName)"
    listed += "&$filter=LogicalName eq 'account'"
    for document in (ask.read(one), ask.read(listed)["value"][0]):
        rest = list(pages(ask, document["Attributes@odata.nextLink"]))
        assert [item["LogicalName"] for page in (document["Attributes"], *rest) for item in page] == whole
        assert {len(page) for page in (document["Attributes"], *rest[:-1])} == {2}


def test_a_token_that_is_none_is_refused(ask: Asker) -> None:
    """Only the service makes tokens."""
    assert ask("GET", "EntityDefinitions?$skiptoken=x").status == 400
