"""``junit.xml`` after the run: titles of people, errors told from failures, all that the certificate says."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.reporting import junit
from tests.support.results import DELETE, SURVIVED, result

TABLE = "table/msdyn_ocliveworkitem/exists"
WRITTEN = f"""<testsuites><testsuite tests="4" failures="3" errors="0" skipped="0">
<testcase classname="a" name="b"><properties><property name="scenario" value="features/a.feature: Kind: one"/>
<property name="outcome" value="error"/></properties><failure/></testcase>
<testcase classname="a" name="c"><properties><property name="scenario" value="features/a.feature: two"/>
<property name="outcome" value="fail"/><property name="{DELETE}" value="fail"/></properties><failure/></testcase>
<testcase classname="a" name="d"><properties><property name="scenario" value="features/a.feature: three"/>
<property name="outcome" value="pass"/></properties><failure/></testcase>
<testcase classname="a" name=""/></testsuite></testsuites>"""


def rewritten(folder: Path, *findings: Finding, written: str | None = WRITTEN, **facts: Any) -> ET.Element:
    """The suite of a file that was written as pytest does, or not at all."""
    path = folder / "junit.xml"
    if written is not None:
        path.write_text(written, encoding="utf-8")
    junit.rewrite(path, result(folder, {found.requirement: found for found in findings}, **facts))
    (suite,) = ET.parse(path).iter("testsuite")
    return suite


def numbers(suite: ET.Element) -> tuple[str | None, ...]:
    return tuple(suite.get(name) for name in ("tests", "failures", "errors", "skipped"))


def told(case: ET.Element) -> list[tuple[str | None, str | None]]:
    return [(item.get("name"), item.get("value")) for item in case.iter("property")]


def test_cases_have_titles_and_only_what_is_broken_by_the_endpoint_is_a_failure(tmp_path: Path) -> None:
    """The name of the file and of the scenario; an exchange or a feature that broke is an error; numbers follow."""
    suite = rewritten(tmp_path, SURVIVED)

    assert [(case.get("classname"), case.get("name"), case[-1].tag) for case in suite] == [
        ("features/a.feature", "Kind: one", "error"),
        ("features/a.feature", "two", "failure"),
        ("features/a.feature", "three", "error"),
    ]
    assert numbers(suite) == ("3", "1", "2", "0")


@pytest.mark.parametrize("written", [WRITTEN, None], ids=["some", "nothing"])
def test_an_interrupted_run_has_a_case_of_its_own(tmp_path: Path, written: str | None) -> None:
    """Without it, what was not looked at would look like success; also where no scenario was told at all."""
    untold = Finding(TABLE, Outcome.NOT_TESTABLE, "the run ended before")
    suite = rewritten(tmp_path, untold, written=written, interrupted=True)
    case = suite[-1]

    assert (case.get("name"), case[-1].tag) == ("the run is complete", "error")
    assert case[-1].get("message") == "The run was interrupted: see certificate.json."
    assert case[-1].text == f"{TABLE}: not testable: the run ended before"
    assert told(case) == [("outcome", "error"), ("requirement", TABLE), (TABLE, "not testable")]
    assert numbers(suite) == (("4", "1", "3", "0") if written else ("1", "0", "1", "0"))


def test_a_run_that_broke_has_one_as_well(tmp_path: Path) -> None:
    """With every trouble, though each requirement passed."""
    case = rewritten(tmp_path, SURVIVED, troubles=("the clean-up broke inside: x",))[-1]

    assert (case[-1].tag, case[-1].get("message")) == ("error", "The run broke: see certificate.json.")
    assert case[-1].text == "the clean-up broke inside: x"
    assert told(case) == [("outcome", "error")]


@pytest.mark.parametrize(
    ("outcome", "tag"),
    [
        (Outcome.FAIL, "failure"),
        (Outcome.ERROR, "error"),
        (Outcome.NOT_TESTABLE, "skipped"),
        (Outcome.NOT_OBSERVABLE, "skipped"),
        (Outcome.DESELECTED, None),
        (Outcome.NOT_APPLICABLE, None),
    ],
)
def test_what_no_scenario_has_told_is_told_at_the_end(tmp_path: Path, outcome: Outcome, tag: str | None) -> None:
    """As it came out; what does not matter to a verdict needs nobody to tell it."""
    suite = rewritten(tmp_path, SURVIVED, Finding(TABLE, outcome, "why"))
    case = suite[-1]

    if tag is None:
        assert case.get("name") == "three"
        return
    assert (case.get("name"), case[-1].tag, case[-1].text) == ("the run is complete", tag, f"{TABLE}: {outcome}: why")
    assert case[-1].get("message") == "Not everything was told: see certificate.json."
    assert told(case) == [("outcome", str(outcome)), ("requirement", TABLE), (TABLE, str(outcome))]


def test_what_a_scenario_told_otherwise_is_untold(tmp_path: Path) -> None:
    """A case that says *fail* does not tell that something could not be tested."""
    suite = rewritten(tmp_path, Finding(DELETE, Outcome.NOT_TESTABLE, "why"))

    assert told(suite[-1])[-1] == (DELETE, "not testable")
