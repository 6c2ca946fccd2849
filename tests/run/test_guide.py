"""The guide for implementers: its ten steps are walked as they stand, and what goes wrong on the way is told."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.conformance.verdict import EXIT_CODES
from dataverse_tck.endpoint.embedded import emulator
from dataverse_tck.suite_files import suite_root

GUIDE = (suite_root() / "docs" / "certify-your-implementation.md").read_text(encoding="utf-8")
HEADINGS = re.compile(r"^## (\d+)\. .*\n", re.MULTILINE)
NUMBERS = [int(number) for number in HEADINGS.findall(GUIDE)]
STEPS = dict(zip(NUMBERS, HEADINGS.split(GUIDE)[2::2], strict=True))
HOLD = ("--only", "derived/message/CCaaS_HoldCall/*")


def blocks(number: int, language: str) -> list[str]:
    """Return what a step says in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", STEPS[number], re.MULTILINE | re.DOTALL)


def fill_in(skeleton: str) -> str:
    """Do what steps 6 and 7 say: nothing is claimed but what the guide fills in, in the place of the same tables."""
    (filled,) = blocks(7, "toml")
    headings = set(re.findall(r"^\[.*\]", filled, re.MULTILINE))
    tables = re.split(r"^(?=\[)", skeleton, flags=re.MULTILINE)
    kept = "".join(table for table in tables if table.split("\n", 1)[0] not in headings)
    return kept.replace("\nsupported = true\n", "\nsupported = false\n") + filled


def test_the_guide_has_ten_steps_and_leaves_no_outcome_out() -> None:
    """A word of the certificate that the guide does not explain is of no use to whoever reads it."""
    assert list(range(1, 11)) == NUMBERS
    for verdict, code in EXIT_CODES.items():
        assert f"| {verdict} | {code} |" in STEPS[9]
    assert [outcome for outcome in Outcome if f"\n| {outcome} | " not in STEPS[9]] == []


@pytest.mark.whole
def test_the_ten_steps_lead_to_a_certificate(tmp_path: Path) -> None:
    """Each command of the guide, in its order; the calls run is conformant, and a stranger finds the digests right."""
    script = tmp_path / "dataverse-tck"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dataverse_tck "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    (start,) = blocks(2, "sh")
    said: dict[int, str] = {}
    with emulator("--token", "any") as root:
        start, found = re.subn(r"^URL=\S+", f"URL={root}", start)
        assert found == 1
        for number in NUMBERS:
            if number == 7:
                profile = tmp_path / "acme.toml"
                profile.write_text(fill_in(profile.read_text(encoding="utf-8")), encoding="utf-8")
            codes = []
            for block in blocks(number, "sh"):
                command = ["sh", "-ec", f"PATH={tmp_path}:$PATH\n{start}\n{block}"]
                done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
                codes.append(done.returncode)
                said[number] = said.get(number, "") + done.stdout + done.stderr
            assert codes == ([3, 0] if number == 10 else [0] * len(codes)), (number, said[number])

    certificate = json.loads((tmp_path / "out" / "calls" / "certificate.json").read_text(encoding="utf-8"))
    claimed = [name for name, said in tomllib.loads(blocks(7, "toml")[0])["messages"].items() if said["supported"]]
    effects = {row["id"].split("/")[2]: row["outcome"] for row in certificate["requirements"] if effect(row)}
    (rests_on,) = re.findall(r"^```\n(calls .*?)^```", STEPS[8], re.MULTILINE | re.DOTALL)
    assert rests_on in said[8]
    assert "is a complete profile: 18 messages, 5 supported" in said[7]
    assert said[7].count("\n") == 2, "the guide's own profile leaves nothing open"
    assert said[7].endswith("a run can try at most 20, 3 not reachable.\n")
    assert (certificate["verdict"], certificate["level"]) == ("conformant", "calls")
    assert {name for name, outcome in effects.items() if outcome == "pass"} == set(claimed)
    assert {outcome for name, outcome in effects.items() if name not in claimed} == {"not claimed"}
    for key, file in (("evidence", "out/calls/exchanges.ndjson"), ("profile", "acme.toml")):
        digest = hashlib.sha256((tmp_path / file).read_bytes()).hexdigest()
        assert certificate[key]["sha256"] == digest
        assert said[9].count(digest) == 2
    for key in ("suite", "reference"):
        assert said[9].count(certificate[key]["sha256"]) == 5  # verify, three times, tells them as well
    assert said[9].count("(acme.pub)") == 2
    assert said[9].count("(auditor.pub)") == 1


def effect(row: dict[str, Any]) -> bool:
    """Whether a requirement is about what a message brings."""
    return re.fullmatch(r"derived/message/\w+/effect", row["id"]) is not None


@pytest.fixture(scope="module")
def filled(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The guide's profile, for the endpoint of these tests."""
    command = [sys.executable, "-m", "dataverse_tck", "profile", "init", "--endpoint", endpoint]
    return fill_in(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)


OFFER = 'values = { msdyn_channel = "192370000", statuscode = 2 }'
BAD = {
    "a command that is not there": (
        OFFER,
        'run = ["./place-call.sh"]\nyields = "conversation"',
        "no call can be offered, as the first was not: fixtures.offer cannot run ./place-call.sh: No such file",
    ),
    "a word that the map lacks": (
        'Connected = "Connected", ',
        'Talking = "Connected", ',
        "CCaaS_AcceptCall, on the way there, had no effect: the call is Connected (not in the profile)",
    ),
    "a channel without calls": ("192370000", "192360000", "CCaaS_AcceptCall, on the way there, was refused: 400"),
    "nobody hangs up": (
        'message = "CCaaS_EndCall"',
        'run = ["./hang-up.sh"]',
        "TROUBLE hanging up msdyn_ocliveworkitems",
    ),
}


@pytest.mark.whole
@pytest.mark.parametrize("title", BAD)
def test_a_profile_that_cannot_work_is_told_and_is_no_failure(
    tck: Any, endpoint: str, filled: str, tmp_path: Path, title: str
) -> None:
    """Nothing is said of the implementation, neither good nor bad: incomplete, with the key that is to be mended."""
    good, bad, told = BAD[title]
    assert filled.count(good) == 1
    text = filled.replace(good, bad).replace("\n[calls]\n", "\n[calls]\nsettle_s = 0.5\n")
    (tmp_path / "acme.toml").write_text(text, encoding="utf-8")

    done = tck("run", "--level", "calls", "--allow-writes", "--profile", "acme.toml", "--output", "out", *HOLD)

    certificate = json.loads((tmp_path / "out" / "certificate.json").read_text(encoding="utf-8"))
    assert done.returncode == 3, done.stdout
    assert told in done.stdout
    assert "the kit broke inside" not in done.stdout
    assert certificate["counts"]["fail"] == 0
    below = {row["outcome"] for row in certificate["requirements"] if row["level"] != "calls"}
    assert below == {"deselected", "not claimed"}, "what was left out is not taken for what an interruption cut off"
