"""Runs of the calls level: endpoints that differ and are right, profiles with commands, and what is refused at once."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.endpoint.embedded import emulator
from dataverse_tck.profile.calls import Calls
from dataverse_tck.profile.profile import Profile
from dataverse_tck.settings import Settings
from tests.sharpness.call_lanes import declared
from tests.sharpness.engine import RUN_SEED, Outcomes, perform, right_reading, scripts
from tests.sharpness.gateway import Dialect, Rewrite
from tests.support import exchange_lines
from tests.support.emulator_profiles import SAID, claiming, shell, silent, with_commands
from tests.support.proofs import WHOLE

CALLS = ("--only", "derived/message/*", "advisory/message/*")
UNTESTED = "not testable"
HOLD = ("--only", "derived/message/CCaaS_HoldCall/*")
SIX = ("AcceptCall", "BargeInToCall", "EndCall", "GetCallState", "HoldCall", "UnholdCall")


def examined(tck: Any, folder: Path, root: str, *arguments: str, said: str = SAID) -> tuple[Any, dict[str, Any], Any]:
    """Run the calls level with a profile; return what the run said, its certificate, and outcomes by id."""
    (folder / "profile.toml").write_text(said, encoding="utf-8")
    options = ["--level", "calls", "--allow-writes", "--settle", "5", "--profile", "profile.toml", "--output", "out"]
    done = tck("run", "--endpoint", root, *options, *arguments, timeout=600)
    assert (folder / "out" / "certificate.json").is_file(), done.stdout + done.stderr
    document = json.loads((folder / "out" / "certificate.json").read_text(encoding="utf-8"))
    return done, document, {row["id"]: row for row in document["requirements"] if row["level"] == "calls"}


def commands(folder: Path) -> list[dict[str, Any]]:
    """Return what the evidence keeps of commands, in order."""
    lines = exchange_lines.lines(folder / "out" / "exchanges.ndjson")
    return [line["fixture"] for line in lines if "fixture" in line]


RIGHT = {  # options of the emulator, of the run
    "bound to nothing": (("--bind", "unbound"), ()),
    "bound to the table": (("--bind", "collection"), ()),
    "a single choice": (("--channel", "single"), ()),
    "late effects": (("--effect-delay", "1"), ("--workers", "32")),
}


@pytest.mark.whole
@pytest.mark.parametrize("case", sorted(RIGHT) if WHOLE else ["bound to nothing"])
def test_the_same_scenarios_pass_however_messages_are_declared(tck: Any, case: str, tmp_path: Path) -> None:
    """Another binding, another kind of choice and late effects are no faults."""
    options, arguments = RIGHT[case]
    # Who has a single choice writes the channel of an offer as a number.
    said = SAID.replace('msdyn_channel = "192370000"', "msdyn_channel = 192370000") if "single" in options else SAID
    with emulator(*options) as root:
        done, document, rows = examined(tck, tmp_path, root, *CALLS, *arguments, said=said)
    outcomes = {row["outcome"] for row in rows.values()}

    assert outcomes == {"pass", "not applicable"}, done.stdout
    assert sum(row["outcome"] == "pass" for row in rows.values()) >= 118
    assert (document["leftovers"], document["troubles"]) == ([], [])


@pytest.mark.whole
def test_who_claims_six_messages_conforms_in_those(tck: Any, endpoint: str, tmp_path: Path) -> None:
    """Conformant, and beside it what is not claimed."""
    done, document, rows = examined(tck, tmp_path, endpoint, said=claiming(*SIX))
    claimed = {key for key in rows if key.split("/")[2].removeprefix("CCaaS_") in SIX}

    assert (done.returncode, document["verdict"]) == (0, "conformant"), done.stdout
    assert {rows[key]["outcome"] for key in claimed} == {"pass", "not applicable"}
    assert {rows[key]["outcome"] for key in set(rows) - claimed} == {"not claimed"}
    assert "not claimed" in done.stdout
    assert document["leftovers"] == []


@pytest.mark.whole
def test_who_claims_no_message_conforms_to_nothing(tck: Any, endpoint: str, tmp_path: Path) -> None:
    """Whatever the other levels came to: the run is incomplete, and says why."""
    format_, _, rest = claiming().partition("[calls]")
    offer, messages = re.search(r"(?m)^\[fixtures\.offer\].*\n.*\n", rest), rest[rest.index("[messages.") :]
    assert offer
    nothing = f"{format_}[calls]\nallow_live_effects = true\n{offer[0]}{messages}"
    done, document, _ = examined(tck, tmp_path, endpoint, said=nothing)

    assert (done.returncode, document["verdict"]) == (3, "incomplete"), done.stdout
    assert "nothing of the calls level was checked" in document["troubles"][0]
    assert document["troubles"][0] in " ".join(done.stdout.split())


@pytest.mark.whole
def test_an_advisory_finding_leaves_the_verdict_alone(tck: Any, tmp_path: Path) -> None:
    """It is told as such, on the terminal and in the certificate; for JUnit and the exit code nothing has failed."""
    wrong = ("CCaaS_BargeInToCall/effect#missing", "CCaaS_StopTranscription/wrong-state#accepted")
    with emulator(*(word for name in wrong for word in ("--fault", f"derived/message/{name}"))) as root:
        done, document, rows = examined(tck, tmp_path, root, said=silent().replace("settle_s = 10", "settle_s = 1"))
    failed = {key: row["obligation"] for key, row in rows.items() if row["outcome"] == "fail"}

    odd = {key: row["reason"] for key, row in rows.items() if row["outcome"] not in ("pass", "not applicable")}

    assert failed == {f"advisory/message/{name.partition('#')[0]}": "advisory" for name in wrong}, (odd, done.stdout)
    assert (done.returncode, document["verdict"]) == (0, "conformant"), done.stdout
    assert [key for key in failed if f"ADVISORY {key}" not in done.stdout] == []
    assert list(ET.parse(tmp_path / "out" / "junit.xml").iter("failure")) == []


def lines(path: Path) -> list[str]:
    """Return the lines of a file that a command has written; none without it."""
    return sorted(path.read_text(encoding="utf-8").split()) if path.is_file() else []


def test_calls_are_placed_and_ended_by_commands(tck: Any, tmp_path: Path) -> None:
    """Also when a scenario fails; each command and what it said is in the evidence, no conversation is left."""
    with emulator("--fault", "derived/message/CCaaS_HoldCall/unknown-parameter") as root:
        said = with_commands(tmp_path, root)
        done, document, rows = examined(tck, tmp_path, root, *HOLD, said=said)
        left = tck("cleanup", "out").stdout
    kept = commands(tmp_path)
    failed = [key for key, row in rows.items() if row["outcome"] == "fail"]
    placed = lines(tmp_path / "placed.txt")

    assert failed == ["derived/message/CCaaS_HoldCall/unknown-parameter"], done.stdout
    assert len(placed) > 5
    assert lines(tmp_path / "hung-up.txt") == placed
    assert lines(tmp_path / "cleaned.txt") == ["all"]
    assert sorted(json.loads(one["stdout"])["conversation"] for one in kept if one["name"] == "offer") == placed
    assert sorted(one["name"] for one in kept) == sorted(["cleanup", *["offer", "hang_up"] * len(placed)])
    assert {one["code"] for one in kept} == {0}
    assert (document["leftovers"], document["troubles"]) == ([], [])
    assert "nothing to do" in left


@pytest.mark.whole
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_calls_are_ended_when_the_run_is_stopped(tmp_path: Path, number: int) -> None:
    """Every call that was placed is hung up, the command for cleaning up runs, no conversation is left."""
    with emulator() as root:
        (tmp_path / "profile.toml").write_text(with_commands(tmp_path, root), encoding="utf-8")
        command = [sys.executable, "-m", "dataverse_tck", "run", "--endpoint", root, "--output", "out", "--level"]
        command += ["calls", "--allow-writes", "--profile", "profile.toml", *CALLS]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, start_new_session=True
        )
        deadline = time.monotonic() + 60
        while len(lines(tmp_path / "placed.txt")) < 12 and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(number)
        _, errors = process.communicate(timeout=120)
        document = json.loads((tmp_path / "out" / "certificate.json").read_text(encoding="utf-8"))

    assert process.returncode == 3, errors
    assert (document["verdict"], document["interrupted"]) == ("incomplete", True)
    ended = [row for row in document["requirements"] if row["reason"].startswith("the run ended before")]
    assert len(ended) > 100  # nothing of the rows and calls is told, however many were placed by then
    assert len(lines(tmp_path / "placed.txt")) >= 12
    assert lines(tmp_path / "hung-up.txt") == lines(tmp_path / "placed.txt")
    assert lines(tmp_path / "cleaned.txt") == ["all"]
    assert (document["leftovers"], document["troubles"]) == ([], [])


FAILING = {  # a fixture that fails, and its words
    "offer ends badly": (
        {"offer": shell("import sys; sys.exit('the line is dead')") + '\nyields = "conversation"'},
        "fixtures.offer ended with 1: the line is dead",
    ),
    "offer never ends": (
        {"offer": shell("import time; time.sleep(60)") + '\nyields = "conversation"\ntimeout_s = 0.5'},
        "fixtures.offer did not end in time",
    ),
    "offer says nothing": ({"offer": shell("pass") + '\nyields = "conversation"'}, "yields no conversation"),
    "no such command": (
        {"offer": 'run = ["./no-such-command"]\nyields = "conversation"'},
        "fixtures.offer cannot run ./no-such-command",
    ),
    "a fixture on the way": (
        {"ring": shell("import sys; sys.exit('nobody is there')")},
        "the fixture ring ended with 1: nobody is there",
    ),
    "a fixture on the way that never ends": (
        {"ring": shell("import time; time.sleep(60)") + "\ntimeout_s = 0.5"},
        "the fixture ring did not end in time",
    ),
}


@pytest.mark.whole
@pytest.mark.parametrize("case", sorted(FAILING) if WHOLE else ["a fixture on the way"])
def test_a_fixture_that_fails_leaves_nothing_to_test(tck: Any, endpoint: str, case: str, tmp_path: Path) -> None:
    """Not testable, with what the command said; the calls are ended all the same."""
    fixtures, words = FAILING[case]
    said = with_commands(tmp_path, endpoint, **fixtures)
    if "ring" in fixtures:
        hold, route = "[messages.CCaaS_HoldCall]\nsupported = true\nafter = [", '"CCaaS_AcceptCall"'
        said = said.replace(f"{hold}{route}", f'{hold}"ring", {route}')
    done, document, rows = examined(tck, tmp_path, endpoint, *HOLD, said=said)
    told = {row["reason"] for row in rows.values() if row["outcome"] == "not testable"}

    assert any(words in reason for reason in told), told
    assert {row["outcome"] for row in rows.values()} <= {"not testable", "deselected", "pass", "not applicable"}
    assert (done.returncode, document["verdict"]) == (3, "incomplete")
    assert lines(tmp_path / "hung-up.txt") == lines(tmp_path / "placed.txt")
    assert lines(tmp_path / "cleaned.txt") == ["all"]
    assert (document["leftovers"], document["troubles"]) == ([], [])


def test_after_a_refused_offer_no_other_is_sent(tck: Any, tmp_path: Path) -> None:
    """What no metadata tells costs one refused row; all say the same, with the endpoint's whole message."""
    with emulator("--trouble", "plugin:msdyn_ocliveworkitem") as endpoint:
        done, document, rows = examined(tck, tmp_path, endpoint, *CALLS)
    reasons = {row["reason"] for row in rows.values() if "hangs on" not in row["reason"] and row["outcome"] == UNTESTED}
    kept = exchange_lines.lines(tmp_path / "out" / "exchanges.ndjson")

    assert (done.returncode, document["verdict"]) == (3, "incomplete")
    assert len(reasons) == 1
    assert re.search(r"^no call can be offered, as the first was not: .* 400 \(.+\)\.", *reasons)
    assert sum(line["request"]["method"] == "POST" for line in kept if "request" in line) == 1
    assert document["rows_written"] == {}
    assert done.stdout.count("no call can be offered") == 1, done.stdout


