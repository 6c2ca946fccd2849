"""The token: where it comes from, and that it is a secret."""

from __future__ import annotations

import pytest

from dataverse_tck.evidence.redaction import Redaction
from dataverse_tck.webapi.credentials import secrets_of, token_from_environment


def test_the_token_stands_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read when it is asked for; without the variable there is none."""
    monkeypatch.setenv("DATAVERSE_TOKEN", "secret-token")
    assert token_from_environment() == "secret-token"
    monkeypatch.delenv("DATAVERSE_TOKEN")
    assert token_from_environment() is None


@pytest.mark.parametrize(("token", "text"), [("abc", "[redacted]"), ("", "abc"), (None, "abc")])
def test_a_token_is_a_secret_and_none_is_not(token: str | None, text: str) -> None:
    """What the recorder is told to keep out; an empty variable must not mask everything."""
    assert Redaction(secrets_of(token)).text("abc") == text
