"""Right in several ways at once, and wrong in two: no alarm for the one, never a pass for the other."""

from __future__ import annotations

import random
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.emulator.faults.row_faults import known_row_faults
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.endpoint.survey import survey
from dataverse_tck.evidence.recorder import Recorder
from tests.sharpness.engine import act, act_on, scripts, suite
from tests.sharpness.lanes import broken_by, held_back, kinds_of, preparations
from tests.sharpness.variants import VARIANTS, serve
from tests.support.proofs import SEED

COMBINED, PAIRED = 200, 100
THREES = [
    names for names in combinations(sorted(VARIANTS), 3) if len({VARIANTS[name].kind for name in names}) == len(names)
]


@cache
def drawn_threes() -> list[tuple[str, ...]]:
    return random.Random(f"{SEED}/threes").sample(THREES, COMBINED)


@cache
def drawn_pairs() -> list[tuple[str, ...]]:
    """Pairs of faults of two requirements."""
    kinds, drawn = kinds_of(known_row_faults()), random.Random(f"{SEED}/pairs")
    pairs = [tuple(sorted(drawn.sample(kinds, 2))) for _ in range(2 * PAIRED)]
    return [pair for pair in dict.fromkeys(pairs) if len(broken_by(pair)) > 1][:PAIRED]


@pytest.mark.campaign
@pytest.mark.parametrize("names", drawn_threes(), ids=", ".join)
def test_who_is_right_in_three_ways_raises_no_alarm(names: tuple[str, ...], tmp_path: Path) -> None:
    """On the levels surface and data; only what such an endpoint does not show, or what has no premise, is left out."""
    variants = [VARIANTS[name] for name in names]
    with running(serve(variants)) as root:
        surveyed = survey(root, Recorder(None), suite())
        found = act(surveyed, tmp_path, settle_s=6)

    silent = tuple(end for one in variants for end in one.silent)
    judged = {item.id: surveyed.judgement.findings[item.id] for item in suite().catalogue.of("surface")}
    outcomes = {**judged, **found.findings}
    alarms = {key: f"{one.outcome}: {one.reason}" for key, one in outcomes.items() if one.outcome is not Outcome.PASS}
    assert {key: said for key, said in alarms.items() if not key.endswith(silent or "/nothing")} == {}
    assert (found.troubles, found.leftovers) == ((), ())


@pytest.mark.campaign
@pytest.mark.parametrize("pair", drawn_pairs(), ids=" and ".join)
def test_of_two_faults_none_hides_the_other(pair: tuple[str, ...], tmp_path: Path) -> None:
    """Both fail, or the one is not testable because of the other; nothing else fails."""
    with running(create_app(create_organisation(), faults=pair)) as root:
        found = act_on(root, tmp_path, settle_s=0.5)

    broken = broken_by(pair)
    failed, untested = found.ids(Outcome.FAIL), found.ids(Outcome.NOT_TESTABLE)
    assert failed, found.told(broken)
    assert found.told(failed - broken) == {}
    assert found.told(broken - failed - untested) == {}
    needs = preparations(suite().catalogue, scripts())
    assert found.told(untested - held_back(suite().catalogue, needs, failed)) == {}
    assert found.troubles == ()
