"""What tests of bundles share: one of the surface level, signed by two."""

from __future__ import annotations

import pytest

from tests.support.bundles import Bundle, bundled


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """The bundle of a run at the surface level, which two have signed."""
    return bundled(tmp_path_factory.mktemp("bundle"), level="surface", seed=7, keys=("acme", "certifier"))
