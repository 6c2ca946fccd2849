"""An exchange as an engineer is shown it: request and answer, cut where they are long, the differing value marked."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataverse_tck.evidence.reading import body
from dataverse_tck.reporting.harmless import Shown, harmless
from dataverse_tck.reporting.wording import as_json
from dataverse_tck.webapi.credentials import TOKEN_VARIABLE

MOST_SHOWN = 2000  # characters of a body
MOST_PARSED = 16 * 2**20  # bytes: a larger answer is not taken apart
_MARGIN = 4  # of a window, this part stands before what is marked
_NOT_REPEATED = frozenset({"accept-encoding", "user-agent"})


@dataclass(frozen=True)
class Passage:
    """A body, or a part of it, as pieces of text that are marked or not."""

    pieces: tuple[tuple[Shown, bool], ...]
    note: str = ""  # what is not shown

    @property
    def is_marked(self) -> bool:
        """Whether the differing value stands in it."""
        return any(marked for _, marked in self.pieces)


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
        request_body=passage(_pretty(request["body"] or ""), ()),
        status=answer["status"] if answer else None,
        problem=f"{error['kind']}: {error['reason']}" if error else "",
        response_headers=tuple(answer["headers"].items()) if answer else (),
        response_body=_answered(folder, answer, item, is_marked=is_last) if answer else passage("", ()),
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


def passage(text: str, needles: Sequence[str]) -> Passage:
    """Return as much of a text as can be read, around the first needle that stands in it, with that needle marked."""
    needle = next((one for one in needles if one and one in text), None)
    at = text.find(needle) if needle else 0
    start = max(0, at - MOST_SHOWN // _MARGIN) if len(text) > MOST_SHOWN else 0
    window = text[start : start + MOST_SHOWN]
    left = len(text) - len(window)
    note = f"{len(window):,} of {len(text):,} characters, from number {start + 1:,}" if left else ""
    return Passage(tuple(_marked(window, needle)), note)


def _marked(window: str, needle: str | None) -> Iterator[tuple[Shown, bool]]:
    if not needle:
        yield harmless(window, MOST_SHOWN), False
        return
    for number, piece in enumerate(window.split(needle)):
        if number:
            yield harmless(needle, MOST_SHOWN), True
        yield harmless(piece, MOST_SHOWN), False


def _answered(folder: Path, answer: Mapping[str, Any], item: Mapping[str, Any], *, is_marked: bool) -> Passage:
    try:
        content = body(folder, answer)
    except ValueError as problem:
        return Passage((), f"its body cannot be read: {problem}")
    text = content.decode("utf-8", errors="backslashreplace")
    document = _parsed(text) if len(content) <= MOST_PARSED else None
    if document is None:
        return passage(text, [*_within(item), *_needles(item, text)] if is_marked else ())
    part = _about(document, _subject(item)) if is_marked else document
    pretty = json.dumps(part, indent=2, ensure_ascii=False)
    found = passage(pretty, _needles(item, pretty) if is_marked else ())
    if part is document:
        return found
    return Passage(found.pieces, f"of {len(text):,} characters, the part about {_subject(item)}")


def _pretty(text: str) -> str:
    document = _parsed(text)
    return text if document is None else json.dumps(document, indent=2, ensure_ascii=False)


def _parsed(text: str) -> Any:
    """Return the object or array of a JSON text, None for any other text."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _subject(item: Mapping[str, Any]) -> str:
    """Return what a requirement is about, as answers name it: a relationship, a message, a value, a table."""
    words = item["id"].removeprefix("derived/").removeprefix("advisory/").split("/")
    if words[0] == "column" and len(words) > 3:
        return str(words[3])
    return str(words[1]) if len(words) > 1 else ""


def _about(document: Any, subject: str) -> Any:
    """Return the innermost object with a member that names the subject; the whole document where none does."""
    found, following = document, [document]
    while following:
        at = following.pop()
        if isinstance(at, dict):
            if any(isinstance(one, str | int) and str(one) == subject for one in at.values()):
                found = at
            following += at.values()
        elif isinstance(at, list):
            following += at
    return found


def _within(item: Mapping[str, Any]) -> list[str]:
    """Return where in an XML document a requirement is to be looked for."""
    return [f'Name="{_subject(item)}"']


def _needles(item: Mapping[str, Any], text: str) -> list[str]:
    """Return spellings of what was observed, the most telling first; of a list without anything, that it is empty."""
    aspect = item["id"].rpartition("/")[2]
    values = list(
        _scalars(next((seen["observed"] for seen in item["surfaces"] if not seen["right"]), item["observed"]))
    )
    told = [value for value in values if isinstance(value, str) and value]
    numbers = [value for value in values if isinstance(value, int) and not isinstance(value, bool) and value > 9]
    return [
        *_regions(item, text),
        *(f'"{aspect}": {as_json(value)}' for value in values),
        *(as_json(value) for value in told),
        *(str(number) for number in numbers),
        *told,
        *([f'"{aspect}"'] if values else []),
        '"value": []',
    ]


def _regions(item: Mapping[str, Any], text: str) -> list[str]:
    """Return where the answer tells the region of a call's state that is not as it should be."""
    wanted = should_be(item["reason"])
    if wanted is None or not isinstance(item["observed"], dict):
        return []
    found = []
    for region, word in item["observed"].items():
        if region in wanted.split():
            told = re.search(rf'"[^"\n]*{re.escape(region)}[^"\n]*": {re.escape(as_json(word))}', text, re.IGNORECASE)
            found += [told[0]] if told else []
    return found


def should_be(reason: str) -> str | None:
    """Return the state that a call should have been in, as the reason of a failure tells it."""
    told = re.match(r"It should be ([^:]+):", reason)
    return told[1] if told else None


def _scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _scalars(one)
    elif value is not None:
        yield value
