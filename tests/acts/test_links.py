"""Rows and channels, at emulators that declare one thing or another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dataverse_tck.acts import channels, preparations
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.acts.stage import Stage
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from tests.support.staging import TIME_GROUP, stage_at

CHANNEL = "msdyn_channel"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with running(create_app(create_organisation())) as root, stage_at(tmp_path, root) as made:
        yield made


def declare(stage: Stage, column: str, targets: list[str]) -> None:
    """Let the endpoint have declared these targets of a lookup."""
    reading = replace(stage.readings.lookups[column], content={"Targets": targets})
    stage.readings = replace(stage.readings, lookups={**stage.readings.lookups, column: reading})


def test_an_alien_is_no_documented_and_no_declared_target(stage: Stage) -> None:
    """What is declared beyond the reference is none; with every kind taken there is none."""
    scene = Scene(stage, "one")
    preparations.make_linked(scene, TIME_GROUP)
    preparations.make_alien(scene)
    first = scene.rows["alien"].table
    assert first not in stage.documented["regardingobjectid"]

    declare(stage, "regardingobjectid", [first])
    preparations.make_alien(scene)
    assert scene.rows["alien"].table not in stage.documented["regardingobjectid"] | {first}

    declare(stage, "regardingobjectid", [link.table for link in stage.links.values()])
    with pytest.raises(UnfitError, match="every kind of record that is known is taken") as told:
        preparations.make_alien(scene)
    assert told.value.outcome is Outcome.NOT_TESTABLE


@pytest.mark.parametrize(("multiple", "written"), [(True, "192360000"), (False, 192360000)])
def test_a_channel_is_written_as_the_column_takes_it(tmp_path: Path, multiple: bool, written: object) -> None:  # noqa: FBT001
    """As a number, or as text of numbers; it comes back under its name. Two of them only where several are taken."""
    organisation = create_organisation(multi_select_channel=multiple)
    with running(create_app(organisation)) as root, stage_at(tmp_path, root) as stage:
        scene = Scene(stage, "one")
        assert channels.spelled(scene, CHANNEL, [192360000]) == written
        preparations.make_conversations(scene)
        channels.set_to(scene, CHANNEL, "192360000")
        assert channels.stored(scene, CHANNEL, "192360000") == 192360000
        assert channels.named(scene, CHANNEL, "192360000", "Live chat") == "Live chat"
        with pytest.raises(WrongError, match='"Live chat", not as "Voice"'):
            channels.named(scene, CHANNEL, "192360000", "Voice")
        if multiple:
            channels.is_set(scene, CHANNEL, "192360000, 192370000")
        else:
            with pytest.raises(UnfitError, match="takes a single choice") as told:
                channels.is_set(scene, CHANNEL, "192360000, 192370000")
            assert told.value.outcome is Outcome.NOT_APPLICABLE


def test_a_channel_is_named_in_the_language_of_the_user(tmp_path: Path) -> None:
    """As the endpoint declares it for this user: the English word is then wrong on a row, and no other word right."""
    with running(create_app(create_organisation(user_language=1040))) as root, stage_at(tmp_path, root) as stage:
        scene = Scene(stage, "one")
        preparations.make_conversations(scene)
        channels.set_to(scene, CHANNEL, "192370000")
        row = scene.read("conversation", CHANNEL)
        assert row
        assert row[f"{CHANNEL}@{channels.FORMATTED}"] != "Voice"
        assert channels.named(scene, CHANNEL, "192370000", "Voice") == "Voice"


def test_an_unlisted_number_is_neither_documented_nor_offered(stage: Stage) -> None:
    """Also where the endpoint offers the first one that comes to mind."""
    scene = Scene(stage, "one")
    number = channels.unlisted(scene, CHANNEL)
    assert str(number) not in stage.documented[CHANNEL]

    reading = stage.readings.choices[CHANNEL]
    offered = replace(reading, content={"OptionSet": {"Options": [{"Value": number}]}})
    stage.readings = replace(stage.readings, choices={CHANNEL: offered})
    assert channels.unlisted(scene, CHANNEL) == number - 1
