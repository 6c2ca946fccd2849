"""From an endpoint's address to a judgement: find it, read it once, judge it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dataverse_tck.conformance.judge import Judgement, judge
from dataverse_tck.conformance.suite import Suite, load_suite
from dataverse_tck.readings import Readings
from dataverse_tck.webapi.credentials import secrets_of, token_from_environment

if TYPE_CHECKING:
    from dataverse_tck.evidence.recorder import Recorder
    from dataverse_tck.scenarios.plugin import Exam


@dataclass(frozen=True)
class Examination:
    """One endpoint, read once and judged."""

    root: str
    completed_from: str | None
    readings: Readings
    judgement: Judgement
    requests: int
    seconds_waited: float


def examine(url: str, recorder: Recorder, suite: Suite) -> Examination:
    """Find the endpoint, read it and judge it; raises ``webapi.errors.WebApiError`` when it is none."""
    from dataverse_tck.webapi.metadata.reader import read_metadata
    from dataverse_tck.webapi.preflight import find_endpoint

    endpoint = find_endpoint(url, token_from_environment(), recorder, suite.questions.table)
    with endpoint.session as session:
        readings = read_metadata(session, suite.questions, first=endpoint.first)
        spent = session.tally
    judgement = judge(readings, suite.catalogue, suite.schemas)
    return Examination(session.root, endpoint.completed_from, readings, judgement, spent.requests, spent.waited_s)


def examine_for_pytest(url: str | None, add_cleanup: Callable[[Callable[[], None]], None], *, writes: bool) -> Exam:
    """Examine an endpoint, or the embedded emulator, for a pytest session that was not started by ``run``."""
    import tempfile

    import pytest

    from dataverse_tck.acting.acting_session import Acting, Terms
    from dataverse_tck.endpoint.embedded import PROFILE, launch, root_of, stop
    from dataverse_tck.evidence.recorder import Recorder
    from dataverse_tck.profile.profile import load_profile
    from dataverse_tck.scenarios.plugin import Exam
    from dataverse_tck.webapi.http.errors import WebApiError

    writes = writes or url is None
    calls = None
    if url is None:
        calls = load_profile(PROFILE).calls
        child = launch()
        add_cleanup(lambda: stop(child))
        url = root_of(child)
    suite = load_suite()
    token = token_from_environment()
    recorder = Recorder(None, secrets_of(token))
    try:
        examination = examine(url, recorder, suite)
    except WebApiError as error:
        pytest.exit(str(error), returncode=2)
    acting = None
    if writes:
        folder = Path(tempfile.mkdtemp(prefix="dataverse-tck-"))  # kept: its ledger is what `cleanup` needs
        acting = Acting(
            examination,
            suite,
            recorder,
            folder=folder,
            terms=Terms(secrets.randbits(32), calls=calls),
            tick=lambda *_: None,
        )
        add_cleanup(acting.close)
    return Exam(examination.judgement, suite.catalogue, acting=acting)
