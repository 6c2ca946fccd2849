"""A single change of a run is refused where anything follows from it, and the first refusal says where it is."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.evidence.reading import EXCHANGES
from dataverse_tck.evidence.sorted_lines import RecordError
from dataverse_tck.evidence.usual import reduced
from dataverse_tck.run.evidence import usual
from dataverse_tck.run.runner import run
from dataverse_tck.settings import Settings
from dataverse_tck.usage import UsageError
from dataverse_tck.verify.folder import FolderError
from dataverse_tck.verify.replay import OptionsError
from dataverse_tck.verify.verification import verified
from tests.support.exchange_lines import whole
from tests.support.forger import CERTIFICATE, Forger, Forgery, dumped
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


def rewritten(run: Path, folder: Path, usual: dict[str, Any] | None) -> list[str]:
    """What is refused of a run whose lines mean what they meant, with something else left out of them, or nothing."""

    def rewrite(forger: Forger) -> Forgery:
        first, *others = whole(forger.lines())
        del first["options"]["usual"]
        first["options"] |= {"usual": usual} if usual else {}
        told = (dumped(line) for line in [first, *(reduced(words, usual) for words in others)])
        forger.write_lines(list(told))
        return Forgery("rewritten", EXCHANGES, ())

    Forger.of(run, folder, "").forge(rewrite, remade=True)
    return told(folder)


def test_lines_that_leave_nothing_out_are_verified(honest: Path, tmp_path: Path) -> None:
    """They say the same."""
    assert rewritten(honest, tmp_path / "whole", None) == []


def test_lines_that_leave_out_something_else_are_refused(honest: Path, tmp_path: Path) -> None:
    """Nobody has to look up what is usual with which run of a version."""
    other = usual()
    other["part"]["attempts"] = 2
    (only,) = rewritten(honest, tmp_path / "other", other)
    assert "What lines leave out is something else. options.usual.part" in only


@pytest.mark.parametrize("kind", ["alone", "part"])
@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("request", "headers", "accept"), "application/xml"),
        (("request", "headers", "prefer"), "x"),
        (("request", "headers", "odata-version"), None),
        (("response", "headers", "odata-version"), "4.01"),
        (("attempts",), 2),
        (("response", "sha256"), "0" * 64),
        (("for", "phase"), "clean-up"),
    ],
)
def test_what_is_usual_cannot_be_changed(
    kind: str, path: tuple[str, ...], value: Any, honest: Path, tmp_path: Path
) -> None:
    """It is what lines say."""

    def change(forger: Forger) -> Forgery:
        first, *others = forger.lines()
        words = json.loads(first)
        target = words["options"]["usual"][kind]
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value
        if value is None:
            del target[path[-1]]
        forger.write_lines([dumped(words), *others])
        return Forgery("usual", EXCHANGES, ())

    Forger.of(honest, tmp_path / "forged", "").forge(change, remade=True)
    refused = told(tmp_path / "forged")
    assert any(place in refused[0] for place in ("options.usual", "Line ")), refused
    assert len(refused) <= MOST_REFUSALS, refused


def scenes(folder: Path) -> list[str]:
    """The scenes of a run, in the order of their lines."""
    texts = (folder / "exchanges.ndjson").read_text("utf-8").splitlines()
    return [words["for"]["scene"] for words in whole(texts) if "scene" in words["for"]]
