"""The one door to the network: what is asked, followed and read, and a record of every exchange."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import urljoin

from dataverse_tck import __version__
from dataverse_tck.evidence.bodies import ReceivedBody
from dataverse_tck.evidence.recorder import Exchange, Failure
from dataverse_tck.jsontypes import Json
from dataverse_tck.webapi.http.answer import Answer
from dataverse_tck.webapi.http.body import decoded_pieces
from dataverse_tck.webapi.http.errors import Broken, Malformed, NotAllowed, Redirected, StopReading, WebApiError
from dataverse_tck.webapi.http.explain import TRANSPORT_ERRORS, explain
from dataverse_tck.webapi.http.gate import Gate
from dataverse_tck.webapi.http.limits import Limits
from dataverse_tck.webapi.http.network import check_token, network_settings, origin
from dataverse_tck.webapi.http.transport import Delivery, Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dataverse_tck.evidence.recorder import Recorder

BATCH = "/$batch"
ACCEPT = "application/json"
JSON = f"{ACCEPT}; charset=utf-8"
_HEADERS = {
    "User-Agent": f"dataverse-tck/{__version__}",
    "Accept-Encoding": "gzip",
    "OData-MaxVersion": "4.0",
    "OData-Version": "4.0",
}
ASKED_WITH = {"Accept": ACCEPT, **_HEADERS}
"""Headers of a request of which nothing else is said; beside them goes the token."""
ANSWERED_WITH = {"OData-Version": _HEADERS["OData-Version"], "Cache-Control": "no-cache"}
"""Headers of which an answer is expected to have others as well; nothing depends on them."""
UNCACHED = {"If-None-Match": "null"}  # on reads only: on a write it is a condition
REDIRECTS = frozenset({301, 302, 303, 307, 308})


def as_json(content: Json) -> bytes:
    """Return JSON as it is sent."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode()


