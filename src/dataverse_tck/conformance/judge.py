"""``judge(readings, catalogue, schemas)``: what the readings say of every surface requirement, in one pure pass.

Each surface is observed (``surfaces``), held to the derived schemas, and weighed: a requirement fails when a surface
contradicts it, passes when one shows it and none contradicts. Then ``blocked_by`` and the controls take their toll.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dataverse_tck.conformance import controls
from dataverse_tck.conformance.finding import Finding, Outcome, Sighting
from dataverse_tck.conformance.subjects import subjects, table_name, with_requirements
from dataverse_tck.conformance.surfaces.observe import observe
from dataverse_tck.conformance.surfaces.relationship import instead
from dataverse_tck.conformance.surfaces.surface import SHOWS, Surface
from dataverse_tck.jsontypes import Json
from dataverse_tck.readings import Readings, State

if TYPE_CHECKING:
    from dataverse_tck.conformance.requirement import Catalogue, Requirement
    from dataverse_tck.conformance.schemas import ResponseSchemas
    from dataverse_tck.conformance.surfaces.observation import Observation
    from dataverse_tck.conformance.surfaces.subject import Subject


@dataclass(frozen=True)
class Judgement:
    """One finding for each surface requirement and each control, by id, requirements in page order."""

    findings: Mapping[str, Finding]
    controls: Mapping[str, Finding]


def judge(readings: Readings, catalogue: Catalogue, schemas: ResponseSchemas) -> Judgement:
    """Weigh the readings against every surface requirement of the catalogue."""
    weighed: dict[str, Finding] = {}
    for subject, requirements in with_requirements(catalogue):
        weighed.update(_weigh_subject(readings, subject, requirements, schemas))
    weighed = _name_relationships(readings, catalogue, weighed)
    controlled = controls.check_controls(readings, table_name(catalogue))
    weighed = controls.withdraw_unproven(weighed, controlled, catalogue)
    ordered = [item for item in catalogue.requirements if item.id in weighed]
    return Judgement(mark_blocked(ordered, weighed), controlled)


def _weigh_subject(
    readings: Readings, subject: Subject, requirements: Sequence[Requirement], schemas: ResponseSchemas
) -> dict[str, Finding]:
    shown = {surface for item in requirements for surface in SHOWS[item.family]}
    observations = {surface: observe(readings, surface, subject) for surface in Surface if surface in shown}
    broken = {
        surface: _broken(schemas, subject, observation)
        for surface, observation in observations.items()
        if observation is not None and observation.state is State.READ and observation.value is not None
    }
    return {
        item.id: _weigh(item, {surface: observations[surface] for surface in SHOWS[item.family]}, broken)
        for item in requirements
    }


def _broken(schemas: ResponseSchemas, subject: Subject, observation: Observation) -> Mapping[str, Mapping[str, Json]]:
    """Return the ids of what an entry breaks, each with the first entry that does."""
    found: dict[str, Mapping[str, Json]] = {}
    for value in (observation.value or {}, *observation.others):
        for identifier in schemas.broken(subject.node, value):
            found.setdefault(identifier, value)
    return found


def _weigh(
    requirement: Requirement,
    observations: Mapping[Surface, Observation | None],
    broken: Mapping[Surface, Mapping[str, Mapping[str, Json]]],
) -> Finding:
    sightings: list[Sighting] = []
    reasons: list[str] = []
    failed: list[tuple[Surface, Observation]] = []
    for surface, observation in observations.items():
        if observation is None:
            reasons.append(f"{surface}: says nothing of it")
        elif observation.state is State.BROKEN:
            failed.append((surface, observation))
        elif observation.state is State.UNREADABLE or requirement.path in observation.silent:
            reasons.append(f"{surface}: {observation.reason}")
        elif observation.value is None:
            if _states_presence(requirement):
                sightings.append(
                    Sighting(surface, right=False, observed=None, exchanges=observation.exchanges, absent=True)
                )
            else:
                reasons.append(f"{surface}: there is no such thing")
        else:
            wrong = broken[surface].get(requirement.id)
            observed, absent = (requirement.expected, False) if wrong is None else _observed(requirement, wrong)
            sightings.append(Sighting(surface, wrong is None, observed, observation.exchanges, absent))
    return _decide(requirement, tuple(sightings), reasons, failed)


def _states_presence(requirement: Requirement) -> bool:
    """Whether the absence of the whole thing contradicts this requirement, and not just leaves it open."""
    return requirement.family.endswith("-exists") or requirement.family == "target"


def _observed(requirement: Requirement, node: Mapping[str, Json]) -> tuple[Json, bool]:
    """Return the value at the requirement's path and whether there is none."""
    value: Json = node
    for step in requirement.path:
        if not isinstance(value, Mapping) or step not in value:
            return None, True
        value = value[step]
    return value, False


