"""``junit.xml`` after the run: cases under their own titles, saying of each requirement what the certificate says."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET  # our own file

from dataverse_tck.conformance.finding import WORST_FIRST, Finding, Outcome
from dataverse_tck.suite_files import suite_root

if TYPE_CHECKING:
    from dataverse_tck.reporting.result import RunResult

_OPEN = (Outcome.FAIL, Outcome.ERROR, Outcome.NOT_TESTABLE, Outcome.NOT_OBSERVABLE)
_TAGS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def rewrite(path: Path, result: RunResult) -> None:
    """Name each case after its feature and scenario, and tell what broke from what failed.

    What the certificate says and no scenario has told gets a case at the end: a run that was interrupted or broke
    inside is an error there, with all that was not looked at.
    """
    tree = ET.parse(path) if path.is_file() else ET.ElementTree(_nothing_told())  # noqa: S314
    told: dict[str, set[str]] = defaultdict(set)
    for suite in tree.iter("testsuite"):
        for case in [case for case in suite.iter("testcase") if not case.get("name")]:
            suite.remove(case)  # the scenario that the interruption came into: pytest has nothing to say of it
        for case in suite.iter("testcase"):
            properties = {item.get("name", ""): item.get("value") or "" for item in case.iter("property")}
            for name, value in properties.items():
                told[name].add(value)
            _name(case, properties)
    last = next(iter(tree.iter("testsuite")))
    _close(last, result, {key: found for key, found in result.findings.items() if _is_untold(found, told[key])})
    for attribute, tag in _TAGS.items():
        last.set(attribute, str(sum(1 for _ in last.iter(tag))))
    _shorten_paths(last)
    last.set("tests", str(sum(1 for _ in last.iter("testcase"))))
    tree.write(path, encoding="utf-8", xml_declaration=True)


def _shorten_paths(suite: ET.Element) -> None:
    """Name the files of the suite as it names them itself, wherever it lies."""
    for element in suite.iter():
        element.text = element.text and element.text.replace(f"{suite_root()}{os.sep}", "")


def _nothing_told() -> ET.Element:
    """Return what stands for a session that never began."""
    root = ET.Element("testsuites")
    ET.SubElement(root, "testsuite", name="dataverse-tck", time="0.000")
    return root


def _name(case: ET.Element, properties: Mapping[str, str]) -> None:
    if "scenario" in properties:
        feature, _, title = properties["scenario"].partition(": ")
        case.set("classname", feature)
        case.set("name", title)
    failure = case.find("failure")
    if failure is not None and properties.get("outcome") != str(Outcome.FAIL):
        failure.tag = "error"  # the exchange broke, or the kit, or the feature's own words are wrong


def _is_untold(found: Finding, told: set[str]) -> bool:
    return found.outcome in _OPEN and str(found.outcome) not in told


def _close(suite: ET.Element, result: RunResult, untold: Mapping[str, Finding]) -> None:
    """Add the case that says whether the run is complete, where it is not."""
    broken = result.interrupted or bool(result.troubles)
    if not broken and not untold:
        return
    case = ET.SubElement(suite, "testcase", classname="dataverse-tck", name="the run is complete", time="0.000")
    outcomes = {found.outcome for found in untold.values()} | ({Outcome.ERROR} if broken else set())
    worst = next(outcome for outcome in WORST_FIRST if outcome in outcomes)
    properties = ET.SubElement(case, "properties")
    told = [(("requirement", key), (key, str(found.outcome))) for key, found in untold.items()]
    for name, value in [("outcome", str(worst)), *(pair for pairs in told for pair in pairs)]:
        ET.SubElement(properties, "property", name=name, value=value)
    said = "The run was interrupted" if result.interrupted else "The run broke" if broken else "Not everything was told"
    tag = {Outcome.FAIL: "failure", Outcome.ERROR: "error"}.get(worst, "skipped")
    ET.SubElement(case, tag, message=f"{said}: see certificate.json.").text = "\n".join(
        [*result.troubles, *(f"{key}: {found.outcome}: {found.reason}" for key, found in untold.items())]
    )
