"""``ctrf-report.json``: the scenarios of a run in the Common Test Report Format, which dashboards and CI tools read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from dataverse_tck.report.cases import ToldCase, cases_of
from dataverse_tck.report.sentences import limits, verdict_sentence
from dataverse_tck.report.told_run import ToldRun
from dataverse_tck.reporting.harmless import harmless

_STATUSES = ("passed", "failed", "skipped", "pending", "other")


def pieces(run: ToldRun) -> Iterator[bytes]:
    """Yield the report."""
    told, cases = run.certificate, list(cases_of(run))
    counts = Counter(case.status for case in cases)
    start, stop = (_milliseconds(told[name]) for name in ("started", "finished"))
    document = {
        "reportFormat": "CTRF",
        "specVersion": "0.0.0",
        "runId": run.name,
        **({"timestamp": told["finished"]} if stop else {}),
        "generatedBy": "dataverse-tck",
        "results": {
            "tool": {"name": "dataverse-tck", "version": harmless(told["suite"]["version"])},
            "summary": {
                "tests": len(cases),
                **{status: counts[status] for status in _STATUSES},
                "suites": len({case.file for case in cases}),
                "start": start,
                "stop": stop,
                "duration": max(0, stop - start),
            },
            "tests": [_test(case) for case in cases],
            "environment": {"appName": harmless(told["endpoint"]["root"])},
            "extra": {
                "verdict": told["verdict"],
                "sentence": verdict_sentence(told),
                "level": told["level"],
                "coverage": told["coverage"],
                "counts": told["counts"],
                "what this does not say": [harmless(one) for one in (*run.missing, *limits(told))],
            },
        },
    }
    yield json.dumps(document, indent=1).encode() + b"\n"


def _test(case: ToldCase) -> Mapping[str, Any]:
    requirements = {harmless(key): harmless(outcome) for key, outcome in case.taken.said.items()}
    told = {
        "name": harmless(case.name),
        "testId": harmless(case.title),
        "status": case.status,
        "rawStatus": harmless(case.outcome),
        "duration": round(1000 * case.taken.seconds),
        "suite": [harmless(one) for one in (case.feature or case.file, case.rule) if one],
        "message": case.reason,
        "tags": [one for one in (case.level, case.obligation) if one],
        "filePath": harmless(case.file),
        "line": case.taken.line,
        "labels": {"requirements": list(requirements)} if requirements else {},
        "extra": {"requirements": requirements} if requirements else {},
    }
    return {name: value for name, value in told.items() if value not in ("", [], {}, None)}


def _milliseconds(moment: str | None) -> int:
    """Return a moment as a number; 0 where a run has none, since the format insists on one."""
    try:
        return round(1000 * datetime.fromisoformat(moment or "").timestamp())
    except ValueError:
        return 0
