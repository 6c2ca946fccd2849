"""Messages in every state: what is right in each, and what is told of one in which something is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.acts.calls import visits
from dataverse_tck.acts.calls.readiness import UNDECLARED
from dataverse_tck.acts.scene import Scene
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.profile.calls import Calls, Effect, Fixture, InState, Message, Region, StateReader
from dataverse_tck.profile.coverage import Fate
from dataverse_tck.profile.signatures import Signature
from dataverse_tck.webapi.http.answer import Answer
from tests.support.scripted import Play, Script, answer, declare, judged, playing, refusal

ACCEPT, HOLD, END, RECORD, TELL = "CCaaS_AcceptCall", "CCaaS_HoldCall", "CCaaS_EndCall", "Record", "CCaaS_GetCallState"
WORDS = {word: word for word in ("Offered", "Connected", "Held", "Ended", "not-started", "in-progress")}
REFUSED = ("refused",)


def message(name: str, begins: str, becomes: str, *after: str) -> Message:
    """Return a message that is possible in some states of a call and leads to one."""
    states = {"call": tuple(begins.split())}
    return Message(
        name, supported=True, after=after, begins=states, to=Effect({"call": (becomes,)}), when_wrong_state=REFUSED
    )


DECLARED = {
    one.name: one
    for one in (
        message(ACCEPT, "Offered", "Connected"),
        message(HOLD, "Connected", "Held", ACCEPT),
        message(END, "Connected Held", "Ended", ACCEPT),
        replace(message(RECORD, "Connected", "", ACCEPT), to=Effect({"recording": ("in-progress",)})),
        Message(TELL, supported=True, to=Effect({})),
    )
}
READER = StateReader(TELL, {"call": Region("Call", WORDS), "recording": Region("Recording", WORDS)})


class Machine(Script):
    """Stands in for an endpoint with calls, which does what is declared, but where ``wrong`` says otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: dict[tuple[str, str], Any] = {}  # message and state of the call -> what is done or answered
        self.calls: dict[str, dict[str, str]] = {}

    def send(self, method: str, target: str, content: Any = None, headers: Any = None) -> Answer:
        path, _, name = target.rpartition("/Microsoft.Dynamics.CRM.")
        call = self.calls.setdefault(path, {"Call": "Offered", "Recording": "not-started"})
        self.log.append((name, path, call["Call"]))
        if name == TELL:
            status = self.wrong.get((name, call["Call"]), 200)
            return answer(200, json.dumps(call).encode()) if status == 200 else refusal(status)
        done = self.wrong.get((name, call["Call"]), "done" if call["Call"] in DECLARED[name].begins["call"] else 400)
        if isinstance(done, int):
            return refusal(done)
        if isinstance(done, Mapping):
            call.update(done)
        elif done == "done":
            effect = DECLARED[name].to
            assert effect is not None
            named = {"call": "Call", "recording": "Recording"}
            call.update({named[region]: str(words[0]) for region, words in effect.states.items()})
        return answer()

    def read(self, row: Any, *, select: Any = (), headers: Any = None) -> Any:
        return {"msdyn_ocliveworkitemid": row.id}

    def sent(self, name: str) -> list[tuple[str, str]]:
        """Return the calls, in the order in which they were placed, for which a message was sent, and their states."""
        order = list(self.calls)
        return [(f"call {order.index(path) + 1}", state) for what, path, state, *_ in self.log if what == name]


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    """A scene at an endpoint with calls."""
    offer = {"offer": Fixture("offer", values={"statuscode": 2})}
    calls = Calls(settle_s=1, state_reader=READER, messages=DECLARED, fixtures=offer)
    with playing(tmp_path, monkeypatch, calls) as made:
        made.script = Machine()
        made.script._roles = made.rows
        monkeypatch.setattr(made, "records", made.script)
        monkeypatch.setattr(made.stage, "records", lambda _: made.script)
        made.stage.calibrated = True
        made.stage.signatures = {name: Signature(name, "entity", (), None, None, "$metadata") for name in DECLARED}
        yield made


def machine(scene: Scene) -> Machine:
    assert isinstance(scene.records, Machine)
    return scene.records


def further(play: Play, name: str, check: Any) -> tuple[str, Any, str]:
    """Send a message in its further states; return how the check ends."""
    visits.say_further_states(play, name)
    visits.send_in_further_states(play, name)
    return judged(check, play)


def wrongly(play: Play, name: str) -> tuple[str, Any, str]:
    """Send a message in its wrong states; return how the check ends."""
    visits.say_wrong_states(play, name)
    visits.send_in_wrong_states(play, name)
    return judged(visits.harmless_in_each, play)


def told(play: Play) -> dict[str, str]:
    """Return what is told of each state of the call."""
    return {" ".join(map(str, one.state.values())): str(one.fate) for one in play.tried}


