"""The folder that a run leaves behind."""

from __future__ import annotations

import os
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path

from dataverse_tck.usage import UsageError


def run_folder(wanted: Path | None) -> Path:
    """Make the folder of a run: the one wanted, which must be new or empty, else ``reports/<UTC time>-<short id>``."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    folder = wanted or Path("reports") / f"{stamp}-{secrets.token_hex(3)}"
    try:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"--output {folder} is a file. Name a folder that is new or empty.")
        if folder.is_dir() and any(folder.iterdir()):
            raise UsageError(f"--output {folder} holds something already. Name a folder that is new or empty.")
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"The folder {folder} cannot be written ({error.strerror}). Name another with --output."
        ) from None
    return folder.resolve()


def empty(folder: Path, *, keep: bool) -> None:
    """Empty the folder of a run that could not start, so that the next one can have it; ``keep`` it if it was there."""
    shutil.rmtree(folder, ignore_errors=True)
    if keep:
        folder.mkdir(exist_ok=True)


def point_latest(folder: Path) -> None:
    """Let ``reports/latest`` lead to the newest run; where links are not possible, there is none."""
    link = folder.parent / "latest"
    draft = folder.parent / f".latest-{os.getpid()}"
    try:
        if link.exists() and not link.is_symlink():
            return
        draft.symlink_to(folder.name, target_is_directory=True)
        draft.replace(link)
    except OSError:
        draft.unlink(missing_ok=True)
