"""What the terminal says of troubles."""

from __future__ import annotations

from pathlib import Path

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