REFUSED = {  # what is wrong with the profile, and what is said of it; without, there is none
    "no profile": (None, "The calls level needs a profile that says what the 18 messages do"),
    "no leave": (
        SAID.replace("allow_live_effects = true", "allow_live_effects = false"),
        "say allow_live_effects = true under [calls] in profile.toml",
    ),
    "another binding": (
        SAID.replace("[messages.CCaaS_HoldCall]\n", '[messages.CCaaS_HoldCall]\nbinding = "unbound"\n'),
        "what the endpoint declares: messages.CCaaS_HoldCall.binding is unbound, but by $metadata it is entity.",
    ),
    "an unknown parameter": (
        SAID.replace('parameters = { Reason = "Declined" }', 'parameters = { Because = "Declined" }', 1),
        "CCaaS_ExternalCallReject.parameters has Because, which $metadata does not declare",
    ),
    "a column that is none": (
        SAID.replace("statuscode = 2", "statusCode = 2", 1),
        "No call can be offered by the profile: fixtures.offer.values has statusCode, which is no column of",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_carried_out_is_refused_before_anything_is_sent(tck: Any, case: str, tmp_path: Path) -> None:
    """Exit 2 with a sentence; nothing but reading has happened."""
    said, sentence = REFUSED[case]
    sent: list[str] = []
    with running(Listening(create_app(create_organisation()), sent)) as root:
        options = ["--endpoint", root, "--level", "calls", "--allow-writes", "--output", "out"]
        if said is not None:
            (tmp_path / "profile.toml").write_text(said, encoding="utf-8")
            options += ["--profile", "profile.toml"]
        done = tck("run", *options)

    assert (done.returncode, done.stdout.count("conformant")) == (2, 0)
    assert sentence in done.stderr
    assert set(sent) <= {"GET"}
    assert not (tmp_path / "out").exists()


class Listening:
    """Notes the method of every request on its way to the emulator."""

    def __init__(self, app: Any, sent: list[str]) -> None:
        self.app = app
        self.sent = sent

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            self.sent.append(scope["method"])
        await self.app(scope, receive, send)


def in_dialect(folder: Path, word: str, rewrite: Rewrite, calls: Calls) -> Outcomes:
    """Perform the scenarios of calls against an emulator whose answers to some messages are rewritten."""
    with running(Dialect(create_app(create_organisation()), word, rewrite)) as root:
        settings = Settings(seed=RUN_SEED, settle_s=0, level="calls", profile=Profile("", "", calls=calls))
        return perform(replace(right_reading(), root=root), folder, scripts("calls"), settings)


def shrugging(name: str) -> Calls:
    """Return the emulator's profile, but that a message says yes and changes nothing in a wrong state."""
    messages = declared().messages
    return replace(declared(), messages={**messages, name: replace(messages[name], when_wrong_state=("unchanged",))})


def shrug(status: int, body: bytes) -> tuple[int, bytes]:
    """Say yes where the state forbids it."""
    return (204, b"") if b"0x80040265" in body else (status, body)


def accepting(status: int, body: bytes) -> tuple[int, bytes]:
    """Say 202 for 204."""
    return (202 if status == 204 else status), body


def refusing(other: int) -> Rewrite:
    """Refuse with another code than 400."""
    return lambda status, body: (other if status == 400 else status, body)


DIALECTS: dict[str, tuple[str, Rewrite, Callable[[], Calls]]] = {
    "hold says yes when held": ("CCaaS_HoldCall", shrug, lambda: shrugging("CCaaS_HoldCall")),
    "end says yes when ended": ("CCaaS_EndCall", shrug, lambda: shrugging("CCaaS_EndCall")),
    "202": ("CCaaS_", accepting, declared),
    "409": ("CCaaS_", refusing(409), declared),
    "412": ("CCaaS_", refusing(412), declared),
}


@pytest.mark.whole
@pytest.mark.parametrize("case", sorted(DIALECTS) if WHOLE else ["hold says yes when held"])
def test_endpoints_that_answer_otherwise_and_are_right_pass(case: str, tmp_path: Path) -> None:
    """Practice knows several forms, and no scenario demands a particular code."""
    word, rewrite, calls = DIALECTS[case]
    found = in_dialect(tmp_path, word, rewrite, calls())
    beside = {
        key for key in found.findings if found.findings[key].outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)
    }

    assert found.told(beside) == {}
    assert len(found.ids(Outcome.PASS)) == 118
    assert (found.troubles, found.leftovers) == ((), ())


@pytest.mark.whole
def test_yes_is_wrong_where_a_refusal_is_declared(tmp_path: Path) -> None:
    """The same answer is a fault at who declares otherwise; doing it twice stays open to both forms."""
    found = in_dialect(tmp_path, "CCaaS_HoldCall", shrug, declared())

    assert found.ids(Outcome.FAIL) == {"derived/message/CCaaS_HoldCall/wrong-state"}
    assert "says yes and changes nothing" in found.findings["derived/message/CCaaS_HoldCall/wrong-state"].reason
    assert found.ids(Outcome.NOT_TESTABLE) == set()
    assert len(found.ids(Outcome.PASS)) == 117
