"""A single change of a run is refused where anything follows from it, and the first refusal says where it is."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.evidence.sorted_lines import RecordError
from dataverse_tck.run.runner import run
from dataverse_tck.settings import Settings
from dataverse_tck.usage import UsageError
from dataverse_tck.verify.folder import FolderError
from dataverse_tck.verify.replay import OptionsError
from dataverse_tck.verify.verification import verified
from tests.support.forger import CERTIFICATE, Forger
from tests.support.forgeries import KINDS
from tests.support.proofs import SEED

PLAIN, REMADE = 200, 100
FAULTS = (
    "derived/relationship/msdyn_bookingrule_msdyn_ocliveworkitems/delete-everywhere",
    "derived/column/msdyn_channel/option/192300000/stored",
)
MOST_REFUSALS = 9


@pytest.fixture(scope="session")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of the data level that is not conformant: it has waits, and later performances."""
    folder = tmp_path_factory.mktemp("honest") / "run"
    with running(create_app(create_organisation(), faults=FAULTS)) as root:
        assert run(Settings(root, "data", output=folder, seed=7, settle_s=1.0, allow_writes=True), None) == 1
    return folder


def drawn(number: int, which: str) -> list[tuple[str, str]]:
    """Kinds of change, each as often as the others, with seeds."""
    kinds = (sorted(KINDS) * number)[:number]
    random.Random(f"{SEED}/{which}").shuffle(kinds)
    return [(kind, f"{SEED}/{which}/{at}") for at, kind in enumerate(kinds)]


def told(folder: Path) -> list[str]:
    """What is refused, each with its place; empty for a run that is verified."""
    try:
        return [f"{one.what} {one.where} {one.found}" for one in verified(folder).refusals]
    except (FolderError, RecordError, OptionsError, UsageError) as problem:
        return [str(problem)]


def test_the_run_itself_is_verified(honest: Path) -> None:
    assert told(honest) == []


@pytest.mark.proof
@pytest.mark.campaign
@pytest.mark.parametrize(("kind", "seed"), drawn(PLAIN, "plain"))
def test_no_change_keeps_its_digest(kind: str, seed: str, honest: Path, tmp_path: Path) -> None:
    forgery = Forger.of(honest, tmp_path / "forged", seed).forge(KINDS[kind], remade=False)

    refused = told(tmp_path / "forged")

    if forgery.is_free and forgery.file == CERTIFICATE:  # of which nothing holds a digest
        return
    assert any(place in refused[0] for place in (forgery.file, *forgery.places)), (forgery, refused)
    assert len(refused) <= MOST_REFUSALS, refused


@pytest.mark.proof
@pytest.mark.campaign
@pytest.mark.parametrize(("kind", "seed"), drawn(REMADE, "remade"))
def test_digests_made_anew_hide_nothing_that_counts(kind: str, seed: str, honest: Path, tmp_path: Path) -> None:
    forgery = Forger.of(honest, tmp_path / "forged", seed).forge(KINDS[kind], remade=True)

    refused = told(tmp_path / "forged")

    if forgery.is_free:  # a text on which nothing has to depend: only a signature would protect it
        return
    assert refused, forgery
    assert any(place in refused[0] for place in forgery.places), (forgery, refused)
    assert len(refused) <= MOST_REFUSALS, refused


def test_a_fail_cannot_be_left_undecided_by_leaving_out_its_later_performance(honest: Path, tmp_path: Path) -> None:
    Forger.of(honest, tmp_path / "forged", "").leave_out(
        lambda words: words["for"].get("scene", "").endswith(" (again)")
    )
    refused = told(tmp_path / "forged")
    assert "What is asked is not in the record" in refused[0]
    assert "(again)" in refused[0]


def test_a_scenario_that_failed_cannot_be_left_out(honest: Path, tmp_path: Path) -> None:
    title = next(scene for scene in scenes(honest) if scene.endswith(" (again)")).removesuffix(" (again)")
    Forger.of(honest, tmp_path / "forged", "").leave_out(lambda words: words["for"].get("scene", "").startswith(title))
    refused = told(tmp_path / "forged")
    assert "What is asked is not in the record" in refused[0]
    assert title in refused[0]
    assert len(refused) <= MOST_REFUSALS, refused


def scenes(folder: Path) -> list[str]:
    """The scenes of a run, in the order of their lines."""
    lines = (folder / "exchanges.ndjson").read_text("utf-8").splitlines()
    return [words["for"]["scene"] for words in map(json.loads, lines) if "scene" in words["for"]]
