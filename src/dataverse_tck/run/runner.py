"""``dataverse-tck run``: one run from the endpoint's address to the exit code."""

from __future__ import annotations

import secrets
import shutil
import signal
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dataverse_tck.endpoint.embedded import Child, launch, root_of, stop
from dataverse_tck.run.folder import point_latest, run_folder, take_back
from dataverse_tck.usage import UsageError, nearest

if TYPE_CHECKING:
    from types import FrameType

    from dataverse_tck.acting.acting_session import Acting, Terms
    from dataverse_tck.conformance.finding import Finding
    from dataverse_tck.conformance.requirement import Catalogue
    from dataverse_tck.conformance.suite import Suite
    from dataverse_tck.endpoint.survey import Examination
    from dataverse_tck.evidence.recorder import Recorder
    from dataverse_tck.profile.profile import Profile
    from dataverse_tck.reporting.result import RunResult
    from dataverse_tck.scenarios.observer import Listener

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # each ends a run with a certificate that says so


@dataclass(frozen=True)
class Settings:
    """The options of ``run``."""

    endpoint: str | None = None
    level: str = "surface"
    only: tuple[str, ...] = ()
    output: Path | None = None
    workers: int = 8  # scenarios under way at once
    seed: int | None = None
    allure: bool = False
    pytest_args: tuple[str, ...] = ()
    settle_s: float = 10.0  # how long an effect may take to show
    plan: bool = False  # say what would be written, and write nothing
    allow_writes: bool = False
    profile: Profile | None = None


@dataclass
class Attempt:
    """How far a run came: it may end at any point, and has to tell all the same."""

    started: str
    seed: int
    folder: Path
    examination: Examination | None = None
    acting: Acting | None = None
    listener: Listener | None = None
    interrupted: bool = False
    trouble: str | None = None
    afterwards: tuple[str, ...] = ()  # what went wrong when calls were ended and rows removed


def run(settings: Settings) -> int:
    """Carry a run out and return its exit code; raises UsageError or WebApiError when it could not start."""
    if settings.plan:
        return _tell_plan(settings)
    # The emulator comes first: it starts up while this process imports and reads its own files.
    child = launch() if settings.endpoint is None else None
    try:
        return _run(settings, child)
    finally:
        if child is not None:
            stop(child)


def _tell_plan(settings: Settings) -> int:
    from dataverse_tck.commands.plan import make_plan
    from dataverse_tck.conformance.suite import load_suite
    from dataverse_tck.profile.profile import not_claimed_ids
    from dataverse_tck.reporting import terminal

    catalogue = load_suite().catalogue
    _check_only(settings.only, catalogue, settings.level)
    not_claimed_ids(settings.profile, catalogue)  # refuses a table that nobody speaks of
    terminal.plan(
        terminal.out(),
        make_plan(catalogue, settings.level, settings.only, settings.pytest_args),
        root=settings.endpoint or "the embedded emulator",
        workers=settings.workers,
    )
    return 0


