"""Of an answer, the part that shows what became of a requirement, with the differing value marked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataverse_tck.evidence.reading import body
from dataverse_tck.reporting.harmless import Shown, harmless
from dataverse_tck.reporting.wording import as_json
from dataverse_tck.webapi.http.answer import cause

MOST_SHOWN = 2000  # characters of a body
MOST_TOLD = 200  # characters of a body in a line
MOST_PARSED = 16 * 2**20  # bytes: a larger answer is not taken apart
_MARGIN = 4  # of a window, this part stands before what is marked


@dataclass(frozen=True)
class Passage:
    """A body, or a part of it, as pieces of text that are marked or not."""

    pieces: tuple[tuple[Shown, bool], ...]
    note: str = ""  # what is not shown

    @property
    def is_marked(self) -> bool:
        """Whether the differing value stands in it."""
        return any(marked for _, marked in self.pieces)


def passage(text: str, needles: Sequence[str], most: int = MOST_SHOWN) -> Passage:
    """Return as much of a text as can be read, around the first needle that stands in it, with that needle marked.

    ``most``: characters.
    """
    needle = next((one for one in needles if one and one in text), None)
    at = text.find(needle) if needle else 0
    start = max(0, at - most // _MARGIN) if len(text) > most else 0
    window = text[start : start + most]
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


def answered(folder: Path, answer: Mapping[str, Any], item: Mapping[str, Any], *, is_marked: bool) -> Passage:
    """Return of an answer what tells of a requirement; ``is_marked``: with what differs marked."""
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


def telling(folder: Path, answer: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield, for each requirement, the part of an answer that a line has room for; the answer is taken apart once.

    Of an error it is the code and the cause, of anything else what stands around the differing value.
    """
    try:
        content = body(folder, answer)
    except ValueError as problem:
        yield from [f"(its body cannot be read: {problem})"] * len(items)
        return
    text = content.decode("utf-8", errors="backslashreplace")
    document = _parsed(text) if len(content) <= MOST_PARSED else None
    said = _error_of(document)
    for item in items:
        if said is not None:
            yield harmless(said, MOST_TOLD)
        elif document is None:
            yield _in_a_line(text, [*_within(item), *_needles(item, text)])
        else:
            part = json.dumps(_without_annotations(_about(document, _subject(item))), ensure_ascii=False)
            yield _in_a_line(part, _needles(item, part))


def _without_annotations(value: Any) -> Any:
    """Return a value without what OData says of it (``@odata.context``): a line has no room for that."""
    if isinstance(value, dict):
        return {name: _without_annotations(one) for name, one in value.items() if not name.startswith("@odata.")}
    return [_without_annotations(one) for one in value] if isinstance(value, list) else value


def _error_of(document: Any) -> str | None:
    error = document.get("error") if isinstance(document, dict) else None
    if not isinstance(error, dict) or not isinstance(error.get("message"), str):
        return None
    return " ".join(f"{error.get('code') or ''} {cause(error['message'])}".split())


def _in_a_line(text: str, needles: Sequence[str]) -> str:
    """Return a part of a text in one line, with dots where something is left out."""
    needle = next((one for one in needles if one and one in text), None)
    start = max(0, text.find(needle) - MOST_TOLD // _MARGIN) if needle and len(text) > MOST_TOLD else 0
    window = " ".join(text[start : start + MOST_TOLD].split())
    return harmless(f"{'...' if start else ''}{window}{'...' if start + MOST_TOLD < len(text) else ''}")


def pretty(text: str) -> str:
    """Return JSON in lines that can be read; any other text as it is."""
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
    wanted, seen = item["expected"], item["observed"]
    if not isinstance(wanted, dict) or not isinstance(seen, dict):
        return []
    found = []
    for region, word in seen.items():
        if region in wanted and as_json(word) != as_json(wanted[region]):
            told = re.search(rf'"[^"\n]*{re.escape(region)}[^"\n]*": {re.escape(as_json(word))}', text, re.IGNORECASE)
            found += [told[0]] if told else []
    return found


def _scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _scalars(one)
    elif value is not None:
        yield value
