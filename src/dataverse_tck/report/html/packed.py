"""Exchanges as the page carries them: outlines of all, whole those that failures rest on, compressed."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from dataverse_tck.evidence.reading import body
from dataverse_tck.report.told_run import ToldRun
from dataverse_tck.reporting.harmless import harmless

_WHOLE_BYTES = 2**18  # of a body that is told whole
_WORD = re.compile(r"[^A-Za-z0-9_.]+")


def anchor(title: str) -> str:
    """Return the id of a scenario in the page."""
    return "scenario/" + _WORD.sub("-", title.removeprefix("features/")).strip("-")


def outlines(run: ToldRun) -> Markup:
    """Return what is told of every exchange, packed."""
    purposes = list(dict.fromkeys(one.purpose for one in run.outlines))
    number = {purpose: place for place, purpose in enumerate(purposes)}
    root = run.certificate["endpoint"]["root"]
    document = {
        "purposes": [[harmless(one), _scenario_of(run, one)] for one in purposes],
        "rows": [
            [
                one.id,
                one.method,
                harmless(one.url.removeprefix(root)),
                one.status,
                round(one.elapsed_ms),
                number[one.purpose],
                int(one.is_part),
            ]
            for one in run.outlines
        ],
    }
    return _packed(document)


def _scenario_of(run: ToldRun, purpose: str) -> str:
    """Return the anchor of the scenario that was performed, perhaps once more ("... (again)"); else nothing."""
    title = purpose if purpose in run.scenarios else purpose.rpartition(" (")[0]
    return anchor(title) if title in run.scenarios else ""


def whole(run: ToldRun) -> Markup:
    """Return the lines of exchanges that failures rest on, each with its body, as text, packed."""
    return _packed({key: harmless(_text_of(run.folder, line), 2 * _WHOLE_BYTES) for key, line in run.exchanges.items()})


def _text_of(folder: Path, line: Mapping[str, Any]) -> str:
    answer = line.get("response")
    if not answer:
        return json.dumps(line, indent=2, ensure_ascii=False)
    try:
        text = body(folder, answer).decode("utf-8", errors="backslashreplace")
    except ValueError as problem:
        text = f"(cannot be read: {problem})"
    without = {**line, "response": {**answer, "body": "below"}}
    cut = f"{text[:_WHOLE_BYTES]}\n... ({len(text):,} characters)" if len(text) > _WHOLE_BYTES else text
    return f"{json.dumps(without, indent=2, ensure_ascii=False)}\n\n{cut}"


def _packed(document: Mapping[str, Any] | Sequence[Any]) -> Markup:
    """Return a document as the page carries it: compressed, and in letters that mean nothing to a browser."""
    text = json.dumps(document, separators=(",", ":"))
    return Markup(base64.b64encode(gzip.compress(text.encode(), compresslevel=6, mtime=0)).decode())  # noqa: S704
