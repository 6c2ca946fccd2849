"""What an Allure result says of a scenario: its status, and in words all that the terminal says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from allure_commons.model2 import Status

from dataverse_tck.conformance.controls import CONTROLS
from dataverse_tck.conformance.finding import BROKEN, WORST_FIRST, Finding, Outcome
from dataverse_tck.reporting.failures import repeat_of, requests_of
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.reporting.result import RunResult, ScenarioOutcome
from dataverse_tck.reporting.telling.failure import Failure
from dataverse_tck.reporting.telling.failure import told as facts_of
from dataverse_tck.reporting.wording import braced, in_few_lines

ADVICE = "Advice not followed, which counts for no verdict"
OURS = "Not the endpoint"
BROKE, INTERRUPTED, UNTOLD = "The run broke", "The run was interrupted", "Not everything was told"
STALE = "A waiver is stale"
_STATUSES = {None: Status.PASSED, "failure": Status.FAILED, "error": Status.BROKEN, "skipped": Status.SKIPPED}
_STATEMENTS = {control.id: control.statement for control in CONTROLS}
_TEXT, _SENTENCE = 20_000, 600  # characters


@dataclass(frozen=True)
class Said:
    """What is said of one scenario: at length for the scenario, in a sentence for the step that ended it."""

    status: str
    message: str = ""
    sentence: str = ""
    decided_by: tuple[Finding, ...] = ()  # what its exchanges are shown of


def said_of(result: RunResult, told: ScenarioOutcome, failures: Mapping[str, Failure]) -> Said:
    """Return what is said of a scenario; ``failures`` are those of the run."""
    status = _STATUSES[told.tag]
    if status == Status.PASSED:
        return Said(status)
    found = [_finding(result, key) for key, outcome in told.said.items() if outcome is told.outcome]
    decided = tuple(one for one in found if one is not None)
    if told.outcome is Outcome.PASS or not decided:
        problem = _as_sentence(f"{OURS}: {told.problem}" if status == Status.BROKEN else told.problem)
        return Said(status, harmless(problem, _TEXT), harmless(problem, _SENTENCE))
    if told.outcome in BROKEN:
        return _contradiction(result, status, decided, failures)
    reasons = _by_reason(decided)
    blocks = ["\n".join([reason, *(f"  {line}" for line in braced(ids))]) for reason, ids in reasons.items()]
    is_broken = told.outcome is Outcome.ERROR
    if is_broken and decided[0].requirement in result.catalogue.by_id:
        blocks[-1] += f"\n  repeat     {repeat_of(result, decided[0].requirement)}"
    shown_of = decided if is_broken else ()
    return Said(status, harmless("\n\n".join(blocks), _TEXT), harmless("\n".join(reasons), _SENTENCE), shown_of)


def _contradiction(
    result: RunResult, status: str, decided: tuple[Finding, ...], failures: Mapping[str, Failure]
) -> Said:
    blocks = ["\n".join(_told(result, one, failures)) for one in decided]
    sentences = [f"{_statement(result, one.requirement)} ({one.requirement})" for one in decided]
    if all(one.requirement.startswith("advisory/") for one in decided):  # skipped, as in our other formats
        status, blocks, sentences = Status.SKIPPED, [f"{ADVICE}.", *blocks], [f"{ADVICE}:", *sentences]
    return Said(status, harmless("\n\n".join(blocks), _TEXT), harmless("\n".join(sentences), _SENTENCE), decided)


def _told(result: RunResult, found: Finding, failures: Mapping[str, Failure]) -> Iterator[str]:
    """Yield what the terminal says of a requirement; of a control, as much as there is."""
    failure = failures.get(found.requirement) if found.outcome in BROKEN else None
    yield f"{str(found.outcome).upper()} {found.requirement}"
    yield f"  {_statement(result, found.requirement)}"
    facts = facts_of(failure, result.findings) if failure else _of_control(result, found)
    yield from (f"  {label:<10} {text}" for label, text in facts)


def _of_control(result: RunResult, found: Finding) -> Iterator[tuple[str, str]]:
    yield "because", found.reason
    yield from (("request", text) for text in requests_of(result, found.exchanges))


def _statement(result: RunResult, key: str) -> str:
    item = result.catalogue.by_id.get(key)
    return item.statement if item else _STATEMENTS.get(key, key)


def _finding(result: RunResult, key: str) -> Finding | None:
    return result.findings.get(key) or result.controls.get(key)


def _by_reason(findings: Iterable[Finding]) -> dict[str, list[str]]:
    """Return the ids of requirements by the sentence that says what came of them, and why."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for one in findings:
        reasons[_as_sentence(f"{str(one.outcome).capitalize()}: {one.reason}")].append(one.requirement)
    return reasons


def _as_sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def said_of_the_run(result: RunResult) -> Said | None:
    """Return what is said of the run as a whole where it is not complete: what no scenario has told of it."""
    untold = tuple(result.untold.values())
    broken = result.interrupted or bool(result.problems)
    if not broken and not untold:
        return None
    outcomes = {one.outcome for one in untold} | ({Outcome.ERROR} if broken else set())
    worst = next(outcome for outcome in WORST_FIRST if outcome in outcomes)
    said = INTERRUPTED if result.interrupted else BROKE if result.troubles else STALE if broken else UNTOLD
    head = f"{said}: see certificate.json."
    lines = [head, *result.problems]
    for reason, ids in _by_reason(untold).items():
        lines += [reason, *(f"  {line}" for line in in_few_lines(ids, result.findings))]
    status = {Outcome.FAIL: Status.FAILED, Outcome.ERROR: Status.BROKEN}.get(worst, Status.SKIPPED)
    return Said(status, harmless("\n".join(lines), _TEXT), head)
