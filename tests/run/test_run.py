"""``dataverse-tck run`` from the command line to the exit code and the files it leaves."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator

from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.endpoint.embedded import emulator
from dataverse_tck.suite_files import suite_root
from tests.support.exchange_lines import lines
from tests.support.heard import complaints

OPTION = "column/msdyn_channel/option/192300000"


def certificate(folder: Path) -> Any:
    """Read a certificate and hold it against its schema."""
    document = json.loads((folder / "certificate.json").read_text(encoding="utf-8"))
    schema = json.loads((suite_root() / "schemas/outputs/certificate.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(document)
    return document


def outcomes(document: Any) -> dict[str, str]:
    return {row["id"]: row["outcome"] for row in document["requirements"]}


def test_the_embedded_emulator_is_conformant(tck: Any, tmp_path: Path) -> None:
    """Without an endpoint the run examines the emulator: all pass, exit 0, and every file is there."""
    done = tck("run", "--seed", "7")
    folder = next(path for path in (tmp_path / "reports").iterdir() if not path.is_symlink())
    document = certificate(folder)

    assert (done.returncode, complaints(done.stderr)) == (0, "")
    assert "conformant   813 of 858 checked: 813 pass, 45 not applicable" in done.stdout
    assert "(named TCK 00000007) written and removed" in done.stdout
    assert (tmp_path / "reports" / "latest").resolve() == folder.resolve()
    assert document["verdict"] == "conformant"
    passed = dict.fromkeys(("surface", "data", "calls"), 0)
    for row in document["requirements"]:
        passed[row["level"]] += row["outcome"] == "pass"
    assert passed == {"surface": 399, "data": 296, "calls": 118}
    assert {row["outcome"] for row in document["requirements"] if row["obligation"] == "advisory"} == {"not applicable"}
    assert document["leftovers"] == []
    assert document["seed"] == 7
    assert {control["outcome"] for control in document["controls"]} == {"pass"}


def test_a_certificate_names_every_requirement_once_with_its_evidence(tck: Any, endpoint: str, tmp_path: Path) -> None:
    """Each requirement has a scenario and exchanges, and the exchanges are in exchanges.ndjson; at most 15 requests."""
    assert tck("run", "--endpoint", endpoint, "--output", "out").returncode == 0
    document = certificate(tmp_path / "out")
    kept = [line for line in lines(tmp_path / "out" / "exchanges.ndjson") if "id" in line]

    assert [row["id"] for row in document["requirements"]] == [item.id for item in load_suite().catalogue.requirements]
    surface = [row for row in document["requirements"] if row["level"] == "surface"]
    assert all(row["scenarios"] for row in surface)
    assert {row["outcome"] for row in document["requirements"] if row not in surface} == {"beyond this level"}
    assert {name for row in document["requirements"] for name in row["exchanges"]} <= {line["id"] for line in kept}
    assert all(row["exchanges"] for row in surface)
    assert document["requests"]["number"] == len(kept) <= 15
    asked = document["endpoint"]
    assert (asked["root"], asked["embedded"], asked["completed_from"]) == (endpoint, False, None)
    assert re.fullmatch(r"9\.2\.\d+\.\d+", asked["version"])
    assert re.fullmatch("[0-9a-f]{64}", asked["metadata"])


def test_junit_has_a_case_for_each_scenario(tck: Any, endpoint: str, tmp_path: Path) -> None:
    """JUnit readers see every scenario under its feature, with the requirements it names."""
    tck("run", "--endpoint", endpoint, "--output", "out")
    cases = list(ET.parse(tmp_path / "out" / "junit.xml").iter("testcase"))
    named = {item.get("value") for case in cases for item in case.iter("property") if item.get("name") == "requirement"}

    assert len(cases) > 140
    assert str(suite_root()) not in (tmp_path / "out" / "junit.xml").read_text(encoding="utf-8")
    assert ("conversation.channel", "Voice is channel number 192370000") in {
        (case.get("classname"), case.get("name")) for case in cases
    }
    assert named >= {item.id for item in load_suite().catalogue.of("surface")}


def test_workers_leave_out_what_only_leaves_out(tck: Any, endpoint: str, tmp_path: Path) -> None:
    """What --only or -k leaves out is deselected, with several workers as well."""
    for name, arguments in (("only", ["--only", f"{OPTION}/*"]), ("k", ["--", "-k", "WhatsApp"])):
        done = tck("run", "--endpoint", endpoint, "--output", name, "--workers", "2", *arguments)
        assert done.returncode == 3
        assert certificate(tmp_path / name)["counts"]["not testable"] == 0


def test_a_fault_is_told_with_all_that_is_needed_to_repeat_it(tck: Any, tmp_path: Path) -> None:
    """What the reference says, what was seen where, the scenario, the request, the line that repeats it; exit 1."""
    with emulator("--fault", f"{OPTION}/label@optionset") as root:
        done = tck("run", "--endpoint", root, "--output", "out")
        repeated = tck("run", "--endpoint", root, "--output", "again", "--only", f"{OPTION}/label")
    document = certificate(tmp_path / "out")

    assert done.returncode == 1
    assert {key for key, outcome in outcomes(document).items() if outcome == "fail"} == {f"{OPTION}/label"}
    for words in (
        f"FAIL {OPTION}/label",
        'expected   "WhatsApp"',
        "/msdyn_ocliveworkitem#BKMK_msdyn_channel (line 63 of its source)",
        "in optionset",
        "scenario   features/conversation/channel.feature: WhatsApp is channel number 192300000",
        f"decisive   GET {root}/EntityDefinitions",
        "answered   200 ...",
        f"repeat     dataverse-tck run --endpoint {root} --only {OPTION}/label",
        "not conformant   399 of 399 checked: 398 pass, 1 fail",
    ):
        assert words in done.stdout
    assert repeated.returncode == 1
    assert outcomes(certificate(tmp_path / "again"))[f"{OPTION}/label"] == "fail"


@pytest.mark.parametrize("channel", ["single", "multi"])
@pytest.mark.parametrize("bind", ["entity", "collection", "unbound"])
def test_endpoints_that_differ_and_are_right_raise_no_alarm(tck: Any, channel: str, bind: str) -> None:
    """Another kind of choice, another binding and another user language are no faults."""
    with emulator("--channel", channel, "--bind", bind, "--user-language", "1040") as root:
        done = tck("run", "--endpoint", root, "--output", "out")

    assert done.returncode == 0, done.stdout


def test_only_runs_what_is_asked_and_is_at_best_incomplete(tck: Any, endpoint: str, tmp_path: Path) -> None:
    """A part of the requirements can pass, but not conform."""
    done = tck("run", "--endpoint", endpoint, "--output", "out", "--only", f"{OPTION}/*", "*/IsCustomizable")
    found = outcomes(certificate(tmp_path / "out"))

    assert done.returncode == 3
    assert "incomplete   17 of 399 checked: 17 pass, 382 deselected" in done.stdout
    assert {key for key, outcome in found.items() if outcome == "pass"} == {
        key for key in found if key.startswith(OPTION) or key.endswith("/IsCustomizable")
    }


def test_what_is_excluded_is_not_looked_at(tck: Any, tmp_path: Path) -> None:
    """It is deselected, so the run is incomplete: a gate may let it through, and it can be judged again."""
    with emulator("--fault", f"{OPTION}/label") as root:
        done = tck("run", "--endpoint", root, "--output", "out", "--exclude", f"{OPTION}/*", "--gate", "checked")
    document = certificate(tmp_path / "out")

    assert done.returncode == 0
    assert document["verdict"] == "incomplete"
    assert document["exclude"] == [f"{OPTION}/*"]
    assert {key for key, outcome in outcomes(document).items() if outcome == "deselected"} == {
        key for key in outcomes(document) if key.startswith(OPTION)
    }
    assert tck("verify", "out").returncode == 0


def test_a_run_ends_after_failures(tck: Any, tmp_path: Path) -> None:
    """What is not told by then is deselected; where it was told to write, it has not begun to."""
    faults = [
        word for end in ("label", "exists") for word in ("--fault", f"column/msdyn_channel/option/192340000/{end}")
    ]
    with emulator("--fault", f"{OPTION}/label", *faults) as root:
        options = ["--level", "data", "--allow-writes", "--max-fail", "1"]
        done = tck("run", "--endpoint", root, "--output", "out", *options)
    document = certificate(tmp_path / "out")

    assert done.returncode == 1
    assert document["counts"]["fail"] == 1
    assert document["rows_written"] == {}
    reasons = {row["reason"] for row in document["requirements"] if row["outcome"] == "deselected"}
    assert reasons == {"the run was told to end after 1 scenario that failed"}
    assert tck("verify", "out").returncode == 0


def test_leave_to_write_may_be_given_to_every_job(tck: Any, endpoint: str, tmp_path: Path) -> None:
    """A level that only reads writes nothing all the same."""
    options = ["--endpoint", endpoint, "--level", "surface", "--allow-writes", "--output", "out"]

    assert tck("run", *options).returncode == 0
    assert certificate(tmp_path / "out")["rows_written"] == {}


def test_what_a_profile_does_not_claim_is_said_beside_the_verdict(tck: Any, tmp_path: Path) -> None:
    """An endpoint that gets a table wrong which it does not claim to offer is conformant all the same."""
    wrong = "relationship/msdyn_timegroup_msdyn_ocliveworkitems/cascade/Delete"
    with emulator("--fault", wrong) as root:
        text = f'endpoint = "{root}"\n[[not_claimed]]\nsolution = "Scheduling"\ntables = ["msdyn_timegroup"]\n'
        (tmp_path / "acme.toml").write_text(text, encoding="utf-8")
        done = tck("run", "--profile", "acme.toml", "--output", "out")

    assert done.returncode == 0, done.stdout
    assert "conformant   385 of 399 checked: 385 pass, 14 not claimed" in done.stdout
    assert "not claimed  Scheduling (msdyn_timegroup)" in done.stdout
    assert outcomes(certificate(tmp_path / "out"))[wrong] == "not claimed"


def test_arguments_for_pytest_leave_scenarios_out(tck: Any, tmp_path: Path) -> None:
    """Arguments for pytest pass through; what they leave out is deselected."""
    done = tck("run", "--output", "out", "--", "-k", "channel")

    assert done.returncode == 3
    assert certificate(tmp_path / "out")["counts"]["deselected"] > 300


REFUSED = {
    "unknown option": (["--nonsense"], "--nonsense"),
    "unknown level": (["--level", "deep"], "deep"),
    "no profile": (
        ["--endpoint", "http://127.0.0.1:9", "--level", "calls", "--allow-writes"],
        "needs a profile that says what the 18 messages do",
    ),
    "nothing to exclude": (
        ["--exclude", "message/CCaaS_HoldCal/exists"],
        "--exclude message/CCaaS_HoldCal/exists matches",
    ),
    "no failures": (["--max-fail", "0"], "0 is not a number of scenarios, 1 or more"),
    "no leave to write": (["--endpoint", "http://127.0.0.1:9", "--level", "data"], "Allow it with --allow-writes"),
    "profile": (["--profile", "x.toml"], "x.toml cannot be read"),
    "a table that nobody speaks of": (["--profile", "typo.toml"], "Did you mean msdyn_timegroup"),
    "unknown id": (["--only", "message/CCaaS_HoldCal/exists"], "Did you mean message/CCaaS_HoldCall/exists"),
    "no workers": (["--workers", "0"], "from 1 to 32"),
    "a crowd": (["--workers", "100000"], "from 1 to 32"),
    "a negative seed": (["--seed", "-1"], "whole number"),
    "half an address": (["--endpoint", "http://[::1"], "cannot be read as an address"),
    "half a word": (["--work", "2"], "unrecognized argument '--work'. Did you mean --workers"),
    "full folder": (["--output", "full"], "holds something already"),
    "a file": (["--output", "full/file"], "is a file"),
    "no folder possible": (["--output", "full/file/x"], "cannot be written"),
    "no address": (["--endpoint", "nonsense"], "nonsense"),
    "nobody there": (["--endpoint", "http://127.0.0.1:9/api/data/v9.2"], "127.0.0.1:9"),
    "a token in the clear": (["--endpoint", "http://192.0.2.1/api/data/v9.2"], "token"),
    "arguments of pytest": (["--", "--no-such-option"], "pytest refused its arguments"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_start_says_so_in_a_sentence(tck: Any, tmp_path: Path, case: str) -> None:
    """Exit 2, something on stderr that names what was seen, no traceback and no verdict."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    typo = '[[not_claimed]]\nsolution = "Scheduling"\ntables = ["msdyn_timegroups"]\n'
    (tmp_path / "typo.toml").write_text(typo, encoding="utf-8")
    arguments, words = REFUSED[case]
    done = tck("run", *arguments, env={**os.environ, "DATAVERSE_TOKEN": "secret-token"})

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert "conformant" not in done.stdout
    assert not list(tmp_path.rglob("certificate.json"))


