"""Each message is told apart in each state: wrong just where it is wrong, right everywhere else that calls come to.

Faults of many pairs of message and state share a run, in codes: no pair is wrong in the same runs as another. ``make
prove`` proves them all; ``make test`` keeps a seeded part.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from dataverse_tck.acting.script import Script
from dataverse_tck.acts.calls import sending, visits
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.emulator.faults.calls.state_faults import known_idle_faults, known_state_faults
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.profile.coverage import TRIED, Fate, Tried
from dataverse_tck.profile.profile import Profile
from dataverse_tck.settings import Settings
from tests.sharpness.call_lanes import declared, parts
from tests.sharpness.engine import RUN_SEED, Outcomes, perform, right_reading, scripts
from tests.support.proofs import SEED, WHOLE

IN_MANY_STATES = {sending.send, visits.send_in_further_states, visits.send_in_wrong_states}
FAULTS = [
    f"{identifier}#{kind}"
    for known in (known_state_faults(), known_idle_faults())
    for identifier, kinds in known.items()
    for kind in kinds
]
ACCEPTED = [fault for fault in FAULTS if "#accepted-in-" in fault]
# Those of a message on the way to others keep calls from coming there: few of them share a run.
OF_POSSIBLE = [fault for fault in FAULTS if fault not in ACCEPTED]


def coded(faults: Sequence[str], runs: int, weight: int) -> list[frozenset[str]]:
    """Return the faults of each run: each is on in ``weight`` of them, no two in the same ones."""
    codes = list(itertools.combinations(range(runs), weight))
    assert math.comb(runs, weight) >= len(faults)
    drawn = dict(zip(faults, random.Random(SEED).sample(codes, len(faults)), strict=True))
    return [frozenset(fault for fault, code in drawn.items() if run in code) for run in range(runs)]


GROUPS = [*coded(ACCEPTED, 10, 5), *coded(OF_POSSIBLE, 14, 2)]


@cache
def of_states() -> dict[str, Script]:
    """The scenarios that send a message rightly, or in many states."""
    return {
        title: script
        for title, script in scripts("calls").items()
        if IN_MANY_STATES & {act.do for act in script.acts} and not any("advisory" in key for key in script.decides)
    }


def tried(folder: Path, faults: Sequence[str] | frozenset[str]) -> Outcomes:
    """Send all messages in all states, one scenario at a time."""
    with running(create_app(create_organisation(), faults=sorted(faults))) as root:
        profile = Profile("", "", calls=declared())
        settings = Settings(seed=RUN_SEED, settle_s=0, workers=1, level="calls", profile=profile)
        return perform(replace(right_reading(), root=root), folder, of_states(), settings)


def pair(one: Tried) -> str:
    return f"{one.message} in {'+'.join(str(word) for word in one.state.values())}"


def broken_in(fault: str) -> str:
    """Return message and state of a fault, as ``pair`` names them; a state by what the profile names of it."""
    message, _ = parts(fault)
    words = fault.rpartition("-in-")[2].split("+")
    regions = ["call", *_others(message)]
    named = dict(zip(regions, words, strict=True))
    return (
        f"{message} in {'+'.join(named[region] for region in regions if region in declared().messages[message].begins)}"
    )


def _others(message: str) -> list[str]:
    return [region for region in ("recording", "transcription") if region in declared().messages[message].begins]


def test_every_pair_of_message_and_state_can_be_wrong() -> None:
    """Each wrong pair can be accepted, but those of one state that is possible in part; each possible one refused."""
    wrong, possible = {broken_in(fault) for fault in ACCEPTED}, {broken_in(fault) for fault in OF_POSSIBLE}

    assert (len(wrong), len(possible)) == (123, 42)
    assert not wrong & possible


@pytest.mark.parametrize("number", range(len(GROUPS)) if WHOLE else random.Random(SEED).sample(range(len(GROUPS)), 1))
def test_messages_are_told_apart_by_state(number: int, tmp_path: Path) -> None:
    """What is wrong where calls come to is told as wrong, and nothing else is."""
    found = tried(tmp_path, GROUPS[number])

    told = {pair(one): one.fate for one in found.tried}
    wrong = {broken_in(fault) for fault in GROUPS[number]}
    came = {where for where, fate in told.items() if fate in TRIED}
    assert {where for where in came if told[where] is Fate.WRONG} == wrong & came
    if number < 10:  # what is accepted in a wrong state keeps no call from coming anywhere
        assert wrong <= came
    failed = {f"{message} in" for message in (key.split("/")[2] for key in found.ids(Outcome.FAIL))}
    assert failed == {where.partition(" in")[0] + " in" for where in wrong & came}
    assert (found.troubles, found.leftovers) == ((), ())


BROKEN_IN_FIVE_WAYS = (
    "derived/message/CCaaS_AcceptCall/wrong-state#accepted-in-Ended",
    "derived/message/CCaaS_HoldCall/wrong-state#accepted-in-TransferPending",
    "derived/message/CCaaS_HoldCall/effect#erases-recording",
    "derived/message/CCaaS_EndCall/callable#refused-in-Held",
    "derived/message/CCaaS_StartRecordingAndTranscription/wrong-state#accepted-in-Connected+in-progress+in-progress",
)


@pytest.mark.whole
@pytest.mark.parametrize(
    "faults", [BROKEN_IN_FIVE_WAYS, *((fault,) for fault in BROKEN_IN_FIVE_WAYS)], ids=" and ".join
)
def test_who_is_broken_in_five_ways_is_found_in_each(faults: tuple[str, ...], tmp_path: Path) -> None:
    """Together, and each alone: such a maker was conformant while one state of each message was tried."""
    found = tried(tmp_path, faults)

    assert found.ids(Outcome.FAIL) == {fault.partition("#")[0] for fault in faults}
    assert found.troubles == ()
