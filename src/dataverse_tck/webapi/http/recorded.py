"""A session that is answered from the record of a run: no socket is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from requests.models import PreparedRequest
from requests.structures import CaseInsensitiveDict

from dataverse_tck.jsontypes import Json
from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.http.batches import Batches
from dataverse_tck.webapi.http.errors import Broken, Malformed, NotAllowed, StopReading, Unreachable, WebApiError
from dataverse_tck.webapi.http.session import Session, Tally, _Request

if TYPE_CHECKING:
    from dataverse_tck.evidence.record import Record
    from dataverse_tck.evidence.sorted_lines import Line
    from dataverse_tck.webapi.http.multipart import Part

_PIECE_BYTES = 64 * 1024
_KINDS = {kind.__name__: kind for kind in (NotAllowed, Unreachable, Broken, Malformed)}


class RecordedSession(Session):
    """Asks the record. What it does not hold is noted there, and looks like an exchange that broke."""

    def __init__(self, root: str, *, record: Record) -> None:
        super().__init__(root, token=None, recorder=record)
        self._record = record

    def _exchange(self, request: _Request, sink: Callable[[bytes], None] | None) -> Answer:
        line = self._record.exchange(request.method, normal(request.url), request.headers, request.content)
        self._count(Tally(requests=1))
        if line is None:
            raise Broken(f"{request.method} {request.url} is not in the record.")
        content, told = self._record.content(line), line.words["error"]
        if sink is not None and (line.words["response"] or {}).get("status") == 200:
            try:
                _hand_over(content, sink)
            except StopReading:
                pass
            except WebApiError as problem:
                # Of what was torn the last bytes are kept, and were not handed over: it cannot have been seen in them.
                if told is None or told["kind"] != Broken.__name__:
                    raise self._without_secrets(problem, line.id) from None
            content = b""
        if told is not None and told["kind"] != StopReading.__name__:
            raise self._without_secrets(_KINDS.get(told["kind"], Broken)(told["reason"]), line.id)
        return answer_of(line, content)


class RecordedBatches(Batches):
    """Takes from the record what went in batches, one request after the other."""

    def __init__(self, session: RecordedSession, record: Record) -> None:
        super().__init__(session, 1)
        self._record = record

    def send(
        self,
        method: str,
        target: str,
        *,
        content: Json | None = None,
        prefer: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Answer a request by the line of its part, or by that of the request that was made after it."""
        answer = self._told(self.part(method, target, content=content, prefer=prefer, headers=headers))
        if answer is not None and 200 <= answer.status < 300:
            return answer
        return self._session.send(method, target, content=content, prefer=prefer, headers=headers)

    def answers(self, parts: list[Part]) -> list[Answer | None]:
        """Answer each part by its line."""
        return [self._told(part) for part in parts]

    def _told(self, part: Part) -> Answer | None:
        line = self._record.exchange(part.method, part.url, part.headers, part.content, part=True)
        return None if line is None else answer_of(line, self._record.content(line))


def answer_of(line: Line, content: bytes) -> Answer:
    """Return the answer that a line tells."""
    response = line.words["response"]
    return Answer(
        response["status"],
        CaseInsensitiveDict(response["headers"]),
        content,
        line.request["url"],
        line.id,
        line.words["attempts"],
    )


def normal(url: str) -> str:
    """Return an address as it is sent, with what has to be escaped."""
    prepared = PreparedRequest()
    prepared.prepare_url(url, None)
    return str(prepared.url)


def _hand_over(content: bytes, sink: Callable[[bytes], None]) -> None:
    for start in range(0, len(content), _PIECE_BYTES):
        sink(content[start : start + _PIECE_BYTES])
