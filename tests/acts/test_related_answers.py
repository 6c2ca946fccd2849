"""Records of a conversation: a table of answers and rows, each with its verdict."""

from __future__ import annotations

from typing import Any

import pytest

from dataverse_tck.acts import related
from tests.support.scripted import CONVERSATION, Play, answer, judged, refusal, table_of

NAME, TABLE = "msdyn_msdyn_ocliveworkitem_msdyn_ocvoicemail", "msdyn_ocvoicemail"


@pytest.fixture(autouse=True)
def given(play: Play) -> None:
    """A conversation with a voicemail, whose table can be linked to conversations."""
    play.linked(NAME)
    play.answer = answer()
    with_way(play)


def with_way(play: Play, *columns: str) -> None:
    """Which columns of the record lead to conversations."""
    known = columns or (play.links["record"].column,)
    play.stage.tables.known[TABLE] = table_of(TABLE, dict.fromkeys(known, "Lookup"))  # type: ignore[attr-defined]


def holding(play: Play, identifier: Any) -> dict[str, Any]:
    """A record that names a conversation."""
    return {f"_{play.links['record'].column}_value": identifier}


def test_a_record_is_given_by_the_documented_column(play: Play) -> None:
    """The answer is kept."""
    told = refusal()
    play.script.answers = [told]
    column = play.links.pop("record").column
    related.give(play, NAME)

    assert play.script.log == [("BIND", f"{TABLE}s(record)", {f"{column}_nav": "conversation-id"})]
    assert play.answer is told
    assert play.links["record"].name == NAME


def test_a_record_that_cannot_lead_to_conversations_decides_nothing(play: Play) -> None:
    """The reason names table and column."""
    with_way(play, "other")
    words = f"the endpoint declares no link from {TABLE} to a conversation by {play.links['record'].column}"

    assert judged(related.give, play, NAME) == ("not testable", None, words)


def test_a_record_belongs_to_its_conversation(play: Play) -> None:
    """As late as effects may be, in any case of letters; another id, none, or a refusal is wrong."""
    column = play.links["record"].column
    said = f"The endpoint said yes, but the record of {TABLE} names {{}} in {column}."
    for answered, rows, found in (
        (answer(), holding(play, "CONVERSATION-id"), ("passed", column, "")),
        (answer(), (None, {}, holding(play, "conversation-id")), ("passed", column, "")),
        (answer(), holding(play, "X"), ("wrong", "x", said.format("'x'"))),
        (answer(), holding(play, 7), ("wrong", 7, said.format("7"))),
        (answer(), {}, ("wrong", None, said.format("None"))),
        (
            refusal(),
            holding(play, "conversation-id"),
            ("wrong", 400, f"Giving a record of {TABLE} to a conversation is refused: 400 (no)"),
        ),
    ):
        play.answer, play.script.contents["record"] = answered, rows
        play.begin()
        assert judged(related.belongs, play, column) == found


def test_a_record_of_each_conversation_is_made(play: Play) -> None:
    """Each given to its own, and seen to be."""
    beside = play.part("beside")
    play.script.contents.update({"record": holding(play, "conversation-id"), "other record": holding(play, beside.id)})
    related.make_of_each(play, NAME)

    assert [play.rows[role].id for role in ("record", "other record")] == [f"{TABLE}-1", f"{TABLE}-2"]
    bound = [next(iter(entry[2].values())) for entry in play.script.log if entry[0] == "BIND"]
    assert bound == ["conversation-id", "beside-id"]


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ([refusal()], f"giving a record of {TABLE} to a conversation was refused: 400 (no)"),
        ([], f"a record of {TABLE} could not be given to a conversation"),
    ],
    ids=["refused", "no effect"],
)
def test_a_record_that_does_not_come_to_its_conversation_decides_nothing(play: Play, answers: Any, words: str) -> None:
    """Not testable."""
    play.part("beside")
    play.script.answers = answers

    assert judged(related.make_of_each, play, NAME) == ("not testable", None, words)


MINE, OTHER = {f"{TABLE}id": "RECORD-ID"}, {f"{TABLE}id": "other"}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([MINE], None),
        (([], [MINE]), None),
        ([], ([], "nothing")),
        ([OTHER, MINE], (["other", "record-id"], "['other', 'record-id']")),
        ([OTHER], (["other"], "['other']")),
    ],
    ids=["alone", "late", "none", "more", "another"],
)
def test_a_conversation_lists_its_own_record_alone(play: Play, rows: Any, found: Any) -> None:
    """By the documented navigation property."""
    navigation = play.links["record"].navigation
    target = f"{CONVERSATION}s(conversation)/{navigation}"
    play.script.lists[target] = rows
    words = found and f"{navigation} of the conversation lists {found[1]}, not its own record alone."

    assert judged(related.lists_its_own, play, NAME) == (
        ("wrong", found[0], words) if found else ("passed", navigation, "")
    )
    assert play.script.log[0] == ("list", f"{target}?$select={TABLE}id")


def test_the_list_is_opened_as_a_deed(play: Play) -> None:
    """What is in it is checked after."""
    told = refusal()
    play.script.answers = [told]
    related.open_list(play)

    assert play.script.log == [("GET", f"{CONVERSATION}s(conversation)/{play.links['record'].navigation}", None)]
    assert play.answer is told
