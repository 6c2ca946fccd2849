"""What the terminal and the certificate say of rows, waits, levels and what is not claimed."""

from __future__ import annotations

import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.evidence.leftover import Leftover
from dataverse_tck.profile.calls import Calls, Message
from dataverse_tck.profile.profile import NotClaimed, Profile
from dataverse_tck.reporting.certificate import certificate
from dataverse_tck.reporting.failures import repeat_line
from dataverse_tck.reporting.result import RunResult
from dataverse_tck.reporting.terminal import report
from dataverse_tck.suite_files import suite_root
from tests.support.results import CATALOGUE, DELETE, ROOT, result

LEFT = Leftover("msdyn_timegroup", "1" * 32, "msdyn_timegroups(1)", "403: missing [prvDelete] privilege")
PROFILE = Profile(
    "acme.toml",
    "a" * 64,
    not_claimed=(NotClaimed("Scheduling", ("msdyn_bookingrule",), "no schedule board"),),
)
SURVIVED = Finding(
    DELETE,
    Outcome.FAIL,
    "one of 2 conversations is still there",
    observed="NoCascade",
    surface="rows",
    exchanges=tuple(f"x{number:04}" for number in range(1, 21)),
)


def told(run: RunResult) -> str:
    """What a person reads of a run."""
    text = io.StringIO()
    report(Console(file=text, highlight=False, soft_wrap=True), run)
    return text.getvalue()


def checked(run: RunResult) -> Any:
    """The certificate of a run, held against its schema."""
    document = json.loads(json.dumps(certificate(run)))
    schema = json.loads((suite_root() / "schemas/outputs/certificate.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(document)
    return document


def test_a_trouble_that_breaks_many_scenarios_is_told_once(tmp_path: Path) -> None:
    """With the first of them, at most ten troubles; the certificate has every one."""
    titles = [f"features/a.feature: Kind: {number}" for number in range(30)]
    same = tuple(f"{title}: KeyError: 'Id'" for title in titles)
    others = tuple(f"{titles[number]}: reason {number}" for number in range(12))
    run = result(tmp_path, scenarios={DELETE: titles}, troubles=same + others)

    text = told(run)
    assert text.count("TROUBLE") == 10
    assert f"TROUBLE {titles[0]}: KeyError: 'Id' (and in 29 scenarios more)" in text
    assert f"TROUBLE {titles[8]}: reason 8\n" in text
    assert "... and 3 more troubles: see certificate.json" in text
    assert checked(run)["troubles"] == [*same, *others]


def test_requests_and_waits_are_told_apart(tmp_path: Path) -> None:
    """How many requests, how long throttled, how long waiting for effects; no wait is not mentioned."""
    run = result(tmp_path, waited_s=3.24, settled_s=41.0)

    assert (
        "1,312 requests, 3.2 s waited as asked by the endpoint (all scenarios together), "
        "41.0 s waited for effects (all scenarios together)"
    ) in told(run)
    assert checked(run)["requests"] == {"number": 1312, "waited_s": 3.24, "settled_s": 41.0}
    assert "300 scenarios, 1,312 requests, 0 extensions" in told(result(tmp_path))


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

    assert "conformant   522 of 522 checked" in text
    assert "LEFT BEHIND 30 of 214 test rows" in text
    assert text.count("  msdyn_timegroups(1) and 29 more: 403: missing [prvDelete] privilege\n") == 1
    assert f"dataverse-tck cleanup {tmp_path}\n" in text
    assert "removed" not in text
    assert checked(run)["leftovers"][0] == asdict(LEFT)


def test_what_is_not_claimed_stands_beside_the_verdict(tmp_path: Path) -> None:
    """Who, which tables and why; and nothing about it among what needs attention."""
    run = result(tmp_path, {DELETE: SURVIVED}, profile=PROFILE)
    text = told(run)

    assert "\nconformant   500 of 522 checked: 500 pass, 22 not claimed\nnot claimed  Scheduling" in text
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


def test_a_failure_of_rows_is_told_without_surfaces(tmp_path: Path) -> None:
    """What was expected because of what, what was seen, why, the last requests, and how to repeat it."""
    text = told(result(tmp_path, {DELETE: SURVIVED}))

    for words in (
        f"FAIL {DELETE}\n  Deleting a record of msdyn_bookingrule deletes every conversation",
        '  expected   "Cascade" because of relationship/msdyn_bookingrule_msdyn_ocliveworkitems/cascade/Delete (BKMK_',
        '  observed   "NoCascade" in rows\n  because    one of 2 conversations is still there\n',
        "  request    ... 12 others before these: see certificate.json\n",
        f"  request    DELETE {ROOT}/rows(20) (x0020)\n",
        "  scenario   features/rows/parents.feature: Deleting takes along\n",
        f"  repeat     dataverse-tck run --endpoint {ROOT} --level data --allow-writes --settle 10 --seed 7 --only ",
        "not conformant   522 of 522 checked: 521 pass, 1 fail",
    ):
        assert words in text
    assert "x0012" not in text


@pytest.mark.parametrize(
    ("identifier", "embedded", "words"),
    [
        (DELETE, True, "run --level data --settle 10 --seed 7 --only"),
        (DELETE, False, f"run --endpoint {ROOT} --level data --allow-writes --settle 10 --seed 7 --only"),
        ("message/CCaaS_HoldCall/exists", True, "run --only"),
        ("message/CCaaS_HoldCall/exists", False, f"run --endpoint {ROOT} --only"),
    ],
)
def test_a_failure_is_repeated_at_its_level(tmp_path: Path, identifier: str, embedded: bool, words: str) -> None:  # noqa: FBT001
    """The line names the level and the leave to write where they are needed."""
    assert repeat_line(result(tmp_path, embedded=embedded), identifier) == f"dataverse-tck {words} {identifier}"


def test_a_certificate_names_what_is_beyond_the_level(tmp_path: Path) -> None:
    """Every requirement of the kit stands there once; what is beyond the level is counted nowhere else."""
    run = result(tmp_path, level="surface")
    document, text = checked(run), told(run)

    assert [row["id"] for row in document["requirements"]] == [item.id for item in CATALOGUE.requirements]
    assert document["counts"]["beyond this level"] == 123 + 163
    assert document["advisory"]["beyond this level"] == 34
    assert document["coverage"] == {"checked": 399, "requirements": 399}
    assert "conformant   399 of 399 checked: 399 pass\n" in text
    assert "BEYOND" not in text


def test_a_certificate_of_rows_keeps_what_was_seen(tmp_path: Path) -> None:
    """A finding without sightings has its surface in plain words."""
    rows = {row["id"]: row for row in checked(result(tmp_path, {DELETE: SURVIVED}))["requirements"]}

    assert (rows[DELETE]["surface"], rows[DELETE]["observed"], rows[DELETE]["surfaces"]) == ("rows", "NoCascade", [])
    assert (rows[DELETE]["level"], rows[DELETE]["obligation"]) == ("data", "derived")
