"""``certificate.json``: the verdict with everything that a stranger needs to re-check it."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dataverse_tck import __version__
from dataverse_tck.conformance.control import guarded_by
from dataverse_tck.conformance.controls import CONTROLS
from dataverse_tck.conformance.verdict import counts, coverage, split_advisory
from dataverse_tck.evidence.bodies import DRAFT
from dataverse_tck.evidence.reading import EXCHANGES
from dataverse_tck.jsontypes import Json
from dataverse_tck.profile.coverage import Fate
from dataverse_tck.settings import AUTO
from dataverse_tck.suite_files import suite_sha256

if TYPE_CHECKING:
    from pathlib import Path

    from dataverse_tck.conformance.requirement import Requirement
    from dataverse_tck.conformance.waivers import JudgedWaiver
    from dataverse_tck.reporting.result import RunResult

FORMAT = "dataverse-tck/certificate/4"
CERTIFICATE = "certificate.json"


def certificate(result: RunResult) -> dict[str, Json]:
    """Return the certificate of a run as one JSON document (``schemas/outputs/certificate.schema.json``)."""
    judged, advisory = split_advisory(result.findings, result.catalogue)
    checked, total = coverage(judged)
    return {
        "format": FORMAT,
        "verdict": str(result.verdict),
        "level": result.settings.level,
        "endpoint": {
            "root": result.surveyed.root,
            "embedded": result.settings.embedded,
            "completed_from": result.surveyed.completed_from,
            "version": result.surveyed.version,
            "metadata": result.surveyed.metadata,
        },
        "suite": {"version": __version__, "sha256": suite_sha256()},
        "reference": {"title": result.catalogue.title, "sha256": result.catalogue.sha256},
        "started": result.started,
        "finished": result.finished,
        "seed": result.settings.seed,
        "challenge": result.settings.challenge,
        "only": list(result.settings.only),
        "exclude": list(result.settings.exclude),
        "max_fail": result.settings.max_fail,
        "counts": counts(judged),
        "advisory": counts(advisory),
        "coverage": {"checked": checked, "requirements": total},
        "requests": {
            "number": result.requests,
            "in_batches": result.parts,
            "waited_s": round(result.waited_s, 3),
            "settled_s": round(result.acted.settled_s, 3),
        },
        "rows_written": dict(result.acted.rows_written),
        "interrupted": result.interrupted,
        "troubles": list(result.troubles),
        "run": {
            "python": platform.python_version(),
            "workers": result.settings.workers or AUTO,
            "at_once": result.acted.at_once,
            "pytest_args": list(result.settings.pytest_args),
        },
        "evidence": {"file": EXCHANGES, "sha256": sha256(result.folder / EXCHANGES)},
        "files": _files(result.folder),
        "surfaces": [
            {"surface": one.surface, "state": one.state, "reason": one.reason, "exchanges": list(one.exchanges)}
            for one in result.surveyed.surfaces
        ],
        "extensions": [{"kind": kind, "name": name} for kind, name in result.surveyed.extensions],
        "private_messages": list(result.surveyed.private),
        "exclusions": [
            {"id": item.id, "reason": item.reason, "section": item.section, "line": item.line}
            for item in result.catalogue.exclusions
        ],
        "controls": _controls(result),
        "leftovers": [asdict(one) for one in result.acted.leftovers],
        "profile": _profile(result),
        "not_claimed": _not_claimed(result),
        "waivers": [told_waiver(one) for one in result.waivers],
        "calls": _calls(result),
        "requirements": [told_requirement(result, item) for item in result.catalogue.requirements],
    }


def sha256(path: Path) -> str:
    """Return the digest of a file; that of nothing where there is none."""
    if not path.is_file():
        return hashlib.sha256(b"").hexdigest()
    with path.open("rb") as file:  # it can be large
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(folder: Path) -> dict[str, Json]:
    """Return the digest of each file of the run but the certificate, and drafts, which do not stay."""
    paths = (path for path in sorted(folder.rglob("*")) if path.name != CERTIFICATE and path.suffix != DRAFT)
    return {path.relative_to(folder).as_posix(): sha256(path) for path in paths if path.is_file()}


def told_requirement(result: RunResult, item: Requirement) -> dict[str, Any]:
    """Return what a run says of a requirement."""
    found, waiver = result.findings[item.id], result.waiver_of(item.id)
    return {
        "id": item.id,
        "statement": item.statement,
        "level": item.level,
        "obligation": item.obligation,
        "derived_from": item.derived_from,
        "section": item.section,
        "line": item.line,
        "outcome": str(found.outcome),
        "reason": found.reason,
        "blocked_by": list(item.blocked_by),
        "expected": item.expected if found.expected is None else found.expected,
        "observed": found.observed,
        "surface": found.surface,
        "surfaces": [
            {
                "surface": seen.surface,
                "right": seen.right,
                "observed": seen.observed,
                "absent": seen.absent,
                "exchanges": list(seen.exchanges),
            }
            for seen in found.sightings
        ],
        "scenarios": list(result.scenarios.get(item.id, ())),
        "exchanges": list(found.exchanges),
        **({"waiver": told_waiver(waiver)} if waiver else {}),
    }


def told_waiver(one: JudgedWaiver) -> dict[str, Any]:
    """Return what a run says of a waiver."""
    return {
        "requirement": one.waiver.requirement,
        "reason": one.waiver.reason,
        "owner": one.waiver.owner,
        "expires": one.waiver.expires.isoformat(),
        "link": one.waiver.link,
        "state": str(one.standing),
        "covers": list(one.covers),
    }


def _profile(result: RunResult) -> Json:
    profile = result.settings.profile
    if profile is None:
        return None
    return {
        "name": profile.name,
        "sha256": profile.sha256,
        "implementation": dict(profile.implementation),
        "settings": dict(profile.calls.settings) if profile.calls else {},
    }


def _not_claimed(result: RunResult) -> list[Json]:
    profile = result.settings.profile
    if profile is None:
        return []
    messages = profile.calls.not_claimed() if profile.calls else ()
    return [
        *({"solution": it.solution, "tables": list(it.tables), "reason": it.reason} for it in profile.not_claimed),
        *({"message": message.name, "reason": message.reason} for message in messages),
    ]


def _calls(result: RunResult) -> Json:
    """What the profile declares of calls, and the table of messages by state; None where no calls were tried."""
    if result.settings.calls is None or result.settings.level != "calls":
        return None
    tried = result.acted.tried
    return {
        **result.settings.calls.declared(),
        "states": {str(fate): sum(one.fate is fate for one in tried) for fate in Fate},
        "messages": [
            {
                "message": one.message,
                "state": dict(one.state),
                "possible": one.possible,
                "outcome": str(one.fate),
                "reason": one.reason,
                "exchange": one.exchange,
            }
            for one in tried
        ],
    }


def _controls(result: RunResult) -> list[Json]:
    return [
        {
            "id": control.id,
            "statement": control.statement,
            "outcome": str(result.controls[control.id].outcome),
            "reason": result.controls[control.id].reason,
            "guards": list(guarded_by(control, result.catalogue)),
            "scenarios": list(result.scenarios.get(control.id, ())),
            "exchanges": list(result.controls[control.id].exchanges),
        }
        for control in CONTROLS
    ]


def write_json(path: Path, document: Mapping[str, Json]) -> None:
    """Write a JSON file as a whole or not at all: each member of the document in a line, of lists each element."""
    draft = path.with_name(path.name + ".part")
    with draft.open("w", encoding="utf-8") as file:
        lines = ",\n".join(f"{json.dumps(name)}: {_in_lines(value)}" for name, value in document.items())
        file.write(f"{{\n{lines}\n}}\n")
    os.replace(draft, path)  # noqa: PTH105 - atomic, and overwrites on every platform


def _in_lines(value: Json) -> str:
    if isinstance(value, list) and value:
        return "[\n{}\n]".format(",\n".join(f" {json.dumps(one)}" for one in value))
    return json.dumps(value)
