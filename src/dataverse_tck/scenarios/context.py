"""What the scenarios of one run are held against, and where pytest keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from dataverse_tck.scenarios.inquiry import Inquiry
from dataverse_tck.scenarios.replay import Replay

if TYPE_CHECKING:
    from dataverse_tck.acting.acting_session import ActingSession
    from dataverse_tck.conformance.judge import Judgement
    from dataverse_tck.conformance.requirement import Catalogue


@dataclass(frozen=True)
class Context:
    """What the scenarios of one run are held against."""

    judgement: Judgement
    catalogue: Catalogue
    only: tuple[str, ...] = ()  # ids or globs of requirements; empty: all
    acting: ActingSession | None = None  # None: nothing may be written


CONTEXT = pytest.StashKey[Context]()  # of the session's config
ASKED = pytest.StashKey[Inquiry | Replay]()  # of an item: what its steps spoke to
TITLE = pytest.StashKey[str]()  # of an item: what reports call its scenario
