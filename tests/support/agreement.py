"""Whether JUnit, the terminal and the certificate say the same: which requirements failed, broke, were not decided."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from dataverse_tck.acting.acting_session import ActingSession
from dataverse_tck.conformance.finding import WORST_FIRST
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.endpoint.survey import Survey
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.reporting import junit
from dataverse_tck.reporting.certificate import certificate
from dataverse_tck.run.attempt import Attempt
from dataverse_tck.run.outcome import result_of
from dataverse_tck.scenarios.context import Context
from dataverse_tck.scenarios.observer import Observer
from dataverse_tck.scenarios.pytest_session import run_scenarios
from dataverse_tck.settings import Settings
from tests.support.results import told as terminal

COMPARED = ("fail", "error", "not testable", "not observable")
Sets = Mapping[str, set[str]]


def hold_reports_together(folder: Path, settings: Settings, survey: Survey, acting: ActingSession | None) -> Sets:
    """Tell scenarios again that were performed, write all three reports, and compare them; return what they say."""
    suite = load_suite()
    settings = settings.resolved(suite.catalogue, date(2026, 11, 21))
    context = Context(survey.judgement, suite.catalogue, settings.only, acting, settings.not_claimed)
    attempt = Attempt(folder, survey=survey, acting=acting, observer=Observer(context, lambda *_: None))
    assert attempt.observer is not None
    run_scenarios(attempt.observer, folder, settings)
    result = result_of(settings, suite, Recorder(None), attempt)
    junit.write(folder / "junit.xml", result)
    return hold_together(folder / "junit.xml", terminal(result), certificate(result))


def hold_together(path: Path, text: str, document: Any) -> Sets:
    """Compare what the three say of each requirement, and each case with its own properties."""
    certified = in_certificate(document)
    known = {row["id"] for row in document["requirements"]}

    assert in_junit(path, known) == certified
    assert on_terminal(text) == certified
    assert [title for title, tag, told in _cases(path, known) if tag != _tag_of(told)] == []
    return certified


def in_certificate(document: Any) -> Sets:
    """Return the ids of each outcome that is compared."""
    rows = document["requirements"]
    return {outcome: {row["id"] for row in rows if row["outcome"] == outcome} for outcome in COMPARED}


def in_junit(path: Path, known: Iterable[str]) -> Sets:
    """Return the ids of each outcome, from the properties that are called as requirements are."""
    found: dict[str, set[str]] = {outcome: set() for outcome in COMPARED}
    for _, _, told in _cases(path, known):
        for identifier, outcome in told.items():
            found.setdefault(outcome, set()).add(identifier)
    return {outcome: found[outcome] for outcome in COMPARED}


def on_terminal(text: str) -> Sets:
    """Return the ids of each outcome, as the page names them."""
    found: dict[str, set[str]] = {outcome: set() for outcome in COMPARED}
    heads = {outcome.upper(): outcome for outcome in COMPARED[1:]}
    under = ""
    listed = ""  # what a list of ids below a failure says of them
    for line in text.splitlines():
        if began := re.match("  (untested|alike) ", line):
            listed = {"untested": "not testable", "alike": "fail"}[began[1]]
            continue
        if listed and line.startswith(" " * 13):
            found[listed] |= spelt_out(line.strip())
            continue
        listed = ""
        if named := re.match(r"(?:FAIL|ADVISORY) (\S+)", line):
            found["fail"] |= spelt_out(named[1])
        elif under and line.startswith("    "):
            continue  # a long reason goes on
        elif under and line.startswith("  "):
            found[under] |= spelt_out(line.strip())
        else:
            under = next((heads[head] for head in heads if line.startswith(f"{head} ")), "")
    return found


def spelt_out(line: str) -> set[str]:
    """Return the ids that a line with braces, or with a star at its end, stands for."""
    if line.endswith("/*"):
        return {item.id for item in load_suite().catalogue.requirements if item.id.startswith(line[:-1])}
    begin, brace, rest = line.partition("{")
    return {begin + aspect for aspect in rest.rstrip("}").split(",")} if brace else {line}


def _cases(path: Path, known: Iterable[str]) -> Iterable[tuple[str, str, dict[str, str]]]:
    known = set(known)
    for case in ET.parse(path).iter("testcase"):
        tags = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        told = {item.get("name", ""): item.get("value", "") for item in case.iter("property")}
        requirements = {name: value for name, value in told.items() if name in known}
        if requirements:
            yield case.get("name", ""), tags[0] if tags else "", requirements


def _tag_of(told: Mapping[str, str]) -> str:
    """Return how a case ends that says this of requirements: the worst wins, what is advisory fails nothing."""
    counted = defaultdict(set)
    for identifier, outcome in told.items():
        counted[identifier.startswith("advisory/")].add(outcome)
    outcomes = counted[False] or counted[True] - {"fail"}
    worst = next((str(outcome) for outcome in WORST_FIRST if outcome in outcomes), "pass")
    return {"fail": "failure", "error": "error", "pass": ""}.get(worst, "skipped")
