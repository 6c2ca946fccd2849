"""What is signed: a Statement as in-toto defines it, which follows from the certificate and the files."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from google.protobuf import json_format
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2 as test_result
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement

from dataverse_tck.bundle.envelope import ENVELOPE, read_envelope
from dataverse_tck.bundle.statement import payload, statement
from dataverse_tck.suite_files import suite_root
from tests.support.bundles import Bundle, entries, row, told

SCHEMA = json.loads((suite_root() / "schemas/outputs/statement.schema.json").read_text("utf-8"))


def of_a_bundle(bundle: Bundle) -> dict[str, Any]:
    """What a bundle signs."""
    document: dict[str, Any] = json.loads(read_envelope(entries(bundle.path)[ENVELOPE]).payload)
    return document


def test_it_keeps_its_schema(bundle: Bundle) -> None:
    for document in (of_a_bundle(bundle), statement(told(profile={"sha256": "d" * 64}), {"a": "e" * 64})):
        jsonschema.Draft202012Validator(SCHEMA).validate(document)


def test_others_read_it_as_a_statement_about_tests(bundle: Bundle) -> None:
    document = of_a_bundle(bundle)

    read = Statement.copy_from_pb(json_format.ParseDict(document, statement_pb2.Statement()))
    read.validate()
    result = json_format.ParseDict(document["predicate"], test_result.TestResult())

    assert {one.name: one.digest["sha256"] for one in read.pb.subject}.keys() == entries(bundle.path).keys() - {
        ENVELOPE
    }
    assert (result.result, len(result.passed_tests)) == ("PASSED", 399)
    assert [one.name for one in result.configuration] == ["suite", "reference", "run"]


def test_it_says_what_the_run_was_told_as_text() -> None:
    configuration = statement(told(challenge="Monday"), {})["predicate"]["configuration"]

    assert configuration[-1]["annotations"] == {
        "level": "data",
        "verdict": "conformant",
        "seed": "1152921504606846976",
        "challenge": "Monday",
        "started": "2026-11-20T10:00:00.000Z",
        "finished": "2026-11-20T10:01:00.000Z",
        "endpoint": "https://host/api/data/v9.2",
    }
    assert configuration[0] == {"name": "suite", "digest": {"sha256": "a" * 64}, "annotations": {"version": "1.0"}}


@pytest.mark.parametrize(
    ("verdict", "outcome", "result", "where"),
    [
        ("conformant", "pass", "PASSED", "passedTests"),
        ("conformant", "not applicable", "PASSED", None),
        ("conformant", "beyond this level", "PASSED", None),
        ("conformant", "waived", "WARNED", "warnedTests"),
        ("conformant", "not claimed", "WARNED", "warnedTests"),
        ("not conformant", "fail", "FAILED", "failedTests"),
        ("incomplete", "error", "FAILED", "failedTests"),
        ("incomplete", "not observable", "FAILED", "failedTests"),
        ("incomplete", "not testable", "FAILED", "failedTests"),
        ("incomplete", "deselected", "FAILED", "failedTests"),
        ("incomplete", "pass", "FAILED", "passedTests"),
    ],
)
def test_what_cannot_be_told_is_not_passed(verdict: str, outcome: str, result: str, where: str | None) -> None:
    rows = [row("a", outcome), row("advisory", outcome, obligation="advisory")]
    predicate = statement(told(verdict=verdict, requirements=rows), {})["predicate"]

    assert predicate["result"] == result
    assert {name: ids for name, ids in predicate.items() if name.endswith("Tests") and ids} == (
        {where: ["a"]} if where else {}
    )


def test_it_is_canonical() -> None:
    content = payload(told(), {"b": "0" * 64, "a": "1" * 64})

    assert content.startswith(b'{"_type":"https://in-toto.io/Statement/v1","predicate":{"configuration":[')
    assert [one["name"] for one in json.loads(content)["subject"]] == ["a", "b"]
    with pytest.raises(ValueError):
        payload(told(level="\ud800"), {})
