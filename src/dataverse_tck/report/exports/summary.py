"""``summary.md``: what a run came to, for pull requests, job summaries and mails: the verdict, then each failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from dataverse_tck.conformance.finding import WORST_FIRST, Outcome
from dataverse_tck.conformance.requirement import LEVELS
from dataverse_tck.report.cases import cases_of
from dataverse_tck.report.decisive import decisive
from dataverse_tck.report.exports.markdown import cell, code, prose
from dataverse_tck.report.html.exhibits import should_be
from dataverse_tck.report.outcomes import NOT_RUN
from dataverse_tck.report.sentences import limits, verdict_sentence
from dataverse_tck.report.told_run import Outline, ToldRun
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.reporting.wording import as_json, counted, reference_link

MOST_BYTES = 2**20 - 2**16  # a job summary of GitHub takes 1 MiB; the rest is for the sentence about what is cut
_MOST_SENTENCES = 100
_MOST_HANGING = 50
_MOST_ROWS = 50
_COLUMNS = (*(str(one) for one in reversed(WORST_FIRST)), NOT_RUN)


def pieces(run: ToldRun) -> Iterator[bytes]:
    """Yield the summary, failures last; where it would be too long, a sentence says how many are left out."""
    left = MOST_BYTES
    for part in _head(run):
        left -= len(part)
        yield part
    blocks = _failures(run)
    for block in blocks:
        content = "\n".join((*block, "")).encode()
        if len(content) > left:
            more = 1 + sum(1 for _ in blocks)
            yield f"{counted(more, 'more failure')} left out: this would be too long. The page has them all.\n".encode()
            return
        left -= len(content)
        yield content


def _head(run: ToldRun) -> Iterator[bytes]:
    told = run.certificate
    lines = [f"# {prose(told['verdict'])}", "", prose(verdict_sentence(told)), ""]
    if told["coverage"]:
        checked, total = told["coverage"]["checked"], told["coverage"]["requirements"]
        passed = told["counts"].get(Outcome.PASS, 0)
        lines += [f"- **checked** {checked:,} of {total:,}", f"- **passed** {passed:,} of {checked:,}", ""]
    lines += [
        f"Endpoint {code(told['endpoint']['root'])}, level {prose(told['level'])}, run {code(run.name)}.",
        "",
        "## What this does not say",
        "",
        *_sentences((*run.missing, *limits(told))),
        "",
        "",
    ]
    yield "\n".join(lines).encode()
    levels = Counter((item["level"], item["outcome"]) for item in run.requirements if item["obligation"] != "advisory")
    yield from _table("Requirements by level", "level", LEVELS, levels)
    chapters = Counter(
        (case.file.split("/")[1], case.outcome) for case in cases_of(run) if case.file.startswith("features/")
    )
    yield from _table("Scenarios by chapter", "chapter", list(dict.fromkeys(name for name, _ in chapters)), chapters)


def _sentences(sentences: Sequence[str]) -> Iterator[str]:
    yield from (f"- {prose(one)}" for one in sentences[:_MOST_SENTENCES])
    if more := len(sentences) - _MOST_SENTENCES:
        yield from [f"- {counted(more, 'more sentence')}: see the page."] if more > 0 else []


def _table(title: str, what: str, rows: Sequence[str], counts: Mapping[tuple[str, str], int]) -> Iterator[bytes]:
    """Yield how many there are of each outcome, by row; nothing where there are none."""
    columns = [one for one in _COLUMNS if any(outcome == one for _, outcome in counts)]
    if not columns:
        return
    lines = [f"## {title}", "", f"| {what} | {' | '.join(columns)} |", "|---|" + "--:|" * len(columns)]
    for name in rows[:_MOST_ROWS]:
        cells = [f"{counts.get((name, column), 0):,}" for column in columns]
        lines += [f"| {cell(name)} | {' | '.join(cells)} |"]
    yield "\n".join((*lines, "", "")).encode()


def _failures(run: ToldRun) -> Iterator[Sequence[str]]:
    hanging = run.hanging
    outlines = {one.id: one for one in run.outlines}
    errors = [item for item in run.requirements if item["outcome"] == Outcome.ERROR]
    for title, items in (("Failures", run.failed), ("Errors", errors)):
        for number, item in enumerate(items):
            heading = [] if number else [f"## {title} ({len(items):,})", ""]
            yield [*heading, *_failure(run, item, outlines, hanging.get(item["id"], ()))]


def _failure(
    run: ToldRun, item: Mapping[str, Any], outlines: Mapping[str, Outline], hanging: Sequence[str]
) -> Iterator[str]:
    yield f"### {code(item['id'])}"
    yield ""
    yield prose(item["statement"])
    yield ""
    yield f"- expected: {code(should_be(item['reason']) or as_json(item['expected']))}"
    wrong = [one for one in item["surfaces"] if not one["right"]]
    for one in wrong:
        seen = "nothing: it is not there" if one["absent"] else code(as_json(one["observed"]))
        yield f"- observed: {seen} in {prose(one['surface'])}"
    if not wrong:
        yield f"- observed: {code(as_json(item['observed']))}"
    if item["reason"]:
        yield f"- because: {prose(item['reason'])}"
    link = quote(harmless(reference_link(item["section"])), safe=":/#")
    yield f"- reference: [{prose(item['section'])}]({link}), line {item['line']}"
    for key in decisive(item, outlines):
        one = outlines[key]
        yield f"- exchange: {code(f'{one.method} {one.url}')} ({key}), {one.status or 'no answer'}"
    yield f"- repeat: {code(run.repeat(item))}"
    if hanging:
        more = f" and {len(hanging) - _MOST_HANGING:,} more" if len(hanging) > _MOST_HANGING else ""
        yield f"- not testable because of it: {', '.join(map(code, hanging[:_MOST_HANGING]))}{more}"
    yield ""
