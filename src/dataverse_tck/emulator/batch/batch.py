"""``$batch``: many requests in one body, read from multipart and answered in multipart.

A change set is one transaction. Without ``Prefer: odata.continue-on-error`` the batch ends with the first request that
fails, and has its status; with it every request is answered, and the batch has status 200.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from uuid import uuid4

from dataverse_tck.emulator.batch import content_ids
from dataverse_tck.emulator.batch.multipart import Part, boundary_of, read_parts, request_in
from dataverse_tck.emulator.protocol.errors import ODataError, bad_request, unsupported_method
from dataverse_tck.emulator.protocol.exchange import Answer, Request, error_answer
from dataverse_tck.emulator.store.work import Work

MAX_REQUESTS = 1000
MAX_URL = 65_536  # characters
# A request, and the work that it belongs to: without, it is a transaction of its own. Errors are answers.
Dispatch = Callable[[Request, Work | None], Answer]
Transaction = Callable[[], AbstractContextManager[Work]]
_INHERITED = ("callerobjectid", "mscrmcallerid", "host")  # headers of the batch that hold for its requests as well


@dataclass(frozen=True)
class _Item:
    """A request of a batch, or a change set of several."""

    requests: tuple[tuple[str, Request], ...]  # each with its Content-ID
    is_change_set: bool


@dataclass
class _Answered:
    """What was answered, and whether something failed."""

    parts: list[bytes] = field(default_factory=list)
    failed: int | None = None  # status of the first failure


class _ChangeSetFailedError(Exception):
    """Takes the transaction of a change set back."""

    def __init__(self, identifier: str, answer: Answer) -> None:
        super().__init__()
        self.identifier = identifier
        self.answer = answer


def answer_batch(batch: Request, dispatch: Dispatch, transaction: Transaction) -> Answer:
    """Answer a batch; raises ODataError when it cannot be read, and then nothing was done.

    ``transaction`` makes the work of one change set, on behalf of the caller of the batch.
    """
    if batch.method != "POST":
        raise unsupported_method(batch.method, "POST")
    items = list(_items(batch))
    if sum(len(item.requests) for item in items) > MAX_REQUESTS:
        raise bad_request(
            "The current batch message contains too many parts. Only batch messages with a maximum number of "
            f"'{MAX_REQUESTS}' query operations and changesets are allowed."
        )
    goes_on = batch.preference("odata.continue-on-error") not in (None, "false")
    goes_on = goes_on or batch.preference("continue-on-error") not in (None, "false")
    answered = _Answered()
    for item in items:
        _do(item, answered, dispatch, transaction)
        if answered.failed is not None and not goes_on:
            break
    status = 200 if goes_on or answered.failed is None else answered.failed
    boundary = f"batchresponse_{uuid4()}"
    return Answer(status, _multipart(boundary, answered.parts), f"multipart/mixed; boundary={boundary}")


def _items(batch: Request) -> Iterator[_Item]:
    for part in read_parts(batch.body, boundary_of(batch.headers.get("content-type", ""))):
        if not part.is_multipart:
            yield _Item((_read(part, batch),), is_change_set=False)
            continue
        requests = tuple(_read(inner, batch) for inner in read_parts(part.content, boundary_of(part.content_type)))
        _check_change_set(requests)
        yield _Item(requests, is_change_set=True)


def _read(part: Part, batch: Request) -> tuple[str, Request]:
    inherited = {name: batch.headers[name] for name in _INHERITED if name in batch.headers}
    identifier, request = request_in(part, batch.root)
    return identifier, replace(request, headers={**inherited, **request.headers})


def _check_change_set(requests: tuple[tuple[str, Request], ...]) -> None:
    seen: set[str] = set()
    for identifier, request in requests:
        if request.method == "GET":
            raise bad_request("A GET request is not allowed in a change set.")
        if not identifier:
            raise bad_request("The 'Content-ID' header is missing from a request of a change set.")
        if identifier in seen:
            raise bad_request(
                f"The content ID '{identifier}' was found more than once in the same change set. "
                "Content IDs have to be unique across all operations of a change set."
            )
        seen.add(identifier)


def _do(item: _Item, answered: _Answered, dispatch: Dispatch, transaction: Transaction) -> None:
    if not item.is_change_set:
        ((identifier, request),) = item.requests
        answer = _guarded(request, dispatch, None)
        answered.parts.append(_part(identifier, answer))
        if answer.status >= 400:
            answered.failed = answered.failed or answer.status
        return
    boundary = f"changesetresponse_{uuid4()}"
    try:
        parts = _do_change_set(item, dispatch, transaction)
    except ODataError as late:
        parts = [_part(item.requests[-1][0], error_answer(late))]
        answered.failed = answered.failed or late.status
    except _ChangeSetFailedError as failure:
        parts = [_part(failure.identifier, failure.answer)]
        answered.failed = answered.failed or failure.answer.status
    head = f"Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n"
    answered.parts.append(head.encode() + _multipart(boundary, parts))


def _do_change_set(item: _Item, dispatch: Dispatch, transaction: Transaction) -> list[bytes]:
    """All answers of a change set; the first failure takes everything back."""
    parts: list[bytes] = []
    made: dict[str, str] = {}  # Content-ID -> URL of its row
    with transaction() as work:
        for identifier, raw in item.requests:
            try:
                request = content_ids.resolved(raw, made)
            except ODataError as error:
                raise _ChangeSetFailedError(identifier, error_answer(error)) from error
            answer = _guarded(request, dispatch, work)
            if answer.status >= 400:
                raise _ChangeSetFailedError(identifier, answer)
            parts.append(_part(identifier, answer))
            location = content_ids.location(request, answer, work)
            if location is not None:
                made[identifier] = location
    return parts


def _guarded(request: Request, dispatch: Dispatch, work: Work | None) -> Answer:
    """Dispatch what may stand in a batch."""
    if len(request.path) + len(request.query) > MAX_URL:
        return error_answer(ODataError(414, "", f"The request URI is longer than {MAX_URL} characters."))
    if request.path.strip("/") == "$batch":
        return error_answer(bad_request("A batch cannot contain another batch."))
    return dispatch(request, work)


def _part(identifier: str, answer: Answer) -> bytes:
    """An answer as a part: its own headers, then the message."""
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    lines += [f"Content-ID: {identifier}"] if identifier else []
    lines += ["", f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"REQ_ID: {uuid4()}"] if answer.status >= 400 else []
    lines += [f"Content-Type: {answer.content_type}"] if answer.body else []
    lines += ["OData-Version: 4.0"]
    entity_id = answer.headers.get("OData-EntityId")
    lines += [f"Location: {entity_id}"] if entity_id else []
    lines += [f"{name}: {value}" for name, value in answer.headers.items() if name not in ("OData-Version", "Location")]
    return "\r\n".join([*lines, "", ""]).encode() + answer.body


def _multipart(boundary: str, parts: list[bytes]) -> bytes:
    return b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()
