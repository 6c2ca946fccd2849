"""What commands are tried on: the made-up page, and a client for the emulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.support.made_up_page import markdown, rendered, suite

__all__ = ["markdown", "rendered", "suite"]


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """A client that no proxy or netrc of the machine leads astray."""
    with requests.Session() as client:
        client.trust_env = False
        yield client
