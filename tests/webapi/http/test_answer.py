"""Answers read as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dataverse_tck.webapi.http.errors import Malformed
from tests.support.canned_server import Canned, Open, Serve

if TYPE_CHECKING:
    pass


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"<html>", b"\xff\xfe\xfa", b"NaN", b'{"a": Infinity}', b"[" * 100_000, b"1" * 5000],
)
def test_what_is_no_json_is_malformed(serve: Serve, session_at: Open, content: bytes) -> None:
    """Cut off, another format, no UTF-8, numbers without a value, nested beyond reason."""
    server = serve(lambda request: Canned(200, content))
    with pytest.raises(Malformed, match="not JSON"):
        session_at(server.root).get("x").json()
