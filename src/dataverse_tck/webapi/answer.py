"""An answer of the endpoint, and how it is read as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from dataverse_tck.webapi.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = Any


@dataclass(frozen=True)
class Answer:
    """What came back for one request; ``content`` is empty when a sink took a body of status 200."""

    status: int
    headers: Mapping[str, str]  # names in any case
    content: bytes = field(repr=False)  # content coding undone, secrets replaced
    url: str
    exchange: str  # id of the line in exchanges.ndjson

    def json(self) -> Json:
        """Return the content as JSON.

        Raises Malformed when it is none: another format, cut off, NaN, nested beyond reason.
        """
        try:
            return json.loads(self.content, parse_constant=_no_constant)
        except (ValueError, RecursionError) as problem:
            begins = " ".join(self.content[:60].decode("utf-8", "backslashreplace").split())
            raise Malformed(
                f"{self.url} answers {self.status} with a body that is not JSON; it begins with {begins!r}.",
                self.exchange,
            ) from problem

    def summary(self) -> str:
        """Return the status and, where there is one, the message of the OData error: ``403 (no access)``."""
        try:
            message = self.json()["error"]["message"]
        except (Malformed, KeyError, TypeError, IndexError):
            message = None
        if not isinstance(message, str) or not message.strip():
            return str(self.status)
        words = " ".join(message.split())
        return f"{self.status} ({words[:197] + '...' if len(words) > 200 else words})"


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
