"""The summary: what a pull request shows, and only ever text where an endpoint speaks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from dataverse_tck.report.exports.markdown import cell, code, prose
from dataverse_tck.report.exports.summary import MOST_BYTES
from dataverse_tck.report.sentences import limits, verdict_sentence
from dataverse_tck.report.told_run import ToldRun
from dataverse_tck.reporting.wording import PAGE
from tests.support.poisoned import hostile
from tests.support.reports import made

WORST = (
    "::error::hacked",
    "##vso[task.complete result=Failed;]",
    "a|b|c",
    "[x](http://evil.example/)",
    "![x](http://evil.example/)",
    "<img src=x onerror=hacked()>",
    "```\n<script>",
    "`` ` ``",
    "# heading",
    "1. list",
    "- list",
    "> quote",
    "@octocat #1 GH-1",
    "www.evil.example me@evil.example https://evil.example",
    "a\n\n<b>\n\n::warning::b",
    "&lt;b&gt; **bold** _it_ ~~no~~ $x$ :bug:",
    "\\",
    "",
)


def tokens(text: str) -> list[Token]:
    """All parts of a text, those within others too."""
    found = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    return [one for outer in found for one in (outer, *(outer.children or ()))]


def said(parts: Iterable[Token]) -> str:
    """What a reader sees of them."""
    return "".join(one.content for one in parts if one.type in ("text", "code_inline", "text_special")).strip()


def summary(run: ToldRun) -> str:
    """The summary of a run."""
    return made("md", run).decode()


def test_it_begins_with_the_verdict(run: ToldRun) -> None:
    """In a sentence, with two figures, and with what it does not say."""
    text, coverage = summary(run), run.certificate["coverage"]

    assert text.startswith(f"# not conformant\n\n{verdict_sentence(run.certificate)}\n")
    assert f"- **checked** {coverage['checked']} of {coverage['requirements']}\n" in text
    assert f"- **passed** {run.certificate['counts']['pass']} of {coverage['checked']}\n" in text
    assert text.count("\n- ", text.index("## What this does not say"), text.index("## Requirements by level")) == len(
        limits(run.certificate)
    )


def test_each_failure_says_all(run: ToldRun) -> None:
    """Expected, observed, where, by which exchange, how to repeat it, and what hangs on it."""
    text = summary(run)
    label, gone = text[text.index("## Failures (2)") :].split("### ")[1:]

    assert label.startswith(f"{code(run.failed[0]['id'])}\n")
    assert '- expected: `"WhatsApp"`\n- observed: ' in label
    assert re.search(r"- decisive: `GET http://\S+` \(x\d{4}\)\n- answered: `200 .*Channel 192300000.*`\n", label)
    assert f"({PAGE}#BKMK_msdyn_channel), line 63\n" in label
    assert f"- repeat: {code(run.repeat(run.failed[0]))}\n" in label
    assert "- observed: nothing: it is not there in csdl\n" in gone
    assert "- not testable because of it: `relationship/" in gone


def test_it_counts_by_level_and_chapter(run: ToldRun) -> None:
    """As the certificate and the scenarios do."""
    text = summary(run)
    counts = run.certificate["counts"]

    head = re.search(r"^\| level \| (.*) \|$", text, re.MULTILINE)
    row = re.search(r"^\| surface \| (.*) \|$", text, re.MULTILINE)
    assert head
    assert row
    found = dict(zip(head[1].split(" | "), map(int, row[1].split(" | ")), strict=True))
    assert {name: found[name] for name in ("pass", "fail")} == {name: counts[name] for name in ("pass", "fail")}
    assert re.search(r"^\| conversation \| \d", text, re.MULTILINE)


def test_where_it_would_be_too_long_it_is_cut(run: ToldRun) -> None:
    """With a sentence that says so."""
    items = [*run.requirements, *({**run.failed[0], "reason": f"{at} {'x ' * 10_000}"} for at in range(2_000))]
    content = made("md", replace(run, certificate={**run.certificate, "requirements": items}))

    assert MOST_BYTES - 10_000 < len(content) < 2**20
    left = re.search(r"^([0-9,]+) more failures left out: this would be too long", content.decode(), re.MULTILINE)
    assert left
    assert content.count(b"\n### ") + int(left[1].replace(",", "")) == 2_002


@pytest.mark.parametrize("text", WORST)
@pytest.mark.parametrize("told", [prose, code, cell])
def test_foreign_text_is_text(told: Any, text: str) -> None:
    """Neither markup nor a link, and it says what it said."""
    shown = told(text)
    found = tokens(shown)

    assert {one.type for one in found} <= {"paragraph_open", "inline", "text", "code_inline", "paragraph_close"} | (
        {"text_special"}
    )
    assert not re.search(r"^\s*(::|##)|##vso\[", shown)
    assert "\n" not in shown
    if told is not cell:
        assert said(found).replace("# #vso", "##vso") == " ".join(text.split())


@pytest.mark.parametrize("text", WORST)
def test_no_cell_is_two(text: str) -> None:
    """Also where a bar stands in code."""
    found = tokens(f"| a | b |\n|---|---|\n| {cell('@' + text)} | {cell(text)} | end |")
    cells = [found[place + 1] for place, one in enumerate(found) if one.type == "td_open"]

    assert [said(one.children or ()).replace("# #vso", "##vso") for one in cells] == [
        " ".join(f"@{text}".split()),
        " ".join(text.split()),
    ]


@pytest.mark.parametrize("text", WORST)
def test_a_hostile_run_has_a_plain_summary(text: str, run: ToldRun) -> None:
    """No HTML, no links but those to the reference, no command to a build."""
    shown = summary(hostile(run, text))
    found = tokens(shown)

    assert not [one for one in found if one.type.startswith(("html", "image", "fence", "code_block", "blockquote"))]
    links = [str(one.attrs["href"]) for one in found if one.type == "link_open"]
    assert links
    assert all(link.startswith(PAGE) for link in links)
    assert not re.search(r"^\s*(::|##\[|##vso)", shown, re.MULTILINE)
    assert {one.markup for one in found if one.type == "heading_open"} == {"#", "##", "###"}


def test_what_was_not_decided_is_told_with_its_cause(run: ToldRun) -> None:
    """Somebody has to look before trusting the rest."""
    items = [dict(item) for item in run.requirements]
    passed = [item for item in items if item["outcome"] == "pass"]
    for item in passed[:2]:
        item |= {"outcome": "not testable", "reason": "the endpoint says 403 (no access)"}
    text = summary(replace(run, certificate={**run.certificate, "requirements": items}))

    assert "## Not decided\n\n- not testable: the endpoint says 403 " in text
    assert text.index("## Failures") < text.index("## Not decided") < text.index("## What this does not say")
