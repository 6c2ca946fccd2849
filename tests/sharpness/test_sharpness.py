"""The kit is sharp: every requirement, served wrongly, fails, and nothing that is independent of it fails with it.

``make prove`` proves it whole; ``make test`` keeps a seeded tenth (PROVE and PROVE_SEED in the environment say which).
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.suite import Suite, load_suite
from dataverse_tck.conformance.surfaces.surface import SHOWS
from dataverse_tck.emulator.faults.metadata_faults import known_metadata_faults
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.endpoint.survey import Survey, survey
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.settings import Settings
from tests.sharpness.groups import hanging, layers, runs
from tests.support.agreement import hold_reports_together, hold_together
from tests.support.facts import hold_facts_together
from tests.support.proofs import SEED, WHOLE, failed_scenarios

PAIRS = tuple(
    f"{identifier}@{surface}" for identifier, surfaces in known_metadata_faults().items() for surface in surfaces
)


@cache
def suite() -> Suite:
    return load_suite()


def a_tenth(items: Iterable[str]) -> list[str]:
    """Return a seeded tenth, at least one."""
    drawn = sorted(items)
    return random.Random(SEED).sample(drawn, max(1, len(drawn) // 10))


def some(groups: list[frozenset[str]], least: int) -> list[int]:
    """Return the numbers of all groups when the whole is proved, else of a few."""
    numbers = range(len(groups))
    return list(numbers) if WHOLE else random.Random(SEED).sample(numbers, least)


def judged(faults: Iterable[str]) -> Survey:
    """Judge an emulator with faults over real HTTP."""
    with running(create_app(create_organisation(), faults=sorted(faults))) as root:
        return survey(root, Recorder(None), suite())


def wrong_pairs(findings: dict[str, Finding]) -> set[str]:
    """Return ID@SURFACE of everything that failed, for every surface that contradicts."""
    return {
        f"{finding.requirement}@{seen.surface}"
        for finding in findings.values()
        if finding.outcome is Outcome.FAIL
        for seen in finding.sightings
        if not seen.right
    }


def check(faults: frozenset[str], folder: Path) -> None:
    """The given ID@SURFACE faults, and they alone, are found; what hangs on them is not testable, the rest passes.

    Every report says so.
    """
    surveyed = judged(faults)
    findings = dict(surveyed.judgement.findings)
    reported = hold_reports_together(folder, Settings(), surveyed, None)
    broken = {fault.partition("@")[0] for fault in faults}
    blocked = {key for key, finding in findings.items() if finding.outcome is Outcome.NOT_TESTABLE}
    passed = {key for key, finding in findings.items() if finding.outcome is Outcome.PASS}

    assert wrong_pairs(findings) == faults
    assert (reported["fail"], reported["not testable"]) == (broken, blocked)
    assert blocked == hanging(suite().catalogue, broken)
    assert passed == set(findings) - broken - blocked


def test_the_emulator_can_break_every_requirement_on_every_surface_that_shows_it() -> None:
    """399 requirements; customapis cannot contradict that a message exists, since no row there is silence."""
    can_contradict = {
        item.id: {str(surface) for surface in SHOWS[item.family]}
        - ({"customapis"} if item.family == "message-exists" else set())
        for item in suite().catalogue.of("surface")
    }

    assert {identifier: set(surfaces) for identifier, surfaces in known_metadata_faults().items()} == can_contradict


def test_the_right_emulator_passes_everything() -> None:
    """Without a fault there is no alarm."""
    assert {finding.outcome for finding in judged(()).judgement.findings.values()} == {Outcome.PASS}


GROUPS = [group for layer in layers(suite().catalogue, PAIRS)[1:] for group in runs(layer, SEED)]


@pytest.mark.parametrize("number", some(GROUPS, 3))
def test_groups_of_faults_are_told_apart(number: int, tmp_path: Path) -> None:
    """Half of all faults at once, on single surfaces, and each is found on just its surface."""
    check(GROUPS[number], tmp_path)


ALONE = [*layers(suite().catalogue, PAIRS)[0], *a_tenth(PAIRS)]


@pytest.mark.parametrize("fault", ALONE if WHOLE else a_tenth(ALONE))
def test_a_fault_alone_is_found_alone(fault: str, tmp_path: Path) -> None:
    """What the groups say holds for one fault on one surface as well."""
    check(frozenset({fault}), tmp_path)


TABLE, BLOCKING, LEAVES, KEYS = layers(suite().catalogue, known_metadata_faults())
WHOLE_RUNS = [
    frozenset(TABLE),
    *runs(LEAVES, SEED),
    *(frozenset(layer[half::2]) for layer in (BLOCKING, KEYS) for half in (0, 1)),  # their codes are judged above
]


@pytest.mark.parametrize("number", some(WHOLE_RUNS, 2))
def test_a_whole_run_fails_what_is_broken_and_nothing_else(number: int, tmp_path: Path) -> None:
    """From the command line to exit code 1: the certificate and the scenarios name what was broken, nothing else."""
    group = WHOLE_RUNS[number]
    with running(create_app(create_organisation(), faults=sorted(group))) as root:
        command = [sys.executable, "-m", "dataverse_tck", "run", "--endpoint", root, "--allure", "--output"]
        command += [str(tmp_path / "run")]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    certificate = json.loads((tmp_path / "run" / "certificate.json").read_text(encoding="utf-8"))
    outcomes = {row["id"]: row["outcome"] for row in certificate["requirements"] if row["level"] == "surface"}

    assert certificate["verdict"] == "not conformant"
    assert {key for key, outcome in outcomes.items() if outcome == "fail"} == group
    hanging_on = hanging(suite().catalogue, group)
    assert {key for key, outcome in outcomes.items() if outcome == "not testable"} == hanging_on
    assert {key for key, outcome in outcomes.items() if outcome == "pass"} == set(outcomes) - group - hanging_on

    failed = {title for row in certificate["requirements"] if row["outcome"] == "fail" for title in row["scenarios"]}
    assert failed == failed_scenarios(tmp_path / "run" / "junit.xml")
    assert certificate["troubles"] == []
    hold_together(tmp_path / "run" / "junit.xml", done.stdout, certificate)
    assert hold_facts_together(tmp_path / "run", done.stdout)
