"""``show`` and ``explain``: what a person asks of one exchange, and of one requirement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dataverse_tck import cli
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.evidence.recorder import Recorder
from tests.support.exchange_lines import body_of, exchange

DELETE = "derived/relationship/msdyn_timegroup_msdyn_ocliveworkitems/delete"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A folder with three exchanges, one of which an endpoint made as bad as it could."""
    with Recorder(tmp_path / "exchanges.ndjson") as recorder:
        recorder.record(exchange(b'{"a":1}'))
        large = json.dumps({"value": "x" * 9000}).encode()
        recorder.record(exchange(method="PATCH", request_body=b'{"b": 2}', response_body=body_of(large, recorder)))
        recorder.record(exchange(b"\x1b[2J\xe2\x80\xaeevil"))
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """The exit code of a command, and what it said."""
    code = cli.main(list(words))
    return code, *capsys.readouterr()


def test_an_exchange_is_shown_whole(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was asked, what was answered; also a body that stands in a file."""
    code, out, _ = said(capsys, "show", str(run), "x0002")

    assert code == 0
    assert "> PATCH https://host/api/data/v9.2/WhoAmI" in out
    assert '"b": 2' in out
    assert "< 200" in out
    assert "x" * 9000 in out
    assert "top-secret-token" not in out


def test_what_an_endpoint_sent_does_nothing_to_a_terminal(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It stands as codes."""
    _, out, _ = said(capsys, "show", str(run), "x0003")

    assert "\\x1b[2J\\u202eevil" in out


def test_a_line_for_curl(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the token as a variable."""
    _, out, _ = said(capsys, "show", "--curl", str(run), "x0001", "x0002")

    assert [line.split()[:4] for line in out.splitlines()] == [
        ["curl", "-i", "-X", "GET"],
        ["curl", "-i", "-X", "PATCH"],
    ]
    assert '-H "Authorization: Bearer $DATAVERSE_TOKEN"' in out
    assert "--data-raw '{\"b\": 2}'" in out


@pytest.mark.parametrize(
    ("words", "problem"), [(["x0009"], "has no exchange 'x0009'"), (["zz"], "They are called x0001, x0002 and so on")]
)
def test_an_exchange_that_is_not_there(
    run: Path, words: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said which, exit code 2."""
    code, _, err = said(capsys, "show", str(run), *words)

    assert code == 2
    assert problem in err


def test_a_folder_without_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The way out is told."""
    assert said(capsys, "show", str(tmp_path), "x0001")[0] == 2


def test_lines_of_a_stranger(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback, whatever they hold."""
    (tmp_path / "exchanges.ndjson").write_text('{"id":"x0001","for":7}\n')
    code, _, err = said(capsys, "show", str(tmp_path), "x0001")

    assert code == 2
    assert "cannot be read" in err


def test_a_requirement_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """What it says, where it comes from, what it hangs on, who looks at it, how to check it alone."""
    code, out, _ = said(capsys, "explain", DELETE)
    item = load_suite().catalogue.by_id[DELETE]
    words = " ".join(out.split())

    assert code == 0
    assert item.statement in words
    assert f"{item.section}, line {item.line}" in words
    assert f"follows from {item.derived_from}" in words
    assert "features/about/deletion-and-ownership.feature: Deleting a time group deletes its conversations" in words
    assert f"dataverse-tck run --endpoint URL --level data --only {DELETE}" in out


def test_every_requirement_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """One of each kind."""
    kinds = {(it.level, it.obligation, it.family): it.id for it in load_suite().catalogue.requirements}
    for identifier in list(kinds.values())[::4]:
        assert said(capsys, "explain", identifier)[0] == 0


def test_a_requirement_that_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    """The nearest is named."""
    code, _, err = said(capsys, "explain", "message/CCaaS_HoldCal/exists")

    assert code == 2
    assert "message/CCaaS_HoldCall/exists" in err


def test_an_unknown_option_gets_the_usage_of_its_command(capsys: pytest.CaptureFixture[str]) -> None:
    """And what may have been meant."""
    with pytest.raises(SystemExit, match="2"):
        cli.main(["run", "--worker", "3"])

    err = capsys.readouterr().err
    assert err.startswith("usage: dataverse-tck run ")
    assert "unrecognized argument '--worker'. Did you mean --workers" in err
