"""A deed that is refused: because of the conversation, because of something else, or by chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dataverse_tck.acts import preparations
from dataverse_tck.acts.cascading import cascades
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.endpoint.embedded import emulator
from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.rows.records import Row
from tests.support.staging import TIME_GROUP, stage_at

REFUSED = Answer(405, {}, b'{"error": {"code": "0x0", "message": "It is in use."}}', "http://127.0.0.1/x", "x0007")
Deed = Callable[[Scene, Row], Answer]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A time group with a conversation about it."""
    with emulator() as root, stage_at(tmp_path, root) as stage:
        made = Scene(stage, "a deed")
        preparations.make_linked(made, TIME_GROUP)
        yield made


def deleting(monkeypatch: pytest.MonkeyPatch, refuses: Callable[[Scene, Row], bool]) -> None:
    """Let deletions be refused where ``refuses`` says so."""

    def deed(scene: Scene, record: Row) -> Answer:
        return REFUSED if refuses(scene, record) else scene.records.delete(record)

    monkeypatch.setattr(cascades, "DEEDS", {**cascades.DEEDS, "Delete": deed})


def test_a_record_that_only_its_conversation_keeps_is_a_fail(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same kind of record without conversations can be deleted: the refusal is the finding."""
    deleting(monkeypatch, lambda scene, record: record == scene.rows["record"])

    cascades.happens(scene, "Delete")

    with pytest.raises(
        WrongError, match=r"Delete of the record of msdyn_timegroup is refused while a conversation"
    ) as told:
        cascades.is_gone(scene)
    assert "(405 (It is in use.)); of a record without conversations it is accepted" in str(told.value)


def test_a_record_that_nobody_may_delete_decides_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its control is refused as well: not testable."""
    deleting(monkeypatch, lambda scene, record: True)

    with pytest.raises(UnfitError, match=r"the deed itself \(Delete\) was refused: 405") as told:
        cascades.happens(scene, "Delete")
    assert told.value.outcome is Outcome.NOT_TESTABLE


def test_a_refusal_that_is_not_seen_twice_is_chance(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time it is accepted, and the scenario goes on."""
    refusals = iter([True])
    deleting(monkeypatch, lambda scene, record: record == scene.rows["record"] and next(refusals, False))

    cascades.happens(scene, "Delete")

    assert cascades.is_gone(scene) == "Cascade"
