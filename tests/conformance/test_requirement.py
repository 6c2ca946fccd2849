"""The requirement list: how it is read, and which requirements are wanted."""

from __future__ import annotations

import pytest

from dataverse_tck.conformance.requirement import LEVELS, load_catalogue, selects
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
