"""What tests of whole runs share: one emulator, and a clean environment."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dataverse_tck.endpoint.embedded import emulator

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """The service root of an emulator that does everything right."""
    with emulator() as root:
        yield root


@pytest.fixture
def tck(tmp_path: Path) -> Command:
    """Run the command line in an empty folder."""

    def call(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "dataverse_tck", *arguments]
        keywords = {"capture_output": True, "text": True, "cwd": tmp_path, "timeout": 120, **options}
        return subprocess.run(command, check=False, **keywords)  # type: ignore[call-overload,no-any-return]

    return call