def _run(settings: Settings, child: Child | None) -> int:
    from dataverse_tck.conformance.suite import load_suite
    from dataverse_tck.conformance.verdict import EXIT_CODES
    from dataverse_tck.evidence.recorder import Recorder
    from dataverse_tck.profile.profile import not_claimed_ids
    from dataverse_tck.reporting import certificate, junit, terminal
    from dataverse_tck.webapi.credentials import secrets_of, token_from_environment

    suite = load_suite()
    _check_only(settings.only, suite.catalogue, settings.level)
    not_claimed_ids(settings.profile, suite.catalogue)  # refuses a table that nobody speaks of
    was_there = settings.output is not None and settings.output.is_dir()
    folder = run_folder(settings.output)
    seed = settings.seed if settings.seed is not None else secrets.randbits(32)
    attempt = Attempt(_now(), seed, folder)
    token = token_from_environment()
    if settings.profile and settings.profile.path:
        shutil.copyfile(settings.profile.path, folder / "profile.toml")  # whose digest the certificate names
    recorder = Recorder(folder / "exchanges.ndjson", secrets_of(token))
    with _signals():
        try:
            root = root_of(child) if child else str(settings.endpoint)
            _attempt(settings, root, suite, recorder, attempt)
        except KeyboardInterrupt:
            attempt.interrupted = True
        except _could_not_start():
            recorder.close()
            take_back(folder, keep=was_there)
            raise
        except Exception as error:  # noqa: BLE001 - a defect of the kit still leaves a certificate
            (folder / "kit-error.txt").write_text(traceback.format_exc(), encoding="utf-8", errors="backslashreplace")
            attempt.trouble = f"the kit broke inside ({error}): please report it with {folder / 'kit-error.txt'}"
        finally:
            _ignore_signals()  # from here on rows are removed and the certificate is written, whatever comes
            _put_away(attempt)
            recorder.close()
        junit.rewrite(folder / "junit.xml", interrupted=attempt.interrupted)
        result = _result(settings, suite, recorder, attempt)
        certificate.write_json(folder / "certificate.json", certificate.certificate(result))
        if settings.output is None:
            point_latest(folder)
        with terminal.forgiving():
            terminal.report(terminal.out(), result)
    return EXIT_CODES[result.verdict]


def _attempt(settings: Settings, root: str, suite: Suite, recorder: Recorder, attempt: Attempt) -> None:
    from dataverse_tck.endpoint.survey import examine
    from dataverse_tck.reporting import terminal
    from dataverse_tck.scenarios.observer import Listener
    from dataverse_tck.scenarios.plugin import Exam
    from dataverse_tck.scenarios.pytest_session import run_scenarios

    with terminal.forgiving():
        terminal.opening(
            terminal.out(), root, embedded=settings.endpoint is None, level=settings.level, seed=attempt.seed
        )
    with terminal.reading():
        attempt.examination = examined = examine(root, recorder, suite)
    if examined.completed_from:
        with terminal.forgiving():
            terminal.completed(terminal.out(), examined.root)
    with terminal.progress() as tick:
        if settings.allow_writes:
            from dataverse_tck.acting.acting_session import Acting

            attempt.acting = Acting(
                examined, suite, recorder, folder=attempt.folder, terms=_terms(settings, suite, attempt.seed), tick=tick
            )
        exam = Exam(examined.judgement, suite.catalogue, settings.only, attempt.acting)
        attempt.listener = Listener(exam, tick)
        run_scenarios(
            attempt.listener,
            attempt.folder,
            level=settings.level,
            allure=settings.allure,
            extra=settings.pytest_args,
        )
    attempt.interrupted = attempt.listener.interrupted


def _terms(settings: Settings, suite: Suite, seed: int) -> Terms:
    from dataverse_tck.acting.acting_session import Terms
    from dataverse_tck.profile.profile import not_claimed_ids

    return Terms(
        seed=seed,
        settle_s=settings.settle_s,
        workers=settings.workers,
        principals=(*settings.profile.users, *settings.profile.teams) if settings.profile else (),
        not_claimed=not_claimed_ids(settings.profile, suite.catalogue),
        calls=settings.profile.calls if settings.profile and settings.level == "calls" else None,
    )


def _put_away(attempt: Attempt) -> None:
    """Remove what was written; a clean-up that breaks is told, and hides nothing that was found."""
    if attempt.acting is None:
        return
    from dataverse_tck.reporting import terminal

    try:
        with terminal.progress() as tick:
            attempt.acting.close(tick)
    except Exception as error:  # noqa: BLE001 - what was found stands
        attempt.afterwards = (f"the clean-up broke inside: {error}",)
    attempt.afterwards = (*attempt.acting.troubles, *attempt.afterwards)


