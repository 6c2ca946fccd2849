"""What is left of the access of a record's owner when a conversation is about it no more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.acts.cascading import link_ends, shares
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.scene import Scene
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.webapi.rows import sharing
from dataverse_tck.webapi.rows.sharing import AccessRights
from tests.support.canned_server import Canned, Request, reply
from tests.support.interceptor import DONE, intercepted
from tests.support.staging import TIME_GROUP
from tests.support.stub_server import error

LINK, NAVIGATION = "_regardingobjectid_value", "regardingobjectid_msdyn_timegroup_msdyn_ocliveworkitem@odata.bind"
ENDS = [link_ends.clear, link_ends.move]
Intercept = Callable[[Request], Canned | None]


def through(_: Request) -> Canned | None:
    """Everything goes through."""
    return None


def rights(scene: Scene) -> AccessRights:
    """What the colleague has on the conversation."""
    return shares.rights(scene, "conversation")


@pytest.mark.parametrize(("end", "names"), [(link_ends.clear, None), (link_ends.move, "record")])
def test_what_the_link_gave_goes_and_what_was_given_stays(
    end: Callable[[Scene], None], names: str | None, tmp_path: Path
) -> None:
    """Before, the colleague has both."""
    with intercepted(tmp_path, through) as stage:
        scene = Scene(stage, "a scenario")
        link_ends.make_open_to_colleague(scene, TIME_GROUP)
        before, first = rights(scene), scene.rows["record"]
        record = scene.read("record")
        assert record is not None
        assert record["_ownerid_value"] == stage.colleague().id
        assert before.direct == shares.DIRECT
        assert (before.inherited or 0) & shares.READ

        end(scene)

        assert link_ends.keeps_own_share(scene) == "Cascade"
        row = scene.read("conversation")
        assert row is not None
        assert row[LINK] == (scene.rows[names].id if names else None)
        assert scene.rows["record"].table == first.table
        assert (scene.rows["record"] == first) is (names is None)


def take_direct(scene: Scene) -> None:
    shares.revoke(scene, scene.rows["conversation"])


def give_more(scene: Scene) -> None:
    shares.grant(scene, scene.rows["conversation"], "WriteAccess")


ALL = "ReadAccess, WriteAccess, AppendAccess, AppendToAccess, DeleteAccess, ShareAccess, AssignAccess"


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(
    ("wrong", "said", "has"),
    [
        ("kept", "keeps what came with the link", ALL),
        ("direct", "does not have what was given directly", "no rights"),
        (take_direct, "does not have what was given directly", "no rights"),
        (give_more, "does not have what was given directly", "ReadAccess, WriteAccess, AppendAccess"),
    ],
)
def test_what_is_left_too_much_or_too_little_is_told(
    wrong: str | Callable[[Scene], None], said: str, has: str, end: Callable[[Scene], None], tmp_path: Path
) -> None:
    """With the rights that there are, and those that there should be; by a fault, or by what the test does itself."""
    aspect = "cleared" if end is link_ends.clear else "moved"
    faults = (f"derived/relationship/{TIME_GROUP}/reparent-{aspect}#{wrong}",) if isinstance(wrong, str) else ()
    with intercepted(tmp_path, through, faults) as stage:
        scene = Scene(stage, "a scenario")
        link_ends.make_open_to_colleague(scene, TIME_GROUP)
        end(scene)
        if callable(wrong):
            wrong(scene)
        with pytest.raises(WrongError) as told:
            link_ends.keeps_own_share(scene)
    whole = f"The owner of the former record {said}: they have {has} on the conversation, not ReadAccess, AppendAccess."
    assert (str(told.value), told.value.observed) == (whole, has)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("answered", [error(400, "not so"), DONE], ids=["refused", "ignored"])
def test_a_link_that_does_not_end_decides_nothing(
    answered: Canned, end: Callable[[Scene], None], tmp_path: Path
) -> None:
    """Refused, or done in words alone: then the rights have to be what they were."""
    ready: list[bool] = []

    def answer(request: Request) -> Canned | None:
        return answered if ready and request.method == "PATCH" else None

    with intercepted(tmp_path, answer) as stage:
        scene = Scene(stage, "a scenario")
        link_ends.make_open_to_colleague(scene, TIME_GROUP)
        ready.append(True)
        with pytest.raises(UnfitError) as told:
            _end_and_look(end, scene)
    what = (
        "clearing the link of a conversation" if end is link_ends.clear else "linking a conversation to another record"
    )
    ignored = "the conversation still names the former record in regardingobjectid"
    said = f"{what} was refused: 400 (not so)" if answered is not DONE else ignored
    assert (told.value.outcome, str(told.value)) == (Outcome.NOT_TESTABLE, said)


def _end_and_look(end: Callable[[Scene], None], scene: Scene) -> None:
    end(scene)
    link_ends.keeps_own_share(scene)


def preparing(folder: Path, intercept: Intercept, faults: tuple[str, ...] = ()) -> tuple[Outcome, str]:
    """What keeps the preparation from being one."""
    with intercepted(folder, intercept, faults) as stage:
        with pytest.raises(UnfitError) as told:
            link_ends.make_open_to_colleague(Scene(stage, "a scenario"), TIME_GROUP)
        return told.value.outcome, str(told.value)


def test_a_link_that_gives_nothing_has_nothing_to_take(tmp_path: Path) -> None:
    """Whoever owns a record without effect is no witness."""
    outcome, said = preparing(tmp_path, through, (f"derived/relationship/{TIME_GROUP}/reparent#missing",))
    assert outcome is Outcome.NOT_TESTABLE
    assert said.startswith("the owner of the record, the user ")
    assert said.endswith(", got no right to read the conversation by the link")


def test_a_share_that_is_refused_decides_nothing(tmp_path: Path) -> None:
    """The colleague was found before."""
    granted: list[bool] = []

    def answer(request: Request) -> Canned | None:
        if not request.path.endswith("/GrantAccess"):
            return None
        granted.append(True)
        return error(400, "not so") if len(granted) > 1 else None

    assert preparing(tmp_path, answer) == (Outcome.NOT_TESTABLE, "sharing a conversation was refused: 400 (not so)")


def sum_alone(shown: dict[str, Any]) -> Intercept:
    """Rights as RetrievePrincipalAccess shows them, and nothing else does."""

    def answer(request: Request) -> Canned | None:
        if "RetrievePrincipalAccess" in request.path:
            return reply(shown)
        closed = ("principalobjectaccessset", "RetrieveSharedPrincipals")
        return error(403, "closed") if any(name in request.path for name in closed) else None

    return answer


def test_where_only_the_sum_shows_the_share_must_not_hide_the_link(tmp_path: Path) -> None:
    """What the link gives beyond the share is seen to go."""
    outcome, said = preparing(tmp_path, sum_alone({"AccessRights": "ReadAccess"}))
    assert outcome is Outcome.NOT_OBSERVABLE
    assert said == "in RetrievePrincipalAccess a share would hide what the link gives"

    shown = {"AccessRights": "ReadAccess, WriteAccess"}
    with intercepted(tmp_path / "more", sum_alone(shown)) as stage:
        scene = Scene(stage, "a scenario")
        link_ends.make_open_to_colleague(scene, TIME_GROUP)
        link_ends.clear(scene)
        shown["AccessRights"] = "ReadAccess, WriteAccess, AppendAccess"
        with pytest.raises(WrongError, match="keeps what came with the link"):
            link_ends.keeps_own_share(scene)
        shown["AccessRights"] = sharing.words_of(shares.DIRECT)
        assert link_ends.keeps_own_share(scene) == "Cascade"
