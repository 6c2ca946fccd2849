"""The features as prose: what a reader of the specification reads, in the order of the files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataverse_tck.conformance.requirement import LEVELS
from dataverse_tck.suite_files import filled_in

_OBLIGATIONS = ("normative", "derived", "declared", "advisory", "control")


@dataclass(frozen=True)
class Step:
    """One sentence of a scenario, with its table where it has one."""

    keyword: str
    text: str
    table: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Case:
    """A scenario as it is carried out: itself, or one row of its examples."""

    title: str  # "features/about/names.feature: ..."; what the run calls it
    row: tuple[str, ...]  # of its examples; empty where it has none


@dataclass(frozen=True)
class Examples:
    """A table of examples: a case for each row."""

    name: str
    header: tuple[str, ...]
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class ToldScenario:
    """A scenario or an outline; without examples, one table that has one case and no header."""

    name: str
    level: str
    obligation: str
    steps: tuple[Step, ...]
    examples: tuple[Examples, ...]


@dataclass(frozen=True)
class Rule:
    """What a feature says in one sentence; ``name`` is empty for scenarios that stand in no rule."""

    name: str
    description: str
    scenarios: tuple[ToldScenario, ...]


@dataclass(frozen=True)
class Feature:
    """One file of features."""

    file: str  # "features/about/names.feature"
    chapter: str  # the folder that it stands in
    name: str
    description: str
    background: tuple[Step, ...]
    rules: tuple[Rule, ...]


def read_features(root: Path) -> tuple[Feature, ...]:
    """Read all features below ``root``, the folder that holds ``features/``."""
    from gherkin.parser import Parser

    paths = sorted((root / "features").rglob("*.feature"))
    return tuple(
        _feature(path.relative_to(root).as_posix(), Parser().parse(path.read_text(encoding="utf-8"))["feature"])
        for path in paths
    )


def _feature(file: str, told: Mapping[str, Any]) -> Feature:
    children = told["children"]
    tags = _tags(told)
    loose = [child["scenario"] for child in children if "scenario" in child]
    rules = [
        Rule(rule["name"], _prose(rule), tuple(_scenarios(file, rule["children"], tags | _tags(rule))))
        for rule in (child["rule"] for child in children if "rule" in child)
    ]
    own = [Rule("", "", tuple(_scenario(file, it, tags) for it in loose))] if loose else []
    background = next((_steps(child["background"]) for child in children if "background" in child), ())
    return Feature(file, file.split("/")[1], told["name"], _prose(told), background, (*own, *rules))


def _scenarios(file: str, children: Sequence[Mapping[str, Any]], tags: frozenset[str]) -> Iterator[ToldScenario]:
    for child in children:
        if "scenario" in child:
            yield _scenario(file, child["scenario"], tags)


def _scenario(file: str, told: Mapping[str, Any], above: frozenset[str]) -> ToldScenario:
    tags = above | _tags(told)
    examples = [_examples(file, told["name"], table) for table in told["examples"]]
    alone = Examples("", (), (Case(f"{file}: {told['name']}", ()),))
    return ToldScenario(
        name=told["name"],
        level=next((word for word in LEVELS if word in tags), ""),
        obligation=next((word for word in _OBLIGATIONS if word in tags), ""),
        steps=_steps(told),
        examples=tuple(examples) or (alone,),
    )


def _examples(file: str, name: str, told: Mapping[str, Any]) -> Examples:
    header = _cells(told["tableHeader"])
    rows = [_cells(row) for row in told["tableBody"]]
    cases = tuple(Case(f"{file}: {filled_in(name, dict(zip(header, row, strict=True)))}", row) for row in rows)
    return Examples(told["name"], header, cases)


def _steps(told: Mapping[str, Any]) -> tuple[Step, ...]:
    return tuple(
        Step(it["keyword"].strip(), it["text"], tuple(_cells(row) for row in it.get("dataTable", {}).get("rows", ())))
        for it in told["steps"]
    )


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(cell["value"] for cell in row["cells"])


def _tags(told: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(tag["name"].removeprefix("@") for tag in told["tags"])


def _prose(told: Mapping[str, Any]) -> str:
    return re.sub(r"[ \t]*\n[ \t]*", "\n", told["description"]).strip()
