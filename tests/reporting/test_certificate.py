"""What stands in a certificate."""

from __future__ import annotations

from pathlib import Path

from tests.support.results import CATALOGUE, DELETE, SURVIVED, checked, result, told


def test_a_certificate_names_what_is_beyond_the_level(tmp_path: Path) -> None:
    """Every requirement of the kit stands there once; what is beyond the level is counted nowhere else."""
    run = result(tmp_path, level="surface")
    document, text = checked(run), told(run)

    assert [row["id"] for row in document["requirements"]] == [item.id for item in CATALOGUE.requirements]
    assert document["counts"]["beyond this level"] == 296 + 163
    assert document["advisory"]["beyond this level"] == 34
    assert document["coverage"] == {"checked": 399, "requirements": 399}
    assert "conformant   399 of 399 checked: 399 pass\n" in text
    assert "BEYOND" not in text


def test_a_certificate_of_rows_keeps_what_was_seen(tmp_path: Path) -> None:
    """A finding without sightings has its surface in plain words."""
    rows = {row["id"]: row for row in checked(result(tmp_path, {DELETE: SURVIVED}))["requirements"]}

    assert (rows[DELETE]["surface"], rows[DELETE]["observed"], rows[DELETE]["surfaces"]) == ("rows", "NoCascade", [])
    assert (rows[DELETE]["level"], rows[DELETE]["obligation"]) == ("data", "derived")
