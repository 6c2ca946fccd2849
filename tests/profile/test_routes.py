"""Where a profile's messages bring calls: worked out from what is declared, with the shortest ways."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dataverse_tck.endpoint.embedded import PROFILE
from dataverse_tck.profile.calls import Calls, Effect, InState, Message, Region, StateReader
from dataverse_tck.profile.profile import load_profile
from dataverse_tck.profile.routes import Map, Place, State, Step

ACCEPT, HOLD, UNHOLD, END = "CCaaS_AcceptCall", "CCaaS_HoldCall", "CCaaS_UnholdCall", "CCaaS_EndCall"
PAUSE, RESUME = "CCaaS_PauseRecordingAndTranscription", "CCaaS_ResumeRecordingAndTranscription"
TRANSFER, REJECT, CLOSE = "CCaaS_InitiateExternalTransfer", "CCaaS_ExternalCallReject", "CCaaS_CloseExternalSession"


def message(name: str, begins: str, becomes: str | None, *after: str, **more: object) -> Message:
    """Return a message from one state of the call, or several, to another."""
    to = None if becomes is None else Effect({"call": (becomes,)})
    made = Message(name, supported=True, after=after, begins={"call": tuple(begins.split())}, to=to)
    return replace(made, **more)  # type: ignore[arg-type]


def calls(*messages: Message, regions: tuple[str, ...] = ("call",)) -> Calls:
    reader = StateReader("CCaaS_GetCallState", {name: Region(name, {}) for name in regions})
    return Calls(state_reader=reader, messages={one.name: one for one in messages})


PLAIN = (
    message(ACCEPT, "Offered", "Connected"),
    message(HOLD, "Connected", "Held", ACCEPT),
    message(UNHOLD, "Held", "Connected", ACCEPT, HOLD),
    message(END, "Connected Held", "Ended", ACCEPT),
)


def at(call: str, **others: str) -> State:
    return (("call", call), *others.items())


def test_every_state_has_the_shortest_way() -> None:
    """Of several as short, that of the messages that stand first."""
    assert Map(calls(*PLAIN)).routes == {
        at("Offered"): (),
        at("Connected"): (ACCEPT,),
        at("Held"): (ACCEPT, HOLD),
        at("Ended"): (ACCEPT, END),
    }


def test_what_is_not_claimed_leads_nowhere() -> None:
    """And what is not declared leads where it usually leads; systems differ about turning a call down."""
    turned_down = message(REJECT, "Offered", None)
    known = Map(calls(replace(PLAIN[0], to=None), replace(PLAIN[1], supported=False), PLAIN[3], turned_down))

    assert set(known.routes) == {at("Offered"), at("Connected"), at("Ended")}
    assert known.step(at("Offered"), REJECT) is None
    assert known.step(at("Offered"), "place_a_call") is None


def test_one_of_several_states_is_no_place_to_go_to() -> None:
    """Nobody can say which it will be, unless it is said of the state in which it begins."""
    several = Effect({"call": ("None", "Connected")})
    back = message(REJECT, "Offered", None, to=several)
    told = replace(back, states=(InState({"call": ("Offered",)}, to=Effect({"call": ("None",)})),))

    assert Map(calls(*PLAIN, back)).step(at("Offered"), REJECT) is None
    assert Map(calls(*PLAIN, told)).step(at("Offered"), REJECT) == at("None")


def test_regions_that_are_not_named_stay() -> None:
    """Until the call comes there, nothing else is known of them."""
    known = Map(
        calls(
            *PLAIN,
            message(RESUME, "Connected", None, ACCEPT, to=Effect({"recording": ("in-progress",)})),
            regions=("call", "recording"),
        )
    )

    assert known.routes[at("Held", recording="in-progress")] == (ACCEPT, RESUME, HOLD)
    assert known.end_of((ACCEPT, RESUME, END)) == at("Ended", recording="in-progress")
    assert known.end_of((HOLD,)) is None


def test_a_fixture_leads_to_what_its_message_begins_with() -> None:
    """The way with it is known as a whole, and goes on from there."""
    taken = message(CLOSE, "Ended", "None", ACCEPT, "outside_takes_it")

    known = Map(calls(*PLAIN[:2], taken))

    assert known.routes[at("Ended")] == (ACCEPT, "outside_takes_it")
    assert known.routes[at("None")] == (ACCEPT, "outside_takes_it", CLOSE)
    assert known.walk([at("None")]) == (
        (
            Step(None, at("Offered")),
            Step(ACCEPT, at("Connected")),
            Step("outside_takes_it", None),
            Step(CLOSE, at("None"), stop=True),
        ),
    )


def test_a_message_is_tried_in_its_own_states_first() -> None:
    """By its own way, else by the shortest; where no way is known, that is told; the other states are wrong ones."""
    known = Map(calls(*PLAIN))
    end = replace(PLAIN[3], begins={"call": ("Held", "TransferPending", "Connected")})

    assert known.places(end) == (
        Place(at("Held"), True, ((ACCEPT, HOLD),)),
        Place(at("TransferPending"), True, ()),
        Place(at("Connected"), True, ((ACCEPT,),)),
        Place(at("Offered"), False, ((),)),
        Place(at("Ended"), False, ((ACCEPT, END),)),
    )


def test_of_a_way_that_leads_nobody_knows_where_nothing_has_to_be_right_elsewhere() -> None:
    """It may lead to the very state to which another way is known; one declared for the state has to be right."""
    own = (ACCEPT, TRANSFER, "outside_takes_it")
    close = message(CLOSE, "Ended", None, *own)
    row = InState({"call": ("Ended",)}, after=(ACCEPT, END))

    known = Map(calls(*PLAIN))

    assert [place.sure for place in known.places(close) if place.possible] == [False]
    assert [place.sure for place in known.places(replace(close, states=(row,))) if place.possible] == [True]


@pytest.mark.parametrize("own", [(ACCEPT, HOLD, UNHOLD), (ACCEPT, "hidden")])
def test_a_state_may_have_a_way_of_its_own(own: tuple[str, ...]) -> None:
    """Declared for it, or for the message where it leads there."""
    row = InState({"call": ("Connected",)}, after=own)
    end = replace(PLAIN[3], states=(row,))

    assert [place.routes for place in Map(calls(*PLAIN)).places(end)][:2] == [(own,), ((ACCEPT, HOLD),)]


def test_where_nothing_else_may_change_other_regions_are_at_work() -> None:
    """A second way leads to the same state with everything else as different as it can be."""
    record = message(
        RESUME, "Connected", None, ACCEPT,
        to=Effect({"recording": ("in-progress",), "transcription": ("in-progress",)}),
    )  # fmt: skip
    listen = message(PAUSE, "Connected", None, ACCEPT, to=Effect({"transcription": ("in-progress",)}))
    known = Map(calls(*PLAIN, record, listen, regions=("call", "recording", "transcription")))

    routes = [known.places(replace(PLAIN[1], others_unchanged=strict))[0].routes for strict in (False, True)]

    assert routes == [((ACCEPT,),), ((ACCEPT,), (ACCEPT, RESUME))]


def test_a_walk_stops_at_each_state_once_with_few_calls() -> None:
    """On the way as well; a new call is taken where it is nearer, or where nothing leads on."""
    known = Map(calls(*PLAIN))

    walk = known.walk([at("Ended"), at("Offered"), at("Held")])

    assert walk == (
        (
            Step(None, at("Offered"), stop=True),
            Step(ACCEPT, at("Connected")),
            Step(HOLD, at("Held"), stop=True),
            Step(END, at("Ended"), stop=True),
        ),
    )
    assert known.walk([]) == ()
    assert known.walk([at("None")]) == ()


def test_the_emulator_is_tried_in_165_pairs_of_message_and_state() -> None:
    """42 of them declared possible; three that ``from`` names cannot come about."""
    declared = load_profile(PROFILE).calls
    assert declared is not None
    known = Map(declared)

    places = [place for message in declared.supported() for place in known.places(message)]

    assert len(known.routes) == 21
    assert sum(bool(place.routes) for place in places) == 165
    assert sum(place.possible and bool(place.routes) for place in places) == 42
    assert sum(not place.routes for place in places) == 3
    for message in declared.supported():
        wrong = [place.state for place in known.places(message) if not place.possible]
        walked = [step.state for leg in known.walk(wrong) for step in leg if step.stop]
        parts = [tuple((name, word) for name, word in state or () if name in message.begins) for state in walked]
        assert sorted(parts) == sorted(wrong)
