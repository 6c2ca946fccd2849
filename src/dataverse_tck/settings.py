"""What a run is to do, resolved once: what the command line says, else the profile, else what is usual."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

from dataverse_tck.conformance.requirement import LEVELS, selects
from dataverse_tck.conformance.verdict import GATES
from dataverse_tck.conformance.waivers import waived_ids
from dataverse_tck.usage import UsageError, nearest

if TYPE_CHECKING:
    from dataverse_tck.conformance.requirement import Catalogue
    from dataverse_tck.profile.calls import Calls
    from dataverse_tck.profile.profile import Profile
    from dataverse_tck.profile.waivers_file import Waivers

AUTO = "auto"  # as many requests at once as the endpoint bears
SETTLE_S = 10.0


@dataclass(frozen=True)
class Settings:
    """The settings of one run; ``endpoint`` None means the embedded emulator."""

    endpoint: str | None = None
    level: str = "surface"
    only: tuple[str, ...] = ()  # ids or globs of requirements; empty: all
    exclude: tuple[str, ...] = ()  # ids or globs of requirements whose scenarios are left out
    max_fail: int | None = None  # scenarios that fail before no more are told; None: all are
    output: Path | None = None  # the folder of the run; None: one below reports/
    workers: int | None = None  # requests under way at once, at most; None: as many as the endpoint bears
    seed: int = field(default_factory=lambda: secrets.randbits(32))
    allure: bool = False
    pytest_args: tuple[str, ...] = ()
    settle_s: float = SETTLE_S  # how long an effect may take to show
    allow_writes: bool = False
    profile: Profile | None = None
    gate: str = GATES[0]  # what exit code 0 means; decides no verdict
    baseline: Path | None = None  # the folder of a run that this one is compared with
    challenge: str | None = None  # what a certifier asked for; the seed follows from it
    waivers: Waivers | None = None
    not_claimed: Mapping[str, str] = field(default_factory=dict)  # requirement -> why; ``resolved`` fills it
    waived: frozenset[str] = frozenset()  # ids of what may fail; ``resolved`` fills it

    @property
    def embedded(self) -> bool:
        """Whether the run examines the embedded emulator."""
        return self.endpoint is None

    @property
    def mark(self) -> str:
        """What the name of every test row of the run begins with."""
        return f"TCK {self.seed:08x}"

    @property
    def principals(self) -> tuple[str, ...]:
        """Ids of users and teams to share with and assign to, in the order in which they are tried."""
        return (*self.profile.users, *self.profile.teams) if self.profile else ()

    @property
    def calls(self) -> Calls | None:
        """What the profile says of calls; None: the run sends no message."""
        return self.profile.calls if self.profile and self.level == LEVELS[-1] else None

    def resolved(self, catalogue: Catalogue, today: date) -> Self:
        """Return the settings held against the requirements; UsageError for a name that none of them has.

        ``today`` is the day on which the run starts, in UTC: by it waivers end.
        """
        from dataverse_tck.profile.not_claimed import not_claimed_ids  # not before the emulator is under way

        _check_only(self.only, catalogue, self.level)
        _check_known("--exclude", self.exclude, catalogue)
        waived: frozenset[str] = frozenset()
        if self.waivers:
            from dataverse_tck.profile.waivers_file import expect_known

            expect_known(self.waivers, catalogue)
            waived = waived_ids(self.waivers.entries, catalogue, today)
        return replace(self, not_claimed=not_claimed_ids(self.profile, catalogue), waived=waived)


def seed_of(challenge: str) -> int:
    """Return the seed that follows from what a certifier asked for: 128 bits, which nobody can aim at."""
    return int.from_bytes(hashlib.sha256(f"dataverse-tck challenge\n{challenge}".encode()).digest()[:16])


def _check_known(option: str, ids: tuple[str, ...], catalogue: Catalogue) -> None:
    from dataverse_tck.conformance.controls import CONTROLS

    known = [*catalogue.by_id, *(control.id for control in CONTROLS)]
    for wanted in ids:
        if not selects([wanted], known):
            raise UsageError(
                f"{option} {wanted} matches no requirement.{nearest(wanted, known)} "
                "'dataverse-tck requirements' lists them all."
            )


def _check_only(only: tuple[str, ...], catalogue: Catalogue, level: str) -> None:
    _check_known("--only", only, catalogue)
    reached = {item.level for item in catalogue.requirements if selects(only, [item.id])}
    if reached and all(LEVELS.index(other) > LEVELS.index(level) for other in reached):
        beyond = min(reached, key=LEVELS.index)
        raise UsageError(f"--only {' '.join(only)} belongs to the {beyond} level: say --level {beyond}.")
