"""``junit.xml`` after the run: titles of people, errors told from failures, an interruption that shows."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from dataverse_tck.reporting import junit

WRITTEN = """<testsuites><testsuite tests="2" failures="2" errors="0">
<testcase classname="a" name="b"><properties><property name="scenario" value="features/a.feature: Kind: one"/>
<property name="outcome" value="error"/></properties><failure/></testcase>
<testcase classname="a" name="c"><properties><property name="scenario" value="features/a.feature: two"/>
<property name="outcome" value="fail"/></properties><failure/></testcase>
<testcase classname="a" name=""/></testsuite></testsuites>"""


def test_cases_have_titles_and_broken_exchanges_are_errors(tmp_path: Path) -> None:
    """The name of the file and of the scenario; numbers of the suite follow; the nameless case is gone."""
    path = tmp_path / "junit.xml"
    path.write_text(WRITTEN, encoding="utf-8")
    junit.rewrite(path)
    (suite,) = ET.parse(path).iter("testsuite")

    assert [(case.get("classname"), case.get("name"), case[-1].tag) for case in suite] == [
        ("features/a.feature", "Kind: one", "error"),
        ("features/a.feature", "two", "failure"),
    ]
    assert (suite.get("failures"), suite.get("errors")) == ("1", "1")


def test_an_interrupted_run_has_a_case_of_its_own(tmp_path: Path) -> None:
    """Without it, what was not looked at would look like success; a file that is not there stays away."""
    path = tmp_path / "junit.xml"
    junit.rewrite(path, interrupted=True)
    assert not path.exists()
    path.write_text(WRITTEN, encoding="utf-8")
    junit.rewrite(path, interrupted=True)
    (suite,) = ET.parse(path).iter("testsuite")

    assert (suite[-1].get("name"), suite[-1][0].tag) == ("the run is complete", "error")
    assert (suite.get("tests"), suite.get("errors")) == ("3", "2")
