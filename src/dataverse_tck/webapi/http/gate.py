"""How many requests may be under way at once, and when none may: what the endpoint asks for holds for all of them.

The service allows a user 52 requests at once and 6,000 in five minutes, and says how many are left of these, how many
at once it advises, and how long to stay away after a 429 (Service protection API limits).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from statistics import median

from dataverse_tck.webapi.http.errors import Broken
from dataverse_tck.webapi.http.limits import MOST_AT_ONCE, PARALLEL_REQUESTS

ADVISED = "x-ms-dop-hint"
LEFT = "x-ms-ratelimit-burst-remaining-xrm-requests"
WHOLE_S = 1.0  # how long to stay away when nothing is left, and nobody says how long
GROWTH = 1.5
SLOWER = 2.0  # times the best latency seen, from which on more at once only wait for each other
ENOUGH = 2  # answers for each request that may be under way, before its latency is compared


class Gate:
    """Lets requests pass; safe to use from several threads.

    ``at_once`` None: as many as the endpoint bears, from 8 up to 32. ``clock`` gives seconds.
    """

    def __init__(self, at_once: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.at_once = at_once or PARALLEL_REQUESTS
        self.most = self.at_once  # that were allowed at once, so far
        self._grows = at_once is None
        self._limit = MOST_AT_ONCE
        self._clock = clock
        self._inside = 0
        self._left: int | None = None  # requests that the endpoint still takes; None: that is not known
        self._held_until = 0.0
        self._latencies: list[float] = []
        self._best: float | None = None
        self._closed = False
        self._changed = threading.Condition()

    def enter(self) -> None:
        """Wait until one more may be under way. Raises Broken when the gate is closed meanwhile."""
        with self._changed:
            while not self._closed and (wait := self._wait()) is not None:
                self._changed.wait(wait or None)
            if self._closed:
                raise Broken("The session was closed while a request waited for its turn.")
            self._inside += 1
            if self._left is not None:
                self._left -= 1

    def leave(self, headers: Mapping[str, str] | None = None, latency_s: float | None = None) -> None:
        """One is under way no more; ``headers`` of its answer, and how long that took where it is like others."""
        with self._changed:
            self._inside -= 1
            if headers is not None:
                self._heed(headers)
            if latency_s is not None and self._grows:
                self._compare(latency_s)
            self._changed.notify_all()

    def hold(self, seconds: float) -> None:
        """Let nobody pass for a while, and then fewer: the endpoint is busy."""
        with self._changed:
            self._held_until = max(self._held_until, self._clock() + seconds)
            if self._grows:
                self.at_once = max(1, self.at_once // 2)
                self._latencies.clear()
            self._changed.notify_all()

    def close(self) -> None:
        """Send away who waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _wait(self) -> float | None:
        """Return how many seconds to wait before the next look, 0 until something changes, None for not at all."""
        if (held := self._held_until - self._clock()) > 0:
            return held
        if self._inside >= self.at_once:
            return 0
        if self._left is not None and self._left <= 0:
            if self._inside:
                return 0
            self._left = 1  # one asks how many there are by now
            self._held_until = self._clock() + WHOLE_S
            return WHOLE_S
        return None

    def _heed(self, headers: Mapping[str, str]) -> None:
        if (left := _number(headers.get(LEFT))) is not None:
            self._left = left - self._inside
        if self._grows and (advised := _number(headers.get(ADVISED))):
            self._limit = min(advised, MOST_AT_ONCE)
            self.at_once = min(self.at_once, self._limit)

    def _compare(self, latency_s: float) -> None:
        self._latencies.append(latency_s)
        if len(self._latencies) < ENOUGH * self.at_once:
            return
        usual = median(self._latencies)
        self._latencies.clear()
        self._best = min(usual, self._best or usual)
        if usual <= SLOWER * self._best:
            self.at_once = min(self._limit, max(self.at_once + 1, int(self.at_once * GROWTH)))
        else:
            # Requests differ: that some take longer is no refusal, so where it began is not too much.
            self.at_once = max(min(self.at_once, PARALLEL_REQUESTS), int(self.at_once / GROWTH))
        self.most = max(self.most, self.at_once)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.strip().isdecimal() else None
