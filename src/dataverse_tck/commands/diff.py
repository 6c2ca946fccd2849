"""``dataverse-tck diff``: two runs compared, and what may be why they differ."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dataverse_tck.report.differences import KINDS, Changes, Differences, Outcomes, differences, told_in_lines
from dataverse_tck.report.folder import read_certificate
from dataverse_tck.reporting import terminal
from dataverse_tck.reporting.harmless import harmless

DIFF_FORMAT = "dataverse-tck/diff/1"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``diff`` to its parser."""
    parser.description = (
        "Compare two runs by their certificates: which requirements fail now and did not, or no longer do, and what "
        "else differs, so that it may be why. Nothing is sent, and nothing is judged again: verify does that."
    )
    parser.epilog = (
        "Exit codes: 0 compared, whatever differs; 2 where one of them cannot be read. A gate that ends with 1 where "
        "something fails that did not is had with: dataverse-tck run --gate no-worse --baseline RUN. "
        "Example: dataverse-tck diff reports/before reports/latest"
    )
    parser.add_argument("before", type=Path, metavar="RUN_A", help="the folder of the earlier run")
    parser.add_argument("now", type=Path, metavar="RUN_B", help="the folder of the later run")
    parser.add_argument("--json", action="store_true", help="as one JSON document (schemas/outputs/diff.schema.json)")
    parser.set_defaults(do=lambda options: diff(options.before, options.now, as_json=options.json))


def diff(before: Path, now: Path, *, as_json: bool) -> int:
    """Say what differs between two runs. Raises UsageError where one of them cannot be read."""
    told = {before: read_certificate(before), now: read_certificate(now)}  # one and the same folder is read once
    found = differences(told[before], told[now])
    if as_json:
        print(json.dumps(_document((before, told[before]), (now, told[now]), found), indent=1))
        return 0
    every = dict.fromkeys(item["id"] for one in told.values() for item in one["requirements"])
    out = terminal.out()
    for name, folder in (("before", before), ("now", now)):
        out.print(f"{name:<11}{_headline(folder, told[folder])}", markup=False)
    for line in told_in_lines(found, every):
        out.print(line, markup=False)
    return 0


def _headline(folder: Path, told: Mapping[str, Any]) -> str:
    coverage = told["coverage"]
    checked = f"{coverage['checked']} of {coverage['requirements']} checked"
    return f"{harmless(folder)}: {told['verdict']}, {checked}, level {told['level']}, begun {told['started']}"


def _document(
    before: tuple[Path, Mapping[str, Any]], now: tuple[Path, Mapping[str, Any]], found: Differences
) -> dict[str, Any]:
    return {
        "format": DIFF_FORMAT,
        "before": _run(*before),
        "now": _run(*now),
        "requirements": _changes(found, found.outcomes),
        "advisory": _changes(found.advisory, found.outcomes),
        "causes": list(found.causes),
    }


def _run(folder: Path, told: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("verdict", "level", "started", "finished", "coverage", "suite")
    return {"folder": str(folder), **{name: told[name] for name in kept}, "endpoint": told["endpoint"]["root"]}


def _changes(found: Changes, outcomes: Mapping[str, Outcomes]) -> dict[str, Any]:
    return {
        kind: [{"id": key, "before": outcomes[key][0], "now": outcomes[key][1]} for key in getattr(found, kind)]
        for kind in KINDS
    }
