"""How the calls of an organisation behave when something else is asked for than right and at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

LATE_S = 30.0  # seconds that the effect of ``effect#late`` comes after the answer


@dataclass(frozen=True)
class Calling:
    """What is wrong with the messages of calls, and how late their effects are.

    ``faults`` has the kind of each fault by message and aspect, as ``call_faults`` knows them; ``delay_s`` are the
    seconds from the answer to the effect; ``clock`` gives seconds since the epoch.
    """

    faults: Mapping[tuple[str, str], str] = field(default_factory=dict)
    delay_s: float = 0
    clock: Callable[[], float] = time.time
    # Conversation -> how often its state was asked for, one asking right after the other. Not kept in the row: a
    # refused action takes its transaction back, and yet it stands between two askings.
    asked: dict[str, int] = field(default_factory=dict, compare=False)

    @property
    def delays(self) -> bool:
        """Whether there can be effects that come after the answer."""
        return self.delay_s > 0 or "late" in self.faults.values()
