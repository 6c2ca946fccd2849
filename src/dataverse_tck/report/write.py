"""A file written as a whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def write(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file; what stood there is replaced when the new one is whole. Raises OSError."""
    draft = path.with_name(f"{path.name}.part")
    try:
        with draft.open("wb") as file:
            file.writelines(pieces)
        os.replace(draft, path)  # noqa: PTH105 - atomic, and overwrites on every platform
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
