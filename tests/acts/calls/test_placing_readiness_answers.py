"""Calls on the way to where a message may be sent: routes, what becomes of them, and what keeps them from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.acts.calls import placing, readiness, sending
from dataverse_tck.acts.errors import Aside, UnfitError, WrongError
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.profile import fixture_commands
from dataverse_tck.profile.calls import Calls, Effect, Fixture, Message, StateReader
from dataverse_tck.webapi.http.errors import Broken
from dataverse_tck.webapi.rows.records import Row
from tests.support.scripted import CONVERSATION, Play, declare, judged, playing, refusal
from tests.support.told_calls import CONNECTED, ENDED, HELD, HOLD, UNHOLD, Told

OFFER = Fixture("offer", values={"subject": "a call"})
SILENT = Message("Silent", supported=True)
FIRST = f"{CONVERSATION}-1"


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    """A scene at an endpoint where calls are offered by a row."""
    messages = {"Hold": HOLD, "Unhold": UNHOLD, "Silent": SILENT}
    with playing(tmp_path, monkeypatch, Calls(fixtures={"offer": OFFER}, messages=messages, settle_s=2)) as made:
        made.stage.calibrated = True
        yield made


@pytest.fixture
def told(play: Play, monkeypatch: pytest.MonkeyPatch) -> Told:
    """What is said of its calls."""
    return Told(play, monkeypatch)


def runs(monkeypatch: pytest.MonkeyPatch, *said: str) -> list[tuple[str, str | None]]:
    """Let the commands of fixtures end like this, one after the other; return what was run."""
    done: list[tuple[str, str | None]] = []
    left = list(said)

    def run(scene: Any, name: str, conversation: str | None) -> str:
        done.append((name, conversation))
        return left.pop(0)

    monkeypatch.setattr(placing, "_run", run)
    monkeypatch.setattr(fixture_commands, "ended", lambda result: result)
    return done


def test_a_call_is_placed_and_taken_along(play: Play, told: Told) -> None:
    """Its row is made as the profile says, is known as placed, and noted in the end."""
    told.states = [CONNECTED, HELD, HELD, CONNECTED, CONNECTED]
    placing.bring(play, "conversation", ["Hold", "Unhold"])

    assert play.script.log == [("make", CONVERSATION, {"subject": "a call"}, [])]
    assert play.stage.placed == [play.rows["conversation"]]
    assert told.sent == [(FIRST, "Hold"), (FIRST, "Unhold")]
    assert play.calls["conversation"].state == CONNECTED
    assert play.astray is None


def test_a_fixture_on_the_way_is_run(play: Play, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the id of the call; effects are timed from there."""
    ran = runs(monkeypatch, "")
    play.hours.now = 150
    placing.bring(play, "conversation", ["ring"])

    assert ran == [("ring", FIRST)]
    assert play._done_at == 150


