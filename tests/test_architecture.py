"""The house: rules of imports, sizes of rooms and modules, and words that stand in one place.

The rules of imports are contracts of import-linter in ``pyproject.toml``: one direction, no circle, also none through
function bodies or type-checking blocks. What a contract is worth is shown by a copy of the kit that breaks it.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from radon.complexity import cc_visit

import dataverse_tck
from dataverse_tck.suite_files import suite_root

PACKAGE = Path(dataverse_tck.__file__).parent
CHECKOUT = suite_root()
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_AT_THE_TOP = 8
MOST_IN_A_ROOM = 15
MOST_LINES = 400
MOST_COMPLEX = 15  # as radon counts


def lint_imports(source: Path) -> subprocess.CompletedProcess[str]:
    """Hold a copy of the package to the contracts."""
    config = CHECKOUT / "pyproject.toml"
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), config, "--no-cache"],
        env={**os.environ, "PYTHONPATH": str(source)},
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_go_one_way() -> None:
    """Every contract is kept."""
    done = lint_imports(CHECKOUT / "src")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("webapi/http/answer.py", "from dataverse_tck.conformance.judge import judge", "Rooms of the kit"),
        ("evidence/redaction.py", "from dataverse_tck.webapi.http.answer import Answer", "Rooms of the kit"),
        ("webapi/http/limits.py", "from dataverse_tck.webapi.rows.tables import Tables", "Rooms of the client"),
        (
            "reference/page/facts.py",
            "from dataverse_tck.reference.compare import differences",
            "Rooms of the reference",
        ),
        ("emulator/store/values.py", "from dataverse_tck.emulator.service import Service", "Rooms of the emulator"),
        ("emulator/store/values.py", "from dataverse_tck.readings import Readings", "The emulator stands alone"),
        ("conformance/judge.py", "import requests", "The judge knows no network and no pytest"),
        ("acts/linking/links.py", "import pytest", "Acts and the client know no pytest"),
        (
            "conformance/finding.py",
            "def late() -> None:\n    from dataverse_tck.conformance.judge import judge",
            "No circles",
        ),
        (
            "conformance/finding.py",
            "if TYPE_CHECKING:\n    from dataverse_tck.conformance.judge import Judgement",
            "No circles",
        ),
    ],
)
def test_an_import_that_breaks_a_rule_is_found(tmp_path: Path, module: str, line: str, contract: str) -> None:
    """Each kind of contract, seen broken; an import in a function or for type checking is one."""
    copy = tmp_path / "src" / "dataverse_tck"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    with (copy / module).open("a", encoding="utf-8") as file:
        file.write(f"\nfrom typing import TYPE_CHECKING\n{line}\n")

    done = lint_imports(tmp_path / "src")

    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{contract} BROKEN" in done.stdout


def test_rooms_are_small_enough_to_be_overlooked() -> None:
    """At most 8 modules at the top, 15 in a room."""
    sizes = Counter(path.parent for path in MODULES)

    assert sizes[PACKAGE] <= MOST_AT_THE_TOP
    assert {folder: size for folder, size in sizes.items() if size > MOST_IN_A_ROOM} == {}


def test_no_module_is_long() -> None:
    """One idea a module: none is longer than 400 lines."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}

    assert {path: length for path, length in lengths.items() if length > MOST_LINES} == {}


def test_no_function_is_a_maze() -> None:
    """None has more than 15 ways through it."""
    found = {
        f"{path}:{block.lineno} {block.name}": block.complexity
        for path in [*MODULES, *(CHECKOUT / "steps").glob("*.py")]
        for block in cc_visit(path.read_text(encoding="utf-8"))
    }

    assert found
    assert {name: number for name, number in found.items() if number > MOST_COMPLEX} == {}


def test_every_room_says_what_it_is_for() -> None:
    """A package begins with a sentence, and ARCHITECTURE.md names it."""
    text = (CHECKOUT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = [path for path in MODULES if path.name == "__init__.py"]

    assert [path for path in rooms if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))] == []
    assert [path.parent.name for path in rooms if path.parent != PACKAGE and f"`{path.parent.name}" not in text] == []


def test_the_emulator_reads_no_file_of_the_suite() -> None:
    """Kit and emulator share no mistake: it does not look into reference/ or schemas/ either."""
    words = ("requirements.json", "facts.json", "suite_root")

    assert [
        path for path in MODULES if "emulator" in path.parts and any(word in path.read_text("utf-8") for word in words)
    ] == []


@pytest.mark.parametrize(
    ("word", "places"), [("Microsoft.Dynamics.CRM", 2), ("DATAVERSE_TOKEN", 1)], ids=["namespace", "token"]
)
def test_a_word_of_the_platform_is_spelt_once(word: str, places: int) -> None:
    """Once on each side, for kit and emulator share nothing; docstrings and messages to people may name it."""
    found = {
        path.relative_to(PACKAGE)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in (word, word.encode(), f"{word}.")
    }

    assert len(found) == places, found


def test_helpers_of_tests_are_no_tests() -> None:
    """Nothing is imported from a test module, and what tests share is imported as ``tests.<room>``."""
    rooms = {path.name for path in (CHECKOUT / "tests").iterdir() if path.is_dir()}
    imported = {
        (path.relative_to(CHECKOUT), node.module or "")
        for path in (CHECKOUT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
    }

    assert [(path, name) for path, name in imported if name.rpartition(".")[2].startswith("test_")] == []
    assert [(path, name) for path, name in imported if name.split(".")[0] in rooms - {"steps"}] == []
