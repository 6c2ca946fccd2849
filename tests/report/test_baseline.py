"""A run that was compared with another: its page and its summary say what changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from markupsafe import escape

from dataverse_tck.commands.certification.verify import verify
from dataverse_tck.commands.report import report
from dataverse_tck.report.differences import differences
from dataverse_tck.report.folder import BASELINE, read_run
from dataverse_tck.report.told_run import ToldRun
from dataverse_tck.reporting.certificate import sha256
from tests.support.certificates import certificate_of, with_outcomes, write_certificate
from tests.support.poisoned import hostile
from tests.support.reports import Elements, made

NAME = "table/msdyn_ocliveworkitem/display-name"
LABEL = "column/msdyn_channel/option/192300000/label"


@pytest.fixture
def compared(copied: Path) -> Path:
    """The run with two faults, compared with one in which one of them was not there, and another one was."""
    before = with_outcomes(certificate_of(copied), {LABEL: "pass", NAME: "fail"}, seed=6)
    write_certificate(copied, before, BASELINE)
    told = certificate_of(copied)
    write_certificate(copied, {**told, "files": {**told["files"], BASELINE: sha256(copied / BASELINE)}})
    return copied


def section(content: bytes) -> str:
    """What the page says of the changes."""
    return content.decode().partition('<section id="changes"')[2].partition("</section>")[0]


def test_the_page_says_what_changed_with_links(compared: Path) -> None:
    """After the verdict: the baseline with its verdict, each group, and what may be why."""
    content = made("html", read_run(compared))
    told = section(content)
    before = json.loads((compared / BASELINE).read_text("utf-8"))

    assert content.index(b'id="verdict"') < content.index(b'id="changes"') < content.index(b'id="failures"')
    assert f"a run begun {before['started']}" in told
    assert '<span class="verdict not-conformant">not conformant</span>' in told
    assert f'<summary><b>newly failing</b> (1)</summary>\n<ul><li><a href="#requirement/{LABEL}">' in told
    assert f'<summary><b>fixed</b> (1)</summary>\n<ul><li><a href="#requirement/{NAME}">' in told
    assert "The seed was 6, and is 7" in told
    links = {str(it["href"])[1:] for it in Elements(told.encode()).all("a")}
    assert links <= {it["id"] for _, it in Elements(content).found if it.get("id")}
    assert 'href="#changes"' in content.decode()


def test_the_summary_says_it_too(compared: Path) -> None:
    """In a few lines, before the failures."""
    told = made("md", read_run(compared)).decode()

    assert told.index("## What changed against the baseline") < told.index("## Failures")
    assert f"- newly failing (1): `{LABEL}`\n" in told
    assert f"- fixed (1): `{NAME}`\n" in told
    assert "- what else differs: The seed was 6, and is 7: what is made up has other values.\n" in told


def test_without_a_baseline_nothing_is_said(run: ToldRun, content: bytes) -> None:
    """There is no such section, and no link to it."""
    assert run.since_baseline is None
    assert b'id="changes"' not in content
    assert b'href="#changes"' not in content
    assert "baseline" not in made("md", run).decode()


def test_what_is_no_longer_there_has_no_link(compared: Path) -> None:
    """The page has no place for it."""
    before = json.loads((compared / BASELINE).read_text("utf-8"))
    more = [*before["requirements"], {**before["requirements"][0], "id": "column/gone"}]
    write_certificate(compared, {**before, "requirements": more}, BASELINE)

    told = section(made("html", read_run(compared)))

    assert "<b>no longer checked, now not there</b> (1)</summary>\n<ul><li>column/gone</li>" in told


def test_where_nothing_changed_it_says_so(copied: Path) -> None:
    """What failed there and fails here is named all the same."""
    write_certificate(copied, certificate_of(copied), BASELINE)
    told = section(made("html", read_run(copied)))

    assert "<b>still failing</b> (2)" in told
    assert "What else differs" not in told


def test_beside_a_run_it_verifies(compared: Path) -> None:
    """A run may leave it, and its pages are made of it as well."""
    for name in ("html", "md"):
        report(compared, name, None)

    assert verify(compared) == 0


def test_one_that_was_changed_later_is_refused(compared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The certificate names its digest."""
    write_certificate(compared, certificate_of(compared), BASELINE)

    assert verify(compared) == 1
    assert "REFUSED A file is not the one that the certificate names.\n  where      baseline.json" in (
        capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "baseline.json cannot be read"),
        (b"[]", "it is no JSON object"),
        (b'{"format": "dataverse-tck/certificate/2"}', "has the format 'dataverse-tck/certificate/2'"),
        (None, "is not as this kit writes certificates: requirements"),
    ],
)
def test_one_that_is_none_is_told_so(copied: Path, content: bytes | None, said: str) -> None:
    """A note at the verdict, which does not say where the folder lies; everything else is told."""
    nothing = {**certificate_of(copied), "requirements": [{"id": 7}]}
    (copied / BASELINE).write_bytes(json.dumps(nothing).encode() if content is None else content)

    run = read_run(copied)

    assert run.baseline is None
    assert run.missing[0].startswith("What changed against the baseline is not told: ")
    assert said in run.missing[0]
    assert str(copied) not in run.missing[0]
    assert escape(run.missing[0]) in made("html", run).decode()


def killed(folder: Path) -> None:
    """A run that left no certificate."""
    (folder / "certificate.json").unlink()


def interrupted(folder: Path) -> None:
    """A run that was stopped."""
    write_certificate(folder, {**certificate_of(folder), "interrupted": True, "verdict": "incomplete"})


@pytest.mark.parametrize(("end", "is_told"), [(killed, False), (interrupted, True)])
def test_a_run_without_an_end(compared: Path, end: Callable[[Path], None], *, is_told: bool) -> None:
    """What has no verdict is compared with nothing; what was stopped, is, and says so."""
    end(compared)
    told = section(made("html", read_run(compared)))

    assert ("The later run was interrupted." in told) is is_told


def test_foreign_text_is_text(compared: Path) -> None:
    """In what differs too."""
    run = read_run(compared)
    poisoned = hostile(run)
    assert run.baseline
    told = section(made("html", poisoned))

    assert differences(run.baseline, poisoned.certificate).causes
    assert {tag for tag, _ in Elements(told.encode()).found} <= {
        *("h2", "h3", "p", "span", "details", "summary", "b", "ul", "li", "a")
    }
