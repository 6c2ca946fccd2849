"""An exchange as an engineer is shown it: request and answer, and a line that asks the same again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataverse_tck.reporting.telling.passages import Passage, answered, passage, pretty
from dataverse_tck.webapi.credentials import TOKEN_VARIABLE

_NOT_REPEATED = frozenset({"accept-encoding", "user-agent"})


@dataclass(frozen=True)
class Exhibit:
    """One exchange: what was asked, what was answered, and a line that asks it again."""

    id: str
    what: str  # "was done", "was seen"
    request_line: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: Passage
    status: int | None
    problem: str  # of an exchange that broke
    response_headers: tuple[tuple[str, str], ...]
    response_body: Passage
    curl: str

    @property
    def marks_status(self) -> bool:
        """Whether nothing in the body is what differs, so that the status has to say it."""
        return not self.response_body.is_marked


def exhibit(folder: Path, line: Mapping[str, Any], item: Mapping[str, Any], *, is_last: bool) -> Exhibit | None:
    """Return the exchange of a line as it shows what became of a requirement; None for a command."""
    if "fixture" in line:
        return None
    request, answer, error = line["request"], line["response"], line["error"]
    return Exhibit(
        id=line["id"],
        what="was seen" if is_last else "was done",
        request_line=f"{request['method']} {request['url']}",
        request_headers=tuple(request["headers"].items()),
        request_body=passage(pretty(request["body"] or ""), ()),
        status=answer["status"] if answer else None,
        problem=f"{error['kind']}: {error['reason']}" if error else "",
        response_headers=tuple(answer["headers"].items()) if answer else (),
        response_body=answered(folder, answer, item, is_marked=is_last) if answer else passage("", ()),
        curl=curl(request),
    )


def curl(request: Mapping[str, Any]) -> str:
    """Return a command line that sends a request again; the token stays in its variable."""
    words = ["curl", "-i", "-X", request["method"], shlex.quote(request["url"])]
    words += ["-H", f'"Authorization: Bearer ${TOKEN_VARIABLE}"']
    for name, value in request["headers"].items():
        if name not in _NOT_REPEATED:
            words += ["-H", shlex.quote(f"{name}: {value}")]
    if request["body"] is not None:
        words += ["--data-raw", shlex.quote(request["body"])]
    return " ".join(words)
