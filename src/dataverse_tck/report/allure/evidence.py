"""The exchanges that decided a scenario, as text: what was asked and answered, cut where it is long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dataverse_tck.conformance.finding import Finding
from dataverse_tck.evidence.reading import EXCHANGES, whole_lines
from dataverse_tck.report.html.exhibits import Exhibit, exhibit
from dataverse_tck.reporting.certificate import told_requirement
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.reporting.result import RunResult
from dataverse_tck.reporting.telling.decisive import decisive
from dataverse_tck.reporting.telling.passages import Passage

MOST = 8  # exchanges of one scenario
_LONG = 4000  # characters of a line


def exhibits(result: RunResult, findings: Mapping[str, Sequence[Finding]]) -> Iterator[tuple[str, int, Exhibit]]:
    """Yield, by the title of a scenario, the exchanges that decided it, each with its place among them.

    They come in the order of the run, one at a time: nothing has to hold all of them.
    """
    wanted: dict[str, list[tuple[str, int, Mapping[str, Any], bool]]] = defaultdict(list)
    for title, decided in findings.items():
        shown: dict[str, tuple[Mapping[str, Any], bool]] = {}
        for item in (_row(result, one) for one in decided):
            keys = decisive(item, result.request_lines)
            for key in keys:
                shown.setdefault(key, (item, key == keys[-1] or any(not seen["right"] for seen in item["surfaces"])))
        for place, (key, (item, is_last)) in enumerate(list(shown.items())[:MOST]):
            wanted[key].append((title, place, item, is_last))
    for line in whole_lines(result.folder / EXCHANGES, wanted, is_checked=False):
        for title, place, item, is_last in wanted[line["id"]]:
            if found := exhibit(result.folder, line, item, is_last=is_last):
                yield title, place, found


def as_text(shown: Exhibit, folder: Path) -> str:
    """Return an exchange as ``dataverse-tck show`` prints it, but no more of it than decides."""
    return "\n".join(_lines(shown, folder))


def title_of(shown: Exhibit, root: str) -> str:
    """Return what an exchange is called where there is only a line for it; ``root`` is that of the endpoint."""
    came = shown.problem.partition(":")[0] if shown.status is None else str(shown.status)
    return f"{shown.id}: {harmless(shown.request_line.replace(f'{root}/', ''), 120)} ({harmless(came, 60)})"


def _lines(shown: Exhibit, folder: Path) -> Iterator[str]:
    yield f"{shown.id}  {shown.what}"
    yield harmless(f"> {shown.request_line}", _LONG)
    yield from (harmless(f"> {name}: {value}") for name, value in shown.request_headers)
    yield from _passage(shown.request_body)
    yield ""
    if shown.problem:
        yield harmless(f"< {shown.problem}")
    if shown.status is not None:
        yield f"< {shown.status}"
    yield from (harmless(f"< {name}: {value}") for name, value in shown.response_headers)
    yield from _passage(shown.response_body)
    yield ""
    yield f"whole: dataverse-tck show {folder.name} {shown.id}"
    yield harmless(f"again: {shown.curl}", _LONG)


def _passage(body: Passage) -> Iterator[str]:
    text = "".join(piece for piece, _ in body.pieces)
    if text:
        yield text
    if body.note:
        yield f"({body.note})"


def _row(result: RunResult, found: Finding) -> Mapping[str, Any]:
    """Return a finding as the certificate tells it; of a control, as far as it says what to look for in an answer."""
    item = result.catalogue.by_id.get(found.requirement)
    if item is not None:
        return told_requirement(result, item)
    surfaces: list[Any] = []
    return {
        "id": found.requirement,
        "reason": found.reason,
        "expected": None,
        "observed": found.observed,
        "exchanges": list(found.exchanges),
        "surfaces": surfaces,
    }
