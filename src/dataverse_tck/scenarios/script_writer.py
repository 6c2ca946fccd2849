"""What one scenario does to the endpoint: acts, said one after the other by its steps.

Steps run twice. Before the first scenario is told they are played to a ``Script``, which notes the acts; all scripts
are performed together (``performance``), several at a time. When pytest then comes to the scenario, a ``Retelling``
holds each sentence against what came of its act. So scenarios wait for the network together, and steps know none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.jsontypes import Json
from dataverse_tck.scenarios.inquiry import CouldNotAskError, NotConformantError, spellings

if TYPE_CHECKING:
    from dataverse_tck.conformance.requirement import Catalogue


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


class Trial:
    """What the steps of one scenario speak to; every act goes to ``hand_over``."""

    def __init__(self, catalogue: Catalogue, hand_over: Callable[[Act], None]) -> None:
        self._catalogue = catalogue
        self._hand_over = hand_over
        self.subject = ""
        self._decided: tuple[str, ...] = ()

    def about(self, subject: str) -> None:
        """Name what the scenario is about, a front of requirement ids: ``derived/relationship/<SchemaName>``."""
        self.subject = subject

    def states(self, said: Mapping[str, str]) -> None:
        """Hold the feature's own words, by the rest of the requirement's id, against the reference."""
        for rest, word in said.items():
            identifier = self._known(rest)
            expected = self._catalogue.by_id[identifier].expected
            if word not in spellings(expected):
                raise NotConformantError(
                    f'The feature says "{word}" of {identifier}, but the reference says {expected!r}: mend the feature.'
                )

    def do(self, act: Callable[..., Json], *words: str) -> None:
        """Do something, or look at something, that decides nothing by itself."""
        __tracebackhide__ = True
        self._hand_over(Act(act, words))

    def decide(self, *rests: str) -> None:
        """Name the requirements, by the rest of their ids, that the checks from here on decide; none: as before."""
        self._decided = tuple(map(self._known, rests)) or self._decided

    def advise(self, rest: str) -> None:
        """Name what is advisory of the same subject, if there is such a thing: the next checks decide that alone."""
        identifier = f"{self.subject}/{rest}".replace("derived/", "advisory/", 1)
        self._decided = (identifier,) if identifier in self._catalogue.by_id else ()

    def check(self, act: Callable[..., Json], *words: str) -> None:
        """Look at something that decides the requirements named last."""
        __tracebackhide__ = True
        self._hand_over(Act(act, words, self._decided))

    def _known(self, rest: str) -> str:
        identifier = f"{self.subject}/{rest}"
        if identifier not in self._catalogue.by_id:
            raise NotConformantError(f"The feature speaks of {identifier}, which is no requirement.")
        return identifier


@dataclass
class Script:
    """The acts of a scenario, noted to be performed."""

    acts: list[Act] = field(default_factory=list)

    @property
    def decides(self) -> tuple[str, ...]:
        """The ids of the requirements that the scenario decides, in order."""
        return tuple(dict.fromkeys(identifier for act in self.acts for identifier in act.decides))


@dataclass
class Retelling:
    """Tells a performed scenario again, sentence by sentence, and stops where the performance stopped."""

    stop: Stop | None
    exercised: list[str] = field(default_factory=list)
    outcome: Outcome = Outcome.PASS
    told: int = 0

    def hear(self, act: Act) -> None:
        """Take the next act; raise what ended the performance there, as pytest wants to hear it."""
        __tracebackhide__ = True
        here, self.told = self.told, self.told + 1
        if self.stop is None or self.stop.at != here:
            return
        self.outcome = self.stop.outcome
        if self.stop.trouble is not None:
            raise self.stop.trouble
        match self.stop.outcome:
            case Outcome.FAIL:
                raise NotConformantError(self.stop.reason)
            case Outcome.ERROR:
                raise CouldNotAskError(self.stop.reason)
            case _:
                pytest.skip(f"{self.stop.outcome}: {self.stop.reason}")
