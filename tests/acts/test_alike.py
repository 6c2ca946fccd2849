"""Conversations that are closed or of somebody else: made in one of several right ways, or not to be had."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.acts.cascading import alike
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.profile.profile import Profile
from dataverse_tck.webapi.rows.tables import RowState
from tests.support.canned_server import Canned, Request
from tests.support.interceptor import intercepted
from tests.support.staging import TIME_GROUP
from tests.support.stub_server import error
from tests.support.world import USER

LINK, OWNER = "_regardingobjectid_value", "_ownerid_value"
BIND = "ownerid@odata.bind"


def through(_: Request) -> Canned | None:
    """Everything goes through."""
    return None


def body(request: Request) -> dict[str, Any]:
    """What a request writes."""
    return request.json if request.method in ("PATCH", "POST") and request.body else {}


def outcome(act: Callable[..., Any], scene: Scene) -> tuple[Outcome, str]:
    """What keeps an act from preparing its scenario."""
    with pytest.raises(UnfitError) as told:
        act(scene, TIME_GROUP)
    return told.value.outcome, str(told.value)


def test_a_closed_conversation_is_linked_and_in_another_state_with_its_status(tmp_path: Path) -> None:
    """As the metadata of the endpoint say; it is tried in a scene of its own, whoever comes first."""
    written: list[dict[str, Any]] = []

    def note(request: Request) -> Canned | None:
        if "statecode" in body(request):
            written.append(body(request))
        return None

    with intercepted(tmp_path, note) as stage:
        for title in ("one", "two"):
            scene = Scene(stage, title)
            alike.make_closed(scene, TIME_GROUP)
            row = scene.read("conversation")
            assert row is not None
            assert (row["statecode"], row["statuscode"], row[LINK]) == (1, 4, scene.rows["record"].id)
            assert scene.links["record"].name == scene.links["conversation"].name == TIME_GROUP
    assert written == [{"statecode": 1, "statuscode": 4}] * 3


@pytest.mark.parametrize(
    ("refuses", "tried", "state"),
    [
        (lambda written: "statuscode" in written, [(1, 4), (1, None)], 1),
        (lambda written: written["statecode"] == 1, [(1, 4), (1, None), (2, 6)], 2),
        (lambda written: "statuscode" in written or written["statecode"] < 3, None, 3),
    ],
)
def test_a_conversation_is_closed_in_whatever_way_is_taken(
    refuses: Callable[[dict[str, Any]], bool], tried: list[tuple[int, int | None]] | None, state: int, tmp_path: Path
) -> None:
    """With its status or without, in the first state that can be had."""
    written: list[tuple[int, int | None]] = []

    def answer(request: Request) -> Canned | None:
        if "statecode" not in (said := body(request)):
            return None
        written.append((said["statecode"], said.get("statuscode")))
        return error(400, "not so") if refuses(said) else None

    with intercepted(tmp_path, answer) as stage:
        scene = Scene(stage, "a scenario")
        alike.make_closed(scene, TIME_GROUP)
        row = scene.read("conversation", "statecode")
    assert row is not None
    assert row["statecode"] == state
    assert tried is None or written == [*tried, tried[-1]]


def test_an_endpoint_that_closes_nothing_is_tried_whole_but_once(tmp_path: Path) -> None:
    """Not testable, with what it said last; later scenarios try one way."""
    written: list[dict[str, Any]] = []

    def answer(request: Request) -> Canned | None:
        if "statecode" not in body(request):
            return None
        written.append(body(request))
        return error(400, "never")

    with intercepted(tmp_path, answer) as stage:
        found = [outcome(alike.make_closed, Scene(stage, title)) for title in ("one", "two")]
    assert found == [(Outcome.NOT_TESTABLE, "closing a conversation was refused: 400 (never)")] * 2
    assert written[8:] == [written[7]] * 2  # four states, each with its status and alone


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"statecode": 0}, "a conversation that was closed shows 0 as its state"),
        ({"statecode": None}, "a conversation that was closed shows None as its state"),
        ({LINK: None}, "a conversation could not be linked to a record of msdyn_timegroup"),
        ({LINK: "0" * 8}, "a conversation could not be linked to a record of msdyn_timegroup"),
    ],
)
def test_a_closed_conversation_is_seen_to_be_closed_and_linked(
    changed: dict[str, Any], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is not, nothing can be tested."""
    with intercepted(tmp_path, through) as stage:
        scene = Scene(stage, "a scenario")
        read = scene.records.read
        monkeypatch.setattr(scene.records, "read", lambda *words, **more: {**(read(*words, **more) or {}), **changed})
        assert outcome(alike.make_closed, scene) == (Outcome.NOT_TESTABLE, said)


