"""The same verdict every time: with faults that reach others, under load, with effects that are late or never come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.ownership.cascade_reach import Action
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.profile.profile import Profile
from dataverse_tck.settings import Settings
from tests.sharpness.engine import RUN_SEED, Outcomes, perform, right_reading, scripts
from tests.sharpness.gateway import Fickle, Idle, Lossy

REACHING = (
    "derived/relationship/msdyn_timegroup_msdyn_ocliveworkitems/delete#others",
    "derived/relationship/msdyn_resourceterritory_msdyn_ocliveworkitems/assign#others",
    "derived/relationship/msdyn_bookingalertstatus_msdyn_ocliveworkitems/share#others",
)
RUNS = range(20)


def play(root: str, folder: Path, *, workers: int = 8, settle_s: float = 1.0, seed: int = RUN_SEED) -> Outcomes:
    """Perform all scenarios of the data level on an endpoint that declares what the emulator declares."""
    settings = Settings(seed=seed, settle_s=settle_s, workers=workers, profile=Profile("", ""))
    return perform(replace(right_reading(), root=root), folder, scripts(), settings)


def told(found: Outcomes) -> dict[str, str]:
    """Return what did not pass."""
    return found.told({key for key, one in found.findings.items() if one.outcome is not Outcome.PASS})


@pytest.mark.campaign
@pytest.mark.parametrize("workers", [8, 32])
@pytest.mark.parametrize("number", RUNS)
@pytest.mark.parametrize("fault", REACHING)
def test_a_fault_that_reaches_other_rows_fails_itself_alone(
    fault: str, number: int, workers: int, tmp_path: Path
) -> None:
    """However many scenarios are under way, and in whatever order."""
    with running(create_app(create_organisation(), faults=[fault])) as root:
        found = play(root, tmp_path, workers=workers, seed=number)

    assert found.ids(Outcome.FAIL) == {fault.partition("#")[0]}, told(found)
    assert found.ids(Outcome.ERROR) == set()
    assert found.troubles == ()


@pytest.mark.campaign
@pytest.mark.parametrize("workers", [8, 32])
@pytest.mark.parametrize("number", RUNS)
def test_a_right_endpoint_is_right_every_time(number: int, workers: int, tmp_path: Path) -> None:
    """No scenario stands in the way of another."""
    with running(create_app(create_organisation())) as root:
        found = play(root, tmp_path, workers=workers, seed=number)

    assert told(found) == {}
    assert (found.troubles, found.leftovers) == ((), ())


@pytest.mark.campaign
@pytest.mark.parametrize("workers", [8, 32])
@pytest.mark.parametrize("number", RUNS)
def test_an_endpoint_that_loses_writes_under_load_is_never_right(number: int, workers: int, tmp_path: Path) -> None:
    """It is right when asked twice, which explains nothing: no loss is forgotten, and nothing breaks inside."""
    lossy = Lossy(create_app(create_organisation()))
    with running(lossy) as root:
        found = play(root, tmp_path, workers=workers, seed=number)

    assert lossy.lost
    assert told(found)
    assert found.troubles == ()


@pytest.mark.whole
def test_answers_that_are_wrong_now_and_then_are_never_right(tmp_path: Path) -> None:
    """One in five."""
    with running(Fickle(create_app(create_organisation()))) as root:
        found = play(root, tmp_path)

    assert found.ids(Outcome.FAIL)
    assert found.troubles == ()


@pytest.mark.campaign
@pytest.mark.parametrize("late_s", [0.5, 1.5, 3, 5])
@pytest.mark.parametrize("actions", [*((action,) for action in Action), tuple(Action)], ids="+".join)
def test_late_cascades_are_no_fault(actions: tuple[str, ...], late_s: float, tmp_path: Path) -> None:
    """Those of one action alone, or of all: nothing is decided while something is still under way."""
    with running(create_app(create_organisation(), cascade_delays=dict.fromkeys(actions, late_s))) as root:
        found = play(root, tmp_path, settle_s=10)

    assert told(found) == {}
    assert (found.troubles, found.leftovers) == ((), ())


@pytest.mark.whole
def test_effects_later_than_the_deadline_are_told_as_late(tmp_path: Path) -> None:
    """They are no contradiction: the run is incomplete, and says how it can be helped."""
    with running(create_app(create_organisation(), cascade_delays={Action.ASSIGN: 2.5})) as root:
        found = play(root, tmp_path, settle_s=2)

    broken = found.ids(Outcome.ERROR)
    assert found.ids(Outcome.FAIL) == set(), told(found)
    assert {key.rpartition("/")[2].partition("-")[0] for key in broken} == {"assign"}
    assert all("--settle" in found.findings[key].reason for key in broken)


@pytest.mark.whole
@pytest.mark.parametrize(
    ("ignoring", "breaks"),
    [
        (lambda app: Idle(app, b"@odata.bind"), "target/msdyn_timegroup/accepted"),
        (Idle, "option/192300000/stored"),
    ],
    ids=["links", "updates"],
)
def test_what_is_ignored_is_found_though_it_is_given_up_early(
    ignoring: Callable[[object], Idle], breaks: str, tmp_path: Path
) -> None:
    """After a few whole deadlines in vain a kind of effect is waited for a short time."""
    with running(ignoring(create_app(create_organisation()))) as root:
        found = play(root, tmp_path, settle_s=3)

    failed = found.ids(Outcome.FAIL)
    assert any(key.endswith(breaks) for key in failed)
    assert found.ids(Outcome.ERROR) == set(), told(found)
    assert found.troubles == ()
