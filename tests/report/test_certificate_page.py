"""The certificate on a sheet: who, what, by which suite, what it came to, and what it does not hold for."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dataverse_tck import cli
from dataverse_tck.report.folder import read_run
from dataverse_tck.report.html.certificate import MOST
from dataverse_tck.report.told_run import ToldRun
from tests.support.poisoned import HOSTILE, hostile
from tests.support.reports import Elements, made

OURS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "h1", "h2", "p", "b", "span"),
    *("dl", "div", "dt", "dd", "small", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "code", "a"),
}
PROFILE = {
    "name": "acme.toml",
    "sha256": "d" * 64,
    "implementation": {"name": "Acme Desk", "version": "2.1", "kind": "gateway"},
    "settings": {},
}
CALLS = {
    "claimed": 18,
    "with_effect": 16,
    "with_wrong_state": 9,
    "with_counterpart": 4,
    "states": {"wrong": 0, "right": 2, "accepted": 0, "not reachable": 1, "not run": 0},
    "messages": [{"possible": True}, {"possible": True}, {"possible": False}],
}
WAIVER = {
    "requirement": "column/msdyn_channel/*",
    "reason": "The vendor mends it in May.",
    "owner": "jo@acme.example",
    "expires": "2027-05-31",
    "link": "https://tracker.example/7",
    "state": "in force",
    "covers": ["column/msdyn_channel/option/192300000/label"],
}


def text_of(run: ToldRun, **members: Any) -> str:
    """What the page of a run says, with these members in its certificate; blanks are one."""
    content = made("certificate", replace(run, certificate={**run.certificate, **members})).decode()
    words = re.sub(r"<style>.*?</style>|<[^>]*>", " ", content, flags=re.DOTALL)
    return " ".join(words.replace("&#39;", "'").replace("&#34;", '"').split())


def counts(run: ToldRun, **members: int) -> dict[str, int]:
    """Counts with other numbers."""
    return {**run.certificate["counts"], **members}


def test_it_says_who_what_and_by_what(run: ToldRun, faulty: Path) -> None:
    """The implementation by its name, the reference, the suite, the level, the figures."""
    told = run.certificate
    text = text_of(run, profile=PROFILE)

    assert "not conformant Acme Desk 2.1" in text
    assert "name: Acme Desk; version: 2.1; kind: gateway (as its maker says)" in text
    for words in (
        told["endpoint"]["root"],
        told["reference"]["title"],
        f"suite dataverse-tck {told['suite']['version']}",
        f"begun, finished {told['started']}, {told['finished']}",
        f"checked {told['coverage']['checked']} of {told['coverage']['requirements']} requirements of this level",
        f"✓ pass {told['counts']['pass']}, ✗ fail 2,",
        "It was run at the level surface: of what becomes of its rows and what its call messages do it says nothing",
        "5 of 5 controls of this level passed",
        "No test row was left behind.",
        "Waived Nothing.",
        "Not claimed by the maker Everything is claimed.",
    ):
        assert words in text, words


def test_without_a_profile_it_has_the_address(run: ToldRun) -> None:
    """Nobody says what it is."""
    assert f"not conformant {run.certificate['endpoint']['root']}" in text_of(run)
    assert "implementation its maker does not say" in text_of(run)


def test_it_names_every_digest_and_how_to_verify(run: ToldRun, faulty: Path) -> None:
    """That of the certificate itself among them."""
    told, text = run.certificate, text_of(run, profile=PROFILE)
    digest = hashlib.sha256((faulty / "certificate.json").read_bytes()).hexdigest()

    assert f"certificate.json {digest}" in text
    assert f"exchanges.ndjson {told['evidence']['sha256']}" in text
    assert f"the suite {told['suite']['sha256']}" in text
    assert f"the reference {told['reference']['sha256']}" in text
    assert f"the maker's profile (acme.toml) {'d' * 64}" in text
    assert f"dataverse-tck verify RUN , with version {told['suite']['version']}" in text


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        ("conformant", None),
        ("not conformant", "This run certifies nothing: what was examined does not conform to the reference."),
        ("incomplete", "This run certifies nothing: it came to no end that would let anybody say conformant."),
    ],
)
def test_the_verdict_stands_first(run: ToldRun, verdict: str, sentence: str | None) -> None:
    """And what is not conformant, or not decided, certifies nothing."""
    text = text_of(run, verdict=verdict)

    assert text.startswith(f"{verdict}: ")
    assert f"the certificate of one run {verdict} {run.certificate['endpoint']['root']}" in text
    assert ("This run certifies nothing" in text) is (sentence is not None)
    assert sentence is None or text.index(sentence) < text.index("checked")
    assert ("What may be said of it" in text) is (verdict == "conformant")


def test_what_went_wrong_stands_in_the_head(run: ToldRun, copied: Path) -> None:
    """An interruption, troubles, another record, an emulator."""
    embedded = {**run.certificate["endpoint"], "embedded": True}
    text = text_of(run, interrupted=True, troubles=["the clean-up broke", "another"], endpoint=embedded)
    head = text.partition(" checked ")[0]

    assert "The run was interrupted." in head
    assert "2 things went wrong inside of the run: the clean-up broke" in head
    assert "the kit's own emulator: this says nothing of any other endpoint" in head
    assert "is not the one that the certificate names" not in text
    (copied / "exchanges.ndjson").write_bytes(b"")
    assert "exchanges.ndjson is not the one that the certificate names: nothing" in text_of(read_run(copied))


def test_waivers_stand_with_owner_reason_and_end(run: ToldRun) -> None:
    """In the head how many requirements they cover, below each of them, and when the first ends."""
    later = {**WAIVER, "expires": "2028-01-01", "link": None}
    expired = {**WAIVER, "expires": "2020-01-01", "state": "expired", "covers": []}
    text = text_of(run, verdict="conformant", counts=counts(run, fail=0, waived=2), waivers=[later, WAIVER, expired])

    assert "2 requirements fail and are waived: see below." in text.partition(" checked ")[0]
    assert (
        'column/msdyn_channel/* fails: Channel 192300000 of a conversation is called "WhatsApp" in English '
        "(msdyn_channel). in force 1 The vendor mends it in May. (https://tracker.example/7) jo@acme.example "
        "2027-05-31" in text
    )
    assert "in force 1 The vendor mends it in May. jo@acme.example 2028-01-01" in text
    assert "column/msdyn_channel/* expired 0" in text
    assert "the first of which expires on 2027-05-31" in text
    many = text_of(run, waivers=[WAIVER] * (MOST + 5))
    assert many.count("The vendor mends it in May.") == MOST
    assert "5 more waivers: see certificate.json." in many


def test_what_is_not_claimed_stands_with_its_reason(run: ToldRun) -> None:
    """Solutions and messages; also without a reason."""
    parts = [
        {"solution": "Scheduling", "tables": ["msdyn_bookingrule", "msdyn_timegroup"], "reason": "No schedule board."},
        {"message": "CCaaS_HoldCall", "reason": ""},
    ]
    text = text_of(run, not_claimed=parts)

    assert "Scheduling (msdyn_bookingrule, msdyn_timegroup): No schedule board." in text
    assert "CCaaS_HoldCall: no reason is given" in text


def test_calls_stand_as_declared_and_as_tried(run: ToldRun) -> None:
    """Two figures that are not mixed."""
    text = text_of(run, calls=CALLS)

    assert (
        "Declared: 18 messages, 16 with what comes of them, 9 with what happens at a wrong moment, 4 with a "
        "counterpart. Tried: 3 pairs of message and state: 2 right, 1 not reachable. The maker declares 2 of them "
        "possible;"
    ) in text
    assert "Calls: declared and tried" not in text_of(run, calls=None)


def test_controls_and_rows_that_went_wrong_are_named(run: ToldRun) -> None:
    """With the reason."""
    first, *others = run.certificate["controls"]
    controls = [{**first, "outcome": "fail", "reason": "It was found."}, *others]
    left = [{"table": "t", "id": "1", "path": "msdyn_timegroups(1)", "reason": "403"}] * 3
    text = text_of(run, controls=controls, leftovers=left)

    assert f"✗ fail {first['statement']} It was found." in text
    assert "3 test rows could not be removed, such as msdyn_timegroups(1): 403" in text
    assert "1 test row could not be removed" in text_of(run, leftovers=left[:1])


def test_what_it_holds_for(run: ToldRun) -> None:
    """The time, the address, version and metadata where they are told; not later; no others while the suite is 0.x."""
    told = run.certificate
    endpoint = {**told["endpoint"], "version": "9.2.25", "metadata": "e" * 64}
    text = text_of(run, endpoint=endpoint, challenge="blue-heron-7")

    assert (
        f"from {told['started']} to {told['finished']} at {told['endpoint']['root']}, of version 9.2.25, with" in text
    )
    assert f"with declarations of sha256 {'e' * 64}." in text
    assert "It says nothing of any later time" in text
    assert "it cannot certify for others yet" in text
    assert "challenge blue-heron-7" in text
    silent = text_of(run, endpoint={**endpoint, "version": None, "metadata": None}, challenge=None)
    assert "which did not say of which version it is." in silent
    assert "challenge none was given" in silent
    later = {**told["suite"], "version": "1.0.0"}
    assert "it cannot certify for others yet" not in text_of(run, suite=later)


def test_what_may_be_said_is_no_more_than_was_seen(run: ToldRun) -> None:
    """By the level; of calls by what is declared; and nothing for an emulator."""
    revision = (
        f"surface-conformant to the msdyn_ocliveworkitem reference, revision {run.certificate['reference']['sha256']}"
    )
    surface = text_of(run, verdict="conformant")
    calls = text_of(run, verdict="conformant", level="calls", calls=CALLS, profile=PROFILE)
    none = text_of(run, verdict="conformant", level="calls", calls={**CALLS, "with_effect": 0}, profile=PROFILE)

    assert f"{revision}; each with what is waived and what is not claimed." in surface
    assert "what follows from it for rows was demonstrated, and behaviour of 16 messages of calls" in calls
    assert "demonstrated against the maker's own declaration dddd" in calls
    assert "of calls demonstrated" not in none
    embedded = {**run.certificate["endpoint"], "embedded": True}
    assert "What may be said of it" not in text_of(run, verdict="conformant", endpoint=embedded)


def test_it_needs_nothing_else(run: ToldRun) -> None:
    """No script, nothing loaded, one heading of the first order, and headings in their order."""
    content = made("certificate", run)
    elements = Elements(content)
    policy = next(it["content"] for it in elements.all("meta") if it.get("http-equiv") == "Content-Security-Policy")

    assert {tag for tag, _ in elements.found} <= OURS
    assert not [it for _, it in elements.found if "src" in it or "srcset" in it]
    assert not re.findall(rb"@import|url\(", content)
    assert policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert len(elements.all("h1")) == 1
    assert elements.all("html")[0]["lang"] == "en"


def test_foreign_text_is_text(run: ToldRun) -> None:
    """No element is made from it, wherever it stands, and a long one is cut."""
    members = {
        "profile": PROFILE,
        "waivers": [WAIVER],
        "challenge": "x",
        "not_claimed": [{"solution": "s", "tables": ["t"], "reason": "r"}],
        "leftovers": [{"table": "t", "id": "1", "path": "p", "reason": "r"}],
        "endpoint": {**run.certificate["endpoint"], "version": "v", "metadata": "m"},
        "troubles": ["t"],
        "controls": [{**run.certificate["controls"][0], "outcome": "fail", "reason": "r"}],
    }
    whole = replace(run, certificate={**run.certificate, **members})
    content = made("certificate", hostile(whole))
    links = [str(it["href"]) for it in Elements(content).all("a")]

    assert {tag for tag, _ in Elements(content).found} <= OURS
    assert not re.search("[\u202e\x00\x1b]", content.decode())
    assert all(link.startswith("https://learn.microsoft.com/") for link in links)
    assert content.count(b"onerror=hacked()&gt;") > 15
    assert len(made("certificate", hostile(whole, HOSTILE + "x" * 10**6))) < 2**17


def test_a_run_without_a_certificate_has_no_such_page(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is refused with a sentence, and leaves no file."""
    (copied / "certificate.json").unlink()

    assert cli.main(["report", str(copied), "--format", "certificate"]) == 2
    assert "The run left no certificate.json, so there is none to be shown" in capsys.readouterr().err
    assert not list(copied.glob("certificate.html*"))
