"""Faults of a message in one state: each shows there as its kind says, and in no other state of the message."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import sqlalchemy as sa

from dataverse_tck.emulator.faults.call_faults import call_faults
from dataverse_tck.emulator.faults.calls.moments import moments, reachable_calls, state_name
from dataverse_tck.emulator.faults.calls.state_faults import known_idle_faults, known_state_faults
from dataverse_tck.emulator.faults.errors import UnknownFaultError
from dataverse_tck.emulator.operations.call_states import Call
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.model import Binding
from tests.support.asker import Reply
from tests.support.caller import MESSAGES, READER, Caller

ACCEPT, HOLD, END, RECORD = (
    f"CCaaS_{name}" for name in ("AcceptCall", "HoldCall", "EndCall", "StartRecordingAndTranscription")
)
TABLE = "msdyn_ocliveworkitem"
LIVE = {
    "Connected": (ACCEPT,),
    "Held": (ACCEPT, HOLD),
    "TransferPending": (ACCEPT, "CCaaS_InitiateExternalTransfer"),
}
PAUSE, STOP = "CCaaS_PauseRecordingAndTranscription", "CCaaS_StopTranscription"
REGIONS = {
    ("not-started", "not-started"): (),
    ("in-progress", "in-progress"): (RECORD,),
    ("paused", "paused"): (RECORD, PAUSE),
    ("not-started", "in-progress"): ("CCaaS_StartTranscription",),
    ("in-progress", "not-started"): (RECORD, STOP),
    ("paused", "not-started"): (RECORD, STOP, PAUSE),
}
# A way to a call in each state, with all that its regions can be there.
WAYS: dict[tuple[str, str, str], tuple[str, ...]] = {
    ("None", "not-started", "not-started"): ("CCaaS_ExternalCallReject",),
    ("Offered", "not-started", "not-started"): (),
    ("Ended", "not-started", "not-started"): (ACCEPT, END),
    **{
        (state, *regions): (*way[:1], *between, *way[1:])
        for state, way in LIVE.items()
        for regions, between in REGIONS.items()
    },
}
FAULTS = {
    f"{identifier}#{kind}": (identifier.split("/")[2], *kind.split("-in-", 1))
    for known in (known_state_faults(), known_idle_faults())
    for identifier, kinds in known.items()
    for kind in kinds
}
UNSEEN = {f"{identifier}#{kind}" for identifier, kinds in known_idle_faults().items() for kind in kinds}


class Switchboard:
    """A service with a call in each state, which are put back into it before each test."""

    def __init__(self) -> None:
        self.caller = Caller(Binding.ENTITY)
        self.calls = {state: self.caller.after(*way) for state, way in WAYS.items()}
        self.ended_with_session = self.caller.after(ACCEPT, "CCaaS_ExternalCallTransfer")
        table = self.caller.database.tables[TABLE]
        self.columns = ", ".join(f'"{column.name}"' for column in table.columns if column.computed is None)
        self.run(f"CREATE TABLE kept AS SELECT {self.columns} FROM {TABLE}")

    def run(self, *statements: str) -> None:
        """Change the database past the service."""
        with self.caller.database.engine.begin() as connection:
            for statement in statements:
                connection.execute(sa.text(statement))

    def reset(self) -> None:
        """Put the calls back to where they were."""
        self.run(f"DELETE FROM {TABLE}", f"INSERT INTO {TABLE} ({self.columns}) SELECT {self.columns} FROM kept")

    def send_to_each(self, message: str, *faults: str) -> dict[str, tuple[Reply, bool, Any]]:
        """Send a message to a call in each of its states.

        By state, as the message tells them apart: the answer, whether the row changed, and what the call is then.
        """
        self.reset()
        self.caller.behave(*faults)
        before, replies = self.versions(), {}
        for (call, recording, transcription), identifier in self.calls.items():
            state = state_name(message, Call(call, recording=recording, transcription=transcription))
            if state not in replies:
                has_session = message == "CCaaS_CloseExternalSession" and state == "Ended"  # else it is not possible
                which = self.ended_with_session if has_session else identifier
                replies[state] = which, self.caller.send(message, which)
        after = self.versions()
        return {
            state: (reply, before[call] != after[call], self.caller.state(call))
            for state, (call, reply) in replies.items()
        }

    def versions(self) -> dict[str, int]:
        """What tells whether a row has changed."""
        with self.caller.database.engine.connect() as connection:
            rows = connection.execute(sa.text(f"SELECT activityid, versionnumber FROM {TABLE}"))
            return {row.activityid: row.versionnumber for row in rows}


@pytest.fixture(scope="module")
def board() -> Iterator[Switchboard]:
    """One service for all faults."""
    return Switchboard()


@cache
def told(message: str) -> dict[str, bool]:
    """The states of a message, and whether it is possible there."""
    return {moment.state: moment.is_possible for moment in moments() if moment.message == message}


def plain(found: dict[str, tuple[Reply, bool, Any]]) -> dict[str, tuple[int, bool, Any]]:
    return {state: (reply.status, changed, call) for state, (reply, changed, call) in found.items()}


@pytest.fixture(scope="module")
def right(board: Switchboard) -> dict[str, dict[str, tuple[int, bool, Any]]]:
    """What each message does in each state without any fault."""
    return {message: plain(board.send_to_each(message)) for message in MESSAGES}


def test_the_states_are_those_of_the_emulator(right: dict[str, dict[str, tuple[int, bool, Any]]]) -> None:
    """What follows from the transitions is what a client meets: all states, and where each message is possible."""
    for message, found in right.items():
        assert {state: status in (200, 204) for state, (status, _, _) in found.items()} == told(message)


def test_there_is_a_fault_for_each_message_and_state() -> None:
    """Refused and missing where it is possible, accepted where not."""
    assert len(moments()) == 165
    assert sum(moment.is_possible for moment in moments()) == 42
    by_kind = [kind for _, kind, _ in FAULTS.values()]
    assert {kind: by_kind.count(kind) for kind in by_kind} == {"refused": 42, "missing": 36, "accepted": 123}
    assert len(UNSEEN) == 24
    assert {(call.state, call.recording, call.transcription) for call in reachable_calls()} == set(WAYS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.rpartition("_")[2])
def test_a_fault_shows_in_its_state_alone(
    board: Switchboard, right: dict[str, dict[str, tuple[int, bool, Any]]], fault: str
) -> None:
    """There the answer and the call are as the kind says; everywhere else they are as without it."""
    message, kind, state = FAULTS[fault]
    found = board.send_to_each(message, fault)
    reply, changed, call = found[state]
    status, _, done = right[message][state]

    assert {**plain(found), state: None} == {**right[message], state: None}
    match kind:
        case "refused":
            assert status in (200, 204)
            assert (reply.error[:2], changed) == ((400, "0x80040265"), False)
            assert call != done or message == READER
        case "missing":
            assert (reply.status, reply.body, changed) == (204, b"", False)
            assert call != done
        case _:
            assert status == 400
            assert (reply.status, reply.body) == (204, b"")
            assert (call == done) == (fault in UNSEEN)  # refused, a call stays as it was


def test_faults_of_several_states_go_together(board: Switchboard) -> None:
    """Each shows in its own, whatever else is wrong with the message."""
    node = f"derived/message/{END}"
    found = board.send_to_each(
        END, f"{node}/callable#refused-in-Held", f"{node}/effect#missing-in-TransferPending", f"{node}/wrong-state#500"
    )

    assert {state: reply.status for state, (reply, _, _) in found.items()} == {
        "None": 500,
        "Offered": 500,
        "Ended": 500,
        "Connected": 204,
        "Held": 400,
        "TransferPending": 204,
    }
    assert found["TransferPending"][2]["CallState"] == "TransferPending"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            "wrong-state#accepted-in-Connected",
            "it has: accepted, 500, html, error-body, executes. In one state alone: ",
        ),
        ("effect#missing-in-Held", "has no kind 'missing-in-Held'"),
        ("effect#missing-in-connected", "In one state alone: missing-in-Connected."),
        ("callable#refused-in-", "In one state alone: refused-in-Connected."),
        ("unknown-parameter#accepted-in-Held", "it has: accepted, 500, executes.'"),
    ],
)
def test_a_state_in_which_there_is_none_is_refused(fault: str, said: str) -> None:
    """The message names the states that there are."""
    with pytest.raises(UnknownFaultError) as refused:
        call_faults([f"derived/message/{HOLD}/{fault}"], create_organisation().operations)

    assert said in f"{refused.value}'"


def test_a_message_that_changes_nothing_misses_no_effect() -> None:
    """The reader of the state can be refused in each state, no more."""
    of_reader = {identifier for identifier in known_state_faults() if READER in identifier}

    assert of_reader == {f"derived/message/{READER}/callable"}
    assert set(MESSAGES) == {identifier.split("/")[2] for identifier in known_state_faults()}