class _Request(NamedTuple):
    """What is sent."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes | None = None
    before: int = 0  # times that it was sent already, in a batch

    @property
    def is_batch(self) -> bool:
        """Whether it carries others."""
        return self.url.endswith(BATCH)


class Page(NamedTuple):
    """One page of a collection; ``document`` is None unless the answer is 200."""

    answer: Answer
    document: Json


@dataclass(frozen=True)
class Tally:
    """What a session has cost so far."""

    requests: int = 0  # exchanges; repetitions of one are counted in retries
    pages: int = 0  # of these, the ones that followed a next link
    retries: int = 0
    waited_s: float = 0.0  # because the endpoint asked for patience


class Session:
    """Asks one endpoint; safe to use from several threads.

    ``root`` is the service root. Raises NotAllowed for a root that is no http(s) address, a token that is
    none or would travel in the clear, and a certificate setting that names nothing.
    """

    def __init__(
        self,
        root: str,
        *,
        token: str | None,
        recorder: Recorder,
        limits: Limits | None = None,
        gate: Gate | None = None,
    ) -> None:
        self.root = root.rstrip("/")
        self.recorder = recorder
        self.limits = limits or Limits()
        self.origin = origin(self.root)
        self.network_settings = network_settings(self.root)
        self._transport = Transport(self.network_settings, self.limits, gate)
        self.gate = self._transport.gate
        self._headers = dict(_HEADERS)
        if token:
            check_token(token, self.origin)
            self._headers["Authorization"] = f"Bearer {token}"
        self._lock = threading.Lock()
        self._tally = Tally()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; requests that wait for a throttled endpoint give up at once."""
        self._transport.close()

    @property
    def tally(self) -> Tally:
        """What the session has cost so far."""
        return self._tally

    def url(self, target: str) -> str:
        """Return the absolute URL of a path below the root; an absolute URL stays as it is."""
        return target if "://" in target.partition("?")[0] else f"{self.root}/{target.lstrip('/')}"

    def get(
        self,
        target: str,
        *,
        accept: str = ACCEPT,
        prefer: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Read a path below the root, or an absolute URL of the same origin, whatever its status."""
        return self._follow(self.url(target), self.headers(accept, prefer, {**UNCACHED, **(headers or {})}), None)

    def send(
        self,
        method: str,
        target: str,
        *,
        content: Json | bytes | None = None,
        prefer: str | None = None,
        headers: Mapping[str, str] | None = None,
        before: int = 0,
    ) -> Answer:
        """Send GET, POST, PATCH, PUT or DELETE, whatever the status of the answer.

        ``content`` goes as JSON; where it is bytes already, ``headers`` say of what kind. ``before``: times that a
        write was sent already, which count as attempts.

        A write is repeated when the endpoint is busy (429, 503) or a kept connection was closed, so that a
        second POST of a chosen id may be answered "already there". Raises Redirected for a write that is
        answered with a redirect: it is not known to have been carried out.
        """
        url = self.url(target)
        if method == "GET":
            return self.get(url, prefer=prefer, headers=headers)
        self._within_origin(url, "The request", None)
        body = content if content is None or isinstance(content, bytes) else as_json(content)
        described = {"Content-Type": JSON} if body is not None else {}
        sent = {**self.headers(ACCEPT, prefer, described), **(headers or {})}
        answer = self._exchange(_Request(method, url, sent, body, before), None)
        location = answer.headers.get("Location")
        if answer.status in REDIRECTS and location:
            problem = Redirected(
                f"{answer.url} answers a {method} with a redirect ({answer.status}) to {location:.200}; writes are"
                " not sent elsewhere. Name the address that takes them as the endpoint.",
                location,
            )
            raise self._without_secrets(problem, answer.exchange)
        return answer

    def stream(self, target: str, sink: Callable[[bytes], None], *, accept: str = "application/xml") -> Answer:
        """Read like ``get``, but hand a body of status 200 to ``sink`` piece by piece and hold none of it.

        The sink ends the reading by raising StopReading; another WebApiError that it raises passes through.
        """
        return self._follow(self.url(target), self.headers(accept, None, UNCACHED), sink)

    def pages(
        self, target: str, *, prefer: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[Page]:
        """Read a collection page by page along ``@odata.nextLink``, with the same headers on each.

        The first answer comes whatever its status. Raises Malformed when a body of status 200 is no JSON,
        Redirected for a next link to another origin, Broken for one that was followed before and for more
        pages than the limit.
        """
        url, visited = self.url(target), set[str]()
        while True:
            visited.add(url)
            answer = self.get(url, prefer=prefer, headers=headers)
            document = answer.json() if answer.status == 200 else None
            yield Page(answer, document)
            link = document.get("@odata.nextLink") if isinstance(document, dict) else None
            if link is None:
                return
            bad: WebApiError
            if not isinstance(link, str):
                bad = Malformed(f"The next link of {answer.url} is not text but {link!r:.80}.")
                raise self._without_secrets(bad, answer.exchange)
            url = self._within_origin(link, f"The next link of {answer.url}", answer, base=f"{self.root}/")
            if url in visited or len(visited) == self.limits.pages:
                seen = "was followed before" if url in visited else f"would be page {len(visited) + 1}"
                bad = Broken(f"The next link of {self.url(target)} {seen}: {url:.200}.")
                raise self._without_secrets(bad, answer.exchange)
            self._count(Tally(pages=1))

    def headers(self, accept: str, prefer: str | None, more: Mapping[str, str]) -> dict[str, str]:
        """Return the headers of a request, ``more`` included."""
        return {"Accept": accept, **self._headers, **({"Prefer": prefer} if prefer else {}), **more}

    def _follow(self, url: str, headers: Mapping[str, str], sink: Callable[[bytes], None] | None) -> Answer:
        self._within_origin(url, "The request", None)
        for _ in range(self.limits.redirects + 1):
            answer = self._exchange(_Request("GET", url, headers), sink)
            location = answer.headers.get("Location")
            if answer.status not in REDIRECTS or not location:
                return answer
            url = self._within_origin(location, f"{answer.url} redirects ({answer.status}); the redirect", answer)
        raise NotAllowed(f"{answer.url} still redirects after {self.limits.redirects} redirects.", answer.exchange)

    def _within_origin(self, link: str, what: str, answer: Answer | None, base: str | None = None) -> str:
        """Return a link as an absolute URL. Raises Redirected when it leaves the origin of the endpoint.

        A relative link in a body is relative to the context URL, ``base`` (OData 4.01 Protocol, 4.3), one in a
        header to the URL of the request.
        """
        try:
            url = urljoin(base or answer.url, link) if answer else link
            if origin(url) == self.origin:
                return url
        except (ValueError, NotAllowed):
            pass  # an address that cannot be read is none of ours
        problem = Redirected(
            f"{what} leads to {link:.200}, away from {self.root}, and is not followed."
            " Name that address as the endpoint if it is the right one.",
            link,
        )
        raise self._without_secrets(problem, answer.exchange if answer else None)

    def _exchange(self, request: _Request, sink: Callable[[bytes], None] | None) -> Answer:
        """Send one request, read its answer, write both down."""
        with self.recorder.body() as received:
            return self._read(request, sink, received)

    def _read(self, request: _Request, sink: Callable[[bytes], None] | None, received: ReceivedBody) -> Answer:
        """Do so; nothing of the answer is read that ``received`` does not keep."""
        url = request.url
        delivery, content = Delivery(), bytearray()
        problem: WebApiError | None = None
        cause: BaseException | None = None
        try:
            response = self._transport.send_with_retries(
                request.method, url, request.headers, request.content, delivery
            )
            url = response.url
            received.is_wanted = not (request.is_batch and response.status_code == 200)
            take = sink if sink and response.status_code == 200 else content.extend
            limit = self.limits.csdl_bytes if sink else self.limits.json_bytes
            deadline = time.monotonic() + self.limits.exchange_s
            _hand_over(decoded_pieces(response.raw, limit=limit, deadline=deadline), received, take)
        except WebApiError as own:
            problem = own
        except TRANSPORT_ERRORS as error:
            problem = explain(error, url, self.network_settings, self.limits)
            cause = error
        finally:
            if delivery.response is not None:
                delivery.response.close()
            self._transport.end(delivery, is_usual=sink is None and not request.is_batch)
        if problem is not None:
            received.end(whole=False)
        exchange = self._recorded(request, url, delivery, received, problem)
        if problem is not None and not isinstance(problem, StopReading):
            raise self._without_secrets(problem, exchange) from cause
        answered = delivery.response
        assert answered is not None
        attempts = request.before + delivery.attempts
        return Answer(answered.status_code, answered.headers, bytes(content), url, exchange, attempts)

    def _recorded(
        self, request: _Request, url: str, delivery: Delivery, received: ReceivedBody, problem: WebApiError | None
    ) -> str:
        """Count an exchange and write it down; return its id. What a batch holds is written down with its parts."""
        failure = None
        if problem is not None:
            failure = Failure(type(problem).__name__, str(problem) or "The rest was not needed.")
        self._count(Tally(requests=1, retries=max(delivery.attempts - 1, 0), waited_s=delivery.waited_s))
        answered = delivery.response
        return self.recorder.record(
            Exchange(
                method=request.method,
                url=url,
                started=delivery.started,
                elapsed_ms=delivery.elapsed_ms,
                attempts=request.before + max(delivery.attempts, 1),
                waited_s=delivery.waited_s,
                request_headers=request.headers,
                request_body=None if request.is_batch else request.content,
                status=None if answered is None else answered.status_code,
                response_headers={} if answered is None else answered.headers,
                response_body=received,
                error=failure,
            )
        )

    def _count(self, more: Tally) -> None:
        with self._lock:
            now = self._tally
            self._tally = replace(
                now,
                requests=now.requests + more.requests,
                pages=now.pages + more.pages,
                retries=now.retries + more.retries,
                waited_s=now.waited_s + more.waited_s,
            )

    def _without_secrets(self, error: WebApiError, exchange: str | None) -> WebApiError:
        """Complete an error: the exchange that it speaks of, no secret in its text."""
        error.args = (self.recorder.redaction.text(str(error)),)
        error.exchange = error.exchange or exchange
        return error


def _hand_over(pieces: Iterable[bytes], received: ReceivedBody, take: Callable[[bytes], object]) -> None:
    """Give to ``take`` what may be read of a body."""
    for piece in pieces:
        if clean := received.add(piece):
            take(clean)
    if clean := received.end():
        take(clean)
