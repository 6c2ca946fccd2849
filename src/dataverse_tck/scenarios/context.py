"""What the scenarios of one run are held against, and where pytest keeps it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.conformance.requirement import selects
from dataverse_tck.conformance.verdict import withdraw_unclaimed
from dataverse_tck.conformance.waivers import waive
from dataverse_tck.scenarios.inquiry import Inquiry
from dataverse_tck.scenarios.replay import Replay

if TYPE_CHECKING:
    from dataverse_tck.acting.acting_session import ActingSession
    from dataverse_tck.conformance.finding import Finding
    from dataverse_tck.conformance.judge import Judgement
    from dataverse_tck.conformance.requirement import Catalogue


@dataclass(frozen=True)
class Context:
    """What the scenarios of one run are held against."""

    judgement: Judgement
    catalogue: Catalogue
    only: tuple[str, ...] = ()  # ids or globs of requirements; empty: all
    acting: ActingSession | None = None  # None: nothing may be written
    not_claimed: Mapping[str, str] = field(default_factory=dict)  # id -> why
    exclude: tuple[str, ...] = ()  # ids or globs of requirements whose scenarios are left out
    waived: Collection[str] = frozenset()  # ids of what may fail

    def keeps(self, ids: Iterable[str]) -> bool:
        """Whether a scenario is kept that names these requirements and controls."""
        named = list(ids)
        return (not self.only or selects(self.only, named)) and not selects(self.exclude, named)

    @cached_property
    def declared(self) -> Judgement:
        """What the endpoint declares, judged, as the run settles it."""
        return replace(self.judgement, findings=self._settled(self.judgement.findings))

    @cached_property
    def performed(self) -> Mapping[str, Finding]:
        """What all performed scenarios together say of each requirement and control, as the run settles it."""
        if self.acting is None:
            return {}
        return {**self._settled(self.acting.findings(self.catalogue)), **self.acting.controls()}

    def _settled(self, findings: Mapping[str, Finding]) -> Mapping[str, Finding]:
        return waive(withdraw_unclaimed(findings, self.not_claimed), self.waived)


CONTEXT = pytest.StashKey[Context]()  # of the session's config
ASKED = pytest.StashKey[Inquiry | Replay]()  # of an item: what its steps spoke to
LINE = pytest.StashKey[int]()  # of an item: where its scenario stands in its file
TITLE = pytest.StashKey[str]()  # of an item: what reports call its scenario
