"""Sends one request over a kept connection, and retries: later when the endpoint asks for that (429, 503).

The environment is read once and explicitly (``network.network_settings``). The ``trust_env`` of requests stays
off: it would also read ``.netrc``, and send requests to loopback through a proxy.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import InvalidHeader, MaxRetryError
from urllib3.util import Retry

from dataverse_tck.webapi.http.errors import Broken
from dataverse_tck.webapi.http.explain import connection_dropped
from dataverse_tck.webapi.http.gate import Gate
from dataverse_tck.webapi.http.limits import MOST_AT_ONCE, Limits
from dataverse_tck.webapi.http.network import NetworkSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3 import BaseHTTPResponse

_CONNECTIONS = 64  # kept at most; more than there are threads


@dataclass
class Delivery:
    """What happens to one request on its way."""

    attempts: int = 0
    waited_s: float = 0.0
    response: requests.Response | None = None
    started: datetime = field(default_factory=lambda: datetime.now(UTC), compare=False)  # UTC, of the first attempt
    began: float | None = None  # the same by time.monotonic
    entered: float | None = None  # when the attempt began that is under way, by time.monotonic

    def enter(self) -> None:
        """Note that an attempt begins."""
        self.attempts += 1
        self.entered = time.monotonic()
        if self.attempts == 1:
            self.started, self.began = datetime.now(UTC), self.entered

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since the first attempt."""
        return 0.0 if self.began is None else (time.monotonic() - self.began) * 1000


class Transport(requests.Session):
    """A session of requests that follows no redirect by itself and asks the environment nothing."""

    def __init__(self, network: NetworkSettings, limits: Limits, gate: Gate | None = None) -> None:
        super().__init__()
        self.gate = gate or Gate(MOST_AT_ONCE)
        self.trust_env = False
        self.headers.clear()
        self.verify = network.ca_bundle or True
        self.proxies = dict(network.proxies)
        for scheme in ("http://", "https://"):
            self.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=_CONNECTIONS))
        self._limits = limits
        self._closing = threading.Event()
        self._patience = Retry(
            total=limits.tries - 1, allowed_methods=None, status_forcelist={429, 503}, backoff_factor=0.5
        )

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Say that no answer is a redirect: Session decides which ones are followed."""

    def close(self) -> None:
        """Close the connections; requests that wait for a throttled endpoint give up at once."""
        self._closing.set()
        self.gate.close()
        super().close()

    def send_with_retries(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, delivery: Delivery
    ) -> requests.Response:
        """Send a request until it is answered with anything but 429 and 503, or the tries are used up.

        The body of the answer is not read yet. A request is repeated once when a kept connection was closed
        under it, a write too: it may then have been carried out already. Errors of requests and urllib3 pass
        through.
        """
        request = self._prepared(method, url, headers, content)
        patience, repeated = self._patience, False
        while True:
            self.gate.enter()
            delivery.enter()
            try:
                response = self.send(request, stream=True, timeout=(self._limits.connect_s, self._limits.read_s))
            except requests.ConnectionError as error:
                if not repeated and connection_dropped(error):
                    repeated = True
                    self.end(delivery)
                    continue
                raise
            delivery.response = response
            if not patience.is_retry(method, response.status_code):
                return response
            try:
                patience = patience.increment(method, url, response=response.raw)
            except MaxRetryError:
                return response
            delay = _retry_after(patience, response.raw) or patience.get_backoff_time()
            delay = min(delay, self._limits.retry_after_s)
            response.close()
            self.gate.hold(delay if response.status_code == 429 else 0)
            self.end(delivery)
            delivery.response = None
            if self._closing.wait(delay):
                raise Broken(f"{url} asked for patience, and the session was closed meanwhile.")
            delivery.waited_s += delay

    def _prepared(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> requests.PreparedRequest:
        """Return a request with the cookies of the session; all else that ``prepare_request`` would merge is empty."""
        request = requests.PreparedRequest()
        request.prepare(method, url, headers=headers, data=content, cookies=self.cookies)
        return request

    def end(self, delivery: Delivery, *, is_usual: bool = False) -> None:
        """Make room for the next: the attempt is under way no more. ``is_usual``: it took as long as others do."""
        if delivery.entered is None:
            return
        headers = None if delivery.response is None else delivery.response.headers
        self.gate.leave(headers, time.monotonic() - delivery.entered if is_usual else None)
        delivery.entered = None


def _retry_after(patience: Retry, raw: BaseHTTPResponse) -> float:
    """Seconds that a Retry-After header asks for; 0 when it is absent or makes no sense."""
    try:
        return patience.get_retry_after(raw) or 0.0
    except (InvalidHeader, ValueError, OverflowError):
        return 0.0
