"""Answers to a scene: what is a yes, what keeps it from deciding, and what is wrong."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from dataverse_tck.acts.stage import MOST_TRIED, Clock, Link, Stage, value_of
from dataverse_tck.profile.calls import Calls, Message
from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.http.errors import Broken
from dataverse_tck.webapi.rows import sharing
from dataverse_tck.webapi.rows.principals import Principal, Principals
from dataverse_tck.webapi.rows.records import Records
from tests.support.scripted import COLLEAGUE, CONVERSATION, ERROR, Play, answer, declare, judged, refusal
from tests.support.staging import TIME_GROUP

PLUG_IN = b'{"error": {"code": "0x80040265", "message": "a plug-in"}}'
PLUG_IN_IN_CAPITALS = b'{"error": {"code": "0X80040265", "message": "a plug-in"}}'


@pytest.mark.parametrize(
    ("told", "allowed", "done"),
    [
        (answer(200), ("passed", None, ""), None),
        (answer(204), ("passed", None, ""), None),
        (answer(299), ("passed", None, ""), None),
        (answer(300), ("wrong", 300, "It is refused: 300"), "300"),
        (answer(199), ("wrong", 199, "It is refused: 199"), "199"),
        (refusal(400), ("wrong", 400, "It is refused: 400 (no)"), "400 (no)"),
        (refusal(401), ("not testable", None, "It is not allowed here: 401 (no)"), "401 (no)"),
        (refusal(403), ("not testable", None, "It is not allowed here: 403 (no)"), "403 (no)"),
        (refusal(404), ("wrong", 404, "It is refused: 404 (no)"), "404 (no)"),
        (refusal(500), ("wrong", 500, "It is refused: 500 (no)"), "500 (no)"),
        (
            answer(400, PLUG_IN),
            ("not testable", None, "It is not allowed here: 400 (a plug-in)"),
            "400 (a plug-in)",
        ),
        (
            answer(500, PLUG_IN_IN_CAPITALS),
            ("not testable", None, "It is not allowed here: 500 (a plug-in)"),
            "500 (a plug-in)",
        ),
        (answer(400, b"\xff"), ("wrong", 400, "It is refused: 400"), "400"),
        (answer(200, ERROR), ("wrong", "error", "It is answered 200, but with an error: 200 (no)."), "200 (no)"),
    ],
    ids=lambda it: f"{it.status}{it.content[-12:]!r}" if isinstance(it, Answer) else "",
)
def test_what_an_answer_means(play: Play, told: Answer, allowed: Any, done: str | None) -> None:
    """To what the scenario is about, and to a preparation."""
    play.deed(told)

    assert judged(play.expect_allowed, "It") == allowed
    assert judged(play.expect_done, told, "It") == (
        ("passed", None, "") if done is None else ("not testable", None, f"It was refused: {done}")
    )


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_an_exchange_that_broke_is_no_answer(play: Play, status: int) -> None:
    """Neither is it kept, nor does anything begin with it."""
    play.hours.now = 150
    for take in (play.deed, lambda it: play.expect_done(it, "It")):
        with pytest.raises(Broken) as told:
            take(refusal(status))
        said = f"/rows answers {status} (no) to the end of all tries, which decides nothing."
        assert str(told.value) == f"http://127.0.0.1:9/api/data/v9.2{said}"
        assert told.value.exchange == "x0007"
    assert play.answer is None
    assert play._done_at == 100


def test_effects_are_timed_from_the_deed(play: Play) -> None:
    """Its answer is kept and handed on."""
    play.hours.now = 150
    told = answer()

    assert play.deed(told) is told
    assert play.answer is told
    assert play._done_at == 150


def test_a_denial_is_wrong(play: Play) -> None:
    """Where there is one."""
    assert judged(play.expect_not_denied) == ("passed", None, "")
    play.denied = "in its way"
    assert judged(play.expect_not_denied) == ("wrong", "refused", "in its way")


def test_a_look_is_taken_at_rows(play: Play) -> None:
    """By the id of the part, or in a collection."""
    play.part("record")
    play.script.contents["record"], play.script.lists["things"] = {"a": 1}, [{"b": 2}]
    for look, found in (
        (lambda: play.read("record", "a", "b"), {"a": 1}),
        (lambda: play.listed("things?x"), [{"b": 2}]),
    ):
        play.surface = "elsewhere"
        assert look() == found
        assert play.surface == "rows"
    assert play.script.log == [("read", f"{CONVERSATION}s(record)", ("a", "b")), ("list", "things?x")]


def test_a_scene_begins_with_nothing(play: Play) -> None:
    """What one act tells a later one."""
    assert (play.rows, play.links, play.before, play.numbers, play.rights, play.calls, play.untold) == (
        {},
        {},
        {},
        (),
        {},
        {},
        {},
    )
    nothing = (play.answer, play.could_open, play.answers, play.astray, play.denied, play.ticks)
    assert nothing == (None,) * 6
    assert (play.shared_itself, play.message, play.surface) == (False, "", "rows")
    stage = play.stage
    assert (stage.calibrated, stage.placed, stage.distrusted) == (False, [], None)
    assert (stage.clock.slowest, stage.clock.settled, stage.stopping.wait(0)) == (0, 0, False)


def test_patience_doubles_up_to_a_second(play: Play) -> None:
    """Fast at first, as most effects show at once."""
    looks: list[float] = []
    play.eventually(lambda: looks.append(play.hours.now), lambda _: False, within=4)

    gaps = [round(later - earlier, 3) for earlier, later in pairwise(looks)]
    assert gaps[:7] == [0.05, 0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
    assert round(sum(gaps), 3) == 4
    assert play.stage.clock.slowest == 0


def test_the_clock_remembers_the_slowest(play: Play) -> None:
    """Of all effects; waits are added up."""
    clock = Clock()
    for seconds in (1, 3, 2):
        clock.saw(seconds)
        clock.waited(seconds)
    assert (clock.slowest, clock.settled) == (3, 6)


def test_links_are_those_of_the_reference(play: Play) -> None:
    """Each with its other end, its column and its documented navigation property."""
    stated = play.stage.links[TIME_GROUP].stated
    assert play.stage.links[TIME_GROUP] == Link(
        name=TIME_GROUP,
        stated=stated,
        many_to_one=True,
        table="msdyn_timegroup",
        column="regardingobjectid",
        navigation=stated[("ReferencingEntityNavigationPropertyName",)],
    )
    child = play.stage.links["msdyn_msdyn_ocliveworkitem_msdyn_ocvoicemail"]
    assert (child.many_to_one, child.table) == (False, "msdyn_ocvoicemail")
    assert child.column == child.stated[("ReferencingAttribute",)]
    assert child.navigation == child.stated[("ReferencedEntityNavigationPropertyName",)]
    assert len(play.stage.links) == 22


def test_what_is_documented_of_columns(play: Play) -> None:
    """Options and targets, as they are written in ids."""
    assert "192360000" in play.stage.documented["msdyn_channel"]
    assert len(play.stage.documented["msdyn_channel"]) == 16
    assert "msdyn_timegroup" in play.stage.documented["regardingobjectid"]
    assert play.stage.conversation == CONVERSATION
    assert value_of("ownerid") == "_ownerid_value"


def test_records_are_those_of_the_run(play: Play) -> None:
    """With its seed and its mark, and a name of their own."""
    records = Stage.records(play.stage, "a scenario")

    assert isinstance(records, Records)
    assert (records.scene, records.mark) == ("a scenario", play.stage.settings.mark)
    assert records.session is play.stage.session
    assert records.ledger is play.stage.ledger
    assert records.made_up.random() == Stage.records(play.stage, "a scenario").made_up.random()
    assert records.made_up.random() != Stage.records(play.stage, "another").made_up.random()


def test_without_a_profile_nothing_is_said_of_calls(play: Play) -> None:
    """Nor how long an effect may take; of a message, of all, of the run."""
    words = "no profile says what the implementation does with calls"
    assert judged(lambda: play.stage.declared) == ("not testable", None, words)

    declare(play, messages={"A": Message("A", supported=True, within_s=0.0), "B": Message("B", supported=True)})
    assert play.stage.deadline("A") == 0
    assert play.stage.deadline("B") == play.stage.settings.settle_s
    declare(play, settle_s=0.5)
    assert (play.stage.deadline("A"), play.stage.deadline("B")) == (0, 0.5)
    assert isinstance(play.stage.declared, Calls)


def people(count: int) -> tuple[Principal, ...]:
    """Colleagues."""
    return tuple(Principal("systemuser", f"u{number}", f"user {number}") for number in range(count))


@pytest.mark.parametrize(
    ("count", "refusing", "made", "found", "tried"),
    [
        (0, 0, True, "nobody is there", 0),
        (1, 0, True, "u0", 0),
        (2, 0, True, "u0", 1),
        (3, 2, True, "u2", 3),
        (3, 3, True, "none of 3 users and teams that were tried accepts a share", 3),
        (9, 9, True, "none of 5 users and teams that were tried accepts a share", 5),
        (2, 2, False, "u0", 0),
    ],
    ids=["nobody", "one", "the first", "the last", "none of three", "none of many", "no conversation"],
)
def test_the_colleague_is_who_accepts_a_share(
    play: Play, monkeypatch: pytest.MonkeyPatch, *, count: int, refusing: int, made: bool, found: str, tried: int
) -> None:
    """A single one is not tried, nor anybody where no conversation can be made."""
    shared: list[str] = []

    def grant(records: Any, row: Any, table: Any, principal: Principal, mask: str) -> Answer:
        assert (row.table, table.name, mask) == (CONVERSATION, CONVERSATION, "ReadAccess")
        shared.append(principal.id)
        return answer(300) if len(shared) <= refusing else answer(299)

    asked: list[Any] = []
    monkeypatch.setattr(sharing, "grant", grant)
    monkeypatch.setattr(
        "dataverse_tck.acts.stage.find_principals",
        lambda *all_: asked.append(all_) or Principals(users=people(count), reason="nobody is there"),
    )
    play.script.unmade[CONVERSATION] = 0 if made else 1
    verdict, seen, words = judged(Stage.colleague, play.stage)

    if found.startswith("n"):
        said = f"there is nobody to share with or assign to: {found}"
        assert (verdict, words) == ("not observable", said)
    else:
        assert seen.id == found
    assert shared == [f"u{number}" for number in range(tried)]
    judged(Stage.colleague, play.stage)
    assert asked == [(play.stage.session, play.stage.tables, play.stage.settings.principals)]
    assert MOST_TRIED == 5
    assert COLLEAGUE.path == "systemusers(colleague)"


def test_a_wait_is_added_up(play: Play) -> None:
    """Of no time it is none."""
    play.stage.pause(2)
    play.stage.pause(-1)

    assert play.hours.now == pytest.approx(102, abs=1e-4)
    assert play.stage.clock.settled == pytest.approx(2, abs=1e-4)
