"""What a run is told to check alone: by id, from a file, or from a run before; and what its exit code then means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from dataverse_tck import cli
from dataverse_tck.commands.run import settings_of
from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.verdict import Verdict, exit_code
from dataverse_tck.reporting.certificate import certificate, write_json
from dataverse_tck.usage import UsageError
from tests.support.results import CATALOGUE, DELETE, SURVIVED, result

TABLE = "table/msdyn_ocliveworkitem/exists"


def only(*words: str) -> tuple[str, ...]:
    """What a run would check alone."""
    options = cli.parser_for(["run"]).parse_args(["run", *words])
    options.pytest_args = ()
    return settings_of(options).only


def test_ids_from_a_file(tmp_path: Path) -> None:
    """One a line; comments and empty lines are left out; beside ids of the command line."""
    (tmp_path / "ids").write_text(f"# what broke\n{TABLE}\n\n  column/*  # all of them\n")

    assert only("--only", f"@{tmp_path}/ids", DELETE) == (TABLE, "column/*", DELETE)


@pytest.mark.parametrize("content", [None, "# nothing\n"])
def test_a_file_without_ids(tmp_path: Path, content: str | None) -> None:
    """It is refused, and named."""
    if content is not None:
        (tmp_path / "ids").write_text(content)
    with pytest.raises(UsageError, match="ids"):
        only("--only", f"@{tmp_path}/ids")


def test_what_did_not_pass_in_a_run(tmp_path: Path) -> None:
    """Failures and what could not be checked, nothing else."""
    lost = Finding(TABLE, Outcome.NOT_TESTABLE, "why")
    write_json(tmp_path / "certificate.json", certificate(result(tmp_path, {DELETE: SURVIVED, TABLE: lost})))

    assert set(only("--rerun-failed", str(tmp_path))) == {DELETE, TABLE}


@pytest.mark.parametrize(
    ("lost", "gate", "code"),
    [
        (None, "verdict", 0),
        (Finding(TABLE, Outcome.DESELECTED, "told so"), "verdict", 3),
        (Finding(TABLE, Outcome.DESELECTED, "told so"), "checked", 0),
    ],
)
def test_a_run_in_which_all_passed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lost: Finding | None, gate: str, code: int
) -> None:
    """There is nothing to run again, and the job ends as that run had."""
    write_json(tmp_path / "certificate.json", certificate(result(tmp_path, {TABLE: lost} if lost else {})))

    assert cli.main(["run", "--rerun-failed", str(tmp_path), "--gate", gate]) == code
    assert "there is nothing to run again" in capsys.readouterr().out


def test_what_is_run_again_goes_as_far_as_before(tmp_path: Path) -> None:
    """Unless told otherwise."""
    write_json(tmp_path / "certificate.json", certificate(result(tmp_path, {DELETE: SURVIVED})))
    for words, level in (([], "data"), (["--level", "calls"], "calls")):
        options = cli.parser_for(["run"]).parse_args(["run", "--rerun-failed", str(tmp_path), *words])
        options.pytest_args = ()
        assert settings_of(options).level == level


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    """The way out is told."""
    with pytest.raises(UsageError, match="a run that was killed leaves none"):
        only("--rerun-failed", str(tmp_path))


def code_of(outcomes: Mapping[str, Outcome], verdict: Verdict, gate: str, *, broken: bool = False) -> int:
    """The exit code of a run in which everything else was left out."""
    left_out = {it.id: Finding(it.id, Outcome.DESELECTED) for it in CATALOGUE.requirements}
    findings = {**left_out, **{key: Finding(key, outcome) for key, outcome in outcomes.items()}}
    return exit_code(verdict, findings, CATALOGUE, gate=gate, broken=broken)


@pytest.mark.parametrize(
    ("outcomes", "verdict", "codes"),
    [
        ({TABLE: Outcome.PASS}, Verdict.INCOMPLETE, (3, 0)),
        ({TABLE: Outcome.PASS, DELETE: Outcome.NOT_APPLICABLE}, Verdict.INCOMPLETE, (3, 0)),
        ({TABLE: Outcome.PASS, DELETE: Outcome.FAIL}, Verdict.NOT_CONFORMANT, (1, 1)),
        ({TABLE: Outcome.PASS, DELETE: Outcome.ERROR}, Verdict.INCOMPLETE, (3, 3)),
        ({TABLE: Outcome.PASS, DELETE: Outcome.NOT_TESTABLE}, Verdict.INCOMPLETE, (3, 3)),
        ({}, Verdict.INCOMPLETE, (3, 3)),
        ({TABLE: Outcome.PASS}, Verdict.CONFORMANT, (0, 0)),
    ],
)
def test_gates(outcomes: Mapping[str, Outcome], verdict: Verdict, codes: tuple[int, int]) -> None:
    """*verdict*: 0 for conformant alone; *checked*: also where all that was selected passed, and something did."""
    assert (code_of(outcomes, verdict, "verdict"), code_of(outcomes, verdict, "checked")) == codes


def test_a_run_that_broke_passes_no_gate() -> None:
    """Whatever it had checked by then."""
    assert code_of({TABLE: Outcome.PASS}, Verdict.INCOMPLETE, "checked", broken=True) == 3


def test_the_certificate_of_a_run_again_is_read_as_it_was_written(tmp_path: Path) -> None:
    """A requirement a line."""
    document = certificate(result(tmp_path))
    write_json(tmp_path / "certificate.json", document)
    text = (tmp_path / "certificate.json").read_text("utf-8")

    assert json.loads(text) == json.loads(json.dumps(document))
    assert sum(line.startswith(' {"id": "') for line in text.splitlines()) >= len(CATALOGUE.requirements)
