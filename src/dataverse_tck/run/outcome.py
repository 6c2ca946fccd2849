"""What a run came to: findings settled, the verdict decided, everything that the reports tell."""

from __future__ import annotations

from collections.abc import Mapping

from dataverse_tck.acting.acting_session import ActingSession
from dataverse_tck.conformance.control import Control
from dataverse_tck.conformance.controls import CONTROLS
from dataverse_tck.conformance.extensions import extensions
from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.requirement import LEVELS, Catalogue
from dataverse_tck.conformance.suite import Suite
from dataverse_tck.conformance.surfaces.availability import availability_of_surfaces
from dataverse_tck.conformance.surfaces.message import is_private
from dataverse_tck.conformance.verdict import complete_findings, decide, unchecked_levels
from dataverse_tck.conformance.waivers import JudgedWaiver, Standing, judged, waive
from dataverse_tck.endpoint.survey import Survey
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.reporting.result import Acted, RunResult, Surveyed
from dataverse_tck.reporting.wording import counted
from dataverse_tck.run.attempt import Attempt, day_of, now
from dataverse_tck.scenarios.observer import Observer
from dataverse_tck.settings import Settings

_NOT_READ = "the run ended before the endpoint was read"


def result_of(settings: Settings, suite: Suite, recorder: Recorder, attempt: Attempt) -> RunResult:
    """Return the result of an attempt, however far it came."""
    exercised = attempt.observer.scenarios if attempt.observer else {}
    findings = complete_findings(
        _found(suite, attempt),
        suite.catalogue,
        level=settings.level,
        exercised=exercised,
        left_out=_left_out(settings, attempt.observer),
        interrupted=attempt.interrupted or bool(attempt.trouble),
        not_claimed=settings.not_claimed,
    )
    findings = waive(findings, settings.waived)
    waivers = _judged_waivers(settings, suite.catalogue, findings, attempt)
    vacuous = unchecked_levels(findings, suite.catalogue, settings.level)
    troubles = (
        *attempt.troubles,
        *(f"nothing of the {level} level was checked: none of it is claimed and applies" for level in vacuous),
    )
    is_stale = any(one.standing is Standing.STALE for one in waivers)
    return RunResult(
        settings=settings,
        catalogue=suite.catalogue,
        verdict=decide(findings, suite.catalogue, broken=attempt.interrupted or bool(troubles) or is_stale),
        started=attempt.started,
        finished=now(),
        findings=findings,
        waivers=waivers,
        controls=_controls(settings, attempt),
        surveyed=_surveyed(settings, suite, attempt.survey),
        acted=_acted(attempt.acting),
        scenarios={identifier: tuple(titles) for identifier, titles in exercised.items()},
        scenario_count=attempt.observer.finished if attempt.observer else 0,
        requests=sum(seen.method != "RUN" and not seen.is_part for seen in recorder.index.values()),
        parts=sum(seen.is_part for seen in recorder.index.values()),
        waited_s=_waited_s(attempt),
        request_lines={key: f"{seen.method} {seen.url}" for key, seen in recorder.index.items()},
        interrupted=attempt.interrupted,
        troubles=troubles,
        folder=attempt.folder,
        told=tuple(attempt.observer.told) if attempt.observer else (),
    )


def _judged_waivers(
    settings: Settings, catalogue: Catalogue, findings: Mapping[str, Finding], attempt: Attempt
) -> tuple[JudgedWaiver, ...]:
    entries = settings.waivers.entries if settings.waivers else ()
    return judged(entries, findings, catalogue, day_of(attempt.started))


def _left_out(settings: Settings, observer: Observer | None) -> str | None:
    """Return why scenarios were left out, None where none was."""
    if observer is not None and settings.max_fail and observer.finished < observer.total:
        return f"the run was told to end after {counted(settings.max_fail, 'scenario')} that failed"
    if settings.only or settings.exclude or (observer and observer.deselected):
        return "the run was told to leave its scenarios out"
    return None


def _found(suite: Suite, attempt: Attempt) -> Mapping[str, Finding]:
    judged = attempt.survey.judgement.findings if attempt.survey else {}
    performed = attempt.acting.findings(suite.catalogue) if attempt.acting else {}
    return {**judged, **performed}


def _controls(settings: Settings, attempt: Attempt) -> Mapping[str, Finding]:
    """Return a finding for every control: looked up, performed, or why it was not."""
    found = dict(attempt.survey.judgement.controls) if attempt.survey else {}
    found |= attempt.acting.controls() if attempt.acting else {}
    return {control.id: found.get(control.id) or _untried(control, settings, attempt) for control in CONTROLS}


def _untried(control: Control, settings: Settings, attempt: Attempt) -> Finding:
    if LEVELS.index(control.level) > LEVELS.index(settings.level):
        return Finding(control.id, Outcome.BEYOND, f"it belongs to the {control.level} level")
    if attempt.survey is None:
        return Finding(control.id, Outcome.NOT_TESTABLE, _NOT_READ)
    if attempt.interrupted or attempt.trouble:
        return Finding(control.id, Outcome.NOT_TESTABLE, "the run ended before a scenario tried it")
    return Finding(control.id, Outcome.DESELECTED, "the run was told to leave its scenarios out")


def _waited_s(attempt: Attempt) -> float:
    surveying = attempt.survey.seconds_waited if attempt.survey else 0.0
    return surveying + (attempt.acting.waited_s if attempt.acting else 0.0)


def _surveyed(settings: Settings, suite: Suite, survey: Survey | None) -> Surveyed:
    if survey is None:
        return Surveyed(settings.endpoint or "")
    return Surveyed(
        root=survey.root,
        completed_from=survey.completed_from,
        surfaces=availability_of_surfaces(survey.readings),
        extensions=extensions(survey.readings, suite.catalogue),
        private=tuple(name for name in suite.questions.messages if is_private(survey.readings, name)),
        version=survey.version,
        metadata=survey.metadata,
    )


def _acted(acting: ActingSession | None) -> Acted:
    if acting is None:
        return Acted()
    return Acted(acting.rows_written, acting.leftovers, acting.settled_s, acting.tried, acting.at_once)
