"""The data level is sharp: every derived requirement, broken in every way there is, fails, and nothing else does.

Each run breaks a few dozen requirements that cannot hide each other. ``make prove`` proves it whole; ``make test``
keeps a seeded part (PROVE and PROVE_SEED).
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.emulator.faults.row_faults import known_row_faults
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.builders import options
from dataverse_tck.emulator.organisation.model import Organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.endpoint.survey import survey
from dataverse_tck.evidence.recorder import Recorder
from tests.sharpness.engine import Outcomes, act, act_on, scripts, suite
from tests.sharpness.gateway import (
    PRINCIPAL_ACCESS,
    SHARED_PRINCIPALS,
    SHARING_TABLE,
    TEAMS,
    USERS,
    Edited,
    Gateway,
    unannotated,
    without_other_ends,
)
from tests.sharpness.lanes import Needs, broken_by, held_back, kinds_of, preparations, shared_runs
from tests.support.agreement import hold_together
from tests.support.facts import hold_facts_together
from tests.support.proofs import SEED, WHOLE, failed_scenarios

TIME_GROUP = "msdyn_timegroup_msdyn_ocliveworkitems"
VOICEMAIL = "msdyn_ocliveworkitem_msdyn_ocvoicemail_msdyn_routableobjectid"
SETTLE_S = 0.5  # the emulator is done when it answers
DATA = frozenset(item.id for item in suite().catalogue.of("data"))
KINDS = kinds_of(known_row_faults())
SHARING = frozenset(key for key in DATA if re.search(r"/(share|unshare|reparent|one-direction)[^/]*$", key))


def drawn(numbers: Iterable[int], least: int) -> list[int]:
    """Return all when the whole is proved, else a seeded few."""
    return list(numbers) if WHOLE else random.Random(SEED).sample(list(numbers), least)


@cache
def needs() -> Needs:
    return preparations(suite().catalogue, scripts())


GROUPS = shared_runs(suite().catalogue, needs(), KINDS, SEED)


def may_be_untested(broken: Iterable[str]) -> set[str]:
    return held_back(suite().catalogue, needs(), broken)


def hold(found: Outcomes, broken: set[str], pointless: Collection[str] = ()) -> None:
    """What is broken fails; what hangs on it may be not testable; the rest passes; nothing is left, nothing odd.

    What is pointless does not apply. Every report says the same.
    """
    failed, untested = found.ids(Outcome.FAIL), found.ids(Outcome.NOT_TESTABLE)
    reported = found.reported("data")

    assert found.told(failed ^ broken) == {}
    assert found.told(untested - may_be_untested(broken)) == {}
    assert found.ids(Outcome.NOT_APPLICABLE) == set(pointless)
    assert found.ids(Outcome.PASS) == DATA - failed - untested - set(pointless)
    assert (reported["fail"], reported["not testable"], reported["error"]) == (failed, untested, set())
    assert found.troubles == ()
    assert found.leftovers == ()


def test_the_emulator_can_break_every_derived_requirement() -> None:
    """296 requirements, and nothing that is none."""
    assert set(known_row_faults()) == DATA


def test_every_wrong_behaviour_is_in_exactly_one_run() -> None:
    """The runs leave nothing out."""
    assert sorted(fault for group in GROUPS for fault in group) == sorted(KINDS)


@pytest.mark.parametrize("number", drawn(range(len(GROUPS)), 1))
def test_wrong_behaviours_are_told_apart(number: int, tmp_path: Path) -> None:
    """Rows that behave wrongly in several places at once fail just these."""
    with running(create_app(create_organisation(), faults=sorted(GROUPS[number]))) as root:
        hold(act_on(root, tmp_path, settle_s=SETTLE_S), broken_by(GROUPS[number]))


@pytest.mark.skipif(not WHOLE, reason="a part of the whole proof")
@pytest.mark.parametrize("fault", random.Random(SEED).sample(KINDS, 3))
def test_a_wrong_behaviour_alone_is_found_alone(fault: str, tmp_path: Path) -> None:
    """What several at once say holds for one as well."""
    with running(create_app(create_organisation(), faults=[fault])) as root:
        hold(act_on(root, tmp_path, settle_s=SETTLE_S), broken_by([fault]))


ACTIONS = ("delete", "assign", "share", "unshare", "reparent")


def late(seconds: float) -> dict[str, float]:
    return dict.fromkeys(ACTIONS, seconds)


def more_channels() -> Organisation:
    """One that lists, beyond the reference, all numbers that would be tried first as unlisted ones."""
    made, more = create_organisation(), (192300001, 192420000, 19230000, 1923000000, 4487267296, 1, 2)
    further = options(*((number, f"Channel {number}") for number in more))
    choices = (
        replace(one, options=one.options + further) if one.name == "msdyn_streamsource" else one for one in made.choices
    )
    return replace(made, choices=tuple(choices))


RIGHT: dict[
    str, tuple[Callable[[], Organisation], dict[str, Any], float]
] = {  # what an organisation may be like, and still be right
    "late cascades": (create_organisation, {"cascade_delays": late(2)}, 10.0),
    "a single choice": (partial(create_organisation, multi_select_channel=False), {}, SETTLE_S),
    "more channels": (more_channels, {}, SETTLE_S),
    "small pages": (create_organisation, {"page_size": 3}, SETTLE_S),
    "an Italian user": (partial(create_organisation, user_language=1040), {}, SETTLE_S),
    "throttling": (create_organisation, {"throttle_every": 120}, SETTLE_S),
}
# Of one channel, nothing is tried beside another.
POINTLESS = {"a single choice": {key for key in DATA if key.endswith("/beside-refused")}}


@pytest.mark.whole
@pytest.mark.parametrize("case", sorted(RIGHT) if WHOLE else ["late cascades"])
def test_a_right_organisation_passes_whatever_it_is_like(case: str, tmp_path: Path) -> None:
    """Late, short, translated or busy answers are no fault."""
    organisation, behaviour, settle_s = RIGHT[case]
    with running(create_app(organisation(), **behaviour)) as root:
        found = act(survey(root, Recorder(None), suite()), tmp_path, settle_s=settle_s)

    hold(found, set(), POINTLESS.get(case, ()))


WITHOUT_SHARES = (SHARING_TABLE, SHARED_PRINCIPALS, PRINCIPAL_ACCESS)
SHORT = {  # what an organisation may not offer, and what cannot be observed then
    "no sharing table": ({"closed": (SHARING_TABLE,)}, frozenset[str](), ""),
    "a look at direct shares": (
        {"closed": (SHARING_TABLE, PRINCIPAL_ACCESS)},
        SHARING,
        "need not tell of inherited ones",
    ),
    "no look at shares": ({"closed": WITHOUT_SHARES, "impersonation": False}, SHARING, "shows nowhere who may do what"),
    "nobody else": (
        {"empty": (USERS, TEAMS)},
        SHARING | {key for key in DATA if re.search(r"/(assign|assign-of-\w+|delete-of-others)$", key)},
        "there is nobody to share with or assign to",
    ),
}


@pytest.mark.whole
@pytest.mark.parametrize("case", sorted(SHORT) if WHOLE else ["no look at shares"])
def test_what_an_organisation_does_not_offer_is_not_observable(case: str, tmp_path: Path) -> None:
    """Where nobody can see it, the kit says so, and judges all the rest."""
    options, unseen, reason = SHORT[case]
    with running(Gateway(create_app(create_organisation()), **options)) as root:  # type: ignore[arg-type]
        found = act_on(root, tmp_path, settle_s=SETTLE_S)

    hanging = {
        key
        for key in unseen
        if unseen & {*suite().catalogue.by_id[key].blocked_by} and found.findings[key].outcome is Outcome.NOT_TESTABLE
    }
    assert found.told(found.ids(Outcome.NOT_OBSERVABLE) ^ (unseen - hanging)) == {}
    assert [key for key in unseen - hanging if reason not in found.findings[key].reason] == []
    assert found.told(DATA - unseen - found.ids(Outcome.PASS)) == {}
    assert (found.troubles, found.leftovers) == ((), ())


TO_ONE = {key.rpartition("/")[0] for key in DATA if key.endswith("/annotated")}
SILENT = {  # what an endpoint may leave unsaid, what cannot be observed then, and what hangs on that
    "nothing of lookups": (unannotated, {f"{link}/annotated" for link in TO_ONE}, frozenset[str]()),
    "no names of other ends": (
        without_other_ends,
        {f"{link}/navigation" for link in TO_ONE},
        {f"{link}/{aspect}" for link in TO_ONE for aspect in ("expanded", "reference-back")},
    ),
}


@pytest.mark.whole
@pytest.mark.parametrize("case", SILENT if WHOLE else ["nothing of lookups"])
def test_what_is_left_unsaid_of_a_link_is_not_observable(case: str, tmp_path: Path) -> None:
    """Neither a fault nor a pass; whatever else there is of the link is judged."""
    edit, unseen, hanging = SILENT[case]
    with running(Edited(create_app(create_organisation()), edit)) as root:
        found = act_on(root, tmp_path, settle_s=SETTLE_S)

    assert found.told(found.ids(Outcome.NOT_OBSERVABLE) ^ unseen) == {}
    assert found.told(found.ids(Outcome.NOT_TESTABLE) ^ hanging) == {}
    assert found.told(DATA - unseen - hanging - found.ids(Outcome.PASS)) == {}
    assert (found.troubles, found.leftovers) == ((), ())


@pytest.mark.whole
def test_a_column_that_the_caller_may_not_write_cannot_be_tested(tmp_path: Path) -> None:
    """One channel that is refused is a fault; where all are, it is the caller that lacks a right."""
    stored = {key for key in DATA if key.endswith("/stored")}
    with running(create_app(create_organisation(), faults=[f"{key}#forbidden" for key in sorted(stored)])) as root:
        found = act_on(root, tmp_path, settle_s=SETTLE_S)

    assert found.told(found.ids(Outcome.FAIL)) == {}
    assert stored <= found.ids(Outcome.NOT_TESTABLE) <= stored | may_be_untested(stored)


@pytest.mark.whole
@pytest.mark.parametrize(
    "number", random.Random(SEED).sample(range(len(GROUPS)), len(GROUPS) // 10 + 1 if WHOLE else 1)
)
def test_a_whole_run_names_the_wrong_rows_and_nothing_else(number: int, tmp_path: Path) -> None:
    """From the command line to exit code 1: the certificate and the scenarios name what is broken, nothing else."""
    broken = broken_by(GROUPS[number])
    with running(create_app(create_organisation(), faults=sorted(GROUPS[number]))) as root:
        command = [sys.executable, "-m", "dataverse_tck", "run", "--endpoint", root, "--allure", "--output"]
        command += [str(tmp_path / "run")]
        command += ["--level", "data", "--allow-writes", "--settle", str(SETTLE_S)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    certificate = json.loads((tmp_path / "run" / "certificate.json").read_text(encoding="utf-8"))
    outcomes = {row["id"]: row["outcome"] for row in certificate["requirements"] if row["level"] != "calls"}
    untested = {key for key, outcome in outcomes.items() if outcome == "not testable"}

    assert certificate["verdict"] == "not conformant"
    assert {key for key, outcome in outcomes.items() if outcome == "fail"} == broken
    assert untested <= may_be_untested(broken)
    assert {key for key, outcome in outcomes.items() if outcome == "pass"} == set(outcomes) - broken - untested
    failed = {title for row in certificate["requirements"] if row["outcome"] == "fail" for title in row["scenarios"]}
    held = {title for row in certificate["requirements"] if row["id"] in untested for title in row["scenarios"]}
    told = failed_scenarios(tmp_path / "run" / "junit.xml")
    assert told <= failed | held
    assert all(told & set(row["scenarios"]) for row in certificate["requirements"] if row["outcome"] == "fail")
    assert (certificate["troubles"], certificate["leftovers"]) == ([], [])
    hold_together(tmp_path / "run" / "junit.xml", done.stdout, certificate)
    assert hold_facts_together(tmp_path / "run", done.stdout)


HIDING = {  # aspects of a relationship that are decided wrong, though they hang on the kind of the link, which is too
    f"{TIME_GROUP}/delete": "column/regardingobjectid/target/msdyn_timegroup/accepted#kind",
    f"{TIME_GROUP}/navigation#record": "column/regardingobjectid/target/msdyn_timegroup/accepted#kind",
    f"{VOICEMAIL}/assign": "column/msdyn_routableobjectid/target/msdyn_ocvoicemail/accepted#kind",
}


@pytest.mark.parametrize("case", HIDING if WHOLE else random.Random(SEED).sample(sorted(HIDING), 1))
def test_a_fault_that_hides_another_is_reported_alike(case: str, tmp_path: Path) -> None:
    """The scenario saw both; the certificate says of the second that it cannot be tested, and so do JUnit and page."""
    first, second = f"derived/{HIDING[case]}", f"derived/relationship/{case}"
    with running(create_app(create_organisation(), faults=[first, second])) as root:
        found = act_on(root, tmp_path, settle_s=SETTLE_S)
    reported = found.reported("data")

    assert reported["fail"] == broken_by([first])
    assert broken_by([second]) <= reported["not testable"] == found.ids(Outcome.NOT_TESTABLE)