def _decide(
    requirement: Requirement,
    sightings: tuple[Sighting, ...],
    reasons: list[str],
    failed: list[tuple[Surface, Observation]],
) -> Finding:
    exchanges = tuple(dict.fromkeys(exchange for seen in sightings for exchange in seen.exchanges))
    wrong = next((item for item in sightings if not item.right), None)
    right = next((item for item in sightings if item.right), None)
    if wrong:
        reason = "the endpoint does not have it" if wrong.absent else "the endpoint says otherwise"
        return Finding(requirement.id, Outcome.FAIL, reason, wrong.observed, wrong.surface, exchanges, sightings)
    if failed:
        surface, observation = failed[0]
        return Finding(
            requirement.id,
            Outcome.ERROR,
            f"{surface}: {observation.reason}",
            None,
            surface,
            observation.exchanges,
            sightings,
        )
    if right:
        return Finding(requirement.id, Outcome.PASS, "", right.observed, right.surface, exchanges, sightings)
    return Finding(requirement.id, Outcome.NOT_OBSERVABLE, "; ".join(reasons) or "no surface shows it")


def _name_relationships(readings: Readings, catalogue: Catalogue, weighed: Mapping[str, Finding]) -> dict[str, Finding]:
    """Say of each missing target which relationship should lead there, and what that one says instead."""
    named = dict(weighed)
    for relationship in subjects(catalogue):
        target, column = (
            relationship.stated.get(("ReferencedEntity",)),
            relationship.stated.get(("ReferencingAttribute",)),
        )
        identifier = f"column/{column}/target/{target}"
        if identifier in named and named[identifier].outcome is Outcome.FAIL:
            said = instead(readings, relationship)
            named[identifier] = replace(named[identifier], reason=f"{named[identifier].reason}: {said}")
    return named


def mark_blocked(requirements: Iterable[Requirement], findings: Mapping[str, Finding]) -> dict[str, Finding]:
    """Turn what hangs on a requirement that did not pass into *not testable*, and name the root of it."""
    pending = {item.id: item for item in requirements}
    roots: dict[str, str | None] = {}

    def root(identifier: str) -> str | None:
        """Return the requirement that keeps this one from being tested, if any."""
        if identifier not in roots:
            needed = [other for other in pending[identifier].blocked_by if other in findings]
            behind = next((found for other in needed if (found := root(other))), None)
            roots[identifier] = behind or next((other for other in needed if _blocks(findings[other])), None)
        return roots[identifier]

    def settled(identifier: str) -> Finding:
        cause = root(identifier)
        if cause is None:
            return findings[identifier]
        own, behind = findings[identifier], findings[cause]
        if own.outcome is behind.outcome is Outcome.NOT_TESTABLE and own.reason == behind.reason != "":
            return own  # both for one reason, which is told once
        reason = f"it hangs on {cause}, whose outcome is: {behind.outcome}"
        if own.outcome is not Outcome.PASS and own.reason:
            reason += f"; by itself it would be: {own.outcome}, {own.reason}"
        return replace(own, outcome=Outcome.NOT_TESTABLE, reason=reason)

    return {identifier: settled(identifier) for identifier in pending}


def _blocks(finding: Finding) -> bool:
    """Whether what hangs on it cannot be tested: a surface that broke blocks nothing that another one showed."""
    if finding.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE):
        return False
    return not (finding.outcome is Outcome.ERROR and any(seen.right for seen in finding.sightings))
