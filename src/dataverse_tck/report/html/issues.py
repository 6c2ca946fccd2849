"""A failure as text for an issue tracker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dataverse_tck.report.html.exhibits import Exhibit
from dataverse_tck.reporting.harmless import harmless
from dataverse_tck.reporting.telling.passages import Passage
from dataverse_tck.reporting.wording import as_json, reference_link

_BODY = 1500  # characters of an answer in an issue


def issue_text(told: Mapping[str, Any], item: Mapping[str, Any], exhibits: Sequence[Exhibit], repeat: str) -> str:
    """Return a failure as an issue tracker takes it, in Markdown."""
    revision = told["reference"]["sha256"][:12]
    lines = [
        f"**{item['id']} does not hold**",
        "",
        item["statement"],
        "",
        f"- expected: {_code(item['expected'])}",
        *(
            f"- observed: {'nothing: it is not there' if one['absent'] else _code(one['observed'])} in {one['surface']}"
            for one in item["surfaces"]
            if not one["right"]
        ),
        *([] if item["surfaces"] else [f"- observed: {_code(item['observed'])}"]),
        *([f"- because: {item['reason']}"] if item["reason"] and not item["surfaces"] else []),
        f"- reference: {reference_link(item['section'])} (line {item['line']} of revision {revision})",
        f"- found by: dataverse-tck {told['suite']['version']}, {told['started']}, seed {told['seed']}",
        f"- repeat: `{repeat}`",
    ]
    for one in exhibits:
        body = "".join(piece for piece, _ in one.response_body.pieces)
        lines += ["", f"Exchange {one.id}:", "```", one.request_line, f"-> {one.status or one.problem}", ""]
        lines += [_around(body, one.response_body), "```"]
    return harmless("\n".join(lines), 20_000)


def _code(value: Any) -> str:
    return f"`{as_json(value)}`"


def _around(body: str, passage: Passage) -> str:
    """Return as much of a body as an issue needs, with what differs in it."""
    if len(body) <= _BODY:
        return body
    before = 0
    for piece, marked in passage.pieces:
        if marked:
            break
        before += len(piece)
    start = max(0, before - _BODY // 2) if before < len(body) else 0
    return f"{'...' if start else ''}{body[start : start + _BODY]}..."
