"""``dataverse-tck waivers init``: the failures of a run as waivers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dataverse_tck import cli
from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.waivers import JudgedWaiver, Standing, Waiver
from dataverse_tck.profile.waivers_file import load_waivers
from dataverse_tck.reporting.certificate import certificate, write_json
from tests.support.results import DELETE, SURVIVED, result

LABEL = "column/msdyn_channel/option/192300000/label"
WRONG = Finding(LABEL, Outcome.FAIL, "it is called otherwise")
ADVISORY = "advisory/message/CCaaS_AcceptCall/effect"


def a_run(folder: Path, *findings: Finding, waivers: tuple[JudgedWaiver, ...] = ()) -> str:
    """The folder of a run in which everything passed but this."""
    found = replace(result(folder, {one.requirement: one for one in findings}, level="calls"), waivers=waivers)
    write_json(folder / "certificate.json", certificate(found))
    return str(folder)


def test_each_failure_is_waived(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What could not be checked and what is advisory is not."""
    untested = Finding("table/msdyn_ocliveworkitem/exists", Outcome.NOT_TESTABLE, "why")
    run = a_run(tmp_path, SURVIVED, WRONG, untested, Finding(ADVISORY, Outcome.FAIL, "unusual"))

    code = cli.main(["waivers", "init", run, "--owner", "the channel team", "--output", f"{tmp_path}/known.toml"])

    found = load_waivers(tmp_path / "known.toml").entries
    assert code == 0
    assert capsys.readouterr().out == f"{tmp_path}/known.toml waives 2 failures: say in each why it is accepted.\n"
    assert {one.requirement for one in found} == {DELETE, LABEL}
    assert {one.owner for one in found} == {"the channel team"}
    assert {one.expires for one in found} == {datetime.now(UTC).date() + timedelta(days=30)}
    assert "Seen on 2026-11-21: it is called otherwise" in [one.reason for one in found]


def test_what_was_waived_keeps_its_waiver(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each by its own id; one that has expired counts no longer, and its owner is asked anew."""
    kept = Waiver("column/*", "it comes later", "them", date(2027, 5, 1), "https://issues.example.com/1")
    over = Waiver(DELETE, "it came", "nobody", date(2026, 1, 1))
    waivers = (
        JudgedWaiver(kept, Standing.IN_FORCE, (LABEL,), ends_soon=False),
        JudgedWaiver(over, Standing.EXPIRED, (DELETE,), ends_soon=False),
    )
    run = a_run(tmp_path, SURVIVED, replace(WRONG, outcome=Outcome.WAIVED), waivers=waivers)

    assert cli.main(["waivers", "init", run, "--owner", "us", "--expires", "2027-01-31"]) == 0

    (tmp_path / "known.toml").write_text(capsys.readouterr().out)
    found = {one.requirement: one for one in load_waivers(tmp_path / "known.toml").entries}
    assert found[LABEL] == replace(kept, requirement=LABEL)
    assert (found[DELETE].owner, found[DELETE].expires) == ("us", date(2027, 1, 31))


def test_where_nothing_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to write."""
    assert cli.main(["waivers", "init", a_run(tmp_path), "--owner", "us", "--output", f"{tmp_path}/known.toml"]) == 0
    assert "known.toml waives 0 failures: nothing fails." in capsys.readouterr().out
    assert load_waivers(tmp_path / "known.toml").entries == ()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--owner", "us", "--output", "{run}/certificate.json"], "is there already and stays as it is"),
        (["--owner", "us", "--output", "{run}/no/known.toml"], "cannot be written"),
        (["--owner", " "], "An argument is empty: --owner ' '"),
        (["--owner", "a\nb"], "names nobody: say who is to mend it, in a line"),
        (["--owner", "us", "--expires", "2026-01-01"], "is past: what has expired waives nothing"),
        ([], "--owner"),
        (["--owner", "us", "--expires", "2027-02-30"], "is no day; write it as 2027-01-31"),
    ],
)
def test_what_is_refused(words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = a_run(tmp_path, WRONG)
    try:
        code = cli.main(["waivers", "init", run, *(word.format(run=run) for word in words)])
    except SystemExit as left:
        code = int(left.code or 0)
    assert (code, said in capsys.readouterr().err) == (2, True)
