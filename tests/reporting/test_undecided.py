"""What the terminal says of troubles."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.reporting.wording import anywhere, in_few_lines
from tests.support.agreement import on_terminal
from tests.support.results import CATALOGUE, DELETE, checked, result, told


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


def test_every_id_that_is_not_decided_is_named(tmp_path: Path) -> None:
    """Under each reason once, those of one subject in one line."""
    link = "derived/relationship/msdyn_timegroup_msdyn_ocliveworkitems"
    ids = [f"{link}/{aspect}" for aspect in ("share", "unshare")]
    same = {key: Finding(key, Outcome.NOT_TESTABLE, "no [row]") for key in (DELETE, *ids)}
    text = told(result(tmp_path, {**same, ids[1]: Finding(ids[1], Outcome.ERROR, "reset")}))

    assert f"\nNOT TESTABLE no [row]\n  {DELETE}\n  {ids[0]}\n" in text
    assert f"\nERROR reset\n  {ids[1]}\n" in text
    assert f"\n  {link}/{{share,unshare}}\n" in told(result(tmp_path, same))


def test_all_of_one_sort_are_told_in_one_line(tmp_path: Path) -> None:
    """As ``--only`` takes them; where one of them is missing, or there are few, each subject is named."""
    messages = [f"derived/message/{name}/{aspect}" for name in range(11) for aspect in ("effect", "callable")]
    few = [f"derived/column/{name}/stored" for name in range(20)]
    every = [*messages, *few, "table/exists"]

    assert in_few_lines(every, every) == ["derived/*", "table/exists"]
    assert in_few_lines(messages, every) == ["derived/message/*"]
    assert in_few_lines([*messages, few[0]], every) == ["derived/message/*", "derived/column/0/stored"]
    assert in_few_lines(few, every) == few
    assert in_few_lines(messages[1:], every)[:2] == [messages[1], "derived/message/1/{effect,callable}"]


def test_who_was_interrupted_reads_few_lines(tmp_path: Path) -> None:
    """Of the data level nothing was looked at."""
    ids = [item.id for item in CATALOGUE.of("data")]
    text = told(result(tmp_path, {key: Finding(key, Outcome.NOT_TESTABLE, "it ended") for key in ids}))

    assert "\nNOT TESTABLE it ended\n  derived/column/*\n  derived/relationship/*\n" in text


def test_one_cause_is_told_once(tmp_path: Path) -> None:
    """However many addresses it was met at, with what hangs on any of them below."""
    ids = [item.id for item in CATALOGUE.of("data") if item.id.endswith("/target/msdyn_timegroup/accepted")]
    ids += [item.id for item in CATALOGUE.of("data") if item.id.endswith("/cleared")]
    hanging = [item.id for item in CATALOGUE.requirements if set(ids) & set(item.blocked_by)]
    where = "Nothing answers at https://org.example.com/api/data/v9.2/rows{}: Connection refused. Check it."
    errors = {key: Finding(key, Outcome.ERROR, where.format(at)) for at, key in enumerate(ids)}
    untested = {key: Finding(key, Outcome.NOT_TESTABLE, f"it hangs, {at}") for at, key in enumerate(hanging)}
    text = told(result(tmp_path, {**errors, **untested}))

    assert text.count("\nERROR ") == 1
    assert "\nERROR Nothing answers at https://org.example.com/...: Connection refused. Check it.\n" in text
    assert f"  untested   {len(hanging)} more hang on this, and could not be tested:\n" in text
    assert "NOT TESTABLE" not in text
    assert on_terminal(text)["error"] == set(ids)
    assert on_terminal(text)["not testable"] == set(hanging)


def test_one_address_is_told_whole(tmp_path: Path) -> None:
    """Somebody has to find it."""
    reason = "Nothing answers at https://org.example.com/api/data/v9.2/rows: Connection refused."

    assert f"\nERROR {reason}\n" in told(result(tmp_path, {DELETE: Finding(DELETE, Outcome.ERROR, reason)}))


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("x at http://a:1/b/c(1)?$select=d: no.", "x at http://a:1/...: no."),
        ("http://a/b answers 503 (busy), twice", "http://a/... answers 503 (busy), twice"),
        ("http://a/b.", "http://a/..."),
        ("http://a is no address of a row", "http://a is no address of a row"),
        ("no address", "no address"),
    ],
)
def test_ends_of_addresses(reason: str, said: str) -> None:
    """Host and port stay."""
    assert anywhere(reason).rstrip(".") == said.rstrip(".")
