"""Bundles of honest runs, with the keys that signed them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataverse_tck.bundle.archive import BundleError
from dataverse_tck.bundle.envelope import ENVELOPE, read_envelope, signed_too
from dataverse_tck.bundle.keys import NamedKey, new_key, read_public, read_signer
from dataverse_tck.bundle.making import leave_pages, make, with_envelope
from dataverse_tck.bundle.verified import verified_bundle
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.report.folder import read_certificate
from dataverse_tck.run.runner import run
from dataverse_tck.settings import Settings
from dataverse_tck.usage import UsageError
from dataverse_tck.verify.folder import FolderError
from dataverse_tck.verify.replay import OptionsError


@dataclass(frozen=True)
class Bundle:
    """A bundle in the folder of its run, and who signed it."""

    path: Path
    keys: tuple[Path, ...]  # private ones, as their files

    @property
    def folder(self) -> Path:
        """The folder of the run."""
        return self.path.parent

    @property
    def named(self) -> tuple[NamedKey, ...]:
        """The public keys of who signed."""
        return tuple(read_public(key.with_suffix(".pub")) for key in self.keys)


def bundled(folder: Path, *, faults: Iterable[str] = (), keys: Iterable[str] = ("acme",), **settings: Any) -> Bundle:
    """The bundle of a run that is made for it."""
    with running(create_app(create_organisation(), faults=tuple(faults))) as root:
        run(Settings(root, output=folder / "run", **settings), None)
    return bundle_of(folder / "run", *(new_key(folder / name)[0] for name in keys))


def bundle_of(folder: Path, first: Path, *others: Path) -> Bundle:
    """The bundle of a run that is there."""
    leave_pages(folder)
    path = make(folder, read_certificate(folder), read_signer(first), ())
    for key in others:
        with_envelope(path, signed_too(read_envelope(entries(path)[ENVELOPE]), read_signer(key)))
    return Bundle(path, (first, *others))


def entries(path: Path) -> dict[str, bytes]:
    """What is in a bundle, by name, in its order."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def refused(path: Path, named: Iterable[NamedKey] = ()) -> list[str]:
    """What is refused of a bundle, each with its place; empty for one that verifies."""
    try:
        return [f"{one.what} {one.where} {one.found}" for one in verified_bundle(path, tuple(named)).refusals]
    except (BundleError, FolderError, OptionsError, UsageError) as problem:
        return [str(problem)]


def told(**changes: Any) -> dict[str, Any]:
    """A certificate with what statements, policies and bundles read of one."""
    return {
        "verdict": "conformant",
        "level": "data",
        "seed": 2**60,
        "suite": {"version": "1.0", "sha256": "a" * 64},
        "reference": {"title": "page", "sha256": "b" * 64},
        "profile": None,
        "evidence": {"file": "exchanges.ndjson", "sha256": "c" * 64},
        "endpoint": {"root": "https://host/api/data/v9.2", "embedded": False, "completed_from": None},
        "started": "2026-11-20T10:00:00.000Z",
        "finished": "2026-11-20T10:01:00.000Z",
        "interrupted": False,
        "troubles": [],
        "waivers": [],
        "counts": {},
        "calls": None,
        "files": {},
        "requirements": [row("one/a"), row("one/b")],
        **changes,
    }


def row(identifier: str, outcome: str = "pass", **changes: str) -> Mapping[str, str]:
    """A requirement of a certificate."""
    return {"id": identifier, "outcome": outcome, "obligation": "normative", **changes}
