"""What the terminal says of troubles."""

from __future__ import annotations

from pathlib import Path

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.suite import load_suite
from dataverse_tck.reporting.wording import in_few_lines
from tests.support.results import DELETE, checked, result, told


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
    ids = [item.id for item in load_suite().catalogue.of("data")]
    text = told(result(tmp_path, {key: Finding(key, Outcome.NOT_TESTABLE, "it ended") for key in ids}))

    assert "\nNOT TESTABLE it ended\n  derived/column/*\n  derived/relationship/*\n" in text
