"""A run carried out again from its record: the verifier's own features, steps and schemas, the recorded answers."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dataverse_tck.conformance.requirement import LEVELS
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.endpoint.survey import survey
from dataverse_tck.profile.profile import load_profile
from dataverse_tck.profile.waivers_file import WAIVERS, load_waivers
from dataverse_tck.reporting import junit
from dataverse_tck.run.attempt import Attempt, day_of
from dataverse_tck.run.evidence import end_of, options_of
from dataverse_tck.run.outcome import result_of
from dataverse_tck.scenarios.context import Context
from dataverse_tck.scenarios.observer import Observer
from dataverse_tck.scenarios.pytest_session import run_scenarios
from dataverse_tck.settings import AUTO, Settings
from dataverse_tck.verify.acting import ReplayedActing
from dataverse_tck.verify.reports import junit_differences, ledger_differences
from dataverse_tck.webapi.http.recorded import RecordedSession

if TYPE_CHECKING:
    from dataverse_tck.evidence.record import Record, Refusal
    from dataverse_tck.reporting.result import RunResult

PROFILE = "profile.toml"


class OptionsError(Exception):
    """What a run says of its options cannot be taken; the text is a sentence."""


def settings_of(folder: Path, told: Mapping[str, Any], profile_name: str | None) -> Settings:
    """Return the settings of a run, as its record has them. Raises OptionsError, UsageError."""
    level, workers, pytest_args = told["level"], told["workers"], tuple(told["pytest_args"])
    if level not in LEVELS:
        raise OptionsError(f"The record names the level {level!r:.80}, which there is not.")
    # Others could run what is not ours, and pytest reads more of them from a file that is named with @.
    if pytest_args and (len(pytest_args) != 2 or pytest_args[0] != "-k" or pytest_args[1][:1] in ("@", "-")):
        raise OptionsError(
            f"The run gave pytest arguments of its own ({' '.join(pytest_args):.200}): only -k EXPRESSION is verified."
        )
    profile = load_profile(folder / PROFILE) if told["profile"] is not None else None
    return Settings(
        endpoint=None if told["embedded"] else told["endpoint"],
        level=level,
        only=tuple(told["only"]),
        exclude=tuple(told["exclude"]),
        max_fail=told["max_fail"],
        workers=None if workers == AUTO else int(workers),
        seed=int(told["seed"]),
        pytest_args=pytest_args,
        settle_s=float(told["settle_s"]),
        allow_writes=bool(told["allow_writes"]),
        profile=profile and replace(profile, name=profile_name or profile.name),
        challenge=told["challenge"],
        waivers=load_waivers(folder / WAIVERS) if told["waivers"] is not None else None,
    )


def replayed(record: Record, settings: Settings, *, root: str, started: str) -> tuple[RunResult, Sequence[Refusal]]:
    """Carry the run out again, as far as it came; what does not follow is noted in the record.

    Return what it comes to, and where the reports of the run are not as they would be.
    """
    suite, end = load_suite(), record.end or {}
    settings = settings.resolved(suite.catalogue, day_of(started))
    attempt = Attempt(record.folder, started=started, interrupted=bool(end.get("interrupted")))
    attempt.trouble = end.get("trouble")
    acting: ReplayedActing | None = None
    with tempfile.TemporaryDirectory(prefix="dataverse-tck-") as name:
        if end.get("surveyed"):
            attempt.survey = survey(root, record, suite, opened=lambda root: RecordedSession(root, record=record))
        if attempt.survey and end.get("acted"):
            attempt.acting = acting = ReplayedActing(
                attempt.survey,
                suite,
                record,
                folder=Path(name),
                settings=settings,
                tick=lambda *_: None,
                record=record,
            )
            attempt.acting.look_ahead()
        if attempt.survey and (not attempt.interrupted or end.get("told") or end.get("performed")):
            context = Context(
                attempt.survey.judgement,
                suite.catalogue,
                settings.only,
                attempt.acting,
                settings.not_claimed,
                settings.exclude,
                settings.waived,
            )
            attempt.observer = _Interrupted(context, end["told"]) if attempt.interrupted else _quiet(context)
            run_scenarios(attempt.observer, Path(name), settings)
            _expect_uninterrupted(attempt)
        if attempt.acting is not None:
            attempt.acting.close()
            attempt.afterwards = attempt.acting.troubles
        result = result_of(settings, suite, record, attempt)
        _check_end(record, attempt, settings, root)
        if acting is not None and not attempt.interrupted:
            acting.check()
        reports: list[Refusal] = []
        if not record.refusals and not attempt.interrupted:
            junit.write(Path(name) / junit.JUNIT, result)
            reports += junit_differences(record.folder, Path(name))
            reports += ledger_differences(record.folder, Path(name))
    return result, reports


def _expect_uninterrupted(attempt: Attempt) -> None:
    """Go on with an interruption of whoever verifies, which pytest has taken for its own."""
    if attempt.observer is not None and attempt.observer.interrupted and not attempt.interrupted:
        raise KeyboardInterrupt


def _check_end(record: Record, attempt: Attempt, settings: Settings, root: str) -> None:
    """Refuse what the record says of its options and its end where it does not follow."""
    told = [("options", record.options or {}, options_of(settings, root)), ("end", record.end or {}, end_of(attempt))]
    for where, words, follows in told:
        left_out = {"performed"} if where == "end" and attempt.interrupted else set()
        left_out |= {"usual"} - words.keys()  # lines may say everything
        for name in sorted({*words, *follows} - left_out):
            if words.get(name) != follows.get(name):
                record.refuse(
                    "The record says of itself what does not follow.",
                    f"{where}.{name}",
                    json.dumps(follows.get(name)),
                    json.dumps(words.get(name)),
                )
    is_whole = not attempt.interrupted and attempt.trouble is None
    acted = attempt.acting is not None
    if acted != settings.allow_writes and (acted or is_whole):
        record.refuse(
            "Who writes has to be allowed to.", "options.allow_writes", json.dumps(acted), json.dumps(not acted)
        )


def _quiet(context: Context) -> Observer:
    return Observer(context, lambda *_: None)


class _Interrupted(Observer):
    """Interrupts where the run was interrupted."""

    def __init__(self, context: Context, told: int) -> None:
        super().__init__(context, lambda *_: None)
        self._told = told

    def pytest_runtest_protocol(self) -> None:  # after the one that lets scenarios be performed, which comes first
        if self.finished == self._told:
            raise KeyboardInterrupt
