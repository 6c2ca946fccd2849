"""Shares: what the colleague may do before and after, each with its verdict."""

from __future__ import annotations

from typing import Any

import pytest

from dataverse_tck.acts.cascading import shares
from dataverse_tck.acts.scene import Rights
from dataverse_tck.webapi.rows.sharing import SHOWS_DIRECT, NotObservable
from tests.support.scripted import CONVERSATION, Play, answer, judged, refusal
from tests.support.staging import TIME_GROUP

GROUP = "msdyn_timegroup"
READ, WRITE, APPEND = 1, 2, 4
RECORDS, OWN = READ | WRITE, READ | APPEND
NOTHING = Rights(0, 0, 0)


@pytest.fixture(autouse=True)
def linked(play: Play) -> None:
    """A conversation that is linked to a time group."""
    play.linked(TIME_GROUP)
    play.answer = answer()


def test_the_two_shares_can_be_told_apart() -> None:
    """Each holds a right that the other lacks."""
    assert (shares.INHERITED, shares.DIRECT, shares.READ) == (RECORDS, OWN, READ)


def test_rights_are_noted_before_the_deed(play: Play) -> None:
    """On every conversation of the scenario that a share might reach; whether this one could be opened."""
    for role in ("beside", "other", "loose", "clock"):
        play.part(role)
    play.witness.rights["other"] = ((WRITE, 0),)
    for opens in (True, False, None):
        play.witness.opens["conversation"] = opens
        shares.note_rights(play)
        assert play.could_open is opens

    expected = {"conversation": NOTHING, "beside": NOTHING, "other": Rights(WRITE, 0, WRITE), "loose": NOTHING}
    assert play.rights == expected
    assert play.surface == "principalobjectaccessset"


@pytest.mark.parametrize("parts", [(READ, 0), (0, READ), (RECORDS, 0)])
def test_who_may_read_anyway_is_no_witness(play: Play, parts: tuple[int, int]) -> None:
    """Unless the conversation was shared itself, for another right."""
    play.witness.rights["conversation"] = (parts,)
    words = "the colleague may read the conversation anyway, so a share would not show"
    assert judged(shares.note_rights, play) == ("not observable", None, words)

    play.shared_itself = True
    assert judged(shares.note_rights, play) == ("passed", None, "")


@pytest.mark.parametrize("parts", [(WRITE, 0), (0, APPEND)])
def test_other_rights_do_not_hide_a_share(play: Play, parts: tuple[int, int]) -> None:
    """Reading is what shows."""
    play.witness.rights["conversation"] = (parts,)

    assert judged(shares.note_rights, play) == ("passed", None, "")


def test_where_no_rights_are_shown_nothing_is_observed(play: Play) -> None:
    """Or where only direct ones are."""
    play.witness.surface = SHOWS_DIRECT
    words = f"the endpoint shows rights in {SHOWS_DIRECT} alone, which need not tell of inherited ones"
    assert judged(shares.rights, play, "conversation") == ("not observable", None, words)

    play.witness.trouble = NotObservable("closed everywhere")
    assert judged(shares.rights, play, "conversation") == ("not observable", None, "closed everywhere")


@pytest.mark.parametrize(("itself", "clock"), [("", False), ("", True), ("itself", False), ("itself", True)], ids=str)
def test_a_record_is_shared(play: Play, itself: str, *, clock: bool) -> None:
    """With its clock; the conversation for other rights before, where it has a share of its own."""
    if clock:
        play.part("clock record", GROUP)
        play.part("clock")
        play.links["clock record"] = play.links["record"]
    inherited = (0, RECORDS) if itself else (0, 0)
    play.witness.rights = {"conversation": (inherited,), "clock": (inherited,)}
    shares.share_record(play, itself)

    own = [(CONVERSATION, "ReadAccess, AppendAccess")] if itself else []
    records = [(GROUP, "ReadAccess, WriteAccess")] * (2 if clock else 1)
    sent = [entry[2] for entry in play.script.log if entry[1] == "GrantAccess"]
    named = [body["Target"]["@odata.type"].rpartition(".")[2] for body in sent]
    masks = [body["PrincipalAccess"]["AccessMask"] for body in sent]
    assert list(zip(named, masks, strict=True)) == own + records
    assert play.shared_itself is bool(itself)
    assert bool(play.rights) is not bool(itself)


