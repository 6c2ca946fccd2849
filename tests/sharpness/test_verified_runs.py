"""Whatever sort of run it was: as it stands it verifies, and without asking anybody."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dataverse_tck.emulator.serving.server import running
from dataverse_tck.endpoint.embedded import emulator
from tests.sharpness.run_cases import CASES, DATA, LEDGER, PART, Case, Stop, await_lines, command
from tests.support.heard import complaints
from tests.support.proofs import ENDURE

QUICK = {
    "surface",
    "some requirements",
    "a long address, data",
    "rows that stay",
    "stopped while scenarios are performed",
    "no such command",
    "dead after 40",
}
EXIT_CODES = {"conformant": 0, "not conformant": 1, "incomplete": 3}


def environment(token: str | None = None) -> dict[str, str]:
    """Return the environment of a command, with a token or without."""
    kept = {name: value for name, value in os.environ.items() if name != "DATAVERSE_TOKEN"}
    return kept | ({"DATAVERSE_TOKEN": token} if token else {})


def played(case: Case, folder: Path, root: str, token: str | None = None, *, leaves: bool = True) -> int:
    """Carry a run out, stop it if it is to be, and return its exit code; ``leaves``: whether with a certificate."""
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
    assert (folder / "out" / "certificate.json").is_file() == leaves, said
    return process.returncode


def verified(folder: Path) -> subprocess.CompletedProcess[str]:
    """Judge the run in a folder again, without its token."""
    words = [sys.executable, "-m", "dataverse_tck", "verify", str(folder / "out")]
    return subprocess.run(words, capture_output=True, text=True, check=False, cwd=folder, env=environment())


def expect_verified(folder: Path, code: int) -> None:
    """Hold what ``verify`` says against the run."""
    verdict = json.loads((folder / "out" / "certificate.json").read_text(encoding="utf-8"))["verdict"]
    done = verified(folder)

    assert (done.returncode, complaints(done.stderr)) == (0, ""), done.stdout
    assert f"verified   {verdict}, " in done.stdout
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


@pytest.mark.campaign
@pytest.mark.parametrize("number", [1, 300], ids=["early", "while it writes"])
def test_a_killed_run_has_no_verdict_to_verify(number: int, tmp_path: Path) -> None:
    """Exit 2, and a sentence that says so."""
    stop = Stop(signal.SIGKILL, LEDGER, number)
    case = Case(served={"latency_ms": 5}, stop=stop)
    with running(case.app) as root:
        code = played(case, tmp_path, root, leaves=False)
    done = verified(tmp_path)

    assert code == -signal.SIGKILL
    assert done.returncode == 2
    assert "a run that was killed leaves none, and has no verdict" in " ".join(done.stderr.split())


@pytest.mark.campaign
def test_who_verifies_needs_no_token(tmp_path: Path) -> None:
    """Neither the one of the run nor any."""
    case = Case((*DATA, *PART))
    with emulator("--token", "a-secret-token") as root:
        code = played(case, tmp_path, root, token="a-secret-token")

    assert code == 3
    expect_verified(tmp_path, code)


@pytest.mark.campaign
def test_a_run_of_the_embedded_emulator_verifies(tmp_path: Path) -> None:
    """It is told no endpoint."""
    words = [sys.executable, "-m", "dataverse_tck", "run", "--output", "out"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment())

    assert done.returncode == 0, done.stdout
    expect_verified(tmp_path, 0)


ALONE = """
import socket, sys
import urllib3.util.connection  # opens one when it is imported, to see whether there is IPv6
from dataverse_tck.cli import main

def refused(*arguments, **more):
    raise SystemExit("a socket was opened")

socket.socket.__init__ = refused
sys.exit(main(["verify", sys.argv[1]]))
"""


def test_verifying_opens_no_socket(tmp_path: Path) -> None:
    """Also where there is no network at all, as far as that can be had."""
    case = Case((*DATA, *PART))
    with running(case.app) as root:
        assert played(case, tmp_path, root) == 3
    without = ["unshare", "--map-root-user", "--net"]
    try:
        is_possible = subprocess.run([*without, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        is_possible = False
    words = [*(without if is_possible else []), sys.executable, "-c", ALONE, str(tmp_path / "out")]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment())

    assert (done.returncode, complaints(done.stderr)) == (0, ""), done.stdout
    assert "verified   incomplete" in done.stdout
