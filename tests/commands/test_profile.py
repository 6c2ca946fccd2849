"""Profiles from the command line: written from an endpoint's metadata, and held to it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataverse_tck import cli
from dataverse_tck.conformance.call_states import CALL
from dataverse_tck.emulator.organisation.seed_ids import CALLER
from dataverse_tck.endpoint.embedded import PROFILE, emulator
from dataverse_tck.profile.problems import problems
from dataverse_tck.profile.profile import load_profile
from dataverse_tck.profile.signatures import Signature
from dataverse_tck.profile.skeleton import skeleton
from dataverse_tck.readings import Parameter
from tests.support.profiles import AGENT, NAMES, WHOLE, written

Run = pytest.CaptureFixture[str]


@pytest.fixture(scope="module", params=["entity", "unbound"])
def endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    """The embedded emulator, its actions bound in two ways."""
    with emulator("--bind", request.param) as root:
        yield root


def test_a_skeleton_is_complete_at_once(endpoint: str, tmp_path: Path, capsys: Run) -> None:
    """All 18 messages with what the metadata shows; it checks against the endpoint that it was written from."""
    path = tmp_path / "acme.toml"

    assert cli.main(["profile", "init", "--endpoint", endpoint, "--output", str(path)]) == 0
    assert "names 18 messages, 18 of them found in the metadata" in capsys.readouterr().out
    assert cli.main(["profile", "check", str(path), "--endpoint", endpoint]) == 0
    out = capsys.readouterr().out
    assert "leaves open what is said below: 18 messages, 18 supported, 0 with an effect" in out
    assert "does not allow live effects" in out
    calls = load_profile(path).calls
    assert calls
    assert calls.allow_live_effects is False
    assert list(calls.messages) == list(NAMES)
    assert calls.messages["CCaaS_InitiateExternalTransfer"].parameters == {"Destination": "text"}


def test_a_skeleton_with_its_examples_is_a_profile(endpoint: str, capsys: Run) -> None:
    """Every commented line is TOML that the schema knows, once it is taken out of its comment."""
    assert cli.main(["profile", "init", "--endpoint", endpoint]) == 0
    text = capsys.readouterr().out
    examples = re.sub(r"^# (?=\[|[a-z_.A-Z]+ = )", "", text, flags=re.MULTILINE)
    # an offer is either a row or a command
    found = problems(tomllib.loads(re.sub(r"^values = .*\n", "", examples, flags=re.MULTILINE)))

    assert examples.count("\n#") <= text.count("\n#") - 100
    assert all("no word of calls.state_reader" in sentence for sentence in found), found


def test_the_example_of_an_offer_has_a_channel_of_the_kind_that_the_endpoint_has(endpoint: str, capsys: Run) -> None:
    """Several are written as text, a single one as a number."""
    told = {}
    with emulator("--channel", "single") as single:
        for root in (endpoint, single):
            assert cli.main(["profile", "init", "--endpoint", root]) == 0
            (line,) = re.findall(r"^# (values = .*)$", capsys.readouterr().out, flags=re.MULTILINE)
            told[root] = tomllib.loads(line)["values"]["msdyn_channel"]

    assert told == {endpoint: "192440000", single: 192440000}


def test_examples_bring_a_call_to_where_each_message_is_possible(endpoint: str, capsys: Run) -> None:
    """What ends something comes after what begins it; the message that tells the state is possible anywhere."""
    assert cli.main(["profile", "init", "--endpoint", endpoint]) == 0
    examples = re.sub(r"^# (?=(after|from|to) = )", "", capsys.readouterr().out, flags=re.MULTILINE)
    messages = tomllib.loads(examples)["messages"]
    begins, pauses = "CCaaS_StartRecordingAndTranscription", "CCaaS_PauseRecordingAndTranscription"

    assert {name: said["after"] for name, said in messages.items() if said["after"] != ["CCaaS_AcceptCall"]} == {
        "CCaaS_AcceptCall": [],
        "CCaaS_AcceptPhoneCall": [],
        "CCaaS_PauseRecordingAndTranscription": ["CCaaS_AcceptCall", begins],
        "CCaaS_RejectExternalTransfer": ["CCaaS_AcceptCall", "CCaaS_InitiateExternalTransfer"],
        "CCaaS_ResumeRecordingAndTranscription": ["CCaaS_AcceptCall", begins, pauses],
        "CCaaS_StopTranscription": ["CCaaS_AcceptCall", "CCaaS_StartTranscription"],
        "CCaaS_UnholdCall": ["CCaaS_AcceptCall", "CCaaS_HoldCall"],
    }
    assert messages["CCaaS_UnholdCall"]["from"] == {"call": ["Held"]}
    assert messages["CCaaS_GetCallState"]["from"] == {"call": list(CALL)}
    assert messages["CCaaS_GetCallState"]["to"] == {}


def test_a_profile_that_stands_there_is_not_overwritten(endpoint: str, tmp_path: Path, capsys: Run) -> None:
    """Somebody may have filled it in."""
    path = written(tmp_path, "mine")

    assert cli.main(["profile", "init", "--endpoint", endpoint, "--output", str(path)]) == 2
    assert "stays as it is" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "mine"


def test_every_problem_is_told_on_a_line_of_its_own(tmp_path: Path, capsys: Run) -> None:
    """Exit 2, with the file before each."""
    path = written(tmp_path, WHOLE.replace("Held", "held").replace('inverse = "CCaaS_U', 'inverse = "CCaaS_u'))

    assert cli.main(["profile", "check", str(path)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith(f"{path}: ") for line in lines)


def test_the_endpoints_own_words_are_told_from_those_of_the_kit(tmp_path: Path, capsys: Run) -> None:
    """What an own word means is said where it was written instead."""
    own = OURS.replace('Held = "Held"', 'parked = "Held"').replace(
        'from = { call = ["Held"] }', 'from = { call = ["parked"] }', 1
    )

    assert cli.main(["profile", "check", str(written(tmp_path, own))]) == 2
    told = "messages.CCaaS_UnholdCall.from has parked, which is the endpoint's own word for Held: write Held here."
    assert told in capsys.readouterr().err


def test_what_would_leave_a_run_incomplete_is_told_with_a_complete_profile(tmp_path: Path, capsys: Run) -> None:
    """Exit 0: a run is possible. Messages that say nothing, commands that are not there, a state that nobody reads."""
    assert cli.main(["profile", "check", str(written(tmp_path, WHOLE))]) == 0
    _, pairs, *notes = capsys.readouterr().out.splitlines()
    assert pairs == "Of 4 pairs of message and state, 1 of them declared possible, a run can try at most 4."
    assert notes.pop(0).startswith(
        "2 of 5 supported messages say what they bring (to); in this, nothing is required of"
    )
    assert notes.pop(0).startswith("1 of 5 supported messages say what happens in a wrong state (when_wrong_state); ")
    bare = "CCaaS_AcceptCall, CCaaS_UnholdCall, CCaaS_EndCall"
    assert notes[0].startswith(
        "3 supported messages have neither from nor to, and are sent to a call that has just been"
    )
    assert f": {bare}. Fill them in" in notes[0]
    assert notes[1].startswith("fixtures.offer runs ./place-call.sh, which cannot be run from here: ")
    assert notes[2].startswith("fixtures.external_accept runs ./external.sh, which cannot be run from here: ")

    silent = "".join(f"[messages.{name}]\nsupported = false\n" for name in NAMES)
    offer = "[calls]\nallow_live_effects = true\n[fixtures.offer]\nvalues = { statuscode = 2 }\n"
    assert cli.main(["profile", "check", str(written(tmp_path, offer + silent))]) == 0
    _, *notes = capsys.readouterr().out.splitlines()
    assert notes == ["Nothing tells the state of a call, so no message can be judged: write [calls.state_reader]."]


def test_a_profile_is_held_to_the_metadata(endpoint: str, tmp_path: Path, capsys: Run) -> None:
    """What the emulator does not declare is told, and nothing is sent that does anything."""
    path = written(tmp_path, WHOLE)

    assert cli.main(["profile", "check", str(path)]) == 0
    assert "18 messages, 5 supported, 2 with an effect, 1 with an inverse" in capsys.readouterr().out
    assert cli.main(["profile", "check", str(path), "--endpoint", endpoint]) == 2
    told = capsys.readouterr().err
    assert f"{path}: messages.CCaaS_HoldCall.parameters has Reason, which $metadata does not declare." in told
    assert 'messages.CCaaS_EndCall has source = "vendor-doc", but $metadata declares it' in told


def test_a_profile_without_calls_is_checked_as_well(tmp_path: Path, capsys: Run) -> None:
    """It says so; a table that nobody speaks of is refused as in a run."""
    assert cli.main(["profile", "check", str(written(tmp_path, 'level = "data"'))]) == 0
    assert "does not speak of calls" in capsys.readouterr().out
    path = written(tmp_path, '[[not_claimed]]\nsolution = "x"\ntables = ["msdyn_bookingrules"]')
    assert cli.main(["profile", "check", str(path)]) == 2
    assert "Did you mean msdyn_bookingrule" in capsys.readouterr().err


def test_an_endpoint_that_is_none_is_refused(tmp_path: Path, capsys: Run) -> None:
    """Before anything is written."""
    path = tmp_path / "acme.toml"

    assert cli.main(["profile", "init", "--endpoint", "http://127.0.0.1:9", "--output", str(path)]) == 2
    assert "127.0.0.1:9" in capsys.readouterr().err
    assert not path.exists()


def test_placeholders_are_of_the_declared_types() -> None:
    """So that only their values have to be changed; what may be left out stands in a comment."""
    types = {
        "A": "Edm.Boolean",
        "B": "Edm.Int32",
        "C": "Edm.Decimal",
        "D": "Collection(Edm.String)",
        "E": "Edm.Guid",
        "F.1": "Microsoft.Dynamics.CRM.account",
    }
    parameters = tuple(Parameter(name, declared, nullable=False) for name, declared in types.items())
    optional = Parameter("G", "Edm.String", nullable=True)
    found = Signature(NAMES[0], "unbound", (*parameters, optional), "x.Answer", None, "customapis")

    text = skeleton("https://org.example.com/api/data/v9.2", NAMES, {NAMES[0]: found})
    document = tomllib.loads(text)

    assert problems(document) == []
    assert document["calls"]["conversation_parameter"] == "E"
    assert document["messages"][NAMES[0]]["parameters"] == {
        "A": False,
        "B": 0,
        "C": 0.0,
        "D": [],
        "F.1": {"@odata.type": "Microsoft.Dynamics.CRM.account"},
    }
    assert '# parameters.G = "text" # Edm.String, may be left out' in text
    assert [document["messages"][name]["supported"] for name in NAMES] == [True] + [False] * 17


OURS = PROFILE.read_text(encoding="utf-8")


def test_a_route_that_does_not_fit_is_told_without_an_endpoint(tmp_path: Path, capsys: Run) -> None:
    """By the profile's own words."""
    path = written(tmp_path, OURS.replace('from = { call = ["Held"] }', 'from = { call = ["Ended"] }', 1))

    assert cli.main(["profile", "check", str(path)]) == 2
    told = "messages.CCaaS_UnholdCall is sent to a call that is Held (after CCaaS_AcceptCall, CCaaS_HoldCall)"
    assert capsys.readouterr().err.startswith(f"{path}: {told}, but its from has Ended: ")


