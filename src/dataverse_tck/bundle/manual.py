"""Manual statements: what somebody says of requirements that a run could not look at, kept beside the verdict."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rfc8785

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.conformance.requirement import selects
from dataverse_tck.evidence.record import Refusal
from dataverse_tck.evidence.shapes import no_number, once
from dataverse_tck.profile.problems import breaches
from dataverse_tck.profile.profile import read_toml
from dataverse_tck.reporting.certificate import sha256
from dataverse_tck.usage import UsageError, nearest

STATEMENTS = "statements.json"
FORMAT = "dataverse-tck/statements/1"
OPEN = frozenset({Outcome.NOT_OBSERVABLE, Outcome.NOT_TESTABLE})
"""Outcomes that leave something to say: whatever a run has seen, nobody says otherwise."""


@dataclass(frozen=True)
class Said:
    """A statement as it stands in its file: of what, why, by whom, on which evidence."""

    requirement: str  # id or glob
    reason: str
    by: str
    evidence: str  # name of a file
    sha256: str  # of the evidence, which stays with its owner


def load_statements(path: Path) -> tuple[Said, ...]:
    """Read manual statements in TOML. Raises UsageError."""
    _, document = read_toml(path, "file of statements")
    if found := breaches(document, "manual-statement"):
        raise UsageError(f"The statements {path} cannot be used: {found[0]}")
    statements = tuple(_said(path, one) for one in document["statement"])
    if twice := [one for at, one in enumerate(statements) if one in statements[:at]]:
        raise UsageError(f"The statements {path} cannot be used: the one about {twice[0].requirement} is said twice.")
    return statements


def _said(path: Path, one: Mapping[str, str]) -> Said:
    evidence = path.parent / one["evidence"]
    if not evidence.is_file():
        raise UsageError(
            f"The statements {path} cannot be used: the evidence {one['evidence']} of {one['requirement']} is no file. "
            "Name one, relative to the file of the statements."
        )
    return Said(one["requirement"], one["reason"], one["by"], evidence.name, sha256(evidence))


def written(statements: Iterable[Said], certificate: Mapping[str, Any]) -> bytes:
    """Return the file of a bundle: canonical JSON, each statement with the requirements that it is about.

    Raises UsageError for one that is about nothing that the run has left open.
    """
    told = [_expanded(one, certificate) for one in statements]
    return rfc8785.dumps({"format": FORMAT, "statements": told})


def _expanded(one: Said, certificate: Mapping[str, Any]) -> dict[str, Any]:
    about = _about(one.requirement, certificate)
    if not about:
        raise UsageError(f"The statement about {one.requirement} cannot be taken: {_why_not(one, certificate)}")
    return {
        "requirement": one.requirement,
        "requirements": about,
        "reason": one.reason,
        "by": one.by,
        "evidence": {"name": one.evidence, "sha256": one.sha256},
    }


def _about(wanted: str, certificate: Mapping[str, Any]) -> list[str]:
    """Return the requirements that an id or glob names and that the run has left open."""
    rows = certificate["requirements"]
    return [row["id"] for row in rows if row["outcome"] in OPEN and selects([wanted], [row["id"]])]


def _why_not(one: Said, certificate: Mapping[str, Any]) -> str:
    rows = {row["id"]: row["outcome"] for row in certificate["requirements"]}
    found = sorted({outcome for key, outcome in rows.items() if selects([one.requirement], [key])})
    if not found:
        return f"no requirement is called so.{nearest(one.requirement, rows)}"
    return f"the run says {' and '.join(found)} of it. Only what is {' or '.join(sorted(OPEN))} can be stated."


def read_statements(content: bytes) -> list[dict[str, Any]]:
    """Return the statements of a bundle. Raises ValueError where the file is not exactly as ``written`` makes it."""
    try:
        document = json.loads(content, object_pairs_hook=once, parse_constant=no_number)
        form = rfc8785.dumps(document)
    except (RecursionError, rfc8785.CanonicalizationError) as problem:
        raise ValueError(str(problem)) from None
    if form != content:
        raise ValueError("its bytes are not the canonical form of what they say")
    if found := breaches(document, "statements"):
        raise ValueError(found[0])
    statements: list[dict[str, Any]] = document["statements"]
    if len({rfc8785.dumps(one) for one in statements}) < len(statements):
        raise ValueError("one of them stands there twice")
    return statements


def astray(statements: Iterable[Mapping[str, Any]], certificate: Mapping[str, Any]) -> list[Refusal]:
    """Tell which statements are about something else than what they name and the run has left open."""
    return [
        Refusal(
            "A manual statement is not about what the run has left open.",
            f"{STATEMENTS}: {one['requirement']}",
            json.dumps(about),
            json.dumps(one["requirements"]),
        )
        for one in statements
        if one["requirements"] != (about := _about(one["requirement"], certificate)) or not about
    ]
