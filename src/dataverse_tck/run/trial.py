"""What ``profile check --try`` does and says: one real offer, made, looked at, and removed as a run does."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dataverse_tck.acting.acting_session import ActingSession
from dataverse_tck.conformance.requirement import LEVELS
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.endpoint.survey import survey
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.run import signals
from dataverse_tck.run.folder import run_folder
from dataverse_tck.settings import SETTLE_S, Settings
from dataverse_tck.usage import UsageError
from dataverse_tck.webapi.credentials import secrets_of, token_from_environment

if TYPE_CHECKING:
    from dataverse_tck.acting.trial import Trial
    from dataverse_tck.profile.profile import Profile


def expect_triable(profile: Profile, endpoint: str | None) -> None:
    """Raise UsageError unless the profile lets a call be offered, and says how it is read."""
    if endpoint is None:
        raise UsageError("--try has a call offered at an endpoint: name it with --endpoint URL.")
    if profile.calls is None or not profile.calls.allow_live_effects:
        raise UsageError(
            f"--try has a call offered at {endpoint}. Where that may be done, say allow_live_effects = true under "
            f"[calls] in {profile.name}; else leave --try out."
        )
    if profile.calls.state_reader is None:
        raise UsageError(f"--try reads the state of a call: write [calls.state_reader] in {profile.name}.")


def tell_trial(profile: Profile, endpoint: str) -> int:
    """Have one call offered, say what it was like and what is wrong with that; return the exit code."""
    folder = run_folder(None)
    recorder = Recorder(folder / "exchanges.ndjson", secrets_of(token_from_environment()))
    settings = Settings(
        endpoint=endpoint,
        level=LEVELS[-1],
        settle_s=SETTLE_S if profile.settle_s is None else profile.settle_s,
        allow_writes=True,
        profile=profile,
    )
    try:
        with signals.interrupting():
            trial, left = _tried(settings, endpoint, folder, recorder)
    finally:
        recorder.close()
    for sentence in (*trial.wrong, *left):
        sys.stderr.write(f"{profile.path}: {sentence}\n")
    right = "" if trial.wrong else "Every word of its state is in the maps. "
    gone = "" if left else "What was made is removed again. "
    sys.stdout.write(f"{right}{gone}The requests, and the row, stand in {folder}.\n")
    if trial.seen is not None:
        sys.stdout.write(f"an offered call: {trial.seen}\n")
    return 2 if trial.wrong or left else 0


def _tried(settings: Settings, endpoint: str, folder: Path, recorder: Recorder) -> tuple[Trial, tuple[str, ...]]:
    """Return what was seen, and what went wrong when the call was ended and its row removed."""
    suite = load_suite()
    surveyed = survey(endpoint, recorder, suite)
    acting = ActingSession(surveyed, suite, recorder, folder=folder, settings=settings, tick=lambda *_: None)
    try:
        trial = acting.try_offer()
    finally:
        signals.ignore()  # from here on the call is ended and removed, whatever comes
        acting.close()
    left = (
        f"{one.path} was left behind ({one.reason}): remove it with dataverse-tck cleanup {folder}"
        for one in acting.leftovers
    )
    return trial, (*acting.troubles, *left)
