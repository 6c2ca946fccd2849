"""What a line of a record looks like: a stranger's may hold anything, of any type."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from dataverse_tck.evidence.purpose import Phase
from dataverse_tck.evidence.redaction import REQUEST_HEADERS, RESPONSE_HEADERS
from dataverse_tck.evidence.usual import expanded

MOST_CHARACTERS = 2**21
"""Of a line: what a command says is cut to 64 KiB, each byte of which may be escaped."""
MOST_BODY_BYTES = 2**28
"""Of a body: no more of an answer is read."""

_BATCH_SUFFIX = "/$batch"
_DIGEST = re.compile("[0-9a-f]{64}")
_Check = Callable[[Any], bool]
_Members = Mapping[str, _Check]


def parsed(text: str, usual: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the whole object of a line, which leaves out what is ``usual``.

    Raises ValueError, also for what readers take in different ways.
    """
    if len(text) > MOST_CHARACTERS:
        raise ValueError("it is too long")
    try:
        words = json.loads(text, object_pairs_hook=once, parse_constant=no_number)
        if not isinstance(words, dict):
            raise ValueError("it is no object")  # noqa: TRY004 - of its text
        words = expanded(words, usual)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    _check_line(words)
    return words


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object. Raises ValueError for a name that stands twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r:.80} stands twice in one object")
    return found


def no_number(text: str) -> None:
    """Raise ValueError: NaN and Infinity are not JSON."""
    raise ValueError(f"{text} is no number of JSON")


def is_count(value: object) -> bool:
    """Whether this is an integer of at least 0."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_seconds(value: object) -> bool:
    """Whether this is a finite number of at least 0; an integer can be too large to be one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value) and value >= 0
    except OverflowError:
        return False


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_status(value: object) -> bool:
    return is_count(value) and 100 <= value <= 999  # type: ignore[operator] # a count is an integer


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _is_body_size(value: object) -> bool:
    return is_count(value) and value <= MOST_BODY_BYTES  # type: ignore[operator] # a count is an integer


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _are_headers(value: object) -> bool:
    return isinstance(value, dict) and all(_is_text(text) and name == name.lower() for name, text in value.items())


def _are_among(known: frozenset[str]) -> _Check:
    """Whether these are headers that lines have: no more, as each line is made with all of them."""
    return lambda value: _are_headers(value) and set(value) <= known


def _is_span(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(is_seconds, value)) and value[0] <= value[1]


def _or_none(check: _Check) -> _Check:
    return lambda value: value is None or check(value)


def _is_number_of_bytes_received(value: object) -> bool:
    return is_count(value) and is_seconds(value)


_ID: _Members = {"id": _is_text, "for": _is_object, "started": _is_text}
_EXCHANGE: _Members = {
    **_ID,
    "elapsed_ms": is_seconds,
    "attempts": lambda value: is_count(value) and value > 0,
    "waited_s": is_seconds,
    "error": _or_none(_is_object),
    "request": _is_object,
    "response": _or_none(_is_object),
}
_COMMAND: _Members = {**_ID, "fixture": _is_object}
_FIXTURE: _Members = {
    "name": _is_text,
    "command": _are_texts,
    "code": lambda value: value is None or (isinstance(value, int) and not isinstance(value, bool)),
    "stdout": _is_text,
    "stderr": _is_text,
    "seconds": is_seconds,
}
_FIXTURE_PROBLEM: _Members = {"name": _is_text, "command": _are_texts, "problem": _is_text}
_REQUEST: _Members = {"method": _is_text, "url": _is_text, "headers": _are_headers, "body": _or_none(_is_text)}
_RESPONSE: _Members = {
    "status": _is_status,
    "headers": _are_headers,
    "body": _or_none(_is_text),
    "size": _is_number_of_bytes_received,
    "sha256": _is_digest,
    "kept": _or_none(_is_object),
}
_NOTES: Mapping[str, _Check] = {
    "options": _is_object,
    "end": _is_object,
    "again": _is_flag,
    "settled": is_seconds,
    "span": _is_span,
    "twice": _is_text,
    "wait": _is_object,
}
_OPTIONS: _Members = {
    "suite": _is_object,
    "endpoint": _is_text,
    "embedded": _is_flag,
    "level": _is_text,
    "only": _are_texts,
    "exclude": _are_texts,
    "max_fail": _or_none(is_count),
    "seed": is_count,
    "settle_s": is_seconds,
    "workers": lambda value: value == "auto" or (is_count(value) and 1 <= value <= 32),
    "allow_writes": _is_flag,
    "pytest_args": _are_texts,
    "profile": _or_none(_is_digest),
    "challenge": _or_none(_is_text),
    "waivers": _or_none(_is_digest),
}
_USUAL: _Members = {
    "for": _is_object,
    "attempts": _EXCHANGE["attempts"],
    "waited_s": is_seconds,
    "request": _is_object,
    "response": _is_object,
}
_USUAL_ANSWER: _Members = {
    **{name: _RESPONSE[name] for name in ("body", "size", "sha256")},
    "headers": _are_among(RESPONSE_HEADERS),
    "kept": lambda value: value is True,
}
_END: _Members = {
    "interrupted": _is_flag,
    "trouble": _or_none(_is_text),
    "surveyed": _is_flag,
    "acted": _is_flag,
    "performed": _is_flag,
    "told": is_count,
}
_WAIT: _Members = {
    "looks": is_count,
    "after": is_seconds,
    "ended": is_seconds,
    "seen": _is_flag,
    "deadline": is_seconds,
    "given_up": _is_flag,
}
_INSIDE: Mapping[str, _Members] = {"options": _OPTIONS, "end": _END, "wait": _WAIT}


