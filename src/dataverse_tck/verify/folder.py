"""The folder of a run, which may come from a stranger: what is in it, and whether its digests hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from dataverse_tck.evidence.bodies import BODIES
from dataverse_tck.evidence.record import Refusal
from dataverse_tck.report.folder import load_certificate
from dataverse_tck.report.formats import FORMATS
from dataverse_tck.reporting.certificate import CERTIFICATE, sha256
from dataverse_tck.usage import UsageError

ARCHIVE = "certificate.zip"  # the bundle of the run, which `bundle` holds to the rest
MOST_BYTES = 10**9
_OURS = re.compile(
    rf"exchanges\.ndjson|junit\.xml|ledger\.ndjson|(profile|waivers)\.toml|baseline\.json|pytest\.log|kit-error\.txt"
    rf"|{BODIES}/[0-9a-f]{{64}}\.gz|allure/[^/]+"
)

CLEANED = "cleanup.ndjson"
LATER = frozenset({CLEANED, "ledger.ndjson"})
"""What ``dataverse-tck cleanup`` leaves and changes, after the certificate."""


class FolderError(Exception):
    """The folder cannot be read as one of a run; the text is a sentence."""


def read_certificate(folder: Path) -> Mapping[str, Any]:
    """Return the certificate of a run. Raises FolderError."""
    try:
        return load_certificate(folder)
    except UsageError as problem:
        raise FolderError(str(problem)) from None


def check_size(folder: Path) -> None:
    """Raise FolderError for a folder that is too large, or leads out of itself."""
    total = 0
    for path in folder.rglob("*"):
        if path.is_symlink():
            raise FolderError(f"{path} is a link. A run leaves none in its folder: copy what it leads to.")
        if not path.is_file() and not path.is_dir():
            raise FolderError(f"{path} is neither a file nor a folder.")
        total += (
            path.stat().st_size if path.is_file() and path != folder / ARCHIVE else 0
        )  # which has a limit of its own
    if total > MOST_BYTES:
        raise FolderError(f"{folder} has {total:,} bytes; more than {MOST_BYTES:,} are not read.")


def wrong_digests(folder: Path, files: Mapping[str, str]) -> Iterator[Refusal]:
    """Tell which files are not the ones that the certificate names, and which it does not name."""
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    there -= {
        CERTIFICATE,
        ARCHIVE,
        *(it.file for it in FORMATS.values()),
    }  # made of the rest, and held against it apart
    # ``dataverse-tck cleanup`` comes after the certificate; nothing of a verdict rests on what it changes.
    later = LATER if CLEANED in there else frozenset()
    for name in sorted((there | set(files)) - later):
        if name not in there:
            yield Refusal("A file is missing.", name, f"sha256 {files[name]}", "nothing")
        elif name not in files:
            yield Refusal("A file is here that the certificate does not name.", name)
        elif not _OURS.fullmatch(name):
            yield Refusal("A file is here that no run leaves.", name)
        elif (found := sha256(folder / name)) != files[name]:
            yield Refusal("A file is not the one that the certificate names.", name, f"sha256 {files[name]}", found)


def unread_bodies(folder: Path, read: Collection[str]) -> Iterator[Refusal]:
    """Tell which bodies belong to no answer."""
    for path in sorted((folder / BODIES).glob("*.gz")):
        if path.name.removesuffix(".gz") not in read:
            yield Refusal("The body of an answer is here that no line tells.", f"{BODIES}/{path.name}")
