"""What several threads ask at the same time, asked in one request: ``$batch``, without change sets.

A part that is not answered with success is asked once more by itself, and so is everything where batches are not
offered or fail: what counts against an endpoint is never the word of a batch.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from dataverse_tck.evidence.purpose import Phase, Purpose, serving
from dataverse_tck.evidence.recorder import Exchange
from dataverse_tck.jsontypes import Json
from dataverse_tck.webapi.http import multipart
from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.http.errors import WebApiError
from dataverse_tck.webapi.http.multipart import Part, PartAnswer
from dataverse_tck.webapi.http.session import ACCEPT, BATCH, JSON, UNCACHED, Page, as_json

if TYPE_CHECKING:
    from dataverse_tck.webapi.http.session import Session

MOST_PARTS = 50  # the service takes 1,000; it answers them one after the other
LEAST_PARTS = 10
LONG_S = 1.0  # a batch that takes longer is too large
LINGER_S = 0.05  # for more to come: most come together, since they waited for the same batch
ENOUGH_FAILURES = 2
_REFUSED = range(400, 500)
# Headers that parts inherit.
_OF_THE_BATCH = frozenset({"authorization", "user-agent", "accept-encoding", "cache-control"})


def inside_a_batch(headers: Mapping[str, str]) -> dict[str, str]:
    """Return those headers that a part of a batch has, or its answer; the batch has the others for all of them."""
    return {name: value for name, value in headers.items() if name.lower() not in _OF_THE_BATCH}


@dataclass
class _Asked:
    """A request that waits for its batch; ``answer`` stays None where it has to be asked by itself."""

    part: Part
    done: threading.Event = field(default_factory=threading.Event)
    answer: Answer | None = None
    sent: int = 0  # times that it may have been carried out already


class Batches:
    """Asks like a session, for tasks that run in so many threads; safe to use from all of them.

    A batch is sent when it is full, when nobody is left who could add to it, or when nobody did for a while.
    """

    def __init__(self, session: Session, threads: int) -> None:
        self._session = session
        self.recorder = session.recorder
        self._carrying = Purpose(Phase.BATCH)
        self._lock = threading.Lock()
        self._threads = threads
        self._tasks = 0  # that are not done yet
        self._waiting = 0  # threads whose question is pending, or on its way in a batch
        self._pending: list[_Asked] = []
        self._size = MOST_PARTS
        self._failures = 0
        self.unoffered: str | None = None  # why nothing is sent in batches any more

    def expect(self, tasks: int) -> None:
        """Expect that many tasks to ask; each has to be ``done_with``."""
        with self._lock:
            self._tasks += tasks

    def done_with(self) -> None:
        """A task asks no more: what waited for it is sent."""
        with self._lock:
            self._tasks -= 1
            batch = self._taken() if self._pending and self._is_due() else []
        if batch:
            self._send(batch)

    def url(self, target: str) -> str:
        """Return the absolute URL of a path below the root; an absolute URL stays as it is."""
        return self._session.url(target)

    def get(self, target: str, *, prefer: str | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Read a path below the root, whatever the status of the answer."""
        return self.send("GET", target, prefer=prefer, headers=headers)

    def send(
        self,
        method: str,
        target: str,
        *,
        content: Json | None = None,
        prefer: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request, whatever the status of the answer, as ``Session.send`` does."""
        before = 0
        if self.unoffered is None:
            asked = _Asked(self.part(method, target, content=content, prefer=prefer, headers=headers))
            self._ask(asked)
            if asked.answer is not None:
                return asked.answer
            before = asked.sent
        return self._session.send(method, target, content=content, prefer=prefer, headers=headers, before=before)

    def pages(
        self, target: str, *, prefer: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[Page]:
        """Read a collection page by page; only one that has no second page is read in a batch."""
        answer = self.get(target, prefer=prefer, headers=headers)
        return _pages(answer) or self._session.pages(target, prefer=prefer, headers=headers)

    def part(
        self,
        method: str,
        target: str,
        *,
        content: Json | None = None,
        prefer: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Part:
        """Return a request as a part of a batch."""
        body = None if content is None else as_json(content)
        more = {**UNCACHED, **(headers or {})} if method == "GET" else dict(headers or {})
        more |= {} if body is None else {"Content-Type": JSON}
        inner = inside_a_batch(self._session.headers(ACCEPT, prefer, more))
        return Part(method, self.url(target), inner, body, self.recorder.purpose)

    def _ask(self, asked: _Asked) -> None:
        """Wait until a request was answered in a batch, or has to be asked by itself; send that batch if need be."""
        with self._lock:
            self._waiting += 1
            self._pending.append(asked)
            batch = self._taken() if self._is_due() else []
        try:
            if batch:
                self._send(batch)
            while not asked.done.wait(LINGER_S):
                with self._lock:
                    batch = self._taken() if asked in self._pending else []
                if not batch:
                    asked.done.wait()  # whoever has taken it says so, come what may
                    return
                self._send(batch)
        finally:
            with self._lock:
                self._waiting -= 1

    def _is_due(self) -> bool:
        return len(self._pending) >= self._size or self._waiting >= min(self._threads, self._tasks)

    def _taken(self) -> list[_Asked]:
        taken, self._pending = self._pending[: self._size], self._pending[self._size :]
        return taken

    def _send(self, batch: list[_Asked]) -> None:
        """Send a batch, and let everybody go on who waits for it."""
        try:
            if not self._is_worth(batch):
                return
            for asked, answer in zip(batch, self.answers([asked.part for asked in batch]), strict=True):
                if answer is not None and 200 <= answer.status < 300:
                    asked.answer = answer
                elif answer is None or answer.status not in _REFUSED:
                    asked.sent = 1
        finally:
            for asked in batch:
                asked.done.set()

    @property
    def size(self) -> int:
        """How many requests make a full batch."""
        return self._size

    def foreseen(self, targets: Sequence[str]) -> Foreseen:
        """Read several things in one batch; return what answers them like a session, and asks for whatever is not."""
        told = self.answers([self.part("GET", target) for target in targets])
        found = {
            target: one for target, one in zip(targets, told, strict=True) if one is not None and one.status == 200
        }
        return Foreseen(self._session, found)

    def answers(self, parts: list[Part]) -> list[Answer | None]:
        """Send requests in one batch; return the answers, None for those that came to nothing.

        A single request is worth no batch.
        """
        if not self._is_worth(parts):
            return [None] * len(parts)
        boundary, began = f"batch_{uuid4()}", time.monotonic()
        headers = {"Content-Type": f"multipart/mixed; boundary={boundary}"}
        started = datetime.now(UTC)
        try:
            with serving(self._carrying):
                answer = self._session.send(
                    "POST",
                    BATCH,
                    content=multipart.written(parts, boundary),
                    headers=headers,
                    prefer="odata.continue-on-error",
                )
            if answer.status != 200:
                raise ValueError(f"it is answered {answer.summary()}")  # noqa: TRY301 - told like what cannot be read
            found = multipart.read(answer.content, answer.headers.get("Content-Type", ""))
            if len(found) != len(parts):
                raise ValueError(f"{len(parts)} requests have {len(found)} answers")  # noqa: TRY301
        except (WebApiError, ValueError) as problem:
            self._note_failure(str(problem))
            return [None] * len(parts)
        took = time.monotonic() - began
        if took > LONG_S:
            with self._lock:
                self._size = min(self._size, max(LEAST_PARTS, len(parts) // 2))
        each_ms = took * 1000 / len(parts)
        return [self._noted(part, one, answer, started, each_ms) for part, one in zip(parts, found, strict=True)]

    def _is_worth(self, parts: Sequence[object]) -> bool:
        return self.unoffered is None and len(parts) > 1

    def _noted(self, part: Part, found: PartAnswer, batch: Answer, started: datetime, each_ms: float) -> Answer:
        """Record what a part of a batch came to, as an exchange of its own."""
        with self.recorder.body() as body:
            content = body.add(found.content) + body.end()  # where a part begins and ends, more may be a secret
            exchange = self.recorder.record(
                Exchange(
                    method=part.method,
                    url=part.url,
                    started=started,
                    elapsed_ms=each_ms,
                    attempts=1,
                    waited_s=0.0,
                    request_headers=part.headers,
                    request_body=part.content,
                    status=found.status,
                    response_headers=found.headers,
                    response_body=body,
                    batch=batch.exchange,
                    purpose=part.purpose,
                )
            )
        return Answer(found.status, found.headers, content, part.url, exchange)

    def _note_failure(self, problem: str) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= ENOUGH_FAILURES:
                self.unoffered = problem


class Foreseen:
    """Reads like a session that was told some answers before."""

    def __init__(self, session: Session, answers: Mapping[str, Answer]) -> None:
        self._session = session
        self._answers = answers

    def get(self, target: str) -> Answer:
        """Read a path below the root."""
        return self._answers.get(target) or self._session.get(target)

    def pages(self, target: str) -> Iterator[Page]:
        """Read a collection page by page."""
        answer = self._answers.get(target)
        return (_pages(answer) if answer else None) or self._session.pages(target)


def _pages(answer: Answer) -> Iterator[Page] | None:
    """Return the only page of a collection, None where it has a second one: those are read from the beginning."""
    document = answer.json() if answer.status == 200 else None
    if isinstance(document, dict) and "@odata.nextLink" in document:
        return None
    return iter([Page(answer, document)])
