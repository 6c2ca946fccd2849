"""What a run says of itself among its exchanges: what it was told, and how far it came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataverse_tck import __version__
from dataverse_tck.evidence.usual import usual_lines
from dataverse_tck.settings import AUTO
from dataverse_tck.suite_files import suite_sha256
from dataverse_tck.webapi.http.batches import inside_a_batch
from dataverse_tck.webapi.http.session import ANSWERED_WITH, ASKED_WITH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataverse_tck.jsontypes import Json
    from dataverse_tck.run.attempt import Attempt
    from dataverse_tck.settings import Settings


def options_of(settings: Settings, root: str) -> Mapping[str, Json]:
    """Return everything that decides what a run does, beside its features and what it is answered.

    And what its lines leave out.
    """
    profile = settings.profile
    return {
        "suite": {"version": __version__, "sha256": suite_sha256()},
        "endpoint": root,
        "embedded": settings.embedded,
        "level": settings.level,
        "only": list(settings.only),
        "exclude": list(settings.exclude),
        "max_fail": settings.max_fail,
        "seed": settings.seed,
        "settle_s": settings.settle_s,
        "workers": settings.workers or AUTO,
        "allow_writes": settings.allow_writes,
        "pytest_args": list(settings.pytest_args),
        "profile": None if profile is None else profile.sha256,
        "challenge": settings.challenge,
        "waivers": settings.waivers.sha256 if settings.waivers else None,
        "usual": usual(),
    }


def usual() -> dict[str, dict[str, Json]]:
    """Return what a line of a run has unless it says otherwise."""
    return usual_lines(
        alone=(ASKED_WITH, ANSWERED_WITH), part=(inside_a_batch(ASKED_WITH), inside_a_batch(ANSWERED_WITH))
    )


def end_of(attempt: Attempt) -> Mapping[str, Json]:
    """Return how far a run came; ``told``: scenarios, ``performed``: all of them that write."""
    return {
        "interrupted": attempt.interrupted or bool(attempt.observer and attempt.observer.interrupted),
        "trouble": attempt.trouble,
        "surveyed": attempt.survey is not None,
        "acted": attempt.acting is not None,
        "performed": attempt.acting is not None and bool(attempt.acting.performed),
        "told": attempt.observer.finished if attempt.observer else 0,
    }
