"""One run verified: its digests, its record, and the certificate that follows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataverse_tck import __version__
from dataverse_tck.evidence.record import Record, Refusal
from dataverse_tck.reporting.certificate import FORMAT, certificate
from dataverse_tck.suite_files import suite_sha256
from dataverse_tck.verify.compare import PARTIAL, TAKEN, differences
from dataverse_tck.verify.folder import FolderError, check_size, read_certificate, wrong_digests
from dataverse_tck.verify.replay import replayed, settings_of


@dataclass(frozen=True)
class Verification:
    """What came of verifying a run: what it says of itself, and what of that is refused."""

    root: str
    level: str
    seed: int
    verdict: str
    refusals: tuple[Refusal, ...]


def verified(folder: Path) -> Verification:
    """Judge a run again. Raises FolderError, RecordError or OptionsError for one that cannot be read."""
    check_size(folder)
    told = read_certificate(folder)
    try:
        return _verified(folder, told)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise FolderError(f"The certificate of {folder} is none of this kit: {problem!r}.") from None


def _verified(folder: Path, told: Mapping[str, Any]) -> Verification:
    if told["format"] != FORMAT:
        raise FolderError(f"The certificate has the format {told['format']!r:.80}; this kit verifies {FORMAT!r}.")
    suite = {"version": __version__, "sha256": suite_sha256()}
    if told["suite"] != suite:
        raise FolderError(
            f"The run was made by version {told['suite']['version']!s:.40} of the suite (sha256 "
            f"{told['suite']['sha256']!s:.64}), which alone can verify it; this is {__version__} ({suite['sha256']})."
        )
    refusals = list(wrong_digests(folder, told["files"]))
    record = Record(folder)
    if record.options is None or record.end is None:
        raise FolderError("The record does not say what the run was told, or how it ended: it is not whole.")
    if record.options["suite"] != suite:
        refusals.append(Refusal("The record is of another suite.", "options", str(suite), str(record.options["suite"])))
    profile = told["profile"] or {}
    settings = settings_of(folder, record.options, profile.get("name"))
    result = replayed(record, settings, root=record.options["endpoint"], started=told["started"])
    partial = record.end["interrupted"] and not record.end["performed"]
    refusals += record.refusals
    refusals += () if partial else record.left_over()
    follows = json.loads(json.dumps(certificate(result)))  # as it would stand in its file
    refusals += differences(told, follows, TAKEN | PARTIAL if partial else TAKEN)
    return Verification(
        root=str(told["endpoint"]["root"]),
        level=str(told["level"]),
        seed=int(told["seed"]),
        verdict=str(told["verdict"]),
        refusals=tuple(refusals),
    )
