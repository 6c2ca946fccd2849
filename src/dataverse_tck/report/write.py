"""A file written as a whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Write a file; what stood there is replaced when the new one is whole. Raises OSError."""
    draft = path.with_name(f"{path.name}.part")
    draft.write_bytes(content)
    os.replace(draft, path)  # noqa: PTH105 - atomic, and overwrites on every platform
