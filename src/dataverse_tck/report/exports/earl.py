"""``earl.jsonld``: an assertion for each requirement, in the Evaluation and Report Language of the W3C, as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.report.sentences import verdict_sentence
from dataverse_tck.report.told_run import ToldRun
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.reporting.wording import reference_link

_CONTEXT: Mapping[str, Any] = {
    "earl": "http://www.w3.org/ns/earl#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "Assertion": "earl:Assertion",
    "Software": "earl:Software",
    "TestCriterion": "earl:TestCriterion",
    "TestResult": "earl:TestResult",
    "TestSubject": "earl:TestSubject",
    "assertedBy": {"@id": "earl:assertedBy", "@type": "@id"},
    "subject": {"@id": "earl:subject", "@type": "@id"},
    "mode": {"@id": "earl:mode", "@type": "@id"},
    "test": "earl:test",
    "result": "earl:result",
    "outcome": {"@id": "earl:outcome", "@type": "@id"},
    "title": "dct:title",
    "description": "dct:description",
    "identifier": "dct:identifier",
    "hasVersion": "dct:hasVersion",
    "source": {"@id": "dct:source", "@type": "@id"},
    "date": {"@id": "dct:date", "@type": "xsd:dateTime"},
}

_OUTCOMES: Mapping[str, str] = {
    str(Outcome.PASS): "earl:passed",
    str(Outcome.FAIL): "earl:failed",
    str(Outcome.WAIVED): "earl:failed",
    str(Outcome.NOT_APPLICABLE): "earl:inapplicable",
    str(Outcome.BEYOND): "earl:untested",
    str(Outcome.DESELECTED): "earl:untested",
    str(Outcome.NOT_CLAIMED): "earl:untested",
}
"""All others were looked at, and could not be decided."""


def pieces(run: ToldRun) -> Iterator[bytes]:
    """Yield the document, an assertion a line. Its context stands in it: nothing has to be loaded to read it."""
    told = run.certificate
    base = f"urn:dataverse-tck:run:{quote(run.name)}"
    date = {"date": told["finished"]} if told["finished"] else {}
    assertor = {
        "@id": f"urn:dataverse-tck:{quote(told['suite']['sha256'])}",
        "@type": "Software",
        "title": "dataverse-tck",
        "hasVersion": harmless(told["suite"]["version"]),
    }
    sentences = [verdict_sentence(told), *run.missing]
    subject = {
        "@id": f"{base}:endpoint",
        "@type": "TestSubject",
        "title": harmless(told["endpoint"]["root"]),
        "description": harmless(f"{told['verdict']} (level {told['level']}): {' '.join(sentences)}", 20_000),
    }
    yield b'{"@context":' + _json(_CONTEXT) + b',\n"@graph":[\n' + _json(assertor) + b",\n" + _json(subject)
    for item in run.requirements:
        common = {"assertedBy": assertor["@id"], "subject": subject["@id"], "mode": "earl:automatic"}
        yield b",\n" + _json({"@type": "Assertion", **common, "test": _criterion(item), "result": _result(item) | date})
    yield b"\n]}\n"


def _criterion(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "@id": f"urn:dataverse-tck:requirement:{quote(harmless(item['id']))}",
        "@type": "TestCriterion",
        "identifier": harmless(item["id"]),
        "title": harmless(item["statement"]),
        "source": quote(harmless(reference_link(item["section"])), safe=":/#"),
    }


def _result(item: Mapping[str, Any]) -> dict[str, Any]:
    reason = {"description": harmless(item["reason"])} if item["reason"] else {}
    return {"@type": "TestResult", "outcome": _OUTCOMES.get(item["outcome"], "earl:cantTell"), **reason}


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
