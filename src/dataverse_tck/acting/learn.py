"""What most scenarios need to know of an endpoint, asked while they are still being read."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from dataverse_tck.acts.cascading.alike import closing
from dataverse_tck.acts.errors import StoppedError, UnfitError
from dataverse_tck.webapi.http.errors import WebApiError

if TYPE_CHECKING:
    from dataverse_tck.acts.stage import Stage


def learn(stage: Stage) -> None:
    """Read the tables of the reference, and those of users and teams; what goes wrong is told by whoever needs it."""
    tables = {stage.conversation, *(link.table for link in stage.links.values()), "systemuser", "team"}
    stage.tables.read_all(tables, stage.batches)


def find_others(stage: Stage) -> None:
    """Find others to share with and assign to, and out what is tried once for all scenarios.

    What goes wrong is told by whoever needs it.
    """
    for find in (
        stage.third,
        lambda: stage.observer.find_out(stage.colleague()),
        lambda: closing(stage),
    ):
        with contextlib.suppress(UnfitError, WebApiError, StoppedError):
            find()
