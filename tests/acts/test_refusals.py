"""Refusals: an excuse while their control is refused as well, else the finding; ways that are declared and denied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.acts import channels, preparations, refusals, related
from dataverse_tck.acts.cascading import cascades, shares
from dataverse_tck.acts.errors import UnfitError, WrongError
from dataverse_tck.acts.linking import links
from dataverse_tck.acts.scene import Scene
from dataverse_tck.acts.stage import Stage
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.webapi.http.answer import Answer, Refused
from dataverse_tck.webapi.http.errors import Broken, NotMade, NotServed
from dataverse_tck.webapi.rows import sharing
from dataverse_tck.webapi.rows.records import Row
from tests.support.staging import TIME_GROUP, stage_at

CONTEXT = "msdyn_msdyn_ocliveworkitem_msdyn_customengagementctx_liveworkitemid"
CHANNEL = "msdyn_channel"
ROW, OTHER = Row("a", "1", "as(1)"), Row("b", "2", "bs(2)")


def answered(status: int, code: str | None = "0x0", message: str = "no") -> Answer:
    body = b"" if code is None else f'{{"error": {{"code": "{code}", "message": "{message}"}}}}'.encode()
    return Answer(status, {}, body, "http://127.0.0.1:9/api/data/v9.2/rows", "x0007")


YES, NO, ERROR_IN_YES, BUSY = answered(204, None), answered(403), answered(200), answered(503)
PLUG_IN, SECURED, WRONG = answered(400, "0x80040265"), answered(403, "0x8004F507"), answered(400)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with stage_at(tmp_path) as stage:
        yield Scene(stage, "one")


def expect(scene: Scene, *answers: Answer, link: tuple[Row, Row] | None = None) -> int:
    """Take the answers to the deed, to the second try and to the control; return how many of them were asked for."""
    left = list(answers)
    scene.deed(left.pop(0))
    refusals.expect_allowed(
        scene, "It", again=lambda: left.pop(0), control=lambda: left.pop(0), but="the rest", link=link
    )
    return len(answers) - len(left)


@pytest.mark.parametrize(
    ("answers", "asked"), [([YES, NO, NO], 1), ([NO, YES, NO], 2), ([PLUG_IN, YES, NO], 2)], ids=["yes", "chance", "it"]
)
def test_what_is_allowed_in_the_end_is_allowed(scene: Scene, answers: list[Answer], asked: int) -> None:
    """A refusal that is not seen twice was chance."""
    assert expect(scene, *answers) == asked


@pytest.mark.parametrize(
    "answers", [[NO, NO, NO], [PLUG_IN, PLUG_IN, WRONG], [NO, NO, ERROR_IN_YES], [NO, SECURED, YES]]
)
def test_a_refusal_whose_control_is_refused_decides_nothing(scene: Scene, answers: list[Answer]) -> None:
    """And none that holds for the column, whatever is written there."""
    with pytest.raises(UnfitError, match="It is not allowed here: 40") as told:
        expect(scene, *answers)
    assert told.value.outcome is Outcome.NOT_TESTABLE


@pytest.mark.parametrize("first", [NO, PLUG_IN, answered(401)])
def test_a_refusal_whose_control_is_allowed_is_the_finding(scene: Scene, first: Answer) -> None:
    """It says what was refused, how, and what is not."""
    with pytest.raises(WrongError, match=r"It is refused twice: 403 \(no\); the rest is not\.") as told:
        expect(scene, first, NO, YES)
    assert told.value.observed == 403


def test_a_second_answer_that_says_yes_and_no_is_no_chance(scene: Scene) -> None:
    """An error in a 2xx is no yes."""
    with pytest.raises(WrongError, match="refused twice: 200"):
        expect(scene, NO, ERROR_IN_YES, YES)


@pytest.mark.parametrize(("answer", "said"), [(WRONG, "It is refused: 400"), (ERROR_IN_YES, "answered 200, but with")])
def test_every_other_refusal_is_wrong_at_once(scene: Scene, answer: Answer, said: str) -> None:
    """Nothing else is tried."""
    with pytest.raises(WrongError, match=said):
        expect(scene, answer)


@pytest.mark.parametrize("answers", [[NO, BUSY], [NO, NO, BUSY]])
def test_an_endpoint_that_is_too_busy_for_a_control_decides_nothing(scene: Scene, answers: list[Answer]) -> None:
    """The exchange broke."""
    with pytest.raises(Broken, match="to the end of all tries"):
        expect(scene, *answers)


@pytest.mark.parametrize(
    ("rights", "excused"),
    [
        ({}, False),
        ({"as(1)": {"AppendAccess"}, "bs(2)": {"AppendToAccess"}}, False),
        ({"as(1)": {"AppendToAccess"}}, True),
        ({"bs(2)": {"AppendAccess", "ReadAccess"}}, True),
    ],
)
def test_a_right_that_the_endpoint_says_is_missing_is_an_excuse(
    scene: Scene,
    monkeypatch: pytest.MonkeyPatch,
    rights: dict[str, set[str]],
    excused: bool,  # noqa: FBT001
) -> None:
    """The one needs AppendAccess, the other AppendToAccess; silence excuses nothing."""
    monkeypatch.setattr(sharing, "rights_of_caller", lambda _, row: rights.get(row.path))
    with pytest.raises(UnfitError if excused else WrongError):
        expect(scene, NO, NO, YES, link=(ROW, OTHER))


@pytest.mark.parametrize(
    ("answer", "behind", "told"),
    [
        (answered(404), 200, WrongError),
        (answered(400), 403, WrongError),
        (answered(500), 403, WrongError),
        (NO, 200, WrongError),
        (PLUG_IN, 200, WrongError),
        (NO, 403, UnfitError),
        (answered(401), 401, UnfitError),
        (BUSY, 200, Broken),
    ],
)
def test_a_way_that_is_declared_leads_there(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, answer: Answer, behind: int, told: type[Exception]
) -> None:
    """A privilege is an excuse where what is behind it cannot be read at all."""
    monkeypatch.setattr(scene.records, "send", lambda method, path: answered(behind if path == "as(1)" else 0))

    def look() -> None:
        raise Refused("told", answer)

    for way in (lambda: refusals.expect_way(scene, "X", answer, ROW), lambda: refusals.along(scene, "X", look, ROW)):
        with pytest.raises(told, match=rf"(X .*|): ?{answer.status}|answers {answer.status}"):
            way()
    assert refusals.along(scene, "X", lambda: 5, ROW) == 5


@pytest.mark.parametrize(("times", "denied"), [(0, None), (1, None), (2, "not served")])
def test_a_table_that_is_twice_not_served_is_denied(scene: Scene, times: int, denied: str | None) -> None:
    """Once may be chance; what cannot be made for another reason is told as before."""
    left = [NotServed("not served")] * times

    def make() -> Row:
        if left:
            raise left.pop()
        return ROW

    refusals.make_or_deny(scene, "record", make)
    assert (scene.denied, scene.rows.get("record")) == (denied, None if denied else ROW)

    with pytest.raises(NotMade, match="a privilege"):
        refusals.make_or_deny(scene, "record", raising(NotMade("a privilege")))


def raising(problem: Exception) -> Callable[..., Any]:
    def do(*_: object, **__: object) -> Any:
        raise problem

    return do


def test_without_conversations_their_checks_fail_and_nothing_is_sent(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What starts from more than that is not testable."""
    monkeypatch.setattr(scene.records, "make", raising(NotServed("none is served")))
    preparations.make_conversations(scene)
    scene.links["record"] = scene.stage.links[TIME_GROUP]

    channels.each_alone(scene, CHANNEL, "192300000")
    channels.set_to(scene, CHANNEL, "192300000")
    links.link_to(scene, TIME_GROUP)
    related.give(scene, CONTEXT)
    for check in (
        lambda: channels.stored(scene, CHANNEL, "192300000"),
        lambda: links.names_it(scene, "regardingobjectid", "msdyn_timegroup"),
        lambda: related.belongs(scene, "msdyn_liveworkitemid"),
        lambda: shares.opens_up(scene),
    ):
        with pytest.raises(WrongError, match="none is served"):
            check()
    for act in (
        lambda: channels.is_set(scene, CHANNEL, "192300000"),
        lambda: related.make_of_each(scene, CONTEXT),
    ):
        with pytest.raises(UnfitError, match="none is served"):
            act()
    assert scene.records.exchanges == []