def interrupted(tmp_path: Path, number: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Start a run, wait until it reads, send it a signal, wait for its end."""
    command = [sys.executable, "-m", "dataverse_tck", "run", "--output", str(tmp_path / "out"), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    deadline = time.monotonic() + 60
    exchanges = tmp_path / "out" / "exchanges.ndjson"
    while not (exchanges.is_file() and exchanges.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(number)
    out, errors = process.communicate(timeout=60)
    return subprocess.CompletedProcess(command, process.returncode, out, errors)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_an_interrupted_run_leaves_a_certificate_that_says_so(tmp_path: Path, number: int) -> None:
    """Exit 3 and an incomplete certificate that holds what was found so far."""
    with emulator("--latency", "1500") as root:
        done = interrupted(tmp_path, number, "--endpoint", root)
    document = certificate(tmp_path / "out")

    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert (document["verdict"], document["interrupted"]) == ("incomplete", True)
    assert document["counts"]["not testable"] == 399


@pytest.mark.parametrize("sink", ["closed", "full"])
def test_a_run_does_not_depend_on_who_reads_it(tmp_path: Path, sink: str) -> None:
    """Where stdout is closed or its disk full, the certificate is written and the exit code is the verdict's."""
    command = f'"{sys.executable}" -m dataverse_tck run --level surface --output out ' + (
        "| true" if sink == "closed" else "> /dev/full"
    )
    done = subprocess.run(
        ["bash", "-c", f"{command}; exit ${{PIPESTATUS[0]}}"], capture_output=True, text=True, check=False, cwd=tmp_path
    )

    assert (done.returncode, complaints(done.stderr)) == (0, "")
    assert certificate(tmp_path / "out")["verdict"] == "conformant"


def test_what_could_not_start_leaves_nothing(tck: Any, tmp_path: Path) -> None:
    """The folder of a refused run can be named again, and reports/latest stays as it was."""
    for _ in range(2):
        assert tck("run", "--endpoint", "http://127.0.0.1:9/api/data/v9.2", "--output", "out").returncode == 2
    assert tck("run", "--endpoint", "http://127.0.0.1:9/api/data/v9.2").returncode == 2

    (tmp_path / "mine").mkdir()
    assert tck("run", "--endpoint", "http://127.0.0.1:9/api/data/v9.2", "--output", "mine").returncode == 2

    assert sorted(path.name for path in tmp_path.rglob("*")) == ["mine", "reports"]


def plug_in(tmp_path: Path, body: str) -> dict[str, str]:
    """Write a pytest plug-in that disturbs a run, and return the environment to find it in."""
    (tmp_path / "disturbing.py").write_text(f"import pytest\nCOUNT = []\n{body}", encoding="utf-8")
    return {**os.environ, "PYTHONPATH": str(tmp_path)}


def test_an_interruption_between_scenarios_keeps_what_was_found(tck: Any, endpoint: str, tmp_path: Path) -> None:
    """What was exercised before Ctrl-C counts, the rest is not testable."""
    interrupt = "COUNT.append(1)\n    if len(COUNT) > 20:\n        raise KeyboardInterrupt\n"
    environment = plug_in(tmp_path, f"def pytest_runtest_setup(item):\n    {interrupt}")
    done = tck("run", "--endpoint", endpoint, "--output", "out", "--", "-p", "disturbing", env=environment)
    document = certificate(tmp_path / "out")

    assert done.returncode == 3
    assert document["interrupted"]
    assert document["counts"]["pass"] >= 20
    assert document["counts"]["pass"] + document["counts"]["not testable"] == 399


@pytest.mark.parametrize(
    "body",
    [
        "def pytest_runtest_setup(item):\n    raise RuntimeError('kaputt')\n",
        "def pytest_runtestloop(session):\n    raise RuntimeError('kaputt')\n",
        "def pytest_bdd_before_scenario(request, feature, scenario):\n    raise AssertionError('kaputt')\n",
    ],
    ids=["set-up", "loop", "scenario"],
)
def test_a_defect_of_the_kit_makes_a_run_incomplete(tck: Any, endpoint: str, tmp_path: Path, body: str) -> None:
    """A scenario that fails without a finding, or a broken session, never ends in 'conformant'."""
    done = tck("run", "--endpoint", endpoint, "--output", "out", "--", "-p", "disturbing", env=plug_in(tmp_path, body))
    document = certificate(tmp_path / "out")

    assert done.returncode == 3, done.stdout
    assert document["verdict"] == "incomplete"
    assert any("kaputt" in trouble for trouble in document["troubles"])
    assert "Traceback" not in done.stderr


def test_the_token_is_in_no_file(tck: Any, endpoint: str, tmp_path: Path) -> None:
    """The bearer token is sent, and left behind nowhere."""
    done = tck("run", "--endpoint", endpoint, "--output", "out", env={**os.environ, "DATAVERSE_TOKEN": "geheim-4711"})

    assert done.returncode == 0
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"geheim-4711" not in (gzip.decompress(content) if path.suffix == ".gz" else content)
    assert "geheim-4711" not in done.stdout + done.stderr


def test_allure_results_show_the_sentences(tck: Any, endpoint: str, tmp_path: Path) -> None:
    """Each Allure result has the feature's sentences as steps, its own title and its labels."""
    assert tck("run", "--endpoint", endpoint, "--output", "out", "--allure").returncode == 0
    results = [json.loads(path.read_text()) for path in (tmp_path / "out" / "allure").glob("*-result.json")]
    one = next(item for item in results if item["name"] == "WhatsApp is channel number 192300000")

    assert len(results) > 140
    assert [step["name"] for step in one["steps"]] == [
        "When channel number 192300000 of a conversation (msdyn_channel) is looked up",
        "Then it reads",
    ]
    assert {"name": "number", "value": "192300000"} in one["parameters"]
    assert ("feature", "The channels a conversation can come through") in {
        (label["name"], label["value"]) for label in one["labels"]
    }
    deleting = next(item for item in results if item["name"].startswith("Deleting a time group is"))
    assert [link["name"] for link in deleting["links"]] == ["reference: BKMK_msdyn_timegroup_msdyn_ocliveworkitems"]


def test_a_feature_runs_under_pytest_in_a_checkout(endpoint: str) -> None:
    """``pytest features/conversation/channel.feature --endpoint URL`` collects the file directly."""
    command = [sys.executable, "-m", "pytest", "features/conversation/channel.feature", "-q", "--endpoint", endpoint]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=suite_root())

    assert done.returncode == 0, done.stdout
    assert "17 passed" in done.stdout


def test_a_feature_under_pytest_without_an_endpoint_refuses_in_a_sentence() -> None:
    """An endpoint that is none ends the session with a sentence and exit code 2."""
    address = "http://127.0.0.1:9/api/data/v9.2"
    command = [sys.executable, "-m", "pytest", "features/conversation/channel.feature", "-q", "--endpoint", address]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=suite_root())

    assert done.returncode == 2
    assert "Traceback" not in done.stdout + done.stderr
