"""From an endpoint's address to a judgement: find it, read it once, judge it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from dataverse_tck.conformance.judge import Judgement, judge
from dataverse_tck.conformance.suite import Suite
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.readings import Readings, digest_of
from dataverse_tck.webapi.credentials import token_from_environment
from dataverse_tck.webapi.http.session import Session
from dataverse_tck.webapi.metadata.reader import read_metadata, read_version
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
    version: str | None = None  # that the endpoint tells of itself
    metadata: str | None = None  # SHA-256 of all that it declares


def survey(url: str, recorder: Recorder, suite: Suite, *, opened: Callable[[str], Session] | None = None) -> Survey:
    """Find the endpoint, read it and judge it; raises ``webapi.errors.WebApiError`` when it is none.

    ``opened`` gives a session for a service root, in place of one of the network.
    """
    token = None if opened else token_from_environment()
    endpoint = find_endpoint(url, token, recorder, suite.questions.table, opened=opened)
    with endpoint.session as session, ThreadPoolExecutor(1, thread_name_prefix="version") as pool:
        version = pool.submit(read_version, session)
        readings = read_metadata(session, suite.questions, first=endpoint.first)
        told = version.result()
        spent = session.tally
    judgement = judge(readings, suite.catalogue, suite.schemas)
    return Survey(
        session.root,
        endpoint.completed_from,
        readings,
        judgement,
        spent.requests,
        spent.waited_s,
        told,
        digest_of(readings),
    )
