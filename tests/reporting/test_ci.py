"""What CI servers are told: annotations at the place of the scenario, and no command that an endpoint made up."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck import cli
from dataverse_tck.conformance.finding import Finding, Outcome, Sighting
from dataverse_tck.reporting import ci
from dataverse_tck.reporting.result import ScenarioOutcome
from dataverse_tck.suite_files import suite_root
from tests.support.results import CATALOGUE, DELETE, SURVIVED, result

TITLE = "features/rows/parents.feature: Deleting takes along"
TOLD = (ScenarioOutcome(TITLE, 12, Outcome.FAIL, {DELETE: Outcome.FAIL}),)


def said(monkeypatch: pytest.MonkeyPatch, run: Any, **environment: str) -> list[str]:
    """The lines that a CI server gets of a run."""
    for name in ("GITHUB_ACTIONS", "TF_BUILD", "GITHUB_WORKSPACE", "BUILD_SOURCESDIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    ci.guard()
    ci.annotate(run)
    return stream.getvalue().splitlines()


def test_github_shows_a_failure_where_its_scenario_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what was expected and seen, and how to repeat it."""
    run = result(tmp_path, {DELETE: SURVIVED}, told=TOLD)
    (line,) = said(monkeypatch, run, GITHUB_ACTIONS="true", GITHUB_WORKSPACE=str(suite_root()))

    assert line.startswith(f"::error file=features/rows/parents.feature,line=12,title={DELETE}::")
    assert '%0Aexpected: "Cascade" because of relationship/' in line
    assert '%0Aobserved: "NoCascade" in rows%0Abecause: one of 2 conversations is still there%0A' in line
    assert f"--only {DELETE}" in line


def test_azure_does_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its own words."""
    run = result(tmp_path, {DELETE: SURVIVED}, told=TOLD)
    (line,) = said(monkeypatch, run, TF_BUILD="True", BUILD_SOURCESDIRECTORY=str(suite_root()))

    assert line.startswith(
        f"##vso[task.logissue type=error;sourcepath=features/rows/parents.feature;linenumber=12;]{DELETE}: "
    )


def test_a_suite_outside_of_the_checkout_names_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to open."""
    run = result(tmp_path, {DELETE: SURVIVED}, told=TOLD)
    (line,) = said(monkeypatch, run, GITHUB_ACTIONS="true", GITHUB_WORKSPACE=str(tmp_path))

    assert line.startswith(f"::error title={DELETE}::")


def test_ten_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last says how many there are."""
    ids = [item.id for item in CATALOGUE.of("surface")][:15]
    run = result(tmp_path, {key: Finding(key, Outcome.FAIL, f"reason{at}") for at, key in enumerate(ids)})
    lines = said(monkeypatch, run, GITHUB_ACTIONS="true")

    assert len(lines) == 10
    assert lines[-1] == "::error title=dataverse-tck::6 more requirements failed: see report.html."


def test_what_is_alike_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One annotation for six relationships that are broken in the same way, and it names the others."""
    ids = [item.id for item in CATALOGUE.of("data") if re.fullmatch(r"derived/relationship/\w+/delete", item.id)]
    run = result(tmp_path, {key: Finding(key, Outcome.FAIL, "it is there", observed=200) for key in ids[:6]})
    (line,) = said(monkeypatch, run, GITHUB_ACTIONS="true")

    assert f"title={ids[0]}::" in line
    assert all(key in line for key in ids[1:6])


def test_elsewhere_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No server, no command."""
    assert said(monkeypatch, result(tmp_path, {DELETE: SURVIVED})) == []


@pytest.mark.parametrize(
    "value", ["a\n::error::b", "::stop-commands::x", "##vso[task.complete]", "x ##[group]y\r\n::a::"]
)
@pytest.mark.parametrize("where", ["GITHUB_ACTIONS", "TF_BUILD"])
def test_what_an_endpoint_says_is_no_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, where: str
) -> None:
    """Neither in the log nor inside of an annotation."""
    seen = Sighting("rows", right=False, observed=value, exchanges=("x0001",))
    found = Finding(DELETE, Outcome.FAIL, value, observed=value, surface="rows", sightings=(seen,))
    lines = said(monkeypatch, result(tmp_path, {DELETE: found}), **{where: "true"})
    print(value)
    print(f"  {value}", file=sys.stderr)
    sys.stdout.flush()

    assert len(lines) == 1
    assert not re.search(r"##\[|##vso\[", lines[0][2:])
    assert isinstance(sys.stdout, ci.Guarded)
    logged = sys.stdout._stream.getvalue().splitlines()[1:]
    assert not [line for line in logged if line.lstrip().startswith("::") or "##[" in line or "##vso[" in line]


def test_what_is_written_in_parts_is_guarded_as_well() -> None:
    """A sign can come in two parts of one line."""
    stream = io.StringIO()
    guarded = ci.Guarded(stream)
    for part in (":", ":error::x\n", "#", "#[group]y", "\n", "rest"):
        guarded.write(part)
    guarded.flush()

    assert stream.getvalue() == ": :error::x\n# #[group]y\nrest"


@pytest.mark.parametrize(
    ("where", "begins"), [("GITHUB_ACTIONS", "::error title="), ("TF_BUILD", "##vso[task.logissue")]
)
def test_what_could_not_start_is_told_as_well(monkeypatch: pytest.MonkeyPatch, where: str, begins: str) -> None:
    """The job fails, and its page says why; foreign text in it is no command."""
    for name in ("GITHUB_ACTIONS", "TF_BUILD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(where, "true")
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    ci.guard()
    assert cli.main(["run", "--endpoint", "##vso[task.complete]::x", "--level", "surface"]) == 2

    (line,) = stream.getvalue().splitlines()
    assert line.startswith(begins)
    assert "has no scheme" in line
    assert "##vso" not in line[2:]


def test_elsewhere_a_refusal_is_said_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr."""
    for name in ("GITHUB_ACTIONS", "TF_BUILD"):
        monkeypatch.delenv(name, raising=False)
    assert cli.main(["run", "--endpoint", "x", "--level", "surface"]) == 2

    assert capsys.readouterr().out == ""


def test_what_could_not_be_decided_is_a_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One for each cause, with the ids: a run that is incomplete is red as well."""
    ids = [item.id for item in CATALOGUE.of("data")][:3]
    lost = {key: Finding(key, Outcome.NOT_TESTABLE, "403 (no access)") for key in ids}
    (line,) = said(monkeypatch, result(tmp_path, lost), GITHUB_ACTIONS="true")

    assert line.startswith("::warning title=dataverse-tck::3 requirements not testable: 403 (no access)%0A")


def test_what_is_installed_into_a_checkout_has_no_place_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has committed it."""
    root = tmp_path / "venv" / "site-packages" / "dataverse_tck" / "suite"
    monkeypatch.setattr(ci, "suite_root", lambda: root)
    run = result(tmp_path, {DELETE: SURVIVED}, told=TOLD)

    assert [one.file for one in ci.worth_telling(run, tmp_path)] == [None]
