"""Deeds and what follows from them: a table of answers and rows, each with its verdict."""

from __future__ import annotations

from typing import Any

import pytest

from dataverse_tck.acts.cascading import cascades
from tests.support.scripted import CONVERSATION, Play, answer, judged, refusal
from tests.support.staging import TIME_GROUP

GROUP, COLUMN = "msdyn_timegroup", "_regardingobjectid_value"
RECORD, CLOCK = f"{GROUP}s(record)", f"{GROUP}s(clock record)"
OWNER = "_ownerid_value"
CHECKS = (cascades.is_gone, cascades.loses_its_link, cascades.follows_to_colleague, cascades.keeps_its_owner)
ASSIGNED = {"ownerid@odata.bind": "/systemusers(colleague)"}
TARGET = {"@odata.type": f"Microsoft.Dynamics.CRM.{GROUP}", f"{GROUP}id": "record-id"}


@pytest.fixture(autouse=True)
def linked(play: Play) -> None:
    """A conversation that is linked to a time group."""
    play.linked(TIME_GROUP)
    play.answer = answer()


def sent_to_records(play: Play) -> list[Any]:
    """What was sent to the record, without what was only looked at."""
    return [entry for entry in play.script.log if entry[0] in ("DELETE", "PATCH", "POST")]


@pytest.mark.parametrize(
    ("action", "method", "target"),
    [
        ("Delete", "DELETE", RECORD),
        ("Assign", "PATCH", RECORD),
        ("Share", "POST", "GrantAccess"),
        ("Unshare", "POST", "RevokeAccess"),
    ],
)
def test_a_deed_is_done_to_the_record_and_to_that_of_the_clock(
    play: Play, action: str, method: str, target: str
) -> None:
    """The conversation is watched where the deed must not reach it; the clock knows what to look at."""
    play.part("clock record", GROUP)
    play.part("clock")
    cascades.happens(play, action)
    sent = sent_to_records(play)

    assert [entry[:2] for entry in sent] == [(method, target), (method, target.replace("(record)", "(clock record)"))]
    watched = play.links["record"].stated[("CascadeConfiguration", action)] != "Cascade"
    assert ("conversation" in play.before) is watched
    assert (play.ticks is None) is (action == "Delete")
    assert play.denied is None
    assert ("conversation" in play.rights) is (action in ("Share", "Unshare"))


def test_a_share_is_of_the_rights_of_the_record(play: Play) -> None:
    """For the colleague."""
    cascades.happens(play, "Share")
    (sent,) = sent_to_records(play)

    assert sent[2]["PrincipalAccess"]["AccessMask"] == "ReadAccess, WriteAccess"
    assert sent[2]["Target"][f"{GROUP}id"] == "record-id"


@pytest.mark.parametrize(
    ("answers", "denied", "verdict"),
    [
        ([answer()], None, "passed"),
        ([refusal(), answer(), refusal()], "is refused while a conversation refers to it (400 (no))", "passed"),
        ([refusal(405), answer(), refusal(409)], "is refused while a conversation refers to it (409 (no))", "passed"),
        ([refusal(), refusal(), refusal()], None, "not testable"),
        ([refusal(), refusal(), answer()], None, "passed"),
        ([refusal(), answer(), answer()], None, "passed"),
        ([refusal(), answer(399), refusal(400)], "(400 (no))", "passed"),
    ],
    ids=["done", "denied", "denied otherwise", "refused to all", "chance", "chance with control", "a redirect"],
)
def test_a_refusal_is_held_against_a_record_without_conversations(
    play: Play, answers: Any, denied: str | None, verdict: str
) -> None:
    """Where that one is not refused and this one is twice, the conversation is in its way."""
    play.script.answers = answers
    found = judged(cascades.happens, play, "Delete")

    assert found[0] == verdict
    assert (play.denied is None) is (denied is None)
    if denied is not None:
        assert play.denied is not None
        assert denied in play.denied
        assert play.denied.startswith(f"Delete of the record of {GROUP} ")
        for check in (
            cascades.is_gone,
            cascades.loses_its_link,
            cascades.follows_to_colleague,
            cascades.keeps_its_owner,
        ):
            assert judged(check, play) == ("wrong", "refused", play.denied)
    if verdict == "not testable":
        assert found[2] == "the deed itself (Delete) was refused: 400 (no)"


