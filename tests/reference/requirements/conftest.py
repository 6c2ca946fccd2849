"""What is derived from the made-up page."""

from __future__ import annotations

import pytest

from dataverse_tck.reference.page.reader import read_page
from dataverse_tck.reference.requirements.derive import derive


@pytest.fixture(scope="module")
def derivation(markdown):
    """Requirements and exclusions of the made-up page."""
    return derive(*read_page(markdown.encode()))


@pytest.fixture(scope="module")
def requirements(derivation):
    """The requirements by id."""
    return {item.id: item for items in derivation.requirements.values() for item in items}
