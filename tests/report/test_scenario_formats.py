"""Formats that know tests: CTRF and Cucumber Messages. They say of a scenario what the run said."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cucumber_messages import Envelope, message_converter

from dataverse_tck.report.cases import cases_of
from dataverse_tck.report.told_run import TakenScenario, ToldRun
from tests.support.reports import made

SCHEMA = json.loads((Path(__file__).parent / "ctrf-schema-0.0.json").read_text("utf-8"))  # of npm's ctrf 0.3.0, MIT
WORDS = {"pass": "passed", "fail": "failed", "error": "failed"}


def ctrf(run: ToldRun) -> Any:
    """The results, which are valid."""
    document = json.loads(made("ctrf", run))
    jsonschema.Draft7Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(document)
    return document["results"]


def messages(run: ToldRun) -> list[Envelope]:
    """The messages, each of which the library knows whole."""
    lines = [json.loads(line) for line in made("messages", run).splitlines()]
    found = [message_converter.from_dict(line, Envelope) for line in lines]
    assert [message_converter.to_dict(one) for one in found] == lines
    return found


def said(run: ToldRun, outcome: str, key: str = "table/msdyn_ocliveworkitem/exists") -> ToldRun:
    """That run, had its first scenario come to this."""
    title = next(iter(cases_of(run))).title
    return replace(run, scenarios={**run.scenarios, title: TakenScenario(outcome, {key: outcome}, 1.5, 7)})


def first_result(run: ToldRun) -> tuple[list[str], str]:
    """The statuses of the steps of the first scenario, and what the last one says; no other one says anything."""
    lines = [json.loads(line) for line in made("messages", run).splitlines()]
    found = [message_converter.from_dict(one, Envelope) for one in lines if next(iter(one)).startswith("test")]
    case = next(one.test_case_started for one in found if one.test_case_started)
    results = [
        one.test_step_finished.test_step_result
        for one in found
        if one.test_step_finished and one.test_step_finished.test_case_started_id == case.id
    ]
    assert not any(one.message for one in results[:-1])
    return [one.status.value for one in results], results[-1].message or ""


def test_ctrf_tells_each_scenario(run: ToldRun) -> None:
    """With its outcome, and the requirements that it decided."""
    tests = {one["testId"]: one for one in ctrf(run)["tests"]}

    assert len(tests) == len(list(cases_of(run)))
    for title, taken in run.scenarios.items():
        assert tests[title]["rawStatus"] == taken.outcome
        assert tests[title]["status"] == WORDS.get(taken.outcome, "skipped")
        assert tests[title]["extra"]["requirements"] == taken.said
        assert tests[title]["line"] > 0
    failed = [one for one in tests.values() if one["status"] == "failed"]
    assert {key for one in failed for key, it in one["extra"]["requirements"].items() if it == "fail"} == {
        it["id"] for it in run.failed
    }
    assert all(key in "".join(one["message"] for one in failed) for key in (it["id"] for it in run.failed))


def test_ctrf_counts_what_it_tells(run: ToldRun) -> None:
    """Its summary is of its tests, and what it says beside is the certificate's."""
    results = ctrf(run)
    counts = Counter(one["status"] for one in results["tests"])

    assert {name: results["summary"][name] for name in ("passed", "failed", "skipped")} == counts
    assert results["summary"]["stop"] > results["summary"]["start"] > 10**12
    assert results["extra"]["verdict"] == "not conformant"
    assert results["extra"]["coverage"] == run.certificate["coverage"]


@pytest.mark.parametrize(
    ("outcome", "key", "status"),
    [
        ("pass", "table/x", "passed"),
        ("fail", "table/x", "failed"),
        ("error", "table/x", "failed"),
        ("fail", "advisory/x", "skipped"),
        ("not applicable", "table/x", "skipped"),
        ("not testable", "table/x", "skipped"),
        ("not observable", "table/x", "skipped"),
        ("not claimed", "table/x", "skipped"),
        ("", "table/x", "skipped"),
    ],
)
def test_statuses(outcome: str, key: str, status: str, run: ToldRun) -> None:
    """Only what decides against an endpoint fails; what was not decided never passes."""
    changed = said(run, outcome, key)

    assert ctrf(changed)["tests"][0]["status"] == status
    statuses, _ = first_result(changed)
    assert statuses[-1] == status.upper()
    assert set(statuses[:-1]) <= {"UNKNOWN" if status == "failed" else status.upper()}


def test_the_reason_stands_at_the_last_step(run: ToldRun) -> None:
    """With the id of the requirement."""
    key = run.failed[0]["id"]

    _, message = first_result(said(run, "fail", key))
    assert message.startswith(f"{key}: fail\n  {run.failed[0]['statement']}\n")
    assert f"  expected   {json.dumps(run.failed[0]['expected'])}" in message
    assert f"  repeat     {run.repeat(run.failed[0])}" in message
    assert first_result(said(run, "pass"))[1] == ""


def test_a_run_that_did_not_end_well_fails(run: ToldRun) -> None:
    """Nobody takes what was left for all that there was."""
    stopped = replace(run, certificate={**run.certificate, "interrupted": True, "troubles": ["it broke"]}, scenarios={})
    last = ctrf(stopped)["tests"][-1]

    assert (last["name"], last["status"]) == ("the run is complete", "failed")
    assert last["message"] == "The run was interrupted.\nit broke"
    assert messages(stopped)[-1].test_run_finished.success is False


def test_messages_tell_every_feature_and_scenario(run: ToldRun) -> None:
    """Sources, documents and pickles are those of the suite; each case belongs to a pickle, each result to a step."""
    found = messages(run)
    pickles = {one.pickle.id: one.pickle for one in found if one.pickle}
    cases = {one.test_case.id: one.test_case for one in found if one.test_case}
    started = {one.test_case_started.id: one.test_case_started for one in found if one.test_case_started}
    steps = {step.id for case in cases.values() for step in case.test_steps}

    assert [one.source.uri for one in found if one.source] == [feature.file for feature in run.features]
    assert sum(1 for one in found if one.gherkin_document) == len(run.features)
    assert [f"{one.uri}: {one.name}" for one in pickles.values()] == [case.title for case in cases_of(run)]
    assert [case.pickle_id for case in cases.values()] == list(pickles)
    assert [one.test_case_id for one in started.values()] == list(cases)
    finished = [one.test_step_finished for one in found if one.test_step_finished]
    assert {one.test_step_id for one in finished} == steps
    assert len(finished) == len(steps)
    for case in cases.values():
        assert [step.pickle_step_id for step in case.test_steps] == [it.id for it in pickles[case.pickle_id].steps]


def test_messages_say_what_the_run_said(run: ToldRun) -> None:
    """Which scenarios failed, and of each the requirements with their outcomes."""
    found = messages(run)
    title_of = {one.pickle.id: f"{one.pickle.uri}: {one.pickle.name}" for one in found if one.pickle}
    titles = {f"{one.test_case.pickle_id}/started": title_of[one.test_case.pickle_id] for one in found if one.test_case}
    failed = {
        titles[one.test_step_finished.test_case_started_id]
        for one in found
        if one.test_step_finished and one.test_step_finished.test_step_result.status.value == "FAILED"
    }
    attached = {titles[one.attachment.test_case_started_id]: one.attachment.body for one in found if one.attachment}

    assert failed == {title for title, taken in run.scenarios.items() if taken.outcome == "fail"}
    assert attached == {
        title: "\n".join(f"{outcome}  {key}" for key, outcome in taken.said.items())
        for title, taken in run.scenarios.items()
        if taken.said
    }
    assert found[-1].test_run_finished.success is False
