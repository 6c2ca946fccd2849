"""Refused, not made, and as it was: a table of answers, each with its verdict."""

from __future__ import annotations

from typing import Any

import pytest

from dataverse_tck.acts import unchanged
from dataverse_tck.acts.cost import Cost, cost_of, costs
from dataverse_tck.webapi.http.answer import Answer
from tests.support.scripted import CONVERSATION, ERROR, Play, answer, judged, refusal, table_of

FORM = "in another form than an OData error with code and message."


@pytest.mark.parametrize(
    ("told", "verdict", "observed", "words"),
    [
        (refusal(400), "passed", "refused", ""),
        (refusal(404), "passed", "refused", ""),
        (refusal(499), "passed", "refused", ""),
        (answer(200, ERROR), "wrong", "error", "It is answered 200, with an error in the body: that is no refusal."),
        (answer(204), "wrong", "accepted", "It is accepted."),
        (answer(200), "wrong", "accepted", "It is accepted."),
        (answer(299, b"{}"), "wrong", "accepted", "It is accepted."),
        (answer(300), "wrong", 300, "It is not refused but breaks: 300."),
        (answer(302), "wrong", 302, "It is not refused but breaks: 302."),
        (refusal(399), "wrong", 399, "It is not refused but breaks: 399 (no)."),
        (refusal(500), "wrong", 500, "It is not refused but breaks: 500 (no)."),
        (answer(199), "wrong", 199, "It is not refused but breaks: 199."),
        (answer(403), "wrong", "no OData error", f"It is refused (403) {FORM}"),
        (answer(404, b"<html>"), "wrong", "no OData error", f"It is refused (404) {FORM}"),
        (
            answer(400, b'{"error": {"code": 1}}'),
            "wrong",
            "no OData error",
            f"It is refused (400) {FORM}",
        ),
    ],
    ids=lambda it: str(it.status) + str(it.content[:9]) if isinstance(it, Answer) else None,
)
def test_what_is_a_refusal(play: Play, told: Answer, verdict: str, observed: Any, words: str) -> None:
    """A 4xx in the form of OData, and nothing else."""
    play.answer = told

    assert judged(unchanged.refused, play) == (verdict, observed, words)


ROW = {
    "subject": "a",
    "statecode": 0,
    "statuscode": 1,
    "_ownerid_value": "me",
    "_regardingobjectid_value": None,
    "msdyn_channel": 192300000,
}
CALLED = {
    "conversation": "conversation",
    "beside": "conversation beside it",
    "other": "conversation linked to the other record",
    "loose": "conversation linked to nothing",
    "clock": "conversation that follows its record",
    "control": "conversation linked to the record beforehand",
}


@pytest.mark.parametrize("role", list(CALLED))
@pytest.mark.parametrize("column", list(ROW))
def test_a_conversation_that_changed_in_any_watched_column_is_wrong(play: Play, role: str, column: str) -> None:
    """It says which one, in which column, what it was and what it is; but for that column it would be right."""
    play.part(role)
    play.script.contents[role] = (ROW, {**ROW, column: "b"})
    unchanged.watch(play, role)

    found = judged(unchanged.as_it_was, play, role)

    now = f"The {CALLED[role]} has changed: {column} was {ROW[column]!r}, now it is 'b'."
    assert found == ("wrong", f"{CALLED[role]}: {column} changed", now)
    assert unchanged.as_it_was(play, role, but=column) == "as it was"


def test_what_nobody_watches_may_change(play: Play) -> None:
    """Columns that the endpoint does not have, and those that change by themselves."""
    play.part("conversation")
    play.script.contents["conversation"] = (ROW, {**ROW, "modifiedon": "later", "versionnumber": 7})
    unchanged.watch(play, "conversation")

    assert unchanged.conversation_as_it_was(play) == "as it was"
    columns = ("_ownerid_value", "_regardingobjectid_value", "msdyn_channel", "statecode", "statuscode", "subject")
    assert play.script.log == [("read", f"{CONVERSATION}s(conversation)", columns)] * 2
    assert play.before["conversation"] == ROW


def test_a_table_without_these_columns_is_watched_in_what_it_has(play: Play) -> None:
    """No column is asked for that is not there."""
    play.part("conversation")
    play.stage.tables.known[CONVERSATION] = table_of(CONVERSATION, {})  # type: ignore[attr-defined]
    unchanged.watch(play, "conversation")

    assert play.script.log[0][2] == ("_ownerid_value", "statecode", "statuscode", "subject")


def test_a_conversation_that_is_gone_is_wrong_and_before_the_deed_unfit(play: Play) -> None:
    """Nothing is known of it then."""
    play.part("beside")
    play.script.contents["beside"] = (None, ROW, None)
    words = "the conversation beside it that was just made cannot be read"

    assert judged(unchanged.watch, play, "beside") == ("not testable", None, words)
    unchanged.watch(play, "beside")
    assert judged(unchanged.as_it_was, play, "beside") == (
        "wrong",
        "conversation beside it: gone",
        "The conversation beside it is gone.",
    )


def test_others_are_those_that_were_watched(play: Play) -> None:
    """Each of them; nothing is asked of a conversation that the scenario does not have."""
    for role in ("other", "loose", "beside"):
        assert unchanged.others_as_they_were(play) == "as it was"
        play.part(role)
        play.script.contents[role] = (ROW, ROW, {**ROW, "statecode": 1})
        unchanged.watch(play, role)
        assert unchanged.others_as_they_were(play) == "as it was"
        assert judged(unchanged.others_as_they_were, play)[1] == f"{CALLED[role]}: statecode changed"
        play.script.contents[role] = ROW


def test_absence_is_looked_for_after_the_slowest_effect(play: Play) -> None:
    """Of a change, and of a row."""
    play.part("conversation")
    play.part("attempted")
    play.script.contents["conversation"] = ROW
    unchanged.watch(play, "conversation")
    play.stage.clock.slowest = 3
    unchanged.as_it_was(play, "conversation")
    assert play.hours.now == 103
    play.begin()
    play.script.contents["attempted"] = None
    unchanged.not_made(play)
    assert play.hours.now == 106


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (None, ("passed", "refused", "")),
        ({}, ("wrong", "made", "It was refused, but the conversation was made all the same.")),
    ],
)
def test_what_was_refused_is_not_there(play: Play, row: Any, verdict: tuple[str, Any, str]) -> None:
    """The row that would have been made is looked for."""
    play.part("attempted")
    play.script.contents["attempted"] = row

    assert judged(unchanged.not_made, play) == verdict


def test_an_act_declares_its_cost() -> None:
    """One that does not is a defect, and the message says how to mend it."""

    @costs(2)
    def cheap() -> None: ...

    def undeclared() -> None: ...

    assert cost_of(cheap) == Cost(2, ())
    with pytest.raises(LookupError, match="undeclared does not declare what it costs: decorate it") as told:
        cost_of(undeclared)
    assert str(told.value).startswith(__name__)