def test_a_table_without_rows_is_told_from_a_row_that_is_missing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """404 of the entity set is a denial; of a row that the new one refers to it is not."""
    for code, kind in (("0x80060888", NotServed), ("", NotServed), ("0x80040217", NotMade)):
        told = answered(404, code)
        monkeypatch.setattr(scene.records, "_attempt", lambda *_, told=told: (ROW, told, ()))
        with pytest.raises(NotMade) as problem:
            scene.records.make("a")
        assert type(problem.value) is kind


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with running(create_app(create_organisation())) as root, stage_at(tmp_path, root) as made:
        yield made


def test_the_caller_may_link_what_it_made_and_knows_it(stage: Stage) -> None:
    """RetrievePrincipalAccess says so; of a row that is not there it says nothing."""
    scene = Scene(stage, "one")
    row = scene.records.make("msdyn_timegroup")

    rights = sharing.rights_of_caller(scene.records, row)
    assert rights is not None
    assert {"AppendAccess", "AppendToAccess"} <= rights
    scene.records.delete(row)
    assert not sharing.rights_of_caller(scene.records, row)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([WRONG, WRONG], "a record of somebody else is refused: 400"),
        ([WRONG, YES], None),
        ([NO], "was refused: 403"),
        ([ERROR_IN_YES], "was refused: 200"),
    ],
)
def test_a_record_of_somebody_else_can_be_linked_to(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, answers: list[Answer], told: str | None
) -> None:
    """Refused twice is the finding; a privilege that is missing for it is none."""
    scene, left = Scene(stage, "one"), list(answers)
    preparations.make_conversations(scene)
    cascades.make_of_colleague(scene, "msdyn_timegroup")
    monkeypatch.setattr(scene.records, "bind", lambda *_: left.pop(0))

    if told is not None and len(answers) == 1:
        with pytest.raises(UnfitError, match=told):
            cascades.links_to_owned(scene, TIME_GROUP)
        return
    cascades.links_to_owned(scene, TIME_GROUP)
    assert (scene.denied is None) == (told is None)
    assert told is None or told in str(scene.denied)
    assert left == []


