"""The wheel: it carries the suite, and rules its run from inside a hostile project."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from dataverse_tck.suite_files import suite_root

CHECKOUT = suite_root()


def call(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**kept, **environment},
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    done = call(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, cwd=CHECKOUT)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment that holds the wheel and what it asks for, nothing else."""
    folder = tmp_path_factory.mktemp("elsewhere") / "env"
    venv.create(folder, with_pip=True)
    done = call(folder / "bin" / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "bin"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A project that would change every run of pytest, and whose modules are called like ours."""
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    (tmp_path / "conftest.py").write_text("raise SystemExit('hostile conftest')\n")
    (tmp_path / "steps").mkdir()
    for name in ("__init__", "messages", "columns", "relationships", "tables", "facts"):
        (tmp_path / "steps" / f"{name}.py").write_text("raise SystemExit('hostile steps')\n")
    (tmp_path / "features").mkdir()
    (tmp_path / "features" / "x.feature").write_text("Feature: x\n  Scenario: x\n    When hostile\n")
    for name in ("dataverse_tck", "starlette", "pytest_bdd"):
        (tmp_path / f"{name}.py").write_text(f"raise SystemExit('hostile {name}')\n")
    return tmp_path


def test_the_wheel_carries_the_suite(wheel: Path) -> None:
    """Every feature, step module, schema and fact of the checkout is in the wheel, the emulator's profile, no test."""
    names = set(zipfile.ZipFile(wheel).namelist())
    suite = [
        path.relative_to(CHECKOUT).as_posix()
        for folder, pattern in (("features", "*.feature"), ("steps", "*.py"), ("schemas", "*.json"), ("reference", "*"))
        for path in (CHECKOUT / folder).rglob(pattern)
    ]

    assert {f"dataverse_tck/suite/{name}" for name in [*suite, "conftest.py"]} <= names
    assert "dataverse_tck/emulator/profile.toml" in names
    assert not [name for name in names if "tests/" in name or "reports/" in name]


def test_it_runs_from_inside_a_hostile_project(installed: Path, hostile: Path) -> None:
    """Nothing of the project in the current folder, nor of the environment, changes the verdict."""
    done = call(
        installed / "dataverse-tck",
        "run",
        cwd=hostile,
        PYTEST_ADDOPTS="--no-such-option -k nothing",
        PYTEST_PLUGINS="no_such_plugin",
    )
    certificate = json.loads((hostile / "reports" / "latest" / "certificate.json").read_text())

    assert done.returncode == 0, done.stdout + done.stderr
    assert certificate["verdict"] == "conformant"
    assert certificate["counts"]["pass"] == 399 + 296 + 118


def test_it_knows_its_version_and_its_requirements(installed: Path, tmp_path: Path) -> None:
    """Commands that need only the suite work anywhere."""
    version = call(installed / "dataverse-tck", "--version", cwd=tmp_path)
    listed = call(installed / "dataverse-tck", "requirements", "--format", "json", cwd=tmp_path)

    assert "dataverse-tck 0.1.0" in version.stdout
    assert len(json.loads(listed.stdout)) == 399 + 296 + 163 + 34


def test_deriving_into_an_installed_kit_is_refused(installed: Path, tmp_path: Path) -> None:
    """Outside a checkout, writing needs --output."""
    page = CHECKOUT / "tests" / "reference" / "page.md"
    done = call(installed / "dataverse-tck", "derive", page, cwd=tmp_path)

    assert done.returncode == 2
    assert "--output" in done.stderr
    assert "Traceback" not in done.stderr
