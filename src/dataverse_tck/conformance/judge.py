"""``judge(readings, catalogue, schemas)``: what the readings say of every surface requirement, in one pure pass.

Words are picked per surface (``words``), held to the derived schemas, and weighed: a requirement fails when a surface
contradicts it, passes when one shows it and none contradicts. Then ``blocked_by`` and the controls take their toll.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dataverse_tck.conformance import controls
from dataverse_tck.conformance.finding import Finding, Outcome, Sighting
from dataverse_tck.conformance.subjects import Subject, subjects, table_name
from dataverse_tck.conformance.surfaces import SHOWS, Surface
from dataverse_tck.conformance.words import word_of
from dataverse_tck.readings import Readings, State

if TYPE_CHECKING:
    from dataverse_tck.conformance.requirement import Catalogue, Requirement
    from dataverse_tck.conformance.schemas import ResponseSchemas
    from dataverse_tck.conformance.word import Word

Json = Any


@dataclass(frozen=True)
class Judgement:
    """One finding for each surface requirement and each control, by id, requirements in page order."""

    findings: Mapping[str, Finding]
    controls: Mapping[str, Finding]


def judge(readings: Readings, catalogue: Catalogue, schemas: ResponseSchemas) -> Judgement:
    """Weigh the readings against every surface requirement of the catalogue."""
    weighed: dict[str, Finding] = {}
    for subject in subjects(catalogue):
        weighed.update(_weigh_subject(readings, subject, schemas))
    controlled = controls.examine(readings, table_name(catalogue))
    weighed = controls.guard(weighed, controlled, catalogue)
    ordered = [item for item in catalogue.requirements if item.id in weighed]
    return Judgement(_blocked(ordered, weighed), controlled)


def _weigh_subject(readings: Readings, subject: Subject, schemas: ResponseSchemas) -> dict[str, Finding]:
    shown = {surface for item in subject.requirements for surface in SHOWS[item.family]}
    words = {surface: word_of(readings, surface, subject) for surface in Surface if surface in shown}
    broken = {
        surface: schemas.broken(subject.node, word.value)
        for surface, word in words.items()
        if word is not None and word.state is State.READ and word.value is not None
    }
    return {
        item.id: _weigh(item, {surface: words[surface] for surface in SHOWS[item.family]}, broken)
        for item in subject.requirements
    }


def _weigh(
    requirement: Requirement, words: Mapping[Surface, Word | None], broken: Mapping[Surface, frozenset[str]]
) -> Finding:
    sightings: list[Sighting] = []
    reasons: list[str] = []
    failed: list[tuple[Surface, Word]] = []
    for surface, word in words.items():
        if word is None:
            reasons.append(f"{surface}: says nothing of it")
        elif word.state is State.BROKEN:
            failed.append((surface, word))
        elif word.state is State.UNREADABLE or requirement.path in word.silent:
            reasons.append(f"{surface}: {word.reason}")
        elif word.value is None:
            if _states_presence(requirement):
                sightings.append(Sighting(surface, right=False, observed=None, exchanges=word.exchanges))
            else:
                reasons.append(f"{surface}: there is no such thing")
        else:
            right = requirement.id not in broken[surface]
            observed = _observed(requirement, word.value, right=right)
            sightings.append(Sighting(surface, right=right, observed=observed, exchanges=word.exchanges))
    return _decide(requirement, tuple(sightings), reasons, failed)


def _states_presence(requirement: Requirement) -> bool:
    """Whether the absence of the whole thing contradicts this requirement, and not just leaves it open."""
    return requirement.family.endswith("-exists") or requirement.family == "target"


def _observed(requirement: Requirement, node: Mapping[str, Json], *, right: bool) -> Json:
    if right:
        return requirement.expected
    value: Json = node
    for step in requirement.path:
        if not isinstance(value, Mapping) or step not in value:
            return f"(no {step})"
        value = value[step]
    return value


def _decide(
    requirement: Requirement,
    sightings: tuple[Sighting, ...],
    reasons: list[str],
    failed: list[tuple[Surface, Word]],
) -> Finding:
    wrong = next((item for item in sightings if not item.right), None)
    right = next((item for item in sightings if item.right), None)
    if wrong:
        return Finding(
            requirement.id,
            Outcome.FAIL,
            "the endpoint says otherwise" if wrong.observed is not None else "the endpoint does not have it",
            wrong.observed,
            wrong.surface,
            wrong.exchanges,
            sightings,
        )
    if failed:
        surface, word = failed[0]
        return Finding(requirement.id, Outcome.ERROR, word.reason, None, surface, word.exchanges, sightings)
    if right:
        return Finding(requirement.id, Outcome.PASS, "", right.observed, right.surface, right.exchanges, sightings)
    return Finding(requirement.id, Outcome.NOT_OBSERVABLE, "; ".join(reasons) or "no surface shows it")


def _blocked(requirements: Iterable[Requirement], findings: dict[str, Finding]) -> dict[str, Finding]:
    """Turn what hangs on a requirement that did not pass into *not testable*; the catalogue is in page order."""
    result: dict[str, Finding] = {}
    pending = {item.id: item for item in requirements}

    def settle(identifier: str) -> Finding:
        if identifier not in result:
            causes = [other for other in pending[identifier].blocked_by if settle(other).outcome is not Outcome.PASS]
            finding = findings[identifier]
            if causes:
                reason = f"it hangs on {causes[0]}, which came out as: {result[causes[0]].outcome}"
                finding = replace(finding, outcome=Outcome.NOT_TESTABLE, reason=reason)
            result[identifier] = finding
        return result[identifier]

    return {identifier: settle(identifier) for identifier in pending}
