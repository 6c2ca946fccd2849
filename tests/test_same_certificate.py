"""Two certificates, compared by a command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.suite_files import suite_root

COMMAND = suite_root() / "benchmarks" / "same_certificate.py"


def certificate(**changed: Any) -> dict[str, Any]:
    """A certificate of one requirement and one control."""
    requirement = {
        "id": "table/x/exists",
        "outcome": "pass",
        "reason": "",
        "observed": "11111111-2222-4333-8444-555555555555",
        "scenarios": ["a.feature: There is a table"],
        "exchanges": ["x0001"],
    }
    return {
        "verdict": "conformant",
        "counts": {"pass": 1},
        "surfaces": [{"surface": "csdl", "state": "read", "exchanges": ["x0001"]}],
        "controls": [{"id": "control/x", "outcome": "pass", "scenarios": []}],
        "requirements": [{**requirement, **changed}],
    }


def compared(folder: Path, *documents: dict[str, Any]) -> tuple[int, str]:
    """Return exit code and words of the command."""
    for number, document in enumerate(documents):
        (folder / f"{number}.json").write_text(json.dumps(document), encoding="utf-8")
    command = [sys.executable, COMMAND, *(folder / f"{number}.json" for number in range(len(documents)))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_names_and_numbers_may_differ(tmp_path: Path) -> None:
    """Another scenario, other exchanges, other ids of rows: the same is said."""
    other = certificate(
        observed="99999999-2222-4333-8444-555555555555", scenarios=["b.feature: Otherwise"], exchanges=["x0007"]
    )

    assert compared(tmp_path, certificate(), other) == (0, "the same\n")


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (certificate(outcome="fail"), 'table/x/exists outcome: "pass" -> "fail"'),
        (certificate(id="table/y/exists"), "table/x/exists is only in the first"),
        ({**certificate(), "controls": []}, "control/x is only in the first"),
        ({**certificate(), "verdict": "incomplete"}, 'verdict: "conformant" -> "incomplete"'),
    ],
)
def test_everything_else_is_a_difference(tmp_path: Path, other: dict[str, Any], told: str) -> None:
    """Each is told in a line of its own."""
    code, said = compared(tmp_path, certificate(), other)

    assert code == 1
    assert told in said


def test_what_is_no_certificate_is_told(tmp_path: Path) -> None:
    """Exit code 2, so that nobody takes it for a difference."""
    place = tmp_path / "no.json"
    place.write_text("no", encoding="utf-8")
    done = subprocess.run([sys.executable, COMMAND, place, place], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "This is no certificate" in done.stderr
