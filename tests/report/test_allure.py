"""``allure/``: what Allure is told of a run, by results that whole runs left and by runs that are made up."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from starlette.responses import Response

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.endpoint.embedded import emulator, launch, service_root_of, stop
from dataverse_tck.evidence.reading import EXCHANGES
from dataverse_tck.report.allure.results import write
from dataverse_tck.reporting.result import ScenarioOutcome
from dataverse_tck.scenarios.sentences import Sentence, Spoken
from tests.support.results import DELETE, SURVIVED, result

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

OPTION = "column/msdyn_channel/option/192300000/label"
KEPT = "derived/relationship/msdyn_bookingrule_msdyn_ocliveworkitems/delete"
WRITING = ("--level", "data", "--allow-writes", "--settle", "1")
TOKEN = "geheim-4711"
TABLE = "table/msdyn_ocliveworkitem/exists"
FEATURE = "features/about/a.feature"
ROWS_BEFORE_IT_DIES = 20


@dataclass
class Told:
    """The results of one run."""

    folder: Path
    said: str = ""
    code: int = 0
    port: str = ""
    cases: list[Any] = field(init=False)

    def __post_init__(self) -> None:
        texts = (path.read_text("utf-8") for path in sorted((self.folder / "allure").glob("*-result.json")))
        self.cases = [json.loads(text) for text in texts]

    def case(self, name: str) -> Any:
        (found,) = [case for case in self.cases if case["name"] == name]
        return found

    def of(self, status: str) -> list[Any]:
        return [case for case in self.cases if case["status"] == status]

    def attached(self, one: Any) -> dict[str, str]:
        """What is attached to a case or a step, by its name."""
        allure = self.folder / "allure"
        return {it["name"]: (allure / it["source"]).read_text("utf-8") for it in one.get("attachments", ())}

    @cached_property
    def everything(self) -> dict[str, str]:
        """Each file by its name."""
        return {path.name: path.read_text("utf-8") for path in (self.folder / "allure").iterdir()}


def ran(folder: Path, root: str, *arguments: str, **more: str) -> Told:
    """Examine an endpoint."""
    words = [sys.executable, "-m", "dataverse_tck", "run", "--endpoint", root, "--output", "out", "--allure"]
    environment = {**os.environ, "DATAVERSE_TOKEN": TOKEN, **more}
    done = subprocess.run(
        [*words, *arguments], cwd=folder, capture_output=True, text=True, check=False, env=environment
    )
    return Told(folder / "out", done.stdout + done.stderr, done.returncode, str(urlsplit(root).port))


class Echo:
    """Stands before the emulator, and names the caller's token in place of WhatsApp."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, headers, body = 500, {}, b""

        async def take(message: Any) -> None:
            nonlocal status, headers, body
            status = message.get("status", status)
            headers |= {name.decode(): value.decode() for name, value in message.get("headers", ())}
            body += message.get("body", b"")

        asked = [pair for pair in scope["headers"] if pair[0].lower() != b"accept-encoding"]
        await self.app({**scope, "headers": asked}, receive, take)
        token = dict(asked).get(b"authorization", b"").removeprefix(b"Bearer ")
        kept = {name: value for name, value in headers.items() if name.lower() != "content-length"}
        await Response(body.replace(b"WhatsApp", token), status, kept)(scope, receive, send)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A run of the surface level in which one label differs: it is the caller's own token."""
    with running(Echo(create_app(create_organisation()))) as root:
        return ran(tmp_path_factory.mktemp("read"), root)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A run of a part of the data level in which conversations are left when their record is deleted."""
    folder = tmp_path_factory.mktemp("written")
    with emulator("--fault", KEPT) as root:
        return ran(
            folder, root, *WRITING, "--only", "derived/relationship/msdyn_bookingrule_*", "column/msdyn_channel/*"
        )


@pytest.fixture(scope="module")
def died(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A run whose endpoint is gone in the midst of it."""
    folder = tmp_path_factory.mktemp("died")
    child = launch()
    root = service_root_of(child)
    words = [sys.executable, "-m", "dataverse_tck", "run", "--endpoint", root, "--output", "out", "--allure", *WRITING]
    with subprocess.Popen(
        [*words, "--workers", "2", "--only", "derived/relationship/*_msdyn_ocliveworkitems/delete*"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        ledger, deadline = folder / "out" / "ledger.ndjson", time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            if ledger.is_file() and ledger.read_bytes().count(b"\n") > ROWS_BEFORE_IT_DIES:
                break
            time.sleep(0.01)
        stop(child)
        said, _ = process.communicate(timeout=120)
    return Told(folder / "out", said, process.returncode)


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A run that was interrupted after twenty scenarios."""
    folder = tmp_path_factory.mktemp("stopped")
    body = "COUNT = []\ndef pytest_bdd_before_step():\n    COUNT.append(1)\n    if len(COUNT) > 40:\n"
    (folder / "disturbing.py").write_text(f"{body}        raise KeyboardInterrupt\n", encoding="utf-8")
    with emulator() as root:
        return ran(folder, root, "--", "-p", "disturbing", PYTHONPATH=str(folder))


@pytest.fixture(scope="module", params=["read", "written", "died", "stopped"])
def told(request: pytest.FixtureRequest) -> Told:
    """Each of them."""
    found: Told = request.getfixturevalue(request.param)
    return found


def block_of(said: str, key: str) -> str:
    """What the terminal says of a failure."""
    return f"FAIL {key}\n" + said.partition(f"FAIL {key}\n")[2].partition("\n\n")[0]


def test_a_surface_that_contradicts_is_shown_at_its_step(read: Told) -> None:
    """All that the terminal says, and at the sentence that it contradicts the exchange, readable, around the value."""
    case = read.case("WhatsApp is channel number 192300000")
    looked, reads = case["steps"]
    (name, text) = list(read.attached(reads).items())[-1]

    assert case["status"] == "failed"
    assert case["statusDetails"] == {"message": block_of(read.said, OPTION)}
    assert "\n  repeat     dataverse-tck run --endpoint" in case["statusDetails"]["message"]
    assert (looked["status"], reads["status"], looked.get("statusDetails")) == ("passed", "failed", None)
    assert reads["statusDetails"]["message"].startswith('Channel 192300000 of a conversation is called "WhatsApp"')
    assert read.attached(reads)["table"] == "Value,192300000\nLabel,WhatsApp\n"
    assert re.fullmatch(r"x\d{4}: GET EntityDefinitions\(.{70,120}\.\.\. \(\d+ characters\) \(200\)", name)
    assert "\n> GET http" in text
    assert "\n< 200\n" in text
    assert '\n  "Value": 192300000,\n' in text
    assert re.search(r"\(of [\d,]+ characters, the part about 192300000\)", text)
    assert "attachments" not in case


def test_what_did_not_come_of_a_deed_is_shown_at_its_step(written: Told) -> None:
    """The deed and the look behind it; what came before was said, what comes behind never."""
    case = written.case("Deleting a booking rule deletes its conversations and no others")
    ended = next(step for step in case["steps"] if step["status"] == "failed")
    at = case["steps"].index(ended)
    texts = list(written.attached(ended).values())

    assert case["statusDetails"] == {"message": block_of(written.said, KEPT)}
    assert ended["name"] == "Then the conversation is gone"
    assert ended["statusDetails"]["message"].startswith("Deleting a record of msdyn_bookingrule deletes every")
    assert {step["status"] for step in case["steps"][:at]} == {"passed"}
    assert [step["statusDetails"] for step in case["steps"][at + 1 :]] == [{"message": "Never reached."}] * 2
    assert ["> DELETE " in texts[0], "> GET " in texts[1]] == [True, True]
    assert re.search(r"\(2,000 of [\d,]+ characters, from number 1\)", texts[1])


def test_a_skip_says_why_in_the_case_and_at_the_step(written: Told) -> None:
    """In a sentence; the requirements that it holds for stand below."""
    case = written.case("Deleting a booking rule deletes the closed conversation about it")
    (ended,) = [step for step in case["steps"] if step["status"] == "skipped"]
    sentence, *ids = case["statusDetails"]["message"].split("\n")

    assert case["status"] == "skipped"
    assert re.fullmatch(rf"Not testable: it hangs on {re.escape(KEPT)}, whose outcome is: fail; .*\.", sentence)
    assert ids == [f"  {KEPT}-of-closed"]
    assert ended["statusDetails"] == {"message": sentence}
    assert "attachments" not in ended


def test_an_endpoint_that_died_is_told_to_the_end(died: Told) -> None:
    """What broke is broken, with the exchange that did; nothing is a contradiction, and the certificate is there."""
    case = next(case for case in died.of("broken") if case["statusDetails"]["message"].startswith("Error: Nothing"))
    ended = next(step for step in case["steps"] if step["status"] == "broken")

    assert died.code == 3, died.said
    assert died.of("failed") == []
    assert "\n  repeat     dataverse-tck run" in case["statusDetails"]["message"]
    assert ended["statusDetails"]["message"] == case["statusDetails"]["message"].split("\n")[0]
    assert any("\n< Unreachable: Nothing answers at" in text for text in died.attached(ended).values())
    assert "Verdict = incomplete\n" in died.everything["environment.properties"]


def test_an_interrupted_run_leaves_what_was_told(stopped: Told) -> None:
    """And a case for the rest, which would look like success else."""
    whole = stopped.case("the run is complete")

    assert len(stopped.of("passed")) >= 10
    assert stopped.of("broken") == [whole]
    assert whole["statusDetails"]["message"].startswith(
        "The run was interrupted: see certificate.json.\nNot testable: "
    )
    assert "\n  message/" in whole["statusDetails"]["message"]


def test_nothing_of_ours_is_told(told: Told) -> None:
    """No trace, no line of our code, no set-up, no path of the machine, no token, and nothing that has no end."""
    assert told.cases
    for name, text in told.everything.items():
        assert not [word for word in ("Traceback", 'File "', ".py:", '"trace"', TOKEN) if word in text], name
        assert not [word for word in ("befores", "afters", str(told.folder)) if word in text], name
        assert len(text) < 40_000, name
    assert {re.sub(r"^[0-9a-f-]{32,36}-", "", name) for name in told.everything} <= {
        "result.json",
        "attachment.txt",
        "attachment.csv",
        "environment.properties",
        "categories.json",
    }


def test_every_attachment_is_there_and_none_more(told: Told) -> None:
    """And there is no file that was left half written."""
    wanted = {
        one["source"]
        for case in told.cases
        for place in (case, *case.get("steps", ()))
        for one in place.get("attachments", ())
    }

    assert told.cases
    assert {name for name in told.everything if "-attachment." in name} == wanted


def test_every_result_that_did_not_pass_is_of_one_category(told: Told) -> None:
    """Held as Allure holds it: the whole message, by a pattern without options."""
    sorts = json.loads(told.everything["categories.json"])
    for case in told.cases:
        message = case.get("statusDetails", {}).get("message", "")
        found = [
            one["name"]
            for one in sorts
            if case["status"] in one["matchedStatuses"] and re.fullmatch(one["messageRegex"], message)
        ]
        assert len(found) == (case["status"] != "passed"), (case["name"], found)


def test_a_run_with_results_for_allure_is_verified(written: Told) -> None:
    """Its certificate names each of the files."""
    verify = [sys.executable, "-m", "dataverse_tck", "verify", str(written.folder)]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    named = json.loads((written.folder / "certificate.json").read_bytes())["files"]

    assert done.returncode == 0, done.stdout + done.stderr
    assert {f"allure/{name}" for name in written.everything} == {name for name in named if name.startswith("allure/")}


def test_a_scenario_is_the_same_in_every_run(read: Told, stopped: Told) -> None:
    """Whatever the port, the folder and the outcome; no two scenarios are the same."""
    first, second = ({case["fullName"]: case["historyId"] for case in run.cases} for run in (read, stopped))
    both = first.keys() & second.keys()

    assert read.port != stopped.port
    assert len(both) >= 20
    assert {name: first[name] for name in both} == {name: second[name] for name in both}
    assert len(set(first.values())) == len(read.cases)
    assert all(case["testCaseId"] == case["historyId"] for case in read.cases)
    assert all(re.fullmatch(r"features/[a-z/-]+\.feature: .+", name) for name in first)
    assert not [name for name in first if read.port in name]


def test_a_case_says_what_it_decides_and_where_it_belongs(read: Told) -> None:
    """Grouped as the features are, by rule; its parameters are the columns of its examples."""
    case = read.case("WhatsApp is channel number 192300000")
    labels: dict[str, list[str]] = {}
    for label in case["labels"]:
        labels.setdefault(label["name"], []).append(label["value"])

    assert labels["epic"] == ["Conversation (msdyn_ocliveworkitem)"]
    assert labels["feature"] == labels["suite"] == ["The channels a conversation can come through"]
    assert labels["story"] == labels["subSuite"]
    assert labels["story"][0].startswith("Every documented channel is on offer")
    assert labels["requirement"] == [OPTION.replace("label", "exists"), OPTION]
    assert (labels["level"], labels["obligation"], labels["outcome"]) == (["surface"], ["normative"], ["fail"])
    assert (labels["severity"], labels["tag"]) == (["critical"], ["surface", "normative", "fail"])
    assert labels["package"] == ["conversation.channel"]
    assert case["parameters"] == [{"name": "number", "value": "192300000"}, {"name": "channel", "value": "WhatsApp"}]
    assert case["titlePath"] == ["features", "conversation", "channel.feature"]
    assert f"- `{OPTION}`: fail" in case["description"]
    assert [link["name"] for link in case["links"]] == ["reference: BKMK_msdyn_channel"]
    assert case["links"][0]["url"].endswith("/msdyn_ocliveworkitem#BKMK_msdyn_channel")
    assert case["start"] <= case["stop"]


def test_without_the_option_nothing_of_it_is_loaded(tmp_path: Path) -> None:
    """Neither Allure's modules nor ours."""
    words = [sys.executable, "-X", "importtime", "-m", "dataverse_tck", "run", "--level", "surface", "--output", "out"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert "dataverse_tck.run.runner" in done.stderr
    assert not [line for line in done.stderr.splitlines() if "allure" in line or "scenarios.sentences" in line]


def made_up(folder: Path, *said: ScenarioOutcome, spoken: Spoken | None = None, **facts: Any) -> Told:
    """The results of a run that came to this."""
    changed = facts.pop("changed", {})
    title = f"{FEATURE}: one"
    write(folder / "allure", result(folder, changed, told=said, **facts), {title: spoken} if spoken else {})
    return Told(folder)


def scenario(outcome: Outcome, tag: str | None, key: str, problem: str = "", name: str = "one") -> ScenarioOutcome:
    return ScenarioOutcome(f"{FEATURE}: {name}", 3, outcome, {key: outcome}, 0.5, tag, problem)


@pytest.mark.parametrize(
    ("outcome", "tag", "status", "begins"),
    [
        (Outcome.FAIL, "failure", "failed", f"FAIL {DELETE}\n  "),
        (Outcome.ERROR, "error", "broken", "Error: why.\n  derived/"),
        (Outcome.WAIVED, "skipped", "skipped", f"WAIVED {DELETE}\n  "),
        *(
            (outcome, "skipped", "skipped", f"{str(outcome).capitalize()}: why.\n  derived/")
            for outcome in Outcome
            if outcome not in (Outcome.PASS, Outcome.FAIL, Outcome.ERROR, Outcome.WAIVED)
        ),
    ],
)
def test_every_outcome_has_a_status_and_a_category(
    tmp_path: Path, outcome: Outcome, tag: str, status: str, begins: str
) -> None:
    """Only what the endpoint contradicts is a failure; whatever decides nothing is skipped."""
    said = made_up(
        tmp_path, scenario(outcome, tag, DELETE), changed={DELETE: replace(SURVIVED, outcome=outcome, reason="why")}
    )
    case = said.case("one")

    assert (case["status"], case["statusDetails"]["message"][: len(begins)]) == (status, begins)
    test_every_result_that_did_not_pass_is_of_one_category(said)


def test_what_is_advisory_fails_nothing(tmp_path: Path) -> None:
    """As in the other formats that know tests only."""
    advisory = next(key for key in result(tmp_path).findings if key.startswith("advisory/"))
    found = Finding(advisory, Outcome.FAIL, "it rang on", exchanges=("x0001",))
    said = made_up(tmp_path, scenario(Outcome.FAIL, "failure", advisory), changed={advisory: found}, level="calls")
    case = said.case("one")

    assert case["status"] == "skipped"
    assert case["statusDetails"]["message"].startswith(
        f"Advice not followed, which counts for no verdict.\n\nFAIL {advisory}"
    )
    test_every_result_that_did_not_pass_is_of_one_category(said)


def test_a_control_is_told_as_what_it_is(tmp_path: Path) -> None:
    """It has no requirement, and no expected value."""
    key = "control/made-up-table"
    controls = {key: Finding(key, Outcome.FAIL, "it was found", exchanges=("x0002",))}
    run = result(tmp_path)
    said = made_up(tmp_path, scenario(Outcome.FAIL, "failure", key), controls={**run.controls, **controls})
    first, _, *facts = said.case("one")["statusDetails"]["message"].split("\n")

    assert first == f"FAIL {key}"
    assert facts[0] == "  because    it was found"
    assert facts[1].endswith("rows(2) (x0002)")
    test_every_result_that_did_not_pass_is_of_one_category(said)


def test_a_defect_of_ours_is_no_failure(tmp_path: Path) -> None:
    """Where a scenario broke without a finding, its problem is told, and that it is not the endpoint's."""
    said = made_up(tmp_path, scenario(Outcome.PASS, "error", TABLE, "RuntimeError: kaputt"), troubles=("x: kaputt",))

    assert said.case("one")["statusDetails"]["message"] == "Not the endpoint: RuntimeError: kaputt."
    assert said.case("the run is complete")["statusDetails"]["message"] == (
        "The run broke: see certificate.json.\nx: kaputt"
    )
    test_every_result_that_did_not_pass_is_of_one_category(said)


def test_whatever_an_endpoint_says_is_harmless_and_has_an_end(tmp_path: Path) -> None:
    """Codes in place of characters that are not to be seen; of what is long, how long it is."""
    worst = "\x00\x1b\u202e\ud800" + "long " * 100_000
    said = made_up(
        tmp_path,
        scenario(Outcome.FAIL, "failure", DELETE, worst),
        scenario(Outcome.ERROR, "error", TABLE, worst, "two"),
        changed={
            DELETE: replace(SURVIVED, reason=worst, observed=worst),
            TABLE: Finding(TABLE, Outcome.ERROR, worst),
        },
        spoken=Spoken("A", "", "", frozenset(), {}, (Sentence("When it ends", began=1.0),)),
    )

    for case in said.cases:
        assert len(json.dumps(case)) < 45_000
    assert said.case("two")["statusDetails"]["message"].startswith("Error: \\x00\\x1b\\u202e\\ud800long")
    assert re.search(r"\.\.\. \([\d,]{6,} characters\)$", said.case("two")["statusDetails"]["message"])
    assert len(said.case("one")["steps"][0]["statusDetails"]["message"]) < 700


def test_a_run_without_a_scenario_is_told(tmp_path: Path) -> None:
    """Who stopped before anything was told sees that, and not an empty report."""
    said = made_up(tmp_path, interrupted=True)

    assert [case["name"] for case in said.cases] == ["the run is complete"]
    assert said.cases[0]["status"] == "broken"
    assert {"categories.json", "environment.properties"} < said.everything.keys()


def test_how_much_an_obligation_weighs(tmp_path: Path) -> None:
    """The severities that docs/reading-a-report.md tells."""
    found = {}
    for obligation in ("control", "normative", "derived", "declared", "advisory"):
        spoken = Spoken("A", "", "", frozenset({"data", obligation}))
        one = made_up(tmp_path / obligation, scenario(Outcome.PASS, None, TABLE), spoken=spoken).case("one")
        found[obligation] = next(label["value"] for label in one["labels"] if label["name"] == "severity")

    assert found == {
        "control": "blocker",
        "normative": "critical",
        "derived": "normal",
        "declared": "minor",
        "advisory": "trivial",
    }


def properties(text: str) -> Iterator[tuple[str, str]]:
    """Read properties as Java does: names end at = or :, values begin behind what is blank, codes have 16 bits."""
    for line in text.splitlines():
        name, value = re.split(r"\s*[=:]\s*", line, maxsplit=1)
        codes = re.sub(r"\\u([0-9a-f]{4})|\\(.)", lambda one: chr(int(one[1], 16)) if one[1] else one[2], value)
        yield name, codes.encode("utf-16", "surrogatepass").decode("utf-16")


@pytest.mark.parametrize(
    ("root", "seen"),
    [
        ("https://org.example.com/api/data/v9.2", "https://org.example.com/api/data/v9.2"),
        (" a = b # !", " a = b # !"),
        ("C:\\new\\u0041", "C:\\new\\u0041"),
        ("größe-🦆", "größe-🦆"),
        ("a\nb\r", "a\nb\\r"),
    ],
)
def test_the_environment_is_read_as_it_was_written(tmp_path: Path, root: str, seen: str) -> None:
    """Whatever the address; a file of properties has no other letters than ASCII, and an entry a line."""
    text = made_up(tmp_path, root=root).everything["environment.properties"]
    facts = dict(properties(text))

    assert text.isascii()
    assert len(text.splitlines()) == len(facts) == 10
    assert facts["Endpoint"] == seen
    assert (facts["Level"], facts["Seed"], facts["Kit"].split()[0]) == ("data", "7", "dataverse-tck")


def test_an_exchange_that_cannot_be_read_takes_nothing_else_along(tmp_path: Path) -> None:
    """What stands in the folder is a part of what there is to tell."""
    (tmp_path / EXCHANGES).write_text("", encoding="utf-8")
    said = made_up(tmp_path, scenario(Outcome.FAIL, "failure", DELETE), changed={DELETE: SURVIVED})

    assert "attachments" not in said.case("one")
