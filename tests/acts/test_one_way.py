"""What happens to a conversation, seen to be done, and every way in which its record could be drawn in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.acts import preparations
from dataverse_tck.acts.cascading import one_way, shares
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.webapi.rows import sharing
from tests.support.canned_server import Canned, Request, reply
from tests.support.interceptor import DONE, intercepted
from tests.support.staging import TIME_GROUP
from tests.support.stub_server import error

SETS = "msdyn_ocliveworkitems("


def scene_at(stage: Any) -> Scene:
    """A time group with a conversation, and the pair that tells when effects show."""
    scene = Scene(stage, "a scenario")
    preparations.make_linked(scene, TIME_GROUP)
    one_way.make_clock_alike(scene)
    return scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Where all is right."""
    with intercepted(tmp_path, lambda _: None) as stage:
        yield scene_at(stage)


def test_a_record_that_nothing_happened_to_is_as_it_was(scene: Scene) -> None:
    """The conversation is gone, and the record of the clock has gone to the colleague with its own."""
    one_way.happens(scene)

    assert one_way.record_as_it_was(scene) == "as it was"
    assert scene.read("conversation") is None
    clock, record = scene.read("clock"), scene.read("clock record")
    assert clock is not None
    assert record is not None
    assert clock["_ownerid_value"] == record["_ownerid_value"] == scene.stage.colleague().id
    assert clock["_regardingobjectid_value"] == scene.rows["clock record"].id


