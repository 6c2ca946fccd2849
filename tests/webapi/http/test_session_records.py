"""What is recorded of one exchange: every field, with time that is made up and nothing on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from types import SimpleNamespace
from typing import Any

import pytest

from dataverse_tck.evidence.recorder import Failure, Recorder
from dataverse_tck.webapi.http import session as session_module
from dataverse_tck.webapi.http import transport as transport_module
from dataverse_tck.webapi.http.errors import Broken, WebApiError
from dataverse_tck.webapi.http.limits import Limits
from dataverse_tck.webapi.http.session import Session, Tally

ROOT = "http://127.0.0.1:9/api"
LIMITS = Limits(exchange_s=20, json_bytes=100, csdl_bytes=200)


class Wire:
    """Stands in for a transport and for what decodes bodies."""

    def __init__(self, told: Exception | None = None, *, attempts: int = 3, waited_s: float = 2.5) -> None:
        self.told = told
        self.sent: list[tuple[Any, ...]] = []
        self.read: list[Any] = []
        self.closed = 0
        self.ended: list[bool] = []
        self._attempts, self._waited_s = attempts, waited_s

    def send_with_retries(self, method: str, url: str, headers: Any, content: Any, delivery: Any) -> Any:
        """Answer, or fail."""
        self.sent.append((method, url, content))
        if self._attempts:
            delivery.enter()
        delivery.attempts, delivery.waited_s = self._attempts, self._waited_s
        if self.told:
            raise self.told
        delivery.response = SimpleNamespace(
            status_code=200, url=f"{url}?again", headers={"A": "b"}, raw="raw", close=self._close
        )
        return delivery.response

    def pieces(self, raw: object, **bounds: float) -> Iterator[bytes]:
        """Give the body in two pieces."""
        self.read.append((raw, bounds))
        yield from (b"[1,", b"2]")

    def end(self, delivery: Any, *, is_usual: bool) -> None:
        """Make room for the next."""
        self.ended.append(is_usual)

    def close(self) -> None:
        """Close the connections."""

    def _close(self) -> None:
        self.closed += 1


def session(monkeypatch: pytest.MonkeyPatch, wire: Wire) -> tuple[Session, list[Any]]:
    """A session on that wire, and what it records."""
    now = iter([10.0, 10.5, 11.5, 20.0, 20.5, 21.5])
    if wire.told:
        now = iter([10.0, 11.5])
    for module in (session_module, transport_module):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: next(now)))
    monkeypatch.setattr(session_module, "decoded_pieces", wire.pieces)
    recorder, recorded = Recorder(None), list[Any]()
    keep = recorder.record

    def record(exchange: Any) -> str:
        recorded.append(exchange)
        return keep(exchange)

    monkeypatch.setattr(recorder, "record", record)
    made = Session(ROOT, token=None, recorder=recorder, limits=LIMITS)
    monkeypatch.setattr(made, "_transport", wire)
    return made, recorded


def test_every_field_of_an_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was sent, what came back and from where, how long it took, how often it was tried."""
    wire = Wire()
    made, recorded = session(monkeypatch, wire)
    answer = made.send("POST", "x", content={"a": 1}, headers={"H": "1"})
    (exchange,) = recorded

    assert wire.sent == [("POST", f"{ROOT}/x", b'{"a": 1}')]
    assert (exchange.method, exchange.url, exchange.request_body) == ("POST", f"{ROOT}/x?again", b'{"a": 1}')
    assert (exchange.request_headers["H"], exchange.request_headers["Accept"]) == ("1", "application/json")
    assert (exchange.elapsed_ms, exchange.attempts, exchange.waited_s) == (1500.0, 3, 2.5)
    assert (exchange.status, exchange.response_headers, exchange.error) == (200, {"A": "b"}, None)
    assert exchange.started.tzinfo is UTC
    assert (answer.status, answer.headers, answer.content) == (200, {"A": "b"}, b"[1,2]")
    assert (answer.url, answer.exchange, answer.attempts) == (f"{ROOT}/x?again", "x0001", 3)
    assert (made.tally, wire.closed) == (Tally(requests=1, retries=2, waited_s=2.5), 1)


def test_a_body_is_bounded_by_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is streamed may be larger; the time begins with the body."""
    wire = Wire()
    made, recorded = session(monkeypatch, wire)
    pieces: list[bytes] = []
    plain, streamed = made.get("x"), made.stream("y", pieces.append)

    assert wire.read == [("raw", {"limit": 100, "deadline": 30.5}), ("raw", {"limit": 200, "deadline": 40.5})]
    assert (plain.content, streamed.content, pieces) == (b"[1,2]", b"", [b"[1,2]"])
    assert [exchange.response_body.received.size for exchange in recorded] == [5, 5]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Broken("of our own"), "of our own"),
        (ConnectionResetError(104, "reset"), f"{ROOT}/x closed the connection before its answer was whole."),
        (ValueError("odd"), f"The exchange with {ROOT}/x broke: odd."),
    ],
    ids=["own", "reset", "value"],
)
@pytest.mark.parametrize("attempts", [0, 1])
def test_what_fails_is_recorded_as_it_is_told(
    monkeypatch: pytest.MonkeyPatch, told: Exception, said: str, attempts: int
) -> None:
    """Without an answer; it counts as one attempt, and as no repetition."""
    made, recorded = session(monkeypatch, Wire(told, attempts=attempts, waited_s=0.0))
    with pytest.raises(WebApiError) as caught:
        made.get("x")
    (exchange,) = recorded

    assert str(caught.value).startswith(said)
    kind = type(caught.value).__name__
    assert (exchange.error, caught.value.exchange) == (Failure(kind, str(caught.value)), "x0001")
    assert (exchange.status, exchange.response_headers, exchange.url) == (None, {}, f"{ROOT}/x")
    assert (exchange.attempts, exchange.elapsed_ms) == (1, 1500.0 if attempts else 0.0)
    assert caught.value.__cause__ is (None if isinstance(told, Broken) else told)
    assert made.tally == Tally(requests=1)


def test_a_mistake_of_the_kit_is_no_failure_of_the_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """It passes through."""
    made, recorded = session(monkeypatch, Wire(KeyError("x")))
    with pytest.raises(KeyError):
        made.get("x")
    assert recorded == []


def test_an_error_keeps_its_own_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """What speaks of another one already is not moved."""
    made, _ = session(monkeypatch, Wire(Broken("of another", "x9")))
    with pytest.raises(Broken) as told:
        made.get("x")
    assert told.value.exchange == "x9"
