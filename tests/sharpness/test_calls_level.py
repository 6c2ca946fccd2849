"""The calls level is sharp: every message, wrong in every way there is, fails in just that, and nothing else does.

Each run has faults that cannot hide each other. Where a profile leaves out what a message does, the same faults are
told as advisory and leave the verdict alone. ``make prove`` proves it whole; ``make test`` keeps a seeded part.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.emulator.faults.call_faults import known_call_faults
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.customer_service import actions
from dataverse_tck.emulator.organisation.model import Binding
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.profile.calls import Calls
from dataverse_tck.profile.profile import Profile
from dataverse_tck.settings import Settings
from tests.sharpness.call_lanes import (
    broken_by,
    declared,
    may_be_untested,
    may_have_no_wrong_moment,
    parts,
    shared_runs,
    silent,
)
from tests.sharpness.engine import RUN_SEED, Outcomes, perform, right_reading, scripts, suite
from tests.support.agreement import hold_together
from tests.support.facts import hold_facts_together
from tests.support.proofs import SEED, WHOLE, failed_scenarios

CALLS = frozenset(item.id for item in suite().catalogue.of("calls"))
ADVISORY = frozenset(key for key in CALLS if key.startswith("advisory/"))
OF_PARAMETERS = ("missing-parameter", "wrong-type", "unknown-parameter", "unknown-conversation")

KNOWN = known_call_faults()
UNBOUND = {
    key: kinds for key, kinds in known_call_faults(actions(Binding.UNBOUND)).items() if key.endswith(OF_PARAMETERS)
}
USUAL = {key: kinds for key, kinds in KNOWN.items() if key.replace("derived/", "advisory/") in ADVISORY}
USUAL = {key: kinds for key, kinds in USUAL.items() if not key.endswith("/inverse")}  # what is usual of it stays right
GROUPS, UNBOUND_GROUPS = (shared_runs(known, SEED) for known in (KNOWN, UNBOUND))
USUAL_GROUPS = shared_runs(USUAL, SEED, moments_apart=True)


def drawn(groups: list[frozenset[str]]) -> list[int]:
    """Return all numbers when the whole is proved, else a seeded one of the runs with many faults."""
    return list(range(len(groups))) if WHOLE else some(groups, 1)


def some(groups: list[frozenset[str]], least: int) -> list[int]:
    """Return the numbers of a seeded few of the runs with many faults."""
    many = sorted(range(len(groups)), key=lambda number: -len(groups[number]))[: max(least, len(groups) // 4)]
    return random.Random(SEED).sample(many, least)


def called(
    folder: Path,
    faults: Iterable[str],
    *,
    calls: Calls,
    binding: Binding = Binding.ENTITY,
    wanted: frozenset[str] = CALLS,
) -> Outcomes:
    """Perform scenarios of calls, one at a time: then it is known which other call a wrong effect comes to."""
    chosen = {title: script for title, script in scripts("calls").items() if wanted.intersection(script.decides)}
    with running(create_app(create_organisation(binding=binding), faults=sorted(faults))) as root:
        settings = Settings(seed=RUN_SEED, settle_s=0, workers=1, level="calls", profile=Profile("", "", calls=calls))
        return perform(replace(right_reading(binding), root=root), folder, chosen, settings)


def hold(
    found: Outcomes,
    broken: set[str],
    untestable: set[str],
    without: frozenset[str] = frozenset(),
    wanted: frozenset[str] = CALLS,
) -> None:
    """What is broken fails; what hangs on it may be not testable; the rest passes where it applies; nothing is left.

    Every report says the same. ``wanted``: what was looked at.
    """
    failed, untested = found.ids(Outcome.FAIL), found.ids(Outcome.NOT_TESTABLE)
    reported = found.reported("calls")

    assert found.told(failed ^ broken) == {}
    assert found.told(untested - untestable) == {}
    assert set(found.findings) == wanted
    assert (reported["fail"], reported["not testable"], reported["error"]) == (failed, untested, set())
    assert found.ids(Outcome.NOT_APPLICABLE) - untestable == (without & wanted) - untestable
    assert found.told(wanted - failed - untested - found.ids(Outcome.PASS) - found.ids(Outcome.NOT_APPLICABLE)) == {}
    assert (found.troubles, found.leftovers) == ((), ())


def not_applicable(calls: Calls, known: Iterable[str]) -> frozenset[str]:
    """Return what does not apply: what the messages cannot get wrong as they are declared, or nobody declared."""
    silence = frozenset(
        f"derived/message/{name}/{aspect}"
        for name, message in calls.messages.items()
        for aspect, said in (
            ("effect", message.says_effect()),
            ("inverse", message.inverse),
            ("wrong-state", message.says_wrong_state()),
        )
        if not said
    )
    spoken = frozenset(key for key in ADVISORY if key.replace("advisory/", "derived/") not in silence)
    cannot = frozenset(key for key in CALLS if key.endswith(OF_PARAMETERS)) - frozenset(known)
    return silence | spoken | cannot


ENTITY_ASIDE = not_applicable(declared(), KNOWN)


def test_the_emulator_can_break_every_derived_requirement_that_applies() -> None:
    """All that a message can get wrong; only its effect is none where it changes nothing."""
    asks = {"derived/message/CCaaS_GetCallState/effect"}

    assert set(KNOWN) == CALLS - ADVISORY - ENTITY_ASIDE - asks
    assert set(UNBOUND) == {key for key in CALLS if key.endswith(OF_PARAMETERS)}


def test_every_fault_is_in_exactly_one_run() -> None:
    """The runs leave nothing out."""
    for known, groups in ((KNOWN, GROUPS), (UNBOUND, UNBOUND_GROUPS), (USUAL, USUAL_GROUPS)):
        assert sorted(fault for group in groups for fault in group) == sorted(
            f"{key}#{kind}" for key, kinds in known.items() for kind in kinds
        )


@pytest.mark.parametrize("number", drawn(GROUPS))
def test_wrong_messages_are_told_apart(number: int, tmp_path: Path) -> None:
    """Messages that are wrong in several places at once fail just these."""
    faults = GROUPS[number]

    hold(called(tmp_path, faults, calls=declared()), broken_by(faults), may_be_untested(faults), ENTITY_ASIDE)


@pytest.mark.whole
@pytest.mark.parametrize("number", drawn(UNBOUND_GROUPS))
def test_wrong_parameters_are_told_apart_where_messages_are_bound_to_nothing(number: int, tmp_path: Path) -> None:
    """There the conversation is a parameter of every message."""
    faults = UNBOUND_GROUPS[number]
    found = called(tmp_path, faults, calls=declared(), binding=Binding.UNBOUND)

    hold(found, broken_by(faults), may_be_untested(faults), not_applicable(declared(), UNBOUND))


def advised(faults: Iterable[str]) -> set[str]:
    """Return what practice would say of some faults: also of what a message without effect fails to take back."""
    broken = {fault.partition("#")[0].replace("derived/", "advisory/") for fault in faults}
    idle = {parts(fault)[0] for fault in faults if parts(fault)[1] == "effect" and not fault.endswith("#also")}
    inverses = {item.id: item.expected for item in suite().catalogue.of("calls") if item.id in ADVISORY}
    back = {key for key, said in inverses.items() if key.endswith("/inverse") and said["after"] in idle}
    return broken | back


@pytest.mark.whole
@pytest.mark.parametrize("number", drawn(USUAL_GROUPS))
def test_what_nobody_declares_is_advisory(number: int, tmp_path: Path) -> None:
    """Where the profile says nothing of effects, counterparts and wrong states, practice is held against them.

    The other scenarios are performed in the first run alone: practice is no part of them.
    """
    faults = USUAL_GROUPS[number]
    wanted = ADVISORY if number else CALLS

    hold(
        called(tmp_path, faults, calls=silent(), wanted=wanted),
        advised(faults),
        may_be_untested(faults) | may_have_no_wrong_moment(faults),
        not_applicable(silent(), KNOWN),
        wanted,
    )


def test_every_advisory_requirement_is_found_wrong_by_some_fault() -> None:
    """None of them is there for nothing."""
    assert set().union(*map(advised, USUAL_GROUPS)) == ADVISORY


@pytest.mark.whole
@pytest.mark.parametrize("number", some(GROUPS, len(GROUPS) // 10 + 1 if WHOLE else 1))
def test_a_whole_run_names_the_wrong_messages_and_nothing_else(number: int, tmp_path: Path) -> None:
    """From the command line to the exit code: certificate and scenarios name what is broken, nothing else."""
    faults = GROUPS[number]
    profile = tmp_path / "profile.toml"
    said = (Path(sys.modules["dataverse_tck"].__path__[0]) / "emulator" / "profile.toml").read_text(encoding="utf-8")
    profile.write_text(said.replace("settle_s = 10", "settle_s = 0"), encoding="utf-8")
    with running(create_app(create_organisation(), faults=sorted(faults))) as root:
        command = [sys.executable, "-m", "dataverse_tck", "run", "--endpoint", root, "--allure", "--output"]
        command += [str(tmp_path / "run")]
        command += ["--level", "calls", "--allow-writes", "--workers", "1", "--profile", str(profile), "--settle", "0"]
        command += ["--only", "derived/message/*", "advisory/message/*"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    certificate = json.loads((tmp_path / "run" / "certificate.json").read_text(encoding="utf-8"))
    outcomes = {row["id"]: row["outcome"] for row in certificate["requirements"] if row["level"] == "calls"}
    failed = {row["id"]: set(row["scenarios"]) for row in certificate["requirements"] if row["outcome"] == "fail"}

    assert certificate["verdict"] == "not conformant"
    assert set(failed) == broken_by(faults)
    assert {key for key, outcome in outcomes.items() if outcome == "not testable"} <= may_be_untested(faults)
    assert failed_scenarios(tmp_path / "run" / "junit.xml") <= set().union(*failed.values())
    assert all(failed_scenarios(tmp_path / "run" / "junit.xml") & titles for titles in failed.values())
    hold_together(tmp_path / "run" / "junit.xml", done.stdout, certificate)
    assert hold_facts_together(tmp_path / "run", done.stdout)
    assert (certificate["troubles"], certificate["leftovers"]) == ([], [])
