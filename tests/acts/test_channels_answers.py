"""Channels: a table of answers and rows, each with its verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dataverse_tck.acts import channels
from dataverse_tck.readings import Reading, State
from tests.support.perfect_readings import label
from tests.support.scripted import CONVERSATION, Play, answer, judged, refusal, table_of

COLUMN = "msdyn_channel"
PATH = f"{CONVERSATION}s(conversation)"
CHAT, VOICE = 192360000, 192370000
FORMATTED = f"{COLUMN}@OData.Community.Display.V1.FormattedValue"
NAMED = {CHAT: "Chat dal vivo", VOICE: "Voce"}
BOTH = f"{CHAT}, {VOICE}"


@pytest.fixture(autouse=True)
def conversation(play: Play) -> None:
    """A conversation whose column takes several channels."""
    play.part("conversation")
    kind(play, "MultiSelectPicklist")
    declared(play)


def kind(play: Play, name: str) -> None:
    """Of which kind the column is declared."""
    columns = {COLUMN: name} if name else {}
    play.stage.tables.known[CONVERSATION] = table_of(CONVERSATION, columns)  # type: ignore[attr-defined]


def declared(play: Play, content: Any = "usual") -> None:
    """What the endpoint declares of the options."""
    if content == "usual":
        options = [{"Value": number, "Label": label(name, 1040)} for number, name in NAMED.items()]
        content = {"OptionSet": {"Options": options}}
    choices = {COLUMN: Reading(State.READ, content)}
    play.stage.readings = replace(play.stage.readings, choices=choices)


@pytest.mark.parametrize(
    ("column", "found"),
    [
        ("MultiSelectPicklist", ("passed", True, "")),
        ("Picklist", ("passed", False, "")),
        ("", ("not testable", None, f"the conversation has no column {COLUMN}")),
    ],
)
def test_whether_a_column_takes_several(play: Play, column: str, found: Any) -> None:
    """By its declaration."""
    kind(play, column)

    assert judged(channels.is_multiple, play, COLUMN) == found


@pytest.mark.parametrize(
    ("column", "numbers", "written"),
    [
        ("MultiSelectPicklist", str(CHAT), str(CHAT)),
        ("MultiSelectPicklist", BOTH, f"{CHAT},{VOICE}"),
        ("Picklist", str(CHAT), CHAT),
    ],
)
def test_numbers_are_written_as_the_column_takes_them(play: Play, column: str, numbers: str, written: Any) -> None:
    """And kept, with the answer."""
    kind(play, column)
    told = refusal()
    play.script.answers = [told]
    channels.set_to(play, COLUMN, numbers)

    assert play.script.log == [("PATCH", PATH, {COLUMN: written})]
    assert play.numbers == tuple(int(word) for word in numbers.split(","))
    assert play.answer is told


def test_a_number_that_nobody_offers_is_neither_documented_nor_declared(play: Play) -> None:
    """Written, or made with; what would have been made is known."""
    own, shared = ({"Options": [{"Value": number}]} for number in (192999999, 192999998))
    declared(play, {"OptionSet": own, "GlobalOptionSet": shared})
    channels.set_to_unlisted(play, COLUMN)
    channels.make_with_unlisted(play, COLUMN)
    channels.make_with(play, COLUMN, str(CHAT))

    assert play.script.log == [
        ("PATCH", PATH, {COLUMN: "192999997"}),
        ("attempt", CONVERSATION, {COLUMN: "192999997"}),
        ("make", CONVERSATION, {COLUMN: str(CHAT)}, []),
    ]
    assert play.rows["attempted"].id == f"{CONVERSATION}-1"
    assert play.rows["conversation"].id == f"{CONVERSATION}-2"


ROWS = ({COLUMN: CHAT}, {COLUMN: str(CHAT)})
HOLDS = f"The endpoint said yes, but {COLUMN} of the conversation holds"


@pytest.mark.parametrize(
    ("answered", "numbers", "row", "found"),
    [
        (answer(), (CHAT,), {COLUMN: CHAT}, ("passed", CHAT, "")),
        (answer(), (CHAT,), {COLUMN: str(CHAT)}, ("passed", CHAT, "")),
        (answer(), (CHAT, VOICE), {COLUMN: f"{VOICE},{CHAT}"}, ("passed", CHAT, "")),
        (answer(), (CHAT,), ({}, None, {COLUMN: CHAT}), ("passed", CHAT, "")),
        (answer(), (CHAT, VOICE), {COLUMN: str(CHAT)}, ("passed", CHAT, "")),
        (answer(), (CHAT, VOICE), {COLUMN: str(VOICE)}, ("wrong", [VOICE], f"{HOLDS} [{VOICE}].")),
        (answer(), (CHAT,), {COLUMN: f"{CHAT},7"}, ("wrong", [7, CHAT], f"{HOLDS} [7, {CHAT}].")),
        (answer(), (CHAT,), {COLUMN: None}, ("wrong", [], f"{HOLDS} [].")),
        (answer(), (CHAT,), None, ("wrong", [], f"{HOLDS} [].")),
        (answer(), (CHAT,), {COLUMN: "x"}, ("wrong", [], f"{HOLDS} [].")),
        (refusal(), (CHAT,), {COLUMN: CHAT}, ("wrong", 400, f"Channel {CHAT} is refused: 400 (no)")),
    ],
    ids=["number", "text", "both", "late", "one of two", "the other", "more", "null", "gone", "no number", "refused"],
)
def test_a_number_is_stored(play: Play, *, answered: Any, numbers: Any, row: Any, found: Any) -> None:
    """And nothing that was not asked for."""
    play.answer, play.numbers, play.script.contents["conversation"] = answered, numbers, row

    assert judged(channels.stored, play, COLUMN, str(CHAT)) == found


def comes_back(name: Any, expected: str = "Chat dal vivo") -> Any:
    """What is wrong with a name."""
    return ("wrong", name, f'Channel {CHAT} comes back as "{name}", not as "{expected}".')


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({COLUMN: CHAT, FORMATTED: "Chat dal vivo"}, ("passed", "Live chat", "")),
        ({COLUMN: f"{VOICE},{CHAT}", FORMATTED: "Voce; Chat dal vivo"}, ("passed", "Live chat", "")),
        ({COLUMN: CHAT, FORMATTED: "Live chat"}, comes_back("Live chat")),
        ({COLUMN: f"{CHAT},{VOICE}", FORMATTED: "Voce; Chat dal vivo"}, comes_back("Voce")),
        ({COLUMN: CHAT, FORMATTED: "Chat dal vivo; x"}, comes_back("Chat dal vivo; x")),
        ({COLUMN: VOICE, FORMATTED: "Voce"}, comes_back(None)),
        ({COLUMN: CHAT}, ("wrong", None, f"The endpoint gives no name for {COLUMN} = {CHAT}.")),
        ({COLUMN: "x", FORMATTED: 7}, ("wrong", 7, f"The endpoint gives no name for {COLUMN} = 'x'.")),
        (None, ("wrong", None, f"The endpoint gives no name for {COLUMN} = None.")),
    ],
    ids=["right", "of two", "English", "crossed", "one with a semicolon", "another", "none", "a number", "gone"],
)
def test_a_number_comes_back_under_its_name(play: Play, row: Any, found: Any) -> None:
    """In the language of the user, where the endpoint declares another than English."""
    play.script.contents["conversation"] = row

    assert judged(channels.named, play, COLUMN, str(CHAT), "Live chat") == found


def offered(label_: Any, *, member: str = "OptionSet") -> Any:
    """A declaration with one label of the chat."""
    return {member: {"Options": [None, {"Value": "x"}, {"Value": CHAT, "Label": label_}]}}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (offered(label("Nein", 1031)), "Nein"),
        (offered(label("Nein", 1031), member="GlobalOptionSet"), "Nein"),
        ({**offered(label("Ja", 1031), member="GlobalOptionSet"), **offered(label("Nein", 1031))}, "Nein"),
        (offered(label("Chat", 1033)), "Live chat"),
        (offered({"UserLocalizedLabel": None}), "Live chat"),
        (offered({"UserLocalizedLabel": {"Label": 7, "LanguageCode": 1031}}), "Live chat"),
        (offered({"UserLocalizedLabel": "x"}), "Live chat"),
        (offered("x"), "Live chat"),
        ({"OptionSet": {}, "GlobalOptionSet": None}, "Live chat"),
        ({"OptionSet": {"Options": 7}, "GlobalOptionSet": "x"}, "Live chat"),
        (None, "Live chat"),
    ],
    ids=[
        "own",
        "global",
        "both",
        "English",
        "none of the user",
        "a number",
        "text",
        "no label",
        "no options",
        "strange",
        "unread",
    ],
)
def test_the_documented_name_counts_unless_the_user_has_another_language(play: Play, content: Any, name: str) -> None:
    """An English declaration does not go above the reference."""
    declared(play, content)
    play.script.contents["conversation"] = {COLUMN: CHAT, FORMATTED: name}

    assert judged(channels.named, play, COLUMN, str(CHAT), "Live chat") == ("passed", "Live chat", "")


def test_without_a_reading_the_documented_name_counts(play: Play) -> None:
    """Nothing was read of the column."""
    play.stage.readings = replace(play.stage.readings, choices={})
    play.script.contents["conversation"] = {COLUMN: CHAT, FORMATTED: "Live chat"}

    assert channels.named(play, COLUMN, str(CHAT), "Live chat") == "Live chat"
    assert channels.unlisted(play, COLUMN) == 192999999


def alone(number: int, name: str | None = None) -> dict[str, Any]:
    """A row with one channel."""
    return {COLUMN: str(number), FORMATTED: name or NAMED[number]}


def not_stored(number: int, said: str = "204") -> str:
    """Why a channel is no start."""
    return f"channel {number} is not stored, though it stands alone: {said}"


@pytest.mark.parametrize(
    ("numbers", "answers", "rows", "found"),
    [
        (BOTH, [], (alone(CHAT), alone(VOICE)), ("passed", None, "")),
        (str(CHAT), [], alone(CHAT, "whatever"), ("passed", None, "")),
        (str(CHAT), [], alone(VOICE), ("not testable", None, not_stored(CHAT))),
        (str(CHAT), [refusal()], alone(CHAT), ("not testable", None, not_stored(CHAT, "400 (no)"))),
        (BOTH, [], alone(CHAT), ("not applicable", None, not_stored(VOICE))),
        (
            BOTH,
            [answer(), refusal()],
            (alone(CHAT), alone(VOICE)),
            ("not applicable", None, not_stored(VOICE, "400 (no)")),
        ),
        (
            BOTH,
            [],
            (alone(CHAT), alone(VOICE, "Stimme")),
            ("not applicable", None, f"channel {VOICE} has another name, or none, though it stands alone"),
        ),
    ],
    ids=["both", "one", "another", "refused", "the second not", "the second refused", "another name"],
)
def test_each_number_is_tried_alone(play: Play, *, numbers: str, answers: Any, rows: Any, found: Any) -> None:
    """A pair is only refused for being a pair when both are taken alone."""
    play.script.answers, play.script.contents["conversation"] = answers, rows

    assert judged(channels.each_alone, play, COLUMN, numbers) == found


def test_a_single_choice_takes_no_pair(play: Play) -> None:
    """Not applicable, and nothing is written."""
    kind(play, "Picklist")

    words = f"{COLUMN} takes a single choice here"
    assert judged(channels.each_alone, play, COLUMN, BOTH) == ("not applicable", None, words)
    assert play.script.log == []


def test_a_channel_that_is_set_is_watched(play: Play) -> None:
    """What follows may not change it."""
    play.script.contents["conversation"] = alone(CHAT)
    channels.is_set(play, COLUMN, str(CHAT))

    assert play.before["conversation"][COLUMN] == str(CHAT)


@pytest.mark.parametrize(
    ("value", "numbers"),
    [(7, [7]), ("7", [7]), ("7,8", [7, 8]), ("7, 8", [7, 8]), ("7,x,", [7]), ("", []), (None, []), (0, [0])],
)
def test_a_stored_value_is_parsed(value: Any, numbers: list[int]) -> None:
    """A number, or text of numbers."""
    assert channels.numbers_in(value) == numbers
