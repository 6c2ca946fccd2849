"""Effects that come later than their answers: in order, with the row, and judged as if they had come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dataverse_tck.emulator.organisation.model import Binding
from tests.support.caller import CRM, READER, SET, Caller

ACCEPT, HOLD, UNHOLD, END = "CCaaS_AcceptCall", "CCaaS_HoldCall", "CCaaS_UnholdCall", "CCaaS_EndCall"
TRANSFER, CLOSE = "CCaaS_ExternalCallTransfer", "CCaaS_CloseExternalSession"
DELAY = 5.0


@pytest.fixture(scope="module")
def made() -> Caller:
    """One service for all tests."""
    return Caller(Binding.ENTITY)


@pytest.fixture
def calls(made: Caller) -> Iterator[Caller]:
    """Its calls, whose effects are late."""
    made.start()
    made.behave(delay_s=DELAY)
    yield made
    made.start()


def seen(calls: Caller, call: str) -> str:
    """The state that the reader tells."""
    return str(calls.send(READER, call).json["CallState"])


def test_an_action_answers_at_once_and_shows_later(calls: Caller) -> None:
    """The state and the columns of the row wait, its version too; then they have the time of the effect."""
    call = calls.offered()
    before = calls.ask.read(f"{SET}({call})")
    assert calls.send(ACCEPT, call).status == 204

    calls.seconds += DELAY - 0.01
    assert calls.ask.read(f"{SET}({call})") == before
    assert seen(calls, call) == "Offered"
    calls.seconds += 0.02
    after = calls.ask.read(f"{SET}({call})")
    assert (after["msdyn_isagentaccepted"], after["msdyn_statuschangereason"]) == (True, 192350003)
    assert after["@odata.etag"] != before["@odata.etag"]
    assert seen(calls, call) == "Connected"


def test_refusals_are_judged_by_the_state_to_come(calls: Caller) -> None:
    """Hold follows accept at once; a second accept is refused, though the call still shows as offered."""
    call = calls.offered()
    assert [calls.send(action, call).status for action in (ACCEPT, HOLD, ACCEPT)] == [204, 204, 400]
    assert seen(calls, call) == "Offered"

    calls.seconds += DELAY + 1
    assert seen(calls, call) == "Held"
    assert calls.send(HOLD, call).status == 400


def test_effects_of_one_call_come_in_order(calls: Caller) -> None:
    """An action that is quicker than the one before it waits for that one."""
    call = calls.offered()
    calls.send(ACCEPT, call)
    calls.behave()
    assert calls.send(HOLD, call).status == 204
    assert seen(calls, call) == "Offered"

    calls.seconds += DELAY
    due = datetime.fromtimestamp(calls.seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert seen(calls, call) == "Held"
    assert calls.version(call)[1] == due
    assert calls.send(UNHOLD, call).status == 204
    assert seen(calls, call) == "Connected"


def test_each_effect_keeps_its_time_and_its_caller(calls: Caller) -> None:
    """Two effects that are found together happened one after the other, by those who asked for them."""
    users = calls.ask.read("systemusers?$filter=isdisabled eq false&$select=systemuserid")["value"]
    me = calls.ask.read("WhoAmI")["UserId"]
    other = next(user["systemuserid"] for user in users if user["systemuserid"] != me)
    call = calls.offered()
    calls.send(ACCEPT, call)
    calls.seconds += 2
    assert calls.ask("POST", f"{SET}({call})/{CRM}.{HOLD}", {}, MSCRMCallerID=other).status == 204
    second = datetime.fromtimestamp(calls.seconds + DELAY, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    calls.seconds += 60
    row = calls.ask.read(f"{SET}({call})")
    assert (row["_msdyn_activeagentid_value"], row["_modifiedby_value"]) == (me, other)
    assert row["modifiedon"] == second


def test_whoever_reads_first_needs_no_rights_on_what_others_did(calls: Caller) -> None:
    """Due effects come with any request; and an effect comes, whatever its caller may do with the row."""
    users = calls.ask.read("systemusers?$filter=startswith(fullname,'Ada')&$select=systemuserid")["value"]
    ada = users[0]["systemuserid"]
    call = calls.offered()
    assert calls.ask("GET", f"{SET}({call})", MSCRMCallerID=ada).status == 403
    calls.send(ACCEPT, call)
    calls.seconds += DELAY

    assert calls.ask("GET", "accounts", MSCRMCallerID=ada).status == 200
    assert calls.ask.read(f"{SET}({call})")["msdyn_isagentaccepted"] is True
    assert calls.ask("POST", f"{SET}({call})/{CRM}.{HOLD}", {}, MSCRMCallerID=ada).status == 204
    calls.seconds += DELAY
    row = calls.ask.read(f"{SET}({call})")
    assert (row["msdyn_conversationactivitystate"], row["_modifiedby_value"]) == (2, ada)


def test_a_state_that_no_column_says_comes_late_too(calls: Caller) -> None:
    """A session outside opens and closes later, and each one once."""
    call = calls.offered()
    assert [calls.send(action, call).status for action in (ACCEPT, TRANSFER, CLOSE, CLOSE)] == [204, 204, 204, 400]

    calls.seconds += DELAY
    assert calls.ask.read(f"{SET}({call})")["msdyn_transfercount"] == 1
    assert (seen(calls, call), calls.state(call)["ParticipantCount"]) == ("Ended", 0)


def test_a_list_shows_effects_that_are_due(calls: Caller) -> None:
    """Whoever reads many rows finds each one as it is by now."""
    first, second = calls.offered(), calls.offered()
    calls.send(ACCEPT, first)
    calls.seconds += DELAY
    calls.send(ACCEPT, second)

    accepted = calls.ask.read(f"{SET}?$filter=msdyn_isagentaccepted eq true&$select=activityid")["value"]
    assert [row["activityid"] for row in accepted] == [first]


def test_what_waits_goes_with_the_row(calls: Caller) -> None:
    """A conversation that is made anew under the same id has nothing to come."""
    call = calls.offered()
    calls.send(ACCEPT, call)
    assert calls.ask("DELETE", f"{SET}({call})").status == 204
    calls.ask.create(SET, activityid=call, msdyn_channel="192370000", statuscode=2)

    calls.seconds += DELAY
    assert seen(calls, call) == "Offered"


def test_a_change_set_that_fails_takes_back_what_waits(calls: Caller) -> None:
    """Nothing of it comes later."""
    call = calls.offered()
    lines = ["--b", "Content-Type: multipart/mixed; boundary=c", ""]
    for number, action in enumerate((ACCEPT, UNHOLD), 1):
        lines += ["--c", "Content-Type: application/http", "Content-Transfer-Encoding: binary"]
        lines += [f"Content-ID: {number}", "", f"POST /api/data/v9.2/{SET}({call})/{CRM}.{action} HTTP/1.1"]
        lines += ["Content-Type: application/json", "", "{}"]
    body = "\r\n".join([*lines, "--c--", "--b--", ""]).encode()
    assert calls.ask("POST", "$batch", body, Content_Type="multipart/mixed; boundary=b").status == 400

    calls.seconds += DELAY
    assert seen(calls, call) == "Offered"


def test_an_effect_whose_caller_is_gone_still_comes() -> None:
    """The call goes on, though its columns can no longer name who accepted it."""
    calls = Caller(Binding.ENTITY)
    calls.behave(delay_s=DELAY)
    other = calls.ask.read("systemusers?$filter=isdisabled eq false&$select=systemuserid")["value"][-1]["systemuserid"]
    assert other != calls.ask.read("WhoAmI")["UserId"]
    call = calls.offered()
    assert calls.ask("POST", f"{SET}({call})/{CRM}.{ACCEPT}", {}, MSCRMCallerID=other).status == 204
    calls.send(HOLD, call)
    with calls.database.engine.begin() as connection:
        users = calls.database.tables["systemuser"]
        connection.execute(users.delete().where(users.c.systemuserid == other))

    calls.seconds += DELAY
    assert calls.ask.read(f"{SET}({call})")["msdyn_conversationactivitystate"] == 2


def test_what_waits_in_a_file_comes_in_the_next_process(tmp_path: Path) -> None:
    """Also where that one has no delay of its own."""
    url = f"sqlite:///{tmp_path}/rows.db"
    first = Caller(Binding.ENTITY, url)
    first.behave(delay_s=DELAY)
    call = first.offered()
    first.send(ACCEPT, call)
    first.database.close()

    second = Caller(Binding.ENTITY, url)
    assert seen(second, call) == "Offered"
    second.seconds += DELAY
    assert second.send(HOLD, call).status == 204
    assert second.ask.read(f"{SET}({call})")["msdyn_conversationactivitystate"] == 2
    assert seen(second, call) == "Held"
    second.database.close()