def test_each_further_state_has_a_call_of_its_own(play: Play) -> None:
    """The first state is tried elsewhere."""
    assert further(play, END, visits.accepted_in_each) == ("passed", "accepted", "")
    assert judged(visits.becomes_in_each, play) == ("passed", "as declared", "")
    assert machine(play).sent(END) == [("call 1", "Held")]
    (only,) = play.tried
    assert (only.message, only.state, only.possible, only.fate) == (END, {"call": "Held"}, True, Fate.RIGHT)
    assert only.exchange == "x0007"


def test_one_state_is_no_further_one(play: Play) -> None:
    """Then nothing is tried here."""
    reason = f"{HOLD} is declared for the one state in which it is tried elsewhere"

    assert judged(visits.say_further_states, play, HOLD) == (str(Outcome.NOT_APPLICABLE), None, reason)


@pytest.mark.parametrize("status", [400, 403, 500])
def test_a_refusal_where_it_is_declared_to_be_possible_is_wrong(play: Play, status: int) -> None:
    """Whatever it is refused with; of its effect, nothing more is said."""
    machine(play).wrong[END, "Held"] = status

    words = f"In Held, recording not-started (x0007): Sending {END} is refused: {status} (no)"
    assert further(play, END, visits.accepted_in_each) == ("wrong", status, words)
    assert judged(visits.becomes_in_each, play) == ("passed", "as declared", "")
    assert told(play) == {"Held": "wrong"}


def test_an_effect_that_stays_away_in_one_state_is_wrong(play: Play) -> None:
    """It is accepted there; what was waited for can be looked for once more."""
    machine(play).wrong[END, "Held"] = "nothing"

    assert further(play, END, visits.accepted_in_each)[0] == "passed"
    verdict, observed, words = judged(visits.becomes_in_each, play)
    assert (verdict, observed) == ("wrong", {"call": "Held", "recording": "not-started"})
    assert words.startswith("In Held, recording not-started (x0007): It should be Ended: the call was Held")
    assert play.missed is not None


def test_what_nobody_declares_is_accepted_and_no_pass_of_an_effect(play: Play) -> None:
    """Nothing is required of what becomes of the call."""
    declare(play, messages={**DECLARED, END: replace(DECLARED[END], to=None)})

    assert further(play, END, visits.accepted_in_each)[0] == "passed"
    assert visits.becomes_in_each(play) == UNDECLARED
    assert told(play) == {"Held": "accepted"}


def test_states_that_are_wrong_alike_are_told_together(play: Play) -> None:
    """The first with its words, the others by their names."""
    begins = {"call": ("Connected", "Held", "Ended")}
    declare(play, messages={**DECLARED, END: replace(DECLARED[END], begins=begins)})
    machine(play).wrong = {(END, "Held"): 400, (END, "Ended"): 400}

    words = further(play, END, visits.accepted_in_each)[2]

    assert words.startswith("In Held, recording not-started (x0007): ")
    assert words.endswith(" Likewise in Ended, recording not-started (x0007).")


def test_nothing_else_may_change_where_that_is_declared(play: Play) -> None:
    """So it is tried while something else is under way, on a way of its own."""
    strict = replace(DECLARED[HOLD], others_unchanged=True)
    declare(play, messages={**DECLARED, HOLD: strict})
    machine(play).wrong[HOLD, "Connected"] = {"Call": "Held", "Recording": "not-started"}

    assert further(play, HOLD, visits.accepted_in_each)[0] == "passed"
    verdict, observed, words = judged(visits.becomes_in_each, play)
    assert (verdict, observed) == ("wrong", {"call": "Held", "recording": "not-started"})
    assert words == (
        "In Connected, recording in-progress (x0007): Nothing else should change than Held: recording was "
        "in-progress, and is now not-started."
    )


def test_a_refusal_on_another_way_is_told_and_no_fault(play: Play) -> None:
    """Something may be hidden that only the declared way brings about."""
    declare(play, messages={**DECLARED, HOLD: replace(DECLARED[HOLD], others_unchanged=True)})
    visits.say_further_states(play, HOLD)
    machine(play).wrong[HOLD, "Connected"] = 400
    visits.send_in_further_states(play, HOLD)

    assert told(play) == {"Connected": "refused on another way"}
    words = "no call came to any of the states: no message of the profile leads there"
    assert judged(visits.accepted_in_each, play) == (str(Outcome.NOT_APPLICABLE), None, words)


def test_a_way_that_leads_elsewhere_reaches_nothing(play: Play) -> None:
    """It says where it led instead."""
    begins = {"call": ("Connected", "Held", "None")}
    declare(play, messages={**DECLARED, END: replace(DECLARED[END], begins=begins)})
    machine(play).wrong[HOLD, "Connected"] = {"Call": "Ended"}

    verdict, _, words = further(play, END, visits.accepted_in_each)

    assert verdict == str(Outcome.NOT_APPLICABLE)
    assert words.startswith(
        f"no call came to any of the states: {HOLD}, on the way there, had no effect: the call is Ended"
    )
    assert told(play) == {"Held": "not reachable"}


