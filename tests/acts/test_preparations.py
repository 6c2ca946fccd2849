"""What a scenario starts from: which rows are made, and what keeps it from starting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dataverse_tck.acts import preparations
from dataverse_tck.readings import Reading, State
from dataverse_tck.webapi.rows.records import NotMade
from tests.support.scripted import CONVERSATION, Play, judged, refusal
from tests.support.staging import TIME_GROUP

GROUP, GROUP_ID, FIRST = "msdyn_timegroup", "msdyn_timegroup-1", f"{CONVERSATION}-1"
ABOUT = {"_regardingobjectid_value": GROUP_ID}
VOICEMAIL = "msdyn_ocvoicemail"


def made(play: Play) -> list[Any]:
    """The rows that were made: (table, columns left out)."""
    return [(entry[1], entry[3]) for entry in play.script.log if entry[0] == "make"]


def test_two_conversations_and_the_second_is_watched(play: Play) -> None:
    """The one of the scenario, and one beside it."""
    preparations.make_conversations(play)

    assert made(play) == [(CONVERSATION, []), (CONVERSATION, [])]
    assert [play.rows[role].id for role in ("conversation", "beside")] == [FIRST, f"{CONVERSATION}-2"]
    assert list(play.before) == ["beside"]


def test_a_loose_conversation_is_watched(play: Play) -> None:
    """It is linked to nothing."""
    preparations.make_loose(play)

    assert (play.rows["loose"].id, list(play.before)) == (FIRST, ["loose"])


@pytest.mark.parametrize(
    ("table", "unmade", "rows", "verdict"),
    [
        (GROUP, 0, [(GROUP, [])], "made"),
        (GROUP, 1, [(GROUP, [])], "not made"),
        (VOICEMAIL, 0, [(VOICEMAIL, ["its columns"])], "made"),
        (VOICEMAIL, 1, [(VOICEMAIL, ["its columns"]), (VOICEMAIL, [])], "made"),
        (VOICEMAIL, 2, [(VOICEMAIL, ["its columns"]), (VOICEMAIL, [])], "not made"),
    ],
    ids=["parent", "no parent", "child", "a child that needs a conversation", "no child"],
)
def test_a_record_is_made_apart(play: Play, table: str, unmade: int, rows: Any, verdict: str) -> None:
    """Without a conversation, or where that cannot be, with one."""
    columns = sorted(
        {one.column for one in play.stage.links.values() if one.table == VOICEMAIL and not one.many_to_one}
    )
    wanted = [(name, columns if left_out else []) for name, left_out in rows]
    play.script.unmade[table] = unmade
    if verdict == "made":
        preparations.make_record(play, table)
        assert play.rows["record"].table == table
    else:
        with pytest.raises(NotMade):
            preparations.make_record(play, table)
    assert made(play) == wanted


def test_a_pair_is_linked_and_seen_to_be_linked(play: Play) -> None:
    """By the documented navigation property; as late as effects may be."""
    link = play.stage.links[TIME_GROUP]
    play.script.contents["conversation"] = ({}, {}, ABOUT)
    preparations.make_linked(play, TIME_GROUP)

    assert made(play) == [(GROUP, []), (CONVERSATION, [])]
    bound = ("BIND", play.rows["conversation"].path, {link.navigation: GROUP_ID})
    assert play.script.log[2] == bound
    assert play.script.log[3] == ("read", play.rows["conversation"].path, ("_regardingobjectid_value",))
    assert play.links == {"record": link, "conversation": link}
    assert play.answer is not None


@pytest.mark.parametrize(
    ("answers", "content", "words"),
    [
        ([refusal()], ABOUT, f"linking a conversation to a record of {GROUP} was refused: 400 (no)"),
        ([], {}, f"a conversation could not be linked to a record of {GROUP}"),
        ([], {"_regardingobjectid_value": "x"}, f"a conversation could not be linked to a record of {GROUP}"),
    ],
    ids=["refused", "no effect", "another"],
)
def test_a_pair_that_is_not_linked_decides_nothing(play: Play, answers: Any, content: Any, words: str) -> None:
    """Not testable, with the kind of the record."""
    play.script.answers, play.script.contents["conversation"] = answers, content

    assert judged(preparations.make_linked, play, TIME_GROUP) == ("not testable", None, words)


def test_another_pair_of_the_same_kind_is_watched(play: Play) -> None:
    """The second record is another row, its conversation another one."""
    play.linked(TIME_GROUP)
    play.script.contents["other"] = ABOUT
    preparations.make_other(play)

    assert (play.rows["other record"].id, play.rows["other"].id) == (GROUP_ID, FIRST)
    assert list(play.before) == ["other"]
    assert play.links["other"] is play.links["record"]


def test_a_clock_is_a_pair_of_its_own(play: Play) -> None:
    """The conversation of the scenario is not touched."""
    play.script.contents["clock"] = ABOUT
    preparations.make_clock(play, TIME_GROUP)

    assert (play.rows["clock record"].table, play.rows["clock"].id) == (GROUP, FIRST)
    assert set(play.rows) == {"clock record", "clock"}


def test_a_record_is_set_aside_for_one_of_another_kind(play: Play) -> None:
    """The old one keeps its link; the new one is seen to take another conversation."""
    play.linked(TIME_GROUP)
    old = play.rows["record"]
    other = next(
        link
        for link in play.stage.links.values()
        if link.many_to_one and link.column == "regardingobjectid" and link.table != GROUP
    )
    play.script.contents["control"] = {"_regardingobjectid_value": f"{other.table}-1"}
    preparations.set_aside(play, other.table)

    assert (play.rows["old record"], play.links["old record"].name) == (old, TIME_GROUP)
    assert (play.rows["record"].table, play.links["record"]) == (other.table, other)
    assert play.rows["control"].id == FIRST
    assert play.rows["conversation"].id == "conversation-id"


def declared(play: Play, targets: Any) -> None:
    """Let the column have been declared with these targets."""
    lookups = {"regardingobjectid": Reading(State.READ, targets)}
    play.stage.readings = replace(play.stage.readings, lookups=lookups)


def kinds(play: Play) -> list[str]:
    """The kinds of records that the column does not take, by reference."""
    taken = play.stage.documented["regardingobjectid"]
    return list(dict.fromkeys(link.table for link in play.stage.links.values() if link.table not in taken))


@pytest.mark.parametrize(
    "targets", [None, {}, {"Targets": None}, {"Targets": 7}, {"Targets": [{}]}, {"Targets": [GROUP]}], ids=str
)
def test_an_alien_is_of_a_kind_that_the_column_does_not_take(play: Play, targets: Any) -> None:
    """The first that can be made; the conversation is watched before."""
    play.linked(TIME_GROUP)
    declared(play, targets)
    first, second = kinds(play)[:2]
    play.script.unmade[first] = 1
    preparations.make_alien(play)

    assert play.rows["alien"].table == second
    assert made(play) == [(first, []), (second, [])]
    assert list(play.before) == ["conversation"]


def test_a_declared_kind_is_no_alien(play: Play) -> None:
    """Though the reference does not name it."""
    play.linked(TIME_GROUP)
    first, second = kinds(play)[:2]
    declared(play, {"Targets": [first]})
    preparations.make_alien(play)

    assert play.rows["alien"].table == second


@pytest.mark.parametrize("every", [True, False], ids=["taken", "not made"])
def test_without_an_alien_nothing_can_be_tried(play: Play, *, every: bool) -> None:
    """The reason is the last one."""
    play.linked(TIME_GROUP)
    declared(play, {"Targets": kinds(play) if every else []})
    play.script.unmade = dict.fromkeys(kinds(play), 1)
    why = "every kind of record that is known is taken" if every else f"no row of {kinds(play)[-1]}"

    words = f"there is no record of a kind that is not taken: {why}"
    assert judged(preparations.make_alien, play) == ("not testable", None, words)
