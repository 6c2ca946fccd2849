"""``diff``: what it says of two runs to people and to machines, and what it cannot read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from dataverse_tck import cli
from dataverse_tck.reporting.certificate import FORMAT
from dataverse_tck.suite_files import suite_root
from tests.support.certificates import certificate_of, with_outcomes, write_certificate
from tests.support.results import DELETE, checked, result

SCHEMA = json.loads((suite_root() / "schemas/outputs/diff.schema.json").read_text("utf-8"))
LABEL = "column/msdyn_channel/option/192300000/label"
NAME = "table/msdyn_ocliveworkitem/display-name"


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders of runs that came to the same."""
    told = checked(result(tmp_path))
    for name in ("a", "b"):
        write_certificate(tmp_path / name, told)
    return tmp_path / "a", tmp_path / "b"


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """What the command says of two runs, and that it ends with 0."""

    def say(runs: tuple[Path, Path], *options: str) -> str:
        assert cli.main(["diff", *map(str, runs), *options]) == 0
        return capsys.readouterr().out

    return say


def change(folder: Path, outcomes: dict[str, str], **members: Any) -> None:
    """Let a run have come to something else."""
    write_certificate(folder, with_outcomes(certificate_of(folder), outcomes, **members))


def test_two_that_came_to_the_same(runs: tuple[Path, Path], said: Callable[..., str]) -> None:
    """So it is said, with what each of them is."""
    coverage = certificate_of(runs[0])["coverage"]
    checked_of = f"{coverage['checked']} of {coverage['requirements']} checked"

    assert said(runs) == (
        f"before     {runs[0]}: conformant, {checked_of}, level data, begun 2026-11-21T22:26:04.000Z\n"
        f"now        {runs[1]}: conformant, {checked_of}, level data, begun 2026-11-21T22:26:04.000Z\n"
        "\nnothing differs: whatever was checked came out as it did before\n"
    )


def test_what_differs_is_told_in_groups_with_what_may_be_why(runs: tuple[Path, Path], said: Callable[..., str]) -> None:
    """Ids of one subject in one line."""
    change(runs[0], {NAME: "fail"}, verdict="not conformant")
    change(runs[1], {LABEL: "fail", LABEL.replace("label", "exists"): "fail", DELETE: "error"}, seed=8)

    assert said(runs).partition("\n\n")[2] == (
        "newly failing (2)\n"
        "  column/msdyn_channel/option/192300000/{exists,label}\n"
        "\nno longer checked, now error (1)\n"
        f"  {DELETE}\n"
        "\nfixed (1)\n"
        f"  {NAME}\n"
        "\nwhat else differs, and may be why\n"
        "  The seed was 7, and is 8: what is made up has other values.\n"
    )


def test_what_is_all_of_a_sort_is_one_line(runs: tuple[Path, Path], said: Callable[..., str]) -> None:
    """As ``run --only`` takes it."""
    every = [item["id"] for item in certificate_of(runs[0])["requirements"] if item["id"].startswith("column/")]
    change(runs[1], dict.fromkeys(every, "fail"))

    assert f"newly failing ({len(every)})\n  column/*\n" in said(runs)


def test_foreign_text_does_nothing_to_a_terminal(runs: tuple[Path, Path], said: Callable[..., str]) -> None:
    """Neither codes nor markup."""
    told = certificate_of(runs[1])
    items = [*told["requirements"], {**told["requirements"][0], "id": "x/[red]\x1b[2J\u202e", "outcome": "fail"}]
    write_certificate(runs[1], {**told, "requirements": items, "troubles": ["\x1b[31m [bold]broke"]})

    out = said(runs)

    assert "  x/[red]\\x1b[2J\\u202e\n" in out
    assert "Something broke in the later run: \\x1b[31m [bold]broke." in out


def test_as_json_it_keeps_its_schema(runs: tuple[Path, Path], said: Callable[..., str]) -> None:
    """Everything that is told to people, and each id with both outcomes."""
    change(runs[0], {NAME: "fail"}, verdict="not conformant")
    change(runs[1], {NAME: "waived", LABEL: "fail"}, level="surface")
    items = [item for item in certificate_of(runs[1])["requirements"] if item["id"] != DELETE]
    write_certificate(runs[1], {**certificate_of(runs[1]), "requirements": items})

    document = json.loads(said(runs, "--json"))

    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    told = {kind: found for kind, found in document["requirements"].items() if found}
    assert told == {
        "newly_failing": [{"id": LABEL, "before": "pass", "now": "fail"}],
        "still_failing": [{"id": NAME, "before": "fail", "now": "waived"}],
        "waived_since": [{"id": NAME, "before": "fail", "now": "waived"}],
        "no_longer_checked": [{"id": DELETE, "before": "pass", "now": None}],
    }
    assert not any(document["advisory"].values())
    assert document["causes"] == ["The level was data, and is surface."]
    assert document["before"]["verdict"] == "not conformant"
    assert document["now"]["folder"] == str(runs[1])


def test_advisory_ones_stand_apart(runs: tuple[Path, Path], said: Callable[..., str]) -> None:
    """Also in JSON."""
    key = next(it["id"] for it in certificate_of(runs[0])["requirements"] if it["obligation"] == "advisory")
    change(runs[0], {key: "pass"})
    change(runs[1], {key: "fail"})

    document = json.loads(said(runs, "--json"))

    assert document["advisory"]["newly_failing"] == [{"id": key, "before": "pass", "now": "fail"}]
    assert not any(document["requirements"].values())
    assert f"advisory, newly failing (1)\n  {key}\n" in said(runs)


def killed(folder: Path) -> None:
    """A run that left no certificate."""
    (folder / "certificate.json").unlink()


def of_another_format(folder: Path) -> None:
    """A run of another version of the kit."""
    write_certificate(folder, {**certificate_of(folder), "format": "dataverse-tck/certificate/2"})


def damaged(folder: Path) -> None:
    """A certificate with wrong members."""
    write_certificate(folder, {**certificate_of(folder), "counts": 3})


def no_folder(folder: Path) -> None:
    """A certificate where a folder should be."""
    killed(folder)
    folder.rmdir()
    folder.write_text("{}")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (killed, "holds no certificate.json: a run that was killed leaves none"),
        (of_another_format, f"has the format 'dataverse-tck/certificate/2'; this version tells {FORMAT!r}."),
        (damaged, "is not as this kit writes certificates: counts"),
        (no_folder, "is a file. Name the folder of a run"),
    ],
)
@pytest.mark.parametrize("at", [0, 1])
def test_what_cannot_be_read_is_refused(
    spoil: Callable[[Path], None],
    sentence: str,
    at: int,
    runs: tuple[Path, Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With a sentence and exit code 2, whichever of both it is."""
    spoil(runs[at])

    assert cli.main(["diff", *map(str, runs)]) == 2
    told = capsys.readouterr()
    assert sentence in told.err
    assert str(runs[at]) in told.err
    assert told.out == ""


def test_its_help_says_how_a_gate_is_had(capsys: pytest.CaptureFixture[str]) -> None:
    """Its own exit code says nothing of what differs."""
    with pytest.raises(SystemExit):
        cli.main(["diff", "--help"])

    assert "run --gate no-worse --baseline RUN" in " ".join(capsys.readouterr().out.split())
