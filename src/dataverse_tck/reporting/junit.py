"""``junit.xml``: a suite for each feature, a case for each scenario, with all that the terminal says of a failure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET  # our own file

from dataverse_tck.conformance.finding import BROKEN, WORST_FIRST, Finding, Outcome
from dataverse_tck.reporting.failures import failures_in
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.reporting.telling.failure import Failure
from dataverse_tck.reporting.telling.failure import told as facts_of

if TYPE_CHECKING:
    from dataverse_tck.reporting.result import RunResult, ScenarioOutcome

JUNIT = "junit.xml"
_COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}
_WHOLE = "dataverse-tck"  # the suite of what belongs to no feature
_MESSAGE, _TEXT = 300, 20_000  # characters


def write(path: Path, result: RunResult) -> None:
    """Write what came of each scenario that was told.

    What the certificate says and no scenario has told gets a case at the end: a run that was interrupted or broke
    inside is an error there, with all that was not looked at.
    """
    suites: dict[str, list[ET.Element]] = defaultdict(list)
    failures = {one.id: one for one in failures_in(result, [item.id for item in (*result.broken, *result.waived)])}
    for scenario in sorted(result.told, key=lambda one: (one.file, one.line, one.title)):
        suites[scenario.file].append(_case(result, scenario, failures))
    last = _whether_complete(result, result.untold)
    if last is not None:
        suites[_WHOLE].append(last)
    root = ET.Element("testsuites", name=_WHOLE)
    for name, cases in suites.items():
        suite = ET.SubElement(root, "testsuite", name=name, timestamp=result.started)
        suite.extend(cases)
        _count(suite)
    _count(root)
    if result.started and result.finished:  # scenarios are performed beside each other, so theirs are no sum
        spent = datetime.fromisoformat(result.finished) - datetime.fromisoformat(result.started)
        root.set("time", f"{max(spent.total_seconds(), 0):.3f}")
    ET.indent(root, " ")
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _count(element: ET.Element) -> None:
    """Let a suite say what is in it."""
    element.set("tests", str(sum(1 for _ in element.iter("testcase"))))
    for attribute, tag in _COUNTED.items():
        element.set(attribute, str(sum(1 for _ in element.iter(tag))))
    element.set("time", f"{sum(float(case.get('time', 0)) for case in element.iter('testcase')):.3f}")


def _case(result: RunResult, told: ScenarioOutcome, failures: Mapping[str, Failure]) -> ET.Element:
    case = ET.Element(
        "testcase",
        classname=told.file.removeprefix("features/").removesuffix(".feature").replace("/", "."),
        name=harmless(told.name),
        file=told.file,
        line=str(told.line),
        time=f"{told.seconds:.3f}",
    )
    properties: list[tuple[str, str]] = [("scenario", told.title), ("outcome", str(told.outcome))]
    properties += (("requirement", key) for key in told.said)
    properties += ((key, str(outcome)) for key, outcome in told.said.items())
    _add_properties(case, properties)
    if told.tag is not None:
        text = "\n\n".join(_texts(result, told, failures)) or told.problem
        message = harmless(" ".join((_headline(told, failures) or told.problem or text).split()), _MESSAGE)
        ET.SubElement(case, told.tag, message=message, type=str(told.outcome)).text = harmless(text, _TEXT)
    return case


def _headline(told: ScenarioOutcome, failures: Mapping[str, Failure]) -> str:
    """Return what a list of failures shows of one: what should be, and what is instead."""
    failed = [failures[key] for key, outcome in told.said.items() if outcome is told.outcome and key in failures]
    if told.outcome not in BROKEN or not failed:
        return ""
    first = failed[0]
    return f"{first.statement} {first.reason or f'Observed: {first.observed[0][0]} in {first.observed[0][1]}.'}"


def _texts(result: RunResult, told: ScenarioOutcome, failures: Mapping[str, Failure]) -> Iterator[str]:
    """Yield what the terminal says of each requirement that decided the case."""
    for key, outcome in told.said.items():
        found = result.findings.get(key) or result.controls.get(key)
        if outcome is not told.outcome or found is None:
            continue
        if outcome in BROKEN and key in failures:
            facts = [f"  {label:<10} {text}" for label, text in facts_of(failures[key], result.findings)]
            yield "\n".join([f"{str(outcome).upper()} {key}", f"  {failures[key].statement}", *facts])
        else:
            yield f"{key}: {outcome}: {found.reason if found.outcome is outcome else told.problem}"


def _add_properties(case: ET.Element, pairs: Sequence[tuple[str, str]]) -> None:
    properties = ET.SubElement(case, "properties")
    for name, value in pairs:
        ET.SubElement(properties, "property", name=name, value=value)


def _whether_complete(result: RunResult, untold: Mapping[str, Finding]) -> ET.Element | None:
    """Return the case that says whether the run is complete, where it is not."""
    broken = result.interrupted or bool(result.problems)
    if not broken and not untold:
        return None
    case = ET.Element("testcase", classname=_WHOLE, name="the run is complete", time="0.000")
    outcomes = {found.outcome for found in untold.values()} | ({Outcome.ERROR} if broken else set())
    worst = next(outcome for outcome in WORST_FIRST if outcome in outcomes)
    pairs = [(("requirement", key), (key, str(found.outcome))) for key, found in untold.items()]
    _add_properties(case, [("outcome", str(worst)), *(pair for both in pairs for pair in both)])
    tag = {Outcome.FAIL: "failure", Outcome.ERROR: "error"}.get(worst, "skipped")
    lines = [*result.problems, *(f"{key}: {found.outcome}: {found.reason}" for key, found in untold.items())]
    said = f"{_why_incomplete(result)}: see certificate.json."
    ET.SubElement(case, tag, message=said, type=str(worst)).text = harmless("\n".join(lines), _TEXT)
    return case


def _why_incomplete(result: RunResult) -> str:
    if result.interrupted:
        return "The run was interrupted"
    if result.troubles:
        return "The run broke"
    return "A waiver is stale" if result.problems else "Not everything was told"
