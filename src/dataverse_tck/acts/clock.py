"""How long effects take."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class Clock:
    """How long effects take on this endpoint; seconds."""

    slowest: float = 0.0
    settled: float = 0.0  # waited in all, by all scenarios
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def saw(self, after: float) -> None:
        """Note that an effect was seen by a look taken ``after`` seconds."""
        with self._lock:
            self.slowest = max(self.slowest, after)

    def waited(self, seconds: float) -> None:
        """Note a wait."""
        with self._lock:
            self.settled += seconds
