"""Fixtures: a made-up page in both forms, so that tests need no copy of the real one, and a suite of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataverse_tck.commands import derive as command

# ids of some of its requirements and subjects
TABLE = "table/msdyn_ocliveworkitem/exists"
PERSON = "relationship/desk_person_enquiries"
QUEUE = "relationship/desk_Queue_Enquiries"
ROUTE = "message/RouteEvent"
MOOD = "column/desk_mood/option"
RATING = "relationship/desk_enquiry_rating"
_HERE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="session")
def markdown() -> str:
    """The made-up page as markdown."""
    return (_HERE / "page.md").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def rendered() -> str:
    """The same page as rendered text: a label, anchors, the title and the index of columns are lost."""
    return (_HERE / "page.txt").read_text(encoding="utf-8")


@pytest.fixture
def suite(tmp_path, monkeypatch) -> Path:
    """An empty checkout that the command takes for the suite."""
    root = tmp_path / "checkout"
    root.mkdir()
    monkeypatch.setattr(command, "suite_root", lambda: root)
    return root
