"""What a line has unless it says otherwise: the run says it once, and its lines leave it out.

The line ``options`` has it, ``usual``: for an exchange that stands alone, and for a part of a batch. Each line of an
exchange after that is a JSON merge patch (RFC 7396) over it: what it says stands, null takes away. What neither of them
says is not there: no error, no answer, no body, nothing kept; ``kept: true`` is just what was received. Lines without
a ``usual`` before them say everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dataverse_tck.evidence.bodies import Measure
from dataverse_tck.evidence.purpose import Phase
from dataverse_tck.evidence.redaction import REQUEST_HEADERS, RESPONSE_HEADERS, Redaction

if TYPE_CHECKING:
    from dataverse_tck.jsontypes import Json

_KEPT = ("size", "sha256")
_Headers = tuple[Mapping[str, str], Mapping[str, str]]


def usual_lines(*, alone: _Headers, part: _Headers) -> dict[str, dict[str, Json]]:
    """Return what is usual, by the headers with which one asks and is answered: alone, and in a batch."""
    return {"alone": _usual(*alone), "part": _usual(*part)}


def _usual(asked: Mapping[str, str], answered: Mapping[str, str]) -> dict[str, Json]:
    clean, nothing = Redaction(), Measure()
    return {
        "for": {"phase": Phase.SCENE.value},
        "attempts": 1,
        "waited_s": 0.0,
        "request": {"headers": dict(clean.headers(asked, REQUEST_HEADERS))},
        "response": {
            "headers": dict(clean.headers(answered, RESPONSE_HEADERS)),
            "body": "",  # half of all answers are empty; the others say all three anyway
            "size": nothing.size,
            "sha256": nothing.sha256,
            "kept": True,
        },
    }


def reduced(line: Mapping[str, Any], usual: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return what a line has to say beside what is usual."""
    if usual is None or "request" not in line:
        return line
    told = {name: value for name, value in line.items() if value is not None}
    told["request"] = {name: value for name, value in line["request"].items() if value is not None}
    if answer := line["response"]:
        as_received = answer["kept"] == {name: answer[name] for name in _KEPT}
        told["response"] = {
            name: True if name == "kept" and as_received else value
            for name, value in answer.items()
            if value is not None
        }
    return _difference(_of_its_kind(usual, line), told)


def expanded(line: dict[str, Any], usual: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a line with all that it means; it may be a stranger's, and of any shape."""
    if usual is None or "request" not in line:
        return line
    whole = {"error": None, "response": None, **_patched(_of_its_kind(usual, line), line)}
    if isinstance(whole.get("request"), dict):
        whole["request"] = {"body": None, **whole["request"]}
    answer = whole["response"]
    if isinstance(answer, dict):
        whole["response"] = answer = {"body": None, "kept": None, **answer}
        if answer["kept"] is True:
            answer["kept"] = {name: answer.get(name) for name in _KEPT}
    return whole


def _of_its_kind(usual: Mapping[str, Any], line: Mapping[str, Any]) -> Mapping[str, Any]:
    kind: Mapping[str, Any] = usual["part" if "batch" in line else "alone"]
    return kind


def _difference(usual: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the merge patch that makes one object of the other; nothing that is told is null."""
    patch: dict[str, Any] = {}
    for name, value in told.items():
        before = usual.get(name)
        if isinstance(value, dict) and isinstance(before, dict):
            if inside := _difference(before, value):
                patch[name] = inside
        elif value != before or type(value) is not type(before):  # true, 1 and 1.0 are not the same in JSON
            patch[name] = value
    return patch | {name: None for name in usual if name not in told}


def _patched(usual: object, patch: Any) -> Any:
    """Return what a merge patch makes of an object, its own members first."""
    if not isinstance(patch, dict):
        return patch
    before = usual if isinstance(usual, dict) else {}
    told = {name: _patched(before.get(name), value) for name, value in patch.items() if value is not None}
    return told | {name: value for name, value in before.items() if name not in patch}