def _result(settings: Settings, suite: Suite, recorder: Recorder, attempt: Attempt) -> RunResult:
    from dataverse_tck.conformance.controls import CONTROLS
    from dataverse_tck.conformance.extensions import extensions
    from dataverse_tck.conformance.surfaces.availability import availability_of_surfaces
    from dataverse_tck.conformance.verdict import complete_findings, decide
    from dataverse_tck.profile.profile import not_claimed_ids
    from dataverse_tck.reporting.result import RunResult

    examined, listener = attempt.examination, attempt.listener
    exercised = listener.scenarios if listener else {}
    troubles = (
        *filter(None, (attempt.trouble, *(listener.troubles if listener else ()))),
        *attempt.afterwards,
    )
    judged = examined.judgement if examined else None
    acting = attempt.acting
    findings = complete_findings(
        {**(judged.findings if judged else {}), **(acting.findings(suite.catalogue) if acting else {})},
        suite.catalogue,
        level=settings.level,
        exercised=exercised,
        selected=bool(settings.only or (listener and listener.deselected)),
        interrupted=attempt.interrupted or bool(attempt.trouble),
        not_claimed=not_claimed_ids(settings.profile, suite.catalogue),
    )
    return RunResult(
        verdict=decide(findings, suite.catalogue, broken=attempt.interrupted or bool(troubles)),
        level=settings.level,
        root=examined.root if examined else str(settings.endpoint or ""),
        workers=settings.workers,
        pytest_args=settings.pytest_args,
        surfaces=availability_of_surfaces(examined.readings) if examined else (),
        embedded=settings.endpoint is None,
        completed_from=examined.completed_from if examined else None,
        catalogue=suite.catalogue,
        started=attempt.started,
        finished=_now(),
        seed=attempt.seed,
        only=settings.only,
        findings=findings,
        controls=judged.controls if judged else _nothing(control.id for control in CONTROLS),
        scenarios={identifier: tuple(titles) for identifier, titles in exercised.items()},
        scenario_count=listener.finished if listener else 0,
        requests=sum(seen.method != "RUN" for seen in recorder.index.values()),
        waited_s=(examined.seconds_waited if examined else 0.0) + (acting.waited_s if acting else 0.0),
        settled_s=acting.settled_s if acting else 0.0,
        settle_s=settings.settle_s,
        rows_written=acting.rows_written if acting else {},
        leftovers=acting.leftovers if acting else (),
        extensions=extensions(examined.readings, suite.catalogue) if examined else (),
        interrupted=attempt.interrupted,
        troubles=troubles,
        folder=attempt.folder,
        profile=settings.profile,
        request_lines={key: f"{seen.method} {seen.url}" for key, seen in recorder.index.items()},
    )


def _nothing(ids: Iterable[str]) -> dict[str, Finding]:
    from dataverse_tck.conformance.finding import Finding, Outcome

    reason = "the run ended before the endpoint was read"
    return {identifier: Finding(identifier, Outcome.NOT_TESTABLE, reason) for identifier in ids}


def _check_only(only: tuple[str, ...], catalogue: Catalogue, level: str) -> None:
    from dataverse_tck.conformance.controls import CONTROLS
    from dataverse_tck.conformance.requirement import LEVELS, selects

    known = [*catalogue.by_id, *(control.id for control in CONTROLS)]
    for wanted in only:
        if not selects([wanted], known):
            raise UsageError(
                f"--only {wanted} matches no requirement.{nearest(wanted, known)} "
                "'dataverse-tck requirements' lists them all."
            )
    reached = {item.level for item in catalogue.requirements if selects(only, [item.id])}
    if reached and all(LEVELS.index(other) > LEVELS.index(level) for other in reached):
        beyond = min(reached, key=LEVELS.index)
        raise UsageError(f"--only {' '.join(only)} belongs to the {beyond} level: say --level {beyond}.")


def _could_not_start() -> tuple[type[Exception], ...]:
    from dataverse_tck.endpoint.embedded import EmulatorError
    from dataverse_tck.webapi.http.errors import WebApiError

    return (UsageError, WebApiError, EmulatorError)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@contextmanager
def _signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end a run as Ctrl-C does: with a certificate."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        _ignore_signals()  # one is enough: a second would take the certificate away
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number in SIGNALS:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore_signals() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