@pytest.mark.parametrize(
    ("itself", "answers", "words"),
    [
        ("itself", [refusal()], "sharing a conversation was refused: 400 (no)"),
        ("itself", [answer(), refusal()], "sharing a record was refused: 400 (no)"),
        ("", [refusal()], "sharing a record was refused: 400 (no)"),
        ("itself", [], "the share of the record did not extend to the conversation"),
    ],
)
def test_a_share_that_is_no_start_decides_nothing(play: Play, itself: str, answers: Any, words: str) -> None:
    """Refused, or without the effect that it starts from."""
    play.script.answers = answers

    follows = play.links["record"].stated[("CascadeConfiguration", "Share")] == "Cascade"
    expected = ("not testable", None, words) if answers or follows else ("passed", None, "")
    assert judged(shares.share_record, play, itself) == expected


ALIKE = "The colleague has {} on the conversation, not ReadAccess, WriteAccess as on the record."


@pytest.mark.parametrize(
    ("parts", "could_open", "opens", "found"),
    [
        (((0, RECORDS),), None, False, ("passed", "Cascade", "")),
        (((0, 0), (0, RECORDS)), None, False, ("passed", "Cascade", "")),
        (((0, RECORDS),), False, True, ("passed", "Cascade", "")),
        (((0, RECORDS),), False, (False, True), ("passed", "Cascade", "")),
        (((0, RECORDS),), False, None, ("passed", "Cascade", "")),
        (((0, RECORDS),), True, False, ("passed", "Cascade", "")),
        (
            ((0, RECORDS),),
            False,
            False,
            ("wrong", "not seen", "The colleague has rights on the conversation, but cannot open it."),
        ),
        (((0, READ),), None, None, ("wrong", "ReadAccess", ALIKE.format("ReadAccess"))),
        (((RECORDS, 0),), None, None, ("wrong", "ReadAccess, WriteAccess", ALIKE.format("ReadAccess, WriteAccess"))),
        (((0, 0),), None, None, ("wrong", "no rights", ALIKE.format("no rights"))),
    ],
    ids=["alike", "late", "opens", "opens late", "cannot tell", "did before", "does not", "less", "direct", "none"],
)
def test_a_conversation_is_shared_alike(play: Play, parts: Any, could_open: Any, opens: Any, found: Any) -> None:
    """By inheritance; and it can be opened, where it could not before."""
    play.witness.rights["conversation"], play.could_open = parts, could_open
    play.witness.opens["conversation"] = opens

    assert judged(shares.is_shared_alike, play) == found


OPEN = "The owner of the record has {} on the conversation."


@pytest.mark.parametrize(
    ("parts", "opens", "found"),
    [
        (((0, READ),), None, ("passed", "Cascade", "")),
        (((0, 0), (0, RECORDS)), None, ("passed", "Cascade", "")),
        (((READ, 0),), None, ("wrong", "ReadAccess", OPEN.format("ReadAccess"))),
        (((0, WRITE),), None, ("wrong", "WriteAccess", OPEN.format("WriteAccess"))),
        (
            ((0, READ),),
            False,
            ("wrong", "not seen", "The colleague has rights on the conversation, but cannot open it."),
        ),
    ],
    ids=["reads", "late", "direct", "cannot read", "cannot open"],
)
def test_a_conversation_opens_up_to_the_owner_of_the_record(play: Play, parts: Any, opens: Any, found: Any) -> None:
    """At least for reading."""
    play.witness.rights["conversation"], play.could_open = parts, False
    play.witness.opens["conversation"] = opens

    assert judged(shares.opens_up, play) == found


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ((0, 0), ("passed", "NoCascade", "")),
        ((READ, 0), ("wrong", "ReadAccess", "The colleague now has ReadAccess on the conversation.")),
        ((0, RECORDS), ("wrong", "ReadAccess, WriteAccess", None)),
    ],
)
def test_a_conversation_is_not_shared(play: Play, parts: Any, found: Any) -> None:
    """No more than before; looked at after the slowest effect."""
    play.rights["conversation"] = NOTHING
    play.witness.rights["conversation"] = (parts,)
    play.stage.clock.slowest = 3
    seen = judged(shares.is_not_shared, play)

    assert seen[:2] == found[:2]
    assert found[2] is None or seen[2] == found[2]
    assert play.hours.now == pytest.approx(103)