def test_a_clock_that_stands_still_is_waited_for(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the record is looked at."""
    one_way.happens(scene)
    looked: list[bool] = []
    assert scene.ticks is not None
    monkeypatch.setattr(scene, "ticks", lambda _: looked.append(True))

    assert one_way.record_as_it_was(scene) == "as it was"
    assert len(looked) > 1


def test_a_record_that_takes_note_of_its_conversation_is_as_it_was(scene: Scene) -> None:
    """What else a record tells, such as how many conversations it has had, is its own business; so are other shares."""
    one_way.happens(scene)
    record = scene.rows["record"]
    scene.records.patch(record, {"msdyn_name": "1 conversation"})
    sharing.grant(scene.records, record, scene.stage.tables.of(record.table), scene.stage.third(), "ReadAccess")

    assert one_way.record_as_it_was(scene) == "as it was"


def deleted(scene: Scene) -> None:
    scene.records.delete(scene.rows["record"])


def assigned(scene: Scene) -> None:
    sharing.assign(scene.records, scene.rows["record"], scene.stage.colleague())


def shared(scene: Scene) -> None:
    shares.grant(scene, scene.rows["record"], "ReadAccess")


@pytest.mark.parametrize(
    ("effects", "observed", "said"),
    [
        ([deleted], "deleted", "The record was deleted with its conversation."),
        (
            [assigned],
            "assigned",
            r"The record was assigned .*: it belonged to [0-9a-f-]{36} and belongs to [0-9a-f-]{36}",
        ),
        ([shared], "shared", "The record was shared .*: the colleague had no rights on it and has ReadAccess"),
        ([shared, assigned], "assigned", "The record was assigned"),
    ],
)
def test_what_happened_to_the_record_is_told(
    scene: Scene, effects: list[Callable[[Scene], None]], observed: str, said: str
) -> None:
    """Which of the three it was, with what was before and what is now."""
    one_way.happens(scene)
    for effect in effects:
        effect(scene)

    with pytest.raises(WrongError, match=said) as told:
        one_way.record_as_it_was(scene)
    assert told.value.observed == observed


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("grant", "sharing a conversation was refused: 400 (not so)"),
        ("assign", "assigning a conversation was refused: 400 (not so)"),
        ("delete", "deleting a conversation was refused: 400 (not so)"),
        ("assign clock", "assigning the record that stands beside it for comparison was refused: 400 (not so)"),
    ],
)
def test_a_deed_that_is_refused_decides_nothing(name: str, said: str, tmp_path: Path) -> None:
    """The reason is told."""
    refused: Callable[[Request], bool] = {
        "grant": lambda request: request.path.endswith("/GrantAccess") and ready,
        "assign": lambda request: request.method == "PATCH" and SETS in request.path and ready,
        "delete": lambda request: request.method == "DELETE",
        "assign clock": lambda request: request.method == "PATCH" and SETS not in request.path,
    }[name]
    ready: list[bool] = []
    with intercepted(tmp_path, lambda request: error(400, "not so") if refused(request) else None) as stage:
        stage.colleague()
        scene = scene_at(stage)
        ready.append(True)
        with pytest.raises(UnfitError) as told:
            one_way.happens(scene)
    assert (told.value.outcome, str(told.value)) == (Outcome.NOT_TESTABLE, said)


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("PATCH", r"the conversation was assigned to the user [0-9a-f-]{36} and belongs to [0-9a-f-]{36}"),
        ("DELETE", "the conversation was deleted and is still there"),
    ],
)
def test_a_deed_that_is_done_in_words_alone_decides_nothing(method: str, said: str, tmp_path: Path) -> None:
    """It cannot have drawn the record in."""
    ready: list[bool] = []

    def answer(request: Request) -> Canned | None:
        return DONE if ready and request.method == method and SETS in request.path else None

    with intercepted(tmp_path, answer) as stage:
        scene = scene_at(stage)
        ready.append(True)
        with pytest.raises(UnfitError, match=said) as told:
            one_way.happens(scene)
    assert told.value.outcome is Outcome.NOT_TESTABLE


def test_a_record_that_cannot_be_read_decides_nothing(scene: Scene) -> None:
    """It is gone before anything was done."""
    deleted(scene)

    with pytest.raises(UnfitError, match="the record that was just made cannot be read") as told:
        one_way.happens(scene)
    assert told.value.outcome is Outcome.NOT_TESTABLE


def test_a_clock_that_is_not_linked_tells_nothing(tmp_path: Path) -> None:
    """The link of the pair is looked at."""
    ready: list[bool] = []

    def answer(request: Request) -> Canned | None:
        if ready and request.method == "GET" and SETS in request.path:
            return reply({"_regardingobjectid_value": None})
        return None

    with intercepted(tmp_path, answer) as stage:
        scene = Scene(stage, "a scenario")
        preparations.make_linked(scene, TIME_GROUP)
        ready.append(True)
        with pytest.raises(UnfitError, match="the conversation made for comparison could not be linked") as told:
            one_way.make_clock_alike(scene)
    assert told.value.outcome is Outcome.NOT_TESTABLE


CLOSED = ("principalobjectaccessset", "RetrieveSharedPrincipals", "RetrievePrincipalAccess")


@pytest.mark.parametrize(
    ("rights", "reason"),
    [(None, "shows nowhere who may do what"), ("ReadAccess, AppendAccess", "may read the record anyway")],
)
@pytest.mark.parametrize(("effect", "observed"), [(deleted, "deleted"), (assigned, "assigned"), (None, None)])
def test_where_shares_do_not_show_the_rest_is_judged(
    rights: str | None, reason: str, effect: Callable[[Scene], None] | None, observed: str | None, tmp_path: Path
) -> None:
    """A record that was drawn in is a fail all the same; one that was not is no pass."""

    def answer(request: Request) -> Canned | None:
        if rights and CLOSED[2] in request.path:
            return reply({"AccessRights": rights})
        return error(403, "closed") if any(name in request.path for name in CLOSED) else None

    with intercepted(tmp_path, answer) as stage:
        scene = scene_at(stage)
        one_way.happens(scene)
        if effect is not None:
            effect(scene)
            with pytest.raises(WrongError) as wrong:
                one_way.record_as_it_was(scene)
            assert wrong.value.observed == observed
        else:
            with pytest.raises(UnfitError, match=reason) as told:
                one_way.record_as_it_was(scene)
            assert told.value.outcome is Outcome.NOT_OBSERVABLE


def test_where_only_the_sum_of_rights_shows_a_share_is_seen(tmp_path: Path) -> None:
    """One right that the colleague has anyway hides nothing."""
    seen = ["ReadAccess"]

    def answer(request: Request) -> Canned | None:
        if CLOSED[2] in request.path:
            return reply({"AccessRights": seen[-1]})
        return error(403, "closed") if any(name in request.path for name in CLOSED) else None

    with intercepted(tmp_path, answer) as stage:
        scene = scene_at(stage)
        one_way.happens(scene)
        assert one_way.record_as_it_was(scene) == "as it was"
        seen.append("ReadAccess, AppendAccess")
        with pytest.raises(WrongError, match="the colleague had ReadAccess on it and has ReadAccess, AppendAccess"):
            one_way.record_as_it_was(scene)
