"""One run: the endpoint surveyed, the scenarios run, rows removed, reports written, an exit code."""

from __future__ import annotations

import shutil
import traceback
from functools import partial
from pathlib import Path

from dataverse_tck.acting.acting_session import ActingSession
from dataverse_tck.conformance.suite import Suite, load_suite
from dataverse_tck.endpoint.embedded import EmulatorError, EmulatorProcess, service_root_of
from dataverse_tck.endpoint.survey import survey
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.profile.waivers_file import WAIVERS
from dataverse_tck.report.differences import differences
from dataverse_tck.report.folder import read_certificate
from dataverse_tck.reporting import certificate, ci, junit, terminal
from dataverse_tck.reporting.progress import busy, progress
from dataverse_tck.run import signals
from dataverse_tck.run.attempt import Attempt, day_of, now
from dataverse_tck.run.evidence import end_of, options_of
from dataverse_tck.run.folder import empty, point_latest, run_folder
from dataverse_tck.run.gate import exit_code_of, keep_baseline, print_changes
from dataverse_tck.run.memory import give_back, keep_few_arenas
from dataverse_tck.run.outcome import result_of
from dataverse_tck.run.reports import leave_allure, leave_reports
from dataverse_tck.scenarios.context import Context
from dataverse_tck.scenarios.observer import Observer
from dataverse_tck.scenarios.pytest_session import run_scenarios
from dataverse_tck.settings import Settings
from dataverse_tck.usage import UsageError
from dataverse_tck.webapi.credentials import secrets_of, token_from_environment
from dataverse_tck.webapi.http.errors import WebApiError
from dataverse_tck.webapi.preflight import normalise_address


def run(settings: Settings, child: EmulatorProcess | None) -> int:
    """Carry a run out and return its exit code; ``child`` is the embedded emulator where there is one.

    Raises UsageError, EmulatorError or WebApiError when it could not start.
    """
    keep_few_arenas()
    suite = load_suite()
    started = now()
    settings = settings.resolved(suite.catalogue, day_of(started))
    if settings.endpoint is not None:
        normalise_address(settings.endpoint)  # what cannot be asked is not even named
    before = read_certificate(settings.baseline) if settings.baseline else None
    was_there = settings.output is not None and settings.output.is_dir()
    attempt = Attempt(run_folder(settings.output), started)
    _keep_what_was_said(settings, attempt.folder)
    recorder = Recorder(attempt.folder / "exchanges.ndjson", secrets_of(token_from_environment()))
    with signals.interrupting():
        try:
            _carry_out(settings, service_root_of(child) if child else str(settings.endpoint), suite, recorder, attempt)
        except KeyboardInterrupt:
            attempt.interrupted = True
        except (UsageError, WebApiError, EmulatorError):
            recorder.close()
            empty(attempt.folder, keep=was_there)
            raise
        except Exception as error:  # noqa: BLE001 - a defect of the kit still leaves a certificate
            told = attempt.folder / "kit-error.txt"
            told.write_text(traceback.format_exc(), encoding="utf-8", errors="backslashreplace")
            attempt.trouble = f"the kit broke inside ({error}): please report it with {told}"
        finally:
            signals.ignore()  # from here on rows are removed and the certificate is written, whatever comes
            _put_away(attempt)
        recorder.note({"end": end_of(attempt)})
        recorder.close()
        result = result_of(settings, suite, recorder, attempt)
        junit.write(attempt.folder / junit.JUNIT, result)
        if settings.allure:
            leave_allure(result, attempt.listener)
        document = certificate.certificate(result)
        certificate.write_json(attempt.folder / "certificate.json", document)
        if settings.output is None:
            point_latest(attempt.folder)
        since = differences(before, document) if before else None
        with terminal.forgiving():
            out = terminal.out()
            terminal.report(out, result, partial(print_changes, out, result, before, since))
            ci.annotate(result)
        folder, code = attempt.folder, exit_code_of(result, since)
        del attempt, recorder, result, document  # the page needs nothing of them, and takes their memory
        give_back()
        leave_reports(folder)
    return code


def _keep_what_was_said(settings: Settings, folder: Path) -> None:
    """Copy the files that decide a run into its folder; their digests stand in its certificate."""
    if settings.profile and settings.profile.path:
        shutil.copyfile(settings.profile.path, folder / "profile.toml")
    if settings.baseline:
        keep_baseline(settings.baseline, folder)
    if settings.waivers:
        shutil.copyfile(settings.waivers.path, folder / WAIVERS)


def _carry_out(settings: Settings, root: str, suite: Suite, recorder: Recorder, attempt: Attempt) -> None:
    with terminal.forgiving():
        terminal.opening(terminal.out(), root, embedded=settings.embedded, level=settings.level, seed=settings.seed)
    recorder.note({"options": options_of(settings, root)})
    with busy("reading what the endpoint declares"):
        attempt.survey = surveyed = survey(root, recorder, suite)
    if surveyed.completed_from:
        with terminal.forgiving():
            terminal.completed(terminal.out(), surveyed.root)
    with progress() as tick:
        if settings.allow_writes:
            attempt.acting = ActingSession(
                surveyed, suite, recorder, folder=attempt.folder, settings=settings, tick=tick
            )
            attempt.acting.look_ahead()
        context = Context(
            surveyed.judgement,
            suite.catalogue,
            settings.only,
            attempt.acting,
            settings.not_claimed,
            settings.exclude,
            settings.waived,
        )
        attempt.observer = Observer(context, tick)
        if settings.allure:
            from dataverse_tck.scenarios.sentences import Listener

            attempt.listener = Listener()
        run_scenarios(attempt.observer, attempt.folder, settings, *filter(None, [attempt.listener]))
    attempt.interrupted = attempt.observer.interrupted


def _put_away(attempt: Attempt) -> None:
    """Remove what was written; a clean-up that breaks is told, and hides nothing that was found."""
    if attempt.acting is None:
        return
    broken: tuple[str, ...] = ()
    try:
        with progress() as tick:
            attempt.acting.close(tick)
    except Exception as error:  # noqa: BLE001 - what was found stands
        broken = (f"the clean-up broke inside: {error}",)
    attempt.afterwards = (*attempt.acting.troubles, *broken)
