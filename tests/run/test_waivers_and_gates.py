"""Every standing of a waiver at every gate: verdict, exit code, terminal, JUnit and page say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.profile.waivers_file import load_waivers
from dataverse_tck.report.folder import read_run
from dataverse_tck.run.runner import run
from dataverse_tck.settings import Settings
from dataverse_tck.verify.verification import verified
from tests.support.reports import made

WRONG = "column/msdyn_channel/option/192300000/label"
RIGHT = "column/msdyn_channel/option/192330000/label"
GLOB, OTHER_GLOB = "column/msdyn_channel/option/192300000/*", "column/msdyn_channel/option/19233*"
LATER, SOON, PAST = 100, 3, -1  # days from now


@dataclass(frozen=True)
class Case:
    """What is waived at which endpoint, and what has to come of it.

    ``codes`` are those with the gates verdict, checked, and no-worse than a run of an endpoint that is as wrong, and
    than one of an endpoint that is right.
    """

    is_wrong: bool  # the endpoint: in WRONG, and in nothing else
    waivers: tuple[tuple[str, int], ...]
    verdict: str
    codes: tuple[int, int, int, int]
    outcome: str  # of WRONG
    words: tuple[str, ...] = ()  # on the terminal
    only: tuple[str, ...] = ()


CASES = {
    "right": Case(False, (), "conformant", (0, 0, 0, 0), "pass"),
    "failing": Case(True, (), "not conformant", (1, 1, 0, 1), "fail"),
    "waived": Case(True, ((WRONG, LATER),), "conformant", (0, 0, 0, 0), "waived", ("WAIVED", "waived  ")),
    "waived, ends soon": Case(True, ((WRONG, SOON),), "conformant", (0, 0, 0, 0), "waived", ("WAIVED", "ends soon")),
    "waived, last day": Case(True, ((WRONG, 0),), "conformant", (0, 0, 0, 0), "waived", ("WAIVED", "ends soon")),
    "expired": Case(True, ((WRONG, PAST),), "not conformant", (1, 1, 0, 1), "fail", ("FAIL", "EXPIRED", "the owner")),
    "expired and in force": Case(
        True, ((WRONG, PAST), (GLOB, LATER)), "conformant", (0, 0, 0, 0), "waived", ("WAIVED", "EXPIRED")
    ),
    "waived by a glob": Case(True, ((GLOB, LATER),), "conformant", (0, 0, 0, 0), "waived", ("WAIVED",)),
    "expired glob": Case(True, ((GLOB, PAST),), "not conformant", (1, 1, 0, 1), "fail", ("FAIL", "EXPIRED")),
    "another is waived": Case(True, ((RIGHT, LATER),), "not conformant", (1, 1, 0, 1), "fail", ("FAIL", "STALE")),
    "waived beside a stale one": Case(
        True, ((WRONG, LATER), (RIGHT, LATER)), "incomplete", (3, 3, 0, 0), "waived", ("WAIVED", "STALE")
    ),
    "stale": Case(False, ((WRONG, LATER),), "incomplete", (3, 3, 0, 0), "pass", ("STALE",)),
    "stale glob": Case(False, ((OTHER_GLOB, LATER),), "incomplete", (3, 3, 0, 0), "pass", ("STALE",)),
    "expired, and nothing fails": Case(False, ((WRONG, PAST),), "conformant", (0, 0, 0, 0), "pass", ("EXPIRED",)),
    "of another level": Case(
        True, (("derived/column/*/unlisted-refused", LATER),), "not conformant", (1, 1, 0, 1), "fail", ("unused",)
    ),
    "left out": Case(True, ((WRONG, LATER),), "incomplete", (3, 0, 0, 0), "deselected", ("unused",), (RIGHT,)),
    "looked at alone": Case(True, ((WRONG, LATER),), "incomplete", (3, 0, 0, 0), "waived", ("WAIVED",), (WRONG, RIGHT)),
}
GATES = {"verdict": None, "checked": None, "no worse than as wrong": "wrong", "no worse than right": "right"}


@pytest.fixture(scope="session")
def endpoints() -> Iterator[dict[bool, str]]:
    """The service roots of an endpoint that is wrong in one thing, and of one that is right."""
    with (
        running(create_app(create_organisation(), faults=[WRONG])) as wrong,
        running(create_app(create_organisation())) as right,
    ):
        yield {True: wrong, False: right}


@pytest.fixture(scope="session")
def baselines(endpoints: dict[bool, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders of runs of both."""
    folder = tmp_path_factory.mktemp("baselines")
    assert run(Settings(endpoints[True], output=folder / "wrong", seed=1), None) == 1
    assert run(Settings(endpoints[False], output=folder / "right", seed=2), None) == 0
    return {name: folder / name for name in ("wrong", "right")}