KEPT = "The colleague has {} on the conversation, not just its own share, ReadAccess, AppendAccess."


@pytest.mark.parametrize(
    ("parts", "observed"),
    [((OWN, 0), None), ((OWN, RECORDS), "ReadAccess, WriteAccess, AppendAccess"), ((0, 0), "no rights")],
    ids=["own", "both", "none"],
)
def test_a_conversation_keeps_its_own_share(play: Play, parts: Any, observed: str | None) -> None:
    """What was shared of the record is gone; where shares do not follow, nothing has changed."""
    link = play.links["record"]
    unshare = link.stated[("CascadeConfiguration", "Unshare")]
    follows = link.stated[("CascadeConfiguration", "Share")] == "Cascade"
    play.rights["conversation"] = NOTHING if follows else Rights(OWN, 0, OWN)
    play.witness.rights["conversation"] = (parts,)

    assert judged(shares.keeps_own_share, play) == (
        ("passed", unshare, "") if observed is None else ("wrong", observed, KEPT.format(observed))
    )


def test_where_shares_do_not_follow_unsharing_changes_nothing(play: Play) -> None:
    """Even where sharing did too much."""
    name = next(
        name
        for name, link in play.stage.links.items()
        if link.many_to_one and link.stated[("CascadeConfiguration", "Share")] != "Cascade"
    )
    play.linked(name)
    play.rights["conversation"] = Rights(OWN, RECORDS, OWN | RECORDS)
    play.witness.rights["conversation"] = ((OWN, RECORDS),)
    assert judged(shares.keeps_own_share, play)[0] == "passed"
    play.witness.rights["conversation"] = ((OWN, 0),)
    assert judged(shares.keeps_own_share, play)[0] == "wrong"


def test_no_other_conversation_is_shared(play: Play) -> None:
    """Neither this one nor that of the clock is another one."""
    for role in ("conversation", "beside", "other", "clock"):
        play.part(role)
        play.rights[role] = NOTHING
    play.witness.rights.update({"conversation": ((0, RECORDS),), "clock": ((0, RECORDS),)})
    assert shares.others_are_not_shared(play) == "as it was"

    play.witness.rights["other"] = ((0, READ),)
    words = "The colleague now has ReadAccess on another conversation."
    assert judged(shares.others_are_not_shared, play) == ("wrong", "ReadAccess", words)


@pytest.mark.parametrize(
    ("parts", "shared", "unshared", "opened"),
    [
        ((0, RECORDS), True, False, True),
        ((0, READ), False, False, True),
        ((OWN, 0), False, True, False),
        ((0, WRITE), False, False, False),
    ],
)
def test_a_clock_shows_a_share(play: Play, parts: Any, *, shared: bool, unshared: bool, opened: bool) -> None:
    """Reached it, left it, or opened it."""
    play.part("clock")
    play.witness.rights["clock"] = (parts,)

    assert (shares.clock_is_shared(play), shares.clock_is_not_shared(play)) == (shared, unshared)
    assert shares.clock_opened_up(play) is opened


def test_a_denied_deed_is_told_before_anything_is_looked_at(play: Play) -> None:
    """By every check of a share."""
    play.denied = "denied"
    for check in (shares.is_shared_alike, shares.keeps_own_share, shares.is_not_shared):
        assert judged(check, play) == ("wrong", "refused", "denied")
