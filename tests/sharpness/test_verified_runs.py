"""Whatever sort of run it was: as it stands it verifies, and without asking anybody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dataverse_tck.emulator.serving.server import running
from tests.sharpness.run_cases import CASES, Case, await_lines, command
from tests.support.proofs import ENDURE

QUICK = {
    "surface",
    "some requirements",
    "a long address, data",
    "rows that stay",
    "stopped while scenarios are performed",
    "no such command",
}
EXIT_CODES = {"conformant": 0, "not conformant": 1, "incomplete": 3}


def environment(token: str | None = None) -> dict[str, str]:
    """Return the environment of a command, with a token or without."""
    kept = {name: value for name, value in os.environ.items() if name != "DATAVERSE_TOKEN"}
    return kept | ({"DATAVERSE_TOKEN": token} if token else {})


def played(case: Case, folder: Path, root: str, token: str | None = None) -> int:
    """Carry a run out, stop it if it is to be, and return its exit code."""
    process = subprocess.Popen(
        command(case, folder, root),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env=environment(token),
        start_new_session=True,
    )
    if case.stop:
        await_lines(process, folder / "out", case.stop)
        process.send_signal(case.stop.number)
    said, _ = process.communicate(timeout=300)
    assert (folder / "out" / "certificate.json").is_file(), said
    return process.returncode


def verified(folder: Path, *before: str) -> subprocess.CompletedProcess[str]:
    """Judge the run in a folder again, without its token."""
    words = [*before, sys.executable, "-m", "dataverse_tck", "verify", str(folder / "out")]
    return subprocess.run(words, capture_output=True, text=True, check=False, cwd=folder, env=environment())


def expect_verified(folder: Path, code: int) -> None:
    """Hold what ``verify`` says against the run."""
    verdict = json.loads((folder / "out" / "certificate.json").read_text(encoding="utf-8"))["verdict"]
    done = verified(folder)

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert f"verified   {verdict}: every outcome follows from the evidence" in done.stdout
    assert "REFUSED" not in done.stdout
    assert code == EXIT_CODES[verdict]


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in QUICK and not ENDURE else pytest.mark.campaign) for name in CASES],
)
def test_a_run_that_nobody_touched_verifies(name: str, tmp_path: Path) -> None:
    """With the verdict that it has."""
    case = CASES[name]
    with running(case.app) as root:
        code = played(case, tmp_path, root)

    assert case.code in (None, code)
    expect_verified(tmp_path, code)
