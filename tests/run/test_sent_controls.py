"""Endpoints that say yes to messages that nobody knows: nothing is known of the others, and every report says so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck.acting.script import Script
from dataverse_tck.conformance.controls import CONTROLS
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.endpoint.embedded import PROFILE
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.profile.profile import Profile
from dataverse_tck.reporting.certificate import certificate
from dataverse_tck.run.attempt import Attempt
from dataverse_tck.run.outcome import result_of
from dataverse_tck.settings import Settings
from tests.sharpness.call_lanes import declared
from tests.sharpness.engine import RUN_SEED, Outcomes, perform, right_reading, scripts
from tests.sharpness.gateway import Dialect
from tests.support.agreement import hold_together

MADE_UP, LETTER_CASE = "control/made-up-message-sent", "control/letter-case"
HOLD = "derived/message/CCaaS_HoldCall"


def chosen() -> dict[str, Script]:
    """The controls, and what holds a call."""
    wanted = ("control/", f"{HOLD}/")
    return {title: one for title, one in scripts("calls").items() if any(key.startswith(wanted) for key in one.decides)}


def examined(folder: Path, word: str, status: int, body: bytes = b"") -> Outcomes:
    """Perform them at an emulator that answers messages with this word in their address in one way."""
    with running(Dialect(create_app(create_organisation()), word, lambda *_: (status, body))) as root:
        settings = Settings(seed=RUN_SEED, settle_s=0, level="calls", profile=Profile("", "", calls=declared()))
        return perform(replace(right_reading(), root=root), folder, chosen(), settings)


@pytest.mark.parametrize(
    ("word", "control", "words"),
    [
        ("NobodyDocumentsThisMessage", MADE_UP, "this endpoint also accepts a message that nobody knows"),
        ("ccaas_acceptcall", LETTER_CASE, "this endpoint also accepts a message whose name is written otherwise"),
    ],
)
def test_who_says_yes_to_a_name_that_nobody_knows_is_told(tmp_path: Path, word: str, control: str, words: str) -> None:
    """That the message can be called is not observable, and what hangs on that is not testable; nothing fails."""
    found = examined(tmp_path, word, 204)

    assert found.findings[f"{HOLD}/callable"].outcome is Outcome.NOT_OBSERVABLE
    assert found.findings[f"{HOLD}/callable"].reason == f"nothing can be said of it, because {words} ({control})"
    assert found.ids(Outcome.PASS) == found.ids(Outcome.FAIL) == set()
    assert "it hangs on" in found.findings[f"{HOLD}/effect"].reason
    assert (found.troubles, found.leftovers) == ((), ())


def test_the_emulator_refuses_what_nobody_knows(tmp_path: Path) -> None:
    """Nothing is taken back."""
    found = examined(tmp_path, "no such word", 204)

    assert found.findings[f"{HOLD}/callable"].outcome is Outcome.PASS
    assert found.findings[f"{HOLD}/effect"].outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("level", "only", "interrupted", "outcome"),
    [
        ("surface", (), False, Outcome.BEYOND),
        ("data", (), False, Outcome.BEYOND),
        ("calls", ("message/*",), False, Outcome.DESELECTED),
        ("calls", (), True, Outcome.NOT_TESTABLE),
    ],
)
def test_a_control_that_was_not_sent_says_why(
    tmp_path: Path, level: str, only: tuple[str, ...], *, interrupted: bool, outcome: Outcome
) -> None:
    """In the certificate stand all of them, whatever the run came to."""
    settings = Settings(level=level, only=only, profile=Profile("", ""))
    attempt = Attempt(tmp_path, survey=right_reading(), interrupted=interrupted)
    document: Any = certificate(result_of(settings, load_suite(), Recorder(None), attempt))
    told = {row["id"]: row for row in document["controls"]}

    assert list(told) == [control.id for control in CONTROLS]
    assert {told[key]["outcome"] for key in (MADE_UP, LETTER_CASE)} == {str(outcome)}
    assert all(told[key]["reason"] and len(told[key]["guards"]) == 18 for key in (MADE_UP, LETTER_CASE))


def test_before_the_endpoint_was_read_no_control_was_tried(tmp_path: Path) -> None:
    """Neither those that are looked up nor those that are sent."""
    document: Any = certificate(result_of(Settings(level="calls"), load_suite(), Recorder(None), Attempt(tmp_path)))

    assert {row["outcome"] for row in document["controls"]} == {"not testable"}


def test_a_whole_run_tells_the_control_and_what_it_takes_back(tck: Any, tmp_path: Path) -> None:
    """On the terminal, in JUnit and in the certificate alike; the run is incomplete, as nothing is known."""
    (tmp_path / "profile.toml").write_text(PROFILE.read_text(encoding="utf-8"), encoding="utf-8")
    options = ["--level", "calls", "--allow-writes", "--profile", "profile.toml", "--output", "out", "--only"]
    with running(Dialect(create_app(create_organisation()), "NobodyDocuments", lambda *_: (204, b""))) as root:
        done = tck("run", "--endpoint", root, *options, f"{HOLD}/*", "control/*")
    document = json.loads((tmp_path / "out" / "certificate.json").read_text(encoding="utf-8"))
    controls = {row["id"]: row for row in document["controls"]}

    assert (done.returncode, document["verdict"]) == (3, "incomplete"), done.stdout + done.stderr
    assert f"CONTROL {MADE_UP} did not pass: It is accepted." in done.stdout
    assert "So 18 passes prove nothing." in done.stdout
    assert (controls[MADE_UP]["outcome"], controls[LETTER_CASE]["outcome"]) == ("fail", "pass")
    assert len(controls[MADE_UP]["scenarios"]) == 2
    assert controls[MADE_UP]["exchanges"]
    hold_together(tmp_path / "out" / "junit.xml", done.stdout, document)
