"""From an endpoint's address to a judgement: find it, read it once, judge it."""

from __future__ import annotations

from dataclasses import dataclass

from dataverse_tck.conformance.judge import Judgement, judge
from dataverse_tck.conformance.suite import Suite
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.readings import Readings
from dataverse_tck.webapi.credentials import token_from_environment
from dataverse_tck.webapi.metadata.reader import read_metadata
from dataverse_tck.webapi.preflight import find_endpoint


@dataclass(frozen=True)
class Survey:
    """One endpoint, read once and judged."""

    root: str
    completed_from: str | None
    readings: Readings
    judgement: Judgement
    requests: int
    seconds_waited: float


def survey(url: str, recorder: Recorder, suite: Suite) -> Survey:
    """Find the endpoint, read it and judge it; raises ``webapi.errors.WebApiError`` when it is none."""
    endpoint = find_endpoint(url, token_from_environment(), recorder, suite.questions.table)
    with endpoint.session as session:
        readings = read_metadata(session, suite.questions, first=endpoint.first)
        spent = session.tally
    judgement = judge(readings, suite.catalogue, suite.schemas)
    return Survey(session.root, endpoint.completed_from, readings, judgement, spent.requests, spent.waited_s)
