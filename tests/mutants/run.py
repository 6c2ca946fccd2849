"""Show how sharp the unit tests are: change the kit in one place at a time, and see whether they notice.

Usage: python tests/mutants/run.py [ROOM ...] [--sample N] [--seed TEXT] [--only TEXT] [--again] [--no-proofs]

A seeded sample of the mutants of each room is tried on the tests of that room; what they let live is tried on the
seeded part of the proofs. The exit code is 1 where fewer are noticed than the share that the room is held to. Mutants
that no test can notice stand in equivalent.toml, each with the reason; they are left out. Survivors are kept in
build/mutants/, and ``--again`` tries nothing but those. Every mutant is tried in a copy of the checkout, two at a time.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import os
import shutil
import signal
import sys
import time
import tomllib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from mutations import Mutant, mutants_of

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PACKAGE = ROOT / "src" / "dataverse_tck"
BUILD = ROOT / "build" / "mutants"
EQUIVALENT: dict[str, str] = tomllib.loads((HERE / "equivalent.toml").read_text(encoding="utf-8"))
CARRIED = ("src", "tests", "steps", "features", "schemas", "reference", "docs", "conftest.py", "pyproject.toml")
AT_A_TIME = 2
# What every trial needs and no mutant changes: imported once, in the process that the trials are forked from.
PRELOADED = [
    *("__main__", "pytest", "requests", "jsonschema", "hypothesis", "faker", "gherkin.parser", "parse_type", "uvicorn"),
    *("allure_commons", "defusedxml.ElementTree", "odata_query.grammar", "sqlalchemy.orm", "starlette.applications"),
]
OPTIONS = ("-x", "-q", "-p", "no:xdist", "-W", "ignore::pytest.PytestAssertRewriteWarning")
PASSED, NOTHING_LEFT = 0, 5  # exit codes of pytest


@dataclass(frozen=True)
class Room:
    """A room: the share of its mutants that must be noticed, and by what."""

    share: int  # per cent
    tests: tuple[str, ...]
    proofs: tuple[str, ...] = ()


PROOFS = ("tests/sharpness/test_data_level.py", "tests/sharpness/test_calls_level.py")
ROOMS = {
    "conformance": Room(95, ("tests/conformance",), PROOFS),
    "webapi": Room(95, ("tests/webapi",), PROOFS),
    "acts": Room(85, ("tests/acts", "tests/acting"), PROOFS),
}


class Fate(StrEnum):
    """What became of a mutant."""

    NOTICED = "noticed"
    HUNG = "noticed: it hung"
    PROVED = "noticed by the proofs"
    ALIVE = "alive"


def main() -> int:
    """Try the mutants of each room; return the exit code."""
    options = _options()
    multiprocessing.set_start_method("forkserver")
    multiprocessing.set_forkserver_preload(PRELOADED)
    BUILD.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=BUILD) as folder:
        copies = [copy_checkout(Path(folder, f"copy{number}")) for number in range(AT_A_TIME)]
        sharp = [try_room(name, options, copies) for name in options.rooms or ROOMS]
    return 0 if all(sharp) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"of {', '.join(ROOMS)}; all, unless told")
    parser.add_argument("--sample", type=int, default=150, metavar="N", help="mutants of each room (150); 0 for all")
    parser.add_argument("--seed", default="20261121", help="another sample")
    parser.add_argument("--only", default="", metavar="TEXT", help="those with this in their names")
    parser.add_argument("--no-proofs", action="store_true", help="what the unit tests let live is alive")
    parser.add_argument("--again", action="store_true", help="those that were alive when the room was last tried")
    options = parser.parse_args()
    if unknown := [name for name in options.rooms if name not in ROOMS]:
        parser.error(f"{', '.join(unknown)}: there is no such room, only {', '.join(ROOMS)}")
    return options


def copy_checkout(folder: Path) -> Path:
    """Copy what tests read."""
    for name in CARRIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, folder / name)
    return folder


def try_room(name: str, options: argparse.Namespace, copies: Sequence[Path]) -> bool:
    """Try the mutants of a room, tell what became of them, and return whether enough were noticed."""
    began = time.monotonic()
    room, kept = ROOMS[name], BUILD / f"{name}.txt"
    room = replace(room, proofs=()) if options.no_proofs else room
    everything = [one for path in sorted((PACKAGE / name).rglob("*.py")) for one in mutants_of(path, PACKAGE)]
    for stale in {key for key in EQUIVALENT if key.startswith(f"{name}/")} - {one.name for one in everything}:
        print(f"equivalent.toml names a mutant that is no more: {stale}")
    again = set(kept.read_text(encoding="utf-8").splitlines()) if options.again else None
    drawn = sorted(
        (one for one in everything if options.only in one.name and (again is None or one.name in again)),
        key=lambda one: hashlib.sha256(f"{options.seed}/{one.name}".encode()).digest(),
    )[: options.sample or None]
    mutants = [one for one in drawn if one.name not in EQUIVALENT]
    fates = Trials(room, copies).fates(mutants)
    alive = [one.name for one, fate in zip(mutants, fates, strict=True) if fate is Fate.ALIVE]
    kept.write_text("".join(f"{one}\n" for one in alive), encoding="utf-8")
    return _told(name, room, fates, f"{len(everything)}, {len(drawn) - len(mutants)} equivalent", began)


def _told(name: str, room: Room, fates: Sequence[Fate], rest: str, began: float) -> bool:
    noticed = sum(fate is not Fate.ALIVE for fate in fates)
    share = 100 * noticed / len(fates) if fates else 100
    told = ", ".join(f"{fates.count(fate)} {fate}" for fate in Fate if fate in fates)
    print(
        f"{name}: {share:.1f} % of {len(fates)} mutants noticed, {room.share} % wanted ({told}; drawn of {rest};"
        f" {time.monotonic() - began:.0f} s)",
        flush=True,
    )
    return share >= room.share


class Trials:
    """Tries mutants on the tests of a room, each in a copy that nobody else uses meanwhile."""

    def __init__(self, room: Room, copies: Sequence[Path]) -> None:
        self._room = room
        self._all = copies
        self._free: SimpleQueue[Path] = SimpleQueue()
        self._limits: dict[tuple[str, ...], float] = {(): 0.0}  # tests -> how long they may take, in seconds
        for copy in copies:
            self._free.put(copy)

    def fates(self, mutants: Sequence[Mutant]) -> list[Fate]:
        """Return what became of each, in their order."""
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            for tests in filter(None, (self._room.tests, self._room.proofs)):
                self._limits[tests] = 20 + 4 * max(pool.map(partial(_unchanged, tests), self._all))
            return list(pool.map(self._fate, mutants))

    def _fate(self, mutant: Mutant) -> Fate:
        copy = self._free.get()
        path = copy / mutant.path.relative_to(ROOT)
        right = path.read_text(encoding="utf-8")
        for old in path.parent.glob(f"__pycache__/{path.stem}.*"):
            old.unlink()
        path.write_text(mutant.code, encoding="utf-8")
        try:
            fate = self._tried(copy, mutant.path.stem)
        finally:
            path.write_text(right, encoding="utf-8")
            self._free.put(copy)
        print(f"{'ALIVE  ' if fate is Fate.ALIVE else 'noticed'} {mutant.name}", flush=True)
        return fate

    def _tried(self, copy: Path, stem: str) -> Fate:
        """Try the tests that are called like the module first: few let a mutant live."""
        found = (path for tests in self._room.tests for path in (copy / tests).rglob("test_*.py"))
        near = sorted((path for path in found if f"_{stem}_" in f"{path.stem}_"), reverse=True)
        files = [str(path.relative_to(copy)) for path in near]
        rest = [*self._room.tests, *(f"--ignore={name}" for name in files)]
        unit, proofs = self._limits[self._room.tests], self._limits[self._room.proofs]
        for tests, limit, noticed in (
            (files, unit, Fate.NOTICED),
            (rest, unit, Fate.NOTICED),
            (self._room.proofs, proofs, Fate.PROVED),
        ):
            code = _pytest(copy, tests, limit) if tests else PASSED
            if code is None:
                return Fate.HUNG
            if code not in (PASSED, NOTHING_LEFT):
                return noticed
        return Fate.ALIVE


def _unchanged(tests: tuple[str, ...], copy: Path) -> float:
    """Return how long tests take where nothing is changed; they must pass, and their byte code is kept."""
    began = time.monotonic()
    code = _pytest(copy, tests, None)
    if code != PASSED:
        said = (copy / "trial.txt").read_text(encoding="utf-8")[-2000:]
        sys.exit(f"{', '.join(tests)}: exit code {code} where nothing is changed:\n{said}")
    return time.monotonic() - began


def _pytest(copy: Path, tests: Iterable[str], limit: float | None) -> int | None:
    """Return the exit code of pytest in a copy, None where it took too long."""
    words = {"unchanged": limit is None}
    trial = multiprocessing.Process(target=_run_pytest, args=(str(copy), [*OPTIONS, *tests]), kwargs=words)
    trial.start()
    trial.join(limit)
    if hung := trial.is_alive():
        os.killpg(trial.pid or 0, signal.SIGKILL)
        trial.join()
    return None if hung else trial.exitcode


def _run_pytest(copy: str, arguments: list[str], *, unchanged: bool) -> None:
    os.setsid()  # so that what it starts ends with it
    with Path(copy, "trial.txt").open("w", encoding="utf-8") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    os.chdir(copy)
    sys.path[:0] = [str(Path(copy, "src")), copy]
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])
    sys.dont_write_bytecode = not unchanged

    import pytest

    sys.exit(pytest.main(arguments))


if __name__ == "__main__":
    sys.exit(main())
