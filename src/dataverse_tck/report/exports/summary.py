"""``summary.md``: what a run came to, for pull requests, job summaries and mails: the verdict, then each failure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from dataverse_tck.conformance.finding import WORST_FIRST, Outcome
from dataverse_tck.conformance.requirement import LEVELS
from dataverse_tck.report.cases import cases_of
from dataverse_tck.report.exports.markdown import cell, code, prose
from dataverse_tck.report.outcomes import NOT_RUN
from dataverse_tck.report.sentences import limits, verdict_sentence
from dataverse_tck.report.told_run import ToldRun
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.reporting.telling.alike import alike
from dataverse_tck.reporting.telling.causes import Cause, causes
from dataverse_tck.reporting.telling.failure import ABSENT, Failure
from dataverse_tck.reporting.wording import braced, counted, in_few_lines, reference_link

MOST_BYTES = 2**20 - 2**16  # a job summary of GitHub takes 1 MiB; the rest is for the sentence about what is cut
_MOST_SENTENCES = 100
_MOST_NAMED = 50
_MOST_ROWS = 50
_MOST_LINES = 10
_COLUMNS = (*(str(one) for one in reversed(WORST_FIRST)), NOT_RUN)


def pieces(run: ToldRun) -> Iterator[bytes]:
    """Yield the summary: verdict, failures, what it does not say, counts.

    Where it would be too long, a sentence says how many failures are left out.
    """
    head, rest = _head(run), b"".join(_rest(run))
    head += b"".join(_changes(run))
    yield head
    left = MOST_BYTES - len(head) - len(rest)
    blocks = _failures(run)
    for block in blocks:
        content = "\n".join((*block, "")).encode()
        if len(content) > left:
            more = counted(1 + sum(1 for _ in blocks), "more failure")
            yield f"{more} left out: this would be too long. The page has them all.\n\n".encode()
            break
        left -= len(content)
        yield content
    yield rest


def _head(run: ToldRun) -> bytes:
    told = run.certificate
    lines = [f"# {prose(told['verdict'])}", "", prose(verdict_sentence(told)), ""]
    if told["coverage"]:
        checked, total = told["coverage"]["checked"], told["coverage"]["requirements"]
        passed = told["counts"].get(Outcome.PASS, 0)
        lines += [f"- **checked** {checked:,} of {total:,}", f"- **passed** {passed:,} of {checked:,}", ""]
    lines += [f"Endpoint {code(told['endpoint']['root'])}, level {prose(told['level'])}, run {code(run.name)}.", "", ""]
    return "\n".join(lines).encode()


def _changes(run: ToldRun) -> Iterator[bytes]:
    """Yield what changed against the run that this one was compared with."""
    if run.baseline is None or run.since_baseline is None:
        return
    since, told = run.since_baseline, run.baseline
    lines = ["## What changed against the baseline", "", f"The baseline, begun {code(told['started'])}, "]
    lines[-1] += f"was **{prose(told['verdict'])}**. It is told by its certificate alone."
    lines.append("")
    for group in since.groups:
        named = in_few_lines(group.ids, [item["id"] for item in run.requirements])
        more = f" and {counted(len(named) - _MOST_LINES, 'more line')}" if named[_MOST_LINES:] else ""
        lines.append(f"- {prose(group.title)} ({len(group.ids):,}): {', '.join(map(code, named[:_MOST_LINES]))}{more}")
    lines += [] if since.groups else ["- nothing, and nothing failed"]
    lines += [f"- what else differs: {prose(sentence)}" for sentence in since.causes]
    yield "\n".join((*lines, "", "")).encode()


def _rest(run: ToldRun) -> Iterator[bytes]:
    decided = ((item["id"], item["outcome"], item["reason"]) for item in run.requirements)
    if found := causes(decided, run.hanging, {item["id"] for item in (*run.failed, *run.waived)}):
        lines = ["## Not decided", "", *(_cause(one) for one in found[:_MOST_NAMED])]
        lines += [f"- {counted(len(found) - _MOST_NAMED, 'more reason')}: see the page."] if found[_MOST_NAMED:] else []
        yield "\n".join((*lines, "", "")).encode()
    sentences = _sentences((*run.missing, *limits(run.certificate)))
    yield "\n".join(("## What this does not say", "", *sentences, "", "")).encode()
    levels = Counter((item["level"], item["outcome"]) for item in run.requirements if item["obligation"] != "advisory")
    yield from _table("Requirements by level", "level", LEVELS, levels)
    chapters = Counter(
        (case.file.split("/")[1], case.outcome) for case in cases_of(run) if case.file.startswith("features/")
    )
    yield from _table("Scenarios by chapter", "chapter", list(dict.fromkeys(name for name, _ in chapters)), chapters)


def _cause(cause: Cause) -> str:
    named = [code(line) for line in braced(cause.ids)[:_MOST_LINES]]
    left = len(braced(cause.ids)) - len(named)
    more = f" and {counted(left, 'more line')}" if left > 0 else ""
    hangs = f"; {len(cause.untested):,} more hang on this" if cause.untested else ""
    return f"- {prose(cause.outcome)}: {prose(cause.reason)} ({', '.join(named)}{more}{hangs})"


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
    errors = [item for item in run.requirements if item["outcome"] == Outcome.ERROR]
    for title, items in (("Failures", run.failed), ("Waived failures", run.waived), ("Errors", errors)):
        groups = alike(items)
        told = run.told_failures([group[0] for group in groups])
        for number, (failure, group) in enumerate(zip(told, groups, strict=True)):
            heading = [] if number else [f"## {title} ({len(items):,})", ""]
            untested = [key for item in group for key in run.hanging.get(item["id"], ())]
            yield [*heading, *_failure(failure, [item["id"] for item in group[1:]], untested)]


def _failure(failure: Failure, others: Sequence[str], untested: Sequence[str]) -> Iterator[str]:
    yield f"### {code(failure.id)}"
    yield ""
    yield prose(failure.statement)
    yield ""
    yield f"- expected: {code(failure.expected)}"
    for what, surface in failure.observed:
        yield f"- observed: {what if what == ABSENT else code(what)}{f' in {prose(surface)}' if surface else ''}"
    if failure.reason:
        yield f"- because: {prose(failure.reason)}"
    link = quote(harmless(reference_link(failure.section)), safe=":/#")
    yield f"- reference: [{prose(failure.section)}]({link}), line {failure.line}"
    for shot in failure.shots:
        yield f"- {'decisive' if shot.is_decisive else 'request'}: {code(shot.request)} ({shot.id})"
        if shot.sent:
            yield f"- sent: {code(shot.sent)}"
        yield f"- answered: {code(shot.told if shot.is_decisive else shot.status or 'nothing')}"
    if failure.waiver:
        yield f"- {failure.waiver[0]}: {prose(failure.waiver[1])}"
    yield f"- repeat: {code(failure.repeat)}"
    for what, ids in (("broken in the same way", others), ("not testable because of it", untested)):
        if ids:
            more = f" and {len(ids) - _MOST_NAMED:,} more" if len(ids) > _MOST_NAMED else ""
            yield f"- {what}: {', '.join(map(code, ids[:_MOST_NAMED]))}{more}"
    yield ""