@pytest.mark.parametrize(
    ("refusals_before", "told", "number"), [(2, WrongError, 3), (16, WrongError, 17), (99, UnfitError, 17)]
)
def test_every_other_channel_is_tried_before_a_refusal_is_excused(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, refusals_before: int, told: type[Exception], number: int
) -> None:
    """Each once, none of them the one that is refused."""
    scene, tried = Scene(stage, "one"), list[str]()
    preparations.make_conversations(scene)

    def patch(_: Row, values: dict[str, str]) -> Answer:
        tried.append(values[CHANNEL])
        return YES if len(tried) > refusals_before else NO

    monkeypatch.setattr(scene.records, "patch", patch)
    channels.set_to(scene, CHANNEL, "192300000")
    with pytest.raises(told):
        channels.stored(scene, CHANNEL, "192300000")
    assert (len(tried), tried[:2]) == (number, ["192300000"] * 2)
    assert "192300000" not in tried[2:]
    assert len(set(tried)) == len(tried) - 1


def test_what_an_old_record_lists_may_be_closed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether that way is open is another matter; where the endpoint was too busy nothing is decided."""
    scene = Scene(stage, "one")
    preparations.make_linked(scene, TIME_GROUP)
    preparations.set_aside(scene, "msdyn_bookingrule")
    links.link_to(scene, "msdyn_bookingrule_msdyn_ocliveworkitems")
    monkeypatch.setattr(scene.records, "list", raising(Refused("closed", NO)))

    assert links.names_only_it(scene, "regardingobjectid", "msdyn_bookingrule") == "one"
    with pytest.raises(WrongError, match=r"msdyn_timegroup is declared, and cannot be read: 403"):
        links._ids(scene, scene.rows["old record"], "way")