def _check_line(words: Mapping[str, Any]) -> None:
    purpose = words.get("for")
    if not isinstance(purpose, dict):
        raise ValueError("it does not say what it was made for")  # noqa: TRY004 - of its text
    in_scene = purpose.get("phase") == Phase.SCENE
    _check(purpose, {"phase": _is_phase, "place": is_count, **({"scene": _is_text} if in_scene else {})}, "for")
    if "id" not in words:
        _check_note(words, in_scene=in_scene)
    elif "fixture" in words:
        _check(words, _COMMAND, "")
        _check(words["fixture"], _FIXTURE_PROBLEM if "problem" in words["fixture"] else _FIXTURE, "fixture")
    else:
        _check(words, {**_EXCHANGE, "batch": _is_text} if "batch" in words else _EXCHANGE, "")
        _check_exchange(words)


def _is_phase(value: object) -> bool:
    return value in list(Phase)


def _check_note(words: Mapping[str, Any], *, in_scene: bool) -> None:
    kind = next((name for name in words if name != "for"), "")
    _check(words, {"for": _is_object, kind: _NOTES.get(kind, lambda _: False)}, "")
    if in_scene != (kind in {"settled", "span", "twice", "wait"}):
        raise ValueError(f"{kind!r:.40} belongs {'not ' if in_scene else ''}to a scene")
    if kind in _INSIDE:
        inside = words[kind]
        has_usual = kind == "options" and "usual" in inside
        _check(inside, {**_INSIDE[kind], **({"usual": _is_object} if has_usual else {})}, kind)
        if has_usual:
            _check_usual(inside["usual"])


def _check_usual(usual: Mapping[str, Any]) -> None:
    _check(usual, {"alone": _is_object, "part": _is_object}, "usual")
    for kind, words in usual.items():
        where = f"usual.{kind}"
        _check(words, _USUAL, where)
        _check(words["for"], {"phase": _is_phase}, f"{where}.for")
        _check(words["request"], {"headers": _are_among(REQUEST_HEADERS)}, f"{where}.request")
        _check(words["response"], _USUAL_ANSWER, f"{where}.response")


def _check_exchange(words: Mapping[str, Any]) -> None:
    request, response, error = words["request"], words["response"], words["error"]
    _check(request, _REQUEST, "request")
    if error is not None:
        _check(error, {"kind": _is_text, "reason": _is_text}, "error")
    if response is None:
        if error is None:
            raise ValueError("it has neither an answer nor an error")
        return
    _check(response, _RESPONSE, "response")
    carries = words["for"]["phase"] == Phase.BATCH
    if response["kept"] is not None:
        _check(response["kept"], {"size": _is_body_size, "sha256": _is_digest}, "kept")
    elif not carries or response["body"] is not None:
        raise ValueError("nothing is kept of its answer, and it is no batch")
    if carries and (request["method"] != "POST" or not request["url"].endswith(_BATCH_SUFFIX)):
        raise ValueError(f"it is a batch, and asks {request['method']} {request['url']!r:.200}")


def _check(words: Mapping[str, Any], members: _Members, where: str) -> None:
    """Raise ValueError where an object has not just these members, each as it has to be."""
    for name in {**members, **words}:
        told = f"{where}.{name}" if where else name
        if name not in members:
            raise ValueError(f"it has {told!r:.80}, which there is not")
        if name not in words:
            raise ValueError(f"it has no {told}")
        if not members[name](words[name]):
            raise ValueError(f"{told} is {words[name]!r:.80}")
