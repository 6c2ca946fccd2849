"""Writes down what a scenario does to the endpoint, act by act, as its steps say it.

Steps run twice. Before the first scenario is told they are played to a ``Script``, which notes the acts; all scripts
are performed together (``acting.begin``), several at a time. When pytest then comes to the scenario, a ``Replay``
holds each sentence against what came of its act. So scenarios wait for the network together, and steps know none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from dataverse_tck.acting.script import Act
from dataverse_tck.conformance.sent_controls import SENT
from dataverse_tck.jsontypes import Json
from dataverse_tck.scenarios.inquiry import NotConformantError, spellings

if TYPE_CHECKING:
    from dataverse_tck.conformance.requirement import Catalogue


class ScriptWriter:
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

    def prove(self, control: str) -> None:
        """Name the control that the checks from here on decide: what it guards rests on it."""
        if control not in {item.id for item in SENT}:
            raise NotConformantError(f"The feature speaks of {control}, which is no control that is sent.")
        self._decided = (control,)

    def check(self, act: Callable[..., Json], *words: str) -> None:
        """Look at something that decides the requirements named last."""
        __tracebackhide__ = True
        self._hand_over(Act(act, words, self._decided))

    def _known(self, rest: str) -> str:
        identifier = f"{self.subject}/{rest}"
        if identifier not in self._catalogue.by_id:
            raise NotConformantError(f"The feature speaks of {identifier}, which is no requirement.")
        return identifier
