"""Where the token comes from: an environment variable, never an option, so that it stands in no process list."""

from __future__ import annotations

import os

TOKEN_VARIABLE = "DATAVERSE_TOKEN"  # noqa: S105 - the name of a variable


def token_from_environment() -> str | None:
    """Return the bearer token for the endpoint under test; None: ask without one."""
    return os.environ.get(TOKEN_VARIABLE)


def secrets_of(token: str | None) -> list[str]:
    """Return what evidence must not show."""
    return [token] if token else []
