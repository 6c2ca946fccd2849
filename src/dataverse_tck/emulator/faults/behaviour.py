"""How the rows of a service behave beside what its description says: what is wrong, late, short or refused."""

from __future__ import annotations

from dataclasses import dataclass, field

from dataverse_tck.emulator.faults.row_faults import Misbehaviours
from dataverse_tck.emulator.faults.troubles import Troubles


@dataclass(frozen=True)
class Behaviour:
    """``cascade_delay`` is in seconds; ``page_size`` the most rows of any collection, None for the usual limits."""

    wrong: Misbehaviours = field(default_factory=Misbehaviours)
    cascade_delay: float = 0.0
    page_size: int | None = None
    troubles: Troubles = field(default_factory=Troubles)
