"""What the tools let pass in silence, and what the house style asks of a feature: found here, told by file and line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gherkin.parser import Parser

LEVELS = {"surface", "data", "calls"}
OBLIGATIONS = {"normative", "derived", "advisory"}
# Words that a business analyst should not have to know.
BANNED = re.compile(
    r"\b(https?|json|xml|url|uri|odata|api|endpoint|rest|schema|request|response|payload|header|body|status code"
    r"|query|metadata|boolean|string|integer|guid|regex|fixture|mock|assert)\b",
    re.IGNORECASE,
)
VERBS = re.compile(r"\b(GET|POST|PATCH|PUT|DELETE|HEAD)\b")
EXACT_NAME = re.compile(r"\b(?:msdyn_|CCaaS_)\w+")


@dataclass(frozen=True)
class Complaint:
    """One thing wrong with a feature."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path.name}:{self.line}: {self.text}"


def complaints(path: Path) -> list[Complaint]:
    """Return everything wrong with one feature file, in the order of its lines."""
    text = path.read_text(encoding="utf-8")
    feature: dict[str, Any] = Parser().parse(text)["feature"]
    found = [
        Complaint(path, line, what)
        for check in (_tags, _names, _prose, _scenarios, _length)
        for line, what in check(feature, text)
    ]
    return sorted(found, key=lambda item: item.line)


def scenarios(feature: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every scenario of a parsed feature, those in rules included."""
    for child in feature["children"]:
        if "scenario" in child:
            yield child["scenario"]
        if "rule" in child:
            yield from (inner["scenario"] for inner in child["rule"]["children"] if "scenario" in inner)


def _tags(feature: dict[str, Any], _: str) -> Iterator[tuple[int, str]]:
    tags = {tag["name"].lstrip("@") for tag in feature["tags"]}
    line = feature["location"]["line"]
    if len(tags & LEVELS) != 1:
        yield line, f"the feature needs one level: {', '.join(sorted(LEVELS))}"
    if len(tags & OBLIGATIONS) != 1:
        yield line, f"the feature needs one obligation: {', '.join(sorted(OBLIGATIONS))}"
    if not any(tag.startswith("reference:") for tag in tags):
        yield line, "the feature names no section of the reference (@reference:...)"
    for tag in tags - LEVELS - OBLIGATIONS:
        if not tag.startswith("reference:"):
            yield line, f"the tag @{tag} is not one of ours"


def _names(feature: dict[str, Any], _: str) -> Iterator[tuple[int, str]]:
    names = Counter(item["name"] for item in scenarios(feature))
    for item in scenarios(feature):
        if names[item["name"]] > 1:
            yield item["location"]["line"], f"the scenario name {item['name']!r} is used twice; only one would run"


def _prose(feature: dict[str, Any], text: str) -> Iterator[tuple[int, str]]:
    if len(feature["description"].strip().splitlines()) not in (2, 3):
        yield feature["location"]["line"], "the description says in two or three lines who relies on this"
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith(("|", "@", "#")):
            continue
        bare = re.sub(r"\([^()]*\)", "", line)  # exact names may stand in parentheses
        if found := BANNED.search(bare) or VERBS.search(bare):
            yield number, f"{found[0]!r} is a technical word"
        if found := EXACT_NAME.search(bare):
            yield number, f"the exact name {found[0]} stands outside a table cell or parentheses"


def _scenarios(feature: dict[str, Any], _: str) -> Iterator[tuple[int, str]]:
    for item in scenarios(feature):
        line, steps = item["location"]["line"], item["steps"]
        if not steps:
            yield line, "the scenario has no steps: is a keyword misspelt?"
        if len(steps) > 8:
            yield line, "the scenario has more than 8 steps"
        if sum(step["keywordType"] == "Action" for step in steps) != 1:
            yield line, "the scenario needs exactly one When"
        if item["description"].strip():
            yield line, "a scenario has no prose of its own: is a keyword misspelt?"
        columns = {cell["value"] for block in item["examples"] for cell in block["tableHeader"]["cells"]}
        used = set(re.findall(r"<([^<>]+)>", _words(item)))
        for name in sorted(used - columns):
            yield line, f"<{name}> is no column of the examples"
        for name in sorted(columns - used):
            yield line, f"the column {name!r} is never used"
        for block in item["examples"]:
            if len(block["tableBody"]) > 15:
                yield block["location"]["line"], "a table of more than 15 rows is not read"


def _words(item: dict[str, Any]) -> str:
    cells = [
        cell["value"]
        for step in item["steps"]
        for row in step.get("dataTable", {}).get("rows", ())
        for cell in row["cells"]
    ]
    return "\n".join([item["name"], *(step["text"] for step in item["steps"]), *cells])


def _length(feature: dict[str, Any], text: str) -> Iterator[tuple[int, str]]:
    if len(text.splitlines()) > 120:
        yield 1, "the file has more than 120 lines"
    for child in feature["children"]:
        background = child.get("background")
        if background and len(background["steps"]) > 3:
            yield background["location"]["line"], "the background has more than 3 steps"
