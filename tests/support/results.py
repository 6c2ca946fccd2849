"""A run that came to something, made up: reports are written from it without an endpoint."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from rich.console import Console

from dataverse_tck.conformance.controls import CONTROLS
from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.conformance.verdict import complete_findings, decide
from dataverse_tck.reporting.certificate import certificate
from dataverse_tck.reporting.result import Acted, RunResult, Surveyed
from dataverse_tck.reporting.terminal import report
from dataverse_tck.settings import Settings
from dataverse_tck.suite_files import suite_root

CATALOGUE = load_suite().catalogue
ROOT = "https://org.example.com/api/data/v9.2"
DELETE = "derived/relationship/msdyn_bookingrule_msdyn_ocliveworkitems/delete"


def result(folder: Path, changed: Mapping[str, Finding] | None = None, **facts: Any) -> RunResult:
    """A run at the data level in which everything passed but what was ``changed``.

    ``facts`` are fields of the result, of its settings, of what was surveyed and of what was done.
    """
    unknown = set(facts) - {field.name for kind in (RunResult, Settings, Surveyed, Acted) for field in fields(kind)}
    assert not unknown, unknown
    passed = {item.id: Finding(item.id, Outcome.PASS, observed=item.expected) for item in CATALOGUE.requirements}
    usual: dict[str, Any] = {"endpoint": ROOT, "level": "data", "seed": 7}
    settings = Settings(**{**usual, **_of(Settings, facts)}).resolved(CATALOGUE, date(2026, 11, 21))
    findings = complete_findings(
        {**passed, **(changed or {})},
        CATALOGUE,
        level=settings.level,
        exercised=passed,
        left_out=None,
        interrupted=False,
        not_claimed=settings.not_claimed,
    )
    made: dict[str, Any] = {
        "settings": settings,
        "catalogue": CATALOGUE,
        "verdict": decide(findings, CATALOGUE, broken=False),
        "started": "2026-11-21T22:26:04.000Z",
        "finished": "2026-11-21T22:26:09.000Z",
        "findings": findings,
        "controls": {item.id: Finding(item.id, Outcome.PASS) for item in CONTROLS},
        "surveyed": Surveyed(**{"root": ROOT, **_of(Surveyed, facts)}),
        "acted": Acted(**_of(Acted, facts)),
        "scenarios": {DELETE: ("features/rows/parents.feature: Deleting takes along",)},
        "scenario_count": 300,
        "requests": 1312,
        "parts": 0,
        "waited_s": 0.0,
        "request_lines": {f"x{number:04}": f"DELETE {ROOT}/rows({number})" for number in range(1, 31)},
        "interrupted": False,
        "troubles": (),
        "folder": folder,
    }
    return RunResult(**{**made, **_of(RunResult, facts)})


def _of(kind: Any, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: facts[field.name] for field in fields(kind) if field.name in facts}


SURVIVED = Finding(
    DELETE,
    Outcome.FAIL,
    "one of 2 conversations is still there",
    observed="NoCascade",
    surface="rows",
    exchanges=tuple(f"x{number:04}" for number in range(1, 21)),
)


def told(run: RunResult) -> str:
    """What a person reads of a run."""
    text = io.StringIO()
    report(Console(file=text, highlight=False, soft_wrap=True), run)
    return text.getvalue()


def checked(run: RunResult) -> Any:
    """The certificate of a run, held against its schema."""
    document = json.loads(json.dumps(certificate(run)))
    schema = json.loads((suite_root() / "schemas/outputs/certificate.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(document)
    return document