def test_all_wrong_states_are_tried_with_few_calls(play: Play) -> None:
    """What changes nothing spares a new call."""
    assert wrongly(play, HOLD) == ("passed", "as declared", "")

    one_call = [("call 1", state) for state in ("Offered", "Connected", "Held", "Ended")]
    assert machine(play).sent(HOLD) == one_call  # Connected is on the way
    assert told(play) == {"Offered": "right", "Ended": "right", "Held": "right"}
    assert not any(one.possible for one in play.tried)


@pytest.mark.parametrize(
    ("does", "words"),
    [
        ("done", "The call is not as it was: it was Held, recording not-started and is now Held"),
        ("nothing", "The endpoint says yes and changes nothing, where it is declared to refuse."),
        (500, "It is not refused but breaks: 500 (no)."),
    ],
)
def test_what_is_wrong_in_one_state_is_told_with_it(play: Play, does: Any, words: str) -> None:
    """The others are tried all the same, with a fresh call."""
    machine(play).wrong[HOLD, "Held"] = does if does != "done" else {"Recording": "in-progress"}

    verdict, _, said = wrongly(play, HOLD)

    assert verdict == "wrong"
    assert said.startswith(f"In Held, recording not-started (x0007): {words}"[:90])
    assert told(play) == {"Offered": "right", "Ended": "right", "Held": "wrong"}


def test_what_is_right_may_differ_by_state(play: Play) -> None:
    """Nobody says what happens to an ended call: there it is not tried."""
    rows = (
        InState({"call": ("Held",)}, when_wrong_state=("unchanged",)),
        InState({"call": ("Offered",)}, when_wrong_state=REFUSED),
    )
    declare(play, messages={**DECLARED, HOLD: replace(DECLARED[HOLD], when_wrong_state=(), states=rows)})
    machine(play).wrong[HOLD, "Held"] = "nothing"

    assert wrongly(play, HOLD)[0] == "passed"
    assert told(play) == {"Offered": "right", "Held": "right"}


def test_a_wrong_state_that_is_not_reached_is_told(play: Play) -> None:
    """Where the walk is lost, the next state that it was meant for is given up, and the others are tried."""
    machine(play).wrong[END, "Connected"] = 400
    machine(play).wrong[END, "Held"] = 400

    assert wrongly(play, HOLD) == ("passed", "as declared, in 2 of 3 wrong states", "")
    assert told(play) == {"Offered": "right", "Ended": "not reachable", "Held": "right"}


def test_no_wrong_state_at_all_cannot_be_tested(play: Play) -> None:
    """With the reason why the last of them was not reached."""
    for name in (ACCEPT, HOLD, END, RECORD):
        for state in ("Offered", "Connected"):
            machine(play).wrong[name, state] = 400
    declare(play, messages={**DECLARED, ACCEPT: replace(DECLARED[ACCEPT], begins={"call": ("Offered",)})})
    visits.say_wrong_states(play, ACCEPT)

    verdict, _, words = judged(visits.send_in_wrong_states, play, ACCEPT)

    assert verdict == str(Outcome.NOT_TESTABLE)
    assert "was refused: 400 (no)" in words


@pytest.mark.parametrize(("state", "wrong"), [("Held", {"Held"}), ("Connected", {"Connected"})])
def test_a_reader_that_refuses_in_one_state_is_wrong_there_alone(play: Play, state: str, wrong: set[str]) -> None:
    """Where it refuses on the way to others, these are not reached."""
    everywhere = replace(
        DECLARED[TELL], begins={"call": ("Offered", "Connected", "Held", "Ended")}, after=(ACCEPT, END)
    )
    declare(play, messages={**DECLARED, TELL: everywhere})
    machine(play).wrong[TELL, state] = 400

    further(play, TELL, visits.accepted_in_each)

    assert {where for where, fate in told(play).items() if fate == "wrong"} == wrong


@pytest.mark.parametrize("name", [TELL, END])
def test_where_no_call_is_placed_nothing_is_reached(play: Play, name: str) -> None:
    """Nobody is asked, and nothing is told of a call that an earlier visit left behind."""
    begins = {"call": ("Offered", "Connected", "Held")}
    declare(play, messages={**DECLARED, name: replace(DECLARED[name], begins=begins, after=(ACCEPT, END))})
    play.stage.unoffered = "no call can be offered"

    verdict, _, words = further(play, name, visits.accepted_in_each)

    assert (verdict, machine(play).calls) == (str(Outcome.NOT_APPLICABLE), {})
    assert words == "no call came to any of the states: no call can be offered"
    assert set(told(play).values()) == {"not reachable"}


def test_what_is_told_of_a_state_names_no_participants(play: Play) -> None:
    """However many there are: their number is read, and is no part of the table."""
    counted = replace(DECLARED[HOLD], begins={"call": ("Connected",), "participants": (2,)})
    declare(play, messages={**DECLARED, HOLD: counted})

    assert wrongly(play, HOLD)[0] == "passed"
    assert {frozenset(one.state) for one in play.tried} == {frozenset({"call"})}