def test_without_another_state_there_is_nothing_to_close(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor without states."""
    with intercepted(tmp_path, through) as stage:
        monkeypatch.setattr(stage.tables, "states", lambda _: (RowState(0, 1),))
        said = "msdyn_ocliveworkitem declares no other state than the one that is open"
        assert outcome(alike.make_closed, Scene(stage, "a scenario")) == (Outcome.NOT_TESTABLE, said)


def test_states_are_read_with_the_status_that_goes_with_them(tmp_path: Path) -> None:
    """All five of the conversation."""
    with intercepted(tmp_path, through) as stage:
        table = stage.tables.of(stage.conversation)
        assert [(state.number, state.status) for state in stage.tables.states(table)] == [
            (0, 1),
            (1, 4),
            (2, 6),
            (3, 7),
            (4, 5),
        ]


@pytest.mark.parametrize("refusal", [None, error(400, "not so")], ids=["made", "assigned"])
def test_a_conversation_of_somebody_else_is_made_for_them_or_assigned(refusal: Canned | None, tmp_path: Path) -> None:
    """Neither the caller's nor the colleague's, and linked."""

    def answer(request: Request) -> Canned | None:
        return refusal if request.method == "POST" and BIND in body(request) else None

    with intercepted(tmp_path, answer) as stage:
        scene = Scene(stage, "a scenario")
        alike.make_of_other(scene, TIME_GROUP)
        row, record = scene.read("conversation"), scene.read("record")
        assert row is not None
        assert record is not None
        assert row[LINK] == scene.rows["record"].id
        assert row[OWNER] == stage.third().id
        assert len({row[OWNER], record[OWNER], stage.colleague().id}) == 3


def test_who_cannot_be_given_a_conversation_leaves_nothing_to_test(tmp_path: Path) -> None:
    """Found out before, it can be given; then it is refused in both ways, or done in words alone."""
    refusing = [error(400, "not so")]

    def answer(request: Request) -> Canned | None:
        return refusing[0] if request.method in ("POST", "PATCH") and BIND in body(request) and settled else None

    settled: list[bool] = []
    with intercepted(tmp_path, answer) as stage:
        third = stage.third()
        settled.append(True)
        said = f"assigning a row of msdyn_ocliveworkitem to {third.name} was refused: 400 (not so)"
        assert outcome(alike.make_of_other, Scene(stage, "one")) == (Outcome.NOT_TESTABLE, said)
        settled.clear()
        scene = Scene(stage, "two")
        scene.records.make = _ignoring_owners(scene)  # type: ignore[method-assign]
        kind, told = outcome(alike.make_of_other, scene)
    assert kind is Outcome.NOT_TESTABLE
    assert told.startswith(f"a conversation that was given to {third.name} belongs to '")


def _ignoring_owners(scene: Scene) -> Callable[..., Any]:
    make = scene.records.make
    return lambda table, values=None: make(table, {key: value for key, value in (values or {}).items() if key != BIND})


def test_a_third_one_can_be_given_a_conversation_and_is_sought_once(tmp_path: Path) -> None:
    """The first who can; neither the caller nor the colleague."""
    given: list[str] = []

    def answer(request: Request) -> Canned | None:
        if request.method != "PATCH" or BIND not in body(request):
            return None
        given.append(body(request)[BIND])
        return error(400, "no role") if len(given) == 1 else None

    with intercepted(tmp_path, answer) as stage:
        third, colleague = stage.third(), stage.colleague()
        assert stage.third() is third
    assert len(given) == len(set(given)) == 2
    assert given[1] == f"/{third.path}"
    assert f"/{colleague.path}" not in given


def test_without_a_third_one_nothing_of_them_can_be_observed(tmp_path: Path) -> None:
    """Nobody is there, or nobody can be given a conversation; the way out is told."""

    def refuse(request: Request) -> Canned | None:
        return error(400, "no role") if request.method == "PATCH" and BIND in body(request) else None

    with intercepted(tmp_path / "refuse", refuse) as stage:
        colleague = stage.colleague()
        for title in ("one", "two"):
            said = f"none of 5 users and teams beside {colleague.name} that were tried takes a conversation"
            assert outcome(alike.make_of_other, Scene(stage, title)) == (Outcome.NOT_OBSERVABLE, said)

    with intercepted(tmp_path / "alone", through) as stage:
        stage.settings = replace(stage.settings, profile=Profile("", "", users=(USER["ada"].id,)))
        kind, said = outcome(alike.make_of_other, Scene(stage, "one"))
        assert kind is Outcome.NOT_OBSERVABLE
        assert said.startswith(f"there is nobody beside the caller and {stage.colleague().name} who could own a conver")
        assert "name one more" in said


@pytest.mark.parametrize("make", [alike.make_closed, alike.make_of_other])
@pytest.mark.parametrize(
    ("fault", "said", "seen"),
    [
        (None, None, None),
        (
            "share-of",
            "The colleague had no rights on the conversation, not ReadAccess, WriteAccess as on the record.",
            "no rights",
        ),
        (
            "unshare-of",
            "The record is no longer shared, and the colleague has ReadAccess, WriteAccess on the conversation.",
            "ReadAccess, WriteAccess",
        ),
    ],
)
def test_a_share_reaches_the_conversation_and_ends_with_that_of_the_record(
    fault: str | None, said: str | None, seen: str | None, make: Callable[[Scene, str], None], tmp_path: Path
) -> None:
    """Both are told with what the colleague had, or has."""
    kind = "closed" if make is alike.make_closed else "others"
    with intercepted(
        tmp_path, through, (f"derived/relationship/{TIME_GROUP}/{fault}-{kind}",) if fault else ()
    ) as stage:
        scene = Scene(stage, "a scenario")
        make(scene, TIME_GROUP)
        alike.share_for_a_while(scene)
        if fault != "share-of":
            assert alike.was_shared_alike(scene) == "Cascade"
        if fault is None:
            assert alike.is_shared_no_longer(scene) == "Cascade"
            return
        with pytest.raises(WrongError) as told:
            (alike.was_shared_alike if fault == "share-of" else alike.is_shared_no_longer)(scene)
        assert (str(told.value), told.value.observed) == (said, seen)


def test_a_share_that_cannot_end_or_begin_decides_as_it_should(tmp_path: Path) -> None:
    """Not testable where it cannot end; a fail where the conversation alone keeps it from beginning."""

    def revoking(request: Request) -> Canned | None:
        return error(400, "for ever") if request.path.endswith("/RevokeAccess") else None

    with intercepted(tmp_path / "end", revoking) as stage:
        scene = Scene(stage, "a scenario")
        alike.make_of_other(scene, TIME_GROUP)
        with pytest.raises(UnfitError, match=r"ending the share of a record was refused: 400 \(for ever\)"):
            alike.share_for_a_while(scene)

    kept: list[str] = []

    def granting(request: Request) -> Canned | None:
        refused = kept and request.path.endswith("/GrantAccess") and kept[0] in str(request.json["Target"])
        return error(400, "it has conversations") if refused else None

    with intercepted(tmp_path / "begin", granting) as stage:
        scene = Scene(stage, "a scenario")
        alike.make_of_other(scene, TIME_GROUP)
        kept.append(scene.rows["record"].id)
        alike.share_for_a_while(scene)
        assert scene.meanwhile is None  # nothing was waited for
        with pytest.raises(WrongError, match="Share of the record of msdyn_timegroup is refused while a conversation"):
            alike.was_shared_alike(scene)
