"""``allure/``: a result for each scenario that was told, however the run ended; by Allure's own writer."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import (
    Attachment,
    Label,
    Link,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
    TestStepResult,
)
from allure_commons.types import LinkType, Severity

from dataverse_tck.report.allure.evidence import as_text, exhibits, title_of
from dataverse_tck.report.allure.surroundings import categories, environment
from dataverse_tck.report.allure.telling import Said, said_of, said_of_the_run
from dataverse_tck.reporting.failures import failures_in
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.reporting.result import RunResult, ScenarioOutcome
from dataverse_tck.reporting.wording import reference_link
from dataverse_tck.scenarios.sentences import Sentence, Spoken

ALLURE = "allure"
_EPIC = "Conversation (msdyn_ocliveworkitem)"
_SEVERITIES = {
    "control": Severity.BLOCKER,
    "normative": Severity.CRITICAL,
    "derived": Severity.NORMAL,
    "declared": Severity.MINOR,
    "advisory": Severity.TRIVIAL,
}
_LEVELS = ("surface", "data", "calls")
_UNHEARD = Spoken("", "", "", frozenset())
_NAMED = 100  # requirements of one scenario, in its description


def write(folder: Path, result: RunResult, spoken: Mapping[str, Spoken]) -> None:
    """Write what Allure reads; of no scenario before the end of the run, when it is known what came of it."""
    writer = AllureFileLogger(folder)
    failures = {one.id: one for one in failures_in(result, [item.id for item in (*result.broken, *result.waived)])}
    said = {told.title: said_of(result, told, failures) for told in result.told}
    shown: dict[str, dict[int, Attachment]] = defaultdict(dict)
    for title, place, one in exhibits(result, {title: it.decided_by for title, it in said.items() if it.decided_by}):
        shown[title][place] = _attached(
            writer, title_of(one, result.surveyed.root), as_text(one, result.folder), "txt", "text/plain"
        )
    for told in result.told:
        attachments = [one for _, one in sorted(shown[told.title].items())]
        heard = spoken.get(told.title, _UNHEARD)
        writer.report_result(_case(writer, told, said[told.title], heard, attachments))
    if (whole := said_of_the_run(result)) is not None:
        writer.report_result(_of_the_run(result, whole))
    (folder / "environment.properties").write_text("".join(environment(result)), encoding="ascii")
    text = json.dumps(categories(), indent=1, ensure_ascii=False)
    (folder / "categories.json").write_text(text, encoding="utf-8")


def _case(
    writer: AllureFileLogger, told: ScenarioOutcome, said: Said, spoken: Spoken, attachments: list[Attachment]
) -> TestResult:
    steps = [_step(writer, one, said if one is spoken.last else None) for one in spoken.sentences]
    ended = [step for step, one in zip(steps, spoken.sentences, strict=True) if one is spoken.last]
    stop = _milliseconds(max((one.ended or one.began or 0.0 for one in spoken.sentences), default=0.0))
    case = TestResult(
        uuid=str(uuid.uuid4()),
        historyId=_id(told.title),
        testCaseId=_id(told.title),
        fullName=told.title,
        name=harmless(told.name or told.title),
        titlePath=told.file.split("/"),
        status=said.status,
        statusDetails=_details(said.message),
        stage="finished",
        description=_description(told, spoken),
        labels=[Label(name, value) for name, value in _labels(told, spoken)],
        links=[
            Link(LinkType.LINK, reference_link(section), f"reference: {section}")
            for section in sorted(_tagged(spoken, "reference:"))
        ],
        parameters=[Parameter(name, value) for name, value in spoken.row.items()],
        steps=steps,
        # Performed before it was told: it took as long as that, and is over by now.
        start=stop - _milliseconds(told.seconds) if stop else None,
        stop=stop or None,
    )
    (ended[0] if ended else case).attachments += attachments
    return case


def _step(writer: AllureFileLogger, sentence: Sentence, said: Said | None) -> TestStepResult:
    """Return a sentence as a step; ``said`` is of the one that ended the scenario."""
    step = TestStepResult(name=harmless(sentence.text), stage="finished")
    if sentence.table:
        step.attachments.append(_attached(writer, "table", _as_csv(sentence.table), "csv", "text/csv"))
    if sentence.began is None:
        step.status, step.statusDetails = Status.SKIPPED, _details("Never reached.")
        return step
    step.status, step.statusDetails = (said.status, _details(said.sentence)) if said else (Status.PASSED, None)
    step.start, step.stop = _milliseconds(sentence.began), _milliseconds(sentence.ended or sentence.began)
    return step


def _of_the_run(result: RunResult, said: Said) -> TestResult:
    title = "dataverse-tck: the run is complete"
    return TestResult(
        uuid=str(uuid.uuid4()),
        historyId=_id(title),
        testCaseId=_id(title),
        fullName=title,
        name="the run is complete",
        status=said.status,
        statusDetails=_details(said.message),
        stage="finished",
        labels=[Label("epic", _EPIC), Label("feature", "The run"), Label("severity", Severity.BLOCKER)],
        start=_milliseconds(datetime.fromisoformat(result.started).timestamp()),
        stop=_milliseconds(datetime.fromisoformat(result.finished).timestamp()),
    )


def _labels(told: ScenarioOutcome, spoken: Spoken) -> Iterator[tuple[str, str]]:
    """Yield where Allure files a scenario, what it decides, and how much that weighs."""
    folder = told.file.removeprefix("features/").removesuffix(".feature").split("/")
    yield from (("epic", _EPIC), ("feature", spoken.feature or told.file), ("package", ".".join(folder)))
    yield from (("parentSuite", _EPIC), ("suite", spoken.feature or told.file))
    if spoken.rule:
        yield from (("story", spoken.rule), ("subSuite", spoken.rule))
    for level in spoken.tags.intersection(_LEVELS):
        yield from (("level", level), ("tag", level))
    for obligation in spoken.tags.intersection(_SEVERITIES):
        yield from (("obligation", obligation), ("tag", obligation), ("severity", _SEVERITIES[obligation]))
    yield from (("outcome", str(told.outcome)), ("tag", str(told.outcome)))
    yield from (("requirement", key) for key in told.said)
    yield from (("framework", "dataverse-tck"), ("language", "gherkin"))


def _description(told: ScenarioOutcome, spoken: Spoken) -> str:
    """Return, as Markdown, what a scenario is an example of, and what it says of which requirements."""
    left = len(told.said) - _NAMED
    named = [f"- `{key}`: {outcome}" for key, outcome in list(told.said.items())[:_NAMED]]
    named += [f"- and {left} more"] if left > 0 else []
    rule = spoken.rule and f"{spoken.rule.rstrip('.')}."
    return "\n\n".join(text for text in (rule, spoken.description, "\n".join(named)) if text)


def _tagged(spoken: Spoken, prefix: str) -> Iterator[str]:
    return (tag.removeprefix(prefix) for tag in spoken.tags if tag.startswith(prefix))


def _details(message: str) -> StatusDetails | None:
    """Return a text as Allure has it, which never has a trace: no line of ours says anything of an endpoint."""
    return StatusDetails(message=message) if message else None


def _attached(writer: AllureFileLogger, name: str, text: str, ending: str, kind: str) -> Attachment:
    """Write a text as a file that is named by what it says, so that the same text is there once."""
    file = f"{_id(text)}-attachment.{ending}"
    writer.report_attached_data(text, file)
    return Attachment(name=name, source=file, type=kind)


def _as_csv(table: tuple[tuple[str, ...], ...]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(table)
    return text.getvalue()


def _id(text: str) -> str:
    """Return an id that is the same wherever and whenever the same is said."""
    return hashlib.sha256(text.encode("utf-8", errors="backslashreplace")).hexdigest()[:32]


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
