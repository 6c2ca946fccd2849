"""What a scenario does to the endpoint, as data: acts in their order, and where performing them came to a stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json


@dataclass(frozen=True)
class Act:
    """One thing done or looked at: a function of ``acts`` with its words, and the requirements that it decides."""

    do: Callable[..., Json]
    words: tuple[str, ...]
    decides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stop:
    """Where and why a performance ended before its last act; ``trouble`` is set when the kit itself broke."""

    at: int
    outcome: Outcome
    reason: str
    trouble: Exception | None = None


@dataclass
class Script:
    """The acts of a scenario, noted to be performed; the first ``given`` can be done together with those of others."""

    acts: list[Act] = field(default_factory=list)
    given: int = 0

    @property
    def decides(self) -> tuple[str, ...]:
        """The ids of the requirements that the scenario decides, in order."""
        return tuple(dict.fromkeys(identifier for act in self.acts for identifier in act.decides))
