"""The state of calls: which action is possible when, and what it changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.emulator.operations.dispatch import Operations
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.conversation import NAME
from dataverse_tck.emulator.organisation.customer_service import MESSAGES
from dataverse_tck.emulator.organisation.model import Organisation
from dataverse_tck.emulator.organisation.seed_ids import CALLER, seeded
from dataverse_tck.emulator.protocol.errors import ODataError
from dataverse_tck.emulator.rows import records
from dataverse_tck.emulator.store.database import Database
from dataverse_tck.emulator.store.seeds import seed
from dataverse_tck.emulator.store.work import Reference, Work

VOICE, LIVE_CHAT = "192370000", "192360000"
PARAMETERS = {
    "CCaaS_ExternalCallTransfer": {"Destination": "+15550100"},
    "CCaaS_InitiateExternalTransfer": {"Destination": "+15550100"},
}
# How a call gets into each state, from the state that a new conversation is in.
PATHS: dict[str, tuple[str, ...]] = {
    "None": ("CCaaS_ExternalCallReject",),
    "Offered": (),
    "Connected": ("CCaaS_AcceptCall",),
    "Held": ("CCaaS_AcceptCall", "CCaaS_HoldCall"),
    "TransferPending": ("CCaaS_AcceptCall", "CCaaS_InitiateExternalTransfer"),
    "Ended": ("CCaaS_AcceptCall", "CCaaS_EndCall"),
}
LIVE = {"Connected", "Held", "TransferPending"}
# Action -> the state that each state becomes by it; in all others it is refused. Actions on recordings stand below.
TRANSITIONS: dict[str, dict[str, str]] = {
    "CCaaS_AcceptCall": {"Offered": "Connected"},
    "CCaaS_AcceptPhoneCall": {"Offered": "Connected"},
    "CCaaS_BargeInToCall": {"Connected": "Connected"},
    "CCaaS_CloseExternalSession": {},
    "CCaaS_EndCall": dict.fromkeys(LIVE, "Ended"),
    "CCaaS_EndPhoneCall": dict.fromkeys(LIVE, "Ended"),
    "CCaaS_ExternalCallReject": {"Offered": "None", "TransferPending": "Connected"},
    "CCaaS_ExternalCallTransfer": {"Connected": "Ended", "TransferPending": "Ended"},
    "CCaaS_GetCallState": {state: state for state in PATHS},
    "CCaaS_HoldCall": {"Connected": "Held"},
    "CCaaS_InitiateExternalTransfer": {"Connected": "TransferPending", "Held": "TransferPending"},
    "CCaaS_PauseRecordingAndTranscription": {},
    "CCaaS_RejectExternalTransfer": {"TransferPending": "Connected"},
    "CCaaS_ResumeRecordingAndTranscription": {state: state for state in LIVE},
    "CCaaS_StartRecordingAndTranscription": {"Connected": "Connected"},
    "CCaaS_StartTranscription": {"Connected": "Connected"},
    "CCaaS_StopTranscription": {},
    "CCaaS_UnholdCall": {"Held": "Connected"},
}
START, PAUSE = "CCaaS_StartRecordingAndTranscription", "CCaaS_PauseRecordingAndTranscription"
RESUME = "CCaaS_ResumeRecordingAndTranscription"
START_TEXT, STOP_TEXT = "CCaaS_StartTranscription", "CCaaS_StopTranscription"


@dataclass(frozen=True)
class Conversation:
    """A conversation and what is done with it."""

    work: Work
    id: str

    def do(self, *actions: str) -> None:
        for action in actions:
            Operations().invoke(self.work, action, Reference(NAME, self.id), PARAMETERS.get(action, {}))

    def state(self) -> dict[str, Any]:
        outputs = Operations().invoke(self.work, "CCaaS_GetCallState", Reference(NAME, self.id), {})
        assert outputs is not None
        return dict(outputs)

    def regions(self) -> tuple[str, str]:
        state = self.state()
        return state["RecordingState"], state["TranscriptionState"]

    def cells(self) -> dict[str, Any]:
        return records.fetch(self.work, self.work.database.described[NAME], self.id)

    def update(self, **cells: object) -> None:
        records.update(self.work, self.work.database.described[NAME], self.id, cells)


@contextmanager
def opened(organisation: Organisation) -> Iterator[Database]:
    """A database with its seeds."""
    database = Database(organisation)
    seed(database)
    yield database
    database.close()


@contextmanager
def working(database: Database) -> Iterator[Work]:
    """Work whose changes are undone."""
    with database.engine.connect() as connection:
        yield Work(database, connection, CALLER, "http://127.0.0.1/api/data/v9.2")
        connection.rollback()


@pytest.fixture(scope="module")
def database(organisation: Organisation) -> Iterator[Database]:
    """One database for all tests."""
    with opened(organisation) as made:
        yield made


@pytest.fixture
def work(database: Database) -> Iterator[Work]:
    """What one request works with."""
    with working(database) as made:
        yield made


def conversation(work: Work, channel: str = VOICE, **cells: object) -> Conversation:
    body = {"subject": "A call", "msdyn_channel": channel, "statuscode": 2, **cells}
    return Conversation(work, records.create(work, work.database.described[NAME], body))


def test_each_action_has_a_row_in_the_table() -> None:
    """The table of this module speaks of all eighteen."""
    assert set(TRANSITIONS) == set(MESSAGES)


@pytest.mark.parametrize("state", PATHS)
@pytest.mark.parametrize("action", TRANSITIONS)
def test_actions_are_possible_in_their_states_alone(work: Work, action: str, state: str) -> None:
    """A legal action leads where the table says; an illegal one answers 400 and changes nothing."""
    call = conversation(work)
    call.do(*PATHS[state])
    assert call.state()["CallState"] == state
    before = call.cells()

    if state in TRANSITIONS[action]:
        call.do(action)
        assert call.state()["CallState"] == TRANSITIONS[action][state]
        return
    with pytest.raises(ODataError) as refused:
        call.do(action)
    assert (refused.value.status, refused.value.code) == (400, "0x80040265")
    assert call.cells() == before


def test_a_refusal_says_what_would_be_needed(work: Work) -> None:
    """It names the state that the call is in, and those in which the action is possible."""
    call = conversation(work)

    with pytest.raises(ODataError) as refused:
        call.do("CCaaS_InitiateExternalTransfer")
    assert refused.value.message == (
        "CCaaS_InitiateExternalTransfer is not possible: "
        "the call is in the state Offered, and has to be Connected or Held."
    )


@pytest.mark.parametrize("channel", ["192370000", "192380000", "192440000", f"{LIVE_CHAT},{VOICE}"])
def test_an_active_conversation_with_a_voice_channel_is_offered(work: Work, channel: str) -> None:
    """Plain writes offer a call: voice, video or voice call, status Active, not accepted."""
    assert conversation(work, channel).state() == {
        "CallState": "Offered",
        "RecordingState": "not-started",
        "TranscriptionState": "not-started",
        "ParticipantCount": 1,
    }


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ({"msdyn_channel": LIVE_CHAT}, "None"),
        ({"msdyn_channel": None}, "None"),
        ({"statuscode": 1}, "None"),
        ({"statuscode": 3}, "None"),
        ({"statecode": 3, "statuscode": 7}, "None"),
        ({"statuscode": 5}, "Ended"),
        ({"statecode": 1, "statuscode": 4}, "Ended"),
        ({"statecode": 2, "statuscode": 6}, "Ended"),
        ({"msdyn_isagentaccepted": True}, "Connected"),
    ],
)
def test_columns_say_the_state(work: Work, cells: dict[str, object], state: str) -> None:
    """Without an action, the columns of a conversation tell its call."""
    assert conversation(work, **cells).state()["CallState"] == state


def test_a_single_choice_of_channels_offers_too() -> None:
    """With --channel single the column holds a number."""
    with opened(create_organisation(multi_select_channel=False)) as database, working(database) as work:
        identifier = records.create(
            work, work.database.described[NAME], {"subject": "A call", "msdyn_channel": int(VOICE), "statuscode": 2}
        )
        assert Conversation(work, identifier).state()["CallState"] == "Offered"


def test_accepting_is_seen_in_the_columns(work: Work) -> None:
    """The caller becomes the active representative."""
    call = conversation(work)
    before = call.cells()["versionnumber"]
    call.do("CCaaS_AcceptCall")

    cells = call.cells()
    assert cells["msdyn_isagentaccepted"] is True
    assert (cells["msdyn_activeagentid"], cells["msdyn_activeagentid__type"]) == (CALLER, "systemuser")
    assert (cells["statecode"], cells["statuscode"]) == (0, 2)
    assert cells["msdyn_statuschangereason"] == 192350003
    assert cells["msdyn_startedon"] == cells["msdyn_activeagentassignedon"] == cells["modifiedon"]
    assert cells["versionnumber"] > before


def test_accepting_keeps_times_that_are_known(work: Work) -> None:
    """Who assigned the conversation before has said when."""
    earlier = "2026-01-31T09:00:00Z"
    call = conversation(work, msdyn_startedon=earlier, msdyn_activeagentassignedon=earlier)
    call.do("CCaaS_AcceptCall")

    cells = call.cells()
    assert (cells["msdyn_startedon"], cells["msdyn_activeagentassignedon"]) == (earlier, earlier)


def test_ending_moves_to_wrap_up(work: Work) -> None:
    """Wrap-up is a status of the state Open; the deprecated state of that name is not used."""
    call = conversation(work)
    call.do("CCaaS_AcceptCall", "CCaaS_EndCall")

    cells = call.cells()
    assert (cells["statecode"], cells["statuscode"]) == (0, 5)
    assert cells["msdyn_wrapupinitiatedon"] is not None
    assert call.state()["ParticipantCount"] == 0


def test_a_call_is_offered_again_when_its_row_says_so(work: Work) -> None:
    """Active and not accepted is Offered, whatever was before; what was recorded is forgotten."""
    call = conversation(work)
    call.do("CCaaS_AcceptCall", START, "CCaaS_EndCall")
    call.update(statuscode=2, msdyn_isagentaccepted=False)

    assert call.state()["CallState"] == "Offered"
    call.do("CCaaS_AcceptPhoneCall")
    assert call.regions() == ("not-started", "not-started")


def test_an_ended_call_stays_ended_when_its_row_becomes_active_again(work: Work) -> None:
    """The status alone brings no call back."""
    call = conversation(work)
    call.do("CCaaS_AcceptCall", "CCaaS_EndCall")
    call.update(statuscode=2)

    assert call.state()["CallState"] == "Ended"


def test_a_conversation_that_is_closed_has_no_call(work: Work) -> None:
    """Closing the row ends the call that it had."""
    call = conversation(work)
    call.do("CCaaS_AcceptCall")
    call.update(statecode=1)

    assert call.state()["CallState"] == "Ended"


def test_a_rejected_transfer_goes_back_to_where_it_came_from(work: Work) -> None:
    """A call that was on hold is on hold again."""
    call = conversation(work)
    call.do("CCaaS_AcceptCall", "CCaaS_HoldCall", "CCaaS_InitiateExternalTransfer", "CCaaS_RejectExternalTransfer")

    assert call.state()["CallState"] == "Held"


def test_a_transfer_leaves_the_conversation_active_with_a_session_outside(work: Work) -> None:
    """The representative is out, the session of the outside party can be closed once."""
    call = conversation(work)
    call.do("CCaaS_AcceptCall", "CCaaS_ExternalCallTransfer")

    assert call.state()["CallState"] == "Ended"
    assert call.state()["ParticipantCount"] == 2
    assert (call.cells()["statuscode"], call.cells()["msdyn_transfercount"]) == (2, 1)
    call.do("CCaaS_CloseExternalSession")
    assert call.state()["ParticipantCount"] == 0
    with pytest.raises(ODataError, match="no open session"):
        call.do("CCaaS_CloseExternalSession")


def test_a_refused_offer_goes_back_to_routing(work: Work) -> None:
    """The conversation is Open again and waits for somebody else."""
    call = conversation(work)
    call.do("CCaaS_ExternalCallReject")

    cells = call.cells()
    assert (cells["statecode"], cells["statuscode"], cells["msdyn_statuschangereason"]) == (0, 1, 192350001)


def test_barging_in_counts_a_supervisor_once(work: Work) -> None:
    """Each supervisor is one participant more, however often; the call goes on."""
    call = conversation(work)
    call.do("CCaaS_AcceptCall")
    for user in (seeded("systemuser", "ada"), seeded("systemuser", "ada"), seeded("systemuser", "grace")):
        Conversation(replace(work, caller=user), call.id).do("CCaaS_BargeInToCall")

    assert call.state()["ParticipantCount"] == 4
    assert call.cells()["msdyn_activeagentid"] == CALLER


@pytest.mark.parametrize(
    ("actions", "regions"),
    [
        ((START,), ("in-progress", "in-progress")),
        ((START, PAUSE), ("paused", "paused")),
        ((START, PAUSE, RESUME), ("in-progress", "in-progress")),
        ((RESUME,), ("in-progress", "in-progress")),
        ((START_TEXT,), ("not-started", "in-progress")),
        ((START_TEXT, STOP_TEXT), ("not-started", "not-started")),
        ((START_TEXT, STOP_TEXT, START), ("in-progress", "in-progress")),
        ((START, STOP_TEXT), ("in-progress", "not-started")),
        ((START, STOP_TEXT, PAUSE), ("paused", "not-started")),
        ((START, STOP_TEXT, PAUSE, RESUME), ("in-progress", "not-started")),
        ((START, "CCaaS_HoldCall"), ("in-progress", "in-progress")),
        ((START, "CCaaS_HoldCall", PAUSE, "CCaaS_UnholdCall"), ("paused", "paused")),
        ((START, "CCaaS_EndCall"), ("not-started", "not-started")),
    ],
)
def test_recording_and_transcription_are_regions(
    work: Work, actions: tuple[str, ...], regions: tuple[str, str]
) -> None:
    """They change beside the state of the call, and end with it."""
    call = conversation(work)
    call.do("CCaaS_AcceptCall", *actions)

    assert call.regions() == regions


@pytest.mark.parametrize(
    ("actions", "refused"),
    [
        ((START,), START),
        ((START, PAUSE), START),
        ((START, PAUSE), PAUSE),
        ((START,), RESUME),
        ((START,), START_TEXT),
        ((START, PAUSE), START_TEXT),
        ((START_TEXT,), START),
        ((START_TEXT,), RESUME),
        ((START_TEXT,), PAUSE),
        ((START_TEXT,), START_TEXT),
        ((START, PAUSE), STOP_TEXT),
        ((START, STOP_TEXT), START_TEXT),
    ],
)
def test_recording_and_transcription_exclude_each_other(work: Work, actions: tuple[str, ...], refused: str) -> None:
    """What runs is not started again, nor the one beside the other; what does not run is not paused."""
    call = conversation(work)
    call.do("CCaaS_AcceptCall", *actions)
    before = call.cells()

    with pytest.raises(ODataError, match=r"recording is .* and transcription is ") as error:
        call.do(refused)
    assert error.value.status == 400
    assert call.cells() == before


def test_reading_the_state_changes_nothing(work: Work) -> None:
    """Twice the same answer, and the same version of the row."""
    call = conversation(work)
    before = call.cells()

    assert call.state() == call.state()
    assert call.cells() == before


def test_the_documentation_speaks_of_each_action() -> None:
    """docs/calls.md says what an action does."""
    text = (Path(__file__).parents[3] / "docs" / "calls.md").read_text(encoding="utf-8")

    assert [action for action in MESSAGES if f"`{action.removeprefix('CCaaS_')}`" not in text] == []


def test_two_calls_have_states_of_their_own(work: Work) -> None:
    """What is done to one conversation leaves the other as it was."""
    one, other = conversation(work), conversation(work)
    one.do("CCaaS_AcceptCall")

    assert (one.state()["CallState"], other.state()["CallState"]) == ("Connected", "Offered")


def test_the_state_goes_with_the_row(work: Work) -> None:
    """A conversation that is made anew under the same id begins anew."""
    call = conversation(work)
    call.do("CCaaS_AcceptCall", "CCaaS_HoldCall")
    records.remove(work, work.database.described[NAME], call.id)
    conversation(work, activityid=call.id, msdyn_isagentaccepted=True)

    assert call.state()["CallState"] == "Connected"
