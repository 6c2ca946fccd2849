"""EARL: an assertion for each requirement, read by a library for JSON-LD that loads nothing."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest
from pyld import jsonld

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.report.told_run import ToldRun
from tests.support.poisoned import HOSTILE
from tests.support.reports import made

EARL = "http://www.w3.org/ns/earl#"
TERMS = "http://purl.org/dc/terms/"
OUTCOMES = {
    "pass": "passed",
    "fail": "failed",
    "error": "cantTell",
    "not observable": "cantTell",
    "not testable": "cantTell",
    "not applicable": "inapplicable",
    "not claimed": "untested",
    "beyond this level": "untested",
    "deselected": "untested",
    "waived": "failed",
}


def no_network(url: str, options: Any) -> Any:
    """Refuse to load anything."""
    raise AssertionError(url)


def expanded(run: ToldRun) -> list[Any]:
    """All that the document says, in whole addresses."""
    found: list[Any] = jsonld.expand(json.loads(made("earl", run)), {"documentLoader": no_network})
    return found


def assertions(run: ToldRun) -> list[Any]:
    """Its assertions."""
    return [one for one in expanded(run) if one["@type"] == [f"{EARL}Assertion"]]


def test_every_requirement_is_asserted(run: ToldRun) -> None:
    """With its outcome, its id, and where it stands in the reference."""
    found = assertions(run)

    assert len(found) == len(run.requirements)
    for one, item in zip(found, run.requirements, strict=True):
        (criterion,), (result,) = one[f"{EARL}test"], one[f"{EARL}result"]
        assert criterion[f"{TERMS}identifier"] == [{"@value": item["id"]}]
        assert unquote(criterion["@id"]) == f"urn:dataverse-tck:requirement:{item['id']}"
        (link,) = criterion[f"{TERMS}source"]
        assert link["@id"].startswith("https://learn.microsoft.com/")
        assert link["@id"].endswith(f"#{item['section']}") or not item["section"].startswith("BKMK_")
        assert result[f"{EARL}outcome"] == [{"@id": f"{EARL}{OUTCOMES[item['outcome']]}"}]
    assert Counter(it["outcome"] for it in run.requirements)["fail"] == 2


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_its_word(outcome: Outcome, run: ToldRun) -> None:
    """Nothing that was not decided is passed."""
    items = [{**run.requirements[0], "outcome": str(outcome)}]
    (one,) = assertions(replace(run, certificate={**run.certificate, "requirements": items}))

    assert one[f"{EARL}result"][0][f"{EARL}outcome"] == [{"@id": f"{EARL}{OUTCOMES[outcome]}"}]


def test_who_says_it_and_of_what(run: ToldRun) -> None:
    """Each assertion names the kit and the endpoint, which the document describes."""
    described = {one["@id"]: one for one in expanded(run) if one["@type"] != [f"{EARL}Assertion"]}

    for one in assertions(run):
        assert described[one[f"{EARL}assertedBy"][0]["@id"]]["@type"] == [f"{EARL}Software"]
        assert described[one[f"{EARL}subject"][0]["@id"]]["@type"] == [f"{EARL}TestSubject"]
        assert one[f"{EARL}mode"] == [{"@id": f"{EARL}automatic"}]


def test_an_address_stays_one(run: ToldRun) -> None:
    """Whatever a forger writes as a section or an id."""
    items = [{**run.requirements[0], "id": HOSTILE, "section": f"BKMK_{HOSTILE}"}]
    (one,) = assertions(replace(run, certificate={**run.certificate, "requirements": items}))
    addresses = [one[f"{EARL}test"][0]["@id"], one[f"{EARL}test"][0][f"{TERMS}source"][0]["@id"]]

    assert not any(set(address) & set(" <>\"'\\") for address in addresses)
