"""Links: a table of answers and rows, each with its verdict."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dataverse_tck.acts.errors import Aside
from dataverse_tck.acts.linking import links
from dataverse_tck.conformance.finding import Outcome
from tests.support.scripted import CONVERSATION, ERROR, Play, answer, judged, refusal, table_of
from tests.support.staging import TIME_GROUP

GROUP, COLUMN, VALUE = "msdyn_timegroup", "regardingobjectid", "_regardingobjectid_value"
KIND = f"{VALUE}@Microsoft.Dynamics.CRM.lookuplogicalname"
PATH = f"{CONVERSATION}s(conversation)"
RIGHT = {VALUE: "RECORD-ID", KIND: GROUP}


@pytest.fixture(autouse=True)
def linked(play: Play) -> None:
    """A conversation that is linked to a time group, by an answer that says yes."""
    play.linked(TIME_GROUP)
    play.answer = answer()


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({VALUE: "ABC"}, ("passed", "abc", "")),
        ({VALUE: None}, ("passed", None, "")),
        ({VALUE: 7}, ("passed", None, "")),
        ({}, ("passed", None, "")),
        (None, ("wrong", "gone", "the conversation is gone")),
    ],
    ids=str,
)
def test_the_id_in_a_lookup(play: Play, row: Any, found: Any) -> None:
    """In lower case; a row that is gone is wrong."""
    play.script.contents["conversation"] = row

    assert judged(links.linked_id, play, "conversation", COLUMN) == found


def test_a_link_is_written_by_the_documented_property(play: Play) -> None:
    """To the record, to an alien, to nothing."""
    navigation = play.stage.links[TIME_GROUP].navigation
    play.part("alien", "x")
    for act, arguments, other in (
        (links.link_to, [TIME_GROUP], "record-id"),
        (links.link_to_alien, [], "alien-id"),
        (links.clear, [], None),
    ):
        told = refusal()
        play.script.answers = [told]
        act(play, *arguments)  # type: ignore[operator]
        assert play.script.log[-1] == ("BIND", PATH, {navigation: other})
        assert play.answer is told


def test_a_first_link_is_that_of_the_record(play: Play) -> None:
    """A later one is of the conversation alone."""
    first, other = play.links["record"], next(one for one in play.stage.links.values() if one.name != TIME_GROUP)
    links.link_to(play, other.name)
    assert (play.links["record"], play.links["conversation"]) == (first, other)
    del play.links["record"]
    links.link_to(play, other.name)
    assert play.links["record"] is other


NOT_IT = f"not the record of {GROUP}."
YES_BUT = "The endpoint said yes, but the conversation names"


@pytest.mark.parametrize(
    ("answered", "rows", "found"),
    [
        (answer(), RIGHT, ("passed", GROUP, "")),
        (answer(), ({}, None, RIGHT), ("passed", GROUP, "")),
        (answer(), {VALUE: "x", KIND: GROUP}, ("wrong", "x", f"{YES_BUT} 'x' in {COLUMN}, {NOT_IT}")),
        (answer(), {}, ("wrong", None, f"{YES_BUT} None in {COLUMN}, {NOT_IT}")),
        (answer(), None, ("wrong", None, f"{YES_BUT} None in {COLUMN}, {NOT_IT}")),
        (
            answer(),
            {**RIGHT, KIND: "team"},
            ("wrong", "team", f"The conversation calls the record of {GROUP} a record of 'team'."),
        ),
        (
            refusal(),
            RIGHT,
            ("wrong", 400, f"Linking a conversation to a record of {GROUP} is refused: 400 (no)"),
        ),
    ],
    ids=["right", "late", "another", "nothing", "gone", "another kind", "refused"],
)
def test_a_conversation_names_its_record(play: Play, answered: Any, rows: Any, found: Any) -> None:
    """Of the right kind."""
    play.answer, play.script.contents["conversation"] = answered, rows

    assert judged(links.names_it, play, COLUMN, GROUP) == found


def told(**body: Any) -> Any:
    """An answer with a row."""
    return answer(200, json.dumps(body).encode())


LEADS = "{} of the conversation leads {}, not to its record."


@pytest.mark.parametrize(
    ("answered", "observed", "where"),
    [
        (told(msdyn_timegroupid="RECORD-id"), None, ""),
        (told(msdyn_timegroupid="x"), "x", "to 'x'"),
        (told(), None, "to None"),
        (answer(200, b"[]"), None, "to None"),
        (refusal(404), 404, "refused"),
        (answer(204), None, "nowhere (204)"),
    ],
    ids=["right", "another", "nobody", "a list", "refused", "nothing"],
)
def test_a_way_leads_to_the_record(play: Play, answered: Any, observed: Any, where: str) -> None:
    """Followed by its documented name; the same tells the kind where no annotation does."""
    navigation = play.links["conversation"].navigation
    play.script.answers = [answered]
    found = judged(links.arrives, play, navigation)

    assert play.script.log[0] == ("GET", f"{PATH}/{navigation}?$select={GROUP}id", None)
    said = LEADS.format(navigation, where)
    if where == "refused":
        said = f"{navigation} of the conversation is declared, and cannot be read: {observed} (no)."
    assert found == (("wrong", observed, said) if where else ("passed", navigation, ""))
    play.script.answers, play.script.contents["conversation"] = [answered], {VALUE: "record-id"}
    assert judged(links.names_it, play, COLUMN, GROUP)[0] == found[0]


@pytest.mark.parametrize(
    ("answered", "rows", "found"),
    [
        (answer(), {VALUE: None}, ("passed", None, "")),
        (answer(), (RIGHT, {VALUE: None}), ("passed", None, "")),
        (
            answer(),
            RIGHT,
            ("wrong", "record-id", f"The endpoint said yes, but the conversation still names record-id in {COLUMN}."),
        ),
        (answer(), None, ("wrong", "gone", "the conversation is gone")),
        (refusal(), {VALUE: None}, ("wrong", 400, "Clearing the link of a conversation is refused: 400 (no)")),
    ],
    ids=["nothing", "late", "still", "gone", "refused"],
)
def test_a_cleared_link_names_nothing(play: Play, answered: Any, rows: Any, found: Any) -> None:
    """As late as effects may be."""
    play.answer, play.script.contents["conversation"] = answered, rows

    assert judged(links.names_nothing, play) == found


def with_way(play: Play) -> str:
    """Let the endpoint declare the way back; return its target."""
    tables = play.stage.tables.known  # type: ignore[attr-defined]
    tables[CONVERSATION] = table_of(CONVERSATION, {}, {TIME_GROUP: "way_back"})
    return f"{play.rows['record'].path}/way_back"


STILL_LISTED = "It names the record of team, but that of fax, which it was about before, still lists it."
MINE, OTHER = {f"{CONVERSATION}id": "CONVERSATION-ID"}, {f"{CONVERSATION}id": "other"}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([MINE], None),
        (([], [MINE]), None),
        ([], ([], "nothing")),
        ([MINE, OTHER], (["conversation-id", "other"], "['conversation-id', 'other']")),
        ([OTHER], (["other"], "['other']")),
    ],
    ids=["alone", "late", "none", "more", "another"],
)
def test_a_record_lists_its_conversation_alone(play: Play, rows: Any, found: Any) -> None:
    """By the way that the endpoint declares."""
    play.script.lists[with_way(play)] = rows
    words = found and f"way_back of the record lists {found[1]}, not its conversation alone."

    verdict = judged(links.leads_back, play)
    assert verdict == (("wrong", found[0], words) if found else ("passed", play.links["record"].navigation, ""))
    assert play.script.log[0] == ("list", f"{play.rows['record'].path}/way_back?$select={CONVERSATION}id")


def test_without_a_way_back_nothing_is_observed(play: Play) -> None:
    """The reason names the relationship."""
    words = f"the endpoint declares no way back from {GROUP} ({TIME_GROUP})"

    assert judged(links.leads_back, play) == ("passed", Aside(Outcome.NOT_OBSERVABLE, words), "")


@pytest.mark.parametrize(
    ("row", "rows", "found"),
    [
        (RIGHT, [OTHER], ("passed", "one", "")),
        (RIGHT, ([MINE, OTHER], [OTHER]), ("passed", "one", "")),
        (RIGHT, [], ("passed", "one", "")),
        (
            RIGHT,
            [OTHER, MINE],
            (
                "wrong",
                "both",
                STILL_LISTED,
            ),
        ),
        ({}, [], ("wrong", None, f"{YES_BUT} None in {COLUMN}, {NOT_IT}")),
    ],
    ids=["one", "late", "none", "both", "neither"],
)
def test_a_conversation_names_the_new_record_only(play: Play, row: Any, rows: Any, found: Any) -> None:
    """The old one does not list it any more."""
    with_way(play)
    play.part("old record", "fax")
    play.links["old record"] = play.links["record"]
    play.script.contents["conversation"] = row
    play.script.lists["faxs(old record)/way_back"] = rows

    assert judged(links.names_only_it, play, COLUMN, "team") == found


def test_where_nothing_is_declared_the_old_record_is_not_asked(play: Play) -> None:
    """There is no way to ask by."""
    play.part("old record", "fax")
    play.links["old record"] = play.links["record"]
    play.script.contents["conversation"] = RIGHT

    assert links.names_only_it(play, COLUMN, "team") == "one"
    assert [entry[0] for entry in play.script.log] == ["read"]


def test_the_way_there_is_a_deed_of_its_own(play: Play) -> None:
    """What is found is checked after."""
    told_ = answer(200, ERROR)
    play.script.answers = [told_]
    links.go_there(play)

    assert play.script.log == [("GET", f"{PATH}/{play.links['record'].navigation}", None)]
    assert play.answer is told_
