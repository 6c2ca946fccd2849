"""``junit.xml`` after the run: cases under their own titles, and broken exchanges as errors, not as failures."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET  # our own file

from dataverse_tck.conformance.finding import Outcome


def rewrite(path: Path, *, interrupted: bool = False) -> None:
    """Name each case after its feature and scenario, and rename ``<failure>`` where the outcome is *error*.

    An interrupted run gets a case of its own that is an error: what was not looked at has none.
    """
    if not path.is_file():
        return
    tree = ET.parse(path)  # noqa: S314
    for suite in tree.iter("testsuite"):
        moved = 0
        for case in [case for case in suite.iter("testcase") if not case.get("name")]:
            suite.remove(case)  # the scenario that the interruption came into: pytest has nothing to say of it
        for case in suite.iter("testcase"):
            told = {item.get("name"): item.get("value") or "" for item in case.iter("property")}
            if "scenario" in told:
                feature, _, title = told["scenario"].partition(": ")
                case.set("classname", feature)
                case.set("name", title)
            failure = case.find("failure")
            if failure is not None and told.get("outcome") == str(Outcome.ERROR):
                failure.tag = "error"
                moved += 1
        if interrupted:
            case = ET.SubElement(suite, "testcase", classname="dataverse-tck", name="the run is complete", time="0.000")
            ET.SubElement(case, "error", message="The run was interrupted: see certificate.json.")
            suite.set("tests", str(int(suite.get("tests", "0")) + 1))
            suite.set("errors", str(int(suite.get("errors", "0")) + 1))
        if moved:
            suite.set("failures", str(int(suite.get("failures", "0")) - moved))
            suite.set("errors", str(int(suite.get("errors", "0")) + moved))
    tree.write(path, encoding="utf-8", xml_declaration=True)
