"""What a profile says of calls: read as it stands, refused in sentences, and what it takes out of a verdict."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.profile.calls import Declared, Effect, Fixture, Message, Region, StateReader, read_calls
from dataverse_tck.profile.not_claimed import not_claimed_ids
from dataverse_tck.profile.problems import problems
from dataverse_tck.profile.profile import load_profile
from dataverse_tck.suite_files import suite_root
from dataverse_tck.usage import UsageError
from tests.support.profiles import AGENT, NAMES, SUPPORTED, WHOLE, calls, document, written

CATALOGUE = load_suite().catalogue
HOLD = "messages.CCaaS_HoldCall"


def test_what_is_said_of_calls_arrives(tmp_path: Path) -> None:
    """Every key of every part, ids in lower case, and what is left out by its default."""
    profile = load_profile(written(tmp_path, WHOLE))
    found = profile.calls

    assert found
    assert profile.implementation == {"name": "Acme Voice", "version": "4.2", "kind": "gateway"}
    assert (found.allow_live_effects, found.settle_s, found.conversation_parameter) == (True, 5, "ConversationId")
    assert (found.actors, found.settings) == ({"agent": AGENT.lower()}, {"recording": "enabled", "wrap_up": True})
    words = {"ringing": "Offered", "talking": "Connected", "on_hold": "Held", "ended": "Ended"}
    assert found.state_reader == StateReader(
        "CCaaS_GetCallState", {"call": Region("CallState", words)}, "ParticipantCount"
    )
    assert found.fixtures == {
        "offer": Fixture("offer", run=("./place-call.sh",), timeout_s=7, yields="conversation"),
        "external_accept": Fixture("external_accept", run=("./external.sh", "accept", "{conversation}"), timeout_s=30),
        "hang_up": Fixture("hang_up", message="CCaaS_EndCall"),
    }
    assert found.messages["CCaaS_HoldCall"] == Message(
        "CCaaS_HoldCall",
        supported=True,
        binding="entity",
        actor="agent",
        after=("CCaaS_AcceptCall", "external_accept"),
        begins={"call": ("Connected",)},
        to=Effect({"call": ("Held",)}, 1),
        within_s=3,
        parameters={"Reason": "lunch"},
        inverse="CCaaS_UnholdCall",
        when_wrong_state=("refused", "unchanged"),
    )
    assert found.messages["CCaaS_EndCall"].declared == {"ConversationId": Declared("Edm.Guid", required=True)}
    assert found.messages["CCaaS_GetCallState"].to == Effect({})
    assert found.messages["CCaaS_AcceptCall"] == Message("CCaaS_AcceptCall", supported=True)
    assert {message.name for message in found.supported()} == set(SUPPORTED)
    assert {message.name for message in found.not_claimed()} == set(NAMES) - set(SUPPORTED)


def test_a_profile_that_does_not_speak_of_calls_has_none() -> None:
    """So a run knows that nothing was declared."""
    assert read_calls({"level": "data"}) is None
    assert problems({"level": "data", "implementation": {"name": "Acme"}}) == []


def test_the_whole_profile_has_no_problem() -> None:
    """Nor has one without state reader and offer that allows no effects."""
    assert problems(document()) == []
    silent = {"calls": {}, "messages": {name: {"supported": True} for name in NAMES}}
    assert problems(silent) == []


STATE_READER = "calls.state_reader"
IN_OFFER = {"in": {"call": "Offered"}, "when_wrong_state": ["unchanged"]}
REFUSED: dict[str, tuple[tuple[str, Any], ...]] = {
    "nobody knows the key callz. Did you mean calls?": (("callz", {}),),
    f"nobody knows the key form in {HOLD}. Did you mean from?": ((f"{HOLD}.form", {}),),
    "nobody knows the key hold in calls.state_reader": ((f"{STATE_READER}.hold", {}),),
    f"{HOLD} has when_wrong_state, but it has no from, so none is wrong": ((f"{HOLD}.from", ...),),
    f"{HOLD} has when_wrong_state, but its from has every state that calls.state_reader tells, so none is wrong": (
        (f"{HOLD}.from", {"call": ["Offered", "Connected", "Held", "Ended"]}),
    ),
    f"{HOLD}.states[0] says nothing of its states: write after, to or when_wrong_state.": (
        (f"{HOLD}.states", [{"in": {"call": "Connected"}}]),
    ),
    f"{HOLD}.states[1] has to, but none of its states is in {HOLD}.from: mend in, or from.": (
        (f"{HOLD}.states", [IN_OFFER, {"in": {"call": "Offered"}, "to": {}}]),
    ),
    f"{HOLD}.states[0] has after, but none of its states is in {HOLD}.from: mend in, or from.": (
        (f"{HOLD}.states", [{"in": {"call": "Held"}, "after": []}]),
    ),
    f"{HOLD}.states[0].after names accept, but there is no such message or fixture": (
        (f"{HOLD}.states", [{"in": {"call": "Connected"}, "after": ["accept"]}]),
    ),
    f"{HOLD}.states[0].in has recording, which calls.state_reader does not read.": (
        (f"{HOLD}.states", [{"in": {"recording": "paused"}, "when_wrong_state": ["refused"]}]),
    ),
    f"{HOLD}.states[0].to has Parked, which is no state of call.": (
        (f"{HOLD}.states", [{"in": {"call": "Connected"}, "to": {"call": "Parked"}}]),
    ),
    f"{HOLD}.states[0] lacks in, which takes a table with call": ((f"{HOLD}.states", [{"to": {}}]),),
    f'{HOLD}.others is "any", but takes "unchanged"': ((f"{HOLD}.others", "any"),),
    f'{HOLD} has others = "unchanged", but no to: write to = {{ }}': (
        (f"{HOLD}.others", "unchanged"),
        (f"{HOLD}.to", ...),
    ),
    f"{HOLD}.from has participants, which calls.state_reader does not read.": (
        (f"{HOLD}.from.participants", 2),
        (f"{HOLD}.to.participants", ...),
        (f"{STATE_READER}.participants", ...),
    ),
    f"{HOLD} lacks supported, which takes true or false": ((f"{HOLD}.supported", ...),),
    f'{HOLD}.supported is "yes", but takes true or false': ((f"{HOLD}.supported", "yes"),),
    f"{HOLD}.to.participants is 1, but takes a difference with its sign": ((f"{HOLD}.to.participants", 1),),
    f'{HOLD}.when_wrong_state[0] is "ok", but takes one of "refused", "unchanged"': (
        (f"{HOLD}.when_wrong_state", ["ok"]),
    ),
    f'{HOLD}.binding is "table", but takes one of "entity"': ((f"{HOLD}.binding", "table"),),
    'calls.actors.agent is "me", but takes the id (GUID) of a user': (("calls.actors.agent", "me"),),
    "fixtures.offer.timeout_s is 0, but takes a number of seconds above 0": (("fixtures.offer.timeout_s", 0),),
    "nobody knows the message CCaaS_HoldCal. Did you mean CCaaS_HoldCall": (
        ("messages.CCaaS_HoldCal", {"supported": False}),
    ),
    "it names 17 of the 18 messages; the others are CCaaS_StopTranscription.": (
        ("messages.CCaaS_StopTranscription", ...),
    ),
    "it speaks of fixtures and messages, but has no [calls]": (("calls", ...), (f"{HOLD}", {"supported": True})),
    "nothing offers a call: write [fixtures.offer]": (("fixtures.offer", ...),),
    "calls.state_reader.message names CCaaS_StartTranscription, which is not supported.": (
        (f"{STATE_READER}.message", "CCaaS_StartTranscription"),
    ),
    "calls.state_reader.message names CCaaS_GetState, but there is no such message. Did you mean CCaaS_GetCallState": (
        (f"{STATE_READER}.message", "CCaaS_GetState"),
    ),
    "calls.state_reader.call.map has held, which is no state of call. Did you mean Held": (
        (f"{STATE_READER}.call.map.parked", "held"),
    ),
    f"{HOLD}.to has Paused, which is no state of call. Known are None, Offered": ((f"{HOLD}.to.call", "Paused"),),
    f"{HOLD}.from has in_progress, which is no state of recording. Did you mean in-progress?": (
        (f"{HOLD}.from", {"recording": ["in_progress"]}),
    ),
    f"{HOLD}.to has recording, which calls.state_reader does not read.": ((f"{HOLD}.to.recording", "paused"),),
    f"{HOLD}.from has transcription, which calls.state_reader does not read.": (
        (f"{HOLD}.from.transcription", ["paused"]),
    ),
    f"{HOLD}.to has participants, which calls.state_reader does not read.": ((f"{STATE_READER}.participants", ...),),
    f"{HOLD}.to.call is TransferPending, but no word of calls.state_reader.call.map means it.": (
        (f"{HOLD}.to.call", "TransferPending"),
    ),
    f"{HOLD}.from has call, which calls.state_reader does not read.": ((STATE_READER, ...),),
    f"{HOLD}.after names external_acept, but there is no such message or fixture. Did you mean external_accept": (
        (f"{HOLD}.after", ["external_acept"]),
    ),
    f"{HOLD}.after names CCaaS_AcceptPhoneCall, which is not supported.": (
        (f"{HOLD}.after", ["CCaaS_AcceptPhoneCall"]),
    ),
    f"{HOLD}.inverse names external_accept, but there is no such message.": ((f"{HOLD}.inverse", "external_accept"),),
    f"{HOLD}.inverse names CCaaS_UnholdCall, which is not supported.": (
        ("messages.CCaaS_UnholdCall.supported", False),
    ),
    f"{HOLD}.actor is boss, but [calls.actors] does not say who that is.": ((f"{HOLD}.actor", "boss"),),
    f'{HOLD}.declared belongs to source = "vendor-doc"': (
        (f"{HOLD}.declared", {"Reason": {"type": "Edm.String", "required": False}}),
    ),
    'messages.CCaaS_EndCall has source = "vendor-doc" and so needs binding': (("messages.CCaaS_EndCall.binding", ...),),
    "messages.CCaaS_EndCall.parameters has Reson, which messages.CCaaS_EndCall.declared does not.": (
        ("messages.CCaaS_EndCall.parameters", {"Reson": "x"}),
    ),
    "fixtures.offer has run and values, but takes values or run.": (("fixtures.offer.values", {"statuscode": 2}),),
    "fixtures.external_accept has nothing to do, but takes run.": (("fixtures.external_accept.run", ...),),
    "fixtures.offer lacks yields": (("fixtures.offer.yields", ...),),
    "fixtures.external_accept has yields, which belongs to": (("fixtures.external_accept.yields", "x"),),
    "fixtures.hang_up.message names CCaaS_EndPhoneCall, which is not supported.": (
        ("fixtures.hang_up.message", "CCaaS_EndPhoneCall"),
    ),
    "fixtures.cleanup has message, but takes run.": (("fixtures.cleanup", {"message": "CCaaS_EndCall"}),),
    "fixtures.CCaaS_HoldCall has the name of a message": (("fixtures.CCaaS_HoldCall", {"run": ["true"]}),),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_does_not_fit_is_told_in_a_sentence(words: str) -> None:
    """With the key, the value seen and the way out; nothing else is complained of but what follows from it."""
    found = problems(document(*REFUSED[words]))

    assert any(words in sentence for sentence in found), found
    assert len(found) <= 4


def test_all_problems_are_told_and_a_run_names_the_first(tmp_path: Path) -> None:
    """A run has one sentence and the way to the others."""
    text = WHOLE.replace('kind = "gateway"', 'kind = "toy"').replace("settle_s = 5", 'settle_s = "long"')

    assert len(problems(tomllib.loads(text))) == 2
    with pytest.raises(UsageError, match=r"There are 1 more: dataverse-tck profile check .*acme\.toml"):
        load_profile(written(tmp_path, text))


def test_what_is_about_a_message_that_is_not_claimed_is_not_claimed(tmp_path: Path) -> None:
    """What the reference states of it, what derives from it and what is usual; nothing of any other message."""
    text = WHOLE.replace(
        "[messages.CCaaS_StartTranscription]\nsupported = false\n",
        '[messages.CCaaS_StartTranscription]\nsupported = false\nreason = "no media"\n',
    )
    found = not_claimed_ids(load_profile(written(tmp_path, text)), CATALOGUE)
    own = {identifier: why for identifier, why in found.items() if "/CCaaS_StartTranscription/" in identifier}

    assert len(own) == 4 + 9 + 3
    assert set(own.values()) == {"the profile does not claim CCaaS_StartTranscription: no media"}
    assert {identifier.split("message/")[1].split("/")[0] for identifier in found} == set(NAMES) - set(SUPPORTED)
    assert set(found) == {
        item.id
        for item in CATALOGUE.requirements
        if any(f"message/{name}/" in item.id for name in set(NAMES) - set(SUPPORTED))
    }


def test_the_documented_profile_is_right() -> None:
    """The example in the documentation keeps the rules that stand around it."""
    text = (suite_root() / "docs" / "profile.md").read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    example = tomllib.loads(text.replace("<systemuserid>", AGENT))
    for name in NAMES:
        example["messages"].setdefault(name, {"supported": True})

    assert problems(example) == []


def test_actions_are_chosen_by_what_is_supported() -> None:
    """A message that is not claimed may say anything: nobody asks for it."""
    assert problems(document(("messages.CCaaS_EndPhoneCall.inverse", "CCaaS_Nothing"))) == []
    assert calls(("messages.CCaaS_EndPhoneCall.inverse", "x")).messages["CCaaS_EndPhoneCall"].inverse == "x"


def test_what_a_message_is_silent_of_is_known() -> None:
    """The effect, and another state where there is one: of a message that is possible everywhere nothing is missing."""
    everywhere = {"call": ("None", "Offered", "Connected", "Held", "TransferPending", "Ended")}

    assert Message("A", supported=True, begins={"call": ("Held",)}).silent_of() == (
        "what it brings",
        "what it does in another state",
    )
    assert Message("A", supported=True, begins=everywhere, to=Effect({})).silent_of() == ()
    assert Message("A", supported=True, to=Effect({})).silent_of() == ("what it does in another state",)
    assert Message("A", supported=True, begins={"call": ("Held",)}, when_wrong_state=("refused",)).silent_of() == (
        "what it brings",
    )
