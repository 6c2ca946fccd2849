"""How patiently one request is repeated: which answers, how often, and how long it waits; time is made up."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from urllib3 import HTTPResponse

from dataverse_tck.webapi.http.errors import Broken
from dataverse_tck.webapi.http.gate import Gate
from dataverse_tck.webapi.http.limits import Limits
from dataverse_tck.webapi.http.network import NetworkSettings
from dataverse_tck.webapi.http.transport import Delivery, Transport

URL = "http://127.0.0.1:9/x"


class Closing:
    """Stands in for the event that is set when a session is closed: it notes waits, and does not wait."""

    def __init__(self, *, closed: bool = False) -> None:
        self.waits: list[float] = []
        self.now = 0.0
        self._closed = closed

    def wait(self, seconds: float) -> bool:
        """Note a wait."""
        self.waits.append(seconds)
        self.now += seconds
        return self._closed


def answering(*answers: Any, closed: bool = False, **limits: Any) -> tuple[Any, list[Any], Closing]:
    """A transport that gets these answers (a status, with Retry-After, or an error), what it sent, its waits."""
    left, sent, closing = list(answers), [], Closing(closed=closed)
    gate = Gate(1, clock=lambda: closing.now)
    transport: Any = Transport(NetworkSettings(loopback=True), Limits(**limits), gate)

    def send(request: requests.PreparedRequest, **options: Any) -> requests.Response:
        sent.append((request.method, request.url, request.body, options))
        told = left.pop(0)
        if isinstance(told, Exception):
            raise told
        status, after = told if isinstance(told, tuple) else (told, None)
        response = requests.Response()
        response.status_code = status
        response.raw = HTTPResponse(headers={} if after is None else {"Retry-After": after}, status=status)
        return response

    transport.send, transport._closing = send, closing
    return transport, sent, closing


def deliver(transport: Transport, method: str = "POST") -> tuple[int, Delivery]:
    """Send a request; its status, and what happened on the way."""
    delivery = Delivery()
    return transport.send_with_retries(method, URL, {"A": "b"}, b"{}", delivery).status_code, delivery


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_endpoint_is_asked_again(method: str, status: int) -> None:
    """Reads and writes alike, with the same body, until the tries are used up."""
    transport, sent, closing = answering(*[status] * 9, tries=4)
    told, delivery = deliver(transport, method)

    assert (told, delivery.attempts, len(sent), len(closing.waits)) == (status, 4, 4, 3)
    assert {(name, url, body) for name, url, body, _ in sent} == {(method, URL, b"{}")}
    assert delivery.response is not None


@pytest.mark.parametrize("status", [200, 204, 400, 408, 428, 430, 500, 502, 504])
def test_no_other_answer_is_waited_for(status: int) -> None:
    """Not even with a Retry-After."""
    transport, sent, closing = answering((status, "5"), 200)
    told, delivery = deliver(transport)

    assert (told, len(sent), closing.waits, delivery.waited_s) == (status, 1, [], 0.0)


def test_one_try_is_one_try() -> None:
    """Whatever is answered."""
    transport, sent, closing = answering(429, tries=1)

    assert deliver(transport)[0] == 429
    assert (len(sent), closing.waits) == (1, [])


@pytest.mark.parametrize(
    ("after", "waits"),
    [
        ([None, None, None, None], [0, 1, 2, 4]),  # at once, then twice as long each time
        (["7", "8", "60", "61"], [7, 8, 60, 60]),  # as asked, up to the limit
        (["soon", "soon", "soon", "soon"], [0, 1, 2, 4]),
        (["-5", "3", "0", "9" * 400], [0, 3, 2, 60]),
    ],
    ids=["no header", "seconds", "nonsense", "odd"],
)
def test_how_long_it_waits(after: list[str | None], waits: list[float]) -> None:
    """As Retry-After asks for, else longer each time; all of it is counted."""
    transport, _, closing = answering(*[(429, one) for one in after], 200)
    told, delivery = deliver(transport)

    assert (told, closing.waits, delivery.waited_s) == (200, waits, sum(waits))


def test_a_session_that_is_closed_waits_no_more() -> None:
    """The sentence names the address; nothing was answered then."""
    transport, sent, _ = answering((429, "7"), 200, closed=True)
    delivery = Delivery()
    with pytest.raises(Broken) as told:
        transport.send_with_retries("GET", URL, {}, None, delivery)

    assert str(told.value) == f"{URL} asked for patience, and the session was closed meanwhile."
    assert (len(sent), delivery.attempts, delivery.response, delivery.waited_s) == (1, 1, None, 0.0)


def dropped() -> requests.ConnectionError:
    """A kept connection that was closed."""
    return requests.ConnectionError(ConnectionResetError(104, "reset"))


def test_a_kept_connection_is_opened_again_once() -> None:
    """The second time it is an error."""
    transport, sent, _ = answering(dropped(), 204)
    told, delivery = deliver(transport)
    assert (told, delivery.attempts, len(sent)) == (204, 2, 2)

    transport, sent, _ = answering(dropped(), dropped(), 204)
    with pytest.raises(requests.ConnectionError):
        deliver(transport)
    assert len(sent) == 2


def test_another_error_of_the_connection_is_not_tried_again() -> None:
    """A time-out would only be doubled."""
    transport, sent, _ = answering(requests.ConnectionError("no route"), 204)
    with pytest.raises(requests.ConnectionError, match="no route"):
        deliver(transport)
    assert len(sent) == 1


def test_every_request_is_sent_with_the_limits() -> None:
    """Connecting and silence are limited apart, and the body is not read yet."""
    transport, sent, _ = answering(200, connect_s=3, read_s=4)
    deliver(transport)

    assert sent[0][3] == {"stream": True, "timeout": (3, 4)}


def test_a_transport_adds_nothing_of_its_own() -> None:
    """No header, nothing of the environment, no redirect; many connections are kept to one host."""
    network = NetworkSettings(loopback=False, proxies={"https": "http://proxy"}, ca_bundle="/ca.pem")
    with Transport(network, Limits()) as transport:
        assert (transport.trust_env, dict(transport.headers)) == (False, {})
        assert (transport.verify, transport.proxies) == ("/ca.pem", {"https": "http://proxy"})
        for scheme in ("http://x", "https://x"):
            adapter: Any = transport.get_adapter(scheme)
            assert (adapter._pool_connections, adapter._pool_maxsize) == (1, 64)
        away = requests.Response()
        away.status_code, away.headers["Location"] = 302, "http://elsewhere"
        assert transport.get_redirect_target(away) is None  # type: ignore[func-returns-value]
    with Transport(NetworkSettings(loopback=True), Limits()) as transport:
        assert (transport.verify, transport.proxies) == (True, {})
    assert Delivery() == Delivery(0, 0.0, None)