def test_a_refused_deed_to_the_clock_is_no_denial(play: Play) -> None:
    """It decides nothing."""
    play.part("clock record", GROUP)
    play.script.answers = [answer(), refusal()]

    found = judged(cascades.happens, play, "Delete")
    assert found == ("not testable", None, "the deed itself (Delete) was refused: 400 (no)")


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (None, ("passed", "Cascade", "")),
        (({}, None), ("passed", "Cascade", "")),
        ({}, ("wrong", "still there", "The conversation is still there.")),
    ],
    ids=["gone", "late", "there"],
)
def test_a_conversation_is_deleted_along(play: Play, rows: Any, found: Any) -> None:
    """As late as effects may be."""
    play.script.contents["conversation"] = rows

    assert judged(cascades.is_gone, play) == found


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ({COLUMN: None, "subject": "a"}, ("passed", "RemoveLink", "")),
        (({COLUMN: "record-id"}, {COLUMN: None, "subject": "a"}), ("passed", "RemoveLink", "")),
        (
            {COLUMN: "record-id", "subject": "a"},
            ("wrong", "link kept", "The conversation still names the deleted record in regardingobjectid."),
        ),
        (
            {COLUMN: None, "subject": "b"},
            (
                "wrong",
                "conversation: subject changed",
                "The conversation has changed: subject was 'a', now it is 'b'.",
            ),
        ),
        (None, ("wrong", "gone", "the conversation is gone")),
    ],
    ids=["lost", "late", "kept", "changed", "gone"],
)
def test_a_conversation_loses_its_link_and_nothing_else(play: Play, rows: Any, found: Any) -> None:
    """The rest is as it was."""
    play.before["conversation"] = {COLUMN: "record-id", "subject": "a"}
    play.script.contents["conversation"] = rows

    assert judged(cascades.loses_its_link, play) == found


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ({OWNER: "COLLEAGUE"}, ("passed", "Cascade", "")),
        (({OWNER: "me"}, {OWNER: "colleague"}), ("passed", "Cascade", "")),
        (
            {OWNER: "Me"},
            ("wrong", "me", "The conversation still belongs to somebody else than the colleague."),
        ),
        ({OWNER: 7}, ("wrong", None, "The conversation still belongs to somebody else than the colleague.")),
        (None, ("wrong", "gone", "The conversation is gone.")),
    ],
    ids=["assigned", "late", "not", "nobody", "gone"],
)
def test_a_conversation_is_assigned_along(play: Play, rows: Any, found: Any) -> None:
    """As late as effects may be."""
    play.script.contents["conversation"] = rows

    assert judged(cascades.follows_to_colleague, play) == found


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({OWNER: "ME"}, ("passed", "NoCascade", "")),
        ({OWNER: "you"}, ("wrong", "you", "The conversation belonged to me and now belongs to you.")),
        (None, ("wrong", "gone", "The conversation is gone.")),
    ],
    ids=["kept", "assigned", "gone"],
)
def test_a_conversation_keeps_its_owner(play: Play, row: Any, found: Any) -> None:
    """Looked at after the clock and the slowest effect."""
    play.before["conversation"] = {OWNER: "me"}
    play.script.contents["conversation"] = row
    play.stage.clock.slowest = 3

    assert judged(cascades.keeps_its_owner, play) == found
    assert play.hours.now == pytest.approx(103)


def test_the_clock_of_an_assignment_is_its_own_conversation(play: Play) -> None:
    """It shows the effect when it belongs to the colleague."""
    play.part("clock")
    for owner, shows in (("me", False), ("Colleague", True)):
        play.script.contents["clock"] = {OWNER: owner}
        assert cascades.TICKS["Assign"](play) is shows


MINE, THEIRS = {OWNER: "me"}, {OWNER: "Colleague"}
FOLLOWER = f"{CONVERSATION}s({CONVERSATION}-1)"


@pytest.mark.parametrize("unmade", [0, 1], ids=["taken", "refused"])
def test_a_record_is_made_for_the_colleague(play: Play, unmade: int) -> None:
    """Where the endpoint takes an owner for a new row, nothing is assigned that could go on, late."""
    play.script.unmade, play.script.contents["record"] = {GROUP: unmade}, (MINE, THEIRS) if unmade else THEIRS
    play.script.contents[FOLLOWER] = (MINE, MINE, THEIRS)
    cascades.make_of_colleague(play, GROUP)

    made = [entry[1:3] for entry in play.script.log if entry[0] == "make"]
    owned = (GROUP, {"ownerid@odata.bind": "/systemusers(colleague)"})
    assert made == ([owned, (GROUP, {}), (CONVERSATION, {})] if unmade else [owned])
    assert any(entry[0] == "PATCH" for entry in play.script.log) is bool(unmade)


