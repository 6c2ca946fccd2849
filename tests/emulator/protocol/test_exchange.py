"""Requests and answers without sockets."""

from __future__ import annotations

import pytest

from dataverse_tck.emulator.protocol.exchange import Request
from tests.support.asker import Asker


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"null",
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"name": "\xff"}',
        b'{"name": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"name": ' + b"9" * 5000 + b"}",
        b"name=x",
    ],
)
def test_what_is_no_json_object_is_refused(ask: Asker, body: bytes) -> None:
    """Malformed bodies get the documented error, whatever is wrong with them."""
    status, code, message = ask("POST", "accounts", body).error

    assert (status, code) == (400, "0x80048d19")
    assert "Entity :'accounts'" in message


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 204),
        ("application/json; charset=utf-8; odata.metadata=minimal", 204),
        ("APPLICATION/JSON", 204),
        ("", 204),
        ("text/plain", 415),
        ("application/xml", 415),
        ("application/x-www-form-urlencoded", 415),
    ],
)
def test_bodies_are_json(ask: Asker, content_type: str, status: int) -> None:
    """Another content type is refused; none at all is taken for JSON."""
    assert ask("POST", "accounts", {"name": "A"}, Content_Type=content_type).status == status


@pytest.mark.parametrize(
    ("header", "name", "value"),
    [
        ("return=representation", "return", "representation"),
        ('odata.include-annotations="a,b",return=minimal', "return", "minimal"),
        ('odata.include-annotations="a,return=x"', "return", None),
        ("odata.continue-on-error", "odata.continue-on-error", ""),
        ("Odata.MaxPageSize = 5", "odata.maxpagesize", "5"),
        ("", "return", None),
    ],
)
def test_preferences_are_told_apart(header: str, name: str, value: str | None) -> None:
    """Commas inside quotes part no preferences."""
    assert Request("GET", "/", headers={"prefer": header}).preference(name) == value
