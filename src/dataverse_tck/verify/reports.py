"""What else a run leaves for people and tools, held against what follows: JUnit and the ledger."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from dataverse_tck.acting.acting_session import LEDGER
from dataverse_tck.evidence.record import Refusal
from dataverse_tck.evidence.shapes import once
from dataverse_tck.reporting.junit import JUNIT

if TYPE_CHECKING:
    from pathlib import Path

_CHANCE = frozenset({"time", "timestamp", "hostname"})
_SHOWN = 200


def junit_differences(told: Path, follows: Path) -> Iterator[Refusal]:
    """Tell the first place in which the JUnit file of one folder is not as the other, but for times and tracebacks."""
    try:
        elements = zip_longest(_elements(told / JUNIT), _elements(follows / JUNIT))
        for at, (one, other) in enumerate(elements, 1):
            if one != other:
                yield Refusal(
                    "The file says what does not follow.", f"{JUNIT}, element {at}", _short(other), _short(one)
                )
                return
    except (ET.ParseError, OSError, ValueError) as problem:
        yield Refusal(f"The file cannot be read: {problem}.", JUNIT)


def _elements(path: Path) -> list[str]:
    """Return the elements of a file with what is inside of them counted; texts name files of whoever made the run."""
    if not path.is_file():
        return []
    return [_words(one) for one in ET.parse(path).iter()]  # noqa: S314 - expat limits what entities can make


def _words(element: ET.Element) -> str:
    kept = {name: value for name, value in element.attrib.items() if name not in _CHANCE}
    return f"<{element.tag} {kept}> {len(element)}"


def ledger_differences(told: Path, follows: Path) -> Iterator[Refusal]:
    """Tell the first row that one ledger names and the other does not; in which order is chance."""
    try:
        found, expected = _entries(told / LEDGER), _entries(follows / LEDGER)
    except (OSError, ValueError, RecursionError) as problem:
        yield Refusal(f"The file cannot be read: {problem}.", LEDGER)
        return
    more, less = found - expected, expected - found
    if more or less:
        yield Refusal(
            "The file says what does not follow.", LEDGER, _short(min(less, default="")), _short(min(more, default=""))
        )


def _entries(path: Path) -> Counter[str]:
    if not path.is_file():
        return Counter()
    entries = Counter[str]()
    for text in path.read_text(encoding="utf-8").split("\n"):
        words = json.loads(text, object_pairs_hook=once) if text else {}
        if not isinstance(words, dict):
            raise ValueError("a line is no object")  # noqa: TRY004 - of its text
        words.pop("started", None)
        entries[json.dumps(words, sort_keys=True)] += 1
    return entries


def _short(value: object) -> str:
    text = "nothing" if value is None or value == "" else str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
