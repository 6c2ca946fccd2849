"""A single change of a bundle is refused, whatever it is; a bundle that nobody has changed verifies."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from dataverse_tck.bundle.keys import new_key
from tests.support.bundle_forgeries import KINDS, BundleForger
from tests.support.bundles import Bundle, bundled, entries, refused
from tests.support.proofs import SEED

NUMBER, UNTOUCHED = 300, 30
CHANNEL = "derived/column/msdyn_channel/option/192300000/stored"
LABEL = "column/msdyn_channel/option/192300000/label"
LEVELS = ("data", "surface", "surface")  # of three bundles that are changed


@pytest.fixture(scope="session")
def honest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bundle]:
    """A bundle of each level, signed by two: the one of rows is not conformant."""
    keys = ("acme", "certifier")
    return {
        "data": bundled(
            tmp_path_factory.mktemp("data"),
            level="data",
            seed=7,
            settle_s=1.0,
            allow_writes=True,
            keys=keys,
            faults=(CHANNEL,),
        ),
        "surface": bundled(tmp_path_factory.mktemp("surface"), level="surface", seed=7, keys=keys),
    }


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key that nobody trusts."""
    return new_key(tmp_path_factory.mktemp("stranger") / "stranger")[0]


def drawn() -> list[tuple[str, str, str]]:
    """Kinds of change, each as often as the others, with what is changed and seeds."""
    kinds = (sorted(KINDS) * NUMBER)[:NUMBER]
    random.Random(f"{SEED}/bundles").shuffle(kinds)
    return [(kind, LEVELS[at % 3], f"{SEED}/bundles/{at}") for at, kind in enumerate(kinds)]


@pytest.mark.parametrize("level", ["surface", "data"])
def test_the_bundle_itself_verifies(honest: dict[str, Bundle], level: str) -> None:
    assert refused(honest[level].path, honest[level].named) == []


@pytest.mark.parametrize("level", ["surface", "data"])
def test_who_changes_nothing_makes_the_same_bundle(honest: dict[str, Bundle], stranger: Path, level: str) -> None:
    """So each forgery is refused for its change, and for no other trace of the forger."""
    forger = BundleForger(honest[level].path, random.Random(), stranger)

    content = honest[level].path.read_bytes()
    assert forger.packed() == forger.packed_otherwise(lambda entry: None) == forger.unsigned() == content


@pytest.mark.proof
@pytest.mark.campaign
@pytest.mark.parametrize("case", drawn(), ids="-".join)
def test_no_change_is_taken(
    case: tuple[str, str, str], honest: dict[str, Bundle], stranger: Path, tmp_path: Path
) -> None:
    kind, level, seed = case
    bundle = honest[level]
    forger = BundleForger(bundle.path, random.Random(seed), stranger)
    forger.forge(KINDS[kind], tmp_path / "forged.zip")

    assert refused(tmp_path / "forged.zip", bundle.named), kind


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_is_a_change(kind: str, honest: dict[str, Bundle], stranger: Path, tmp_path: Path) -> None:
    forger = BundleForger(honest["surface"].path, random.Random(f"{SEED}/{kind}"), stranger)
    forger.forge(KINDS[kind], tmp_path / "forged.zip")

    assert refused(tmp_path / "forged.zip", honest["surface"].named), kind


def untouched() -> list[tuple[str, int, tuple[str, ...]]]:
    """Runs of each sort: level, seed and faults."""
    draw = random.Random(f"{SEED}/untouched")
    return [
        (
            "data" if at % 6 == 0 else "surface",
            draw.getrandbits(32),
            (CHANNEL,) if at % 12 == 0 else (LABEL,) if at % 4 == 1 else (),
        )
        for at in range(UNTOUCHED)
    ]


@pytest.mark.campaign
@pytest.mark.parametrize(("level", "seed", "faults"), untouched(), ids=range(UNTOUCHED))
def test_a_bundle_that_nobody_has_changed_verifies(
    level: str, seed: int, faults: tuple[str, ...], tmp_path: Path
) -> None:
    keys = ("one", "two", "three")[: 1 + seed % 3]
    writes = level == "data"
    bundle = bundled(
        tmp_path,
        faults=faults,
        keys=keys,
        level=level,
        seed=seed,
        settle_s=1.0,
        allow_writes=writes,
        allure=seed % 2 == 0,
    )

    assert refused(bundle.path, bundle.named) == []
    assert refused(bundle.path) == []
    assert ("allure" in {name.partition("/")[0] for name in entries(bundle.path)}) == (seed % 2 == 0)
