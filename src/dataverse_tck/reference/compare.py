"""What differs between the derived documents and the files of the suite, told in one line each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from dataverse_tck.jsontypes import Json
from dataverse_tck.reference.derived_files import FACTS, RESPONSES, encode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_NAMES = ("id", "x-requirement", "schema_name", "name", "table", "value")  # tell the entries of a list apart
_OF_ONE_FORM = (
    "reference",
    "section",
    "line",
)  # what each form of the page has in its own way, or not at all
_ABSENT = object()
_NOT_THERE = "not in the suite, or not JSON; derive it from the markdown source"


class _Difference(NamedTuple):
    path: str
    page: Json
    suite: Json

    def __str__(self) -> str:
        return f"{self.path}: {_shown(self.page)} on the page, {_shown(self.suite)} in the suite"


def differences(root: Path, documents: Mapping[str, Json]) -> list[str]:
    """Every difference of the suite below ``root`` from ``documents``, surplus schemas included."""
    told: list[str] = []
    for name, document in documents.items():
        text, suite = _read(root / name)
        if suite is _ABSENT:
            told.append(f"{name}: {_NOT_THERE}")
            continue
        found = [f"{name}: {item}" for item in _differences(document, suite)]
        if not found and text != encode(document):
            found = [f"{name}: the order of its members or its layout is not as derived"]
        told += found
    for path in sorted((root / RESPONSES).glob("*")):
        name = f"{RESPONSES}/{path.name}"
        if name not in documents:
            told.append(f"{name}: not derived from the page")
    return told


def differences_of_rendered(root: Path, facts: Json) -> tuple[list[str], list[str]]:
    """For facts of the rendered form: the paths of labels that it has lost, and what truly differs."""
    _, suite = _read(root / FACTS)
    if suite is _ABSENT:
        return [], [f"{FACTS}: {_NOT_THERE}"]
    found = list(_differences(_comparable(facts), _comparable(suite)))
    lost = [item.path for item in found if _is_lost(item)]
    return lost, [f"{FACTS}: {item}" for item in found if not _is_lost(item)]


def _is_lost(item: _Difference) -> bool:
    label = item.path.startswith("columns/choices/") and item.path.endswith("/label")
    return label and item.page is None and isinstance(item.suite, str)


def _read(path: Path) -> tuple[str, Json]:
    """A file of the suite and its JSON, which is absent when there is no such file or no JSON in it."""
    try:
        text = path.read_text(encoding="utf-8")
        return text, json.loads(text)
    except (OSError, ValueError):
        return "", _ABSENT


def _comparable(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _comparable(item) for name, item in value.items() if name not in _OF_ONE_FORM}
    return [_comparable(item) for item in value] if isinstance(value, list) else value


def _differences(page: Json, suite: Json, path: str = "") -> Iterator[_Difference]:
    if not isinstance(page, dict) or not isinstance(suite, dict):
        page_entries, suite_entries = _by_name(page), _by_name(suite)
        if page_entries is None or suite_entries is None:
            if _unequal(page, suite):
                yield _Difference(path or "all of it", page, suite)
            return
        page, suite = page_entries, suite_entries
    for name in dict.fromkeys([*page, *suite]):
        below = f"{path}/{name}" if path else name
        yield from _differences(page.get(name, _ABSENT), suite.get(name, _ABSENT), below)


def _by_name(value: Json) -> dict[str, Json] | None:
    """The objects of a list by what names them; None for what is no list of named objects."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return None
    return {str(next((item[key] for key in _NAMES if key in item), index)): item for index, item in enumerate(value)}


def _unequal(left: Json, right: Json) -> bool:
    return type(left) is not type(right) or left != right


def _shown(value: Json) -> str:
    if value is _ABSENT:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 100 else f"{text[:97]}..."
