"""The kit at work inside this process: all scenarios of a level that writes, performed against one endpoint."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pytest_bdd.feature import get_features
from pytest_bdd.steps import step_function_context_registry

from dataverse_tck.acting.acting_session import ActingSession
from dataverse_tck.acting.script import Script
from dataverse_tck.conformance.finding import Finding, Outcome
from dataverse_tck.conformance.suite import Suite, load_suite
from dataverse_tck.emulator.organisation.assemble import create_organisation
from dataverse_tck.emulator.organisation.model import Binding
from dataverse_tck.emulator.serving.app import create_app
from dataverse_tck.emulator.serving.server import running
from dataverse_tck.endpoint.survey import Survey, survey
from dataverse_tck.evidence.leftover import Leftover
from dataverse_tck.evidence.recorder import Recorder
from dataverse_tck.profile.coverage import Tried
from dataverse_tck.profile.profile import Profile
from dataverse_tck.scenarios.rehearsal import write_down
from dataverse_tck.scenarios.step_index import StepIndex
from dataverse_tck.settings import Settings
from dataverse_tck.suite_files import suite_root, tags_of
from tests.support.agreement import hold_reports_together

RUN_SEED = 7  # of ids and values; what is broken is drawn with another


@dataclass(frozen=True)
class Outcomes:
    """What a run found: a finding for each requirement, defects of the kit, rows left behind, messages by state."""

    findings: dict[str, Finding]
    troubles: tuple[str, ...]
    leftovers: tuple[Leftover, ...]
    reported: Callable[[str], Mapping[str, set[str]]]  # by all reports alike, of the scenarios with a tag
    tried: tuple[Tried, ...]

    def ids(self, outcome: Outcome) -> set[str]:
        """Return the requirements that came out so."""
        return {identifier for identifier, finding in self.findings.items() if finding.outcome is outcome}

    def told(self, ids: set[str]) -> dict[str, str]:
        """Return outcome and reason of some requirements, for a person to read."""
        return {key: f"{self.findings[key].outcome}: {self.findings[key].reason}" for key in sorted(ids)}


@cache
def suite() -> Suite:
    """The requirements and schemas of this checkout."""
    return load_suite()


@cache
def scripts(tag: str = "data") -> dict[str, Script]:
    """The scripts of all scenarios of a level that writes (``data``, ``calls``), by title."""
    for module in sorted((suite_root() / "steps").glob("*.py")):
        importlib.import_module(f"steps.{module.stem}")
    known = step_function_context_registry.values()
    index = StepIndex([one for one in known if one.step_func.__module__.startswith("steps.")])
    found: dict[str, Script] = {}
    for feature in get_features([str(path) for path in sorted((suite_root() / "features").rglob("*.feature"))]):
        for template in feature.scenarios.values():
            if tag not in tags_of(template, {}):
                continue
            rows = [row for examples in template.examples for row in examples.as_contexts()]
            for scenario in (template.render(row) for row in rows or [{}]):
                script = found[f"features/{feature.rel_filename}: {scenario.name}"] = Script()
                write_down(script, scenario, index, suite().catalogue, together=tag == "data")
    return found


@cache
def right_reading(binding: Binding = Binding.ENTITY) -> Survey:
    """What an emulator declares; how its rows and calls behave changes nothing of that."""
    with running(create_app(create_organisation(binding=binding))) as root:
        return survey(root, Recorder(None), suite())


def act(surveyed: Survey, folder: Path, *, settle_s: float, principals: tuple[str, ...] = ()) -> Outcomes:
    """Perform all scenarios of the data level, remove their rows; the ledger is kept in ``folder``."""
    return perform(
        surveyed,
        folder,
        scripts(),
        Settings(seed=RUN_SEED, settle_s=settle_s, profile=Profile("", "", users=principals)),
    )


def perform(surveyed: Survey, folder: Path, wanted: Mapping[str, Script], settings: Settings) -> Outcomes:
    """Perform scenarios with these settings, end the calls and remove the rows."""
    acting = ActingSession(surveyed, suite(), Recorder(None), folder=folder, settings=settings, tick=lambda *_: None)
    try:
        acting.begin(wanted)
        acting.finish()
    finally:
        acting.close()
    stops = {title: one.stop for title, one in acting.performed.items()}
    troubles = [f"{title}: {stop.trouble!r}" for title, stop in stops.items() if stop and stop.trouble]

    def reported(tag: str) -> Mapping[str, set[str]]:
        return hold_reports_together(folder, replace(settings, level=tag, pytest_args=("-m", tag)), surveyed, acting)

    return Outcomes(
        acting.findings(suite().catalogue), (*troubles, *acting.troubles), acting.leftovers, reported, acting.tried
    )


def act_on(root: str, folder: Path, *, settle_s: float) -> Outcomes:
    """Perform all scenarios on an endpoint that declares what the emulator declares."""
    return act(replace(right_reading(), root=root), folder, settle_s=settle_s)
