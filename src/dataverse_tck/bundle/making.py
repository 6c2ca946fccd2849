"""A bundle made of the folder of a run: which of its files, with what is told beside them, and signed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataverse_tck.bundle.archive import BundleError, Content, differs_at, names_in, read_entry, unpack, write_archive
from dataverse_tck.bundle.envelope import ENVELOPE, signed
from dataverse_tck.bundle.manual import STATEMENTS, Said, written
from dataverse_tck.bundle.statement import payload
from dataverse_tck.evidence.record import Refusal
from dataverse_tck.report.folder import read_run
from dataverse_tck.report.formats import FORMATS
from dataverse_tck.report.write import write
from dataverse_tck.reporting.certificate import CERTIFICATE, sha256
from dataverse_tck.usage import UsageError
from dataverse_tck.verify.folder import ARCHIVE, CLEANED, LATER, read_certificate

if TYPE_CHECKING:
    from securesystemslib.signer import CryptoSigner

PAGES = frozenset({"report.html", "certificate.html", "badge.svg"})
"""Reports that go into a bundle: all others are made again from it by who wants them."""


def leave_pages(folder: Path) -> None:
    """Write the reports that go into a bundle, where they are not there yet."""
    missing = [one for one in FORMATS.values() if one.file in PAGES and not (folder / one.file).is_file()]
    run = read_run(folder) if missing else None
    for one in missing:
        assert run is not None
        write(folder / one.file, one.pieces(run))


def make(folder: Path, certificate: Mapping[str, Any], signer: CryptoSigner, statements: Iterable[Said]) -> Path:
    """Write ``certificate.zip`` into the folder of a run, as a whole or not at all. Raises UsageError."""
    files: dict[str, Content] = {**files_of(folder, certificate)}
    if statements := tuple(statements):
        files[STATEMENTS] = written(statements, certificate)
    try:
        content = payload(certificate, {name: _digest(one) for name, one in files.items()})
    except ValueError as problem:
        raise UsageError(f"What {folder / CERTIFICATE} says cannot be signed ({problem}).") from None
    return write_whole(folder / ARCHIVE, {**files, ENVELOPE: signed(content, signer)})


def with_envelope(path: Path, envelope: bytes) -> None:
    """Write a bundle again with another envelope, as a whole or not at all. Raises UsageError, BundleError."""
    with tempfile.TemporaryDirectory(prefix="dataverse-tck-") as room:
        digests, _ = unpack(path, Path(room))
        write_whole(path, {**{name: Path(room) / name for name in digests}, ENVELOPE: envelope})


def write_whole(path: Path, files: Mapping[str, Content]) -> Path:
    """Write an archive as a whole or not at all. Raises UsageError."""
    draft = path.with_name(f".{path.name}.part")
    try:
        write_archive(draft, files)
        os.replace(draft, path)  # noqa: PTH105 - atomic, and overwrites on every platform
    except OSError as problem:
        raise UsageError(f"{path} cannot be written ({problem.strerror}).") from None
    finally:
        draft.unlink(missing_ok=True)
    return path


def files_of(folder: Path, certificate: Mapping[str, Any]) -> dict[str, Path]:
    """Return the files of a run that its bundle holds: what its certificate names, and what came after it."""
    later = {CERTIFICATE, CLEANED, *PAGES}
    names = sorted({*certificate["files"], *(name for name in later if (folder / name).is_file())})
    return {name: folder / name for name in names}


def _digest(content: Content) -> str:
    return hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else sha256(content)


def made_otherwise(folder: Path, room: Path) -> list[Refusal]:
    """Tell whether the bundle in the folder of a run is another than the one that the folder makes.

    What stands in the bundle alone is taken from there: its envelope, statements, and where rows were removed since
    then, the ledger as it was. ``room``: where the other one may be written.
    """
    path = folder / ARCHIVE
    if not path.is_file():
        return []
    files: dict[str, Content] = {**files_of(folder, read_certificate(folder))}
    alone = {ENVELOPE, STATEMENTS, *(LATER if (folder / CLEANED).is_file() else ())}
    try:
        names = names_in(path)
        for name in {*alone, *PAGES, CLEANED} - names:
            files.pop(name, None)  # a report may have come later, and rows been removed
        files |= {name: read_entry(path, name) for name in alone & names}
    except BundleError as problem:
        return [Refusal("The bundle in the folder cannot be read.", ARCHIVE, "", str(problem))]
    write_archive(room / ARCHIVE, files)
    at = differs_at(path, room / ARCHIVE)
    return (
        [] if at is None else [Refusal("The bundle is not the one that the folder makes.", f"{ARCHIVE}, byte {at:,}")]
    )
