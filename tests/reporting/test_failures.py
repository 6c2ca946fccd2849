"""What the terminal says of a failure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.reporting.failures import SHOWN, repeat_of
from tests.support.agreement import on_terminal
from tests.support.results import CATALOGUE, DELETE, ROOT, SURVIVED, result, told


def test_a_failure_of_rows_is_told_without_surfaces(tmp_path: Path) -> None:
    """What was expected because of what, what was seen, why, the last requests, and how to repeat it."""
    text = told(result(tmp_path, {DELETE: SURVIVED}))

    for words in (
        f"FAIL {DELETE}\n  Deleting a record of msdyn_bookingrule deletes every conversation",
        '  expected   "Cascade" because of relationship/msdyn_bookingrule_msdyn_ocliveworkitems/cascade/Delete\n',
        '  observed   "NoCascade" in rows\n  because    one of 2 conversations is still there\n',
        f"  decisive   DELETE {ROOT}/rows(20) (x0020)\n  answered   nothing\n",
        "  more       19 other exchanges: certificate.json names them\n",
        "  scenario   features/rows/parents.feature: Deleting takes along\n",
        "/msdyn_ocliveworkitem#BKMK_msdyn_bookingrule_msdyn_ocliveworkitems (line 133 of its source)\n",
        f"  repeat     dataverse-tck run --endpoint {ROOT} --level data --allow-writes --settle 10 --seed 7 --only ",
        "not conformant   695 of 695 checked: 694 pass, 1 fail",
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
    run = result(tmp_path, endpoint=None if embedded else ROOT)

    assert repeat_of(run, identifier) == f"dataverse-tck {words} {identifier}"


@pytest.mark.parametrize("more", [0, 1, 5])
def test_what_is_not_told_in_full_is_named(tmp_path: Path, more: int) -> None:
    """Twenty failures with all that was seen; of the others, which they are."""
    ids = [item.id for item in CATALOGUE.of("data")][: SHOWN + more]
    text = told(result(tmp_path, {key: Finding(key, Outcome.FAIL, f"why{at}") for at, key in enumerate(ids)}))

    assert text.count("  because    why") == SHOWN
    assert on_terminal(text)["fail"] == set(ids)
    noun = "1 more failure;" if more == 1 else f"{more} more failures;"
    assert (f"\n... and {noun} certificate.json says what was seen\nFAIL " in text) == bool(more)


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.NOT_TESTABLE])
def test_a_long_reason_is_broken_into_lines_that_can_be_read(tmp_path: Path, outcome: Outcome) -> None:
    """None of its words is lost, and none is taken for an id; a short one stays in its line."""
    reason = " ".join(f"cause-{number}" for number in range(100))
    text = told(result(tmp_path, {DELETE: Finding(DELETE, outcome, reason)}))

    assert max(len(line) for line in text.splitlines() if "cause-" in line) < 200
    assert [word for word in text.split() if word.startswith("cause-")] == reason.split()
    assert on_terminal(text)[str(outcome)] == {DELETE}
    assert " ".join(reason.split()[:30]) in told(
        result(tmp_path, {DELETE: Finding(DELETE, outcome, " ".join(reason.split()[:30]))})
    )


def test_what_hangs_on_a_failure_is_told_below_it(tmp_path: Path) -> None:
    """And nowhere else."""
    hanging = [item.id for item in CATALOGUE.requirements if DELETE in item.blocked_by]
    findings = {key: Finding(key, Outcome.NOT_TESTABLE, f"it hangs on {DELETE}") for key in hanging}
    text = told(result(tmp_path, {DELETE: SURVIVED, **findings}))

    assert f"  untested   {len(hanging)} more hang on this, and could not be tested:\n" in text
    assert "NOT TESTABLE" not in text
    assert on_terminal(text)["not testable"] == set(hanging)


def test_what_an_endpoint_says_does_nothing_to_a_terminal(tmp_path: Path) -> None:
    """It stands as codes, and what is longer than a screen is cut."""
    worst = "\x1b[2J\u202e[red]" + "x" * 10**6
    text = told(result(tmp_path, {DELETE: Finding(DELETE, Outcome.FAIL, worst, observed=worst, surface="rows")}))

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\u202e[red]xxx" in text
    assert len(text) < 30_000


def test_what_is_broken_in_the_same_way_is_told_once(tmp_path: Path) -> None:
    """One of six in full, the others by their ids, and below it what hangs on any of them."""
    ids = [item.id for item in CATALOGUE.of("data") if re.fullmatch(r"derived/relationship/\w+/delete", item.id)][:6]
    hanging = [item.id for item in CATALOGUE.requirements if set(ids) & set(item.blocked_by)]
    findings = {
        **{key: Finding(key, Outcome.FAIL, f"of {key.split('_')[1]} it is there", observed=200) for key in ids},
        **{key: Finding(key, Outcome.NOT_TESTABLE, "it hangs on another") for key in hanging},
    }
    text = told(result(tmp_path, findings))

    assert text.count("\nFAIL ") == 1
    assert "  alike      5 more are broken in the same way:\n" in text
    assert on_terminal(text)["fail"] == set(ids)
    assert on_terminal(text)["not testable"] == set(hanging)


@pytest.mark.parametrize(("reason", "seen"), [("it is gone", 200), ("it is there", 404)])
def test_what_is_broken_in_another_way_is_told(tmp_path: Path, reason: str, seen: int) -> None:
    """Another reason, or something else that was seen, is another failure."""
    one, other = [item.id for item in CATALOGUE.of("data") if item.id.endswith("s/delete")][:2]
    findings = {
        one: Finding(one, Outcome.FAIL, "it is there", observed=200),
        other: Finding(other, Outcome.FAIL, reason, observed=seen),
    }

    assert told(result(tmp_path, findings)).count("\nFAIL ") == 2


def test_what_was_declared_is_told_as_a_value(tmp_path: Path) -> None:
    """Not that it should be as declared."""
    key = "derived/message/CCaaS_HoldCall/effect"
    found = Finding(key, Outcome.FAIL, "It is not.", {"call": "Connected"}, "rows", expected={"call": "Held"})
    text = told(result(tmp_path, {key: found}, level="calls"))

    assert '  expected   {"call": "Held"} because of ' in text
    assert '  observed   {"call": "Connected"} in rows\n' in text