@pytest.mark.parametrize(
    ("answers", "rows", "words"),
    [
        ([], (MINE, THEIRS), ""),
        ([], (MINE, MINE, THEIRS), ""),
        ([refusal()], (MINE, THEIRS), ""),  # of the link of the follower
        ([answer(), refusal()], (MINE, THEIRS), "assigning a record to the colleague was refused: 400 (no)"),
        ([], MINE, "the record could not be assigned to the colleague"),
    ],
    ids=["assigned", "late", "nobody follows", "refused", "no effect"],
)
def test_a_record_is_given_away(play: Play, answers: Any, rows: Any, words: str) -> None:
    """Seen to belong to the colleague, and followed by a conversation, so that nothing is under way any more."""
    play.script.answers, play.script.contents["record"] = list(answers), rows
    play.script.contents[FOLLOWER] = (MINE, MINE, THEIRS)
    found = judged(cascades.make_of_colleague, play, GROUP)

    assert found == (("not testable", None, words) if words else ("passed", None, ""))
    sent = [entry[:2] for entry in play.script.log if entry[0] in ("BIND", "PATCH")]
    assert sent == [("BIND", FOLLOWER), ("PATCH", f"{GROUP}s({GROUP}-1)")]
    assert ("PATCH", f"{GROUP}s({GROUP}-1)", ASSIGNED) in play.script.log
    looked = sum(entry[:2] == ("read", FOLLOWER) for entry in play.script.log)
    assert looked == (0 if words or len(answers) == 1 else 3)


def test_nobody_follows_a_record_whose_conversations_do_not(play: Play) -> None:
    """It waits as long as any effect of the run took."""
    play.script.contents["record"], play.stage.clock.slowest = (MINE, THEIRS), 7
    cascades.make_of_colleague(play, "msdyn_ocvoicemail")

    assert [entry[1] for entry in play.script.log if entry[0] == "make"] == ["msdyn_ocvoicemail"]
    assert play.hours.now >= 107


def test_the_clock_of_a_new_link_is_not_linked_yet(play: Play) -> None:
    """A record of the colleague, and a conversation."""
    play.script.contents["clock record"] = {OWNER: "colleague"}
    cascades.make_clock_of_colleague(play, TIME_GROUP)

    assert [entry[0] for entry in play.script.log] == ["make", "make", "read"]
    assert (play.rows["clock record"].table, play.rows["clock"].table) == (GROUP, CONVERSATION)
    assert play.links["clock"].name == TIME_GROUP


FORBIDDEN = refusal(403)


@pytest.mark.parametrize(
    ("answers", "words", "denied"),
    [
        ([], "", ""),
        ([refusal(), answer()], "", ""),  # once may be chance
        ([FORBIDDEN], "linking the conversation to the record was refused: 403 (no)", ""),
        ([refusal(), refusal()], "", "Linking a conversation to a record of somebody else is refused: 400 (no)"),
    ],
    ids=["linked", "chance", "forbidden", "refused"],
)
def test_a_conversation_is_linked_to_an_owned_record(play: Play, answers: Any, words: str, denied: str) -> None:
    """And so is the one of the clock; what the colleague may do is noted before."""
    play.part("clock record", GROUP)
    play.part("clock")
    play.links["clock"] = play.links["record"]
    play.script.answers = list(answers)
    found = judged(cascades.links_to_owned, play, TIME_GROUP)

    assert found == (("not testable", None, words) if words else ("passed", None, ""))
    assert "conversation" in play.rights
    assert (play.denied or "") == denied
    bound = [(entry[1], *entry[2].values()) for entry in play.script.log if entry[0] == "BIND"]
    pair = [(f"{CONVERSATION}s(conversation)", "record-id"), (f"{CONVERSATION}s(clock)", "clock-record-id")]
    own = pair[:1] * max(1, len(answers))
    assert bound == (own if words or denied else [*own, pair[1]])
    assert (play.ticks is None) is bool(words or denied)


def test_others_are_as_they_were_with_their_shares(play: Play) -> None:
    """Shares are looked at where they are the matter."""
    play.part("beside")
    play.witness.trouble = AssertionError("nobody asks")
    assert cascades.others_as_they_were(play) == "as it was"
    play.witness.trouble = None

    play.before["beside"] = dict.fromkeys(("subject",))
    cascades.happens(play, "Share")
    assert cascades.others_as_they_were(play) == "as it was"
    play.witness.rights["beside"] = ((0, 1),)
    assert judged(cascades.others_as_they_were, play)[:2] == ("wrong", "ReadAccess")
