"""How a right service may differ from another: when effects show, and how much a page holds."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settings:
    """``page_size`` is the most rows of any collection, None for the usual limits."""

    cascade_delays: Mapping[str, float] = field(default_factory=dict)  # Action -> seconds until its cascades show
    effect_delay: float = 0.0  # seconds from the answer of a call's action to its effect
    page_size: int | None = None
    clock: Callable[[], float] = time.time  # seconds since the epoch, by which effects are due
