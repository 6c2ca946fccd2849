"""The one credential of the kit: a bearer token from the environment, sent to the endpoint and shown nowhere."""

from __future__ import annotations

import os

TOKEN_VARIABLE = "DATAVERSE_TOKEN"  # noqa: S105 - the name of a variable


def token_from_environment() -> str | None:
    """Return the token for the endpoint under test; None where the variable is not set."""
    return os.environ.get(TOKEN_VARIABLE)


def secrets_of(token: str | None) -> tuple[str, ...]:
    """Return what a Recorder has to keep out of everything that is written."""
    return (token,) if token else ()
