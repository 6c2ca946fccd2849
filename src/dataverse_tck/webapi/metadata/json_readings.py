"""From answers to readings: which status means what, and which shape a document must have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dataverse_tck.jsontypes import Json
from dataverse_tck.readings import Reading, State
from dataverse_tck.webapi.http.errors import WebApiError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dataverse_tck.webapi.http.answer import Answer
    from dataverse_tck.webapi.http.batches import Batches, Foreseen
    from dataverse_tck.webapi.http.session import Session

JsonObject = Mapping[str, Json]

_NOT_OFFERED = frozenset({403, 404, 501})


def refused_reading(answer: Answer) -> Reading[Any]:
    """Return the reading of an answer that is not 200: not offered (to this caller), or broken."""
    state = State.UNREADABLE if answer.status in _NOT_OFFERED else State.BROKEN
    reason = f"{answer.url.partition('?')[0]} answers {answer.summary()}."
    return Reading(state, reason=reason, exchanges=(answer.exchange,))


def broken_reading(problem: WebApiError, *exchanges: str) -> Reading[Any]:
    """Return the reading of an exchange that failed."""
    known = (*exchanges, *([problem.exchange] if problem.exchange else []))
    return Reading(State.BROKEN, reason=str(problem), exchanges=tuple(dict.fromkeys(known)))


def read_object(session: Session | Batches | Foreseen, target: str) -> Reading[JsonObject]:
    """Read a single JSON object."""
    try:
        return object_reading(session.get(target))
    except WebApiError as problem:
        return broken_reading(problem)


def object_reading(answer: Answer) -> Reading[JsonObject]:
    """Return the reading of an answer that should hold a single JSON object."""
    if answer.status != 200:
        return refused_reading(answer)
    try:
        document = answer.json()
    except WebApiError as problem:
        return broken_reading(problem)
    if isinstance(document, dict) and ("LogicalName" in document or "value" not in document):
        return Reading(State.READ, document, exchanges=(answer.exchange,))
    return _misshapen(answer, "a single object was asked for", (answer.exchange,))


def read_collection(
    session: Session | Batches | Foreseen, targets: Iterable[str], plainer: Iterable[str] = ()
) -> Reading[tuple[JsonObject, ...]]:
    """Read collections along all their pages, one after the other, and join their rows.

    Where the endpoint does not know a column (400), what is ``plainer`` is asked instead.
    """
    rows: list[JsonObject] = []
    exchanges: list[str] = []
    try:
        for target in targets:
            for answer, document in session.pages(target):
                exchanges.append(answer.exchange)
                if answer.status == 400 and plainer:
                    return read_collection(session, plainer)
                if answer.status != 200:
                    reading = refused_reading(answer)
                    return Reading(reading.state, reason=reading.reason, exchanges=tuple(exchanges))
                value = document.get("value") if isinstance(document, dict) else None
                if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
                    return _misshapen(answer, "a list of objects named value was expected", tuple(exchanges))
                rows += value
    except WebApiError as problem:
        return broken_reading(problem, *exchanges)
    return Reading(State.READ, tuple(rows), exchanges=tuple(exchanges))


def _misshapen(answer: Answer, expected: str, exchanges: tuple[str, ...]) -> Reading[Any]:
    begins = " ".join(answer.content[:60].decode("utf-8", "backslashreplace").split())
    where = answer.url.partition("?")[0]
    reason = f"{where} answers with JSON of another shape: {expected}, it begins with {begins!r}."
    return Reading(State.BROKEN, reason=reason, exchanges=exchanges)
