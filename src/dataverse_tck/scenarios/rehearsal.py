"""Scenarios gone through before they count: which requirements each names, which acts it hands over."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd.scenario import scenario_wrapper_template_registry

from dataverse_tck.acting.script import Script
from dataverse_tck.conformance.finding import Outcome
from dataverse_tck.scenarios import step_index
from dataverse_tck.scenarios.inquiry import Inquiry, NotConformantError
from dataverse_tck.scenarios.script_writer import ScriptWriter

if TYPE_CHECKING:
    from pytest_bdd.parser import Scenario, Step

    from dataverse_tck.conformance.finding import Finding
    from dataverse_tck.conformance.requirement import Catalogue
    from dataverse_tck.scenarios.context import Context


class Rehearsal(Inquiry):
    """Stands in for an inquiry to learn which requirements a scenario names, without weighing anything."""

    def _weigh(self, said: Mapping[str, str | None], findings: Mapping[str, Finding]) -> None:
        self.exercised |= dict.fromkeys(said, Outcome.PASS)


def rendered(item: pytest.Item) -> Scenario | None:
    """Return the scenario of an item with its row filled in; None for an item that is no scenario."""
    function = getattr(item, "obj", None)
    template = scenario_wrapper_template_registry.get(function) if function else None
    if template is None:
        return None
    callspec = getattr(item, "callspec", None)
    return template.render(callspec.params.get("_pytest_bdd_example", {}) if callspec else {})


def named_by(item: pytest.Item, index: step_index.StepIndex, context: Context) -> list[str]:
    """Return the ids of the requirements and controls that a scenario names."""
    rehearsal, script = Rehearsal(context.judgement, context.catalogue), Script()
    scenario = rendered(item)
    if scenario is not None:
        play(scenario.steps, index, inquiry=rehearsal, script=ScriptWriter(context.catalogue, script.acts.append))
    return [*rehearsal.exercised, *script.decides]


def play(steps: Iterable[Step], index: step_index.StepIndex, **parts: Inquiry | ScriptWriter) -> None:
    """Go through sentences of a scenario outside a pytest session; sentences that nobody defines are left out."""
    for step in steps:
        context = index.find(step)
        if context is None:
            continue
        words: dict[str, Any] = {**step_index.parse_step_arguments(step, context), **parts}
        if step.datatable is not None:
            words["datatable"] = step.datatable.raw()
        wanted = step_index.signature(context.step_func).parameters
        context.step_func(**{name: value for name, value in words.items() if name in wanted})


def scripts_of(session: pytest.Session, catalogue: Catalogue) -> dict[str, Script]:
    """Return, by title, the scripts of the scenarios that act."""
    index = step_index.index_of(session._fixturemanager, session)  # noqa: SLF001 - as pytest-bdd does
    scripts: dict[str, Script] = {}
    for item in session.items:
        scenario = rendered(item)
        if scenario is None or item.get_closest_marker("surface") is not None:
            continue
        script = scripts[title_of(item, scenario)] = Script()
        with contextlib.suppress(NotConformantError):  # told when pytest comes to the sentence
            # A call that was offered is not left waiting for others.
            write_down(script, scenario, index, catalogue, together=item.get_closest_marker("calls") is None)
    return scripts


def write_down(
    script: Script, scenario: Scenario, index: step_index.StepIndex, catalogue: Catalogue, *, together: bool
) -> None:
    """Add the acts of a scenario to its script; ``together``: what is given can be done beside that of others.

    Raises NotConformantError for a wrong word of the feature.
    """
    writer = ScriptWriter(catalogue, script.acts.append)
    given = list(takewhile(lambda step: step.type == "given", scenario.steps))
    play(given, index, script=writer)
    script.given = len(script.acts) if together else 0
    play(scenario.steps[len(given) :], index, script=writer)


def title_of(item: pytest.Item, scenario: Scenario) -> str:
    """Return what reports call a scenario: its file and its name."""
    return f"{item.nodeid.partition('::')[0]}: {scenario.name}"
