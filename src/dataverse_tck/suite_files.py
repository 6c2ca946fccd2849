"""Where the suite lies: features, steps, schemas and reference, in a checkout and in an installed wheel alike; and what
its tags say."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

_PACKAGE = Path(__file__).parent
_COLUMN = re.compile(r"<([^<>]+)>")


def suite_root() -> Path:
    """Return the folder that holds ``features/``, ``steps/``, ``schemas/``, ``reference/`` and ``conftest.py``."""
    installed = _PACKAGE / "suite"
    return installed if (installed / "features").is_dir() else _PACKAGE.parent.parent


def suite_sha256() -> str:
    """Return one digest of the names and bytes of all features, steps and schemas."""
    root = suite_root()
    digest = hashlib.sha256()
    for folder, pattern in (("features", "*.feature"), ("steps", "*.py"), ("schemas", "*.json")):
        for path in sorted((root / folder).rglob(pattern)):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


class Tagged(Protocol):
    """A feature or a rule, as a parser of Gherkin gives it."""

    @property
    def tags(self) -> set[str]: ...


class TaggedScenario(Tagged, Protocol):
    """A scenario with what it stands in."""

    @property
    def feature(self) -> Tagged: ...
    @property
    def rule(self) -> Tagged | None: ...


def tags_of(scenario: TaggedScenario, row: Mapping[str, str]) -> set[str]:
    """Return all tags of a scenario: its own, its rule's and its feature's; one may name a column of its examples."""
    tags = scenario.tags | scenario.feature.tags | (scenario.rule.tags if scenario.rule else set())
    return {filled_in(tag, row) for tag in tags}


def filled_in(text: str, row: Mapping[str, str]) -> str:
    """Return a text of a feature with the words of a row of examples in place of the columns that it names."""
    return _COLUMN.sub(lambda found: row.get(found[1], found[0]), text)
