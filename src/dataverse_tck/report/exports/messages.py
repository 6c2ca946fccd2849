"""``messages.ndjson``: the features with what came of each scenario, for Cucumber's formatters."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cucumber_messages import (
    Attachment,
    AttachmentContentEncoding,
    Duration,
    Envelope,
    Meta,
    Product,
    Source,
    SourceMediaType,
    TestCase,
    TestCaseFinished,
    TestCaseStarted,
    TestRunFinished,
    TestRunStarted,
    TestStep,
    TestStepFinished,
    TestStepResult,
    TestStepResultStatus,
    TestStepStarted,
    Timestamp,
    message_converter,
)
from gherkin.ast_builder import AstBuilder
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler
from gherkin.stream.id_generator import IdGenerator

from dataverse_tck import __version__
from dataverse_tck.report.cases import ToldCase, cases_of
from dataverse_tck.report.sentences import verdict_sentence
from dataverse_tck.report.told_run import ToldRun
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.suite_files import suite_root

_PROTOCOL = "34.2.0"
_RUN = "run"
_UNTOLD = Product(name="not told")  # on which machine a run was made says nothing of an endpoint
_NANOSECONDS = 10**9
_STATUSES: Mapping[str, TestStepResultStatus] = {
    "passed": TestStepResultStatus.passed,
    "failed": TestStepResultStatus.failed,
    "skipped": TestStepResultStatus.skipped,
}


def pieces(run: ToldRun) -> Iterator[bytes]:
    """Yield the messages, each a line."""
    began = _nanoseconds(run.certificate["started"])
    cases = {case.title: case for case in cases_of(run)}
    kit = Product(name="dataverse-tck", version=__version__)
    yield _line(Envelope(meta=Meta(_UNTOLD, kit, _UNTOLD, _PROTOCOL, Product(name="Python"))))
    numbers, pickles = IdGenerator(), list[Mapping[str, Any]]()
    for file in (feature.file for feature in run.features):
        text = (suite_root() / file).read_text(encoding="utf-8")
        yield _line(Envelope(source=Source(text, SourceMediaType.text_x_cucumber_gherkin_plain, file)))
        for told in _parsed(file, text, numbers):
            yield _json(told)
            pickles += [told["pickle"]] if "pickle" in told else []
    yield _line(Envelope(test_run_started=TestRunStarted(_moment(began), _RUN)))
    for pickle in pickles:
        yield from map(_line, _performed(pickle, cases[f"{pickle['uri']}: {pickle['name']}"], began))
    yield _line(Envelope(test_run_finished=_finished(run, list(cases.values()))))


def _parsed(file: str, text: str, numbers: IdGenerator) -> Iterator[Mapping[str, Any]]:
    """Yield a feature and its pickles, as Cucumber's own parser tells them."""
    document: dict[str, Any] = {"uri": file, **Parser(AstBuilder(numbers)).parse(text)}
    yield {"gherkinDocument": document}
    pickles: list[Any] = Compiler(numbers).compile(document)  # type: ignore[arg-type] # it has its address by now
    yield from ({"pickle": pickle} for pickle in pickles)


def _performed(pickle: Mapping[str, Any], case: ToldCase, began: int) -> Iterator[Envelope]:
    """Yield what came of a scenario. No run says of which step: the last one tells it, others are unknown."""
    key = pickle["id"]
    status, spent = _STATUSES[case.status], round(case.taken.seconds * _NANOSECONDS)
    start, end = _moment(began), _moment(began + spent)
    steps = [TestStep(f"{one['id']}/step", None, one["id"], [], []) for one in pickle["steps"]]
    yield Envelope(test_case=TestCase(f"{key}/case", key, steps, _RUN))
    yield Envelope(test_case_started=TestCaseStarted(0, f"{key}/started", f"{key}/case", start))
    for step in steps:
        is_last = step is steps[-1]
        is_known = is_last or status is not TestStepResultStatus.failed
        result = TestStepResult(
            duration=_duration(spent if is_last else 0),
            status=status if is_known else TestStepResultStatus.unknown,
            message=case.reason if is_last and case.reason else None,
        )
        yield Envelope(test_step_started=TestStepStarted(f"{key}/started", step.id, start))
        if is_last and case.taken.said:
            yield Envelope(attachment=_requirements(case, f"{key}/started", step.id))
        yield Envelope(test_step_finished=TestStepFinished(f"{key}/started", step.id, result, end))
    yield Envelope(test_case_finished=TestCaseFinished(f"{key}/started", end, will_be_retried=False))


def _requirements(case: ToldCase, started: str, step: str) -> Attachment:
    text = "\n".join(f"{harmless(outcome)}  {harmless(key)}" for key, outcome in case.taken.said.items())
    return Attachment(
        text,
        AttachmentContentEncoding.identity,
        "text/x.cucumber.log+plain",
        test_case_started_id=started,
        test_step_id=step,
    )


def _finished(run: ToldRun, cases: Sequence[ToldCase]) -> TestRunFinished:
    return TestRunFinished(
        success=all(case.status != "failed" for case in cases),
        timestamp=_moment(_nanoseconds(run.certificate["finished"] or run.certificate["started"])),
        message=harmless(" ".join((verdict_sentence(run.certificate), *run.missing)), 20_000),
        test_run_started_id=_RUN,
    )


def _nanoseconds(moment: str | None) -> int:
    """Return a moment as a number; the beginning of time where a run has none, since the format insists on one."""
    try:
        found = datetime.fromisoformat(moment or "")
    except ValueError:
        return 0
    return round(found.astimezone(UTC).timestamp() * 1000) * 10**6


def _moment(nanoseconds: int) -> Timestamp:
    return Timestamp(nanos=nanoseconds % _NANOSECONDS, seconds=nanoseconds // _NANOSECONDS)


def _duration(nanoseconds: int) -> Duration:
    return Duration(nanos=nanoseconds % _NANOSECONDS, seconds=nanoseconds // _NANOSECONDS)


def _line(envelope: Envelope) -> bytes:
    return _json(message_converter.to_dict(envelope))


def _json(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"
