"""A request and its answer, as the service sees them: without sockets, already split at the service root."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from dataverse_tck.emulator.protocol.errors import ODataError, bad_payload, unsupported_content
from dataverse_tck.emulator.protocol.namespace import NAMESPACE
from dataverse_tck.jsontypes import Json

JSON = "application/json; odata.metadata=minimal"
ENTRA_OBJECT = "callerobjectid"  # header, in lower case: azureactivedirectoryobjectid of a user
SYSTEM_USER = "mscrmcallerid"  # header, in lower case: systemuserid of a user; it wins over the other one
_DETAILS = "@Microsoft.PowerApps.CDS."


@dataclass(frozen=True)
class Request:
    """One HTTP request; ``path`` and ``query`` are raw, below the service root ``root``; header names in lower case."""

    method: str
    path: str
    query: str = ""
    root: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return a header, named in lower case; None when it is absent, empty or ``null``."""
        value = self.headers.get(name, "").strip()
        return None if value in ("", "null") else value

    def preference(self, name: str) -> str | None:
        """Return the value of a preference of the Prefer header; the empty text for one without a value."""
        for part in _outside_quotes(self.headers.get("prefer", "")):
            key, _, value = part.partition("=")
            if key.strip().lower() == name:
                return value.strip().strip('"')
        return None

    def json(self, resource: str) -> dict[str, Json]:
        """Return the body as a JSON object; ``resource`` is what the refusal calls what it was meant for."""
        content_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type and content_type != "application/json":
            raise unsupported_content(self.headers["content-type"])
        if not self.body:
            raise bad_payload(resource, "A non-empty JSON object was expected, but the body is empty.")
        try:
            document = json.loads(self.body, parse_constant=_refuse)
            if b"\\u" in self.body:
                json.dumps(document, ensure_ascii=False).encode()  # half of a surrogate pair is no text
        except (ValueError, RecursionError) as error:
            raise bad_payload(resource, f"Invalid JSON. {_reason(error)}") from error
        if not isinstance(document, dict):
            raise bad_payload(resource, "An object was expected in the body, but something else was found.")
        return document


def acts_for_another(request: Request) -> bool:
    """Whether an impersonation header names another caller."""
    return any(request.header(name) is not None for name in (ENTRA_OBJECT, SYSTEM_USER))


@dataclass(frozen=True)
class Answer:
    """An HTTP answer before it is encoded; ``lasting`` ones are the same as long as the service runs."""

    status: int
    body: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)
    lasting: bool = False


def json_answer(
    document: Mapping[str, Json],
    status: int = 200,
    *,
    streamed: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """A JSON answer; query results on rows say that they are streamed."""
    # Half a surrogate pair cannot be encoded; replaced so, it is the JSON escape of itself.
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    return Answer(status, body, JSON + ("; odata.streaming=true" if streamed else ""), headers or {})


def empty_answer(status: int = 204, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer without a body."""
    return Answer(status, b"", "", headers or {})


def outputs_answer(root: str, operation: str, outputs: Mapping[str, Json] | None) -> Answer:
    """What an operation answers: 200 with its outputs, 204 where it has none."""
    if outputs is None:
        return empty_answer()
    return json_answer({"@odata.context": f"{root}/$metadata#{NAMESPACE}.{operation}Response", **outputs})


class OtherAnswerError(ODataError):
    """An error that is answered in a form of its own."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status, "", "")
        self.answer = answer


def error_answer(error: ODataError, *, detailed: bool = False) -> Answer:
    """An OData error as an answer; ``detailed`` adds what ``odata.include-annotations="*"`` asks for."""
    if isinstance(error, OtherAnswerError):
        return error.answer
    document: dict[str, str] = {"code": error.code, "message": error.message}
    if detailed:
        document |= {
            _DETAILS + "ErrorDetails.OperationStatus": "0",
            _DETAILS + "ErrorDetails.SubErrorCode": "2146233088",
            _DETAILS + "HelpLink": f"http://go.microsoft.com/fwlink/?LinkID=398563&error={error.code}",
            _DETAILS + "TraceText": "",
            _DETAILS + "InnerError.Message": error.message,
        }
    return json_answer({"error": document}, error.status, headers=error.headers)


def _outside_quotes(text: str) -> list[str]:
    """Split a header at its commas, but not at those inside quotes."""
    parts, quoted = [""], False
    for character in text:
        quoted ^= character == '"'
        if character == "," and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _refuse(constant: str) -> Json:
    raise ValueError(f"{constant} is no JSON value.")


def _reason(error: Exception) -> str:
    return "It is nested too deeply." if isinstance(error, RecursionError) else str(error)
