"""Placing calls by the fixtures of a profile."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataverse_tck.acts.calls import placing
from dataverse_tck.acts.errors import UnfitError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.endpoint.embedded import emulator
from dataverse_tck.profile.calls import Calls, Fixture
from tests.support.staging import stage_at

ID = "11111111-2222-4333-8444-555555555555"


def test_an_offer_that_yields_the_same_conversation_twice_is_not_testable(tmp_path: Path) -> None:
    """Two calls would be one; the conversation stands in the ledger once, to be removed."""
    offer = Fixture("offer", run=("echo", f'{{"conversation": "{ID}"}}'), yields="conversation")
    with emulator() as root, stage_at(tmp_path, root, calls=Calls(fixtures={"offer": offer})) as stage:
        scene = Scene(stage, "two calls")

        assert placing._place(scene).id == ID
        with pytest.raises(UnfitError, match=f"yields the conversation {ID} again: each call needs one") as told:
            placing._place(scene)

        assert told.value.outcome is Outcome.NOT_TESTABLE
        assert [entry.id for entry in stage.ledger.entries] == [ID]


def test_an_offer_that_cannot_be_started_is_not_testable(tmp_path: Path) -> None:
    """The profile is to be mended; the kit is not broken, nor is the endpoint."""
    absent = Calls(fixtures={"offer": Fixture("offer", run=("./absent",), yields="conversation")})
    with stage_at(tmp_path, calls=absent) as stage:
        with pytest.raises(UnfitError, match=r"offer cannot run \./absent: No such file or directory") as told:
            placing._place(Scene(stage, "a call"))

        assert told.value.outcome is Outcome.NOT_TESTABLE
