"""What tests of reports share: one short run of an endpoint with two faults, and copies of its folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dataverse_tck.endpoint.embedded import emulator
from dataverse_tck.report.folder import read_run
from dataverse_tck.report.told_run import ToldRun
from tests.support.reports import made

LABEL = "column/msdyn_channel/option/192300000/label"
GONE = "relationship/msdyn_timegroup_msdyn_ocliveworkitems/exists"


@pytest.fixture(scope="session")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of the surface level in which one label differs and one relationship is missing."""
    folder = tmp_path_factory.mktemp("faulty")
    with emulator("--fault", f"{LABEL}@optionset", "--fault", GONE) as root:
        words = [sys.executable, "-m", "dataverse_tck", "run", "--endpoint", root, "--output", "out", "--seed", "7"]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    return folder / "out"


@pytest.fixture(scope="session")
def run(faulty: Path) -> ToldRun:
    """That run, as its folder tells it."""
    return read_run(faulty)


@pytest.fixture(scope="session")
def content(run: ToldRun) -> bytes:
    """Its page."""
    return made("html", run)


@pytest.fixture
def copied(faulty: Path, tmp_path: Path) -> Path:
    """A copy of that folder, to be changed."""
    return shutil.copytree(faulty, tmp_path / "copied")
