"""Whether every report tells the same of a failure: each is read as its readers would, and held against the others."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from markdown_it import MarkdownIt

from dataverse_tck.report.folder import read_run
from tests.support.agreement import spelt_out
from tests.support.reports import made

QUOTE = "'"  # encoded in a HAR, as browsers do
COMPARED = ("statement", "expected", "observed", "request", "decisive", "sent", "answered", "repeat")
Facts = Mapping[str, list[str]]
_HEAD = re.compile(r"(?:FAIL (\S+)|(\S+): fail)$")
_FACT = re.compile(r"  (\w+) +(\S.*)$")


def hold_facts_together(folder: Path, terminal: str) -> set[str]:
    """Compare what terminal, JUnit, Markdown, CTRF, Cucumber's messages, HAR and Allure tell of each failure.

    Return the ids of those that the terminal tells in full.
    """
    run = read_run(folder)
    failed = {row["id"]: row for row in run.failed}
    junit = _in_all(case.findtext("failure") or "" for case in ET.parse(folder / "junit.xml").iter("testcase"))
    full, named = on_terminal(terminal)
    markdown, alike = in_markdown(made("md", run).decode())
    ctrf = _in_all(test.get("message", "") for test in json.loads(made("ctrf", run))["results"]["tests"])
    messages = _in_all(_texts(made("messages", run).decode()))

    assert set(junit) >= set(failed)
    assert set(full) | named == set(failed)
    assert set(markdown) | alike == set(failed)
    for key, row in failed.items():
        told = junit[key]
        assert told["statement"] == [row["statement"]]
        assert told["expected"] == [json.dumps(row["expected"], ensure_ascii=False)]
        assert told["observed"] == list(_observed(row))
        rests_on = {*row["exchanges"], *(one for seen in row["surfaces"] for one in seen["exchanges"])}
        named = [re.search(r"\((x\d+)\)$", words) for words in (*told["request"], *told["decisive"])]
        assert {found and found[1] for found in named} <= rests_on
        assert len(told["request"]) + len(told["decisive"]) == len(told["answered"])
        assert told["decisive"] or not row["exchanges"]
        for other in (full.get(key, told), markdown.get(key, told), ctrf[key], messages[key]):
            assert other == told
    if (folder / "allure").is_dir():
        allure = _in_all(_messages_of_allure(folder / "allure"))
        assert {key: allure.get(key) for key in failed} == {key: junit[key] for key in failed}
    _hold_exchanges(made("har", run), junit, failed)
    return set(full)


def _observed(row: Mapping[str, Any]) -> Iterator[str]:
    """What the certificate says was seen, as it has to be told."""
    wrong = [seen for seen in row["surfaces"] if not seen["right"]]
    for seen in wrong or [{**row, "absent": False}]:
        what = "nothing: it is not there" if seen["absent"] else json.dumps(seen["observed"], ensure_ascii=False)
        yield f"{what} in {seen['surface']}" if seen["surface"] else what


def on_terminal(text: str) -> tuple[dict[str, Facts], set[str]]:
    """Return what is told of failures in full, and the ids of those that are only named."""
    full = _blocks(text)
    named = {key for line in re.findall(r"^FAIL (\S+)$", text, re.MULTILINE) for key in spelt_out(line)}
    for listed in re.findall(r"^  alike .*\n((?: {13}\S+\n)+)", text, re.MULTILINE):
        named |= {key for line in listed.split() for key in spelt_out(line)}
    return full, named - set(full)


def in_markdown(text: str) -> tuple[dict[str, Facts], set[str]]:
    """Return what is told below each heading, as a reader of Markdown sees it, and the ids of what is alike."""
    found: dict[str, dict[str, list[str]]] = {}
    alike: set[str] = set()
    facts: dict[str, list[str]] = {}
    tokens = MarkdownIt("commonmark").parse(text)
    for at, token in enumerate(tokens):
        words = _plain(token)
        if token.type != "inline" or words is None:
            continue
        if tokens[at - 1].tag == "h3":
            facts = found[words] = {name: [] for name in COMPARED}
        elif tokens[at - 1].tag in ("h1", "h2"):
            facts = {name: [] for name in COMPARED}
        elif label := re.match(r"([a-z ]+): (.*)", words):
            _note(facts, alike, label[1], label[2])
        elif not facts.get("statement"):
            facts["statement"] = [words]
    return {key: told for key, told in found.items() if told["expected"]}, alike


def _note(facts: dict[str, list[str]], alike: set[str], label: str, words: str) -> None:
    if label == "broken in the same way":
        alike |= set(words.split(", "))
    elif label in facts:
        facts[label].append(_profile_aside(words) if label == "repeat" else words)


def _plain(token: Any) -> str | None:
    if token.children is None:
        return None
    return "".join(one.content for one in token.children if one.type in ("text", "code_inline"))


def _in_all(texts: Iterator[str]) -> dict[str, Facts]:
    found: dict[str, Facts] = {}
    for text in texts:
        found |= _blocks(text)
    return found


def _blocks(text: str) -> dict[str, Facts]:
    """Return the facts of each failure of a text, which a line with its id begins and an empty line ends."""
    found: dict[str, dict[str, list[str]]] = {}
    facts: dict[str, list[str]] | None = None
    for line in text.splitlines():
        if head := _HEAD.match(line):
            facts = {name: [] for name in COMPARED}
            found[head[1] or head[2]] = facts
        elif not line.strip():
            facts = None
        elif facts is not None and not facts["statement"]:
            facts["statement"].append(line.strip())
        elif facts is not None and (fact := _FACT.match(line)) and fact[1] in COMPARED:
            words = _profile_aside(fact[2]) if fact[1] == "repeat" else fact[2]
            facts[fact[1]].append(re.sub(r" because of \S+$", "", words))
    return {key: told for key, told in found.items() if told["expected"]}


def _profile_aside(words: str) -> str:
    """Return a command line without where the profile lies: the reports of a folder mean the copy in it."""
    return re.sub(r" --profile \S+", " --profile P", words)


def _texts(messages: str) -> Iterator[str]:
    for line in messages.splitlines():
        step = json.loads(line).get("testStepFinished", {})
        yield step.get("testStepResult", {}).get("message", "") or ""


def _messages_of_allure(folder: Path) -> Iterator[str]:
    for path in folder.glob("*-result.json"):
        yield json.loads(path.read_text(encoding="utf-8")).get("statusDetails", {}).get("message", "")


def _hold_exchanges(har: bytes, junit: Mapping[str, Facts], failed: Mapping[str, Any]) -> None:
    """Hold every exchange that a failure names against its entry."""
    entries = {one["comment"].partition(":")[0]: one for one in json.loads(har)["log"]["entries"]}
    named: dict[str, set[str]] = defaultdict(set)
    for key in failed:
        for words in (*junit[key]["request"], *junit[key]["decisive"]):
            asked = re.match(r"(.*) \((x\d+)\)", words)
            assert asked, words
            named[asked[2]].add(asked[1])
    for key, requests in named.items():
        if any(one.startswith("RUN ") for one in requests):
            continue  # a command: it is no exchange of HTTP
        asked_for = f"{entries[key]['request']['method']} {entries[key]['request']['url'].replace('%27', QUOTE)}"
        assert {one.removesuffix("...") for one in requests} == {asked_for[:400]}
