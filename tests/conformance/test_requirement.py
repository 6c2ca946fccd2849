"""The requirement list: how it is read, and which requirements are wanted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dataverse_tck.conformance.requirement import LEVELS, Exclusion, Requirement, load_catalogue, selects
from dataverse_tck.suite_files import suite_root

HOLD = "message/CCaaS_HoldCall/exists"


@pytest.mark.parametrize(
    ("only", "wanted"),
    [
        ([HOLD], True),
        (["message/*"], True),
        (["table/*", "*/exists"], True),
        (["message/CCaaS_HoldCall"], False),
        (["MESSAGE/*"], False),
        ([], False),
    ],
)
def test_ids_and_globs_select(only: list[str], *, wanted: bool) -> None:
    """A glob has to match the whole id, in its own case; one of several is enough."""
    assert selects(only, [HOLD, "message/CCaaS_HoldCall/is-action"]) is wanted


def test_a_catalogue_knows_its_requirements_by_id_and_by_level() -> None:
    """Each requirement belongs to one level, in the order of the file."""
    catalogue = load_catalogue(suite_root() / "reference" / "requirements.json")
    levels = [item for level in LEVELS for item in catalogue.of(level)]

    assert sorted(item.id for item in levels) == sorted(catalogue.by_id)
    assert catalogue.by_id[HOLD].path == ("name",)


def test_a_catalogue_is_read_as_it_is_written(tmp_path: Path) -> None:
    """Every member in its place; lists become tuples."""
    item = {
        "id": "a",
        "statement": "s",
        "level": "data",
        "obligation": "derived",
        "family": "f",
        "node": "n",
        "path": ["x", "y"],
        "expected": 1,
        "section": "c",
        "line": 3,
        "blocked_by": ["b"],
        "derived_from": "d",
    }
    left_out = {"id": "e", "reason": "r", "section": "c", "line": 4}
    path = tmp_path / "requirements.json"
    reference = {"title": "t", "sha256": "0"}
    path.write_text(json.dumps({"reference": reference, "requirements": [item], "exclusions": [left_out]}))
    catalogue = load_catalogue(path)

    assert (catalogue.title, catalogue.sha256) == ("t", "0")
    assert catalogue.requirements == (
        Requirement("a", "s", "data", "derived", "f", "n", ("x", "y"), 1, "c", 3, ("b",), "d"),
    )
    assert catalogue.exclusions == (Exclusion("e", "r", "c", 4),)
    assert catalogue.by_id == {"a": catalogue.requirements[0]}
    assert (catalogue.of("data"), catalogue.of("surface")) == (catalogue.requirements, ())