def test_an_offer_and_actors_are_held_to_the_endpoint(endpoint: str, tmp_path: Path, capsys: Run) -> None:
    """Columns, values and users that are not there are told before a run; right ones are let pass."""
    right = OURS.replace("[calls.state_reader]", f'[calls.actors]\nagent = "{CALLER}"\n\n[calls.state_reader]', 1)
    path = written(tmp_path, right)
    assert cli.main(["profile", "check", str(path), "--endpoint", endpoint]) == 0
    said = capsys.readouterr().out
    assert "is a complete profile: 18 messages" in said
    assert (
        "Of 168 pairs of message and state, 45 of them declared possible, a run can try at most 165, 3 not reachable."
        in said
    )

    wrong = right.replace(CALLER, AGENT).replace('"192370000", statuscode = 2', '"1", statusCode = 2')
    assert cli.main(["profile", "check", str(written(tmp_path, wrong)), "--endpoint", endpoint]) == 2
    of_channel, of_status, of_agent = capsys.readouterr().err.splitlines()
    assert ".msdyn_channel is '1', but msdyn_ocliveworkitem offers " in of_channel
    assert of_channel.endswith(", 192450001, not 1.")
    assert "has statusCode, which is no column of msdyn_ocliveworkitem. Did you mean statuscode" in of_status
    assert f"calls.actors.agent is {AGENT.lower()}, but there is no such systemuser, or none that" in of_agent


def test_a_table_that_is_not_shown_is_told(tmp_path: Path, capsys: Run) -> None:
    """Then nothing can be said of the columns of an offer."""
    with emulator("--fault", "table/msdyn_ocliveworkitem/exists") as root:
        assert cli.main(["profile", "check", str(written(tmp_path, OURS)), "--endpoint", root]) == 2

    assert "fixtures.offer.values cannot be held to the columns of msdyn_ocliveworkitem: " in capsys.readouterr().err


def test_one_missing_parameter_is_one_line(tmp_path: Path, capsys: Run) -> None:
    """All 18 messages need it, and they name it themselves."""
    path = written(tmp_path, OURS.replace("conversation_parameter", "# conversation_parameter", 1))
    with emulator("--bind", "unbound") as root:
        assert cli.main(["profile", "check", str(path), "--endpoint", root]) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{path}: 18 messages not bound to one conversation cannot be told which one is meant (")
    assert 'is missing; write conversation_parameter = "ConversationId" under [calls], the Edm.Guid that all' in line
