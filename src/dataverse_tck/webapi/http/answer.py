"""An answer of the endpoint, and how it is read as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from dataverse_tck.jsontypes import Json
from dataverse_tck.webapi.http.errors import Broken, Malformed

if TYPE_CHECKING:
    from collections.abc import Mapping


LONGEST = 1000  # characters of an error's message that go into a reason
LONGEST_LINE = 200  # in a line of a table, or beside advice of our own
_NOT_OF_THE_QUESTION = frozenset({401, 403, 408, 429})


@dataclass(frozen=True)
class Answer:
    """What came back for one request; ``content`` is empty when a sink took a body of status 200."""

    status: int
    headers: Mapping[str, str]  # names in any case
    content: bytes = field(repr=False)  # content coding undone, secrets replaced
    url: str
    exchange: str  # id of the line in exchanges.ndjson
    attempts: int = 1  # how often the request was sent

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

    def error_code(self) -> str:
        """Return ``error.code`` in lower case, "" where there is none; it is often empty in Dataverse."""
        return self._error("code").lower()

    def summary(self, longest: int = LONGEST) -> str:
        """Return the status and, where there is one, the message of the OData error: ``403 (no access)``.

        A message is cut at ``longest`` characters. Of one that wraps another, as Dataverse answers to payloads, it is
        the inner one.
        """
        words = " ".join(cause(self._error("message")).split())
        if not words:
            return str(self.status)
        return f"{self.status} ({words[: longest - 3] + '...' if len(words) > longest else words})"

    def is_odata_error(self) -> bool:
        """Whether the body is an OData error: ``error`` with ``code`` and ``message`` (OData JSON Format 4.0, 19)."""
        try:
            error = self.json()["error"]
            return isinstance(error["code"], str) and isinstance(error["message"], str) and bool(error["message"])
        except (Malformed, KeyError, TypeError, IndexError):
            return False

    def is_html(self) -> bool:
        """Whether the body is a web page, by its type or its beginning."""
        begins = self.content[:200].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
        typed = next((value for name, value in self.headers.items() if name.lower() == "content-type"), "")
        return "html" in typed.lower() or begins.startswith((b"<!doctype html", b"<html"))

    def is_error_in_disguise(self) -> bool:
        """Whether the status says yes while the body is an object with ``error``."""
        if not 200 <= self.status < 300 or not self.content:
            return False
        try:
            document = self.json()
        except Malformed:
            return False
        return isinstance(document, dict) and "error" in document

    def _error(self, member: str) -> str:
        try:
            text = self.json()["error"][member]
        except (Malformed, KeyError, TypeError, IndexError):
            return ""
        return text if isinstance(text, str) else ""


class Refused(Broken):
    """A reading was answered with a status that is none of a reading; ``answer`` says more."""

    def __init__(self, message: str, answer: Answer) -> None:
        super().__init__(message, answer.exchange)
        self.answer = answer

    def is_of_what_was_asked(self) -> bool:
        """Whether the question itself is refused: not who asked, nor how often, and not by chance."""
        status = self.answer.status
        return (400 <= status < 500 and status not in _NOT_OF_THE_QUESTION) or status == 501


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def cause(message: str) -> str:
    """Return what an error is about: of a payload, Dataverse puts its own words and a link first, the cause last."""
    return message.rpartition("InnerException :")[2].strip() or message
