"""What the terminal says of troubles."""

from __future__ import annotations

from pathlib import Path

from dataverse_tck.conformance.finding import Finding, Outcome
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
