"""Where the suite lies: features, steps, schemas and reference, in a checkout and in an installed wheel alike."""

from __future__ import annotations

import hashlib
from pathlib import Path

_PACKAGE = Path(__file__).parent


def suite_root() -> Path:
    """Return the folder that holds ``features/``, ``steps/``, ``schemas/``, ``reference/`` and ``conftest.py``."""
    installed = _PACKAGE / "suite"
    return installed if (installed / "features").is_dir() else _PACKAGE.parent.parent


def suite_sha256() -> str:
    """Return one digest of the names and bytes of all features and schemas."""
    root = suite_root()
    digest = hashlib.sha256()
    for folder, pattern in (("features", "*.feature"), ("schemas", "*.json")):
        for path in sorted((root / folder).rglob(pattern)):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
