"""Waivers: failures that a team knows of and has accepted, each with an owner and an end. Only a fail can be waived."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.requirement import selects

if TYPE_CHECKING:
    from dataverse_tck.conformance.requirement import Catalogue

SOON = timedelta(days=14)
"""How long before its end a waiver is warned of."""

_UNDECIDED = {
    Outcome.ERROR,
    Outcome.NOT_TESTABLE,
    Outcome.NOT_OBSERVABLE,
    Outcome.DESELECTED,
    Outcome.BEYOND,
}


@dataclass(frozen=True)
class Waiver:
    """One entry of a file of waivers."""

    requirement: str  # id or glob
    reason: str
    owner: str  # who is to mend it
    expires: date  # the last day on which it counts, in UTC
    link: str | None = None


class Standing(StrEnum):
    """What a run makes of a waiver."""

    IN_FORCE = "in force"  # something that it names fails
    STALE = "stale"  # all that it names was decided, and nothing fails: the run is incomplete until it is removed
    UNUSED = "unused"  # nothing that it names fails, but not all of it was decided
    EXPIRED = "expired"  # it counts no longer


@dataclass(frozen=True)
class JudgedWaiver:
    """A waiver after a run."""

    waiver: Waiver
    standing: Standing
    covers: tuple[str, ...]  # ids of what it waives; of what it would waive, had it not expired
    ends_soon: bool


def waivable(catalogue: Catalogue, requirement: str) -> tuple[str, ...]:
    """Return the ids that an id or a glob names, without advisory ones, which decide nothing."""
    return tuple(
        it.id for it in catalogue.requirements if it.obligation != "advisory" and selects([requirement], [it.id])
    )


def waived_ids(waivers: Iterable[Waiver], catalogue: Catalogue, today: date) -> frozenset[str]:
    """Return the ids of all that may fail on this day."""
    return frozenset(
        identifier for one in waivers if one.expires >= today for identifier in waivable(catalogue, one.requirement)
    )


def waive(findings: Mapping[str, Finding], waived: Collection[str]) -> dict[str, Finding]:
    """Return the findings, with what fails and may do so as waived."""
    return {
        key: replace(found, outcome=Outcome.WAIVED) if found.outcome is Outcome.FAIL and key in waived else found
        for key, found in findings.items()
    }


def judged(
    waivers: Sequence[Waiver], findings: Mapping[str, Finding], catalogue: Catalogue, today: date
) -> tuple[JudgedWaiver, ...]:
    """Return what has become of each waiver; ``findings`` are settled, with what is waived."""
    return tuple(_judged(one, findings, catalogue, today) for one in waivers)


def _judged(waiver: Waiver, findings: Mapping[str, Finding], catalogue: Catalogue, today: date) -> JudgedWaiver:
    outcomes = {key: findings[key].outcome for key in waivable(catalogue, waiver.requirement)}
    covers = tuple(key for key, outcome in outcomes.items() if outcome in (Outcome.FAIL, Outcome.WAIVED))
    if waiver.expires < today:
        standing = Standing.EXPIRED
        covers = tuple(key for key in covers if outcomes[key] is Outcome.FAIL)  # others may waive the rest
    elif covers:
        standing = Standing.IN_FORCE
    else:
        standing = Standing.UNUSED if _UNDECIDED & set(outcomes.values()) else Standing.STALE
    return JudgedWaiver(waiver, standing, covers, today <= waiver.expires < today + SOON)
