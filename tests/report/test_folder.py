"""Folders of every sort: what can be told of them is told, with a sentence about the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.commands.report import report
from dataverse_tck.report.folder import read_run
from dataverse_tck.report.told_run import NO_VERDICT
from dataverse_tck.usage import UsageError
from tests.support.reports import made


def changed(folder: Path, **members: Any) -> None:
    """Change members of the certificate."""
    path = folder / "certificate.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **members}), "utf-8")


def test_a_whole_run_is_told_whole(faulty: Path) -> None:
    """Nothing is missing, every exchange has its outline, and what failures rest on is there whole."""
    run = read_run(faulty)
    lines = [json.loads(line) for line in (faulty / "exchanges.ndjson").read_text("utf-8").splitlines()]

    assert run.missing == ()
    assert [one.id for one in run.outlines] == [line["id"] for line in lines if "id" in line]
    assert run.certificate["verdict"] == "not conformant"
    assert run.failed
    assert set(run.exchanges) <= {one.id for one in run.outlines}


def test_its_name_does_not_hang_on_its_folder(faulty: Path, copied: Path) -> None:
    """A run is called the same wherever its folder lies."""
    assert read_run(faulty).name == read_run(copied).name


def test_scenarios_are_those_of_the_features(faulty: Path) -> None:
    """Each case of the features, with the words of its row, is a scenario that a run of its level tells."""
    run = read_run(faulty)
    cases = [
        case.title
        for feature in run.features
        for rule in feature.rules
        for scenario in rule.scenarios
        if scenario.level == "surface"
        for table in scenario.examples
        for case in table.cases
    ]

    assert sorted(cases) == sorted(run.scenarios)
    assert all(one.level and one.obligation for it in run.features for rule in it.rules for one in rule.scenarios)


def test_lines_that_are_cut_off_are_told_up_to_there(copied: Path) -> None:
    """The exchanges before the damage are told, and a sentence says where it is."""
    path = copied / "exchanges.ndjson"
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])

    run = read_run(copied)

    assert 0 < len(run.outlines) < content.count(b'{"id":')
    assert "exchanges.ndjson is damaged or cut off after" in run.missing[0]
    assert run.certificate["verdict"].encode() in made("html", run)


def test_no_lines_at_all(copied: Path) -> None:
    """The certificate alone is told."""
    (copied / "exchanges.ndjson").unlink()

    run = read_run(copied)

    assert "nothing that was exchanged is told" in run.missing[0]
    assert made("html", run)


def test_a_run_that_was_killed_has_no_verdict(copied: Path) -> None:
    """What it exchanged is told, and that it has no verdict."""
    (copied / "certificate.json").unlink()
    (copied / "junit.xml").unlink()

    run = read_run(copied)
    content = made("html", run).decode()

    assert run.certificate["verdict"] == NO_VERDICT
    assert run.outlines
    assert "it was killed, and has no verdict" in run.missing[0]
    assert "There is no verdict: the run ended before it could give one." in content
    assert "conformant</span>" not in content


def test_an_interrupted_run_says_so(copied: Path) -> None:
    """The page begins with it."""
    changed(copied, interrupted=True, verdict="incomplete")

    assert "The run was interrupted: what had not been looked at by then is not testable." in read_run(copied).missing


def test_another_suite_has_no_prose(copied: Path) -> None:
    """Features of this suite are not shown as if they were those of the run."""
    changed(copied, suite={"version": "9.9.9", "sha256": "0" * 64})

    run = read_run(copied)

    assert run.features == ()
    assert "another version of the suite" in run.missing[0]
    assert made("html", run)


def test_junit_that_cannot_be_read(copied: Path) -> None:
    """Outcomes of scenarios are missing, and a sentence says why."""
    (copied / "junit.xml").write_text("<testsuites><testsuite>")

    assert "junit.xml cannot be read" in read_run(copied).missing[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "cannot be read"),
        ("[]", "it is no JSON object"),
        ('{"format": "dataverse-tck/certificate/2"}', "this version tells 'dataverse-tck/certificate/4'"),
        ('{"format": "dataverse-tck/certificate/4"}', "is not as this kit writes certificates"),
        ('{"format": 1, "format": 2}', "stands twice"),
        ("[" * 10**5, "cannot be read"),
    ],
)
def test_a_certificate_that_is_none(copied: Path, content: str, said: str) -> None:
    """It is refused with a sentence."""
    (copied / "certificate.json").write_text(content)

    with pytest.raises(UsageError, match=said):
        read_run(copied)


@pytest.mark.parametrize("members", [{"requirements": [{"id": 7}]}, {"counts": 3}, {"surfaces": [{}]}, {"seed": "x"}])
def test_a_certificate_with_wrong_members(copied: Path, members: dict[str, Any]) -> None:
    """It is refused with the place."""
    changed(copied, **members)

    with pytest.raises(UsageError, match=next(iter(members))):
        read_run(copied)


def test_no_run(tmp_path: Path) -> None:
    """Neither a file nor an empty folder is one, nor a folder of something else."""
    with pytest.raises(UsageError, match="holds no run"):
        read_run(tmp_path)
    with pytest.raises(UsageError, match="is no folder"):
        read_run(tmp_path / "nowhere")
    (tmp_path / "exchanges.ndjson").write_text("hello\n")
    with pytest.raises(UsageError, match="holds no run"):
        read_run(tmp_path)


def test_the_command_says_where_it_wrote(copied: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each format in its file, or where it was told."""
    assert report(copied, "html", None) == 0
    assert report(copied, "xlsx", tmp_path / "matrix.xlsx") == 0

    assert capsys.readouterr().out == (f"report     {copied / 'report.html'}\nreport     {tmp_path / 'matrix.xlsx'}\n")
    assert (tmp_path / "matrix.xlsx").read_bytes().startswith(b"PK")


def test_the_command_says_what_it_could_not_tell(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A note, and a report all the same."""
    (copied / "exchanges.ndjson").unlink()

    assert report(copied, "html", None) == 0
    assert capsys.readouterr().out.startswith("note       exchanges.ndjson cannot be read")


def test_a_file_that_cannot_be_written(copied: Path) -> None:
    """The way out is told."""
    with pytest.raises(UsageError, match="Name another file with --output"):
        report(copied, "html", copied.parent / "nowhere" / "page.html")


@pytest.mark.parametrize("name", ["certificate.json", "page.html", "bodies/page.html"])
def test_nothing_is_put_beside_the_evidence(copied: Path, name: str) -> None:
    """Which would no longer verify."""
    before = sorted(copied.rglob("*"))
    with pytest.raises(UsageError, match="is inside the folder of the run"):
        report(copied, "html", copied / name)
    assert sorted(copied.rglob("*")) == before


def test_only_a_report_is_written_over(copied: Path) -> None:
    """And no key or anything else that somebody has."""
    key, page = copied.parent / "acme.key", copied.parent / "page.html"
    key.write_text("secret")
    page.write_text("of the run before")
    with pytest.raises(UsageError, match=r"is there already and is no report\.html"):
        report(copied, "html", key)
    assert key.read_text() == "secret"
    assert report(copied, "html", page) == 0
    assert page.read_bytes() == made("html", read_run(copied))


def test_a_run_leaves_the_page_that_report_makes(faulty: Path) -> None:
    """The page of the run is the one of its folder."""
    assert (faulty / "report.html").read_bytes() == made("html", read_run(faulty))
