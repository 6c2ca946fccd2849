"""What the terminal says at the end, and the certificate beside it: waits, rows, what is not claimed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from dataverse_tck.evidence.leftover import Leftover
from dataverse_tck.profile.calls import Calls, Message
from dataverse_tck.profile.profile import NotClaimed, Profile
from tests.support.results import DELETE, SURVIVED, checked, result, told

LEFT = Leftover("msdyn_timegroup", "1" * 32, "msdyn_timegroups(1)", "403: missing [prvDelete] privilege")


PROFILE = Profile(
    "acme.toml",
    "a" * 64,
    not_claimed=(NotClaimed("Scheduling", ("msdyn_bookingrule",), "no schedule board"),),
)


def test_requests_and_waits_are_told_apart(tmp_path: Path) -> None:
    """How many requests, how long throttled, how long waiting for effects; no wait is not mentioned."""
    run = result(tmp_path, waited_s=3.24, settled_s=41.0)

    assert (
        "1,312 requests, 3.2 s waited as asked by the endpoint (all scenarios together), "
        "41.0 s waited for effects (all scenarios together)"
    ) in told(run)
    assert checked(run)["requests"] == {"number": 1312, "in_batches": 0, "waited_s": 3.24, "settled_s": 41.0}
    assert "300 scenarios, 1,312 requests, 0 extensions" in told(result(tmp_path))
    assert "1,312 requests (2,000 more in batches), 0 extensions" in told(result(tmp_path, parts=2000))


def test_rows_that_were_removed_are_counted(tmp_path: Path) -> None:
    """One line for people, the tables in the certificate."""
    rows = {"msdyn_ocliveworkitem": 200, "msdyn_timegroup": 14}
    run = result(tmp_path, rows_written=rows)

    assert "\n214 test rows (named TCK 00000007) written and removed\n" in told(run)
    assert checked(run)["rows_written"] == rows
    assert checked(run)["leftovers"] == []
    assert "test row" not in told(result(tmp_path))


def test_rows_left_behind_are_told_with_the_way_to_remove_them(tmp_path: Path) -> None:
    """Which rows, why, and the command; the verdict stays what it is."""
    run = result(tmp_path, rows_written={"msdyn_timegroup": 214}, leftovers=(LEFT,) * 30)
    text = told(run)

    assert "conformant   695 of 695 checked" in text
    assert "LEFT BEHIND 30 of 214 test rows" in text
    assert text.count("  msdyn_timegroups(1) and 29 more: 403: missing [prvDelete] privilege\n") == 1
    assert f"dataverse-tck cleanup {tmp_path}\n" in text
    assert "removed" not in text
    assert checked(run)["leftovers"][0] == asdict(LEFT)


def test_what_is_not_claimed_stands_beside_the_verdict(tmp_path: Path) -> None:
    """Who, which tables and why; and nothing about it among what needs attention."""
    run = result(tmp_path, {DELETE: SURVIVED}, profile=PROFILE)
    text = told(run)

    assert "\nconformant   656 of 695 checked: 656 pass, 39 not claimed\nnot claimed  Scheduling" in text
    assert "Scheduling (msdyn_bookingrule): no schedule board\n" in text
    assert "NOT CLAIMED" not in text
    document = checked(run)
    assert document["profile"] == {"name": "acme.toml", "sha256": "a" * 64, "implementation": {}, "settings": {}}
    assert document["not_claimed"] == [
        {"solution": "Scheduling", "tables": ["msdyn_bookingrule"], "reason": "no schedule board"}
    ]
    assert checked(result(tmp_path))["profile"] is None


def test_messages_that_are_not_claimed_stand_there_as_well(tmp_path: Path) -> None:
    """By name, with the reason where there is one; a claimed message is not among them."""
    messages = {
        "CCaaS_StartTranscription": Message("CCaaS_StartTranscription", supported=False, reason="no [media]"),
        "CCaaS_HoldCall": Message("CCaaS_HoldCall", supported=True),
        "CCaaS_EndCall": Message("CCaaS_EndCall", supported=False),
    }
    calls = Calls(messages=messages, settings={"recording": "enabled", "wrap_up": True})
    run = result(tmp_path, profile=Profile("acme.toml", "a" * 64, calls=calls, implementation={"name": "Acme"}))

    assert ", 8 not claimed\nnot claimed  CCaaS_StartTranscription: no [media]\nnot claimed  CCaaS_EndCall\n" in told(
        run
    )
    assert checked(run)["profile"]["implementation"] == {"name": "Acme"}
    assert checked(run)["profile"]["settings"] == {"recording": "enabled", "wrap_up": True}
    assert checked(run)["not_claimed"] == [
        {"message": "CCaaS_StartTranscription", "reason": "no [media]"},
        {"message": "CCaaS_EndCall", "reason": ""},
    ]
