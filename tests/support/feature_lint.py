"""What the tools let pass in silence, and what the house style asks of a feature: found here, told by file and line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gherkin.parser import Parser

LEVELS = {"surface", "data", "calls"}
OBLIGATIONS = {"normative", "derived", "declared", "advisory", "control"}
LINES = 120
LINES_OF_REFUSALS = 200  # five ways to ask wrongly, for every message
# Gherkin has no table that two files share, and the same six records stand wherever something carries over.
SHARED = {"Kinds of record"}
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
        for check in (_tags, _tables, _names, _prose, _scenarios, _length)
        for line, what in check(feature, text)
    ]
    return sorted(found, key=lambda item: item.line)


def repeated(paths: Iterable[Path]) -> list[Complaint]:
    """Return the tables of declared facts that stand in two files, word for word: who mends one forgets the other."""
    first: dict[tuple[tuple[str, ...], ...], Path] = {}
    found = []
    for path in paths:
        feature: dict[str, Any] = Parser().parse(path.read_text(encoding="utf-8"))["feature"]
        for item, tags in _tagged(feature):
            for block in item["examples"]:
                if "surface" not in tags or block["name"] in SHARED:
                    continue
                rows = [block["tableHeader"], *block["tableBody"]]
                table = tuple(tuple(cell["value"] for cell in row["cells"]) for row in rows)
                if (before := first.setdefault(table, path)) != path:
                    found.append(Complaint(path, block["location"]["line"], f"the same table stands in {before.name}"))
    return found


def scenarios(feature: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield every scenario of a parsed feature, those in rules included."""
    yield from (item for item, _ in _tagged(feature))


def _tagged(
    node: dict[str, Any], above: frozenset[str] = frozenset()
) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
    """Yield every scenario of a feature or a rule with all tags that apply to it."""
    tags = above | _own_tags(node)
    for child in node["children"]:
        if "scenario" in child:
            yield child["scenario"], tags | _own_tags(child["scenario"])
        if "rule" in child:
            yield from _tagged(child["rule"], tags)


def _own_tags(node: dict[str, Any]) -> frozenset[str]:
    return frozenset(tag["name"].lstrip("@") for tag in node["tags"])


def _tags(feature: dict[str, Any], _: str) -> Iterator[tuple[int, str]]:
    for item, tags in _tagged(feature):
        line = item["location"]["line"]
        if len(tags & LEVELS) != 1:
            yield line, f"the scenario needs one level: {', '.join(sorted(LEVELS))}"
        if len(tags & OBLIGATIONS) != 1:
            yield line, f"the scenario needs one obligation: {', '.join(sorted(OBLIGATIONS))}"
        if not any(tag.startswith("reference:") for tag in tags):
            yield line, "the scenario names no section of the reference (@reference:...)"
        for tag in sorted(tags - LEVELS - OBLIGATIONS):
            if not tag.startswith("reference:"):
                yield line, f"the tag @{tag} is not one of ours"
        if any(block["tags"] for block in item["examples"]):
            yield line, "tags of single examples reach no report"


def _tables(feature: dict[str, Any], _: str) -> Iterator[tuple[int, str]]:
    """In a rule, one table says what is declared and one what is tried: an outline, however its rows are grouped."""
    for rule in (child["rule"] for child in feature["children"] if "rule" in child):
        outlines = [tags for item, tags in _tagged(rule, _own_tags(feature)) if item["examples"]]
        declared = sum("surface" in tags for tags in outlines)
        for count, what in ((declared, "declared"), (len(outlines) - declared, "tried")):
            if count > 1:
                yield rule["location"]["line"], f"the rule has more than one table of what is {what}"


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
    for item, tags in _tagged(feature):
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
        used = set(re.findall(r"<([^<>]+)>", "\n".join([_words(item), *tags])))
        for name in sorted(used - columns):
            yield line, f"<{name}> is no column of its examples"
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
    most = LINES_OF_REFUSALS if _refuses(feature) else LINES
    if len(text.splitlines()) > most:
        yield 1, f"the file has more than {most} lines"
    for child in feature["children"]:
        background = child.get("background")
        if background and len(background["steps"]) > 3:
            yield background["location"]["line"], "the background has more than 3 steps"


def _refuses(feature: dict[str, Any]) -> bool:
    """Whether a feature is about nothing but what is asked for wrongly: every scenario ends with the call as it was."""
    return all(
        item["steps"][-1:] and item["steps"][-1]["text"] == "the call is as it was" for item in scenarios(feature)
    )
