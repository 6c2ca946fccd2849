"""What is signed: a Statement of in-toto that names every file of a bundle, and says what the run came to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import rfc8785

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.conformance.verdict import Verdict

TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1"
WARNED = frozenset({Outcome.WAIVED, Outcome.NOT_CLAIMED})
FAILED = frozenset(
    {Outcome.FAIL, Outcome.ERROR, Outcome.NOT_OBSERVABLE, Outcome.NOT_TESTABLE, Outcome.DESELECTED}
)  # all that keeps a run from being conformant: there is no fourth list for what cannot be told


def payload(certificate: Mapping[str, Any], subjects: Mapping[str, str]) -> bytes:
    """Return the bytes to sign: canonical JSON (``schemas/outputs/statement.schema.json``).

    ``subjects``: the digest of each file of the bundle. Raises ValueError for a certificate whose texts are none.
    """
    return rfc8785.dumps(statement(certificate, subjects))


def statement(certificate: Mapping[str, Any], subjects: Mapping[str, str]) -> dict[str, Any]:
    """Return the Statement that follows from a certificate and the files beside it."""
    passed, warned, failed = (_ids(certificate, kind) for kind in ({Outcome.PASS}, WARNED, FAILED))
    return {
        "_type": TYPE,
        "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in sorted(subjects.items())],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "result": _result(certificate, warned),
            "configuration": _configuration(certificate),
            "passedTests": passed,
            "warnedTests": warned,
            "failedTests": failed,
        },
    }


def _ids(certificate: Mapping[str, Any], outcomes: Collection[str]) -> list[str]:
    """Return the requirements that count for the verdict and came out so."""
    rows = certificate["requirements"]
    return [row["id"] for row in rows if row["outcome"] in outcomes and row["obligation"] != "advisory"]


def _result(certificate: Mapping[str, Any], warned: Collection[str]) -> str:
    if certificate["verdict"] != Verdict.CONFORMANT:
        return "FAILED"
    return "WARNED" if warned else "PASSED"


def _configuration(certificate: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the result hangs on, each with a digest; numbers as text, as readers of JSON differ from 2^53 on."""
    suite, profile = certificate["suite"], certificate["profile"]
    challenge = certificate.get("challenge")
    return [
        {**_named("suite", suite["sha256"]), "annotations": {"version": suite["version"]}},
        _named("reference", certificate["reference"]["sha256"]),
        *([_named("profile", profile["sha256"])] if profile else []),
        {
            **_named("run", certificate["evidence"]["sha256"]),  # of its exchanges
            "annotations": {
                "level": certificate["level"],
                "verdict": certificate["verdict"],
                "seed": str(certificate["seed"]),
                **({"challenge": challenge} if challenge is not None else {}),
                "started": certificate["started"],
                "finished": certificate["finished"],
                "endpoint": certificate["endpoint"]["root"],
            },
        },
    ]


def _named(name: str, digest: str) -> dict[str, Any]:
    return {"name": name, "digest": {"sha256": digest}}
