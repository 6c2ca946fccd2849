"""How far a run came: it may end at any point, and has to tell all the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dataverse_tck.acting.acting_session import ActingSession
from dataverse_tck.endpoint.survey import Survey
from dataverse_tck.scenarios.observer import Observer

if TYPE_CHECKING:
    from dataverse_tck.scenarios.sentences import Listener


def now() -> str:
    """Return the present as ISO 8601: UTC, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day_of(moment: str) -> date:
    """Return the day of a moment as ``now`` gives it."""
    return date.fromisoformat(moment[:10])


@dataclass
class Attempt:
    """One run while it is under way; what it has not come to is None."""

    folder: Path
    started: str = field(default_factory=now)
    survey: Survey | None = None
    acting: ActingSession | None = None
    observer: Observer | None = None
    listener: Listener | None = None  # with --allure
    interrupted: bool = False
    trouble: str | None = None  # a defect of the kit
    afterwards: tuple[str, ...] = ()  # what went wrong when calls were ended and rows removed

    @property
    def troubles(self) -> tuple[str, ...]:
        """Everything that went wrong beside what was found, in order."""
        defect = (self.trouble,) if self.trouble else ()
        return (*defect, *(self.observer.troubles if self.observer else ()), *self.afterwards)
