"""The pipelines of docs/ci.md: they can be read, and what they run is what the kit takes and leaves."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dataverse_tck.endpoint.embedded import emulator
from dataverse_tck.suite_files import suite_root
from tests.support.heard import complaints

TEXT = (suite_root() / "docs" / "ci.md").read_text(encoding="utf-8")
PIPELINES = dict(re.findall(r"^## ([^\n]+)\n```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL))
FAULT = "column/msdyn_channel/option/192300000/label@optionset"


def commands(pipeline: Any) -> Iterator[str]:
    """Every command line of a pipeline."""
    if isinstance(pipeline, dict):
        for name, value in pipeline.items():
            if name in ("run", "script"):
                yield from [value] if isinstance(value, str) else value
            else:
                yield from commands(value)
    elif isinstance(pipeline, list):
        for one in pipeline:
            yield from commands(one)


def gate(name: str) -> list[str]:
    """The command of a pipeline that examines the endpoint."""
    (found,) = [line for line in commands(yaml.safe_load(PIPELINES[name])) if "dataverse-tck run" in line]
    return shlex.split(found)[1:]


def gone_through(words: list[str], folder: Path, endpoint: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run what a pipeline runs, as its server would."""
    said = [word.replace("$ENDPOINT", endpoint) for word in words]
    foreign = ("GITHUB_ACTIONS", "TF_BUILD", "DATAVERSE_TOKEN")
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    command = [sys.executable, "-m", "dataverse_tck", *said]
    return subprocess.run(
        command, cwd=folder, env={**kept, **environment}, capture_output=True, text=True, check=False, timeout=120
    )


def test_there_are_three() -> None:
    """And all of them are YAML."""
    assert sorted(PIPELINES) == ["Azure Pipelines", "GitHub Actions", "GitLab"]


@pytest.mark.parametrize("name", sorted(PIPELINES))
def test_a_right_endpoint_passes_and_leaves_what_the_pipeline_takes(name: str, tmp_path: Path) -> None:
    """Exit code 0, no annotation, and each file that is published."""
    with emulator() as root:
        done = gone_through(gate(name), tmp_path, root)

    assert (done.returncode, complaints(done.stderr)) == (0, "")
    assert {"junit.xml", "report.html"} <= {path.name for path in (tmp_path / "out").iterdir()}
    assert "out" in PIPELINES[name]


def test_github_gets_an_annotation_and_a_summary_of_a_wrong_one(tmp_path: Path) -> None:
    """Exit code 1."""
    with emulator("--fault", FAULT) as root:
        summary = tmp_path / "summary"
        done = gone_through(
            gate("GitHub Actions"), tmp_path, root, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary)
        )

    assert done.returncode == 1
    assert next(line for line in done.stdout.splitlines() if line.startswith("::")).startswith("::error ")
    assert "Whats" in summary.read_text("utf-8")


def test_azure_gets_an_issue_and_a_summary(tmp_path: Path) -> None:
    """The summary is a file of the run."""
    with emulator("--fault", FAULT) as root:
        done = gone_through(gate("Azure Pipelines"), tmp_path, root, TF_BUILD="True")
    said = [line for line in done.stdout.splitlines() if line.startswith("##vso[")]

    assert done.returncode == 1
    assert [line.partition(" ")[0].partition("]")[0] for line in said] == [
        "##vso[task.logissue",
        "##vso[task.uploadsummary",
    ]
    assert Path(said[-1].partition("]")[2]).is_file()


@pytest.mark.parametrize("name", sorted(PIPELINES))
def test_a_missing_secret_is_said(name: str, tmp_path: Path) -> None:
    """Exit code 2, and a sentence."""
    with emulator("--token", "the-right-one") as root:
        done = gone_through(gate(name), tmp_path, root)

    assert done.returncode == 2
    assert "DATAVERSE_TOKEN" in done.stderr


@pytest.mark.parametrize("endpoint", ["", "$(DataverseEndpoint)", "http://127.0.0.1:9"])
def test_what_keeps_a_job_from_starting_is_on_its_page(endpoint: str, tmp_path: Path) -> None:
    """Also where it is an option that is wrong."""
    summary = tmp_path / "summary"
    done = gone_through(
        gate("GitHub Actions"), tmp_path, endpoint, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary)
    )

    assert done.returncode == 2
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert line.startswith("::error title=dataverse-tck::")
    assert summary.read_text("utf-8").startswith("# could not start\n")
    assert "https://$(" not in done.stdout + done.stderr