def test_a_fixture_that_fails_is_not_testable(play: Play, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what it said."""
    runs(monkeypatch, "ended with exit code 1")
    words = "the fixture ring ended with exit code 1"

    assert judged(placing.bring, play, "conversation", ["ring"]) == ("not testable", None, words)


UNBELIEVABLE = "the state of calls cannot be believed"
NO_EFFECT = "Hold, on the way there, had no effect: the call is Connected, not Held"


def test_a_declared_effect_that_does_not_show_on_the_way_is_not_testable(play: Play, told: Told) -> None:
    """After the deadline of the message."""
    told.states = [CONNECTED]

    assert judged(placing.bring, play, "conversation", ["Hold"]) == ("not testable", None, NO_EFFECT)
    assert play.hours.now == 102


def test_a_usual_effect_that_does_not_show_on_the_way_leads_astray(play: Play, told: Told) -> None:
    """What is advisory is told later, with the first reason; nothing is lost by it."""
    silent = Message("CCaaS_HoldCall", supported=True)
    declare(play, messages={"CCaaS_HoldCall": silent})
    told.states = [CONNECTED]
    placing.bring(play, "conversation", ["CCaaS_HoldCall"])
    assert play.astray == NO_EFFECT.replace("Hold,", "CCaaS_HoldCall,")

    play.astray = "before that"
    placing.bring(play, "conversation", ["CCaaS_HoldCall"])
    assert play.astray == "before that"


def test_a_message_without_any_effect_settles(play: Play, told: Told) -> None:
    """As long as the slowest effect took."""
    play.stage.clock.slowest = 3
    placing.bring(play, "conversation", ["Silent"])

    assert play.hours.now == 103


def test_a_message_that_is_refused_on_the_way_is_not_testable(play: Play, told: Told) -> None:
    """It says where it was."""
    play.script.answers = [refusal()]
    words = "Hold, on the way there, was refused: 400 (no)"

    assert judged(placing.bring, play, "conversation", ["Hold"]) == ("not testable", None, words)


def test_without_an_offer_no_call_is_placed(play: Play, told: Told) -> None:
    """The reason names what the profile lacks."""
    declare(play, fixtures={})
    words = "the profile has no [fixtures.offer], so no call can be placed"

    assert judged(placing.bring, play, "conversation", []) == ("not testable", None, words)


@pytest.mark.parametrize(
    ("states", "distrusted", "sent"),
    [
        ([CONNECTED, CONNECTED, CONNECTED, CONNECTED, HELD], None, ["Hold"]),
        ([CONNECTED, HELD, HELD, CONNECTED, HELD], None, ["Hold"]),
        (
            [CONNECTED, HELD, CONNECTED, CONNECTED, HELD],
            f"{UNBELIEVABLE}: asked three times, it was Connected, then Held, then as before",
            ["Hold"],
        ),
        (["nobody tells"], None, []),
        ([WrongError("The conversation is gone.")], None, []),
    ],
    ids=["steady", "moving", "to and fro", "not told", "gone"],
)
def test_the_reader_is_tried_before_the_first_scenario(
    play: Play, told: Told, *, states: Any, distrusted: str | None, sent: list[str]
) -> None:
    """Once, with a call of its own and the first message that can be sent to a call as it is offered."""
    play.stage.calibrated = False
    told.states = states
    placing._calibrate(play.stage)
    placing._calibrate(play.stage)

    assert play.stage.calibrated
    assert play.stage.distrusted == distrusted
    assert [message for _, message in told.sent] == sent
    assert len(play.stage.placed) == 1


@pytest.mark.parametrize(
    "messages",
    [
        {"Unhold": UNHOLD, "Silent": SILENT},
        {"Hold": Message("Hold", supported=False, to=HOLD.to)},
        {"More": Message("More", supported=True, to=Effect({}, 1))},
    ],
    ids=["later ones", "not offered", "without a state"],
)
def test_without_a_message_for_it_no_effect_is_tried(play: Play, told: Told, messages: dict[str, Message]) -> None:
    """It has to lead from an offered call into a state."""
    play.stage.calibrated = False
    declare(play, messages=messages)
    placing._calibrate(play.stage)

    assert told.sent == []


@pytest.mark.parametrize(
    ("states", "found"),
    [
        ([CONNECTED], ("passed", None, "")),
        ([HELD, HELD, CONNECTED], ("passed", None, "")),
        (
            [HELD],
            ("not testable", None, "the call could not be made ready for Hold: it is Held, not Connected"),
        ),
    ],
    ids=["ready", "soon", "never"],
)
def test_a_call_is_made_ready(play: Play, told: Told, states: Any, found: Any) -> None:
    """It may need a moment to come where the message may be sent."""
    told.states = states

    assert judged(readiness.make_ready, play, "Hold") == found
    assert play.message == "Hold"
    if found[0] == "passed":
        assert play.calls["conversation"].state == CONNECTED


def test_a_call_is_given_the_time_of_its_message_to_become_ready(play: Play, told: Told) -> None:
    """Not that of the run."""
    declare(play, messages={"Hold": Message("Hold", supported=True, begins=HOLD.begins, within_s=0.5)})
    told.states = [HELD]

    assert judged(readiness.make_ready, play, "Hold")[0] == "not testable"
    assert play.hours.now == pytest.approx(100.5)


def test_a_call_that_is_ready_is_not_asked_again(play: Play, told: Told) -> None:
    """Nor waited for."""
    told.states = [CONNECTED, ENDED]
    readiness.make_ready(play, "Hold")

    assert play.hours.now == 100
    assert play.calls["conversation"].state == CONNECTED


@pytest.mark.parametrize(("reader", "tolerated"), [("Hold", True), ("Other", False), (None, False)])
def test_the_scenario_of_the_reader_goes_on_with_what_is_not_told(
    play: Play, told: Told, *, reader: str | None, tolerated: bool
) -> None:
    """No other one does; the first reason is kept."""
    declare(play, state_reader=reader and StateReader(reader, {}))
    told.states = ["nobody tells"]
    found = judged(readiness.make_ready, play, "Hold")

    assert found == (("passed", None, "") if tolerated else ("not observable", None, "nobody tells"))
    assert play.untold == ({"conversation": Aside(Outcome.NOT_OBSERVABLE, "nobody tells")} if tolerated else {})
    if tolerated:
        told.states = ["still nobody"]
        readiness.make_another(play)
        assert play.untold["beside"].reason == "still nobody"
        readiness.make_ready(play, "Hold")
        assert play.untold["conversation"].reason == "nobody tells"


def test_without_a_call_the_scenario_of_the_reader_cannot_go_on(play: Play, told: Told) -> None:
    """There is nothing to ask about."""
    declare(play, state_reader=StateReader("Hold", {}), fixtures={})

    assert judged(readiness.make_ready, play, "Hold")[0] == "not testable"


def test_another_call_is_brought_the_same_way(play: Play, told: Told) -> None:
    """And what the first one is like is noted again."""
    told.states = [HELD]
    readiness.make_ready(play, "Unhold")
    told.states = [HELD, ENDED]
    declare(play, messages={"Unhold": Message("Unhold", supported=True)})
    readiness.make_another(play)

    assert (play.calls["beside"].state, play.calls["conversation"].state) == (HELD, ENDED)
    assert play.rows["beside"] != play.rows["conversation"]


@pytest.mark.parametrize(
    ("begins", "states", "found"),
    [
        ({"call": ("Connected",)}, [CONNECTED, CONNECTED, HELD], ("passed", None, "")),
        ({}, [CONNECTED, CONNECTED, HELD], ("passed", None, "")),
        (
            {"call": ("Connected", "Held")},
            [CONNECTED, CONNECTED, HELD],
            ("not applicable", None, "Hold may be sent again in the state that it leads to"),
        ),
    ],
    ids=["elsewhere", "anywhere", "again"],
)
def test_a_call_behind_the_message(play: Play, told: Told, begins: Any, states: Any, found: Any) -> None:
    """Where the message may be sent again, its second time says nothing."""
    declare(play, messages={"Hold": Message("Hold", supported=True, to=HOLD.to, begins=begins)})
    told.states = states

    assert judged(readiness.make_done, play, "Hold") == found
    assert [message for _, message in told.sent] == ["Hold"]
    assert play.calls["conversation"].state == HELD


WRONG = "the call could not be brought into a state that is wrong for Hold"


@pytest.mark.parametrize(
    ("message", "states", "found", "sent"),
    [
        ("Hold", [HELD], ("passed", None, ""), []),
        ("Hold", [CONNECTED, CONNECTED, HELD, HELD], ("passed", None, ""), ["Hold"]),
        ("Hold", [CONNECTED, CONNECTED, HELD, CONNECTED], ("not testable", None, WRONG), ["Hold"]),
        ("Hold", ["nobody tells"], ("not observable", None, "nobody tells"), []),
    ],
    ids=["as offered", "after itself", "nowhere", "not told"],
)
def test_a_call_is_brought_where_a_message_is_wrong(
    play: Play, told: Told, *, message: str, states: Any, found: Any, sent: list[str]
) -> None:
    """As it is offered, else after the message itself; and what keeps it from that."""
    declare(play, messages={"Hold": HOLD})
    told.states = states

    assert judged(readiness.make_unready, play, message) == found
    assert [one for _, one in told.sent] == sent


def test_a_message_that_may_be_sent_anywhere_has_no_wrong_state(play: Play, told: Told) -> None:
    """By declaration; what practice suggests is another scenario's."""
    declare(play, messages={"Silent": SILENT})

    assert judged(readiness.make_unready, play, "Silent") == ("not testable", None, WRONG.replace("Hold", "Silent"))


def test_what_practice_calls_wrong_must_not_keep_the_run_from_a_verdict(play: Play, told: Told) -> None:
    """Not applicable, where nobody can come there; passed where somebody can."""
    practice = play.stage.catalogue.by_id["advisory/message/CCaaS_HoldCall/wrong-state"].expected
    declare(play, messages={"CCaaS_HoldCall": Message("CCaaS_HoldCall", supported=True)})
    told.states = [{"call": "somewhere"}]
    words = WRONG.replace("Hold", "CCaaS_HoldCall")
    assert judged(readiness.make_unready, play, "CCaaS_HoldCall") == ("not applicable", None, words)

    told.states = [{region: listed[0] for region, listed in practice["in"].items()}]
    assert judged(readiness.make_unready, play, "CCaaS_HoldCall") == ("passed", None, "")
    declare(play, messages={"CCaaS_HoldCall": Message("CCaaS_HoldCall", True, when_wrong_state=("refused",))})
    assert judged(readiness.make_unready, play, "CCaaS_HoldCall") == ("not testable", None, words)


def test_the_ways_to_a_wrong_state(play: Play) -> None:
    """As offered, after the message itself, after each offered one that leads there; each once."""
    end = Message("End", supported=True, to=Effect({"call": ("Ended",)}), after=("Hold",))
    gone = Message("Gone", supported=False, to=Effect({"call": ("Ended",)}))
    drop = Message("Drop", supported=True, to=Effect({"call": ("Held", "Ended")}))
    declare(play, messages={"Hold": HOLD, "Unhold": UNHOLD, "End": end, "Gone": gone, "Drop": drop, "Silent": SILENT})

    assert readiness._routes(play, "Unhold", {"call": ("Ended",)}) == [
        (),
        ("Hold", "Unhold"),
        ("Hold", "End"),
        ("Drop",),
    ]
    assert readiness._routes(play, "Drop", {"call": ("Ended",)}) == [(), ("Drop",), ("Hold", "End")]
    assert readiness._routes(play, "Drop", {"call": ("Ended",), "recording": ("paused",)}) == [(), ("Drop",)]


def test_no_more_than_a_few_ways_are_tried(play: Play, told: Told) -> None:
    """Five calls, and no more."""
    there = {
        f"End{number}": Message(f"End{number}", supported=True, to=Effect({"call": ("Ended",)})) for number in range(9)
    }
    declare(play, messages={"Silent": SILENT, **there})
    told.states = [ENDED]
    assert judged(readiness.make_unready, play, "Silent")[0] == "not testable"

    assert len(play.stage.placed) == 5
    assert [message for _, message in told.sent] == ["Silent", "End0", "End1", "End2"]


OPEN = [
    (readiness.leaves_effect_open, {"to": HOLD.to}),
    (readiness.leaves_counterpart_open, {"inverse": "Unhold"}),
    (readiness.leaves_wrong_state_open, {"when_wrong_state": ("refused",)}),
]


@pytest.mark.parametrize(("act", "said"), OPEN)
def test_practice_is_tried_where_the_profile_is_silent(play: Play, act: Any, said: dict[str, Any]) -> None:
    """What is declared of something else does not matter."""
    declare(play, messages={"Hold": Message("Hold", supported=True, **said)})
    assert judged(act, play, "Hold") == ("not applicable", None, "the profile declares it")

    others = {key: value for _, one in OPEN if one is not said for key, value in one.items()}
    declare(play, messages={"Hold": Message("Hold", supported=True, **others)})
    assert judged(act, play, "Hold") == ("passed", None, "")


@pytest.mark.parametrize(
    ("message", "said", "found"),
    [
        ("Hold", ("refused",), ("passed", None, "")),
        ("Hold", (), ("not applicable", None, "the profile does not say what Hold does in another state")),
        ("CCaaS_HoldCall", (), ("not applicable", None, readiness.UNDECLARED.reason)),
    ],
    ids=["said", "silent", "usual"],
)
def test_a_wrong_state_is_tried_where_the_profile_speaks_of_it(
    play: Play, message: str, said: tuple[str, ...], found: Any
) -> None:
    """Where something is usual, it says that practice tries it."""
    declare(play, messages={message: Message(message, supported=True, when_wrong_state=said)})

    assert judged(readiness.says_wrong_state, play, message) == found


def test_a_message_is_taken_back(play: Play, told: Told) -> None:
    """Seen to have its effect first; the counterpart is what the scenario is about."""
    told.states = [CONNECTED, HELD]
    told.note("conversation", CONNECTED)
    no = refusal()
    play.script.answers = [refusal(200), no]
    declare(play, messages={"Hold": HOLD, "Unhold": UNHOLD})
    play.script.answers[0] = type(no)(204, {}, b"", no.url, no.exchange)
    sending.send_and_take_back(play, "Hold")

    assert told.sent == [("conversation-id", "Hold"), ("conversation-id", "Unhold")]
    assert play.answer is no


@pytest.fixture
def ended(play: Play, told: Told, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Two calls that were placed, in any order."""
    play.stage.placed = [Row(CONVERSATION, identifier, f"c({identifier})") for identifier in "ba"]
    return play


def test_every_call_is_hung_up_by_a_message(ended: Play, told: Told) -> None:
    """Refused where it has ended already: that is no trouble."""
    declare(ended, fixtures={"hang_up": Fixture("hang_up", message="End")})
    ended.script.answers = [refusal(), refusal()]

    assert placing.end_all(ended.stage) == ()
    assert told.sent == [("a", "End"), ("b", "End")]


def test_every_call_is_hung_up_by_a_command_and_what_fails_is_told(
    ended: Play, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each attempt is made, the command for cleaning up as well."""
    declare(ended, fixtures={"hang_up": Fixture("hang_up", run=("x",)), "cleanup": Fixture("cleanup", run=("y",))})
    ran = runs(monkeypatch, "ended with exit code 1", "", "took too long")

    assert placing.end_all(ended.stage) == (
        "hanging up c(a) went wrong: ended with exit code 1",
        "cleaning up went wrong: took too long",
    )
    assert ran == [("hang_up", "a"), ("hang_up", "b"), ("cleanup", None)]


@pytest.mark.parametrize("problem", [UnfitError(Outcome.NOT_TESTABLE, "no command"), Broken("reset", "x1")])
def test_an_attempt_that_raises_is_told(ended: Play, monkeypatch: pytest.MonkeyPatch, problem: Exception) -> None:
    """And the next one is made."""
    declare(ended, fixtures={"hang_up": Fixture("hang_up", run=("x",))})

    def run(*_: Any) -> Any:
        raise problem

    monkeypatch.setattr(placing, "_run", run)
    assert placing.end_all(ended.stage) == tuple(f"hanging up c({one}) went wrong: {problem}" for one in "ab")


def test_without_fixtures_nothing_is_ended(ended: Play, told: Told) -> None:
    """The profile does not say how."""
    declare(ended, fixtures={})

    assert placing.end_all(ended.stage) == ()
    assert told.sent == []
