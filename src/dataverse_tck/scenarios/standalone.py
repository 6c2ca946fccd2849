"""A pytest session that no run started: ``pytest features/x.feature --endpoint URL``, for writing features."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from dataverse_tck.acting.acting_session import ActingSession
from dataverse_tck.conformance.requirement import LEVELS
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.endpoint.embedded import PROFILE, launch, service_root_of, stop
from dataverse_tck.endpoint.survey import survey
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.profile.profile import load_profile
from dataverse_tck.scenarios.context import Context
from dataverse_tck.settings import Settings
from dataverse_tck.webapi.credentials import secrets_of, token_from_environment
from dataverse_tck.webapi.http.errors import WebApiError


def survey_for_pytest(url: str | None, add_cleanup: Callable[[Callable[[], None]], None], *, writes: bool) -> Context:
    """Survey an endpoint, or the embedded emulator with writes and calls; what was started ends with the session."""
    settings = Settings(endpoint=url, level="data", allow_writes=writes)
    if url is None:
        settings = Settings(level=LEVELS[-1], allow_writes=True, profile=load_profile(PROFILE))
        child = launch()
        add_cleanup(lambda: stop(child))
        url = service_root_of(child)
    suite = load_suite()
    recorder = Recorder(None, secrets_of(token_from_environment()))
    try:
        surveyed = survey(url, recorder, suite)
    except WebApiError as error:
        pytest.exit(str(error), returncode=2)
    acting = None
    if settings.allow_writes:
        folder = Path(tempfile.mkdtemp(prefix="dataverse-tck-"))  # kept: its ledger is what `cleanup` needs
        acting = ActingSession(surveyed, suite, recorder, folder=folder, settings=settings, tick=lambda *_: None)
        add_cleanup(acting.close)
    return Context(surveyed.judgement, suite.catalogue, acting=acting)
