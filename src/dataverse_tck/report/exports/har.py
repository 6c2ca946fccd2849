"""``exchanges.har``: every exchange as an HTTP archive (HAR 1.2), for the developer tools of a browser."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from dataverse_tck import __version__
from dataverse_tck.evidence.reading import EXCHANGES, body
from dataverse_tck.report.lines import lines_of
from dataverse_tck.report.told_run import ToldRun

_PROTOCOL = "HTTP/1.1"  # the client speaks no other; of parts of a batch their envelope says the same
_UNKNOWN = "x-unknown"  # what browsers write for a type that nobody named
_UNMEASURED = -1


def pieces(run: ToldRun) -> Iterator[bytes]:
    """Yield the archive, an exchange at a time. What is damaged ends it, and is told at its beginning."""
    about = f"The exchanges of the run {run.name}; commands of a profile are not HTTP."
    log = {
        "version": "1.2",
        "creator": {"name": "dataverse-tck", "version": __version__},
        "comment": " ".join((about, *run.missing)),
        "pages": [],
    }
    yield b'{"log":' + _json(log).removesuffix(b"}") + b',"entries":['
    separator = b"\n"
    for line in _readable(run.folder / EXCHANGES):
        if "request" in line:
            yield separator + _json(_entry(run.folder, line))
            separator = b",\n"
    yield b"\n]}}\n"


def _readable(path: Path) -> Iterator[Mapping[str, Any]]:
    with suppress(OSError, ValueError):  # ``missing`` says so already
        yield from lines_of(path)


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _entry(folder: Path, line: Mapping[str, Any]) -> Mapping[str, Any]:
    elapsed = line["elapsed_ms"]
    waited = min(elapsed, 1000 * line["waited_s"])
    answer, error = line["response"], line["error"]
    return {
        "startedDateTime": line["started"],
        "time": elapsed,
        "request": _request(line["request"]),
        "response": _response(folder, answer) if answer else _NO_ANSWER,
        "cache": {},
        "timings": {"blocked": waited, "send": 0, "wait": elapsed - waited, "receive": 0},
        "comment": _comment(line),
        **({"_error": f"{error['kind']}: {error['reason']}"} if error else {}),
    }


def _comment(line: Mapping[str, Any]) -> str:
    """Return which exchange it is, and what it was made for."""
    purpose = line["for"]
    words = [f"{line['id']}: {purpose.get('scene', purpose['phase'])}, place {purpose['place']}"]
    words += [f"part of the batch {line['batch']}"] if "batch" in line else []
    words += [f"sent {line['attempts']} times"] if line["attempts"] > 1 else []
    return "; ".join(words)


def _request(request: Mapping[str, Any]) -> Mapping[str, Any]:
    headers, text = request["headers"], request["body"]
    content = {} if text is None else {"postData": {"mimeType": headers.get("content-type", _UNKNOWN), "text": text}}
    return {
        "method": request["method"],
        "url": _as_browsers_write(request["url"]),
        "httpVersion": _PROTOCOL,
        "cookies": [],
        "headers": _pairs(headers.items()),
        "queryString": _pairs(parse_qsl(request["url"].partition("?")[2], keep_blank_values=True)),
        **content,
        "headersSize": _UNMEASURED,
        "bodySize": len((text or "").encode("utf-8", errors="surrogatepass")),
    }


def _as_browsers_write(url: str) -> str:
    """Return an address as browsers write it: in a query they encode quotes (WHATWG URL, special-query)."""
    path, mark, query = url.partition("?")
    return f"{path}{mark}{query.replace(chr(39), '%27')}"


def _pairs(items: Any) -> list[Mapping[str, str]]:
    return [{"name": name, "value": value} for name, value in items]


_NO_ANSWER: Mapping[str, Any] = {
    "status": 0,
    "statusText": "",
    "httpVersion": _PROTOCOL,
    "cookies": [],
    "headers": [],
    "content": {"size": 0, "mimeType": _UNKNOWN},
    "redirectURL": "",
    "headersSize": _UNMEASURED,
    "bodySize": _UNMEASURED,
    "comment": "No answer arrived.",
}


def _response(folder: Path, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    status, headers = answer["status"], answer["headers"]
    return {
        "status": status,
        "statusText": HTTPStatus(status).phrase if status in set(HTTPStatus) else "",
        "httpVersion": _PROTOCOL,
        "cookies": [],
        "headers": _pairs(headers.items()),
        "content": {
            "size": answer["size"],
            "mimeType": headers.get("content-type", _UNKNOWN),
            **_content(folder, answer),
        },
        "redirectURL": headers.get("location", ""),
        "headersSize": _UNMEASURED,
        "bodySize": _UNMEASURED,
    }


def _content(folder: Path, answer: Mapping[str, Any]) -> Mapping[str, str]:
    """Return a body whole: as text where it is UTF-8, else in base64."""
    if answer["kept"] is None:
        return {"comment": "Its parts are entries of their own."}
    try:
        content = body(folder, answer)
    except ValueError as problem:
        return {"comment": f"It cannot be read: {problem}."}
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(content).decode(), "encoding": "base64"}
