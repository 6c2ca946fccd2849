"""What a profile says of a message, asked before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dataverse_tck.acts.calls import readiness
from dataverse_tck.acts.errors import UnfitError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.profile.calls import Calls
from tests.sharpness.call_lanes import declared, silent
from tests.support.staging import stage_at


def without(name: str) -> Calls:
    """A profile that names a counterpart which the endpoint does not offer."""
    said = declared()
    return replace(said, messages={**said.messages, name: replace(said.messages[name], supported=False)})


NONE = "no counterpart of {} is declared"


@pytest.mark.parametrize(
    ("calls", "message", "reason"),
    [
        (declared(), "CCaaS_AcceptCall", NONE),
        (without("CCaaS_UnholdCall"), "CCaaS_HoldCall", NONE),
        (silent(), "CCaaS_AcceptCall", NONE),
        (silent(), "CCaaS_HoldCall", readiness.UNDECLARED.reason),
    ],
    ids=["none", "not offered", "silent, none usual", "silent, one usual"],
)
def test_without_a_counterpart_nothing_is_sent(tmp_path: Path, calls: Calls, message: str, reason: str) -> None:
    """Not applicable, with the reason: where one is usual, practice tries it."""
    with stage_at(tmp_path, calls=calls) as stage:
        with pytest.raises(UnfitError) as told:
            readiness.says_counterpart(Scene(stage, "taken back"), message)

        assert (told.value.outcome, str(told.value)) == (Outcome.NOT_APPLICABLE, reason.format(message))


def test_a_declared_counterpart_is_tried(tmp_path: Path) -> None:
    """The scenario goes on."""
    with stage_at(tmp_path, calls=declared()) as stage:
        readiness.says_counterpart(Scene(stage, "taken back"), "CCaaS_HoldCall")
