"""The rules between the rooms of the house: nobody reaches back, the emulator shares nothing with the kit."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import dataverse_tck

PACKAGE = Path(dataverse_tck.__file__).parent
# What a room may import of this project besides itself; and what of others it may not.
MAY: dict[str, set[str]] = {
    "readings": set(),
    "usage": set(),
    "emulator": set(),
    "conformance": {"readings"},
    "evidence": set(),
    "webapi": {"readings", "evidence"},
    "acts": {"readings", "conformance", "webapi", "profile_calls", "calls_declared", "fixtures", "usage"},
    "reference": {"conformance", "suite_files"},
    "reporting": {"conformance", "result", "suite_files", "usage"},
}
MUST_NOT = {
    "conformance": {"requests", "urllib3", "pytest", "pytest_bdd"},
    "webapi": {"pytest", "pytest_bdd", "gherkin"},
    "evidence": {"requests", "pytest", "pytest_bdd"},
    "acts": {"requests", "pytest", "pytest_bdd"},
    "emulator": {"requests", "pytest", "pytest_bdd", "jsonschema"},
    "reference": {"requests", "pytest", "pytest_bdd"},
}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are written out"
            module = node.module or ""
            yield from (f"{module}.{alias.name}" for alias in node.names) if module == "dataverse_tck" else (module,)


def files(room: str) -> list[Path]:
    module = PACKAGE / f"{room}.py"
    return [module] if module.is_file() else sorted((PACKAGE / room).rglob("*.py"))


@pytest.mark.parametrize("room", MAY)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    """Data moves left to right: webapi, conformance, reporting; the emulator stands alone."""
    allowed = {room, *MAY[room]}
    reached = {
        (path.name, name)
        for path in files(room)
        for name in imports(path)
        if name.startswith("dataverse_tck.")
        and name.split(".")[1] not in allowed
        and name != "dataverse_tck.__version__"
    }

    assert files(room)
    assert reached == set()


@pytest.mark.parametrize("room", MUST_NOT)
def test_a_room_keeps_clear_of_foreign_matters(room: str) -> None:
    """conformance knows no HTTP, webapi knows no Gherkin, and the emulator is no client."""
    foreign = {
        (path.name, name) for path in files(room) for name in imports(path) if name.split(".")[0] in MUST_NOT[room]
    }

    assert foreign == set()


def test_the_emulator_reads_no_file_of_the_suite() -> None:
    """Kit and emulator share no mistake: it does not look into reference/ or schemas/ either."""
    assert [
        path.name
        for path in files("emulator")
        if any(word in path.read_text(encoding="utf-8") for word in ("requirements.json", "facts.json", "suite_root"))
    ] == []


def test_no_module_is_long() -> None:
    """One idea a module: none is longer than 400 lines."""
    lengths = {
        path.relative_to(PACKAGE).as_posix(): len(path.read_text().splitlines()) for path in PACKAGE.rglob("*.py")
    }

    assert {name: length for name, length in lengths.items() if length > 400} == {}
