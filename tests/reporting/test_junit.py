"""``junit.xml``: a suite for each feature, errors told from failures, all that the certificate and the terminal say."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.reporting import junit
from dataverse_tck.reporting.result import ScenarioOutcome
from tests.support.results import DELETE, SURVIVED, result, told

TABLE = "table/msdyn_ocliveworkitem/exists"
TOLD = (
    ScenarioOutcome("features/about/a.feature: three", 9, Outcome.PASS, {}, tag="error", problem="a wrong word"),
    ScenarioOutcome("features/about/a.feature: Kind: one", 3, Outcome.ERROR, {TABLE: Outcome.ERROR}, 1.5, "error"),
    ScenarioOutcome("features/about/a.feature: two", 6, Outcome.FAIL, {DELETE: Outcome.FAIL}, 0.25, "failure", "gone"),
    ScenarioOutcome("features/b.feature: four", 2, Outcome.NOT_TESTABLE, {}, 0.0, "skipped", "not testable: why"),
    ScenarioOutcome("features/b.feature: five", 2, Outcome.PASS, {TABLE: Outcome.PASS}),
)


def written(folder: Path, *findings: Finding, **facts: Any) -> ET.Element:
    """What stands in the file of a run."""
    path = folder / "junit.xml"
    facts.setdefault("told", TOLD)
    junit.write(path, result(folder, {found.requirement: found for found in findings}, **facts))
    return ET.parse(path).getroot()


def numbers(element: ET.Element) -> tuple[str | None, ...]:
    return tuple(element.get(name) for name in ("tests", "failures", "errors", "skipped", "time"))


def properties(case: ET.Element) -> list[tuple[str | None, str | None]]:
    return [(item.get("name"), item.get("value")) for item in case.iter("property")]


def last(root: ET.Element) -> ET.Element:
    return list(root.iter("testcase"))[-1]


def test_each_feature_is_a_suite_that_counts(tmp_path: Path) -> None:
    """In the order of files and lines, whenever they were told; the times are those of performing, and of the run."""
    root = written(tmp_path, SURVIVED)

    assert [(suite.get("name"), *numbers(suite)) for suite in root] == [
        ("features/about/a.feature", "3", "1", "2", "0", "1.750"),
        ("features/b.feature", "2", "0", "0", "1", "0.000"),
    ]
    assert numbers(root) == ("5", "1", "2", "1", "5.000")  # the whole as long as the run took
    assert [case.get("name") for case in root.iter("testcase")] == ["Kind: one", "two", "three", "five", "four"]


def test_a_case_says_where_it_stands(tmp_path: Path) -> None:
    """Class names as CI servers fold them, file and line as editors open them."""
    case = next(written(tmp_path).iter("testcase"))

    assert {name: case.get(name) for name in ("classname", "name", "file", "line", "time")} == {
        "classname": "about.a",
        "name": "Kind: one",
        "file": "features/about/a.feature",
        "line": "3",
        "time": "1.500",
    }
    assert properties(case) == [
        ("scenario", "features/about/a.feature: Kind: one"),
        ("outcome", "error"),
        ("requirement", TABLE),
        (TABLE, "error"),
    ]


def test_only_what_is_broken_by_the_endpoint_is_a_failure(tmp_path: Path) -> None:
    """An exchange or a feature that broke is an error, what was not decided is skipped, with its reason."""
    cases = {case.get("name"): case for case in written(tmp_path, SURVIVED).iter("testcase")}

    assert {name: case[-1].tag for name, case in cases.items()} == {
        "Kind: one": "error",
        "two": "failure",
        "three": "error",
        "four": "skipped",
        "five": "properties",
    }
    assert cases["three"][-1].text == "a wrong word"
    assert cases["four"][-1].get("message") == "not testable: why"


def test_a_failure_says_what_the_terminal_says(tmp_path: Path) -> None:
    """Line by line: statement, expected, observed, requests, scenarios, and how to repeat it."""
    run = result(tmp_path, {DELETE: SURVIVED}, told=TOLD)
    junit.write(tmp_path / "junit.xml", run)
    (failure,) = ET.parse(tmp_path / "junit.xml").iter("failure")
    block = told(run).partition(f"FAIL {DELETE}\n")[2].partition("\n\n")[0]

    assert failure.text == f"FAIL {DELETE}\n{block}"
    message = failure.get("message") or ""
    assert message.startswith("Deleting a record of msdyn_bookingrule deletes every conversation")
    assert message.endswith(" one of 2 conversations is still there")
    assert "  repeat     dataverse-tck run" in block


def test_no_character_breaks_the_file(tmp_path: Path) -> None:
    """Whatever an endpoint said."""
    worst = "\x00\x1b\ufffe\ud800]]>"
    found = Finding(DELETE, Outcome.FAIL, worst, observed=worst)
    said = {DELETE: Outcome.FAIL}
    one = ScenarioOutcome("features/a.feature: one", 1, Outcome.FAIL, said, 0.0, "failure", worst)

    (failure,) = written(tmp_path, found, told=(one,)).iter("failure")

    assert "because    \\x00\\x1b\\ufffe\\ud800]]>" in str(failure.text)


@pytest.mark.parametrize("some", [TOLD, ()], ids=["some", "nothing"])
def test_an_interrupted_run_has_a_case_of_its_own(tmp_path: Path, some: tuple[ScenarioOutcome, ...]) -> None:
    """Without it, what was not looked at would look like success; also where no scenario was told at all."""
    untold = Finding(TABLE, Outcome.NOT_TESTABLE, "the run ended before")
    root = written(tmp_path, untold, told=some, interrupted=True)
    case = last(root)

    assert (case.get("name"), case[-1].tag) == ("the run is complete", "error")
    assert case[-1].get("message") == "The run was interrupted: see certificate.json."
    assert case[-1].text == f"{TABLE}: not testable: the run ended before"
    assert properties(case) == [("outcome", "error"), ("requirement", TABLE), (TABLE, "not testable")]
    assert numbers(root)[:4] == (("6", "1", "3", "1") if some else ("1", "0", "1", "0"))


def test_a_run_that_broke_has_one_as_well(tmp_path: Path) -> None:
    """With every trouble, though each requirement passed."""
    case = last(written(tmp_path, SURVIVED, troubles=("the clean-up broke inside: x",)))

    assert (case[-1].tag, case[-1].get("message")) == ("error", "The run broke: see certificate.json.")
    assert case[-1].text == "the clean-up broke inside: x"
    assert properties(case) == [("outcome", "error")]


@pytest.mark.parametrize(
    ("outcome", "tag"),
    [
        (Outcome.FAIL, "failure"),
        (Outcome.NOT_TESTABLE, "skipped"),
        (Outcome.NOT_OBSERVABLE, "skipped"),
        (Outcome.DESELECTED, None),
        (Outcome.NOT_APPLICABLE, None),
    ],
)
def test_what_no_scenario_has_told_is_told_at_the_end(tmp_path: Path, outcome: Outcome, tag: str | None) -> None:
    """As it came out; what does not matter to a verdict needs nobody to tell it."""
    case = last(written(tmp_path, SURVIVED, Finding(TABLE, outcome, "why")))

    if tag is None:
        assert case.get("name") == "four"
        return
    assert (case.get("name"), case[-1].tag, case[-1].text) == ("the run is complete", tag, f"{TABLE}: {outcome}: why")
    assert case[-1].get("message") == "Not everything was told: see certificate.json."
    assert properties(case) == [("outcome", str(outcome)), ("requirement", TABLE), (TABLE, str(outcome))]


def test_what_a_scenario_told_otherwise_is_untold(tmp_path: Path) -> None:
    """A case that says *fail* does not tell that something could not be tested."""
    root = written(tmp_path, Finding(DELETE, Outcome.NOT_TESTABLE, "why"))

    assert properties(last(root))[-1] == (DELETE, "not testable")


def test_what_is_withdrawn_is_not_said_to_pass(tmp_path: Path) -> None:
    """Of a scenario that came out otherwise than the requirement as a whole, its own reason is told."""
    skipped = ScenarioOutcome(
        TOLD[0].title, 12, Outcome.NOT_APPLICABLE, {DELETE: Outcome.NOT_APPLICABLE}, 0.0, "skipped", "why"
    )
    junit.write(tmp_path / "junit.xml", result(tmp_path, told=(skipped,)))
    (case,) = ET.parse(tmp_path / "junit.xml").iter("skipped")

    assert case.text == f"{DELETE}: not applicable: why"