@pytest.mark.proof
@pytest.mark.parametrize(("name", "gate"), [(name, gate) for name in CASES for gate in GATES])
def test_all_say_the_same(  # noqa: PLR0917 - fixtures
    name: str,
    gate: str,
    endpoints: dict[bool, str],
    baselines: dict[str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    case = CASES[name]
    settings = Settings(
        endpoints[case.is_wrong],
        output=tmp_path / "run",
        only=case.only,
        gate="no-worse" if GATES[gate] else gate,
        baseline=baselines[GATES[gate]] if GATES[gate] else None,
        waivers=load_waivers(waivers(tmp_path / "known.toml", case.waivers)) if case.waivers else None,
    )
    capsys.readouterr()

    code = run(settings, None)

    folder, terminal = tmp_path / "run", capsys.readouterr().out
    told = json.loads((folder / "certificate.json").read_text("utf-8"))
    assert (code, told["verdict"]) == (case.codes[list(GATES).index(gate)], case.verdict)
    assert {row["outcome"] for row in told["requirements"] if row["id"] == WRONG} == {case.outcome}
    assert re.search(rf"^{case.verdict}   ", terminal, re.MULTILINE)
    assert [word for word in case.words if word not in terminal] == []
    assert in_junit(folder / "junit.xml") == {"fail": case.outcome == "fail", "waived": case.outcome == "waived"}
    assert on_page(folder / "report.html") == (case.verdict, case.outcome in ("fail", "waived"))
    if gate == "verdict":  # which decides nothing of the run
        assert [(one.where, one.expected, one.found) for one in verified(folder).refusals] == []


def waivers(path: Path, entries: tuple[tuple[str, int], ...]) -> Path:
    """Write a file of waivers; each ends so many days from now."""
    today = datetime.now(UTC).date()
    texts = (
        f'[[waiver]]\nrequirement = "{requirement}"\nreason = "why it is"\nowner = "the owner"\n'
        f"expires = {today + timedelta(days=days)}\n"
        for requirement, days in entries
    )
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def in_junit(path: Path) -> dict[str, bool]:
    """Whether what is wrong is told as a failure, and whether as waived: with all that is told of a failure."""
    found = {}
    for kind, tag in (("fail", "failure"), ("waived", "skipped")):
        texts = (end.text or "" for end in ET.parse(path).iter(tag) if end.get("type") == kind)
        blocks = [text for text in texts if WRONG in text.split("\n")[0]]
        found[kind] = any('expected   "WhatsApp"' in text and "decisive" in text for text in blocks)
        assert len(blocks) <= 1
    return found


def on_page(path: Path) -> tuple[str, bool]:
    """The verdict, and whether what is wrong stands among the failures."""
    page = path.read_text("utf-8")
    verdict = re.search(r'<h1><span class="verdict[^"]*">([^<]*)</span>', page)
    assert verdict
    return verdict[1], f'id="failure/{WRONG}"' in page


def test_a_waiver_hides_a_failure_from_no_report(endpoints: dict[bool, str], tmp_path: Path) -> None:
    """Each tells what was seen, and that it was accepted."""
    known = load_waivers(waivers(tmp_path / "known.toml", ((WRONG, LATER),)))
    assert run(Settings(endpoints[True], output=tmp_path / "run", waivers=known, allure=True), None) == 0
    told = read_run(tmp_path / "run")
    texts = {name: made(name, told).decode("utf-8", "ignore") for name in ("md", "csv", "ctrf", "messages", "html")}
    results = (path.read_text("utf-8") for path in (tmp_path / "run" / "allure").glob("*-result.json"))
    texts["allure"] = "\n".join(text for text in results if WRONG in text)
    for name, text in texts.items():
        assert {word for word in (WRONG, "waived", "Channel 192300000") if word not in text} == set(), name
    for name in ("md", "ctrf", "messages", "html", "allure"):
        assert "to be mended by the owner: why it is" in texts[name], name
    (assertion,) = (one for one in json.loads(made("earl", told))["@graph"] if WRONG in str(one.get("test", "")))
    assert assertion["result"]["outcome"] == "earl:failed"
    for name in ("certificate", "badge"):
        assert "1 waived" in made(name, told).decode() or "the owner" in made(name, told).decode()


def test_a_file_that_waives_nothing_changes_nothing(endpoints: dict[bool, str], tmp_path: Path) -> None:
    """And the run verifies, as it does with a baseline."""
    (tmp_path / "known.toml").write_text("# nothing fails\n")
    known = load_waivers(tmp_path / "known.toml")
    assert run(Settings(endpoints[False], output=tmp_path / "run", waivers=known), None) == 0
    again = Settings(endpoints[False], output=tmp_path / "again", gate="no-worse", baseline=tmp_path / "run")
    assert run(again, None) == 0
    for name in ("run", "again"):
        assert verified(tmp_path / name).refusals == ()


def test_what_an_endpoint_declares_has_one_digest_at_every_address(
    endpoints: dict[bool, str], baselines: dict[str, Path], tmp_path: Path
) -> None:
    """Another one only where something else is declared; else a comparison would name a cause that there is not."""
    with running(create_app(create_organisation())) as elsewhere:
        assert run(Settings(elsewhere, output=tmp_path / "run"), None) == 0
    folders = (tmp_path / "run", baselines["right"], baselines["wrong"])
    here, right, wrong = (
        json.loads((folder / "certificate.json").read_text("utf-8"))["endpoint"]["metadata"] for folder in folders
    )
    assert here == right != wrong
